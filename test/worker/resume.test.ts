// Temporal's store is lost altogether: another namespace, and nothing but PostgreSQL to go by.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '@temporalio/client';
import { resumeCommand } from '../../worker/resume.ts';
import { connectClient } from '../../worker/temporal.ts';
import { sweepScheduleId, waveScheduleId } from '../../workflows/ids.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { createNamespace } from '../namespace.ts';
import { until } from '../month.ts';
import { here } from './command.ts';

let hands: Hands;
let client: Client;
let wiped: { address: string; namespace: string };
beforeAll(async () => {
  hands = await openHands();
  wiped = await createNamespace('wiped');
  client = await connectClient(wiped, 'test');
});
afterAll(async () => {
  await client.connection.close();
  await hands.close();
});

const resume = (json = false) => {
  const env = {
    ...hands.installation.env,
    TEMPORAL_ADDRESS: wiped.address,
    TEMPORAL_NAMESPACE: wiped.namespace,
  };
  return here((say) => resumeCommand({ json }, env, say));
};

test('schedules and sweep are made again from PostgreSQL, once', async () => {
  await hands.open(await hands.month());
  expect(await resume()).toEqual({
    code: 0,
    err: '',
    out:
      'warwickshire-victims  schedule created\n' +
      'the sweep is started: 1 open wave, 1 month with clocks, 0 recalls to take up\n',
  });
  const { action, spec } = await client.schedule.getHandle(waveScheduleId('warwickshire-victims')).describe();
  expect(action).toMatchObject({ workflowType: 'kickoff', memo: { planHash: hands.planHash } });
  expect(spec.timezone).toBe('Europe/London');
  expect((await client.schedule.getHandle(sweepScheduleId).describe()).action).toMatchObject({
    workflowType: 'sweep',
  });
  await until('a sweep', async () => {
    for await (const { type } of client.workflow.list()) if (type === 'sweep') return true;
    return undefined;
  });
  expect(JSON.parse((await resume(true)).out)).toMatchObject({
    schedules: [{ survey: 'warwickshire-victims', schedule: 'unchanged' }],
    due: { waves: 1, retentions: 1, recalls: 0 },
  });
});
