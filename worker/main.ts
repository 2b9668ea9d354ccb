// One worker process, until it is told to stop: `cordon worker`, and `cordon worker --role verifier`.
import { createVerifierActivities } from '../activities/verify-erasure.ts';
import { createActivities } from '../activities/create.ts';
import { openSource } from '../activities/source/source.ts';
import { createPool } from '../sql/connect.ts';
import type { Environment } from './config.ts';
import { databaseUrl, sourceUrl, taskQueue } from './config.ts';
import { createDeps } from './deps.ts';
import { createHistories } from './histories.ts';
import { installLogger } from './logger.ts';
import { runWorker } from './run.ts';
import { connectClient, temporalConfig } from './temporal.ts';

export const work = async (
  role: 'worker' | 'verifier',
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
  const deps = createDeps(env, createHistories(client));
  try {
    await runWorker({ role, config, taskQueue: queue, onRunning, activities: createActivities(deps) });
  } finally {
    await deps.close();
    await client.connection.close();
  }
};
