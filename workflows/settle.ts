// Bytes may have left and nobody knows: absence at the far side proves nothing, so nothing is sent again. The wave
// stays open until an officer or a receipt settles it.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { Given, Statements } from '../schemas/act.ts';
import type { Code, Refusal } from '../schemas/failure.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Outcome, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import type { WaveDoors } from './doors.ts';
import { mustBeOneOf, mustBeSignature, mustBeStatement } from './input.ts';
import { settleUpdate } from './messages.ts';
import { lookForReceipt } from './receipt.ts';
import type { Timings } from './timings.ts';
import { bySignature, mustBeOf, wordsOf } from './witness.ts';

type Finding = Statements['settle']['finding'];
const findings: { readonly [F in Finding]: true } = { arrived: true, 'not-arrived': true };

export interface Settlement {
  /** `code` says why the delivery is unknown, the refusal in words. */
  wait(
    minimised: Ref<'minimised'>,
    code: Code,
    refusal?: Refusal,
  ): Promise<{ outcome: Outcome; code?: Code }>;
}

export const openSettlement = (acts: WaveDoors, board: Board, t: Timings): Settlement => {
  let waiting: AttemptKey | undefined;
  let found: Finding | undefined;

  const record = async (given: Given<'settle'>): Promise<Answer<null>> => {
    const at = waiting;
    if (!at) return { ok: false, refusal: notWaiting };
    const answer = await bySignature(acts, { act: 'settle', ...given }, (by) =>
      acts.settle({ ...at, ...by }),
    );
    if (answer.ok) found ??= wordsOf(given).finding;
    return answer;
  };

  setHandler(settleUpdate, record, {
    description: 'Say whether the package has arrived, signed',
    validator: ({ statement, signature }) => {
      mustBeOneOf(mustBeStatement(statement).finding, findings);
      mustBeSignature(signature);
      if (!waiting || found) throw failure('NOT_WAITING', { ...notWaiting });
      mustBeOf(waiting, statement);
    },
  });

  return {
    wait: async (minimised, code, refusal) => {
      const { survey, period, attempt } = minimised;
      waiting = { survey, period, attempt };
      const transferred: Ref<'transferred'> = { ...minimised, stage: 'transferred' };
      board.enter('settle', Date.now() + t.settleWithinMs);
      board.attend(code, refusal);
      const settled = (): boolean => found !== undefined;
      const wait = { pollMs: t.receiptPollMs, withinMs: t.settleWithinMs };
      const { agrees } = await lookForReceipt(acts, board, transferred, wait, settled);
      waiting = undefined;
      // a finding that is being recorded still counts
      await condition(allHandlersFinished);
      if (agrees) return { outcome: 'delivered' };
      switch (found) {
        case 'arrived':
          return await receipt(transferred);
        // the intent is void: nothing left, and why it did not is still true
        case 'not-arrived':
          return { outcome: 'failed', code };
        case undefined:
          return { outcome: 'delivery-unknown', code };
        default:
          return found satisfies never;
      }
    },
  };

  async function receipt(transferred: Ref<'transferred'>): Promise<{ outcome: Outcome; code?: Code }> {
    board.enter('receipt', Date.now() + t.receiptWithinMs);
    const wait = { pollMs: t.receiptPollMs, withinMs: t.receiptWithinMs };
    const { agrees, code } = await lookForReceipt(acts, board, transferred, wait, () => false);
    return agrees
      ? { outcome: 'delivered' }
      : { outcome: 'delivered-without-receipt', ...(code ? { code } : {}) };
  }
};

const notWaiting = {
  code: 'NOT_WAITING',
  found: 'a wave whose delivery is not in doubt',
  expected: 'a wave in stage settle',
  remedy: 'see npx cordon status',
} as const;
