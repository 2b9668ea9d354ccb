import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import { migrate, readMigrations } from '../../sql/migrate.ts';
import type { Migrated } from '../../sql/migrate.ts';
import type { RoleNames } from '../../sql/roles.ts';
import { testRoles } from '../cordon.ts';
import { createDatabase, databaseUrl } from '../database.ts';
import type { TestDatabase } from '../database.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const empty = async (): Promise<TestDatabase> => {
  const database = await createDatabase({ name: 'migrate' });
  cleanups.push(() => database.drop());
  return database;
};

/** Roles are the cluster's: they go after every database that names them. */
const rolesOf = (database: TestDatabase): ReturnType<typeof testRoles> => {
  const roles = testRoles(database);
  cleanups.unshift(roles.dropRoles);
  return roles;
};

const start = (url: string, names: RoleNames): Promise<Migrated> =>
  withConnection(url, 'start', (admin) => migrate(admin, names));

const ask = <Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> => withConnection(url, 'ask', async (db) => (await db.query<Row>(text, values)).rows);

const schemas = async (url: string): Promise<string[]> => {
  const rows = await ask<{ nspname: string }>(
    url,
    `select nspname from pg_namespace where nspname in ('cordon', 'ledger', 'copies') order by 1`,
  );
  return rows.map((row) => row.nspname);
};

const folderOf = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  await copyFile('sql/migrations/000001.sql', join(folder, '000001.sql'));
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
};

const ids = (await readMigrations()).map(({ id }) => id);
const newest = ids.length;

describe('migrate', () => {
  test('eight first starts in one database end in one schema, and nothing is applied twice', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const answers = await Promise.all(Array.from({ length: 8 }, () => start(database.url, names)));
    expect(answers.map((a) => a.applied).filter((applied) => applied.length > 0)).toEqual([ids]);
    expect(answers.every((a) => a.at === newest)).toBe(true);
    expect(await ask(database.url, 'select id from cordon.migration order by id')).toEqual(
      ids.map((id) => ({ id })),
    );
  });

  test('first starts from two databases of one cluster share their roles, and neither fails', async () => {
    const [one, two] = [await empty(), await empty()];
    const { names } = rolesOf(one);
    const answers = await Promise.all([one, two, one, two].map(({ url }) => start(url, names)));
    expect(answers.filter((a) => a.applied.length === newest)).toHaveLength(2);
    for (const { url } of [one, two])
      expect(
        await ask(url, `select has_database_privilege($1, current_database(), 'temporary') as may`, [
          names.worker,
        ]),
      ).toEqual([{ may: true }]);
  });

  test('a second run applies nothing and changes nothing', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const before = await start(database.url, names);
    const state = () =>
      ask(
        database.url,
        `select (select max(oid::bigint) from pg_class) as relations, (select max(oid::bigint) from pg_proc) as functions,
           (select datacl::text from pg_database where datname = current_database()) as grants,
           (select max(applied_at) from cordon.migration) as at`,
      );
    const first = await state();
    const after = await start(database.url, names);
    expect(before).toEqual({ applied: ids, at: newest });
    expect(after).toEqual({ applied: [], at: newest });
    expect(await state()).toEqual(first);
  });

  test('a newer schema than the code is refused, with not even a grant put back', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    await start(database.url, names);
    await ask(database.url, 'insert into cordon.migration (id) values ($1)', [newest + 1]);
    await ask(
      database.url,
      `revoke temporary on database ${pg.escapeIdentifier(database.name)} from ${names.clerk}`,
    );
    await expect(start(database.url, names)).rejects.toMatchObject({
      type: 'SCHEMA_NEWER',
      details: [
        expect.objectContaining({ found: `schema ${newest + 1}`, expected: `schema ${newest} or older` }),
      ],
    });
    expect(
      await ask(database.url, `select has_database_privilege($1, current_database(), 'temporary') as may`, [
        names.clerk,
      ]),
    ).toEqual([{ may: false }]);
  });

  test('a migration that fails leaves nothing of itself, and what went before stays', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const broken = await folderOf({
      '000002.sql':
        '-- cordon migration=2 postgres=14\ncreate table cordon.half (id int);\nselect 1 / 0;\ncreate table cordon.other (id int);\n',
    });
    const migrations = await readMigrations(broken);
    await withConnection(database.url, 'start', async (admin) => {
      await expect(migrate(admin, names, {}, migrations)).rejects.toMatchObject({ code: '22012' });
      const { rows } = await admin.query(
        `select current_user = session_user as itself,
           (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`,
      );
      expect(rows).toEqual([{ itself: true, locks: 0 }]);
    });
    expect(
      await ask(
        database.url,
        `select to_regclass('cordon.half') as half, to_regclass('cordon.other') as other`,
      ),
    ).toEqual([{ half: null, other: null }]);
    expect(await ask(database.url, 'select id from cordon.migration')).toEqual([{ id: 1 }]);
    expect(await start(database.url, names)).toEqual({ applied: ids.slice(1), at: newest });
  });

  test('registers and contacts of before get their first digest, and are reckoned on from there', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const migrations = await readMigrations();
    const before = migrations.slice(0, 1);
    await withConnection(database.url, 'start', (admin) => migrate(admin, names, {}, before));
    await ask(database.url, `select cordon.hold_token_key(1, sha256('proof'), false)`);
    const add = (text: string, more: string) =>
      ask(
        database.url,
        `select cordon.register_add('opt-outs', 'standing', 'phone', array[sha256('${text}')],
           array[sha256('${text}')], 1, 'c', null, null${more})`,
      );
    for (const text of ['one', 'two']) await add(text, '');
    await ask(
      database.url,
      `select cordon.register_withdraw('opt-outs', 'phone', array[sha256('two')], 'c')`,
    );
    await ask(database.url, 'create table copies.contacts_old () inherits (cordon.contact_history)');
    await ask(database.url, `alter table copies.contacts_old owner to "${names.owner}"`);
    await ask(
      database.url,
      `insert into copies.contacts_old values ('s', '2026-01', 'phone', sha256('x'), '2026-02-01')`,
    );
    await start(database.url, names);
    const reckoned = () =>
      ask<{ rows: number; digest: string }>(
        database.url,
        'select register, rows::int, digest from cordon.registers_reckoned()',
      );
    const leaves = await ask<{ leaf: object }>(
      database.url,
      `select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger.entry`,
    );
    const [first] = await reckoned();
    const contacts = await ask(
      database.url,
      'select place, rows::int, digest from cordon.contacts_reckoned(null)',
    );
    expect(contacts).toMatchObject([{ place: 'contacts_old', rows: 1 }]);
    expect(leaves.map(({ leaf }) => leaf)).toMatchObject([
      { type: 'registered', action: 'reckoned', ...first },
      { type: 'copy-opened', kind: 'registers', place: 'opt-outs' },
      { type: 'registered', action: 'reckoned', register: 'contacts', contacts },
    ]);
    expect(first?.rows).toBe(2);
    await add('three', ', null');
    await ask(
      database.url,
      `select cordon.register_withdraw('opt-outs', 'phone', array[sha256('one')], 'c')`,
    );
    const [figure] = await ask(
      database.url,
      `select rows::int, digest from cordon.register_figure('opt-outs')`,
    );
    const [then] = await reckoned();
    expect(then).toMatchObject({ rows: 3, ...figure });
    expect(then?.digest).not.toBe(first?.digest);
  });

  test('tokens of a disclosure of before are known by the key of its day', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const before = (await readMigrations()).slice(0, 8);
    await withConnection(database.url, 'start', (admin) => migrate(admin, names, {}, before));
    await ask(
      database.url,
      `set session_replication_role = replica; set role ${names.owner};
       insert into cordon.token_key values (1, sha256('1'), now() - interval '3 days'), (2, sha256('2'), now() - interval '1 day');
       insert into cordon.intent (survey, period, attempt, ordinal, package, statement_sha256, intended_at)
         select 'x', '2026-0' || n, 1, 1, 'p', 's', now() - n * interval '1 day' + interval '1 hour' from generate_series(1, 5) n;
       create table copies.index_x () inherits (cordon.disclosure_index);
       insert into copies.index_x select survey, period, attempt, 'ref', 'phone', sha256('t') from cordon.intent`,
    );
    await start(database.url, names);
    expect(
      await ask(database.url, 'select period, generation from cordon.disclosure_index order by period'),
    ).toEqual([2, 1, 1, 1, 1].map((generation, n) => ({ period: `2026-0${String(n + 1)}`, generation })));
  });

  test('a first migration that fails leaves no schema at all', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const [first] = await readMigrations();
    const text = `${first?.text ?? ''}\nselect 1 / 0;\n`;
    const half = withConnection(database.url, 'start', (admin) =>
      migrate(admin, names, {}, [{ id: 1, postgres: 14, text }]),
    );
    await expect(half).rejects.toMatchObject({ code: '22012' });
    expect(await schemas(database.url)).toEqual([]);
  });

  test('a server older than a migration needs is refused before anything is made', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const future = withConnection(database.url, 'start', (admin) =>
      migrate(admin, names, {}, [{ id: 1, postgres: 99, text: 'create schema cordon' }]),
    );
    await expect(future).rejects.toMatchObject({ type: 'INPUT' });
    expect(await schemas(database.url)).toEqual([]);
    expect(
      await ask(database.url, 'select 1 from pg_roles where rolname = any($1)', [Object.values(names)]),
    ).toEqual([]);
  });

  test('a database that is not UTF-8 is refused', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const latin = `${database.name}_latin`;
    await ask(database.adminUrl, `create database ${latin} template template0 encoding 'LATIN1' locale 'C'`);
    cleanups.push(async () => {
      await ask(database.adminUrl, `drop database ${latin}`);
    });
    await expect(start(databaseUrl(database.adminUrl, latin), names)).rejects.toMatchObject({
      type: 'INPUT',
      details: [expect.objectContaining({ expected: 'UTF8' })],
    });
  });
});

describe('the first line of a migration', () => {
  const head = '-- cordon migration=2 postgres=14\n';

  test.each([
    ['no first line', '000002.sql', 'select 1;\n'],
    ['another number', '000002.sql', '-- cordon migration=3 postgres=14\n'],
    ['no PostgreSQL version', '000002.sql', '-- cordon migration=2\n'],
    ['a byte order mark before it', '000002.sql', `\uFEFF${head}`],
    ['a Windows line end', '000002.sql', head.replace('\n', '\r\n')],
    ['a gap in the numbers', '000003.sql', head.replace('=2', '=3')],
    ['a file name that is not its number', '2.sql', head],
  ])('is refused with %s', async (_, file, text) => {
    const folder = await folderOf({ [file]: text });
    await expect(readMigrations(folder)).rejects.toMatchObject({
      type: 'INPUT',
      details: [expect.objectContaining({ expected: '-- cordon migration=2 postgres=14' })],
    });
  });

  test('is read with its number and version, and files that are not SQL are left alone', async () => {
    const folder = await folderOf({ '000002.sql': head.replace('14', '15'), 'README.md': 'why' });
    const migrations = await readMigrations(folder);
    expect(migrations.map(({ id, postgres }) => [id, postgres])).toEqual([
      [1, 14],
      [2, 15],
    ]);
  });
});

/** A login of its own; `database` is not its own unless `owns`. */
const plainLogin = async (database: TestDatabase, options: string, owns: boolean): Promise<string> => {
  const name = `${database.name}_login`;
  await ask(database.adminUrl, `create role ${name} login password 'plain' ${options}`);
  cleanups.unshift(async () => {
    await ask(database.adminUrl, `drop role ${name}`);
  });
  if (owns) await ask(database.adminUrl, `alter database ${database.name} owner to ${name}`);
  const url = new URL(database.url);
  url.username = name;
  url.password = 'plain';
  return url.href;
};

const remedyOf = async (url: string, names: RoleNames): Promise<string> => {
  const refused = await start(url, names).catch((e: unknown) => e);
  expect(refused).toMatchObject({ type: 'INPUT' });
  const { details } = refused as { details: [{ remedy: string }] };
  return details[0].remedy.slice(details[0].remedy.indexOf('\n') + 1);
};

describe('a login that may not create roles', () => {
  test('is given the SQL for an administrator, and once that ran it migrates', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const login = await plainLogin(database, '', false);
    const sql = await remedyOf(login, names);
    expect(await schemas(database.url)).toEqual([]);
    expect(sql).not.toMatch(/password|superuser/i);
    await ask(database.url, sql);
    expect(await start(login, names)).toEqual({ applied: ids, at: newest });
    expect(
      await ask(
        database.url,
        `select distinct nspowner::regrole::text as owner from pg_namespace
         where nspname in ('cordon', 'ledger', 'copies')`,
      ),
    ).toEqual([{ owner: names.owner }]);
  });

  test('is asked for nothing but what is missing: here the grants of a second database', async () => {
    const [one, two] = [await empty(), await empty()];
    const { names } = rolesOf(one);
    await start(one.url, names);
    const login = await plainLogin(two, '', false);
    const sql = await remedyOf(login, names);
    expect(sql).not.toContain('create role');
    await ask(two.url, sql);
    expect(await start(login, names)).toEqual({ applied: ids, at: newest });
  });

  test('may be the owner itself, to whom nothing needs to be granted', async () => {
    const database = await empty();
    const { names, urls } = rolesOf(database);
    await ask(database.url, `create role ${names.owner} login password '${new URL(urls.owner).password}'`);
    const sql = await remedyOf(urls.owner, names);
    expect(sql).not.toContain(`grant "${names.owner}"`);
    await ask(database.url, sql);
    expect(await start(urls.owner, names)).toEqual({ applied: ids, at: newest });
  });

  test('that may create roles but does not own the database is refused too, not half served', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const login = await plainLogin(database, 'createrole', false);
    const sql = await remedyOf(login, names);
    expect(await schemas(database.url)).toEqual([]);
    await ask(database.url, sql);
    expect(await start(login, names)).toEqual({ applied: ids, at: newest });
  });

  test('that may create roles and owns the database needs no administrator', async () => {
    const database = await empty();
    const { names } = rolesOf(database);
    const login = await plainLogin(database, 'createrole', true);
    const answer = start(login, names);
    // before PostgreSQL 15 the schema public is the superuser's, and only he can close it
    const [server] = await ask<{ old: boolean }>(
      database.url,
      `select current_setting('server_version_num')::int < 150000 as old`,
    );
    if (server?.old) await expect(answer).rejects.toMatchObject({ type: 'INPUT' });
    else expect(await answer).toEqual({ applied: ids, at: newest });
  });
});
