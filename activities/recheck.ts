// Goes back to the source for the drawn alone: attributes again, every row rule and register again, on all their
// phones as they are now. Whoever is gone, changed or excluded is struck before anything is read or sent.
import type pg from 'pg';
import type { Stage } from '../schemas/ref.ts';
import type { Arrival, Reading, RereadPlan } from '../sql/plan.ts';
import { settings } from '../sql/plan.ts';
import { beside } from './beside.ts';
import { withCanaries } from './canaries.ts';
import type { Deps } from './deps.ts';
import { requireAcceptedRegisters } from './alarms.ts';
import { joinByHash } from './hash-joins.ts';
import { keepTokenKey } from './registers.ts';
import { instantOfDraw } from './screen.ts';
import type { SourceRequest } from './source/source.ts';
import type { StageTx, StepContext } from './step.ts';
import { set } from './step.ts';
import { transact } from './transact.ts';
import { windowOf } from './window.ts';

export interface StrikeCount {
  readonly reason: string;
  readonly count: number;
}

type State = 'in' | 'idle';

/** Reads rows for `keys` from the source into the session's `arrived` and on into staging. */
export const reread = async (
  deps: Deps,
  s: StepContext,
  { tx, run }: StageTx,
  arrival: Arrival | RereadPlan,
  states: readonly State[],
): Promise<void> => {
  const { rows } = await tx.query<{ drawn: string }>(
    "select coalesce(jsonb_agg(to_jsonb(key)), '[]')::text as drawn from sampled where state = any($1)",
    [states],
  );
  const drawn = rows[0]?.drawn ?? '[]';
  const window = await windowOf(s.plan, s.attempt.period, tx);
  const given = {
    [settings.drawn]: drawn,
    [settings.windowFrom]: window.windowFrom,
    [settings.windowTo]: window.windowTo,
  };
  await set(tx, given);
  await tx.query('drop table if exists pg_temp.arrived');
  const { relation } = s.plan.extract;
  const { columns } = arrival;
  const source = await deps.openSource(s.plan.declaration.extract.from, s.attempt);
  let reading: Reading & Pick<SourceRequest, 'types'> = arrival;
  try {
    const native = await source.inspect({ relation, columns });
    if (native && 'native' in arrival) reading = arrival.native;
    const { read: select, types } = reading;
    await run(reading.arrived);
    await source.load(
      [tx],
      { relation, columns, select, ...(types && { types }), settings: given },
      { signal: s.signal, heartbeat: s.heartbeat },
    );
  } finally {
    await source.close();
  }
  await joinByHash(tx);
  for (const statement of reading.load) await run(statement, { ...window, period: s.attempt.period, drawn });
  await tx.query('set local enable_nestloop = on');
  await tx.query('drop table pg_temp.arrived');
};

/**
 * Strikes everybody in `states` who may no longer be sent.
 * @returns how many, by reason, of those that were `in`
 */
export const recheck = async (
  deps: Deps,
  s: StepContext,
  stage: StageTx,
  states: readonly State[],
): Promise<readonly StrikeCount[]> => {
  const { tx, run } = stage;
  const { plan, attempt } = s;
  await keepTokenKey(tx);
  await tx.query('truncate recheck');
  // registers are reckoned while the source is read
  await beside(
    transact(deps.pool, (other) => requireAcceptedRegisters(deps, s, other)),
    reread(deps, s, stage, plan.reread, states),
  );
  const window = await windowOf(plan, attempt.period, tx);
  const drawnAt = await instantOfDraw(s, tx);
  const values = { ...window, drawnAt, period: attempt.period };
  await withCanaries(s, stage, values, () => run(plan.screen.recheck, values));
  return run<StrikeCount & pg.QueryResultRow>(plan.screen.strike, { states });
};

export const strike = async (
  tx: StageTx['tx'],
  rows: readonly { readonly key: readonly string[] }[],
  reason: string,
): Promise<readonly StrikeCount[]> => {
  const { rowCount } = await tx.query(
    `update sampled set state = 'struck', struck_by = $2
     where state = 'in' and key in (select array(select jsonb_array_elements_text(k)) from jsonb_array_elements($1) k)`,
    [JSON.stringify(rows.map(({ key }) => key)), reason],
  );
  return rowCount ? [{ reason, count: rowCount }] : [];
};

export const sum = (strikes: readonly StrikeCount[]): number =>
  strikes.reduce((n, { count }) => n + count, 0);

export const merge = (...lists: readonly (readonly StrikeCount[])[]): StrikeCount[] => {
  const counts = new Map<string, number>();
  for (const { reason, count } of lists.flat()) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count }));
};

/** Adds strikes of one stage to the wave's account; the waterfall's own line moves in the same transaction. */
export const countStrikes = async (
  { tx }: Pick<StageTx, 'tx'>,
  key: readonly [string, string, number],
  stage: Stage,
  strikes: readonly StrikeCount[],
): Promise<void> => {
  await tx.query(
    `insert into cordon.strike_count (survey, period, attempt, stage, reason, struck)
     select $1, $2, $3, $4, r.reason, r.count from jsonb_to_recordset($5) r(reason text, count bigint)
     on conflict (survey, period, attempt, stage, reason)
       do update set struck = strike_count.struck + excluded.struck`,
    [...key, stage, JSON.stringify(strikes)],
  );
};
