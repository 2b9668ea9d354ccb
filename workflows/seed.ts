// A seed that officers type, where the survey declares one: it is asked for when the frame is committed, and the
// draw waits for it. PostgreSQL decides whether what they typed makes a seed.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { WaveActivities } from '../activities/activities.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import { codeOf } from './doors.ts';
import { mustBeOfficer, mustBeSeed } from './input.ts';
import { seedUpdate } from './messages.ts';
import type { SeedGiven } from './messages.ts';
import { Refused } from './outcome.ts';
import type { Timings } from './timings.ts';

export interface SeedDesk {
  /** Nothing to wait for where the generator makes the seed. @throws Refused when nobody typed it in time */
  wait(screened: Ref<'screened'>): Promise<void>;
}

const needed = 2;

export const openSeedDesk = (acts: Required<WaveActivities>, board: Board, t: Timings): SeedDesk => {
  let waiting: AttemptKey | undefined;
  let officers = 0;

  const record = async (given: SeedGiven): Promise<Answer<{ officers: number }>> => {
    const at = waiting;
    if (!at) return { ok: false, refusal: notWaiting };
    try {
      const answer = await acts.typeSeed({ ...at, ...given });
      if (answer.ok && waiting === at) officers = Math.max(officers, answer.value.officers);
      return answer;
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      return { ok: false, refusal: { ...notRecorded, code } };
    }
  };

  setHandler(seedUpdate, record, {
    description: 'Type digits of the seed',
    validator: ({ officer, digits }) => {
      mustBeOfficer(officer);
      mustBeSeed(digits);
      if (!waiting || officers >= needed) throw failure('NOT_WAITING', { ...notWaiting });
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

const notRecorded = {
  found: 'the digits could not be recorded',
  expected: 'a database that answers',
  remedy: 'type them again',
};
