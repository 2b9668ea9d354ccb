// A seed that people type: digits of two officers, or a public value that two of them read. PostgreSQL sees to the
// order (frame, seed, draw), to two distinct officers and to the day on which a public value may be known.
import { createHash } from 'node:crypto';
import type { SeedSource } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import { names, refusalOf, translate } from './step.ts';
import { transact } from './transact.ts';
import { statementBy } from './witness.ts';

interface Typed {
  officers: number;
  is_new: boolean;
  seed: string | null;
  source: SeedSource;
}

export const typeSeed =
  (deps: Deps) =>
  async (given: AttemptKey & By): Promise<Answer<{ officers: number }>> => {
    const { survey, period, attempt, officer, statementSha256 } = given;
    const scope = { survey, period, attempt };
    try {
      const officers = await transact(deps.pool, async (tx) => {
        const { digits } = await statementBy(tx, 'seed', given, given);
        const { rows } = await tx.query<Typed>('select * from cordon.type_seed($1, $2, $3, $4, $5)', [
          ...names(given),
          officer,
          statementSha256,
        ]);
        const [typed] = rows;
        if (!typed) return 0;
        const { source, seed } = typed;
        const { rows: attempts } = await tx.query<{ frame_root: string }>(
          'select frame_root from cordon.attempt where (survey, period, attempt) = ($1, $2, $3)',
          names(given),
        );
        // the digits themselves only once they are the seed: who types second has nothing to go by
        const digitsSha256 = createHash('sha256').update(digits).digest('hex');
        await append(tx, 'worker', scope, {
          type: 'seed-typed',
          officer,
          source,
          digitsSha256,
          statementSha256,
        });
        if (typed.is_new && seed !== null) {
          const frameRoot = attempts[0]?.frame_root ?? '';
          await append(tx, 'worker', scope, { type: 'seed-drawn', seed, source, frameRoot });
        }
        return typed.officers;
      });
      return { ok: true, value: { officers } };
    } catch (e) {
      const coded = translate(e);
      const refusal = refusalOf(coded);
      if (!refusal) throw coded;
      await transact(deps.pool, (tx) =>
        append(tx, 'worker', scope, { type: 'refused', stage: 'sample', ...refusal }),
      );
      return { ok: false, refusal };
    }
  };
