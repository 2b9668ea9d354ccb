// One worker process, until it is told to stop: `cordon worker`, and `cordon worker --role verifier`.
import { readFile } from 'node:fs/promises';
import { flushCompileCache } from 'node:module';
import type { Client } from '@temporalio/client';
import { openSource } from '../activities/source/source.ts';
import { createPool } from '../sql/connect.ts';
import { bundleWorkflows } from './workflow-code.ts';
import type { Environment } from './config.ts';
import { databaseUrl, logPlaces, readableByAll, sourceUrl, taskQueue } from './config.ts';
import { createDeps, openTargetToLook } from './deps.ts';
import { createHistories, openSince } from './histories.ts';
import { installLogger } from './logger.ts';
import { lookAtTemporal } from './look-at-temporal.ts';
import { ready } from './ready.ts';
import type { WorkerRun } from './run.ts';
import { runWorker } from './run.ts';
import { connectClient, mustHaveNamespace, temporalConfig } from './temporal.ts';

type Say = (line: string) => void;

interface Work extends Pick<WorkerRun, 'role' | 'signal'> {
  /** a file of workflow code that was bundled before; else what is kept or made */
  readonly bundle?: string;
}

export const work = async (what: Work, env: Environment, say: Say): Promise<void> => {
  installLogger('WARN');
  await attend(what, env, say);
};

/** In a process that has a logger already. */
export const attend = async ({ role, bundle, signal }: Work, env: Environment, say: Say): Promise<void> => {
  await ready(env, role);
  for (const name of readableByAll(env))
    say(`${name}: everybody on this machine can read that file; chmod o= it`);
  const config = temporalConfig(env);
  const queue = taskQueue(env);
  const common = {
    config,
    taskQueue: queue,
    ...(signal && { signal }),
    onRunning: () => {
      // a worker that is killed would leave nothing compiled to the one after it
      flushCompileCache();
      say(`cordon ${role} polls ${queue} at ${config.address}, namespace ${config.namespace}`);
    },
  };
  const client = await connectClient(config, role);
  try {
    await mustHaveNamespace(client);
    if (role === 'verifier') await runVerifier(common, env, client);
    else await runTheWorker(common, env, client, bundle);
  } finally {
    await client.connection.close();
  }
};

type Common = Pick<WorkerRun, 'config' | 'taskQueue' | 'onRunning' | 'signal'>;

// each role loads its own activities: half of what the worker's need is for what the verifier never does
const runVerifier = async (common: Common, env: Environment, client: Client): Promise<void> => {
  const { createVerifierActivities } = await import('../activities/create-verifier.ts');
  const outside = { paths: logPlaces(env), histories: openSince(client) };
  const pool = createPool(databaseUrl(env, 'verifier'), 'cordon verifier', 2);
  try {
    const activities = createVerifierActivities({
      pool,
      openSource: (connection, { period }) => openSource(sourceUrl(env, connection), period),
      openTarget: (plan) => openTargetToLook(env, plan),
      outside,
    });
    await runWorker({ ...common, role: 'verifier', activities });
  } finally {
    await pool.end();
  }
};

const runTheWorker = async (
  common: Common,
  env: Environment,
  client: Client,
  bundle: string | undefined,
): Promise<void> => {
  const { createActivities } = await import('../activities/create.ts');
  const workflows = await (bundle === undefined ? bundleWorkflows() : readFile(bundle, 'utf8'));
  const deps = createDeps(env, {
    openHistories: () => createHistories(client, workflows),
    lookAtTemporal: (activity) => lookAtTemporal(client, common.taskQueue, activity),
  });
  try {
    await runWorker({ ...common, role: 'worker', activities: createActivities(deps), workflows });
  } finally {
    await deps.close();
  }
};
