import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SourceColumn } from '../../activities/source/source.ts';
import { openSource } from '../../activities/source/source.ts';
import type { TestDatabase } from '../database.ts';
import { createDatabase, databaseUrl } from '../database.ts';
import { postgresServer } from '../servers.ts';
import type { Kind } from './source.conformance.ts';
import {
  conformance,
  load,
  period,
  refusal,
  relation,
  request,
  sessions,
  withArrived,
} from './source.conformance.ts';

const run = async (url: string, ...texts: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
};

const fresh = 'drop schema if exists survey cascade; create schema survey';
const id = pg.escapeIdentifier;

const kind = async ({ url }: TestDatabase): Promise<Kind> => ({
  give: (columns, rows) =>
    run(
      url,
      fresh,
      `create table survey.victim_offence (${columns.map((name) => `${id(name)} text`).join(', ')})`,
      ...rows.map(
        (row) =>
          `insert into survey.victim_offence values (${row.map((v) => (v === null ? 'null' : pg.escapeLiteral(v))).join(', ')})`,
      ),
    ),
  giveMany: (columns, rows) =>
    run(
      url,
      fresh,
      `create view survey.victim_offence as select ${columns.map((name) => `'v' || g as ${id(name)}`).join(', ')}
       from generate_series(1, ${rows}) g`,
    ),
  open: () => openSource(url, period),
});

conformance('postgres', kind);

describe('a PostgreSQL source', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase({ name: 'records' });
  });
  beforeEach(() => run(database.url, fresh));
  afterAll(() => database.drop());

  const inspect = async (columns: readonly SourceColumn[], url = database.url): Promise<boolean> => {
    const source = await openSource(url, period);
    try {
      return await source.inspect({ relation, columns });
    } finally {
      await source.close();
    }
  };
  const table = (columns: string) => run(database.url, `create table survey.victim_offence (${columns})`);

  it('is refused where no encoding says what its bytes mean, before a row is read', async () => {
    const name = `${database.name}_ascii`;
    await run(database.url, `create database ${name} template template0 encoding 'SQL_ASCII' locale 'C'`);
    try {
      const url = database.url.replace(database.name, name);
      await run(url, 'create schema survey', 'create table survey.victim_offence (a text)');
      await expect(inspect([{ name: 'a', type: 'text' }], url)).rejects.toThrow('SOURCE_ENCODING');
    } finally {
      await run(database.url, `drop database ${name} with (force)`);
    }
  });

  it('says whether it has every column in the declared type, or some as text', async () => {
    await table('a text, h date, i timestamptz, j timestamp, k boolean, l smallint');
    const typed = [
      { name: 'a', type: 'text' },
      { name: 'h', type: 'date' },
      { name: 'i', type: 'timestamp' },
      { name: 'j', type: 'timestamp', zone: 'Europe/London' },
      { name: 'k', type: 'boolean' },
      { name: 'l', type: 'integer' },
    ] as const;
    expect(await inspect(typed)).toBe(true);
    expect(await inspect([...typed, { name: 'a', type: 'date' }])).toBe(false);
  });

  it('takes the types that a declaration can mean', async () => {
    await run(
      database.url,
      "create type survey.role as enum ('victim')",
      'create domain survey.ref as varchar(9)',
    );
    await table(
      'a text, b varchar(5), c char(3), d uuid, e bigint, f survey.role, g survey.ref, h date, i timestamptz, j timestamp, k boolean, l smallint',
    );
    await inspect([
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => ({ name, type: 'text' }) as const),
      { name: 'h', type: 'date' },
      { name: 'i', type: 'timestamp' },
      { name: 'j', type: 'timestamp', zone: 'Europe/London' },
      { name: 'k', type: 'boolean' },
      { name: 'l', type: 'integer' },
      { name: 'a', type: 'date' },
      { name: 'b', type: 'timestamp' },
      { name: 'a', type: 'boolean' },
      { name: 'g', type: 'integer' },
    ]);
  });

  it.each([
    ['timestamp without time zone', { type: 'timestamp' }, 'a zone declared for it'],
    ['timestamp with time zone', { type: 'timestamp', zone: 'Europe/London' }, 'because a zone is declared'],
    ['date', { type: 'timestamp' }, 'timestamp with time zone'],
    ['timestamp with time zone', { type: 'date' }, 'date'],
    ['numeric', { type: 'integer' }, 'bigint'],
    ['integer', { type: 'boolean' }, 'boolean'],
    ['bytea', { type: 'text' }, 'text'],
    ['text[]', { type: 'text' }, 'text'],
  ] as const)('refuses %s declared as %o, and says what it expects', async (found, declared, expected) => {
    await table(`ok text, at ${found}`);
    const no = await refusal(
      inspect([
        { name: 'ok', type: 'text' },
        { name: 'at', ...declared },
      ]),
    );
    expect(no.code).toBe('SOURCE_COLUMN_TYPE');
    expect(no.found).toBe(`at is ${found}`);
    expect(no.expected).toContain(expected);
  });

  it('refuses a relation that is not there, and a column that it may not read, but not one that it may', async () => {
    const missing = await refusal(inspect([{ name: 'a', type: 'text' }]));
    expect(missing).toMatchObject({ code: 'SOURCE_COLUMN_MISSING' });
    expect(missing.found).toContain('survey.victim_offence');

    const role = `reader_${randomBytes(5).toString('hex')}`;
    const password = randomBytes(8).toString('hex');
    await table('a text, b text');
    await run(
      database.url,
      `create role ${role} login password '${password}'`,
      `grant usage on schema survey to ${role}`,
      `grant select (a) on survey.victim_offence to ${role}`,
    );
    try {
      const url = new URL(database.url);
      Object.assign(url, { username: role, password });
      await inspect([{ name: 'a', type: 'text' }], url.href);
      const no = await refusal(inspect([{ name: 'b', type: 'text' }], url.href));
      expect(no).toMatchObject({ code: 'SOURCE_COLUMN_MISSING' });
      await run(database.url, `revoke usage on schema survey from ${role}`);
      expect(await refusal(inspect([{ name: 'a', type: 'text' }], url.href))).toMatchObject({
        code: 'SOURCE_COLUMN_MISSING',
      });
    } finally {
      await run(database.url, `drop owned by ${role}`, `drop role ${role}`);
    }
  });

  it('binds settings for the one transaction and reads them there', async () => {
    await table('a text');
    await run(database.url, "insert into survey.victim_offence values ('v1'), ('v2')");
    const wanted = request(['a'], {
      select: `select s.a from survey.victim_offence s
        join json_array_elements_text(current_setting('cordon.drawn')::json) d on d = s.a -- none but the drawn`,
      settings: { 'cordon.drawn': '["v2", "v3"]', 'cordon.window_from': '2026-09-30T23:00:00Z' },
    });
    await withArrived(database.url, 1, async (tx) => {
      await load(await openSource(database.url, period), tx, wanted);
      expect((await tx.query('table arrived')).rows).toEqual([{ a0: 'v2' }]);
    });
  });

  it('reads times in UTC and ISO, whatever the role is set to', async () => {
    await table('at timestamptz');
    await run(
      database.url,
      `alter database ${id(database.name)} set timezone = 'America/Lima'`,
      `alter database ${id(database.name)} set datestyle = 'German'`,
      "insert into survey.victim_offence values ('2026-10-25T00:30:00Z')",
    );
    await withArrived(database.url, 1, async (tx) => {
      await load(await openSource(database.url, period), tx, request(['at']));
      expect((await tx.query('table arrived')).rows).toEqual([{ a0: '2026-10-25 00:30:00+00' }]);
    });
    await run(database.url, `alter database ${id(database.name)} reset all`);
  });

  it('writes nothing at the source', async () => {
    await table('a text');
    await run(
      database.url,
      `create function survey.writes() returns text language sql as $$ insert into survey.victim_offence values ('x') returning a $$`,
    );
    await withArrived(database.url, 1, async (tx) => {
      const writing = load(
        await openSource(database.url, period),
        tx,
        request(['a'], { select: 'select survey.writes()' }),
      );
      await expect(writing).rejects.toMatchObject({
        type: 'SQL',
        details: [{ at: 'source', sqlstate: '25006' }],
      });
    });
  });

  it('refuses a select that is not all text, before a byte is taken for one', async () => {
    await table('a date');
    await withArrived(database.url, 1, async (tx) => {
      const wanted = request(['a'], { select: 'select a from survey.victim_offence' });
      const loading = load(await openSource(database.url, period), tx, wanted);
      await expect(loading).rejects.toMatchObject({ type: 'SQL', details: [{ otherType: 1 }] });
    });
  });

  it('keeps a value in a server error out of its own, and out of what it tells the work database', async () => {
    // a letter first: digits could be read as a day and a time zone out of range
    const canary = `v${randomBytes(16).toString('hex')}`;
    await table('a text');
    await run(
      database.url,
      `insert into survey.victim_offence select 'v' from generate_series(1, 20000); insert into survey.victim_offence values ('${canary}')`,
    );
    const wanted = request(['a'], {
      select: "select case when a = 'v' then a else a::date::text end from survey.victim_offence",
    });
    await withArrived(database.url, 1, async (tx) => {
      const thrown = await load(await openSource(database.url, period), tx, wanted).catch(
        (e: unknown) => e as Error,
      );
      expect(thrown).toMatchObject({ type: 'SQL', details: [{ at: 'source', sqlstate: '22007' }] });
      expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain(canary);
    });
    const { logFile } = await postgresServer();
    if (logFile === null) return;
    const told = (await readFile(logFile, 'utf8'))
      .split('\n')
      .filter((line) => line.includes('COPY from stdin failed'));
    expect(told.join('\n')).toContain('stopped');
    expect(told.join('\n')).not.toContain(canary);
  });

  it('cancels a query that computes and sends nothing', async () => {
    await table('a text');
    const controller = new AbortController();
    await withArrived(database.url, 1, async (tx) => {
      const wanted = request(['a'], { select: 'select pg_sleep(60)::text' });
      const loading = load(await openSource(database.url, period), tx, wanted, { signal: controller.signal });
      const watched = expect(loading).rejects.toThrow('enough');
      await delay(300);
      const since = Date.now();
      controller.abort(new Error('enough'));
      await watched;
      expect(Date.now() - since).toBeLessThan(1_500);
      await tx.query('rollback');
    });
    expect(await sessions(database)).toEqual([]);
  });

  it('says that a source is unreachable, and nothing of its address or its password', async () => {
    const closed = 'postgres://someone:hidden@127.0.0.1:1/records';
    const no = await refusal(inspect([], closed));
    expect(no).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    expect(JSON.stringify(no)).not.toMatch(/hidden|someone|127\.0\.0\.1/);
    const absent = databaseUrl(database.url, 'there_is_no_such_database');
    expect(await refusal(inspect([], absent))).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('says so too when it breaks off in the middle', async () => {
    await table('a text');
    await withArrived(database.url, 1, async (tx) => {
      const wanted = request(['a'], { select: "select 'v' || g from generate_series(1, 3000000) g" });
      const admin = new pg.Client({ connectionString: database.adminUrl });
      await admin.connect();
      let killed: Promise<unknown> | undefined;
      const heartbeat = (n: number): void => {
        if (n > 1_000)
          killed ??= admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'cordon extract'",
            [database.name],
          );
      };
      const loading = load(await openSource(database.url, period), tx, wanted, { heartbeat });
      expect(await refusal(loading)).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
      await tx.query('rollback');
      expect((await tx.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
      await killed;
      await admin.end();
    });
  });

  it('refuses a server that logs what is bound, at the door and again at the load', async () => {
    await table('a text');
    await run(
      database.url,
      `alter database ${id(database.name)} set log_parameter_max_length = -1`,
      `alter database ${id(database.name)} set log_min_duration_statement = 60000`,
    );
    try {
      const no = await refusal(inspect([{ name: 'a', type: 'text' }]));
      expect(no.code).toBe('SOURCE_LOGS_PARAMETERS');
      expect(no.found).toContain('log_min_duration_statement = 1min');
      await withArrived(database.url, 1, async (tx) => {
        const loading = load(await openSource(database.url, period), tx, request(['a']));
        expect(await refusal(loading)).toMatchObject({ code: 'SOURCE_LOGS_PARAMETERS' });
      });
    } finally {
      await run(database.url, `alter database ${id(database.name)} reset all`);
    }
    await inspect([{ name: 'a', type: 'text' }]);
  });
});
