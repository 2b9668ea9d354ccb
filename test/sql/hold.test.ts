// A hold keeps a copy from every path on which it could be erased, until two officers have lifted the last one.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispositions } from '../../schemas/disposition.ts';
import type { ExceptionKind } from '../../schemas/exception.ts';
import { closingReasons, exceptionKinds } from '../../schemas/exception.ts';
import { forgoReasons } from '../../schemas/forgo.ts';
import { holdReasons } from '../../schemas/hold.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { comeDue, copy, erased, holdOn, lift, live, open, placeOf, purge } from './copies.ts';
import type { OpenAttempt } from './wave.ts';
import { as, closeSql, key, newWave, openAttempt, openingSql, openingValues } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const due = async (kind = 'package'): Promise<{ id: number | null; attempt: OpenAttempt }> => {
  const attempt = await fresh();
  const id = await open(cordon, attempt, kind, placeOf(kind));
  await comeDue(cordon, id);
  return { id, attempt };
};

const standing = async (id: number | null): Promise<unknown> =>
  (await as(cordon, 'auditor', 'select standing from cordon.inventory() where id = $1', [id]))[0]?.[
    'standing'
  ];

test('while one of many lives no path erases the copy, and the last one lifted frees it', async () => {
  const { id, attempt } = await due();
  const holds = [await holdOn(cordon, id), await holdOn(cordon, id, { because: 'litigation' })];
  const paths = {
    purge_copy: () => purge(cordon, id),
    'by the owner, past every function': () =>
      as(
        cordon,
        'owner',
        `update cordon.copy set state = 'erased', outcome = 'erased', erased_at = now() where id = $1`,
        [id],
      ),
    'by the owner, row and all': () => as(cordon, 'owner', 'delete from cordon.copy where id = $1', [id]),
  };
  const tryAll = async (): Promise<void> => {
    for (const path of [paths.purge_copy, paths['by the owner, past every function']])
      await expect(path()).rejects.toMatchObject({ code: 'CRD06' });
    await expect(paths['by the owner, row and all']()).rejects.toMatchObject({ code: '23503' });
    // what makes other copies due does not free this one
    await as(cordon, 'worker', openingSql, openingValues(attempt, `${attempt.run}-other`, 1));
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await comeDue(cordon, id);
    await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
  };
  await tryAll();
  expect([await copy(cordon, id), await standing(id)]).toEqual([live, 'held']);
  for (const officer of ['a.officer', 'b.officer']) await lift(cordon, holds[0] ?? 0, officer);
  await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
  for (const officer of ['a.officer', 'b.officer']) await lift(cordon, holds[1] ?? 0, officer);
  expect(await standing(id)).toBe('due');
  expect(await purge(cordon, id)).toBe('erased');
  expect(await copy(cordon, id)).toEqual(erased);
});

test('of what is no relation neither begins nor ends an erasure', async () => {
  const { id } = await due('delivered');
  const begin = () => as(cordon, 'worker', 'select cordon.start_erasing($1) as erasing', [id]);
  await begin();
  await holdOn(cordon, id);
  await expect(begin()).rejects.toMatchObject({ code: 'CRD06' });
  await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
  expect(await copy(cordon, id)).toEqual({ ...live, state: 'erasing' });
});

test('raced by eight purges either comes before all of them or is refused', async () => {
  for (let round = 0; round < 4; round += 1) {
    const { id } = await due();
    const [held, ...purged] = await Promise.allSettled([
      holdOn(cordon, id),
      ...Array.from({ length: 8 }, () => purge(cordon, id)),
    ]);
    const now = await copy(cordon, id);
    if (held.status === 'fulfilled') {
      expect(now).toEqual(live);
      for (const each of purged)
        expect(each).toMatchObject({ status: 'rejected', reason: { code: 'CRD06' } });
    } else {
      expect(held.reason).toMatchObject({ code: 'CRD08' });
      expect(now).toEqual(erased);
    }
  }
});

test('past its review is a hold all the same', async () => {
  const { id } = await due();
  await holdOn(cordon, id, { reviewIn: 'P0D' });
  // a day later, as far as PostgreSQL can tell
  await as(cordon, 'admin', `alter table cordon.hold disable trigger hold_is_lifted_by_two`);
  await as(cordon, 'admin', `update cordon.hold set review_on = current_date - 400 where copy = $1`, [id]);
  await as(cordon, 'admin', `alter table cordon.hold enable trigger hold_is_lifted_by_two`);
  await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
});

test('reasons that officers give are a closed list each, and PostgreSQL knows the same', async () => {
  const words = async (text: string): Promise<string[]> => {
    const [row] = await as<{ text: string }>(cordon, 'admin', `select ${text} as text`);
    const lists = [...(row?.text ?? '').matchAll(/(?:in|array) ?[([]([^)\]]*)[)\]]/gi)];
    return lists.flatMap(([, list = '']) =>
      [...list.matchAll(/'([a-zA-Z_-]+)'/g)].map(([, word = '']) => word),
    );
  };
  const constraint = (name: string) =>
    words(`(select pg_get_constraintdef(oid) from pg_constraint where conname = '${name}')`);
  const source = (name: string) => words(`(select prosrc from pg_proc where proname = '${name}')`);
  expect(await constraint('forgone_for_a_known_reason')).toEqual(Object.keys(forgoReasons));
  expect(await constraint('answered_for_a_known_reason')).toEqual(Object.keys(closingReasons));
  expect(await source('dispose_copy')).toEqual(
    Object.values(dispositions).flatMap((reasons) => Object.keys(reasons)),
  );
  const byWord = Object.entries<ExceptionKind>(exceptionKinds).filter(([, kind]) => kind.byWord);
  expect(await source('close_exception')).toEqual(byWord.map(([code]) => code));
});

describe('a hold', () => {
  test.each(holdReasons)('may be for %s', async (because) => {
    const { id } = await due();
    expect(await holdOn(cordon, id, { because })).toBeGreaterThan(0);
  });

  test('is never of staging, not even by the owner; nor of what is erased, for no known reason, or reviewed in the past', async () => {
    const attempt = await fresh();
    await expect(holdOn(cordon, attempt.copy)).rejects.toMatchObject({ code: 'CRD10' });
    await expect(
      as(
        cordon,
        'owner',
        `insert into cordon.hold (copy, kind, because, owner, review_on, set_by, statement_sha256)
         values ($1, 'staging', 'complaint', 'd.po', current_date, 'a.officer', '')`,
        [attempt.copy],
      ),
    ).rejects.toMatchObject({ constraint: 'hold_is_not_of_staging' });
    await expect(
      as(
        cordon,
        'owner',
        `insert into cordon.hold (copy, kind, because, owner, review_on, set_by, statement_sha256)
         values ($1, 'package', 'complaint', 'd.po', current_date, 'a.officer', '')`,
        [attempt.copy],
      ),
    ).rejects.toMatchObject({ code: '23503' });
    const { id } = await due();
    await expect(holdOn(cordon, id, { because: 'curiosity' })).rejects.toMatchObject({
      constraint: 'hold_reason_is_known',
    });
    await expect(holdOn(cordon, id, { reviewIn: 'P-1D' })).rejects.toMatchObject({ code: 'CRD10' });
    await purge(cordon, id);
    await expect(holdOn(cordon, id)).rejects.toMatchObject({ code: 'CRD08' });
    await expect(holdOn(cordon, -1)).rejects.toMatchObject({ code: 'CRD10' });
  });

  test('signed once is set once', async () => {
    const { id } = await due();
    const statement = 'f'.repeat(64);
    const first = await holdOn(cordon, id, { statement });
    expect(await holdOn(cordon, id, { statement })).toBe(first);
    expect(await as(cordon, 'auditor', 'select 1 from cordon.hold where copy = $1', [id])).toHaveLength(1);
  });

  test('is lifted by two distinct officers: not by one twice, nor by a deputy and whom they stand in for', async () => {
    const { id } = await due();
    const hold = await holdOn(cordon, id);
    await as(
      cordon,
      'owner',
      `insert into cordon.officer (version, officer, keys, may, from_day, to_day, deputy_for)
       select max(version), 'd.deputy', '{d.deputy}', '{lift}', current_date, current_date, 'a.officer' from cordon.officers`,
    );
    for (const officer of ['a.officer', 'a.officer', 'd.deputy'])
      expect(await lift(cordon, hold, officer)).toEqual({ officers: 1, lifted: false });
    await expect(purge(cordon, id)).rejects.toMatchObject({ code: 'CRD06' });
    expect(await lift(cordon, hold, 'b.officer')).toEqual({ officers: 2, lifted: true });
    expect(await lift(cordon, hold, 'c.officer')).toEqual({ officers: 2, lifted: true });
    await expect(lift(cordon, -1, 'a.officer')).rejects.toMatchObject({ code: 'CRD10' });
  });

  test('is not lifted by the word of one who may not sign any more, nor by a word about another', async () => {
    const { id } = await due();
    const [hold, other] = [await holdOn(cordon, id), await holdOn(cordon, id, { because: 'litigation' })];
    expect(await lift(cordon, hold, 'e.officer')).toEqual({ officers: 1, lifted: false });
    await as(
      cordon,
      'owner',
      `with next as (insert into cordon.officers (version, document, sha256, signature)
         select max(version) + 1, 'next', encode(sha256('next'), 'hex'), 's' from cordon.officers returning version)
       insert into cordon.officer (version, officer, keys, may, from_day, to_day, deputy_for)
         select next.version, o.officer, o.keys, o.may, o.from_day, o.to_day, o.deputy_for
         from next, cordon.officer o where o.version = next.version - 1 and o.officer <> 'e.officer'`,
    );
    expect(await lift(cordon, hold, 'b.officer')).toEqual({ officers: 1, lifted: false });
    await expect(
      as(
        cordon,
        'verifier',
        `select cordon.lift_hold($1, officer, sha256) from cordon.statement
         where act = 'lift' and officer = 'b.officer' and text::jsonb->>'hold' = $2`,
        [other, String(hold)],
      ),
    ).rejects.toMatchObject({ code: 'CRD16' });
    expect(await lift(cordon, hold, 'c.officer')).toEqual({ officers: 2, lifted: true });
  });

  test('changes in nothing else, is not lifted past its officers and never goes, not even by its owner', async () => {
    const { id } = await due();
    const hold = await holdOn(cordon, id);
    for (const set of [
      'lifted_at = now()',
      `review_on = current_date + 900`,
      `owner = 'x.x'`,
      'copy = copy + 1',
    ])
      await expect(
        as(cordon, 'owner', `update cordon.hold set ${set} where id = $1`, [hold]),
      ).rejects.toMatchObject({ code: 'CRD16' });
    for (const text of [
      'delete from cordon.hold',
      'truncate cordon.hold cascade',
      `update cordon.hold_lift set officer = ''`,
      'delete from cordon.hold_lift',
    ])
      await expect(as(cordon, 'owner', text)).rejects.toMatchObject({ code: 'CRD02' });
  });

  test.each(['worker', 'auditor', 'clerk'] as const)('is neither set nor lifted by the %s', async (who) => {
    await expect(
      as(cordon, who, `select cordon.hold_copy(1, 'complaint', 'd.po', current_date, 'a.officer', '')`),
    ).rejects.toMatchObject({ code: '42501' });
    await expect(as(cordon, who, `select cordon.lift_hold(1, 'a.officer', '')`)).rejects.toMatchObject({
      code: '42501',
    });
  });
});
