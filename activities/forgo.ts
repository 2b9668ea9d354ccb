// A month that is never run: forgone on the word of one officer, taken back on that of two. The verifier records both.
import type { Given } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import type { Answer } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { witnessed } from './witness.ts';

interface Forgone {
  needed: number;
  officers: number;
  changed: boolean;
  signers: string[];
}

export const forgoMonth =
  ({ pool }: Pick<Deps, 'pool'>) =>
  (given: Given<'forgo'>): Promise<Answer<{ officers: number; needed: number }>> =>
    witnessed(pool, 'forgo', given, async (tx, { officer, statementSha256 }) => {
      const { survey, period, ordinal, because } = given.statement;
      const { rows } = await tx
        .query<Forgone>('select * from cordon.forgo_month($1, $2)', [officer, statementSha256])
        .catch((e: unknown) => {
          throw refusals[sqlstate(e) ?? ''] ?? e;
        });
      const { needed = 1, officers = 0, changed = false, signers = [] } = rows[0] ?? {};
      if (changed)
        await append(
          tx,
          'verifier',
          { survey, period },
          { type: 'forgone', ordinal, because, officers: signers, statementSha256 },
        );
      return { officers, needed };
    });

const refusals: Readonly<Record<string, Error>> = {
  CRD09: refuse({
    code: 'INPUT',
    found: 'a month that is under way, or of which something may have left',
    expected: 'a month that nothing runs, and of which nothing has left',
    remedy: 'see npx cordon status; what waits for its release is ended by npx cordon release refuse',
  }),
  CRD10: refuse({
    code: 'INPUT',
    found:
      'another month than was read: forgone already, taken back already, or of no survey that was applied',
    expected: 'a month as npx cordon status shows it now',
    remedy: 'look again, and sign that',
  }),
};
