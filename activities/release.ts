// Officers release exactly what may leave: the statement, byte for byte, under their signatures. The verifier checks
// them and is the only role that PostgreSQL lets record one; what the worker does is show the statement, and wait.
import { canonical } from '../schemas/canonical.ts';
import type pg from 'pg';
import { refuse } from '../schemas/failure.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import type { Answer, AttemptKey, Ref, ReleaseStatement } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import { officersInForce, signerOf } from '../sql/officers.ts';
import type { SignedRelease } from './activities.ts';
import type { Deps } from './deps.ts';
import { readPackage } from './parcel.ts';
import { readAttempt, readPlan } from './plan.ts';
import { isSaid } from './said.ts';
import { names, refusalOf } from './step.ts';
import { transact } from './transact.ts';
import { recordStatement } from './witness.ts';

export const state = (deps: Deps) => (minimised: Ref<'minimised'>) =>
  transact(deps.pool, async (tx) => {
    const { statement } = await readPackage(tx, minimised);
    const { planHash } = await readAttempt(tx, minimised);
    const plan = await readPlan(tx, planHash);
    const { officers: domain } = await officersInForce(tx);
    return {
      statement: JSON.parse(statement.text) as ReleaseStatement,
      statementSha256: statement.sha256,
      officers: plan.declaration.release.officers,
      domain,
    };
  });

/** What an officer signs who says no: of which statement, and why. */
export const refusalText = (key: AttemptKey, statementSha256: string, because: ReleaseDoubt): string => {
  const { survey, period, attempt } = key;
  return canonical({ attempt, because, period, refuses: statementSha256, survey });
};

type Pool = Pick<Deps, 'pool'>;
type Given = AttemptKey & SignedRelease;

export const release =
  ({ pool }: Pool) =>
  (given: Given): Promise<Answer<{ officer: string; officers: number }>> =>
    answered(pool, given, async (tx, statement) => {
      await requireValid(tx, JSON.parse(statement) as ReleaseStatement);
      const { statementSha256 } = given;
      const { officer, said } = await record(tx, 'release', given, statement);
      if (said)
        await append(tx, 'verifier', scope(given), { type: 'release-signed', statementSha256, ...said });
      const { rows } = await tx.query<{ officers: number }>(
        'select cordon.officers_released($1, $2, $3, $4) as officers',
        [...names(given), statementSha256],
      );
      return { officer, officers: rows[0]?.officers ?? 0 };
    });

export const refuseRelease =
  ({ pool }: Pool) =>
  (given: Given & { because: ReleaseDoubt }): Promise<Answer<{ officer: string }>> =>
    answered(pool, given, async (tx) => {
      const { statementSha256, because } = given;
      const text = refusalText(given, statementSha256, because);
      const { officer, said } = await record(tx, 'refuse', given, text);
      if (said)
        await append(tx, 'verifier', scope(given), {
          type: 'release-refused',
          statementSha256,
          because,
          ...said,
        });
      return { officer };
    });

/** A no is recorded as well: who tries to release what he may not is of interest. */
const answered = async <R>(
  pool: pg.Pool,
  given: Given,
  work: (tx: pg.PoolClient, statement: string) => Promise<R>,
): Promise<Answer<R>> => {
  try {
    const value = await transact(pool, async (tx) => {
      const { statement } = await readPackage(tx, given);
      if (statement.sha256 !== given.statementSha256)
        throw refuse({
          code: 'RELEASE_MISMATCH',
          found: 'the hash of another statement',
          expected: 'the hash of the statement that is waiting',
          remedy: 'read the statement again: cordon release show prints it',
        });
      return work(tx, statement.text);
    });
    return { ok: true, value };
  } catch (e) {
    const refusal = refusalOf(e);
    if (!refusal) throw e;
    await transact(pool, (tx) =>
      append(tx, 'verifier', scope(given), { type: 'refused', stage: 'release', ...refusal }),
    );
    return { ok: false, refusal };
  }
};

const scope = ({ survey, period, attempt }: AttemptKey): AttemptKey => ({ survey, period, attempt });

const requireValid = async (tx: pg.PoolClient, { expiresAt }: ReleaseStatement): Promise<void> => {
  const { rows } = await tx.query<{ late: boolean }>('select now() >= $1::timestamptz as late', [expiresAt]);
  if (rows[0]?.late !== false)
    throw refuse({
      code: 'RELEASE_EXPIRED',
      found: 'a statement past its validity',
      expected: `a release before ${expiresAt}`,
      remedy: 'run the month again; a new statement will be asked for',
    });
};

/** @returns what a leaf says of it, unless this very officer's word is recorded already */
const record = async (tx: pg.PoolClient, act: 'release' | 'refuse', given: Given, text: string) => {
  const { signature } = given;
  const { officer, key } = signerOf(await officersInForce(tx), act, text, signature);
  if (act === 'release') await requireOther(tx, given, officer, key);
  return { officer, said: await recordStatement(tx, { act, text, officer, key, signature }, scope(given)) };
};

/** PostgreSQL counts no release of a proposer towards an intent; here the officer hears it. */
const requireOther = async (
  tx: pg.PoolClient,
  key: AttemptKey,
  officer: string,
  line: string,
): Promise<void> => {
  const { rows } = await tx.query<{ proposed: boolean }>(
    `select p.proposed_by && array[$4, cordon.officer_now($4, $5, 'release')] as proposed
     from cordon.attempt a join cordon.plan p using (plan_hash)
     where (a.survey, a.period, a.attempt) = ($1, $2, $3)`,
    [...names(key), officer, line],
  );
  if (rows[0]?.proposed !== false)
    throw refuse({
      code: 'PROPOSER',
      found: 'an officer who has applied this very plan, or a deputy of one',
      expected: 'two officers who have not',
      remedy: 'ask another officer: whoever decides what is sent does not release it',
    });
};

export const expireRelease =
  (deps: Deps) =>
  async ({ statementSha256, ...key }: AttemptKey & { statementSha256: string }): Promise<void> => {
    const { survey, period, attempt } = key;
    const leaf = { type: 'release-expired', statementSha256 } as const;
    await transact(deps.pool, async (tx) => {
      if (await isSaid(tx, key, leaf)) return;
      await append(tx, 'worker', { survey, period, attempt }, leaf);
    });
  };
