// An officer's statement, checked by the verifier: whose signature it is, over which bytes, and whether the officers file
// lets him. It is recorded whatever comes of it; what it does, the worker does, from the statement that stands here.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Given, Statements, Witnessed } from '../schemas/act.ts';
import { statementText } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import type { Answer, AttemptKey, WaveKey } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import type { Scope } from '../sql/ledger/append.ts';
import { append } from '../sql/ledger/append.ts';
import { notAnOfficer, officersInForce, saidBy, signerOf } from '../sql/officers.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import { refusalOf, translate } from './step.ts';
import { transact } from './transact.ts';

export const witness =
  ({ pool }: Pick<Deps, 'pool'>) =>
  <A extends Witnessed>({ act, ...given }: Given<A> & { readonly act: A }): Promise<Answer<By>> =>
    witnessed(pool, act, given, (_, by) => Promise.resolve(by));

/**
 * Checks and records, and does in the same transaction what the verifier alone may do; `isNew` unless it is recorded
 * already. A no is recorded as well: who tries what he may not is of interest.
 */
export const witnessed = async <A extends Witnessed, R>(
  pool: pg.Pool,
  act: A,
  { statement, signature }: Given<A>,
  work: (tx: pg.PoolClient, by: By, isNew: boolean) => Promise<R>,
): Promise<Answer<R>> => {
  const scope = scopeOf(statement);
  const text = statementText(statement);
  const statementSha256 = createHash('sha256').update(text).digest('hex');
  try {
    const value = await transact(pool, async (tx) => {
      const { officer, key } = signerOf(await officersInForce(tx), act, text, signature);
      const said = await recordStatement(tx, { act, text, officer, key, signature }, scope);
      if (said) await append(tx, 'verifier', scope, { type: 'signed', act, statementSha256, ...said });
      return work(tx, { officer, statementSha256 }, said !== undefined);
    });
    return { ok: true, value };
  } catch (e) {
    const coded = translate(e);
    const refusal = refusalOf(coded);
    if (!refusal) throw coded;
    await transact(pool, (tx) => append(tx, 'verifier', scope, { type: 'refused', stage: act, ...refusal }));
    return { ok: false, refusal };
  }
};

/** Registers are of no wave. */
const scopeOf = ({ survey, period, ...statement }: Statements[Witnessed]): Scope | Record<string, never> => {
  if (survey === undefined || period === undefined) return {};
  return { survey, period, ...('attempt' in statement && { attempt: statement.attempt }) };
};

/** A signature that was checked. */
export interface Signature {
  readonly act: Witnessed | 'release' | 'refuse';
  readonly text: string;
  readonly officer: string;
  readonly key: string;
  readonly signature: string;
}

/**
 * @returns what a leaf says of it, unless it is recorded already
 * @throws NOT_AN_OFFICER
 */
export const recordStatement = async (
  tx: pg.PoolClient,
  { act, text, officer, key, signature }: Signature,
  { survey, period, attempt }: Partial<AttemptKey>,
) => {
  try {
    const { rows } = await tx.query<{ fresh: boolean }>(
      'select cordon.record_statement($1, $2, $3, $4, $5, $6, $7, $8) as fresh',
      [act, text, officer, key, signature, survey ?? null, period ?? null, attempt ?? null],
    );
    if (!rows[0]?.fresh) return undefined;
    return saidBy(officer, key, signature);
  } catch (e) {
    if (sqlstate(e) !== 'CRD16') throw e;
    throw notAnOfficer('an officer whom the officers file does not let sign this today');
  }
};

/** What an officer has signed of this wave, as it was recorded. @throws NOT_AN_OFFICER unless he may still sign it */
export const statementBy = async <A extends Witnessed>(
  tx: pg.PoolClient,
  act: A,
  { officer, statementSha256 }: By,
  { survey, period, attempt }: WaveKey & Partial<AttemptKey>,
): Promise<Statements[A]> => {
  const { rows } = await tx.query<{ statement: Statements[A] }>(
    `select s.text::json as statement from cordon.statement s where (s.act, s.sha256, s.officer) = ($1, $2, $3)
       and (s.survey, s.period) = ($4, $5) and s.attempt is not distinct from $6
       and cordon.officer_now(s.officer, s.key, s.act) is not null`,
    [act, statementSha256, officer, survey, period, attempt ?? null],
  );
  const [found] = rows;
  if (!found)
    throw refuse({
      code: 'NOT_AN_OFFICER',
      found: 'no such statement of this wave by an officer who may sign it now',
      expected: 'a statement that the verifier has recorded',
      remedy: 'sign it again',
    });
  return found.statement;
};
