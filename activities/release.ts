// Officers release exactly what may leave: the statement by its hash. One officer counts once, by a key in
// PostgreSQL; signatures over the statement come on top of this, not instead of it.
import { refuse } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Ref, ReleaseStatement } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { readPackage } from './parcel.ts';
import { readAttempt, readPlan } from './plan.ts';
import { isSaid } from './said.ts';
import { names, refusalOf } from './step.ts';
import { transact } from './transact.ts';

export const state = (deps: Deps) => (minimised: Ref<'minimised'>) =>
  transact(deps.pool, async (tx) => {
    const { statement } = await readPackage(tx, minimised);
    const { planHash } = await readAttempt(tx, minimised);
    const plan = await readPlan(tx, planHash);
    return {
      statement: JSON.parse(statement.text) as ReleaseStatement,
      statementSha256: statement.sha256,
      officers: plan.declaration.release.officers,
    };
  });

type Queries = Parameters<typeof readPackage>[0];

const officersSoFar = async (tx: Queries, key: AttemptKey, statement: string): Promise<number> => {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from cordon.release
     where (survey, period, attempt, statement_sha256) = ($1, $2, $3, $4)`,
    [...names(key), statement],
  );
  return rows[0]?.n ?? 0;
};

export const release =
  (deps: Deps) =>
  async (
    given: AttemptKey & { officer: string; statementSha256: string },
  ): Promise<Answer<{ officers: number }>> => {
    const { officer, statementSha256 } = given;
    const { survey, period, attempt } = given;
    try {
      const officers = await transact(deps.pool, async (tx) => {
        const { statement } = await readPackage(tx, given);
        if (statement.sha256 !== statementSha256)
          throw refuse({
            code: 'RELEASE_MISMATCH',
            found: 'the hash of another statement',
            expected: 'the hash of the statement that is waiting',
            remedy: 'read the statement again: cordon release shows it',
          });
        const { expiresAt } = JSON.parse(statement.text) as ReleaseStatement;
        const { rows } = await tx.query<{ late: boolean }>('select now() >= $1::timestamptz as late', [
          expiresAt,
        ]);
        if (rows[0]?.late !== false)
          throw refuse({
            code: 'RELEASE_EXPIRED',
            found: 'a statement past its validity',
            expected: `a release before ${expiresAt}`,
            remedy: 'run the month again; a new statement will be asked for',
          });
        await requireOthers(tx, given, officer);
        const { rowCount } = await tx.query(
          `insert into cordon.release (survey, period, attempt, officer, statement_sha256)
           values ($1, $2, $3, $4, $5) on conflict do nothing`,
          [...names(given), officer, statementSha256],
        );
        if (rowCount)
          await append(
            tx,
            'worker',
            { survey, period, attempt },
            { type: 'release-signed', officer, statementSha256 },
          );
        return officersSoFar(tx, given, statementSha256);
      });
      return { ok: true, value: { officers } };
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw e;
      await transact(deps.pool, (tx) =>
        append(tx, 'worker', { survey, period, attempt }, { type: 'refused', stage: 'release', ...refusal }),
      );
      return { ok: false, refusal };
    }
  };

/** PostgreSQL counts no release of a proposer towards an intent; here the officer hears it. */
const requireOthers = async (tx: Queries, key: AttemptKey, officer: string): Promise<void> => {
  const { rows } = await tx.query<{ proposed: boolean }>(
    `select $4 = any (p.proposed_by) as proposed from cordon.attempt a join cordon.plan p using (plan_hash)
     where (a.survey, a.period, a.attempt) = ($1, $2, $3)`,
    [...names(key), officer],
  );
  if (rows[0]?.proposed !== false)
    throw refuse({
      code: 'PROPOSER',
      found: 'an officer who has applied this very plan',
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
