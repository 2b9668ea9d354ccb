// Runs as the verifier: another process, credential and task queue than the one that erased. It believes the
// catalogue, the ledger and, of a drop, the folder itself: not the eraser.
import type pg from 'pg';
import { failure } from '../schemas/failure.ts';
import type { CopyKind, ErasureOutcome } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { readAttempt, readPlan } from './plan.ts';
import { transact } from './transact.ts';

interface Proof {
  proven: boolean;
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
}

export const verifyErasure =
  (deps: VerifierDeps) =>
  async ({ id }: { id: number }): Promise<Answer<{ outcome: ErasureOutcome }>> => {
    const left = await dropIsThere(deps, id);
    const proof = await transact(deps.pool, async (tx) => {
      if (left) {
        const { kind, place, ...scope } = left;
        await append(tx, 'verifier', scope, { type: 'erasure-unproven', kind, place, found: 'the file' });
        return undefined;
      }
      const { rows } = await tx.query<Proof>(
        `select p.proven, c.verified_at is null as fresh, p.outcome, p.kind, p.place, c.survey, c.period, c.attempt
         from cordon.copy c, lateral cordon.prove_erasure(c.id) p where c.id = $1`,
        [id],
      );
      const [found] = rows;
      if (!found) return undefined;
      const { survey, period, attempt, kind, place, outcome } = found;
      const scope = { survey, period, attempt };
      if (!found.proven)
        await append(tx, 'verifier', scope, {
          type: 'erasure-unproven',
          kind,
          place,
          found: 'still there, or no leaf says it was erased',
        });
      else if (found.fresh && outcome)
        await append(tx, 'verifier', scope, { type: 'erasure-verified', kind, place, outcome });
      return found;
    });
    // retried: an erasure that cannot be proved is an alarm, never an end
    if (!proof?.proven || !proof.outcome) throw failure('ERASURE_UNPROVEN', {}, false);
    return { ok: true, value: { outcome: proof.outcome } };
  };

type Left = AttemptKey & { kind: CopyKind; place: string };

/** Looks for itself. A folder that the verifier cannot see proves nothing: it throws. */
const dropIsThere = async ({ pool, openSource }: VerifierDeps, id: number): Promise<Left | undefined> => {
  const { rows } = await pool.query<Left>(
    `select survey, period, attempt, kind, place from cordon.copy where id = $1 and kind = 'source-drop'`,
    [id],
  );
  const [copy] = rows;
  if (!copy) return undefined;
  const { extract, declaration } = await readPlan(pool, (await readAttempt(pool, copy)).planHash);
  const source = await openSource(declaration.extract.from, copy);
  try {
    return (await source.drop?.isThere(extract.relation)) ? copy : undefined;
  } finally {
    await source.close();
  }
};
