// A register that cannot be read stops the wave, and nobody can wave it through. One that is empty although it was not,
// has lost entries, holds others than were entered, or that nobody has kept current is a fault that an officer may
// accept. What was read is written down, and the next wave is held to it.
import type pg from 'pg';
import type { AlarmCode } from '../schemas/alarm.ts';
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import type { ContactsFigure, RegisterCount } from '../schemas/leaf.ts';
import { sqlstate } from '../sql/connect.ts';
import { emptied } from '../sql/emptied.ts';
import { lastLoss } from '../sql/loss.ts';
import type { Statement } from '../sql/plan.ts';
import { reckoned } from '../sql/reckoned.ts';
import { keyProofs } from '../sql/token.ts';
import type { Deps } from './deps.ts';
import type { StepContext } from './step.ts';
import { names } from './step.ts';

export interface RegisterFault extends Refusal {
  readonly code: AlarmCode;
  readonly register: string;
}

export interface RegistersRead {
  /** what is in force, by register and kind */
  readonly counts: readonly RegisterCount[];
  /** the newest change that the counts know of: one that comes before they are written down is still owed */
  readonly lastEvent: number;
  /** every one: none may hide behind another that is accepted */
  readonly faults: readonly RegisterFault[];
}

/** Keeps a new token key out until the transaction that asks the registers ends. */
export const keepTokenKey = async (tx: pg.PoolClient): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock_shared(hashtextextended('cordon token key', 0))");
};

/**
 * MUST run under `keepTokenKey` of the transaction that then asks the registers, its own or another.
 * @throws REGISTER_UNREADABLE
 */
export const readRegisters = async (
  { secrets }: Pick<Deps, 'secrets'>,
  s: Pick<StepContext, 'plan'>,
  tx: pg.PoolClient,
): Promise<RegistersRead> => {
  const { keys, emptied, counts, altered } = await readable(tx);
  requireKeys(keys, keyProofs(secrets.tokenKey));
  const lost = counts.filter(({ register, entries, owed }) => entries < owed && !emptied.includes(register));
  const faults: RegisterFault[] = [
    ...emptied.map((register) => ({
      code: 'REGISTER_EMPTIED' as const,
      register,
      found: `an empty register where there were entries: ${register}`,
      expected: 'at least one of the entries that the ledger speaks of',
      remedy: 'restore the register, then run the month again',
    })),
    ...[...new Set(lost.map(({ register }) => register))].map((register) => ({
      code: 'REGISTER_SHRUNK' as const,
      register,
      found: lost
        .filter((count) => count.register === register)
        .map(
          ({ kind, entries, owed }) =>
            `${register} by ${kind}: ${String(entries)} of ${String(owed)} entries`,
        )
        .join('; '),
      expected: 'every entry that an earlier wave read and nobody has withdrawn',
      remedy: 'find the lost entries and restore them, then run the month again',
    })),
    ...altered
      .filter((register) => !emptied.includes(register) && !lost.some((count) => count.register === register))
      .map((register) => ({
        code: 'REGISTER_ALTERED' as const,
        register,
        found: `rows in ${register} that are not those that were entered`,
        expected: 'what the ledger says stood there after the last change',
        remedy: 'find out who changed it past Cordon and restore it, then run the month again',
      })),
    ...(await stale(s, tx)),
  ];
  return {
    faults,
    lastEvent: counts[0]?.lastEvent ?? 0,
    counts: counts.map(({ register, kind, entries, withdrawn }) => ({
      register,
      kind,
      entries,
      withdrawn,
      seen: 0,
    })),
  };
};

/** Rows of register, kind, seen: how many entries in force the intake meets, without those of canaries. */
export const registersSeen: Statement = {
  text: 'select register, kind, count(distinct entry)::int as seen from met where entry is not null group by register, kind',
  parameters: [],
};

export type Seen = Pick<RegisterCount, 'register' | 'kind' | 'seen'>;

/** With how many entries in force the intake has met. */
export const withSeen = (registers: RegistersRead, rows: readonly Seen[]): RegistersRead => ({
  ...registers,
  counts: registers.counts.map((count) => ({
    ...count,
    // an entry that came after they were counted is met, and counted by the next reading
    seen: Math.min(
      count.entries,
      rows.find((r) => r.register === count.register && r.kind === count.kind)?.seen ?? 0,
    ),
  })),
});

/** MUST NOT be called over a fault that nobody has accepted: the next wave would take the loss for what is owed. */
export const recordRegisters = async (
  tx: pg.PoolClient,
  s: StepContext,
  { counts, lastEvent }: RegistersRead,
): Promise<void> => {
  await tx.query(
    `insert into cordon.register_read (survey, period, attempt, stage, register, kind, entries, withdrawn, seen, last_event)
     select $1, $2, $3, $4, r.register, r.kind, r.entries, r.withdrawn, case when $4 = 'screen' then r.seen end, $6
     from jsonb_to_recordset($5) r(register text, kind text, entries bigint, withdrawn bigint, seen bigint)`,
    [...names(s.attempt), s.stage, JSON.stringify(counts), lastEvent],
  );
};

interface Count {
  readonly register: string;
  readonly kind: string;
  readonly entries: number;
  readonly withdrawn: number;
  readonly owed: number;
  readonly lastEvent: number;
}

interface Reading {
  readonly keys: readonly Buffer[];
  readonly emptied: readonly string[];
  readonly counts: readonly Count[];
  readonly altered: readonly string[];
}

const readable = async (tx: pg.PoolClient): Promise<Reading> => {
  await tx.query('savepoint registers');
  try {
    const { rows: keys } = await tx.query<{ proof: Buffer }>(
      'select proof from cordon.token_key order by generation',
    );
    const emptied = await emptiedRegisters(tx);
    const { rows: counts } = await tx.query<Count & pg.QueryResultRow>(counted);
    const { rows: altered } = await tx.query<{ register: string }>(reckoned);
    await tx.query('release savepoint registers');
    return {
      keys: keys.map(({ proof }) => proof),
      emptied,
      counts,
      altered: altered.map(({ register }) => register),
    };
  } catch (e) {
    // a lost connection, a cancelled or a blocked query says nothing about the register
    if (passing.test(sqlstate(e))) throw e;
    await tx.query('rollback to savepoint registers');
    throw refuse({
      code: 'REGISTER_UNREADABLE',
      found: 'a register that this worker cannot read',
      expected: 'opt-outs, safety markers, holds and contact history, readable',
      remedy: 'restore the register or its grants, then run the month again',
    });
  }
};

export const emptiedRegisters = async (tx: pg.PoolClient): Promise<string[]> => {
  const { rows } = await tx.query<{ register: string }>(emptied);
  return rows.map(({ register }) => register);
};

const passing = /^(?:none|08|40|53|55|57)/;

/** Under a key that is wrong or missing every token would be unknown, and everybody eligible. */
const requireKeys = (known: readonly Buffer[], held: readonly Buffer[]): void => {
  if (known.every((proof, i) => held[i]?.equals(proof))) return;
  throw refuse({
    code: 'REGISTER_UNREADABLE',
    found:
      known.length > held.length
        ? 'registers under a newer key than this worker holds'
        : 'registers under another key',
    expected: 'every key in CORDON_TOKEN_KEY, one a line, the oldest first',
    remedy: 'give this worker the keys that the DPO has issued and start it again, then run the month again',
  });
};

/** A loss makes every register old: nobody here knows whose entries were in what is gone. */
const stale = async ({ plan }: Pick<StepContext, 'plan'>, tx: pg.PoolClient): Promise<RegisterFault[]> => {
  const allowed = Object.entries(plan.declaration.registers).map(([register, { notOlderThan }]) => ({
    register,
    notOlderThan,
  }));
  const { rows } = await tx.query<{ register: string; notOlderThan: string; at: Date | null; lost: boolean }>(
    `select r.register, a."notOlderThan", e.at, coalesce(coalesce(e.at, '-infinity') < l.at, false) as lost
     from (values ('opt-outs'), ('safety-markers'), ('holds')) r(register)
     left join jsonb_to_recordset($1) a(register text, "notOlderThan" text) using (register)
     cross join (${lastLoss}) l
     cross join lateral (select max(v.at) as at from cordon.register_event v
       where v.register = r.register and v.action <> 'rekeyed') e
     where coalesce(e.at, '-infinity') < greatest(l.at, now() - a."notOlderThan"::interval) order by 1`,
    [JSON.stringify(allowed)],
  );
  return rows.map(({ register, notOlderThan, at, lost }) => ({
    code: 'REGISTER_STALE',
    register,
    found: `${register} ${at === null ? 'that nobody has ever kept' : `last kept at ${at.toISOString()}`}`,
    expected: lost
      ? `${register} kept since the ledger was continued after a loss`
      : `${register} not older than ${notOlderThan}`,
    remedy:
      'enter what is waiting, or say that nothing is: npx cordon register confirm; then run the month again',
  }));
};

/** Of one wave's part, or of each. */
export const contactsReckoned = async (tx: pg.PoolClient, place?: string): Promise<ContactsFigure[]> => {
  const { rows } = await tx.query<ContactsFigure & pg.QueryResultRow>(
    'select place, rows::int, digest from cordon.contacts_reckoned($1) order by place',
    [place],
  );
  return rows;
};

/**
 * What the last reader found, and what was added since, less what was withdrawn, is owed: a restored backup and a quiet
 * delete both fall short, and say by how much.
 */
const counted = `
  with held as (
    select register, kind, count(distinct entry) filter (where withdrawn_at is null)::int as entries,
      count(distinct entry) filter (where withdrawn_at is not null)::int as withdrawn
    from cordon.register_entry where added_by <> 'canary' group by register, kind
  ), latest as (
    select distinct on (register, kind) register, kind, entries, last_event
    from cordon.register_read order by register, kind, id desc
  ), said as (
    select e.register, e.kind, sum(case e.action when 'added' then e.entries else -e.entries end)::int as since
    from cordon.register_event e left join latest l on (l.register, l.kind) = (e.register, e.kind)
    where e.action in ('added', 'withdrawn') and e.id > coalesce(l.last_event, 0) group by 1, 2
  )
  select register, kind, coalesce(h.entries, 0) as entries, coalesce(h.withdrawn, 0) as withdrawn,
    coalesce(l.entries, 0) + coalesce(d.since, 0) as owed,
    coalesce((select max(id) from cordon.register_event), 0) as "lastEvent"
  from held h full join latest l using (register, kind) full join said d using (register, kind) order by 1, 2`;
