import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import type { OpenAttempt } from './wave.ts';
import {
  as,
  closeSql,
  fenceSql,
  finishSql,
  inTransaction,
  key,
  named,
  newWave,
  openAttempt,
  openingSql,
  openingValues,
  raiseSql,
  releasePackage,
  waitsForLock,
  intentSql,
} from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const raise = async (
  attempt: OpenAttempt,
  stage = 'extract',
): Promise<{ claim: number; result: unknown }> => {
  const [row] = await as<{ claim: number; result: unknown }>(cordon, 'worker', raiseSql, [
    ...key(attempt),
    stage,
  ]);
  return row ?? { claim: -1, result: null };
};

const fence = (attempt: OpenAttempt, claim: number, stage = 'extract'): Promise<unknown> =>
  as(cordon, 'worker', fenceSql, [...key(attempt), stage, claim]);

describe('the fence', () => {
  test('is raised by every start of a stage, and by no start of another', async () => {
    const attempt = await fresh();
    expect(await raise(attempt)).toEqual({ claim: 1, result: null });
    expect(await raise(attempt)).toEqual({ claim: 2, result: null });
    expect(await raise(attempt, 'screen')).toEqual({ claim: 1, result: null });
    expect(await raise(attempt)).toEqual({ claim: 3, result: null });
    await fence(attempt, 1, 'screen');
  });

  test('stops a zombie after a new claim, and lets the new claim through', async () => {
    const attempt = await fresh();
    const { claim: old } = await raise(attempt);
    await fence(attempt, old);
    const { claim } = await raise(attempt);
    await expect(fence(attempt, old)).rejects.toMatchObject({ code: 'CRD01' });
    await fence(attempt, claim);
  });

  test('stops a claim that was never given, and one of another stage or attempt', async () => {
    const [attempt, other] = [await fresh(), await fresh()];
    const { claim } = await raise(attempt);
    await expect(fence(attempt, claim + 1)).rejects.toMatchObject({ code: 'CRD01' });
    await expect(fence(attempt, claim, 'screen')).rejects.toMatchObject({ code: 'CRD01' });
    await expect(fence(other, claim)).rejects.toMatchObject({ code: 'CRD01' });
  });

  test('held by a zombie makes the new claim wait until the zombie’s transaction has ended', async () => {
    const attempt = await fresh();
    const { claim: old } = await raise(attempt);
    await inTransaction(cordon, async (zombie) => {
      await zombie.query(fenceSql, [...key(attempt), 'extract', old]);
      const next = named(cordon, 'next claim', raiseSql, [...key(attempt), 'extract']);
      expect(await waitsForLock(cordon, 'next claim', next)).toBe(true);
      await zombie.query(`insert into ${attempt.staging}.intake values (array['k'], null)`);
      await zombie.query('commit');
      expect(await next).toEqual([{ claim: old + 1, result: null }]);
      await zombie.query('begin');
      await expect(zombie.query(fenceSql, [...key(attempt), 'extract', old])).rejects.toMatchObject({
        code: 'CRD01',
      });
    });
  });

  test('is shared by the several connections of one claim, which do not wait for each other', async () => {
    const attempt = await fresh();
    const { claim } = await raise(attempt);
    await inTransaction(cordon, async (one) => {
      await one.query(fenceSql, [...key(attempt), 'extract', claim]);
      await fence(attempt, claim);
    });
  });

  test('a zombie that waited behind a new claim is refused, not let through on what it saw before', async () => {
    const attempt = await fresh();
    const { claim: old } = await raise(attempt);
    await withConnection(cordon.urls.worker, 'new start', async (db) => {
      await db.query('begin');
      await db.query(raiseSql, [...key(attempt), 'extract']);
      const late = named(cordon, 'late zombie', fenceSql, [...key(attempt), 'extract', old]);
      const refused = expect(late).rejects.toMatchObject({ code: 'CRD01' });
      expect(await waitsForLock(cordon, 'late zombie', late)).toBe(true);
      await db.query('commit');
      await refused;
    });
  });

  test('of a finished stage lets nobody through; a new start gets the result and does not raise', async () => {
    const attempt = await fresh();
    const { claim } = await raise(attempt);
    await as(cordon, 'worker', finishSql, [...key(attempt), 'extract', claim, '{"rows":7}']);
    expect(await raise(attempt)).toEqual({ claim, result: { rows: 7 } });
    expect(await raise(attempt)).toEqual({ claim, result: { rows: 7 } });
    await expect(fence(attempt, claim)).rejects.toMatchObject({ code: 'CRD01' });
    await expect(
      as(cordon, 'worker', finishSql, [...key(attempt), 'extract', claim, '{"rows":8}']),
    ).rejects.toMatchObject({ code: 'CRD01' });
    expect(await raise(attempt)).toEqual({ claim, result: { rows: 7 } });
  });

  test('a zombie cannot finish a stage, and what it says is not kept', async () => {
    const attempt = await fresh();
    const { claim: old } = await raise(attempt);
    const { claim } = await raise(attempt);
    await expect(
      as(cordon, 'worker', finishSql, [...key(attempt), 'extract', old, '{"by":"zombie"}']),
    ).rejects.toMatchObject({ code: 'CRD01' });
    expect(await raise(attempt)).toEqual({ claim: claim + 1, result: null });
  });

  test('knows the five stages and no other', async () => {
    const attempt = await fresh();
    for (const stage of ['extract', 'screen', 'sample', 'minimise', 'transfer'])
      expect(await raise(attempt, stage)).toEqual({ claim: 1, result: null });
    await expect(raise(attempt, 'release')).rejects.toMatchObject({ constraint: 'claim_stage_check' });
  });

  test('of a closed attempt refuses a new start and stops a running one', async () => {
    const attempt = await fresh();
    const { claim } = await raise(attempt);
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    await expect(raise(attempt)).rejects.toMatchObject({ code: 'CRD08' });
    await expect(fence(attempt, claim)).rejects.toMatchObject({ code: 'CRD01' });
  });

  test('held makes closing the attempt wait', async () => {
    const attempt = await fresh();
    const { claim } = await raise(attempt);
    await inTransaction(cordon, async (zombie) => {
      await zombie.query(fenceSql, [...key(attempt), 'extract', claim]);
      const closing = named(cordon, 'closing', closeSql, [...key(attempt), 'failed', true]);
      expect(await waitsForLock(cordon, 'closing', closing)).toBe(true);
      await zombie.query('commit');
      expect(await closing).toEqual([{ closed: true }]);
    });
  });
});

describe('a month with an intent', () => {
  test('opens no other attempt', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    await as(cordon, 'worker', intentSql, [...key(attempt), released.package, released.statement]);
    const another = as(cordon, 'worker', openingSql, openingValues(attempt, `${attempt.run}-2`, 1));
    await expect(another).rejects.toMatchObject({ code: 'CRD09' });
    // the attempt that carries the intent is still open: its transfer must be able to end
    await raise(attempt, 'transfer');
  });

  test('opens none either when the intent was being committed as the other start came', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    const { claim } = await raise(attempt, 'transfer');
    await inTransaction(cordon, async (transfer) => {
      await transfer.query(fenceSql, [...key(attempt), 'transfer', claim]);
      const another = named(cordon, 'another', openingSql, openingValues(attempt, `${attempt.run}-2`, 1));
      const refused = expect(another).rejects.toMatchObject({ code: 'CRD09' });
      expect(await waitsForLock(cordon, 'another', another)).toBe(true);
      await transfer.query(intentSql, [...key(attempt), released.package, released.statement]);
      await transfer.query('commit');
      await refused;
    });
    await fence(attempt, claim, 'transfer');
  });

  test('gets no intent from an attempt that was superseded meanwhile', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    await openAttempt(cordon, attempt, `${attempt.run}-2`);
    await expect(
      as(cordon, 'worker', intentSql, [...key(attempt), released.package, released.statement]),
    ).rejects.toMatchObject({ code: 'CRD08' });
  });
});
