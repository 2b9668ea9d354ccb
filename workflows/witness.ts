// What an officer has signed is done only when the verifier has found whose signature it is, and recorded it.
import type { By, VerifierActivities } from '../activities/activities.ts';
import type { Given, Statements, Witnessed } from '../schemas/act.ts';
import { failure } from '../schemas/failure.ts';
import type { Code, Refusal } from '../schemas/failure.ts';
import type { Answer, WaveKey } from '../schemas/ref.ts';
import { codeOf } from './doors.ts';

type Witness = Pick<VerifierActivities, 'witness'>;

/** What could not be done has changed nothing, and may be sent again: it counts once. */
export const bySignature = <R>(
  acts: Witness,
  given: Parameters<Witness['witness']>[0],
  work: (by: By) => Promise<Answer<R>>,
): Promise<Answer<R>> =>
  recorded(async () => {
    if (isUnsigned(given)) return work(nobody);
    const signed = await acts.witness(given);
    return signed.ok ? work(signed.value) : signed;
  });

const nobody: By = { officer: 'nobody', statementSha256: '0'.repeat(64) };

/**
 * From before acts were signed: its words alone. No validator lets one in any more, and PostgreSQL does nothing by it; in
 * the history of what is still open it stands, done, and replays as it was done.
 */
const isUnsigned = (given: Partial<Pick<Given<Witnessed>, 'signature'>>): boolean =>
  given.signature === undefined;

/** What was said, signed or not. */
export const wordsOf = <A extends Witnessed>(given: Given<A>): Statements[A] =>
  isUnsigned(given) ? (given as unknown as Statements[A]) : given.statement;

/** The answer, or why there is none. */
export const recorded = async <R>(work: () => Promise<Answer<R>>): Promise<Answer<R>> => {
  try {
    return await work();
  } catch (e) {
    const code = codeOf(e);
    if (!code) throw e;
    return { ok: false, refusal: { ...notRecorded, code } };
  }
};

const notRecorded = {
  found: 'what was signed could not be recorded or done',
  expected: 'a worker, a verifier and a database that answer',
  remedy: 'see that both run, npx cordon worker, then send it again; it counts once',
};

/** @throws what the officer reads, when it was signed for another wave, or another attempt at it */
export const mustBeOf = (
  here: WaveKey & { readonly attempt?: number },
  signed: WaveKey & { readonly attempt?: number },
): void => {
  const { survey, period, attempt } = signed;
  if (here.survey === survey && here.period === period && here.attempt === attempt) return;
  throw failure('RELEASE_MISMATCH', { ...another });
};

const another: Omit<Refusal, 'code'> & { readonly code: Code } = {
  code: 'RELEASE_MISMATCH',
  found: 'a statement about another wave, or another attempt at this one',
  expected: 'the statement that this wave waits for now',
  remedy: 'see npx cordon status, and sign again',
};
