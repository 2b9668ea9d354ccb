// `cordon settle WAVE`: bytes may have left and nobody knows; an officer has asked the processor, and says what he found.
import type { Client } from '@temporalio/client';
import type { Given, Statements } from '../schemas/act.ts';
import { waveId } from '../workflows/ids.ts';
import { settleUpdate } from '../workflows/messages.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, progressOf, toUpdate, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { waveNamed } from './release.ts';

export interface SettleFlags extends ActFlags {
  readonly finding: Statements['settle']['finding'];
}

export const settleCommand = (
  id: string,
  { finding, ...flags }: SettleFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const wave = waveNamed(id);
  const workflowId = waveId(wave);
  return withClient(env, async (client) => {
    const { attempt, domain } = await progressOf(client, workflowId);
    const statement = { ...wave, attempt, finding };
    const running = toUpdate(client, workflowId, settleUpdate);
    // a wave waits for a finding as long as it says, and the finding may come later
    const send = async (given: Given<'settle'>) => {
      const answer = await running(given);
      if (answer.ok || !(await hasClosed(client, workflowId))) return answer;
      return toWorkflow<'settle', null>(client, 'settle', env)(given);
    };
    const act = {
      act: 'settle',
      statement,
      domain,
      send,
    } as const;
    return perform(act, flags, env, say, () => [
      finding === 'arrived'
        ? 'settled: it has arrived, and the receipt is awaited'
        : 'settled: nothing has arrived, and the month may be run again',
    ]);
  });
};

const hasClosed = async (client: Client, workflowId: string): Promise<boolean> =>
  (await client.workflow.getHandle(workflowId).describe()).status.name !== 'RUNNING';
