// The worker's process on the real server: both roles, their queues, their names in the history, and their end.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Activities } from '../../activities/activities.ts';
import { runWorker } from '../../worker/run.ts';
import { connectClient, NoTemporal, temporalConfig } from '../../worker/temporal.ts';
import { freePort } from '../../worker/stack/port.ts';
import { historyText } from '../history.ts';
import { createNamespace } from '../namespace.ts';
import { workflowBundle } from '../servers.ts';
import { copy, key, ok, quick } from '../workflows/answers.ts';
import { openStand, taskQueue } from '../workflows/corridor.ts';
import type { Stand } from '../workflows/corridor.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand(await createNamespace('run'));
});
afterAll(() => stand.stop());

test('worker and verifier share a wave’s retention by queue, sign with their role, and stop when told', async () => {
  const { client, config } = stand;
  const stop = new AbortController();
  let left = [copy(1, 'staging', '2026-01-01T00:00:00Z')];
  const activities = {
    copies: async () => ({ copies: left, closed: true, now: new Date().toISOString() }),
    purge: async () => ok({ outcome: 'erased' }),
  } as unknown as Activities;
  const verifierActivities = {
    release: () => Promise.reject(new Error('nobody releases')),
    witness: () => Promise.reject(new Error('nobody asks')),
    holdCopy: () => Promise.reject(new Error('nobody asks')),
    liftHold: () => Promise.reject(new Error('nobody asks')),
    disposeCopy: () => Promise.reject(new Error('nobody asks')),
    forgoMonth: () => Promise.reject(new Error('nobody asks')),
    closeException: () => Promise.reject(new Error('nobody asks')),
    refuseRelease: () => Promise.reject(new Error('nobody refuses')),
    verifyErasure: async () => {
      left = [];
      return ok({ outcome: 'erased' } as const);
    },
  };
  const common = { config, taskQueue, signal: stop.signal };
  const running = Promise.all([
    runWorker({ ...common, role: 'worker', activities, workflows: await workflowBundle() }),
    runWorker({ ...common, role: 'verifier', activities: verifierActivities }),
  ]);
  const args: [object] = [{ ...key, timings: quick }];
  const run = await client.workflow.start('retention', {
    workflowId: 'retention/x/2026-10',
    taskQueue,
    args,
  });
  expect(await run.result()).toEqual({ erased: 1 });
  stop.abort();
  await running;
  const text = await historyText(client, 'retention/x/2026-10');
  expect(text).toMatch(/"identity": ?"cordon-worker-\d+@/);
  expect(text).toMatch(/"identity": ?"cordon-verifier-\d+@/);
  expect(text).toContain('corridor-verifier');
});

describe('the way to Temporal', () => {
  test('is read from TEMPORAL_… and from nothing else', () => {
    const env = {
      TEMPORAL_ADDRESS: 'temporal.example.org:7233',
      TEMPORAL_NAMESPACE: 'force',
      HOME: '/nowhere',
    };
    expect(temporalConfig(env)).toMatchObject({ address: 'temporal.example.org:7233', namespace: 'force' });
    expect(temporalConfig({})).toMatchObject({ address: 'localhost:7233', namespace: 'default' });
  });

  test('that leads nowhere says where it led and what to do', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const broken = connectClient({ address, namespace: 'default' }, 'cli');
    await expect(broken).rejects.toThrow(NoTemporal);
    await expect(broken).rejects.toThrow(`no Temporal server answers at ${address}`);
    await expect(broken).rejects.toThrow('TEMPORAL_ADDRESS');
  }, 20_000);
});
