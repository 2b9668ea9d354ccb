// A hold on one copy, set on one officer's word and lifted on that of two. The verifier records both: whoever erases can
// neither set a hold nor lift one.
import type pg from 'pg';
import type { Given } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { witnessed } from './witness.ts';

type Pool = Pick<Deps, 'pool'>;
type Copy = AttemptKey & { kind: CopyKind; place: string; state: string; past: boolean };

export const holdCopy =
  ({ pool }: Pool) =>
  (given: Given<'hold'>): Promise<Answer<{ hold: number; officer: string }>> =>
    witnessed(pool, 'hold', given, async (tx, { officer, statementSha256 }, isNew) => {
      const { copy: id, because, owner, reviewOn, survey, period } = given.statement;
      const copy = await copyOf(tx, `where c.id = $1`, id, reviewOn);
      if (!copy || copy.survey !== survey || copy.period !== period) throw no('no such copy of this wave');
      if (copy.kind === 'staging') throw no('a staging schema, which cannot be held');
      if (isNew && copy.state === 'erased') throw no('a copy that is erased');
      if (isNew && copy.past) throw no('a review in the past');
      const { rows } = await tx.query<{ hold: number }>(
        'select cordon.hold_copy($1, $2, $3, $4, $5, $6)::int as hold',
        [id, because, owner, reviewOn, officer, statementSha256],
      );
      const hold = rows[0]?.hold ?? 0;
      const { kind, place, attempt } = copy;
      const leaf = {
        type: 'hold',
        hold,
        kind,
        place,
        because,
        owner,
        reviewOn,
        officer,
        statementSha256,
      } as const;
      if (isNew) await append(tx, 'verifier', { survey, period, attempt }, leaf);
      return { hold, officer };
    });

export const liftHold =
  ({ pool }: Pool) =>
  (given: Given<'lift'>): Promise<Answer<{ officer: string; officers: number; lifted: boolean }>> =>
    witnessed(pool, 'lift', given, async (tx, { officer, statementSha256 }, isNew) => {
      const { hold, survey, period } = given.statement;
      const copy = await copyOf(tx, 'join cordon.hold h on h.copy = c.id where h.id = $1', hold);
      if (!copy || copy.survey !== survey || copy.period !== period) throw no('no such hold of this wave');
      const { rows } = await tx.query<{ officers: number; lifted: boolean }>(
        'select officers, lifted from cordon.lift_hold($1, $2, $3)',
        [hold, officer, statementSha256],
      );
      const { officers = 0, lifted = false } = rows[0] ?? {};
      const { kind, place, attempt } = copy;
      if (isNew)
        await append(
          tx,
          'verifier',
          { survey, period, attempt },
          { type: 'lift', hold, kind, place, officer, lifted, statementSha256 },
        );
      return { officer, officers, lifted };
    });

const copyOf = async (
  tx: pg.PoolClient,
  which: string,
  id: number,
  reviewOn?: string,
): Promise<Copy | undefined> => {
  const { rows } = await tx.query<Copy>(
    `select c.survey, c.period, c.attempt, c.kind, c.place, c.state,
       coalesce($2::date < (now() at time zone 'UTC')::date, false) as past from cordon.copy c ${which}`,
    [id, reviewOn ?? null],
  );
  return rows[0];
};

const no = (found: string) =>
  refuse({
    code: 'INPUT',
    found,
    expected: 'a copy or a hold as npx cordon retention and hold list show it, and a review that is to come',
    remedy: 'look again, and sign that',
  });
