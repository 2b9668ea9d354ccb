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

/** In the intake like everybody; in the register by the first wave that ever screens, and by no later one. */
export const plantCanaries = async (
  { plan }: StepContext,
  { tx, run }: Pick<StageTx, 'tx' | 'run'>,
  values: RunValues,
) => {
  const { plant, tokens } = plan.screen.canaries;
  for (const statement of plant) await run(statement, values);
  const planted: string[] = [];
  for (const { kind, token } of await run<{ kind: string; token: Buffer }>(tokens, values)) {
    const { rows } = await tx.query<{ fresh: boolean }>('select cordon.plant_canary($1, $2) as fresh', [
      kind,
      token,
    ]);
    if (rows[0]?.fresh) planted.push(kind);
  }
  return planted;
};

/** @returns how many were removed. @throws CANARY_SURVIVED */
export const removeCanaries = async (
  { plan }: StepContext,
  { run }: Pick<StageTx, 'tx' | 'run'>,
  values: RunValues,
) => {
  const { look, forget } = plan.screen.canaries;
  const looked = await run<{ kind: string; removed: boolean }>(look, values);
  requireRemoved(looked);
  await run(forget, values);
  return looked.length;
};

/**
 * Canaries among the drawn while `check` runs. An empty register that an officer has accepted has none.
 * @throws CANARY_SURVIVED
 */
export const withCanaries = async (
  { plan, attempt }: StepContext,
  { tx, run }: Pick<StageTx, 'tx' | 'run'>,
  values: RunValues,
  check: () => Promise<unknown>,
): Promise<void> => {
  if (await startsAgain(tx, names(attempt))) {
    await check();
    return;
  }
  const { plant, look, forget } = plan.screen.canaries.again;
  for (const statement of plant) await run(statement, values);
  await check();
  requireRemoved(await run<{ kind: string; removed: boolean }>(look));
  for (const statement of forget) await run(statement);
};

const startsAgain = async (tx: pg.PoolClient, key: readonly [string, string, number]): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select from cordon.alarm where (survey, period, attempt, code, subject)
       = ($1, $2, $3, 'REGISTER_EMPTIED', 'opt-outs') and accepted_at is not null`,
    [...key],
  );
  return (rowCount ?? 0) > 0;
};
