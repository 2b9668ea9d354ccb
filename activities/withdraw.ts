// After a transfer that said no or broke off: takes its intent back where no byte was written, so that the month may
// run again. Raising the claim first fences off a start of the transfer that is still alive somewhere.
import { refuse } from '../schemas/failure.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { requireSameLog } from './checkpoint.ts';
import type { Deps } from './deps.ts';
import { voidIntent } from './disclose.ts';
import { recorded } from './receive.ts';
import { names, refusalOf, translate } from './step.ts';
import { takeOver } from './take-over.ts';

/** Answers DELIVERY_UNKNOWN when a byte may have left; LEDGER_FORKED, ALREADY_DISCLOSED when nobody here can know. */
export const withdraw =
  (deps: Deps) =>
  async (key: AttemptKey): Promise<Answer<null>> => {
    try {
      if (await mayBeVoid(deps, key)) await requireSameLog(deps.pool, deps.checkpoints, key);
      await recorded(deps, key, async (s) => {
        await takeOver(deps.pool, s.tx, () =>
          s.tx.query('select cordon.raise_claim($1, $2, $3, $4)', [...names(key), 'transfer']),
        );
        const { rows } = await s.tx.query<{ package: string; began: boolean }>(
          `select package, first_byte_at is not null as began from cordon.intent
           where (survey, period, attempt) = ($1, $2, $3) and voided_at is null`,
          names(key),
        );
        const [intent] = rows;
        if (!intent) return;
        if (intent.began)
          throw refuse({
            code: 'DELIVERY_UNKNOWN',
            found: 'a transfer that began to write and did not end well',
            expected: 'a receipt, or an officer’s finding',
            remedy: 'ask the processor what arrived; nothing is sent again before that is settled',
          });
        await voidIntent(s, key, intent.package, 'no byte was written');
      });
      return { ok: true, value: null };
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw translate(e);
      return { ok: false, refusal };
    }
  };

const mayBeVoid = async ({ pool }: Deps, key: AttemptKey): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from cordon.intent
     where (survey, period, attempt) = ($1, $2, $3) and voided_at is null and first_byte_at is null`,
    names(key),
  );
  return rowCount === 1;
};
