// What an auditor asks of a year of purges: each erasure with what was planned and what was done, proved again now, and
// what is missing. Reads as the auditor, out of one snapshot; believes the ledger only as far as it verifies.
import type { Connection } from '../sql/connect.ts';
import type { Fault } from '../sql/ledger/verify.ts';
import { verifyDatabase } from '../sql/ledger/verify-database.ts';
import type { Copy } from './retention.ts';
import { decidedBy, readInventory } from './retention.ts';

/** Due, and neither late nor in doubt: the sweep, which comes once a day, has yet to come by. */
export const withinItsDay = 'due, within its day';

export interface Reviewed extends Pick<
  Copy,
  'kind' | 'survey' | 'period' | 'attempt' | 'place' | 'outcome' | 'rows' | 'bytes'
> {
  readonly standing: Copy['standing'] | typeof withinItsDay;
  readonly copy: number;
  /** as it was when the copy was opened; `planned` is what officers have made of it since */
  readonly firstDue: string | null;
  readonly planned: string;
  readonly actual: string | null;
  /** whole hours between the two, and until now of what is still there */
  readonly hoursLate: number;
  /** who erased, and who proved: roles, of which neither can do the other's */
  readonly erasedBy: 'worker' | null;
  readonly provedBy: 'verifier' | null;
  readonly provedAt: string | null;
  /** who has moved its clock, reviewed it, held it or lifted a hold */
  readonly officers: readonly string[];
  /** what officers have made of its review; undecided where it came and went */
  readonly decisions: readonly string[];
  /** in the ledger: opened, erased, proved */
  readonly entries: readonly number[];
  /** what stands between this and "proved"; none where all is well, a hold keeps the copy, or its day is not over */
  readonly missing: readonly string[];
}

export interface Review {
  readonly from: string;
  readonly to: string;
  readonly reviewedAt: string;
  readonly ledger: { readonly size: number; readonly root: string; readonly faults: readonly Fault[] };
  readonly copies: readonly Reviewed[];
  readonly proved: number;
  readonly unproved: number;
  readonly held: number;
  /** due, within their day */
  readonly due: number;
}

interface Said {
  readonly index: number;
  readonly leaf: {
    readonly type: string;
    readonly kind?: string;
    readonly place?: string;
    readonly survey?: string;
    readonly period?: string;
    readonly attempt?: number;
    readonly officer?: string;
    readonly officers?: readonly string[];
    readonly dueAt?: string;
  };
}

/** @param from the first day, @param to the last, `2026-12-31`, in UTC */
export const makeReview = async (
  db: Connection,
  { from, to }: { from: string; to: string },
): Promise<Review> => {
  const ledger = await verifyDatabase(db);
  await db.query('begin isolation level repeatable read, read only');
  const { rows: now } = await db.query<{ at: Date }>('select now() as at');
  const reviewedAt = now[0]?.at.toISOString() ?? '';
  const inventory = await readInventory(db);
  const asked = inventory.filter(
    ({ dueAt, erasedAt }) => within(dueAt, from, to, reviewedAt) || within(erasedAt, from, to, reviewedAt),
  );
  const said = await leavesOf(db);
  const copies: Reviewed[] = [];
  for (const copy of asked) copies.push(await reviewed(db, copy, { inventory, said, reviewedAt }));
  await db.query('rollback');
  const unproved = copies.filter(({ missing }) => missing.length > 0).length;
  const of = (asked: Reviewed['standing']): number =>
    copies.filter(({ standing }) => standing === asked).length;
  const [held, due] = [of('held'), of(withinItsDay)];
  const proved = copies.length - unproved - held - due;
  return { from, to, reviewedAt, ledger, copies, proved, unproved, held, due };
};

/** What comes due later than now is not asked for yet. */
const within = (instant: string | null, from: string, to: string, now: string): boolean =>
  instant !== null && instant <= now && instant.slice(0, 10) >= from && instant.slice(0, 10) <= to;

const types = [
  'copy-opened',
  'clock-moved',
  'hold',
  'lift',
  'disposed',
  'erased',
  'erasure-verified',
  'certificate',
  'intent-voided',
];

const leavesOf = async (db: Connection): Promise<readonly Said[]> => {
  const { rows } = await db.query<Said>(
    `select e.index, l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' = any($1) order by e.index`,
    [types],
  );
  return rows;
};

const hour = 3_600_000;

const reviewed = async (
  db: Connection,
  copy: Copy,
  { inventory, said, reviewedAt }: { inventory: readonly Copy[]; said: readonly Said[]; reviewedAt: string },
): Promise<Reviewed> => {
  const {
    id,
    kind,
    survey,
    period,
    attempt,
    place,
    outcome,
    rows,
    bytes,
    standing,
    dueAt,
    erasedAt,
    verifiedAt,
  } = copy;
  const own = said.filter(({ leaf }) => leaf.kind === kind && leaf.place === place);
  const of = (type: string): Said | undefined => own.find(({ leaf }) => leaf.type === type);
  const entries = [of('copy-opened'), of('erased'), of('erasure-verified')].flatMap((each) =>
    each ? [each.index] : [],
  );
  const late = Date.parse(erasedAt ?? reviewedAt) - Date.parse(dueAt);
  const missing = standing === 'held' ? [] : await missingOf(db, copy, inventory, said, of);
  const hasTime = isUnproved(copy) && !copy.overdue && missing.every((what) => comes.has(what));
  return {
    copy: id,
    kind,
    survey,
    period,
    attempt,
    place,
    outcome,
    rows,
    bytes,
    standing: hasTime ? withinItsDay : standing,
    firstDue: of('copy-opened')?.leaf.dueAt ?? null,
    planned: dueAt,
    actual: erasedAt,
    hoursLate: Math.max(0, Math.floor(late / hour)),
    erasedBy: of('erased') ? 'worker' : null,
    provedBy: of('erasure-verified') ? 'verifier' : null,
    provedAt: verifiedAt,
    officers: [...new Set(own.flatMap(({ leaf }) => leaf.officers ?? leaf.officer ?? []))],
    decisions: decisionsOf(copy),
    entries,
    missing: hasTime ? [] : missing,
  };
};

const isUnproved = ({ standing }: Copy): boolean => ['due', 'erasing', 'erased here'].includes(standing);

/** What a sweep brings; anything else is a doubt, however young. */
const comes: ReadonlySet<string> = new Set([
  'its erasure',
  'its proof',
  'its review',
  "the company's certificate",
]);

const decisionsOf = ({ reviewAt, dueAt, erasedAt, decisions }: Copy): string[] => {
  if (reviewAt === null || erasedAt === null) return decisions.map(decidedBy);
  const undecided = dueAt >= reviewAt && decisions.every(({ decision }) => decision !== 'erase');
  return [...decisions.map(decidedBy), ...(undecided ? ['erased undecided after its review'] : [])];
};

const missingOf = async (
  db: Connection,
  copy: Copy,
  inventory: readonly Copy[],
  said: readonly Said[],
  of: (type: string) => Said | undefined,
): Promise<string[]> => {
  const { id, kind, place, survey, period, attempt, erasedAt, verifiedAt } = copy;
  const inWave = (type: string): boolean =>
    said.some(
      ({ leaf }) =>
        leaf.type === type && leaf.survey === survey && leaf.period === period && leaf.attempt === attempt,
    );
  const certified = kind !== 'delivered' || inWave('certificate') || inWave('intent-voided');
  const certificate = certified ? [] : ["the company's certificate"];
  if (kind === 'registers') return ['its review'];
  if (erasedAt === null) return ['its erasure', ...certificate];
  const { rows } = await db.query<{ doubts: string[] }>('select cordon.erasure_doubts($1) as doubts', [id]);
  const backups = inventory.some((each) => each.kind === 'backups' && each.place === `backups of ${place}`);
  return [
    ...(verifiedAt === null || !of('erasure-verified') ? ['its proof'] : []),
    ...(rows[0]?.doubts ?? []),
    ...certificate,
    ...(backups || !logged.has(kind) ? [] : ['a clock on its backups']),
  ];
};

const logged: ReadonlySet<string> = new Set([
  'package',
  'disclosure-index',
  'contacts',
  'analysis',
  'exported-history',
]);
