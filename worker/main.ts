// One worker process, until it is told to stop: `cordon worker`, and `cordon worker --role verifier`.
import { readFile } from 'node:fs/promises';
import { createVerifierActivities } from '../activities/verify-erasure.ts';
import { createActivities } from '../activities/create.ts';
import { openSource } from '../activities/source/source.ts';
import { createPool } from '../sql/connect.ts';
import { bundleWorkflows } from './workflow-code.ts';
import type { Environment } from './config.ts';
import { databaseUrl, sourceUrl, taskQueue } from './config.ts';
import { createDeps } from './deps.ts';
import { createHistories } from './histories.ts';
import { installLogger } from './logger.ts';
import { runWorker } from './run.ts';
import { connectClient, temporalConfig } from './temporal.ts';

/** @param bundle a file of workflow code that was bundled before; bundled now unless given */
export const work = async (
  { role, bundle }: { role: 'worker' | 'verifier'; bundle?: string },
  env: Environment,
  say: (line: string) => void,
): Promise<void> => {
  installLogger('WARN');
  const config = temporalConfig(env);
  const queue = taskQueue(env);
  const onRunning = () =>
    say(`cordon ${role} polls ${queue} at ${config.address}, namespace ${config.namespace}`);
  if (role === 'verifier') {
    const pool = createPool(databaseUrl(env, 'verifier'), 'cordon verifier', 2);
    try {
      await runWorker({
        role,
        config,
        taskQueue: queue,
        onRunning,
        activities: createVerifierActivities({
          pool,
          openSource: (connection, { period }) => openSource(sourceUrl(env, connection), period),
        }),
      });
    } finally {
      await pool.end();
    }
    return;
  }
  const client = await connectClient(config, 'worker');
  const workflows = await (bundle === undefined ? bundleWorkflows() : readFile(bundle, 'utf8'));
  const deps = createDeps(env, createHistories(client, workflows));
  try {
    const activities = createActivities(deps);
    await runWorker({ role, config, taskQueue: queue, onRunning, activities, workflows });
  } finally {
    await deps.close();
    await client.connection.close();
  }
};
