// A seed that officers type, where the survey declares one: it is asked for when the frame is committed, and the
// draw waits for it. PostgreSQL decides whether what they typed makes a seed.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { Given } from '../schemas/act.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import type { WaveDoors } from './doors.ts';
import { mustBeSeed, mustBeSignature, mustBeStatement } from './input.ts';
import { seedUpdate } from './messages.ts';
import { Refused } from './outcome.ts';
import type { Timings } from './timings.ts';
import { bySignature, mustBeOf } from './witness.ts';

export interface SeedDesk {
  /** Nothing to wait for where the generator makes the seed. @throws Refused when nobody typed it in time */
  wait(screened: Ref<'screened'>): Promise<void>;
}

const needed = 2;

export const openSeedDesk = (acts: WaveDoors, board: Board, t: Timings): SeedDesk => {
  let waiting: AttemptKey | undefined;
  let officers = 0;

  const record = async ({ statement, signature }: Given<'seed'>): Promise<Answer<{ officers: number }>> => {
    const at = waiting;
    if (!at) return { ok: false, refusal: notWaiting };
    const answer = await bySignature(acts, { act: 'seed', statement, signature }, (by) =>
      acts.typeSeed({ ...at, ...by }),
    );
    if (answer.ok && waiting === at) officers = Math.max(officers, answer.value.officers);
    return answer;
  };

  setHandler(seedUpdate, record, {
    description: 'Type digits of the seed, signed',
    validator: ({ statement, signature }) => {
      mustBeSeed(mustBeStatement(statement).digits);
      mustBeSignature(signature);
      if (!waiting || officers >= needed) throw failure('NOT_WAITING', { ...notWaiting });
      mustBeOf(waiting, statement);
    },
  });

  return {
    wait: async ({ survey, period, attempt, awaits }) => {
      if (awaits === undefined) return;
      waiting = { survey, period, attempt };
      officers = 0;
      board.enter('seed', Date.now() + t.releaseValidForMs);
      try {
        const typed = (): boolean => officers >= needed;
        const inTime = await condition(typed, t.releaseValidForMs, { summary: 'waiting for the seed' });
        // digits that are being recorded still count
        await condition(allHandlersFinished);
        if (!inTime && !typed()) throw new Refused(expired);
      } finally {
        waiting = undefined;
      }
    },
  };
};

const notWaiting = {
  code: 'NOT_WAITING',
  found: 'a wave that waits for no seed',
  expected: 'a wave in stage seed',
  remedy: 'see npx cordon status',
} as const;

const expired = {
  code: 'SEED_EXPIRED',
  found: 'no seed that two officers have typed in time',
  expected: 'digits of two officers while the wave waits for them',
  remedy: 'run the month again; it is screened anew, and the seed is asked for once more',
} as const;
