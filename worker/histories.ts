// Closed runs for the sweep's export: fetched as JSON and replayed against the code of this process. And for the
// verifier every run as bytes, page by page, with what a list shows of it.
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import type { ReplayHistoriesIterable } from '@temporalio/worker/lib/replay.js';
import type { Histories } from '../activities/deps.ts';
import type { History, Outside } from '../activities/left-behind.ts';
import { isOurId } from '../workflows/ids.ts';
import { dataConverter } from './temporal.ts';

/** @param code what `bundleWorkflows` made */
export const createHistories = (client: Client, code: string): Histories => {
  const replay = createReplay(code);
  return {
    async *closed() {
      for await (const { workflowId, runId } of client.workflow.list({
        query: 'ExecutionStatus != "Running"',
      }))
        if (isOurId(workflowId)) yield { workflowId, runId };
    },
    fetch: async ({ workflowId, runId }) => {
      const json = historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
      return { json, replayed: await replay.agrees({ workflowId, history: JSON.parse(json) as unknown }) };
    },
    end: replay.end,
  };
};

/** Of this namespace, whoever started them: a payload of another workflow is a place like any other. */
export const openSince = (client: Client): NonNullable<Outside['histories']> =>
  async function* (since) {
    const query = `ExecutionStatus = "Running" or CloseTime >= "${since.toISOString()}"`;
    for await (const { workflowId, raw } of client.workflow.list({ query }))
      yield {
        name: isOurId(workflowId) ? workflowId : 'a workflow of another name',
        pieces: pages(client, raw),
      };
  };

const { History: Events } = proto.temporal.api.history.v1;
const { WorkflowExecutionInfo } = proto.temporal.api.workflow.v1;

/** Strings and payloads stand in them as they are. */
async function* pages(
  { workflowService, options: { namespace } }: Client,
  raw: proto.temporal.api.workflow.v1.IWorkflowExecutionInfo,
): History['pieces'] {
  yield WorkflowExecutionInfo.encode(raw).finish();
  let nextPageToken: Uint8Array | undefined;
  do {
    const page = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: raw.execution ?? null,
      ...(nextPageToken && { nextPageToken }),
    });
    yield Events.encode(page.history ?? {}).finish();
    nextPageToken = page.nextPageToken;
  } while (nextPageToken?.length);
}

type Recorded = ReplayHistoriesIterable extends Iterable<infer T> | AsyncIterable<unknown> ? T : never;

/** One replaying worker for all that is asked, one at a time; it starts with the first. */
export const createReplay = (code: string) => {
  const asked: Recorded[] = [];
  const all = function* () {
    for (let next = asked.pop(); next; next = asked.pop()) yield next;
  };
  let results: ReturnType<typeof Worker.runReplayHistories> | undefined;
  return {
    /** False when today's code would have decided otherwise: kept all the same, and raised by the sweep. */
    agrees: async (history: Recorded): Promise<boolean> => {
      asked.push(history);
      results ??= Worker.runReplayHistories(options(code), all());
      try {
        const { value, done } = await results.next();
        return done !== true && value.error === undefined;
      } catch {
        // one that is no history ends the worker: the next begins another
        results = undefined;
        return false;
      }
    },
    end: async (): Promise<void> => {
      await results?.return?.();
    },
  };
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
