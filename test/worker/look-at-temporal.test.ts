// What Temporal alone knows, asked of the real server: who polls, what is paused, what fails at every try, what time it is.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lookForLeftBehind } from '../../activities/left-behind.ts';
import type { Duration } from '../../schemas/duration.ts';
import type { Sight } from '../../schemas/exception.ts';
import { openSince } from '../../worker/histories.ts';
import { lookAtTemporal } from '../../worker/look-at-temporal.ts';
import { upsertSweepSchedule, upsertWaveSchedule } from '../../worker/schedule.ts';
import { waveScheduleId } from '../../workflows/ids.ts';
import { createNamespace } from '../namespace.ts';
import { planHash, quick } from '../workflows/answers.ts';
import type { Stand } from '../workflows/corridor.ts';
import { attended, openStand, taskQueue } from '../workflows/corridor.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(await createNamespace('look'));
});
afterAll(() => stand.stop());

const look = () => lookAtTemporal(stand.client, taskQueue);
const eventually = async (until: (sight: Sight) => boolean): Promise<Sight> => {
  for (let tries = 0; ; tries += 1) {
    const sight = await look();
    if (until(sight) || tries > 80) return sight;
    await delay(250);
  }
};

test('a queue that nobody polls is missing its worker, or its verifier, and a paused schedule is due by its next slot', async () => {
  const every = { day: 16, at: '06:30', zone: 'Europe/London', catchUp: 'P7D' as Duration };
  await upsertWaveSchedule(stand.client, { survey: 'a', planHash, every, timings: quick, taskQueue });
  await upsertSweepSchedule(stand.client, { at: '05:00', zone: 'Europe/London', timings: quick, taskQueue });
  const handle = stand.client.schedule.getHandle(waveScheduleId('a'));
  await handle.pause('by hand');
  const { info } = await handle.describe();
  const { looked, found } = await eventually((sight) =>
    sight.found.some(({ code }) => code === 'SCHEDULE_PAUSED'),
  );
  expect(looked).toEqual(['SCHEDULE_PAUSED', 'TASK_FAILING', 'WORKER_MISSING', 'VERIFIER_MISSING']);
  expect(found).toEqual([
    { code: 'SCHEDULE_PAUSED', survey: 'a', dueAt: info.nextActionTimes[0]?.toISOString() },
    { code: 'WORKER_MISSING' },
    { code: 'VERIFIER_MISSING' },
  ]);
  await handle.unpause('by hand');
  expect((await look()).found).toEqual([{ code: 'WORKER_MISSING' }, { code: 'VERIFIER_MISSING' }]);
});

test('both poll; a workflow that fails at every try is told with its month; clocks a minute apart are told', async () => {
  // one that is slow is started again, and tells nothing of clocks once another has its place
  const sights = new Map<number, Sight[]>();
  const calm = {
    wavesToFinish: () => Promise.resolve({ waves: [] }),
    wavesToRetain: () => Promise.resolve({ waves: [] }),
    recallsToSend: () => Promise.resolve({ recalls: [] }),
    deliveriesOut: () => Promise.resolve({ deliveries: [] }),
    dueCopies: () => Promise.resolve({ copies: [] }),
    raiseExceptions: async () => {
      const { workflowExecution, activityId, attempt } = Context.current().info;
      if (!workflowExecution) throw new Error('an activity of a workflow');
      const seen: Sight[] = [];
      sights.set(attempt, seen);
      for (const apart of [0, 60_000, -60_000])
        seen.push(
          await lookAtTemporal(stand.client, taskQueue, {
            ...workflowExecution,
            activityId,
            atMs: Date.now() + apart,
          }),
        );
      return { raised: 0, cleared: 0, exceptions: [] };
    },
    notify: () => Promise.resolve({ told: 0 }),
    exportHistories: () => Promise.resolve({ exported: 0, failed: 0 }),
  };
  await attended(stand, calm, async () => {
    const { client } = stand;
    const failing = await client.workflow.start('no-such-workflow', {
      workflowId: 'wave/x/2026-10',
      taskQueue,
    });
    await client.workflow.execute('sweep', { workflowId: 'sweep', taskQueue, args: [{ timings: quick }] });
    const { found } = await eventually((sight) => sight.found.length > 0);
    expect(found).toEqual([{ code: 'TASK_FAILING', subject: 'wave', survey: 'x', period: '2026-10' }]);
    await failing.terminate('test-ended');
  });
  const ofClock = sights
    .get(Math.max(...sights.keys()))
    ?.map(({ looked, found }) => [
      looked.includes('CLOCK_SKEW_TEMPORAL'),
      found.some(({ code }) => code === 'CLOCK_SKEW_TEMPORAL'),
    ]);
  expect(ofClock).toEqual([
    [true, false],
    [true, true],
    [true, true],
  ]);
});

test('what rows carried is found in every run that was open since, and told by an id that may stand in the ledger', async () => {
  const planted = `planted${randomBytes(12).toString('hex')}`;
  const sought = { planted, since: new Date(), packages: [] };
  const left = (client: Client = stand.client) =>
    lookForLeftBehind({ paths: [import.meta.dirname], histories: openSince(client) }, sought);
  expect(await left()).toEqual({ doubts: [], notSearched: [] });
  // nobody whom the guard watches could
  const { connection, options } = stand.client;
  const { workflow } = new Client({ connection, namespace: options.namespace });
  const given = { taskQueue: 'nobody', args: [{ value: Buffer.from(planted).toString('base64') }] };
  const closed = await workflow.start('planted', { workflowId: `by-${planted}`, ...given });
  await closed.terminate('test-ended');
  await workflow.start('planted', { workflowId: 'wave/x/2026-11', taskQueue: 'nobody', memo: { planted } });
  let found = await left();
  for (let tries = 0; found.doubts.length < 2 && tries < 40; tries += 1, found = await left())
    await delay(250);
  expect(found.doubts).toEqual([
    'a planted value in a workflow of another name',
    'a planted value in wave/x/2026-11',
  ]);
  expect((await lookForLeftBehind({ paths: [] }, sought)).notSearched).toContain('histories in Temporal');
});

test('what cannot be asked is not looked at, which is not the same as gone', async () => {
  const { address } = await createNamespace('gone');
  const closed = await openStand({ address, namespace: 'nowhere-at-all' });
  expect(await lookAtTemporal(closed.client, taskQueue)).toEqual({ looked: [], found: [] });
  const sought = { planted: 'planted-nowhere', since: new Date(), packages: [] };
  expect(await lookForLeftBehind({ paths: [], histories: openSince(closed.client) }, sought)).toMatchObject({
    doubts: ['histories in Temporal that cannot be read'],
  });
  await closed.stop();
});
