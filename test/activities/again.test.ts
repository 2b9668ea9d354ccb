// An answer may be lost after its transaction was committed, a worker may hang, an officer may think again: what is
// done twice is done once, and what is cancelled ends.
import { setTimeout as wait } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import type { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSource } from '../../activities/source/source.ts';
import { failure } from '../../schemas/failure.ts';
import { withConnection } from '../../sql/connect.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

test('every stage answers the same a second time and says it once', async () => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  const once = await hands.upTo(opened, 'transfer');
  expect(await hands.upTo(opened, 'transfer')).toEqual(once);
  for (const type of [
    'attempt-opened',
    'extracted',
    'frame-committed',
    'sampled',
    'packaged',
    'intent',
    'disclosure',
  ])
    expect([type, (await hands.leaves(wave, type)).length]).toEqual([type, 1]);
});

test('another run supersedes the attempt that is open, and the ledger says which', async () => {
  const wave = await hands.month();
  await hands.open(wave);
  await hands.open(wave, 'another run');
  expect(
    (await hands.leaves(wave, 'attempt-opened')).map(({ attempt, supersedes }) => [attempt, supersedes]),
  ).toEqual([
    [1, undefined],
    [2, 1],
  ]);
});

test('a finding is recorded once, and its officer hears so again; another officer does not', async () => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  const minimised = await hands.upTo(opened, 'minimise');
  await hands.release(minimised);
  const unreachable = {
    ...hands.deps,
    openTarget: async (...given: Parameters<typeof hands.deps.openTarget>) => ({
      ...(await hands.deps.openTarget(...given)),
      put: async (_: unknown, hooks: { firstByte(): Promise<void> }) => {
        await hooks.firstByte();
        throw failure('DELIVERY_UNREACHABLE', {}, false);
      },
    }),
  };
  await expect(actsOf(unreachable).transfer(minimised)).rejects.toThrow('DELIVERY_UNREACHABLE');
  const { survey, period, attempt } = opened;
  const key = { survey, period, attempt };
  expect((await hands.acts.withdraw(key)).ok).toBe(false);
  const found = { ...key, finding: 'not-arrived' } as const;
  const settle = async (officer: 'a.officer' | 'b.officer') =>
    hands.acts.settle({ ...key, ...(await hands.signed(officer, 'settle', found)) });
  expect((await settle('a.officer')).ok).toBe(true);
  expect((await settle('a.officer')).ok).toBe(true);
  expect((await settle('b.officer')).ok).toBe(false);
  expect(await hands.leaves(wave, 'signed')).toHaveLength(2);
  expect(await hands.leaves(wave, 'settled')).toHaveLength(1);
  expect(await hands.leaves(wave, 'intent-voided')).toHaveLength(1);
});

test('a clock that is moved again to where it stands moves once, and so does a release that expires', async () => {
  const wave = await hands.month();
  const minimised = await hands.upTo(await hands.open(wave), 'minimise');
  const to = new Date().toISOString();
  const moved = (copies: number) => ({ ok: true, value: { moved: copies, officers: 1, needed: 1 } });
  expect(await hands.moveClock(wave, 'package', to)).toEqual(moved(1));
  expect(await hands.moveClock(wave, 'package', to)).toEqual(moved(0));
  expect(await hands.leaves(wave, 'clock-moved')).toHaveLength(1);

  const { statementSha256 } = await hands.acts.state(minimised);
  const expired = { ...wave, attempt: minimised.attempt, statementSha256 };
  await hands.acts.expireRelease(expired);
  await hands.acts.expireRelease(expired);
  expect(await hands.leaves(wave, 'release-expired')).toHaveLength(1);
});

/** Starts `act` while the ledger is locked, watches it for a second, and cancels it. */
const blocked = async (act: (acts: ReturnType<typeof actsOf>) => Promise<unknown>) => {
  let context: MockActivityEnvironment | undefined;
  let beats = 0;
  const onContext = (it: MockActivityEnvironment): void => {
    context = it;
    it.on('heartbeat', () => (beats += 1));
  };
  const acts = actsOf(hands.deps, { onContext });
  return withConnection(hands.installation.urls.admin, 'lock', async (db) => {
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
  const extracted = await hands.upTo(await hands.open(await hands.month()), 'extract');
  const { error, beats, waiting } = await blocked((acts) => acts.screen(extracted));
  expect(error).toBeInstanceOf(CancelledFailure);
  expect(waiting).toBe(0);
  expect(beats).toBeGreaterThan(0);
});

test('what is no stage beats and is cancelled alike', async () => {
  const opened = await hands.open(await hands.month());
  const closing = await blocked((acts) => acts.closeAttempt({ ...opened, outcome: 'cancelled' }));
  expect(closing.error).toBeInstanceOf(CancelledFailure);
  expect(closing).toMatchObject({ waiting: 0 });
  expect(closing.beats).toBeGreaterThan(0);
});

test('a source that is away is asked again, and is a refusal, said once, at the last try alone', async () => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  const away = {
    ...hands.deps,
    openSource: () => openSource('postgres://nobody@127.0.0.1:1/none', wave.period),
  };
  const start = (attempt: number) =>
    actsOf(away, { info: { attempt, retryPolicy: { maximumAttempts: 2 } } }).extract(opened);
  await expect(start(1)).rejects.toMatchObject({ type: 'SOURCE_UNREACHABLE', nonRetryable: false });
  expect(await hands.leaves(wave, 'refused')).toEqual([]);
  expect(await start(2)).toMatchObject({ ok: false, refusal: { code: 'SOURCE_UNREACHABLE' } });
  expect(await hands.leaves(wave, 'refused')).toHaveLength(1);
});
