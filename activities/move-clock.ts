// An officer brings a clock forward or puts it back; never past what the declaration allows a copy to live.
import type { CopyKind } from '../schemas/leaf.ts';
import { refuse } from '../schemas/failure.ts';
import type { Answer, WaveKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { refusalOf } from './step.ts';
import { transact } from './transact.ts';

interface Clock {
  id: number;
  attempt: number;
  place: string;
  due_at: Date;
  later: boolean;
  there: boolean;
}

export const moveClock =
  (deps: Deps) =>
  async ({
    survey,
    period,
    kind,
    to,
    officer,
  }: WaveKey & { kind: CopyKind; to: string; officer: string }): Promise<Answer<{ moved: number }>> => {
    try {
      const moved = await transact(deps.pool, async (tx) => {
        const { rows } = await tx.query<Clock>(
          `select id, attempt, place, due_at, $4::timestamptz > due_at as later,
             $4::timestamptz = due_at as there from cordon.copy
           where survey = $1 and period = $2 and kind = $3 and state = 'live' order by id`,
          [survey, period, kind, to],
        );
        if (rows.some(({ later }) => later))
          throw refuse({
            code: 'CLOCK_INVALID',
            found: 'a later time than the clock has',
            expected: 'an earlier time',
            remedy: 'to keep a copy longer place a hold on it; a clock only moves forward',
          });
        if (rows.length === 0)
          throw refuse({
            code: 'CLOCK_INVALID',
            found: 'no live copy of this kind',
            expected: 'a copy whose clock runs',
            remedy: 'see cordon status for the copies of this wave',
          });
        for (const { id, attempt, place, due_at, there } of rows) {
          // an answer was lost: the clock stands there already
          if (there) continue;
          await tx.query('select * from cordon.move_clock($1, $2)', [id, to]);
          await append(
            tx,
            'worker',
            { survey, period, attempt },
            { type: 'clock-moved', kind, place, from: due_at.toISOString(), to, officer },
          );
        }
        return rows.length;
      });
      return { ok: true, value: { moved } };
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw e;
      return { ok: false, refusal };
    }
  };
