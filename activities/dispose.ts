// Officers review a copy: it is erased on the word of one, kept until another day on that of two. The verifier records both:
// whoever erases can keep nothing longer.
import type pg from 'pg';
import type { Given } from '../schemas/act.ts';
import type { Decision } from '../schemas/disposition.ts';
import { refuse } from '../schemas/failure.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { Answer } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import { witnessed } from './witness.ts';

interface Disposed {
  needed: number;
  officers: number;
  disposed: boolean;
  was: Date;
  due: Date;
  review: Date;
  signers: string[];
}

interface Copy {
  readonly kind: CopyKind;
  readonly place: string;
  readonly attempt: number;
  readonly state: string;
  readonly reviewed: boolean;
  readonly latest: string | null;
}

export const disposeCopy =
  ({ pool }: Pick<Deps, 'pool'>) =>
  (given: Given<'dispose'>): Promise<Answer<{ officers: number; needed: number; dueAt: string }>> =>
    witnessed(pool, 'dispose', given, async (tx, by) => {
      const { copy: id, decision, because, survey, period } = given.statement;
      const copy = await copyOf(tx, id, { survey, period });
      if (copy.state !== 'live') throw no('a copy that is erased, or is being erased');
      if (!copy.reviewed) throw no(`a copy of ${copy.kind}, which its survey lets nobody review`);
      const { needed, officers, disposed, was, due, review, signers } = await decided(tx, by, decision, copy);
      const { kind, place, attempt } = copy;
      const leaf = {
        type: 'disposed',
        kind,
        place,
        decision,
        because,
        from: was.toISOString(),
        to: due.toISOString(),
        ...(decision === 'extend' && { reviewAt: review.toISOString() }),
        officers: signers,
        statementSha256: by.statementSha256,
      } as const;
      const scope = survey === undefined ? {} : { survey, ...(period !== undefined && { period }), attempt };
      if (disposed) await append(tx, 'verifier', scope, leaf);
      return { officers, needed, dueAt: due.toISOString() };
    });

const decided = async (
  tx: pg.PoolClient,
  { officer, statementSha256 }: By,
  decision: Decision,
  { kind, latest }: Copy,
): Promise<Disposed> => {
  try {
    const { rows } = await tx.query<Disposed>('select * from cordon.dispose_copy($1, $2)', [
      officer,
      statementSha256,
    ]);
    const [row] = rows;
    if (row) return row;
  } catch (e) {
    if (sqlstate(e) !== 'CRD21') throw e;
  }
  throw refuse({
    code: 'CLOCK_INVALID',
    found:
      decision === 'erase' && kind === 'registers'
        ? 'a register, which is never erased whole'
        : 'a clock that was moved since it was read, or a review that is no later, or too late',
    expected:
      latest === null ? 'a later review, within twelve months' : `a later review, by ${latest} at the latest`,
    remedy: 'see npx cordon retention, and sign what stands there now',
  });
};

const copyOf = async (
  tx: pg.PoolClient,
  id: number,
  wave: { readonly survey: string | undefined; readonly period: string | undefined },
): Promise<Copy> => {
  const { rows } = await tx.query<Copy>(
    `select kind, place, attempt, state, review_at is not null as reviewed,
       to_char((extendable_to - decide_within) at time zone 'UTC', 'YYYY-MM-DD') as latest
     from cordon.copy where id = $1 and survey is not distinct from $2 and period is not distinct from $3`,
    [id, wave.survey ?? null, wave.period ?? null],
  );
  const [copy] = rows;
  if (!copy) throw no('no such copy of this wave');
  return copy;
};

const no = (found: string) =>
  refuse({
    code: 'INPUT',
    found,
    expected: 'a live copy with a review, as npx cordon retention shows it',
    remedy: 'look again; what is needed longer for a complaint or a court is held: npx cordon hold set',
  });
