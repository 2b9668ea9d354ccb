// The dry run of `cordon apply`: what the proposed plan makes of a month, beside what the plan in force makes of it. The
// worker reads the month, since the officer has no login to its source; the counts are read from the ledger.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { WorkflowFailedError } from '@temporalio/client';
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import type { Body, RehearsalCounts } from '../schemas/leaf.ts';
import { isPeriod } from '../schemas/period.ts';
import type { Answer } from '../schemas/ref.ts';
import type { Compiled } from '../sql/compile.ts';
import type { Connection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';
import { rehearsalId } from '../workflows/ids.ts';
import type { RehearsalInput } from '../workflows/messages.ts';
import { timings } from '../workflows/timings.ts';
import type { Environment } from './config.ts';
import { isStaffId, optional, taskQueue } from './config.ts';
import { words } from './exit.ts';
import { isPolled } from './look-at-temporal.ts';
import type { OwnerOptions } from './owner.ts';
import { asOwner } from './owner.ts';
import { wrap } from './wrap.ts';

export interface DryRun {
  readonly period: string;
  readonly proposed: RehearsalCounts;
  /** by the plan in force, where that is another */
  readonly inForce?: RehearsalCounts;
  /** why there are no counts by it: what it asks of the source may be why it is to change */
  readonly refused?: Refusal;
}

/** @throws INPUT unless it is a calendar month that has begun */
export const mustBeMonth = (period: string, now = new Date()): void => {
  if (isPeriod(period) && period <= now.toISOString().slice(0, 7)) return;
  throw refuse({
    code: 'INPUT',
    found: isPeriod(period) ? 'a month that is yet to come' : 'no calendar month of our time',
    expected: 'yyyy-mm, such as 2026-10',
    remedy: 'give --period a month that the records system has',
  });
};

/** @param period the last full month unless given */
export const rehearse = async (
  client: Client,
  compiled: Compiled,
  period: string | undefined,
  database: OwnerOptions,
  env: Environment,
): Promise<Answer<DryRun>> => {
  const queue = taskQueue(env);
  if (!(await isPolled(client, queue))) return { ok: false, refusal: noWorker };
  const by = optional(env, 'CORDON_OFFICER');
  const asked = await asOwner(database, (db) =>
    ask(db, compiled, period, by !== undefined && isStaffId(by) ? by : undefined),
  );
  const { survey } = compiled.plan;
  const counted = async (id: number): Promise<Answer<RehearsalCounts>> => {
    const ran = await run(client, queue, { survey, period: asked.period, id, timings });
    const told = await asOwner(database, (db) => toldOf(db, id));
    if (ran.ok && told?.counts) return { ok: true, value: told.counts };
    // the ledger has the words that the guard kept from Temporal
    if (told?.refusal && (ran.ok || ran.refusal.code === told.refusal.code))
      return { ok: false, refusal: told.refusal };
    return ran.ok ? { ok: false, refusal: stopped } : ran;
  };
  const proposed = await counted(asked.proposed);
  if (!proposed.ok) return proposed;
  const value = { period: asked.period, proposed: proposed.value };
  if (asked.inForce === undefined) return { ok: true, value };
  const inForce = await counted(asked.inForce);
  return {
    ok: true,
    value: inForce.ok ? { ...value, inForce: inForce.value } : { ...value, refused: inForce.refusal },
  };
};

interface Asked {
  readonly period: string;
  readonly proposed: number;
  /** where that is another */
  readonly inForce?: number;
}

/** @param by a staff id; else it is who has logged in */
const ask = async (
  db: Connection,
  { plan: { survey, declaration }, planHash, document }: Compiled,
  period: string | undefined,
  by: string | undefined,
): Promise<Asked> => {
  const { rows } = await db.query<{ id: number; period: string; proposed: boolean }>(
    `insert into cordon.rehearsal (survey, period, plan_hash, document, asked_by)
     select $1, coalesce($2, to_char(now() at time zone $3 - interval '1 month', 'YYYY-MM')), p.plan_hash, p.document,
       coalesce($6, session_user)
     from (select $4 as plan_hash, $5 as document
       union all select plan_hash, document from cordon.plan_in_force f join cordon.plan using (plan_hash)
       where f.survey = $1 and plan_hash <> $4) p
     returning id::int, period, plan_hash = $4 as proposed`,
    [survey, period ?? null, declaration.every.zone, planHash, document, by ?? null],
  );
  const row = rows.find(({ proposed }) => proposed);
  const inForce = rows.find(({ proposed }) => !proposed);
  return { period: row?.period ?? '', proposed: row?.id ?? 0, ...(inForce && { inForce: inForce.id }) };
};

const run = async (client: Client, queue: string, input: RehearsalInput): Promise<Answer<null>> => {
  const { survey, period, id } = input;
  const handle = await client.workflow.start('rehearse', {
    workflowId: rehearsalId({ survey, period }, id),
    taskQueue: queue,
    args: [input],
    staticSummary: `rehearsal ${survey} ${period}`,
  });
  if (!(await isTakenUp(handle))) {
    await handle.terminate('stuck');
    return { ok: false, refusal: noWorker };
  }
  try {
    return (await handle.result()) as Answer<null>;
  } catch (e) {
    if (!(e instanceof WorkflowFailedError)) throw e;
    return { ok: false, refusal: stopped };
  }
};

/** The server remembers for five minutes who asked it for work: whoever did may be gone. */
const isTakenUp = async (handle: WorkflowHandle, withinMs = 15_000): Promise<boolean> => {
  for (const until = Date.now() + withinMs; Date.now() < until; await wait(200)) {
    const { raw, status } = await handle.describe();
    // a task that was handed out is not one that was done
    if (status.name !== 'RUNNING' || (raw.pendingActivities?.length ?? 0) > 0) return true;
  }
  return false;
};

const toldOf = async (db: Connection, id: number): Promise<Body<'rehearsed'> | undefined> => {
  const { rows } = await db.query<{ leaf: Body<'rehearsed'> }>(
    `select l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf @> $1 order by e.index desc limit 1`,
    [JSON.stringify({ type: 'rehearsed', rehearsal: id })],
  );
  return rows[0]?.leaf;
};

const noWorker: Refusal = {
  code: 'NOT_WAITING',
  found: 'no worker that would read the month',
  expected: 'a running worker: the officer has no login to the records system',
  remedy: 'start npx cordon worker and ask again; before the very first plan there may be none',
};

const stopped: Refusal = {
  code: 'NOT_WAITING',
  found: 'a dry run that somebody stopped',
  expected: 'one that ends by itself',
  remedy: 'ask again; what it had read is dropped, or due',
};

/** A line a step, at most 80 columns wide: this plan, the one in force, and by how many rows they differ. */
export const dryRunLines = (
  { period, proposed, inForce, refused }: DryRun,
  { declaration }: Plan,
): string[] => {
  const line = (name: string, of: (counts: RehearsalCounts) => number | undefined): string => {
    const [now, before] = [of(proposed), inForce && of(inForce)];
    return row(name, number(now), ...(inForce ? [number(before), signed((now ?? 0) - (before ?? 0))] : []));
  };
  // a repeat is one among those whom no other rule excludes: more of these are fewer of it
  const repeats = declaration.screen.filter(({ when }) => when.is === 'duplicate-of-person');
  const reasons = [proposed, inForce].flatMap(
    (counts) => counts?.exclusions.map(({ reason }) => reason) ?? [],
  );
  return [
    `dry run over ${period}: read anew, counted, dropped again`,
    row('', 'this plan', ...(inForce ? ['in force', ''] : [])),
    line('read', ({ read }) => read),
    line('- unreadable', ({ quarantined }) => quarantined),
    ...[...new Set(reasons)].map((reason) =>
      line(`- ${reason}`, ({ exclusions }) => exclusions.find((each) => each.reason === reason)?.first),
    ),
    line('in the frame', ({ frame }) => frame),
    ...strata(proposed, inForce, line),
    ...(inForce ? throughs(proposed, inForce, repeats) : []),
    ...(refused ? [`  the plan in force could not be tried: ${refused.code}`, ...words(refused)] : []),
    ...proposed.stops.flatMap(({ code, subject, found, expected }) => [
      `  a wave would stop: ${code}${subject === undefined ? '' : ` ${subject}`}`,
      ...wrap(`    found     ${found}`, 14),
      ...wrap(`    expected  ${expected}`, 14),
    ]),
  ];
};

/** A screen has no room for all of them. */
const mostStrata = 12;

/** The largest, or those that differ most. */
const strata = (
  proposed: RehearsalCounts,
  inForce: RehearsalCounts | undefined,
  line: (name: string, of: (counts: RehearsalCounts) => number | undefined) => string,
): string[] => {
  const frameOf = (name: string, counts?: RehearsalCounts): number | undefined =>
    counts?.strata.find(({ stratum }) => stratum === name)?.frame;
  const all = [proposed, inForce].flatMap((counts) => counts?.strata.map(({ stratum }) => stratum) ?? []);
  const differing = [...new Set(all)]
    .map((name) => ({
      name,
      by: Math.abs((frameOf(name, proposed) ?? 0) - (frameOf(name, inForce) ?? 0)),
    }))
    .filter(({ by }) => by > 0)
    .toSorted((a, b) => b.by - a.by);
  const rest = new Set(all).size - Math.min(differing.length, mostStrata);
  return [
    ...differing.slice(0, mostStrata).map(({ name }) => line(`  ${name}`, (counts) => frameOf(name, counts))),
    ...(rest === 0 ? [] : [`    and ${String(rest)} other strata: --json has them all`]),
  ];
};

/** Whom a rule matches no more, first or not: other rules may still exclude them. */
const throughs = (
  proposed: RehearsalCounts,
  inForce: RehearsalCounts,
  but: readonly { readonly reason: string }[],
): string[] =>
  inForce.exclusions.flatMap(({ reason, all }) => {
    const now = proposed.exclusions.find((each) => each.reason === reason);
    const fewer = all - (now?.all ?? 0);
    if (fewer <= 0 || but.some((each) => each.reason === reason)) return [];
    return wrap(
      `  ! rule ${reason} ${now ? 'now matches' : 'is gone, which matched'} ${String(fewer)} ${now ? 'fewer' : 'rows'}`,
      4,
    );
  });

const row = (name: string, ...cells: readonly string[]): string =>
  `  ${name.length > 44 ? `${name.slice(0, 43)}…` : name.padEnd(44)}${cells.map((cell) => cell.padStart(10)).join('')}`.trimEnd();
const number = (n: number | undefined): string => (n === undefined ? '' : String(n));
const signed = (n: number): string => (n > 0 ? `+${String(n)}` : n < 0 ? String(n) : '');
