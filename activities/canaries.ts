// Opt-outs of nobody, looked for wherever the registers are asked: at the screening, before the packaging and before the
// transfer. One that would be sent stops the wave, and no officer can accept it.
import type pg from 'pg';
import { refuse } from '../schemas/failure.ts';
import type { RunValues } from '../sql/plan.ts';
import { identifierKinds } from '../sql/token.ts';
import type { StageTx, StepContext } from './step.ts';
import { names } from './step.ts';

/** @throws CANARY_SURVIVED unless each kind is there and was removed */
export const requireRemoved = (
  looked: readonly { readonly kind: string; readonly removed: boolean }[],
): void => {
  const survivors = looked.filter(({ removed }) => !removed).map(({ kind }) => kind);
  if (looked.length === identifierKinds.length && survivors.length === 0) return;
  throw refuse({
    code: 'CANARY_SURVIVED',
    found: `opt-outs of nobody that were not removed: by ${survivors.join(', by ') || 'any kind'}`,
    expected: 'each of them removed: what lets them in lets in people who opted out',
    remedy: 'restore the register and its key, then run the month again; nobody can accept this',
  });
};

interface Checked {
  readonly key: readonly string[];
  /** met in the register of opt-outs, and excluded by a rule that asks it */
  readonly opted: boolean;
}

/**
 * Canaries among the drawn while `check` runs; what it answers comes back without them. An empty register that an
 * officer has accepted has none.
 * @throws CANARY_SURVIVED
 */
export const withCanaries = async <C extends Checked>(
  { plan, attempt }: StepContext,
  { tx, run }: Pick<StageTx, 'tx' | 'run'>,
  values: RunValues,
  check: () => Promise<C[]>,
): Promise<C[]> => {
  if (await startsAgain(tx, names(attempt))) return check();
  const { plant, look, forget } = plan.screen.canaries.again;
  for (const statement of plant) await run(statement, values);
  const planted = await run<{ kind: string; key: string[] }>(look);
  const checked = await check();
  const isOf = (row: C, key: readonly string[]): boolean => String(row.key) === String(key);
  requireRemoved(
    planted.map(({ kind, key }) => ({ kind, removed: checked.some((row) => isOf(row, key) && row.opted) })),
  );
  for (const statement of forget) await run(statement);
  return checked.filter((row) => !planted.some(({ key }) => isOf(row, key)));
};

const startsAgain = async (tx: pg.PoolClient, key: readonly [string, string, number]): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select from cordon.alarm where (survey, period, attempt, code, subject)
       = ($1, $2, $3, 'REGISTER_EMPTIED', 'opt-outs') and accepted_at is not null`,
    [...key],
  );
  return (rowCount ?? 0) > 0;
};
