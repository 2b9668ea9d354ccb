// The waterfall of one attempt, as people read it: what was read, what each reason removed, what left.
import { from } from 'arquero';
import type { WaveKey } from '../schemas/ref.ts';
import { withConnection } from '../sql/connect.ts';

export interface Line {
  readonly step: string;
  readonly rows: number;
  /** rows that matched this reason at all, first or not */
  readonly matched?: number;
}

export interface Waterfall {
  readonly attempt: number;
  readonly lines: readonly Line[];
  /** planted by Cordon itself and all removed again; in none of the lines */
  readonly canaries?: number | null;
}

interface Counts {
  attempt: number;
  read: number;
  quarantined: number;
  intake: number;
  frame: number | null;
  sample: number | null;
  reserve: number | null;
  not_drawn: number | null;
  withheld: number | null;
  promoted: number | null;
  package: number | null;
  canaries: number | null;
}

/** @param url of the auditor's role. Of the newest attempt that counted anything. */
export const readWaterfall = (url: string, { survey, period }: WaveKey): Promise<Waterfall | undefined> =>
  withConnection(url, 'cordon waterfall', async (db) => {
    const { rows } = await db.query<Counts>(
      'select * from cordon.waterfall where survey = $1 and period = $2 order by attempt desc limit 1',
      [survey, period],
    );
    const [w] = rows;
    if (!w) return undefined;
    const key = [survey, period, w.attempt];
    const exclusions = await db.query<Line>(
      `select '- ' || reason || case when review then ' (review)' else '' end as step, first_reason as rows, any_reason as matched from cordon.exclusion_count
       where (survey, period, attempt) = ($1, $2, $3) order by ordinal`,
      key,
    );
    const strikes = await db.query<Line>(
      `select format('- struck at %s: %s', stage, reason) as step, struck as rows from cordon.strike_count
       where (survey, period, attempt) = ($1, $2, $3) order by stage, reason`,
      key,
    );
    const known = (step: string, n: number | null): Line[] => (n === null ? [] : [{ step, rows: n }]);
    return {
      attempt: w.attempt,
      canaries: w.canaries,
      lines: [
        { step: 'read', rows: w.read },
        { step: '- quarantined', rows: w.quarantined },
        { step: 'intake', rows: w.intake },
        ...exclusions.rows,
        ...known('frame', w.frame),
        ...known('- drawn by another survey', w.withheld || null),
        ...known('- not drawn', w.not_drawn === null ? null : w.not_drawn - (w.withheld ?? 0)),
        ...known('- reserve', w.reserve),
        ...known('sample', w.sample),
        ...known('+ promoted from the reserve', w.promoted),
        ...strikes.rows,
        ...known('package', w.package),
      ],
    };
  });

type Shown = Required<Line> & { readonly share: number };

/** At most 72 columns wide. */
export const waterfallTable = ({ lines, canaries = null }: Waterfall): string[] => {
  const read = lines[0]?.rows ?? 0;
  // a table takes its columns from the first line: each must have them all
  const table = from(
    lines.map(({ step, rows, matched = rows }) => ({
      step,
      rows,
      matched,
      share: read === 0 ? 0 : rows / read,
    })),
  );
  const shown = (table.objects() as Shown[]).map(({ step, rows, matched, share }) => {
    const all = matched === rows ? '' : String(matched);
    return `  ${step.padEnd(38)}${String(rows).padStart(8)}${`${(share * 100).toFixed(1)} %`.padStart(10)}${all.padStart(12)}`.trimEnd();
  });
  return [
    `  ${'step'.padEnd(38)}${'rows'.padStart(8)}${'of read'.padStart(10)}${'any reason'.padStart(12)}`,
    ...shown,
    ...(canaries === null || canaries === 0
      ? []
      : [`  and ${String(canaries)} canaries, planted and removed, in no line above`]),
  ];
};
