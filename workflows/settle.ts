// Bytes may have left and nobody knows: absence at the far side proves nothing, so nothing is sent again. The wave
// stays open until an officer or a receipt settles it.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { WaveActivities } from '../activities/activities.ts';
import type { Code } from '../schemas/failure.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Outcome, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import { codeOf } from './doors.ts';
import { mustBeOfficer, mustBeOneOf } from './input.ts';
import { settleUpdate } from './messages.ts';
import type { Finding } from './messages.ts';
import { lookForReceipt } from './receipt.ts';
import type { Timings } from './timings.ts';

const findings: { readonly [F in Finding['finding']]: true } = { arrived: true, 'not-arrived': true };

export interface Settlement {
  /** `code` says why the delivery is unknown. */
  wait(minimised: Ref<'minimised'>, code: Code): Promise<{ outcome: Outcome; code?: Code }>;
}

export const openSettlement = (acts: WaveActivities, board: Board, t: Timings): Settlement => {
  let waiting: AttemptKey | undefined;
  let found: Finding['finding'] | undefined;

  const record = async (given: Finding): Promise<Answer<null>> => {
    if (!waiting) return { ok: false, refusal: notWaiting };
    try {
      const answer = await acts.settle({ ...waiting, officer: given.officer, finding: given.finding });
      if (answer.ok) found ??= given.finding;
      return answer;
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      return { ok: false, refusal: { ...notRecorded, code } };
    }
  };

  setHandler(settleUpdate, record, {
    description: 'Say whether the package has arrived',
    validator: ({ officer, finding }) => {
      mustBeOfficer(officer);
      mustBeOneOf(finding, findings);
      if (!waiting || found) throw failure('NOT_WAITING', { ...notWaiting });
    },
  });

  return {
    wait: async (minimised, code) => {
      const { survey, period, attempt } = minimised;
      waiting = { survey, period, attempt };
      const transferred: Ref<'transferred'> = { ...minimised, stage: 'transferred' };
      board.enter('settle', Date.now() + t.settleWithinMs);
      board.attend(code);
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

const notRecorded = {
  found: 'the finding could not be recorded',
  expected: 'a database that answers',
  remedy: 'send it again',
};
