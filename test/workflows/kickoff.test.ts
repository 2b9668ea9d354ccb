// The month's beginning on the real server: schedule, slot, ids, parents and Updates as Temporal itself has them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duration } from '../../schemas/duration.ts';
import { monthBefore, shiftMonth } from '../../schemas/period.ts';
import { toWorkflow } from '../../worker/act.ts';
import { send, waveResult } from '../../worker/officer.ts';
import { backfillWave, upsertSweepSchedule, upsertWaveSchedule } from '../../worker/schedule.ts';
import type { WaveSchedule } from '../../worker/schedule.ts';
import { retentionId, waveId, waveScheduleId } from '../../workflows/ids.ts';
import { progressQuery, releaseUpdate, settleUpdate, statementQuery } from '../../workflows/messages.ts';
import type { Stated } from '../../workflows/messages.ts';
import { historyText } from '../history.ts';
import { createNamespace } from '../namespace.ts';
import { copy, givenBy, ok, planHash, quick, releaseOf, signerOf, wave as good } from './answers.ts';
import { attended, openStand, taskQueue } from './corridor.ts';
import type { GivenActivities, Stand } from './corridor.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(await createNamespace('kickoff'));
});
afterAll(() => stand.stop());

/** Answers for one survey; staging is due once its wave is closed. */
const activities = (
  survey: string,
  more: Record<string, (...args: never[]) => unknown> = {},
): GivenActivities => {
  let closed = false;
  let erased = false;
  const given: Record<string, (...args: never[]) => unknown> = {
    ...good,
    openAttempt: ({ period }: { period: string }) =>
      ok({ survey, period, attempt: 1, planHash, nonce: 'c'.repeat(64) }),
    release: releases(),
    closeAttempt: () => {
      closed = true;
      return null;
    },
    copies: () => ({
      copies: erased
        ? []
        : [{ ...copy(1, 'staging', closed ? '2026-01-01T00:00:00Z' : '2099-01-01T00:00:00Z'), survey }],
      closed,
      now: new Date().toISOString(),
    }),
    purge: () => ok({ outcome: 'erased' }),
    verifyErasure: () => {
      erased = true;
      return ok({ outcome: 'erased' });
    },
    ...more,
  };
  return Object.fromEntries(
    Object.entries(given).map(([name, answer]) => [name, async (...args: never[]) => answer(...args)]),
  );
};
const releases = () => {
  const by = new Set<string>();
  return (given: { signature: string }) => {
    const officer = signerOf(given);
    return ok({ officer, officers: by.add(officer).size });
  };
};

const schedule = (survey: string, more: Partial<WaveSchedule> = {}): WaveSchedule => ({
  survey,
  planHash,
  every: { day: 16, at: '06:30', zone: 'Europe/London', catchUp: duration('P7D') },
  timings: quick,
  taskQueue,
  ...more,
});

const stated = async (id: string): Promise<Stated> => {
  for (;;) {
    const now = await stand.client.workflow.getHandle(id).query(statementQuery);
    if (now?.waiting) return now;
  }
};
const eventually = async (what: () => Promise<boolean>): Promise<void> => {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50));
};
const exists = (id: string): Promise<boolean> =>
  stand.client.workflow
    .getHandle(id)
    .describe()
    .then(
      () => true,
      () => false,
    );

describe('a schedule', () => {
  test('is created, left alone when nothing has changed, and updated when something has, pause and all', async () => {
    const { client } = stand;
    expect(await upsertWaveSchedule(client, schedule('a'))).toBe('created');
    expect(await upsertWaveSchedule(client, schedule('a'))).toBe('unchanged');
    await client.schedule.getHandle(waveScheduleId('a')).pause('the records are being mended');
    expect(await upsertWaveSchedule(client, schedule('a', { planHash: 'd'.repeat(64) }))).toBe('updated');
    const now = await client.schedule.getHandle(waveScheduleId('a')).describe();
    expect(now.state).toMatchObject({ paused: true, note: 'the records are being mended' });
    expect(now.action).toMatchObject({
      workflowType: 'kickoff',
      args: [{ survey: 'a', planHash: 'd'.repeat(64) }],
    });
    expect(now.policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 7 * 86_400_000 });
  });

  test('keeps to the clocks of its zone over both changes of them, through February and over the year’s end', async () => {
    const every = { day: 28, at: '20:00', zone: 'Europe/London', catchUp: duration('P7D') };
    await upsertWaveSchedule(stand.client, schedule('clocks', { every }));
    const { info } = await stand.client.schedule.getHandle(waveScheduleId('clocks')).describe();
    const slots = info.nextActionTimes;
    expect(slots.length).toBeGreaterThan(6);
    const first = monthBefore(slots[0]?.toISOString() ?? '');
    const london = new Intl.DateTimeFormat('sv-SE', {
      dateStyle: 'short',
      timeStyle: 'short',
      timeZone: every.zone,
    });
    expect(slots.map((slot) => london.format(slot))).toEqual(
      slots.map((_, n) => `${shiftMonth(first, n + 1)}-28 20:00`),
    );
    expect(slots.map((slot) => monthBefore(slot.toISOString()))).toEqual(
      slots.map((_, n) => shiftMonth(first, n)),
    );
    // half a year from now the clocks are on the other side
    expect(new Set(slots.map((slot) => slot.getUTCHours()))).toEqual(new Set([19, 20]));
  });

  test('whose kickoff comes to nothing is paused, so that no later one does so unseen', async () => {
    const handle = stand.client.schedule.getHandle(waveScheduleId('failing'));
    await upsertWaveSchedule(stand.client, schedule('failing'));
    // nobody takes it up
    await handle.update(({ action, ...rest }) => ({
      ...rest,
      action: { ...action, workflowRunTimeout: 500 },
    }));
    await handle.trigger('BUFFER_ONE');
    await eventually(async () => (await handle.describe()).state.paused);
  });

  test('of the sweep is one, daily', async () => {
    const wanted = { at: '05:00', zone: 'Europe/London', timings: quick, taskQueue };
    expect(await upsertSweepSchedule(stand.client, wanted)).toBe('created');
    expect(await upsertSweepSchedule(stand.client, wanted)).toBe('unchanged');
    const { info } = await stand.client.schedule.getHandle('sweep').describe();
    const [first, second] = info.nextActionTimes.map((at) => at.getTime());
    expect((second ?? 0) - (first ?? 0)).toBe(86_400_000);
  });
});

test('a past slot runs the month before it, end to end; the kickoff ends in seconds and the wave and its retention live on', async () => {
  const { client } = stand;
  const wave = { survey: 'victims', period: '2026-02' };
  await upsertWaveSchedule(client, schedule('victims'));
  await attended(stand, activities('victims'), async () => {
    await backfillWave(client, wave);
    await eventually(() => exists(waveId(wave)));
    const id = waveId(wave);
    // the slot is 06:30 in London, winter time
    const kickoff = client.workflow.getHandle('kickoff/victims-2026-03-16T06:30:00Z');
    expect(await kickoff.result()).toEqual({ wave: id, outcome: 'started' });

    const { statement } = await stated(id);
    expect(statement).toMatchObject({ rows: 1200, recipient: 'smsr' });
    expect((await client.workflow.getHandle(id).describe()).status.name).toBe('RUNNING');
    expect((await client.workflow.getHandle(retentionId(wave)).describe()).status.name).toBe('RUNNING');

    for (const officer of ['j.smith', 'a.jones']) {
      expect(await send(client, id, releaseUpdate, releaseOf(officer))).toMatchObject({ ok: true });
    }
    expect(await waveResult(client, wave)).toEqual({
      ...wave,
      outcome: 'delivered',
      again: false,
      attempt: 1,
    });
    expect(await client.workflow.getHandle(retentionId(wave)).result()).toEqual({ erased: 1 });
    const found = await client.workflow.getHandle(id).describe();
    expect(found.searchAttributes).toMatchObject({
      CordonSurvey: ['victims'],
      CordonPeriod: ['2026-02'],
      CordonStage: ['closed'],
      CordonOutcome: ['delivered'],
      CordonAttention: [false],
    });
  });
});

test('each past slot runs the month before it: in summer time, past a leap day, over the year’s end', async () => {
  const { client } = stand;
  const no = { code: 'CONTRACT_OUT_OF_DATE', found: 'today', expected: 'a day', remedy: 'renew it' };
  const every = { day: 28, at: '20:00', zone: 'Europe/London', catchUp: duration('P7D') };
  await upsertWaveSchedule(client, schedule('ends', { every }));
  await attended(stand, activities('ends', { openAttempt: () => ({ ok: false, refusal: no }) }), async () => {
    for (const [period, slot] of [
      ['2023-12', '2024-01-28T20:00:00Z'],
      ['2024-01', '2024-02-28T20:00:00Z'],
      ['2024-02', '2024-03-28T20:00:00Z'],
      ['2024-03', '2024-04-28T19:00:00Z'],
      ['2024-09', '2024-10-28T20:00:00Z'],
    ] as const) {
      const wave = { survey: 'ends', period };
      await backfillWave(client, wave);
      const kickoff = client.workflow.getHandle(`kickoff/ends-${slot}`);
      await eventually(() => exists(`kickoff/ends-${slot}`));
      expect(await kickoff.result()).toEqual({ wave: waveId(wave), outcome: 'started' });
      expect(await waveResult(client, wave)).toMatchObject({ outcome: 'refused', again: true });
    }
  });
});

test('a second kickoff of a running month starts nothing; after a refusal the month runs again under the same id', async () => {
  const { client } = stand;
  const wave = { survey: 'twice', period: '2026-10' };
  const kick = (nth: number) =>
    client.workflow.execute('kickoff', {
      workflowId: `kickoff/twice-2026-11-16T06:30:0${nth}Z`,
      taskQueue,
      args: [{ ...wave, planHash, timings: quick }],
    });
  let refuses = false;
  const sample = (from: never) =>
    refuses
      ? { ok: false, refusal: { code: 'ALARM', found: 'two rows', expected: 'more', remedy: 'ask' } }
      : good.sample(from);
  await attended(stand, activities('twice', { sample }), async () => {
    expect(await kick(1)).toEqual({ wave: waveId(wave), outcome: 'started' });
    await stated(waveId(wave));
    expect(await kick(2)).toEqual({ wave: waveId(wave), outcome: 'already-started' });
    await client.workflow.getHandle(waveId(wave)).cancel();
    expect(await waveResult(client, wave)).toMatchObject({ outcome: 'cancelled', again: true });
    refuses = true;
    expect(await kick(3)).toEqual({ wave: waveId(wave), outcome: 'started' });
    expect(await waveResult(client, wave)).toMatchObject({ outcome: 'refused', again: true, code: 'ALARM' });
  });
});

test('a run that no schedule has started and that names no month fails, and starts nothing', async () => {
  const { client } = stand;
  await attended(stand, activities('none'), async () => {
    const run = client.workflow.execute('kickoff', {
      workflowId: 'kickoff/none',
      taskQueue,
      args: [{ survey: 'none', planHash, timings: quick }],
    });
    await expect(run).rejects.toMatchObject({ cause: { type: 'INPUT' } });
  });
});

test('an Update that a validator refuses is answered with a reason and leaves no event', async () => {
  const { client } = stand;
  const wave = { survey: 'refused', period: '2026-10' };
  const id = waveId(wave);
  await attended(stand, activities('refused'), async () => {
    await client.workflow.start('wave', {
      workflowId: id,
      taskQueue,
      args: [{ ...wave, planHash, timings: quick }],
    });
    await stated(id);
    const before = await client.workflow.getHandle(id).fetchHistory();
    const wrong = { ...releaseOf('j.smith'), statementSha256: '0'.repeat(64) };
    expect(await send(client, id, releaseUpdate, wrong)).toMatchObject({
      ok: false,
      refusal: { code: 'RELEASE_MISMATCH', expected: 'the hash of the statement that waits now' },
    });
    expect(
      await send(client, id, settleUpdate, givenBy('j.smith', { ...wave, attempt: 1, finding: 'arrived' })),
    ).toMatchObject({
      ok: false,
      refusal: { code: 'NOT_WAITING' },
    });
    const after = await client.workflow.getHandle(id).fetchHistory();
    expect(after.events?.length).toBe(before.events?.length);
    expect(await historyText(client, id)).not.toContain('0'.repeat(64));
    expect(await client.workflow.getHandle(id).query(progressQuery)).toMatchObject({ stage: 'release' });
    await client.workflow.getHandle(id).cancel();
    await waveResult(client, wave);
  });
});

test('an Update to a closed wave, and one that nobody answers, are told apart in words', async () => {
  const { client } = stand;
  const said = releaseOf('j.smith');
  const closed = await send(client, waveId({ survey: 'nowhere', period: '2026-10' }), releaseUpdate, said);
  expect(closed).toMatchObject({ ok: false, refusal: { found: 'no running workflow of this name' } });
  const wave = { survey: 'alone', period: '2026-10' };
  const args: [object] = [{ ...wave, planHash, timings: quick }];
  await client.workflow.start('wave', { workflowId: waveId(wave), taskQueue: 'nobody', args });
  const alone = await send(client, waveId(wave), releaseUpdate, said, { withinMs: 500 });
  const silent = { ok: false, refusal: { expected: 'a running worker and a running verifier' } };
  expect(alone).toMatchObject(silent);
  const statement = {
    ...wave,
    copy: 1,
    because: 'complaint',
    owner: 'd.po',
    reviewOn: '2027-01-31',
  } as const;
  const { signature } = said;
  const hold = toWorkflow(client, 'hold', { CORDON_TASK_QUEUE: 'nobody' }, 500);
  expect(await hold({ statement, signature })).toMatchObject(silent);
});
