// What an officer has signed about what no workflow of a wave waits for: brought to the verifier, and as short as its
// answer takes. Its page says in words what was asked, and what came of it.
import { setCurrentDetails } from '@temporalio/workflow';
import type { Given } from '../schemas/act.ts';
import type { Answer, WaveKey } from '../schemas/ref.ts';
import { minute, said } from './board.ts';
import { actDoors } from './doors.ts';
import { wake } from './keeper.ts';
import { bySignature, recorded } from './witness.ts';
import { timings } from './timings.ts';

export const hold = (given: Given<'hold'>): Promise<Answer<{ hold: number; officer: string }>> => {
  const { copy, because, owner, reviewOn, ...wave } = given.statement;
  return telling(
    `to keep copy ${copy} of ${nameOf(wave)} from being erased, for ${because}; ${owner} reviews that by ${reviewOn}`,
    () => waking(wave, () => recorded(() => actDoors(timings).holdCopy(given))),
    (done) => `Hold ${done.hold} keeps it, set by ${done.officer}, until two officers have lifted it.`,
  );
};

export const lift = (
  given: Given<'lift'>,
): Promise<Answer<{ officer: string; officers: number; lifted: boolean }>> => {
  const { hold: id, ...wave } = given.statement;
  return telling(
    `to lift hold ${id} on a copy of ${nameOf(wave)}`,
    () => waking(wave, () => recorded(() => actDoors(timings).liftHold(given))),
    ({ officer, officers, lifted }) =>
      lifted
        ? 'It is lifted: the copy is erased when its clock and its other holds let it.'
        : `Signed by ${officer}: ${officers} of 2 officers. It still holds.`,
  );
};

export const clock = (
  given: Given<'clock'>,
): Promise<Answer<{ moved: number; officers: number; needed: number }>> => {
  const acts = actDoors(timings);
  const { survey, period, kind, to } = given.statement;
  return telling(
    `to move the clocks of ${kind}, ${nameOf({ survey, period })}, to ${minute(to)}`,
    () =>
      waking({ survey, period }, () =>
        bySignature(acts, { act: 'clock', ...given }, (by) => acts.moveClock({ survey, period, ...by })),
      ),
    ({ moved, officers, needed }) =>
      officers < needed
        ? `Signed: ${officers} of ${needed} officers. Nothing is moved yet.`
        : `Moved: ${moved}. What is due now is erased by the next look at it.`,
  );
};

export const dispose = (
  given: Given<'dispose'>,
): Promise<Answer<{ officers: number; needed: number; dueAt: string }>> => {
  const { copy, decision, because, reviewOn = '', survey, period } = given.statement;
  const of = survey === undefined || period === undefined ? 'every survey' : nameOf({ survey, period });
  return telling(
    decision === 'erase'
      ? `to erase copy ${copy} of ${of}, whose review has come: ${because}`
      : `to keep copy ${copy} of ${of} until another review on ${reviewOn}: ${because}`,
    () => recorded(() => actDoors(timings).disposeCopy(given)),
    ({ officers, needed, dueAt }) =>
      officers < needed
        ? `Signed: ${officers} of ${needed} officers. Its clock is as it was: ${minute(dueAt)}.`
        : decision === 'erase'
          ? 'It is due: the next sweep erases it, and the verifier proves it.'
          : `Decided. Its clock ends ${minute(dueAt)}.`,
  );
};

export const forgo = (given: Given<'forgo'>): Promise<Answer<{ officers: number; needed: number }>> => {
  const { because, ...wave } = given.statement;
  const back = because === 'taken-back';
  return telling(
    back ? `to let ${nameOf(wave)} be run after all` : `never to run ${nameOf(wave)}: ${because}`,
    () => recorded(() => actDoors(timings).forgoMonth(given)),
    ({ officers, needed }) =>
      officers < needed
        ? `Signed: ${officers} of ${needed} officers. The month is still forgone.`
        : back
          ? 'The month may be run.'
          : 'The month is forgone: nothing runs it, and it is missing no more.',
  );
};

export const close = (given: Given<'close'>): Promise<Answer<{ officer: string }>> => {
  const { exception, code, because, ...wave } = given.statement;
  return telling(
    `that exception ${exception}, ${code} of ${nameOf(wave)}, is dealt with: ${because}`,
    () => recorded(() => actDoors(timings).closeException(given)),
    ({ officer }) => `Recorded as ${officer}'s word. The next sweep closes it.`,
  );
};

/** Of a wave that has closed; an open one hears its officers itself. */
export const settle = (given: Given<'settle'>): Promise<Answer<null>> => {
  const acts = actDoors(timings);
  const { survey, period, attempt, finding } = given.statement;
  return telling(
    `that the package of ${nameOf({ survey, period })}, attempt ${attempt}, has ${finding === 'arrived' ? '' : 'not '}arrived`,
    () =>
      bySignature(acts, { act: 'settle', ...given }, (by) =>
        acts.settleClosed({ survey, period, attempt, ...by }),
      ),
    () => (finding === 'arrived' ? 'Recorded: it has arrived.' : 'Recorded: the month may be run again.'),
  );
};

const nameOf = ({ survey, period }: WaveKey): string => `${survey} ${period}`;

/** No command: a page is read out of the workflow, and its history knows nothing of it. */
const telling = async <R>(
  asked: string,
  work: () => Promise<Answer<R>>,
  done: (value: R) => string,
): Promise<Answer<R>> => {
  // what came of it first: the page shows a few lines and hides the rest
  const page = (end: string): void => setCurrentDetails(`${end}\n\nAn officer has signed ${asked}.`);
  page('The verifier looks at whose signature it is.');
  const answer = await work();
  page(
    answer.ok
      ? done(answer.value)
      : `**Nothing was done** (\`${answer.refusal.code}\`). ${said(answer.refusal)}`,
  );
  return answer;
};

/** A retention that still runs looks again at once; else tomorrow's sweep does. */
const waking = async <R>({ survey, period }: WaveKey, work: () => Promise<Answer<R>>): Promise<Answer<R>> => {
  const answer = await work();
  if (answer.ok) await wake({ survey, period });
  return answer;
};
