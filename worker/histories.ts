// Closed runs for the sweep's export: fetched as JSON and replayed against the code of this process.
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import type { Histories } from '../activities/deps.ts';
import { isOurId } from '../workflows/ids.ts';
import { dataConverter } from './temporal.ts';

/** @param code what `bundleWorkflows` made */
export const createHistories = (client: Client, code: string): Histories => ({
  async *closed() {
    for await (const { workflowId, runId, closeTime } of client.workflow.list({
      query: 'ExecutionStatus != "Running"',
    }))
      if (closeTime && isOurId(workflowId)) yield { workflowId, runId, closedAt: closeTime };
  },
  fetch: async (workflowId, runId) => {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const json = historyToJSON(history);
    return { json, replayed: await replays(code, json, workflowId) };
  },
});

/** False when today's code would have decided otherwise: kept all the same, and raised by the sweep. */
const replays = async (code: string, json: string, workflowId: string): Promise<boolean> => {
  try {
    await Worker.runReplayHistory(options(code), JSON.parse(json), workflowId);
    return true;
  } catch {
    return false;
  }
};

/**
 * In threads of its own. A replay's default is the main thread, under a hook on every promise of the process; one of
 * a package that is being encrypted meanwhile has no constructor, which the hook takes for granted: the worker dies.
 */
const options = (code: string): ReplayWorkerOptions & { readonly debugMode: false } => ({
  workflowBundle: { code },
  dataConverter,
  debugMode: false,
});
