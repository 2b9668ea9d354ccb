// Runs as the verifier: another process, credential and task queue than the one that erased. It believes the
// catalogue, the ledger and, of files, the folder itself: not the eraser.
import type pg from 'pg';
import { failure } from '../schemas/failure.ts';
import type { CopyKind, ErasureOutcome } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Plan } from '../sql/plan.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import { isLeft } from './delivery/adapter.ts';
import type { Deps } from './deps.ts';
import { readAttempt, readPlan } from './plan.ts';
import { reopenTarget } from './reopen-target.ts';
import { transact } from './transact.ts';

interface Proof {
  proven: boolean;
  doubts: string[];
  query_sha256: string;
  fresh: boolean;
  outcome: ErasureOutcome | null;
  kind: CopyKind;
  place: string;
  survey: string;
  period: string;
  attempt: number;
}

export interface VerifierDeps extends Pick<Deps, 'openSource'> {
  /** logged in as the verifier's role */
  readonly pool: pg.Pool;
  /** None where the verifier was given no key to that server: the worker has looked, and the company has certified. */
  readonly openTarget: (plan: Plan) => Promise<DeliveryTarget | undefined>;
}

export const verifyErasure =
  (deps: VerifierDeps) =>
  async ({ id }: { id: number }): Promise<Answer<{ outcome: ErasureOutcome }>> => {
    const left = await leftOutside(deps, id);
    const proof = await transact(deps.pool, async (tx) => {
      if (left) {
        const { kind, place, ...scope } = left;
        await append(tx, 'verifier', scope, { type: 'erasure-unproven', kind, place, found: 'the file' });
        return undefined;
      }
      const { rows } = await tx.query<Proof>(
        `select p.proven, p.doubts, p.query_sha256, c.verified_at is null as fresh, p.outcome, p.kind, p.place,
           c.survey, c.period, c.attempt
         from cordon.copy c, lateral cordon.prove_erasure(c.id) p where c.id = $1`,
        [id],
      );
      const [found] = rows;
      if (!found) return undefined;
      const { survey, period, attempt, kind, place, outcome, query_sha256: querySha256 } = found;
      const scope = { survey, period, attempt };
      if (!found.proven)
        await append(tx, 'verifier', scope, {
          type: 'erasure-unproven',
          kind,
          place,
          found: found.doubts.join('; '),
        });
      else if (found.fresh && outcome)
        await append(tx, 'verifier', scope, {
          type: 'erasure-verified',
          kind,
          place,
          outcome,
          querySha256,
        });
      return found;
    });
    // retried: an erasure that cannot be proved is an alarm, never an end
    if (!proof?.proven || !proof.outcome) throw failure('ERASURE_UNPROVEN', {}, false);
    return { ok: true, value: { outcome: proof.outcome } };
  };

type Left = AttemptKey & { kind: CopyKind; place: string };

/** Looks for itself at what is no relation. A folder that the verifier cannot see proves nothing: it throws. */
const leftOutside = async (deps: VerifierDeps, id: number): Promise<Left | undefined> => {
  const { rows } = await deps.pool.query<Left>(
    `select survey, period, attempt, kind, place from cordon.copy
     where id = $1 and kind in ('source-drop', 'delivered')`,
    [id],
  );
  const [copy] = rows;
  if (!copy) return undefined;
  const there = copy.kind === 'delivered' ? packageIsThere : dropIsThere;
  return (await there(deps, copy)) ? copy : undefined;
};

const dropIsThere = async ({ pool, openSource }: VerifierDeps, copy: Left): Promise<boolean> => {
  const { extract, declaration } = await readPlan(pool, (await readAttempt(pool, copy)).planHash);
  const source = await openSource(declaration.extract.from, copy);
  try {
    return (await source.drop?.isThere(extract.relation)) === true;
  } finally {
    await source.close();
  }
};

/** In the folder into which it was delivered. What the company has copied elsewhere only its certificate covers. */
const packageIsThere = async ({ pool, openTarget }: VerifierDeps, copy: Left): Promise<boolean> => {
  const { rows } = await pool.query<{ name: string }>(
    `select k.name from cordon.intent i join cordon.package k
       on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (i.survey, i.period, i.attempt, i.package)
     where (i.survey, i.period, i.attempt) = ($1, $2, $3) and i.voided_at is null`,
    [copy.survey, copy.period, copy.attempt],
  );
  const [sent] = rows;
  const plan = await readPlan(pool, (await readAttempt(pool, copy)).planHash);
  const target = sent && (await reopenTarget({ pool, openTarget }, plan));
  if (!target) return false;
  try {
    return isLeft(await target.look(sent.name));
  } finally {
    await target.close();
  }
};
