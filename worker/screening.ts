// What screening found of one attempt, beside the waterfall: alarms and who accepted them, why rows lie in quarantine,
// and which reasons met in one row. Counts and codes alone.
import type { AttemptKey } from '../schemas/ref.ts';
import { withConnection } from '../sql/connect.ts';

export interface RaisedAlarm {
  readonly stage: string;
  readonly code: string;
  readonly subject: string;
  readonly found: string;
  readonly expected: string;
  readonly acceptedBy: string | null;
  readonly because: string | null;
}

export interface Met {
  readonly reasons: readonly [string, string];
  /** rows that matched both */
  readonly rows: number;
}

export interface ScreeningFound {
  readonly alarms: readonly RaisedAlarm[];
  readonly quarantine: readonly { readonly code: string; readonly rows: number }[];
  /** the most frequent pair first; a pair that no row matched is not there */
  readonly overlap: readonly Met[];
}

/** @param url of the auditor's role */
export const readScreening = (
  url: string,
  { survey, period, attempt }: AttemptKey,
): Promise<ScreeningFound> =>
  withConnection(url, 'cordon screening', async (db) => {
    const key = [survey, period, attempt];
    const alarms = await db.query<RaisedAlarm>(
      `select stage, code, subject, found, expected, accepted_by as "acceptedBy", because from cordon.alarm
       where (survey, period, attempt) = ($1, $2, $3) order by raised_at, code, subject`,
      key,
    );
    const quarantine = await db.query<{ code: string; rows: number }>(
      `select code, rows::int as rows from cordon.quarantine_count
       where (survey, period, attempt) = ($1, $2, $3) order by code collate "C"`,
      key,
    );
    const overlap = await db.query<Met>(
      `select json_build_array(a.reason, b.reason) as reasons, o.rows::int as rows
       from cordon.exclusion_overlap o
       join cordon.exclusion_count a using (survey, period, attempt, ordinal)
       join cordon.exclusion_count b
         on (b.survey, b.period, b.attempt, b.ordinal) = (o.survey, o.period, o.attempt, o.other)
       where (o.survey, o.period, o.attempt) = ($1, $2, $3) order by o.rows desc, o.ordinal, o.other`,
      key,
    );
    return { alarms: alarms.rows, quarantine: quarantine.rows, overlap: overlap.rows };
  });

/** At most 80 columns wide while reasons have at most 30 letters. */
export const overlapTable = (overlap: readonly Met[]): string[] => [
  `  ${'rows'.padStart(8)}  matched both`,
  ...overlap.map(({ reasons: [a, b], rows }) => `  ${String(rows).padStart(8)}  ${a} and ${b}`),
];

export const alarmLines = (alarms: readonly RaisedAlarm[]): string[] =>
  alarms.flatMap(({ code, found, expected, acceptedBy, because }) => [
    `  ${code}: ${found}`,
    `    expected ${expected}`,
    acceptedBy === null ? '    waits for an officer' : `    accepted by ${acceptedBy}: ${because ?? ''}`,
  ]);
