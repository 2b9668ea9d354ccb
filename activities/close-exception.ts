// An officer says that an exception is dealt with which nothing in the database could tell: what a company reported of a
// person, a file that cannot be believed, an answer that will not come. The next sweep closes it.
import type { Given } from '../schemas/act.ts';
import { kindOf } from '../schemas/exception.ts';
import { refuse } from '../schemas/failure.ts';
import type { Answer } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { witnessed } from './witness.ts';

export const closeException =
  ({ pool }: Pick<Deps, 'pool'>) =>
  (given: Given<'close'>): Promise<Answer<{ officer: string }>> =>
    witnessed(pool, 'close', given, async (tx, { officer, statementSha256 }) => {
      const { survey, period, code, because } = given.statement;
      const { rows } = await tx
        .query<{ attempt: number | null; fresh: boolean }>('select * from cordon.close_exception($1, $2)', [
          officer,
          statementSha256,
        ])
        .catch((e: unknown) => {
          throw sqlstate(e) === 'CRD10' ? another : sqlstate(e) === 'CRD21' ? notByWord(code) : e;
        });
      const { attempt, fresh = false } = rows[0] ?? {};
      if (fresh)
        await append(
          tx,
          'verifier',
          { survey, period, ...(typeof attempt === 'number' && { attempt }) },
          { type: 'exception-answered', code, because, officer, statementSha256 },
        );
      return { officer };
    });

const another = refuse({
  code: 'INPUT',
  found: 'another exception than was read, or one that is closed',
  expected: 'one that is open, as npx cordon status shows it',
  remedy: 'look again, and sign that',
});

const notByWord = (code: Given<'close'>['statement']['code']) =>
  refuse({
    code: 'INPUT',
    found: `${code}, which no word closes: it goes with its cause`,
    expected: 'an exception about what a company has said, or has not',
    remedy: kindOf(code).remedy,
  });
