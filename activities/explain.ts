// One reference, explained: which rules match its rows at the source today and, while staging lives, where it stands
// in the draw. It runs where an officer asks and not in a workflow: a reference is in no payload, no log and no leaf.
import type pg from 'pg';
import { refuse } from '../schemas/failure.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import { firstReason, settings } from '../sql/plan.ts';
import type { Plan, RunValues, StagingName } from '../sql/plan.ts';
import { bind } from '../sql/plan.ts';
import { ticket } from '../sql/ticket.ts';
import { ringSettings } from '../sql/token.ts';
import type { Deps, Secrets } from './deps.ts';
import { readPlan } from './plan.ts';
import { assertQuiet } from './source/quiet.ts';
import { set } from './step.ts';
import { withTransaction } from '../sql/connect.ts';
import { windowOf } from './window.ts';

/** What it takes: the worker's database, the key of tokens and the source; neither senders nor recipients. */
export type ExplainDeps = Pick<Deps, 'pool' | 'openSource'> & { readonly secrets: Pick<Secrets, 'tokenKey'> };

export interface Explanation {
  readonly attempt: number;
  /** codes of rows of this reference that cannot be read */
  readonly unreadable: readonly string[];
  readonly rows: readonly ExplainedRow[];
  /** rules about everybody at once, which one row cannot answer */
  readonly notAsked: readonly string[];
  /** whether the way back from a drawn unit to its row still exists */
  readonly stagingLives: boolean;
}

export interface ExplainedRow {
  readonly matched: readonly string[];
  /** the one the waterfall would count */
  readonly first?: string;
  readonly drawn?: Drawn;
}

export interface Drawn {
  readonly part: 'sample' | 'reserve';
  readonly stratum: string;
  readonly rank: number;
  readonly ticket: string;
  /** the largest ticket of the sample in this stratum */
  readonly cutOff: string;
  /** why it was struck since */
  readonly struckBy?: string;
}

interface Attempt {
  readonly attempt: number;
  readonly plan_hash: string;
  readonly staging: string;
  readonly seed: string | null;
  readonly drawn_at: string;
  readonly lives: boolean;
}

/** @throws INPUT when no such wave ever ran, and what a source or a register refuses */
export const explain = (
  deps: ExplainDeps,
  wave: WaveKey,
  { reference, officer }: { readonly reference: string; readonly officer: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<Explanation> =>
  withTransaction(deps.pool, async (tx) => {
    const attempt = await newest(tx, wave);
    const plan = await readPlan(tx, attempt.plan_hash);
    const run = async <Row extends pg.QueryResultRow>(
      statement: Plan['explain']['rules'],
      values: RunValues = {},
    ): Promise<Row[]> => {
      const { text, values: bound } = bind(statement, values);
      return (await tx.query<Row>(text, bound)).rows;
    };
    await assertQuiet(tx);
    for (const name of ['recheck', 'sampled'] as const) await tx.query(temporary(plan, name));
    await set(tx, { search_path: 'pg_temp, cordon, pg_catalog' });
    const window = await windowOf(plan, wave.period, tx);
    const given = {
      [settings.reference]: reference,
      [settings.windowFrom]: window.windowFrom,
      [settings.windowTo]: window.windowTo,
    };
    await set(tx, { ...given, ...ringSettings(deps.secrets.tokenKey) });
    await run(plan.explain.arrived);
    const source = await deps.openSource(plan.declaration.extract.from, wave);
    try {
      const { relation } = plan.extract;
      const { columns, read: select } = plan.explain;
      await source.inspect({ relation, columns });
      await source.load(
        [tx],
        { relation, columns, select, settings: given },
        { signal, heartbeat: () => undefined },
      );
    } finally {
      await source.close();
    }
    const values = { ...window, drawnAt: attempt.drawn_at, period: wave.period };
    const faults = await run<{ code: string }>(plan.explain.faults, values);
    for (const statement of plan.explain.load) await run(statement, values);
    const found = await run<{ key: string[]; mask: string }>(plan.explain.rules, values);
    const rows: ExplainedRow[] = [];
    for (const { key, mask } of found) {
      const matched = plan.screen.rules.filter(({ bit }) => (BigInt(mask) & BigInt(bit)) !== 0n);
      const first = firstReason(plan.screen.rules, mask);
      const drawn = await placeOf(tx, attempt, key);
      rows.push({
        matched: matched.map(({ reason }) => reason),
        ...(first !== undefined && { first }),
        ...(drawn && { drawn }),
      });
    }
    // before the answer is given, and without whom it is about
    await append(
      tx,
      'worker',
      { ...wave, attempt: attempt.attempt },
      { type: 'consulted', command: 'explain', officer, found: rows.length + faults.length > 0 },
    );
    return {
      attempt: attempt.attempt,
      unreadable: faults.map(({ code }) => code),
      rows,
      notAsked: plan.screen.rules.filter(({ population }) => population).map(({ reason }) => reason),
      stagingLives: attempt.lives,
    };
  });

const newest = async (tx: pg.PoolClient, { survey, period }: WaveKey): Promise<Attempt> => {
  const { rows } = await tx.query<Attempt>(
    `select attempt, plan_hash, staging, seed, coalesce(drawn_at, now())::text as drawn_at,
       to_regclass(format('%I.sampled', staging)) is not null as lives
     from cordon.attempt where (survey, period) = ($1, $2) order by attempt desc limit 1`,
    [survey, period],
  );
  const [attempt] = rows;
  if (attempt) return attempt;
  throw refuse({
    code: 'INPUT',
    found: 'a wave that never ran',
    expected: 'a wave with an attempt',
    remedy: 'see npx cordon status for the waves there are',
  });
};

/** Types come from the closed list of staging; names are ours, and quoted all the same. */
export const temporary = (plan: Plan, name: StagingName): string => {
  const columns = plan.staging.find((table) => table.name === name)?.columns ?? [];
  const list = columns.map((column) => `"${column.name.replaceAll('"', '""')}" ${column.type}`);
  return `create temp table ${name} (${list.join(', ')}) on commit drop`;
};

const placeOf = async (
  tx: pg.PoolClient,
  { staging, seed, lives }: Attempt,
  key: readonly string[],
): Promise<Drawn | undefined> => {
  if (!lives || seed === null) return undefined;
  const table = `"${staging}".sampled`;
  const { rows } = await tx.query<{
    frame_id: string;
    stratum: string;
    part: Drawn['part'];
    rank: number;
    struck_by: string | null;
    last: string | null;
  }>(
    `select s.frame_id, s.stratum, s.part, s.rank, s.struck_by,
       (select l.frame_id from ${table} l where l.stratum = s.stratum and l.part = 'sample'
        order by l.rank desc limit 1) as last
     from ${table} s where s.key = $1`,
    [key],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { frame_id, stratum, part, rank, struck_by, last } = row;
  return {
    part,
    stratum,
    rank,
    ticket: ticket(seed, frame_id),
    cutOff: last === null ? '' : ticket(seed, last),
    ...(struck_by !== null && { struckBy: struck_by }),
  };
};
