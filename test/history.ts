// Everything a history holds as one searchable text. Payloads are base64 inside JSON: a search that forgets to
// decode them finds nothing and proves nothing.
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

/** The history of one run (the newest without `runId`), each payload decoded after it. */
export const historyText = async (client: Client, workflowId: string, runId?: string): Promise<string> => {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return searchable(historyToJSON(history));
};

/** Every run of the namespace, open and closed, with what a list shows of it. */
export const everyHistory = async (client: Client): Promise<string> => {
  const texts: string[] = [];
  for await (const { workflowId, runId, memo, searchAttributes } of client.workflow.list()) {
    texts.push(JSON.stringify({ workflowId, runId, memo, searchAttributes }));
    texts.push(await historyText(client, workflowId, runId));
  }
  return texts.join('\n');
};

/** A JSON text, and on lines of their own all its strings that are base64 of text. */
export const searchable = (json: string): string => [json, ...decoded(JSON.parse(json))].join('\n');

const decoded = (value: unknown): string[] => {
  if (typeof value === 'string')
    return isBase64(value) ? [Buffer.from(value, 'base64').toString('utf8')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(decoded);
};

const isBase64 = (text: string): boolean =>
  text.length >= 4 && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
