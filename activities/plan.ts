// The plan an attempt was opened with, read back and checked against its hash: the stored SQL is what runs.
import { createHash } from 'node:crypto';
import { refuse } from '../schemas/failure.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';

type Queries = Pick<Connection, 'query'>;

export interface Attempt extends AttemptKey {
  readonly planHash: string;
  readonly staging: string;
  readonly nonceSha256: string;
  readonly drawnAt?: string;
}

/** What was read last: most of a megabyte, and every step of a wave asks for it again. */
let last: { readonly planHash: string; readonly plan: Plan } | undefined;

/** @throws PLAN_UNKNOWN, PLAN_CHANGED */
export const readPlan = async (db: Queries, planHash: string): Promise<Plan> => {
  // as it is now: while PostgreSQL answers, another wave may read its own
  const kept = last;
  if (kept?.planHash === planHash && (await isAsApplied(db, planHash))) return kept.plan;
  const { rows } = await db.query<{ document: string }>(
    'select document from cordon.plan where plan_hash = $1',
    [planHash],
  );
  const document = rows[0]?.document;
  if (document === undefined)
    throw refuse({
      code: 'PLAN_UNKNOWN',
      found: 'a plan hash that was never applied here',
      expected: 'a plan recorded by cordon apply',
      remedy: 'run cordon apply, then start the wave again',
    });
  if (createHash('sha256').update(document).digest('hex') !== planHash)
    throw refuse({
      code: 'PLAN_CHANGED',
      found: 'a stored plan that does not match its hash',
      expected: 'the plan as it was applied',
      remedy: 'treat the database as tampered with; restore it and apply again',
    });
  const plan = JSON.parse(document) as Plan;
  last = { planHash, plan };
  return plan;
};

const isAsApplied = async (db: Queries, planHash: string): Promise<boolean> => {
  const { rowCount } = await db.query(
    `select from cordon.plan
     where plan_hash = $1 and encode(sha256(convert_to(document, 'UTF8')), 'hex') = plan_hash`,
    [planHash],
  );
  return rowCount === 1;
};

/** @throws ATTEMPT_CLOSED */
export const readAttempt = async (db: Queries, key: AttemptKey): Promise<Attempt> => {
  const { rows } = await db.query<{
    plan_hash: string;
    staging: string;
    nonce_sha256: string;
    drawn_at: Date | null;
  }>(
    `select plan_hash, staging, nonce_sha256, drawn_at from cordon.attempt
     where (survey, period, attempt) = ($1, $2, $3)`,
    [key.survey, key.period, key.attempt],
  );
  const [row] = rows;
  if (!row)
    throw refuse({
      code: 'ATTEMPT_CLOSED',
      found: 'an attempt that was never opened',
      expected: 'an open attempt',
      remedy: 'start the wave again',
    });
  return {
    survey: key.survey,
    period: key.period,
    attempt: key.attempt,
    planHash: row.plan_hash,
    staging: row.staging,
    nonceSha256: row.nonce_sha256,
    ...(row.drawn_at && { drawnAt: row.drawn_at.toISOString() }),
  };
};
