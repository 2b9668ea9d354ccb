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
import { as, closeSql, key, newWave, openAttempt } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const hold = (id: number | null, by: string | null, lasts = 'P1D'): Promise<unknown> =>
  as(
    cordon,
    'owner',
    'update cordon.copy set held_until = now() + $3::interval, held_by = $2 where id = $1',
    [id, by, lasts],
  );

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

  test('under a hold is refused until the hold has ended', async () => {
    const place = placeOf('package');
    const id = await open(cordon, await fresh(), 'package', place);
    await comeDue(cordon, id);
    await hold(id, 'dpo');
    await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
    expect(await exists(cordon, `copies."${place}"`)).toBe(true);
    await hold(id, 'dpo', 'PT-1S');
    expect(await purge(cordon, id)).toBe('erased');
  });

  test('a hold has an owner, and staging cannot be held', async () => {
    const attempt = await fresh();
    const id = await open(cordon, attempt, 'package', placeOf('package'));
    await expect(hold(id, null)).rejects.toMatchObject({ constraint: 'copy_hold_is_owned' });
    await expect(hold(attempt.copy, 'dpo')).rejects.toMatchObject({
      constraint: 'copy_staging_cannot_be_held',
    });
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
  test('comes nearer by the worker, never later, and says from where to where', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'), 'P1D');
    const move = (to: string) =>
      as<{ was: Date; now_due: Date }>(cordon, 'worker', 'select * from cordon.move_clock($1, $2)', [id, to]);
    const to = new Date(Date.now() + 3_600_000).toISOString();
    const [moved] = await move(to);
    expect(moved?.now_due.toISOString()).toBe(to);
    await expect(move('2031-01-01T00:00:00.000Z')).rejects.toMatchObject({ code: 'CRD04' });
    const [back] = await move(new Date().toISOString());
    expect(back?.was.toISOString()).toBe(to);
    expect(await purge(cordon, id)).toBe('erased');
  });

  test('of an erased copy does not move', async () => {
    const id = await open(cordon, await fresh(), 'package', placeOf('package'));
    await comeDue(cordon, id);
    await purge(cordon, id);
    await expect(comeDue(cordon, id)).rejects.toMatchObject({ code: 'CRD08' });
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
    });
    expect(await copy(cordon, id)).toEqual({ ...erased, verified: true });
    await expect(begin(id)).rejects.toMatchObject({ code: 'CRD08' });
  });

  test('a hold keeps a live copy from erasing', async () => {
    const id = await open(cordon, await fresh(), 'delivered', placeOf('delivered'));
    await comeDue(cordon, id);
    await as(
      cordon,
      'owner',
      `update cordon.copy set held_until = now() + interval '1 day', held_by = 'dpo' where id = $1`,
      [id],
    );
    await expect(begin(id)).rejects.toMatchObject({ code: 'CRD06' });
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
    expect(await prove(cordon, id)).toEqual({ proven: false, outcome: null, kind: 'package', place });
    await erasedLeaf(cordon, id);
    expect(await prove(cordon, id)).toMatchObject({ proven: false });
    await comeDue(cordon, id);
    await purge(cordon, id);
    expect(await prove(cordon, id)).toEqual({ proven: true, outcome: 'erased', kind: 'package', place });
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
});
