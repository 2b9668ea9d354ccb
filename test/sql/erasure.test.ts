import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import {
  comeDue,
  copy,
  erased,
  erasedLeaf,
  exists,
  live,
  open,
  outside,
  parents,
  placeOf,
  prove,
  purge,
} from './copies.ts';
import type { OpenAttempt } from './wave.ts';
import { as, closeSql, intend, key, newWave, openAttempt, releasePackage } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

/** A name that somebody chose is told by its number. */
const stray = expect.stringMatching(
  /^no copy accounts for (?:(?:relation|schema|function) \d+(?:, |$))+/,
) as string;

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const begin = (id: number | null) => as(cordon, 'worker', 'select cordon.start_erasing($1) as erasing', [id]);

describe('purging', () => {
  test('drops staging whole once its clock has run out', async () => {
    const attempt = await fresh();
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    expect(await purge(cordon, attempt.copy)).toBe('erased');
    expect(await copy(cordon, attempt.copy)).toEqual(erased);
    expect(await as(cordon, 'admin', 'select to_regnamespace($1) as there', [attempt.staging])).toEqual([
      { there: null },
    ]);
  });

  test.each(Object.keys(parents))(
    'drops a copy of kind %s whole, and leaves the others of its kind',
    async (kind) => {
      const attempt = await fresh();
      const [gone, stays] = [placeOf(kind), placeOf(kind)];
      const id = await open(cordon, attempt, kind, gone);
      await open(cordon, attempt, kind, stays);
      await comeDue(cordon, id);
      expect(await purge(cordon, id)).toBe('erased');
      expect([await exists(cordon, `copies."${gone}"`), await exists(cordon, `copies."${stays}"`)]).toEqual([
        false,
        true,
      ]);
    },
  );

  test('before the clock is refused, and nothing happens', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const id = await open(cordon, attempt, 'package', place);
    for (const early of [id, attempt.copy])
      await expect(purge(cordon, early)).rejects.toMatchObject({ code: 'CRD07' });
    expect([
      await exists(cordon, `copies."${place}"`),
      await exists(cordon, `${attempt.staging}.nonce`),
    ]).toEqual([true, true]);
    expect([await copy(cordon, id), await copy(cordon, attempt.copy)]).toEqual([live, live]);
  });

  test('twice is already-erased once its leaf is there; until then the first finding is answered again', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'));
    await comeDue(cordon, id);
    expect([await purge(cordon, id), await purge(cordon, id)]).toEqual(['erased', 'erased']);
    await erasedLeaf(cordon, id);
    expect([await purge(cordon, id), await purge(cordon, id)]).toEqual(['already-erased', 'already-erased']);
    expect(await copy(cordon, id)).toEqual(erased);
  });

  test('by eight at once erases once', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'));
    await comeDue(cordon, id);
    expect(await Promise.all(Array.from({ length: 8 }, () => purge(cordon, id)))).toEqual(
      Array.from({ length: 8 }, () => 'erased'),
    );
  });

  test('of staging that the server emptied is lost-in-crash, and nothing of it stays', async () => {
    const attempt = await fresh();
    // what a crash leaves of unlogged tables: all of them there, all of them empty
    await as(
      cordon,
      'admin',
      `truncate ${attempt.staging}.nonce, ${attempt.staging}.intake, ${attempt.staging}.screened`,
    );
    await as(cordon, 'worker', closeSql, [...key(attempt), 'stale-staging', true]);
    expect(await purge(cordon, attempt.copy)).toBe('lost-in-crash');
    expect(await copy(cordon, attempt.copy)).toEqual({ ...erased, outcome: 'lost-in-crash' });
    expect(await exists(cordon, `${attempt.staging}.nonce`)).toBe(false);
  });

  test('of what is gone and nobody erased is an unexplained absence, and never counts as erased', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const id = await open(cordon, attempt, 'package', place);
    await as(cordon, 'admin', `drop schema ${attempt.staging} cascade; drop table copies."${place}"`);
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    for (const which of [id, attempt.copy]) {
      await expect(purge(cordon, which)).rejects.toMatchObject({ code: 'CRD05' });
      expect(await copy(cordon, which)).toEqual(live);
      expect(await prove(cordon, which)).toMatchObject({ proven: false });
    }
  });

  test('of no copy is refused', async () => {
    await expect(purge(cordon, -1)).rejects.toMatchObject({ code: 'CRD10' });
  });
});

describe('a clock', () => {
  test('comes nearer by the worker when a receipt has come, never later, and says from where to where', async () => {
    const attempt = await fresh();
    const id = await open(cordon, attempt, 'delivered', placeOf('delivered'), 'P1D');
    const move = (to: string) =>
      as<{ was: Date; now_due: Date }>(cordon, 'worker', 'select * from cordon.move_clock($1, $2)', [id, to]);
    const to = new Date(Date.now() + 3_600_000).toISOString();
    await expect(move(to)).rejects.toMatchObject({ code: 'CRD16' });
    await intend(cordon, attempt, await releasePackage(cordon, attempt));
    await expect(move(to)).rejects.toMatchObject({ code: 'CRD16' });
    for (const mark of ['first-byte', 'disclosed', 'delivered', 'received'])
      await as(cordon, 'worker', 'select cordon.mark_intent($1, $2, $3, $4)', [...key(attempt), mark]);
    const [moved] = await move(to);
    expect(moved?.now_due.toISOString()).toBe(to);
    await expect(move('2031-01-01T00:00:00.000Z')).rejects.toMatchObject({ code: 'CRD04' });
    await expect(move(new Date(Date.now() - 1_000).toISOString())).rejects.toMatchObject({ code: 'CRD16' });
    // and none of another kind, whatever has come
    const other = await open(cordon, attempt, 'package', placeOf('package'), 'P1D');
    await expect(as(cordon, 'worker', 'select cordon.move_clock($1, now())', [other])).rejects.toMatchObject({
      code: 'CRD16',
    });
  });

  test('of an erased copy does not move', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'));
    await comeDue(cordon, id);
    await purge(cordon, id);
    await expect(as(cordon, 'worker', 'select cordon.move_clock($1, now())', [id])).rejects.toMatchObject({
      code: 'CRD08',
    });
  });

  test('runs on the server’s time from the moment the copy exists', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'), 'P2D');
    expect(
      await as(
        cordon,
        'worker',
        `select due_at - opened_at = interval '2 days' as kept, opened_at <= now() as begun from cordon.copy where id = $1`,
        [id],
      ),
    ).toEqual([{ kept: true, begun: true }]);
  });
});

describe('the life of a copy', () => {
  test.each(outside)('of kind %s: live, erasing, erased, verified', async (kind) => {
    const id = await open(cordon, await fresh(), kind, placeOf(kind));
    await expect(begin(id)).rejects.toMatchObject({ code: 'CRD07' });
    expect(await copy(cordon, id)).toEqual(live);
    await comeDue(cordon, id);
    expect(await begin(id)).toEqual([{ erasing: true }]);
    expect(await begin(id)).toEqual([{ erasing: true }]);
    expect(await copy(cordon, id)).toEqual({ ...live, state: 'erasing' });
    expect(await purge(cordon, id)).toBe('erased');
    await erasedLeaf(cordon, id);
    expect(await prove(cordon, id)).toEqual({
      proven: true,
      outcome: 'erased',
      kind: expect.any(String) as string,
      place: expect.any(String) as string,
      doubts: [],
      query_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(await copy(cordon, id)).toEqual({ ...erased, verified: true });
    await expect(begin(id)).rejects.toMatchObject({ code: 'CRD08' });
  });

  test('a relation is erased in one step and never begins to be', async () => {
    const attempt = await fresh();
    const id = await open(cordon, attempt, 'package', placeOf('package'));
    for (const which of [id, attempt.copy])
      await expect(begin(which)).rejects.toMatchObject({ code: 'CRD10' });
  });

  test.each([
    ['erased without an outcome', `state = 'erased'`, 'copy_is_erased_with_outcome'],
    ['an outcome while live', `outcome = 'erased', erased_at = now()`, 'copy_is_erased_with_outcome'],
    [
      'verified before it was erased',
      `state = 'erased', outcome = 'erased', erased_at = now(), verified_at = now() - interval '1 day'`,
      'copy_is_verified_after_erasure',
    ],
    ['a state nobody knows', `state = 'gone'`, 'copy_state_check'],
    [
      'an outcome nobody knows',
      `state = 'erased', outcome = 'lost', erased_at = now()`,
      'copy_outcome_check',
    ],
  ])('is never %s, not even by its owner', async (_, set, constraint) => {
    const id = await open(cordon, await fresh(), 'backups', placeOf('backups'));
    await expect(
      as(cordon, 'owner', `update cordon.copy set ${set} where id = $1`, [id]),
    ).rejects.toMatchObject({ constraint });
  });
});

describe('an erasure', () => {
  test('is proved by its leaf and by absence from the catalogue, not by either alone', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const id = await open(cordon, attempt, 'package', place);
    expect(await prove(cordon, id)).toMatchObject({
      proven: false,
      outcome: null,
      kind: 'package',
      place,
      doubts: ['not erased', 'no leaf says that it was erased', 'still in the catalogue'],
    });
    await erasedLeaf(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({ proven: false });
    await comeDue(cordon, id);
    await purge(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({
      proven: true,
      outcome: 'erased',
      kind: 'package',
      place,
    });
    expect(await copy(cordon, id)).toMatchObject({ verified: true });
  });

  test('without a leaf is not proved', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'));
    await comeDue(cordon, id);
    await purge(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({ proven: false, outcome: 'erased' });
    expect(await copy(cordon, id)).toEqual(erased);
  });

  test('of another copy proves nothing of this one', async () => {
    const attempt = await fresh();
    const [id, other] = [
      await open(cordon, attempt, 'package', placeOf('package')),
      await open(cordon, attempt, 'package', placeOf('package')),
    ];
    for (const which of [id, other]) {
      await comeDue(cordon, which);
      await purge(cordon, which);
    }
    await erasedLeaf(cordon, other);
    expect(await prove(cordon, id)).toMatchObject({ proven: false });
  });

  test('that somebody undid, or only claimed, is not proved', async () => {
    const attempt = await fresh();
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await purge(cordon, attempt.copy);
    await erasedLeaf(cordon, attempt.copy);
    await as(cordon, 'admin', `create schema ${attempt.staging}`);
    expect(await prove(cordon, attempt.copy)).toMatchObject({ proven: false });
    expect(await copy(cordon, attempt.copy)).toEqual(erased);
    await as(cordon, 'admin', `drop schema ${attempt.staging}`);
    expect(await prove(cordon, attempt.copy)).toMatchObject({ proven: true });
  });

  test('claimed by the inventory alone is not proved while the table is there', async () => {
    const place = placeOf('package');
    const id = await open(cordon, await fresh(), 'package', place);
    await erasedLeaf(cordon, id);
    await comeDue(cordon, id);
    await as(
      cordon,
      'owner',
      `update cordon.copy set state = 'erased', outcome = 'erased', erased_at = now() where id = $1`,
      [id],
    );
    expect(await prove(cordon, id)).toMatchObject({ proven: false });
    await as(cordon, 'admin', `drop table copies."${place}"`);
    expect(await prove(cordon, id)).toMatchObject({ proven: true });
  });

  test('lost in a crash is proved as that', async () => {
    const attempt = await fresh();
    await as(cordon, 'admin', `truncate ${attempt.staging}.nonce`);
    await as(cordon, 'worker', closeSql, [...key(attempt), 'stale-staging', true]);
    await purge(cordon, attempt.copy);
    await erasedLeaf(cordon, attempt.copy);
    expect(await prove(cordon, attempt.copy)).toMatchObject({ proven: true, outcome: 'lost-in-crash' });
  });

  test('of no copy is refused', async () => {
    await expect(prove(cordon, -1)).rejects.toMatchObject({ code: 'CRD10' });
  });

  const gone = async (kind = 'contacts'): Promise<number | null> => {
    const id = await open(cordon, await fresh(), kind, placeOf(kind));
    await comeDue(cordon, id);
    await purge(cordon, id);
    await erasedLeaf(cordon, id);
    return id;
  };

  test.each([
    [
      'a relation planted in a schema of its wave',
      'create schema wave_planted; create table wave_planted.kept (x text)',
      'drop schema wave_planted cascade',
      stray,
    ],
    ['an empty schema of a wave', 'create schema wave_planted', 'drop schema wave_planted', stray],
    ['a table beside the copies', 'create table copies.kept (x text)', 'drop table copies.kept', stray],
    [
      'a table of somebody else among ours',
      'create table cordon.kept (x text)',
      'drop table cordon.kept',
      stray,
    ],
    [
      'a copy under another name, in another schema',
      'create schema kept; create table kept.away () inherits (cordon.disclosure_index)',
      'drop schema kept cascade',
      stray,
    ],
    ...[
      'view copies.kept as select 1 as x',
      'materialized view copies.kept as select 1 as x',
      'sequence copies.kept',
      'type copies.kept as (x text)',
    ].map((what) => [
      what,
      `create ${what}`,
      `drop ${/^(materialized view|\w+)/.exec(what)?.[0] ?? ''} copies.kept`,
      stray,
    ]),
    [
      'a foreign table beside the copies',
      `create foreign data wrapper kept; create server kept foreign data wrapper kept;
       create foreign table copies.kept (x text) server kept`,
      'drop foreign data wrapper kept cascade',
      stray,
    ],
    [
      'a function of somebody else among ours',
      `create function cordon.kept() returns text language sql as $$ select 'x' $$`,
      'drop function cordon.kept()',
      stray,
    ],
    [
      'a publication',
      'create publication kept for all tables',
      'drop publication kept',
      'a publication, whose subscribers keep what is dropped here',
    ],
    [
      'rows written past every copy',
      `insert into cordon.contact_history (survey) values ('x')`,
      'delete from only cordon.contact_history',
      'rows outside any copy',
    ],
    [
      'statistics of tokens',
      `alter table cordon.disclosure_index alter column survey_ref set statistics 100;
       insert into cordon.disclosure_index (survey_ref) select 'r' from generate_series(1, 50);
       analyze cordon.disclosure_index; delete from only cordon.disclosure_index;
       alter table cordon.disclosure_index alter column survey_ref set statistics 0`,
      'delete from pg_statistic where starelid = to_regclass($$cordon.disclosure_index$$)',
      'statistics of people',
    ],
    [
      'extended statistics',
      'create statistics cordon.kept on survey, kind from cordon.contact_history',
      'drop statistics cordon.kept',
      'statistics of people',
    ],
  ])('is not proved while there is %s', async (_, plant, remove, doubt) => {
    const id = await gone();
    await as(cordon, 'admin', plant);
    expect(await prove(cordon, id)).toMatchObject({ proven: false, doubts: [doubt] });
    expect(await copy(cordon, id)).toEqual(erased);
    await as(cordon, 'admin', remove);
    expect(await prove(cordon, id)).toMatchObject({ proven: true, doubts: [] });
  });

  test('is not held up by what a living copy accounts for: its own place, and nothing else of that name', async () => {
    const attempt = await fresh();
    const tail = randomBytes(5).toString('hex');
    await open(cordon, attempt, 'package', `wave_${tail}`);
    await open(cordon, attempt, 'backups', `kept_${tail}`);
    const index = await open(cordon, attempt, 'disclosure-index', `index_${tail}`);
    await as(cordon, 'owner', `create table copies.outcome_${tail} () inherits (cordon.contact_outcome)`);
    const strays = async () =>
      (await as<{ stray: string }>(cordon, 'owner', 'select cordon.strays() as stray')).map((s) => s.stray);
    expect(await strays()).toEqual([]);
    const planted = async (relation: string) => {
      await as(cordon, 'admin', `create table ${relation} (x text)`);
      const found = await strays();
      const [is] = await as<{ oid: number }>(cordon, 'admin', 'select $1::regclass::oid as oid', [relation]);
      await as(cordon, 'admin', `drop table ${relation}`);
      expect(found, relation).toEqual([`relation ${is?.oid ?? 0}`]);
    };
    await planted(`copies.${attempt.staging}`);
    await planted(`copies.kept_${tail}`);
    await planted(`copies.outcome_of_${tail}`);
    await planted(`cordon.wave_${tail}`);
    await planted(`ledger.outcome_${tail}`);
    await as(cordon, 'admin', `create schema wave_${tail}`);
    expect(await strays()).toEqual([expect.stringMatching(/^schema \d+$/)]);
    await as(cordon, 'admin', `drop schema wave_${tail}`);
    await comeDue(cordon, index);
    await purge(cordon, index);
    await planted(`copies.index_${tail}`);
    await planted(`copies.outcome_${tail}`);
    expect(await strays()).toEqual([]);
  });

  test.each(['worker', 'admin'] as const)('is not proved while the %s has a large object', async (who) => {
    const id = await gone();
    const [made] = await as<{ oid: number }>(cordon, who, `select lo_from_bytea(0, '\\x00') as oid`);
    expect(await prove(cordon, id)).toMatchObject({ proven: false, doubts: ['large objects'] });
    await as(cordon, who, 'select lo_unlink($1)', [made?.oid]);
    expect(await prove(cordon, id)).toMatchObject({ proven: true });
  });

  test('is not proved while an open session has a temporary table', async () => {
    const id = await gone();
    const session = await cordon.pool('admin').connect();
    try {
      await session.query('create temporary table kept (x text)');
      expect(await prove(cordon, id)).toMatchObject({ doubts: ['a temporary table of an open session'] });
      await session.query('drop table kept');
    } finally {
      session.release();
    }
    expect(await prove(cordon, id)).toMatchObject({ proven: true });
  });

  test('takes with it whatever somebody has made in its schema or hung on its table', async () => {
    const attempt = await fresh();
    const { staging } = attempt;
    const place = placeOf('contacts');
    const id = await open(cordon, attempt, 'contacts', place);
    await as(
      cordon,
      'admin',
      `create table ${staging}.mine as select * from ${staging}.intake; create view ${staging}.look as select 1 as x;
       create materialized view ${staging}.seen as select * from ${staging}.nonce;
       create materialized view ${staging}.blank as select * from ${staging}.nonce with no data;
       create function ${staging}.told() returns text language sql as $$ select 'x' $$; create sequence ${staging}.next;
       create foreign data wrapper away; create server away foreign data wrapper away;
       create foreign table ${staging}.far (x text) server away;
       create schema beside; create view beside.look as select * from copies."${place}";
       create materialized view beside.seen as select * from copies."${place}";
       create table beside.heir () inherits (copies."${place}")`,
    );
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await comeDue(cordon, id);
    for (const which of [attempt.copy, id]) {
      expect(await purge(cordon, which)).toBe('erased');
      await erasedLeaf(cordon, which);
      // what stands beside the copy, and lets nobody look, goes with it
      expect(await prove(cordon, which)).toMatchObject({ proven: which === id });
    }
    await as(cordon, 'admin', 'drop schema beside; drop foreign data wrapper away cascade');
    expect(await prove(cordon, attempt.copy)).toMatchObject({ proven: true });
  });

  test('is not proved while what its rows carried stands in any text of the catalogue', async () => {
    const attempt = await fresh();
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await purge(cordon, attempt.copy);
    await erasedLeaf(cordon, attempt.copy);
    const [row] = await as<{ planted: string }>(
      cordon,
      'admin',
      'select cordon.planted(nonce_sha256) as planted from cordon.attempt where staging = $1',
      [attempt.staging],
    );
    const planted = row?.planted ?? '';
    const bytes = Buffer.from(planted);
    const doubts = async () =>
      (
        await as<{ doubts: string[] }>(cordon, 'auditor', 'select cordon.erasure_doubts($1) as doubts', [
          attempt.copy,
        ])
      )[0]?.doubts;
    expect(await doubts()).toEqual([]);
    await as(cordon, 'admin', 'create schema kept');
    const look = `grant usage on schema kept to ${cordon.names.owner}; grant select on kept.x to ${cordon.names.owner}`;
    for (const [plant, found] of [
      [`comment on schema kept is '${planted.toUpperCase()}'`, 'a comment'],
      [`create function kept.x() returns text language sql as $$ select '${planted}' $$`, 'a function'],
      [`create view kept.x as select '${bytes.toString('base64')}'::text as x`, 'a view'],
      [`create sequence kept.${planted}`, 'a name'],
      [`create type kept.x as enum ('${planted}')`, 'a name'],
      [`create table kept.x ("${planted}" text); ${look}`, 'a name'],
      [`create table kept.x (x text); create index on kept.x ((x || '${planted}')); ${look}`, 'an index'],
      [
        `create table kept.x as select '${planted}' as x from generate_series(1, 9); analyze kept.x; truncate kept.x; ${look}`,
        'statistics',
      ],
      [`alter role current_user set cordon.kept = '${planted}'`, 'a setting'],
    ] as const) {
      await as(cordon, 'admin', plant);
      expect(await doubts()).toEqual([`a planted value in ${found}`]);
      await as(
        cordon,
        'admin',
        'drop schema kept cascade; create schema kept; alter role current_user reset cordon.kept',
      );
    }
    await as(
      cordon,
      'admin',
      `create table kept.x (x text default '${planted}' check (x <> 'x${planted}'));
      grant usage on schema kept to ${cordon.names.owner}; grant select on kept.x to ${cordon.names.owner}`,
    );
    for (const [value, found] of [
      ['x', ['a constraint', 'a default']],
      [bytes.toString('hex'), ['a constraint', 'a default', 'relation']],
      [
        Buffer.concat([Buffer.from('xx'), bytes]).toString('base64'),
        ['a constraint', 'a default', 'relation'],
      ],
    ] as const) {
      await as(cordon, 'admin', 'truncate kept.x');
      await as(cordon, 'admin', 'insert into kept.x values ($1)', [value]);
      expect((await doubts())?.map((doubt) => /in (a \w+|relation)/.exec(doubt)?.[1]).toSorted()).toEqual(
        found,
      );
    }
    await as(cordon, 'admin', 'drop schema kept cascade');
  });

  test('is proved no more once somebody plants something afterwards', async () => {
    const id = await gone();
    expect(await prove(cordon, id)).toMatchObject({ proven: true });
    await as(cordon, 'admin', 'create table copies.later (x text)');
    const doubts = () => as(cordon, 'auditor', 'select cordon.erasure_doubts($1) as doubts', [id]);
    expect(await doubts()).toEqual([{ doubts: [stray] }]);
    await as(cordon, 'admin', 'drop table copies.later');
    expect(await doubts()).toEqual([{ doubts: [] }]);
  });

  test('of a schema that was renamed, with an empty one left to be dropped, is not proved', async () => {
    const attempt = await fresh();
    await as(cordon, 'admin', `alter schema ${attempt.staging} rename to kept`);
    await as(
      cordon,
      'admin',
      `create schema ${attempt.staging}; create table ${attempt.staging}.nonce (nonce bytea)`,
    );
    await as(cordon, 'admin', `alter schema ${attempt.staging} owner to ${cordon.names.owner}`);
    await as(cordon, 'admin', `alter table ${attempt.staging}.nonce owner to ${cordon.names.owner}`);
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await purge(cordon, attempt.copy);
    await erasedLeaf(cordon, attempt.copy);
    expect(await prove(cordon, attempt.copy)).toMatchObject({
      proven: false,
      doubts: [stray],
    });
    await as(cordon, 'admin', 'drop schema kept cascade');
  });

  test('of a logged copy in which nothing was is never complete', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const id = await open(cordon, attempt, 'package', place);
    await as(cordon, 'admin', `delete from copies."${place}"`);
    await comeDue(cordon, id);
    await purge(cordon, id);
    await erasedLeaf(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({
      proven: false,
      doubts: ['nothing was in it, and nobody knows why'],
    });
  });

  test('before the clock, by whom it may be, is not proved', async () => {
    const id = await open(cordon, await fresh(), 'backups', placeOf('backups'));
    await as(
      cordon,
      'owner',
      `update cordon.copy set state = 'erased', outcome = 'erased', erased_at = now() where id = $1`,
      [id],
    );
    await erasedLeaf(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({ doubts: ['erased before its clock had run out'] });
  });

  test('counts what it drops, and waits for a reader no longer than it is told', async () => {
    const attempt = await fresh();
    const place = placeOf('disclosure-index');
    const id = await open(cordon, attempt, 'disclosure-index', place);
    await as(
      cordon,
      'worker',
      `insert into copies."${place}" (survey) select 's' from generate_series(1, 41)`,
    );
    await comeDue(cordon, id);
    const reader = await cordon.pool('admin').connect();
    try {
      await reader.query(`begin; select from copies."${place}"`);
      const worker = await cordon.pool('worker').connect();
      try {
        await worker.query(`begin; set local lock_timeout = '200ms'`);
        await expect(worker.query('select cordon.purge_copy($1)', [id])).rejects.toMatchObject({
          code: '55P03',
        });
        await worker.query('rollback');
      } finally {
        worker.release();
      }
      expect(await copy(cordon, id)).toEqual(live);
    } finally {
      await reader.query('rollback');
      reader.release();
    }
    expect(await purge(cordon, id)).toBe('erased');
    expect(
      await as(
        cordon,
        'auditor',
        'select relations, rows, bytes > 0 as sized from cordon.copy where id = $1',
        [id],
      ),
    ).toEqual([{ relations: 1, rows: 42, sized: true }]);
  });
});

test('a register is a copy from its first entry, of every survey, and is reviewed and never erased', async () => {
  const copyOf = () =>
    as<{ id: number; standing: string; rows: number }>(
      cordon,
      'auditor',
      `select id, standing, rows from cordon.inventory() where kind = 'registers'`,
    );
  expect(await copyOf()).toEqual([]);
  await as(
    cordon,
    'owner',
    `insert into cordon.register_entry (register, kind, token, added_by)
    values ('opt-outs', 'phone', sha256('x'), 'canary'), ('opt-outs', 'phone', sha256('y'), 'canary')`,
  );
  expect(await copyOf()).toEqual([]);
  for (const token of ['a', 'b'])
    await as(
      cordon,
      'owner',
      `insert into cordon.register_entry (register, kind, token, added_by)
      values ('opt-outs', 'phone', sha256('${token}'), 'c.clerk')`,
    );
  const [register, ...others] = await copyOf();
  expect([register, others]).toMatchObject([{ standing: 'live', rows: 2 }, []]);
  await comeDue(cordon, register?.id ?? null);
  await expect(purge(cordon, register?.id ?? null)).rejects.toMatchObject({ code: 'CRD10' });
  expect(await copyOf()).toMatchObject([{ standing: 'in review', rows: 2 }]);
});
