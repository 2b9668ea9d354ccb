// A worker and a client on the run's real Temporal server, in a namespace of their own, with the guard. Activities
// are given by the test: what is proved here is what Temporal records and does, not what an activity does.
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { WorkerOptions } from '@temporalio/worker';
import { boundary } from '../../worker/boundary.ts';
import { bundleWorkflows } from '../../worker/workflow-code.ts';
import { connectClient, dataConverter, identityOf } from '../../worker/temporal.ts';
import type { TemporalConfig } from '../../worker/temporal.ts';
import { installLogger } from '../../worker/logger.ts';
import { verifierQueue } from '../../workflows/ids.ts';

export const taskQueue = 'corridor';

/** Every line that this process has logged. */
export const logLines: string[] = [];
installLogger('INFO', (line) => void logLines.push(line));

export interface Stand {
  readonly config: TemporalConfig;
  readonly client: Client;
  readonly connection: NativeConnection;
  stop(): Promise<void>;
}

export const openStand = async (
  { address, namespace }: Pick<TemporalConfig, 'address' | 'namespace'>,
  identity = identityOf('test'),
): Promise<Stand> => {
  const config = { address, namespace };
  const client = await connectClient(config, 'test', identity);
  const connection = await NativeConnection.connect({ address });
  return {
    config,
    client,
    connection,
    stop: async () => {
      await client.connection.close();
      await connection.close();
    },
  };
};

type Activity = (...args: never[]) => Promise<unknown>;
export type GivenActivities = Readonly<Record<string, Activity>>;

let bundle: Promise<string> | undefined;

/** Runs `work` while a worker and a verifier answer with these activities. */
export const attended = async <T>(
  { config, connection }: Stand,
  activities: GivenActivities,
  work: () => Promise<T>,
  overrides: Partial<WorkerOptions> = {},
): Promise<T> => {
  const common: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.namespace,
    identity: identityOf('test'),
    dataConverter,
    activities,
    interceptors: { activity: [() => ({ inbound: boundary })] },
    ...overrides,
  };
  const worker = await Worker.create({
    workflowBundle: { code: await (bundle ??= bundleWorkflows()) },
    ...common,
    taskQueue,
  });
  const { workflowBundle: _, ...plain } = common;
  const verifier = await Worker.create({ ...plain, taskQueue: verifierQueue(taskQueue) });
  return worker.runUntil(verifier.runUntil(work));
};
