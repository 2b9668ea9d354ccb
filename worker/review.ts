// `cordon review`: a span of purges as text, CSV, JSON or a page; code 1 where anything in it is unproved.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import type { Environment } from './config.ts';
import { moment } from './certificate-text.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import type { Review, Reviewed } from './review-make.ts';
import { makeReview, withinItsDay } from './review-make.ts';
import { lateness, reviewPage } from './review-page.ts';
import { wrap } from './wrap.ts';

type Say = (line: string) => void;

export interface ReviewFlags {
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: boolean;
  readonly out?: string;
}

/** @throws INPUT for days that are none */
export const reviewCommand = async (flags: ReviewFlags, env: Environment, say: Say): Promise<number> => {
  const { from, to, out } = flags;
  if (!isDay(from) || !isDay(to) || from > to)
    throw refuse({
      code: 'INPUT',
      found: 'no span of days',
      expected: '--from and --to, each a day such as 2026-01-31, the first no later than the last',
      remedy: 'correct them',
    });
  const url = await login(env, 'auditor');
  const review = await withConnection(url, 'cordon review', (db) => makeReview(db, { from, to }));
  const text = flags.json
    ? JSON.stringify(review, null, 2)
    : flags.csv
      ? reviewCsv(review)
      : flags.html
        ? reviewPage(review)
        : reviewText(review);
  if (out === undefined) say(text);
  else {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, `${text}\n`);
    say(out);
  }
  return review.unproved > 0 || review.ledger.faults.length > 0 ? exitCodes.no.code : exitCodes.done.code;
};

/** `2026-12-31`, and a day of the calendar */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);

const columns = [
  'copy',
  'kind',
  'survey',
  'period',
  'attempt',
  'place',
  'first_due',
  'planned',
  'actual',
  'hours_late',
  'outcome',
  'rows',
  'bytes',
  'erased_by',
  'proved_by',
  'proved_at',
  'officers',
  'decisions',
  'entries',
  'standing',
  'missing',
] as const;

const reviewCsv = ({ copies }: Review): string =>
  stringify([[...columns], ...copies.map((copy) => cells(copy))], { record_delimiter: '\r\n' }).trimEnd();

const cells = (copy: Reviewed): readonly (string | number | null)[] =>
  columns.map((column) => {
    const value =
      copy[column.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as keyof Reviewed];
    return Array.isArray(value) ? value.join('; ') : (value as string | number | null);
  });

/** At most 80 columns. */
const reviewText = (review: Review): string => {
  const { from, to, ledger, copies, proved, unproved, held, due } = review;
  return [
    `Purges from ${from} to ${to}: ${String(proved)} proved, ${String(unproved)} unproved, ${String(held)} held, ${String(due)} due`,
    `ledger: ${String(ledger.size)} entries, ${ledger.faults.length === 0 ? 'whole' : `${String(ledger.faults.length)} faults: see cordon ledger verify`}`,
    '',
    line('copy', 'kind', 'wave', 'planned', 'actual', 'late', 'rows'),
    ...copies.flatMap((copy) => [
      line(
        String(copy.copy),
        copy.kind,
        copy.survey === null ? 'every survey' : `${copy.survey} ${copy.period ?? ''}`,
        copy.planned.slice(0, 10),
        copy.actual?.slice(0, 10) ?? '-',
        lateness(copy.hoursLate),
        String(copy.rows ?? ''),
      ),
      ...told(copy),
    ]),
  ]
    .flatMap((each) => wrap(each, 7))
    .join('\n');
};

const line = (
  ...[copy = '', kind = '', wave = '', planned = '', actual = '', late = '', rows = '']: string[]
) =>
  `${copy.padStart(5)}  ${kind.padEnd(17)} ${planned.padEnd(11)}${actual.padEnd(11)}${late.padStart(6)}${rows.padStart(8)}  ${wave}`.trimEnd();

const told = ({
  officers,
  decisions,
  missing,
  standing,
  planned,
  erasedBy,
  provedBy,
  entries,
}: Reviewed): string[] => [
  ...(erasedBy === null
    ? []
    : [
        `       by ${erasedBy}, proved by ${provedBy ?? 'nobody'}, entries ${entries.join(', ')}${officers.length === 0 ? '' : `; ${officers.join(', ')}`}`,
      ]),
  ...decisions.map((decided) => `       ${decided}`),
  ...(standing === 'held' ? ['       held'] : []),
  ...(standing === withinItsDay
    ? [`       ${withinItsDay}: planned ${moment(planned)}; the sweep is daily`]
    : []),
  ...missing.map((what) => `       MISSING ${what}`),
];
