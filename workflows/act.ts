// What an officer has signed about copies that outlive every workflow of their wave: brought to the verifier, and as short
// as its answer takes.
import type { Given } from '../schemas/act.ts';
import type { Answer, WaveKey } from '../schemas/ref.ts';
import { actDoors } from './doors.ts';
import { wake } from './keeper.ts';
import { bySignature, recorded } from './witness.ts';
import { timings } from './timings.ts';

export const hold = (given: Given<'hold'>): Promise<Answer<{ hold: number; officer: string }>> =>
  waking(given.statement, () => recorded(() => actDoors(timings).holdCopy(given)));

export const lift = (
  given: Given<'lift'>,
): Promise<Answer<{ officer: string; officers: number; lifted: boolean }>> =>
  waking(given.statement, () => recorded(() => actDoors(timings).liftHold(given)));

export const clock = (
  given: Given<'clock'>,
): Promise<Answer<{ moved: number; officers: number; needed: number }>> => {
  const acts = actDoors(timings);
  const { survey, period } = given.statement;
  return waking({ survey, period }, () =>
    bySignature(acts, { act: 'clock', ...given }, (by) => acts.moveClock({ survey, period, ...by })),
  );
};

/** A retention that still runs looks again at once; else tomorrow's sweep does. */
const waking = async <R>({ survey, period }: WaveKey, work: () => Promise<Answer<R>>): Promise<Answer<R>> => {
  const answer = await work();
  if (answer.ok) await wake({ survey, period });
  return answer;
};
