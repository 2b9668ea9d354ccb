// How people are told of exceptions, and in which words: codes, months, roles and fixed sentences; nobody's data.
import type { Exception } from '../../schemas/exception.ts';
import { kindOf } from '../../schemas/exception.ts';

export interface Notice {
  readonly raised: readonly Exception[];
  readonly closed: readonly Exception[];
}

export interface Channel {
  readonly name: 'mail' | 'webhook';
  /** Once it has resolved, the other side has it. A notice may come twice, never not at all. */
  send(notice: Notice): Promise<void>;
}

/** Who does not answer within this is away: the next sweep tries again. */
export const sendWithinMs = 20_000;

type Said = Omit<Exception, 'id'>;

/** `warwickshire-victims 2026-10, attempt 1` */
const whereOf = ({ survey, period, attempt, subject }: Said): string =>
  [
    [survey, period].filter((part) => part !== undefined).join(' '),
    ...(attempt === undefined ? [] : [`attempt ${String(attempt)}`]),
    ...(subject === '' ? [] : [subject]),
  ]
    .filter((part) => part !== '')
    .join(', ');

const short = (instant: string): string => instant.slice(0, 16).replace('T', ' ');
/** `2026-10-16 05:30 UTC` */
export const minute = (instant: string): string => `${short(instant)} UTC`;

/** What it is, since when, whose, and what to do. */
export const linesOf = (exception: Said): string[] => {
  const { says, remedy } = kindOf(exception.code);
  const { code, severity, dueAt, firstSeen, lastSeen, closedAt, owner, deputy } = exception;
  const where = whereOf(exception);
  return [
    `${code}  ${severity}${where === '' ? '' : `  ${where}`}`,
    `  ${says}`,
    `  first seen ${short(firstSeen)}, last ${short(lastSeen)}, due ${minute(dueAt)}`,
    ...(closedAt === undefined ? [] : [`  closed ${minute(closedAt)}`]),
    `  owner ${owner}, deputy ${deputy}`,
    ...(closedAt === undefined ? [`  do: ${remedy}`] : []),
  ];
};

/** `2 exceptions raised, 1 closed` */
export const headline = ({ raised, closed }: Notice): string =>
  `${String(raised.length)} ${raised.length === 1 ? 'exception' : 'exceptions'} raised, ${String(closed.length)} closed`;

export const textOf = (notice: Notice): string =>
  [
    ...notice.raised.flatMap((exception) => [...linesOf(exception), '']),
    ...(notice.closed.length > 0 ? ['These have gone:', ''] : []),
    ...notice.closed.flatMap((exception) => [...linesOf(exception), '']),
    'All of them: npx cordon status',
    '',
  ].join('\n');
