// Runs one worker until it is told to stop. The verifier is another process with another credential and its own task
// queue; it knows no workflows.
process.env['TZ'] = 'UTC';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import type { Activities, VerifierActivities } from '../activities/activities.ts';
import { verifierQueue } from '../workflows/ids.ts';
import { boundary } from './boundary.ts';
import { dataConverter, identityOf, optionsOf, reaching } from './temporal.ts';
import type { TemporalConfig } from './temporal.ts';

export type WorkerRun = {
  readonly config: TemporalConfig;
  /** the worker's; the verifier polls the queue beside it */
  readonly taskQueue: string;
  /** told once it polls */
  readonly onRunning?: () => void;
  /** stops it as SIGTERM does */
  readonly signal?: AbortSignal;
} & (
  | {
      readonly role: 'worker';
      readonly activities: Activities;
      /** what `bundleWorkflows` made */
      readonly workflows: string;
    }
  | { readonly role: 'verifier'; readonly activities: VerifierActivities }
);

/** A deploy lets activities finish what they can; the default would cancel them at once. */
const shutdownGraceMs = 30_000;
/** then they are given up: their claims fence them off */
const shutdownForceMs = 60_000;
/** a killed worker's waves go on elsewhere after this; a replay of a wave costs less than the default's 10 s */
const stickyMs = 2_000;

/** Until SIGINT, SIGTERM or `signal`. The caller installs the logger before and closes its pools afterwards. */
export const runWorker = async (run: WorkerRun): Promise<void> => {
  // here and not beside the client's: commands load nothing of the worker
  const connection = await reaching(run.config, () => NativeConnection.connect(optionsOf(run.config)));
  try {
    const worker = await Worker.create(workerOptions(run, connection));
    const stop = (): void => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
    };
    run.signal?.addEventListener('abort', stop);
    try {
      const running = worker.run();
      run.onRunning?.();
      if (run.signal?.aborted) stop();
      await running;
    } finally {
      run.signal?.removeEventListener('abort', stop);
    }
  } finally {
    await connection.close();
  }
};

export const workerOptions = (run: WorkerRun, connection: NativeConnection): WorkerOptions => ({
  connection,
  namespace: run.config.namespace,
  identity: identityOf(run.role),
  dataConverter,
  activities: run.activities,
  interceptors: { activity: [() => ({ inbound: boundary })] },
  shutdownGraceTime: shutdownGraceMs,
  shutdownForceTime: shutdownForceMs,
  stickyQueueScheduleToStartTimeout: stickyMs,
  ...(run.role === 'verifier'
    ? { taskQueue: verifierQueue(run.taskQueue) }
    : { taskQueue: run.taskQueue, workflowBundle: { code: run.workflows } }),
});
