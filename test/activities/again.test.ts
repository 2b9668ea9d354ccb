// An answer may be lost after its transaction was committed, a worker may hang, an officer may think again: what is
// done twice is done once, and what is cancelled ends.
import { setTimeout as wait } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../activities/source/source.ts';
import { failure } from '../../schemas/failure.ts';
import { withConnection } from '../../sql/connect.ts';
import type { Bench } from './bench.ts';
import { actsOf, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

test('every stage answers the same a second time and says it once', async () => {
  const wave = await bench.month();
  const opened = await bench.open(wave);
  const once = await bench.upTo(opened, 'transfer');
  expect(await bench.upTo(opened, 'transfer')).toEqual(once);
  for (const type of [
    'attempt-opened',
    'extracted',
    'frame-committed',
    'sampled',
    'packaged',
    'intent',
    'disclosure',
  ])
    expect([type, (await bench.leaves(wave, type)).length]).toEqual([type, 1]);
});

test('a finding is recorded once, and its officer hears so again; another officer does not', async () => {
  const wave = await bench.month();
  const opened = await bench.open(wave);
  const minimised = await bench.upTo(opened, 'minimise');
  await bench.release(minimised);
  const unreachable = {
    ...bench.deps,
    openTarget: async (...given: Parameters<typeof bench.deps.openTarget>) => ({
      ...(await bench.deps.openTarget(...given)),
      put: async (_: unknown, hooks: { firstByte(): Promise<void> }) => {
        await hooks.firstByte();
        throw failure('DELIVERY_UNREACHABLE', {}, false);
      },
    }),
  };
  await expect(actsOf(unreachable).transfer(minimised)).rejects.toThrow('DELIVERY_UNREACHABLE');
  const { survey, period, attempt } = opened;
  const key = { survey, period, attempt };
  expect((await bench.acts.withdraw(key)).ok).toBe(false);
  const found = { ...key, officer: 'a.officer', finding: 'not-arrived' } as const;
  expect((await bench.acts.settle(found)).ok).toBe(true);
  expect((await bench.acts.settle(found)).ok).toBe(true);
  expect((await bench.acts.settle({ ...found, officer: 'b.officer' })).ok).toBe(false);
  expect(await bench.leaves(wave, 'settled')).toHaveLength(1);
  expect(await bench.leaves(wave, 'intent-voided')).toHaveLength(1);
});

test('a clock that is moved again to where it stands moves once, and so does a release that expires', async () => {
  const wave = await bench.month();
  const minimised = await bench.upTo(await bench.open(wave), 'minimise');
  const move = { ...wave, kind: 'package', to: new Date().toISOString(), officer: 'a.officer' } as const;
  expect(await bench.acts.moveClock(move)).toEqual({ ok: true, value: { moved: 1 } });
  expect(await bench.acts.moveClock(move)).toEqual({ ok: true, value: { moved: 1 } });
  expect(await bench.leaves(wave, 'clock-moved')).toHaveLength(1);

  const { statementSha256 } = await bench.acts.state(minimised);
  const expired = { ...wave, attempt: minimised.attempt, statementSha256 };
  await bench.acts.expireRelease(expired);
  await bench.acts.expireRelease(expired);
  expect(await bench.leaves(wave, 'release-expired')).toHaveLength(1);
});

/** Starts `act` while the ledger is locked, watches it for a second, and cancels it. */
const blocked = async (act: (acts: ReturnType<typeof actsOf>) => Promise<unknown>) => {
  let context: MockActivityEnvironment | undefined;
  let beats = 0;
  const onContext = (it: MockActivityEnvironment): void => {
    context = it;
    it.on('heartbeat', () => (beats += 1));
  };
  const acts = actsOf(bench.deps, { onContext });
  return withConnection(bench.installation.urls.admin, 'lock', async (db) => {
    await db.query('begin; lock table ledger.entry in share row exclusive mode');
    const ended = act(acts).catch((e: unknown) => e);
    await wait(1_200);
    context?.cancel();
    const error = await Promise.race([ended, wait(2_000, 'still running')]);
    const { rows } = await db.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    await db.query('rollback');
    return { error, beats, waiting: rows.length };
  });
};

test('a stage that is cancelled ends as cancelled, and no query of it goes on', async () => {
  const extracted = await bench.upTo(await bench.open(await bench.month()), 'extract');
  const { error, beats, waiting } = await blocked((acts) => acts.screen(extracted));
  expect(error).toBeInstanceOf(CancelledFailure);
  expect(waiting).toBe(0);
  expect(beats).toBeGreaterThan(0);
});

test('what is no stage beats and is cancelled alike', async () => {
  const opened = await bench.open(await bench.month());
  const closing = await blocked((acts) => acts.closeAttempt({ ...opened, outcome: 'cancelled' }));
  expect(closing.error).toBeInstanceOf(CancelledFailure);
  expect(closing).toMatchObject({ waiting: 0 });
  expect(closing.beats).toBeGreaterThan(0);
});

test('a source that is away is asked again, and is a refusal, said once, at the last try alone', async () => {
  const wave = await bench.month();
  const opened = await bench.open(wave);
  const away = {
    ...bench.deps,
    openSource: () => openSource('postgres://nobody@127.0.0.1:1/none', wave.period),
  };
  const start = (attempt: number) =>
    actsOf(away, { info: { attempt, retryPolicy: { maximumAttempts: 2 } } }).extract(opened);
  await expect(start(1)).rejects.toMatchObject({ type: 'SOURCE_UNREACHABLE', nonRetryable: false });
  expect(await bench.leaves(wave, 'refused')).toEqual([]);
  expect(await start(2)).toMatchObject({ ok: false, refusal: { code: 'SOURCE_UNREACHABLE' } });
  expect(await bench.leaves(wave, 'refused')).toHaveLength(1);
});
