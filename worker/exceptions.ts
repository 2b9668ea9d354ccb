// Exceptions as `cordon status` shows them: those of the table, as the last sweep left it, and what Temporal says this
// moment, which takes the place of what it said then.
import { linesOf, minute } from '../activities/notice/channel.ts';
import { milliseconds } from '../schemas/duration.ts';
import type { Duration } from '../schemas/duration.ts';
import { kindOf } from '../schemas/exception.ts';
import type { Cause, Exception, Sight } from '../schemas/exception.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { withConnection } from '../sql/connect.ts';
import { readExceptions } from '../sql/exceptions.ts';
import { wrap } from './wrap.ts';

/** `id` is that of the table, where it stands there. */
export type Shown = Omit<Exception, 'id'> & { readonly id?: number; readonly overdue: boolean };

export interface Looked {
  readonly exceptions: readonly Shown[];
  /** by the sweep; absent before the first, and without the table */
  readonly sweptAt?: string;
  /** whether the table was read */
  readonly complete: boolean;
}

const blind: Sight = { looked: [], found: [] };

/** @param url of the auditor's role, without which only Temporal is looked at */
export const lookAtExceptions = async (
  url: string | undefined,
  sight: Sight = blind,
  wave?: WaveKey,
): Promise<Looked> => {
  const now = new Date();
  const seen = sight.found.map((cause) => seenNow(cause, now));
  if (url === undefined) return { exceptions: seen.map((each) => judged(each, now)), complete: false };
  return withConnection(url, 'cordon exceptions', async (db) => {
    const stands = wave
      ? await readExceptions(db, 'x.closed_at is null and (x.survey, x.period) = ($1, $2)', [
          wave.survey,
          wave.period,
        ])
      : await readExceptions(db, 'x.closed_at is null');
    const { rows } = await db.query<{ at: Date | null; missing: boolean }>(silence);
    const [swept] = rows;
    const missing = swept?.missing === true && !wave ? [seenNow({ code: 'SWEEP_MISSING' }, now)] : [];
    const known = new Map(stands.map((each) => [aboutOf(each), each]));
    const kept = stands.filter(({ code }) => !sight.looked.includes(code));
    const current = seen.map((each) => known.get(aboutOf(each)) ?? each);
    return {
      exceptions: [...missing, ...current, ...kept].map((each) => judged(each, now)).toSorted(gravest),
      ...(swept?.at && { sweptAt: swept.at.toISOString() }),
      complete: true,
    };
  });
};

/** It comes once a day; before its first time it is late when a plan has been in force for longer. */
const silence = `
  select l.at, coalesce(l.at, p.since) < now() - interval '26 hours' as missing
  from (select max(at) as at from cordon.exception_look) l, (select min(since) as since from cordon.plan_in_force) p`;

const aboutOf = ({ code, survey, period, attempt, subject, owner }: Exception | Omit<Exception, 'id'>) =>
  [code, survey, period, attempt, subject, owner].map((part) => String(part ?? '')).join(' ');

const seenNow = (cause: Cause, now: Date): Omit<Exception, 'id'> => {
  const { owner, deputy, severity, within } = kindOf(cause.code);
  const dueMs = now.getTime() + (within === undefined ? 0 : milliseconds(within as Duration));
  const at = now.toISOString();
  return {
    ...cause,
    subject: cause.subject ?? '',
    owner: cause.owner ?? owner,
    deputy: cause.deputy ?? deputy,
    severity,
    dueAt: cause.dueAt ?? new Date(dueMs).toISOString(),
    firstSeen: at,
    lastSeen: at,
  };
};

const judged = (exception: Omit<Exception, 'id'>, now: Date): Shown => ({
  ...exception,
  overdue: exception.dueAt <= now.toISOString(),
});

const severities = ['high', 'medium', 'low'];
const gravest = (a: Shown, b: Shown): number =>
  Number(b.overdue) - Number(a.overdue) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  (a.dueAt < b.dueAt ? -1 : 1);

/** How an officer closes what nothing in the database could tell of. */
const byWord = ({ id, code }: Shown): string[] =>
  id !== undefined && kindOf(code).byWord
    ? [`  then: npx cordon close ${String(id)} --because dealt-with`]
    : [];

export const exceptionLines = ({ exceptions, sweptAt, complete }: Looked): string[] => {
  const overdue = exceptions.filter((each) => each.overdue).length;
  const swept = sweptAt === undefined ? 'no sweep yet' : `swept ${minute(sweptAt)}`;
  return [
    `exceptions: ${String(exceptions.length)} open, ${String(overdue)} overdue; ${
      complete ? swept : 'of Temporal alone: CORDON_AUDITOR_URL is not set'
    }`,
    ...exceptions.flatMap((each) => {
      const [first = '', ...rest] = linesOf(each);
      return [
        ...wrap(`${each.overdue ? '!' : ' '} ${first}`, 4),
        ...[...rest, ...byWord(each)].flatMap((line) => wrap(`  ${line}`, 6)),
      ];
    }),
  ];
};
