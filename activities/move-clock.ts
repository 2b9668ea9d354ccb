// Officers bring a clock forward, on the word of one, or put it back, on that of two; never past what the declaration
// allowed the copy to live when it was made.
import { refuse } from '../schemas/failure.ts';
import type { Answer, WaveKey } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import { refusalOf } from './step.ts';
import { transact } from './transact.ts';
import { statementBy } from './witness.ts';

interface Moved {
  needed: number;
  officers: number;
  moved: readonly { attempt: number; place: string; from: string }[];
}

export const moveClock =
  (deps: Deps) =>
  async ({
    survey,
    period,
    officer,
    statementSha256,
  }: WaveKey & By): Promise<Answer<{ moved: number; officers: number; needed: number }>> => {
    try {
      const value = await transact(deps.pool, async (tx) => {
        const { kind, to } = await statementBy(tx, 'clock', { officer, statementSha256 }, { survey, period });
        const { rows: live } = await tx.query(
          `select from cordon.copy where (survey, period, kind, state) = ($1, $2, $3, 'live')`,
          [survey, period, kind],
        );
        if (live.length === 0)
          throw refuse({
            code: 'CLOCK_INVALID',
            found: 'no live copy of this kind',
            expected: 'a copy whose clock runs',
            remedy: 'see cordon status for the copies of this wave',
          });
        const { rows } = await tx.query<Moved>('select * from cordon.move_clocks($1, $2, $3, $4)', [
          survey,
          period,
          officer,
          statementSha256,
        ]);
        const { needed = 1, officers = 0, moved = [] } = rows[0] ?? {};
        for (const { attempt, place, from } of moved)
          await append(
            tx,
            'worker',
            { survey, period, attempt },
            {
              type: 'clock-moved',
              kind,
              place,
              from,
              to: new Date(to).toISOString(),
              officer,
              statementSha256,
            },
          );
        return { moved: moved.length, officers, needed };
      });
      return { ok: true, value };
    } catch (e) {
      const refusal = refusalOf(sqlstate(e) === 'CRD04' ? elsewhere() : e);
      if (!refusal) throw e;
      return { ok: false, refusal };
    }
  };

const elsewhere = () =>
  refuse({
    code: 'CLOCK_INVALID',
    found: 'a time past what was declared for the copy, or clocks that have been moved since they were read',
    expected: 'a time before that, and the clocks as they stand now',
    remedy: 'to keep a copy longer place a hold on it; else read the clocks again and sign that',
  });
