// `cordon retention` and `cordon hold list`: every copy of personal data there is or was, with its clock and its holds,
// as the auditor reads them.
import type { Decision, DispositionReason } from '../schemas/disposition.ts';
import { copyGrace } from '../schemas/exception.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { HoldReason } from '../schemas/hold.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { ofAttempt } from './inventory.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

type Say = (line: string) => void;

export interface Hold {
  readonly hold: number;
  readonly because: HoldReason;
  readonly owner: string;
  /** a day; past it the hold still holds */
  readonly reviewOn: string;
  readonly setBy: string;
  readonly setAt: string;
  readonly liftedAt: string | null;
  /** of the two that it takes */
  readonly liftedBy: readonly string[] | null;
}

/** What officers have made of a review. */
export interface Decided {
  readonly decision: Decision;
  readonly because: DispositionReason;
  /** a day, of what is kept longer */
  readonly reviewOn: string | null;
  readonly at: string;
  readonly officers: readonly string[];
}

export interface Copy {
  readonly id: number;
  readonly kind: CopyKind;
  /** of registers none, nor a period */
  readonly survey: string | null;
  readonly period: string | null;
  readonly attempt: number;
  readonly place: string;
  readonly openedAt: string;
  readonly dueAt: string;
  readonly standing:
    'live' | 'in review' | 'held' | 'due' | 'erasing' | 'erased here' | 'backups expiring' | 'complete';
  readonly outcome: 'erased' | 'lost-in-crash' | null;
  readonly erasedAt: string | null;
  readonly verifiedAt: string | null;
  /** now, or when it was erased; of a file or a backup PostgreSQL knows none */
  readonly relations: number | null;
  readonly rows: number | null;
  readonly bytes: number | null;
  readonly backupsUntil: string | null;
  readonly holds: readonly Hold[];
  /** when officers look at it, before it is erased; null where nobody does */
  readonly reviewAt: string | null;
  /** the latest that they may keep it */
  readonly extendableTo: string | null;
  readonly decisions: readonly Decided[];
  /** due, or to be reviewed, for longer than `copyGrace`, and nothing keeps it */
  readonly overdue: boolean;
}

type Row = { [K in keyof Copy]: Copy[K] extends string | null ? Copy[K] | Date : Copy[K] };

export const readInventory = async (db: Connection): Promise<readonly Copy[]> => {
  const { rows } = await db.query<Row>(
    `select id, kind, survey, period, attempt, place, opened_at as "openedAt", due_at as "dueAt", standing, outcome,
       erased_at as "erasedAt", verified_at as "verifiedAt", relations, rows, bytes, backups_until as "backupsUntil", holds,
       review_at as "reviewAt", extendable_to as "extendableTo", decisions,
       case standing when 'in review' then review_at else due_at end < now() - interval '${copyGrace}'
         and standing in ('due', 'in review', 'erasing', 'erased here') as overdue
     from cordon.inventory()`,
  );
  return rows.map(
    (row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          value instanceof Date ? value.toISOString() : value,
        ]),
      ) as unknown as Copy,
  );
};

export interface RetentionFlags {
  readonly due?: boolean;
  readonly overdue?: boolean;
  readonly held?: boolean;
  readonly json?: boolean;
}

/** Of several flags any; without one all. Code 2 when overdue copies are asked for and there are any. */
export const retentionCommand = async (
  flags: RetentionFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const url = await login(env, 'auditor');
  const all = await withConnection(url, 'cordon retention', readInventory);
  const asked = Boolean(flags.due ?? flags.overdue ?? flags.held);
  const copies = all.filter(
    (copy) =>
      !asked ||
      (flags.due && ['due', 'in review', 'erasing', 'erased here'].includes(copy.standing)) ||
      (flags.overdue && copy.overdue) ||
      (flags.held && copy.standing === 'held'),
  );
  if (flags.json) say(JSON.stringify(copies, null, 2));
  else for (const line of inventoryLines(copies)) say(line);
  return flags.overdue && copies.length > 0 ? exitCodes.overdue.code : exitCodes.done.code;
};

const day = (instant: string | null): string => instant?.slice(0, 10) ?? '';

/** At most 80 columns: a line for each copy, and under it what does not fit. */
export const inventoryLines = (copies: readonly Copy[]): string[] => {
  if (copies.length === 0) return ['no copy'];
  const head = line('id', 'kind', 'rows', 'bytes', 'created', 'due', 'standing');
  return [head, ...copies.flatMap(lines)];
};

const line = (
  ...[id = '', kind = '', rows = '', bytes = '', created = '', due = '', standing = '']: string[]
) =>
  `${id.padStart(4)} ${kind.padEnd(17)}${rows.padStart(7)}${bytes.padStart(8)} ${created.padEnd(11)}${due.padEnd(11)}${standing}`.trimEnd();

const lines = (copy: Copy): string[] => {
  const { id, kind, survey, period, place, rows, bytes, openedAt, dueAt, standing } = copy;
  const wave = survey === null ? 'every survey' : `${survey} ${period ?? ''}, ${ofAttempt(copy)}`;
  return [
    line(
      String(id),
      kind,
      short(rows),
      sized(bytes),
      day(openedAt),
      day(dueAt),
      `${standing}${copy.overdue ? ' !' : ''}`,
    ),
    `     ${wave}`,
    `     ${place}`,
    ...(copy.erasedAt === null ? [] : [`     ${ended(copy)}`]),
    ...(copy.reviewAt === null || copy.erasedAt !== null ? [] : [`     ${reviewedOn(copy)}`]),
    ...copy.decisions.map((decided) => `     ${decidedBy(decided)}`),
    ...copy.holds.filter(({ liftedAt }) => liftedAt === null).map((hold) => `     ${heldBy(hold)}`),
  ];
};

const short = (n: number | null): string =>
  n === null ? '' : n < 1e6 ? String(n) : `${(n / 1e6).toFixed(1)}M`;

const sized = (bytes: number | null): string => {
  if (bytes === null) return '';
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const at = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${String(Math.round(bytes / 1024 ** at))} ${units[at] ?? ''}`;
};

const ended = ({ outcome, erasedAt, verifiedAt, backupsUntil }: Copy): string =>
  [
    `${outcome ?? ''} ${day(erasedAt)}`,
    verifiedAt === null ? 'not proved' : `proved ${day(verifiedAt)}`,
    ...(backupsUntil === null ? [] : [`in backups until ${day(backupsUntil)}`]),
  ].join(', ');

const reviewedOn = ({ reviewAt, extendableTo }: Copy): string =>
  `review ${day(reviewAt)}; ${extendableTo === null ? 'never erased whole' : `may be kept until ${day(extendableTo)}`}`;

/** `kept on, review 2028-01-31: audit, a.officer and b.officer, 2027-12-20` */
export const decidedBy = ({
  decision,
  because,
  reviewOn,
  at,
  officers,
}: Omit<Decided, 'because'> & { readonly because: string }): string =>
  `${decision === 'erase' ? 'to be erased' : `kept on, review ${reviewOn ?? ''}`}: ${because}, ${officers.join(' and ')}, ${day(at)}`;

const heldBy = ({ hold, because, owner, reviewOn, liftedBy }: Hold): string =>
  `hold ${String(hold)}: ${because}, ${owner}, review ${reviewOn}${liftedBy === null ? '' : `; ${liftedBy.join(', ')} would lift it`}`;

/** Every hold, also those that were lifted. */
export const holdListCommand = async (
  { json }: { json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const url = await login(env, 'auditor');
  const all = await withConnection(url, 'cordon hold', readInventory);
  const held = all.flatMap(({ holds, id: copy, kind, survey, period, attempt, place }) =>
    holds.map((hold) => ({ ...hold, copy, kind, survey, period, attempt, place })),
  );
  if (json) say(JSON.stringify(held, null, 2));
  else if (held.length === 0) say('no hold');
  else
    for (const { copy, kind, place, ...hold } of held) {
      say(`copy ${String(copy)}, ${kind}: ${place}`);
      for (const line of wrap(`  ${hold.liftedAt === null ? heldBy(hold) : lifted(hold)}`, 4)) say(line);
    }
  return exitCodes.done.code;
};

const lifted = ({ hold, because, setAt, liftedAt, liftedBy }: Hold): string =>
  `hold ${String(hold)}: ${because}, ${day(setAt)} to ${day(liftedAt)}, lifted by ${(liftedBy ?? []).join(' and ')}`;
