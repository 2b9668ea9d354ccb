// Where rows come from. Every kind of source hands them over into `arrived`, in the caller's transactions: what a value
// means is decided there, once, whatever it came from.
import type pg from 'pg';
import { failure } from '../../schemas/failure.ts';
import type { CopyText, SourceColumn, StagingType } from '../../sql/plan.ts';

export type { SourceColumn } from '../../sql/plan.ts';

export interface SourceRequest {
  /** `['survey', 'victim_offence']`; a CSV drop is named after its last part */
  readonly relation: readonly string[];
  /** Each once, in the order of `arrived`. */
  readonly columns: readonly SourceColumn[];
  /** What a PostgreSQL source is asked. A CSV drop has no server to ask: it hands over every row, as text. */
  readonly select: CopyText;
  /** Of what it answers, column by column; all text unless said. */
  readonly types?: readonly StagingType[];
  /** What `select` reads by `current_setting`: bound, never in the text of a statement. A CSV drop has no use for them. */
  readonly settings: Readonly<Record<string, string>>;
}

export const rowCodes = ['ROW_WIDTH', 'ROW_ENCODING', 'ROW_NUL', 'ROW_QUOTING'] as const;
export type RowCode = (typeof rowCodes)[number];

/** A row that could not be handed over. `record` is its place in the file; the header is 1, as in a spreadsheet. */
export interface RefusedRow {
  readonly record: number;
  readonly code: RowCode;
}

export interface Loaded {
  /** rows now in `arrived` */
  readonly arrived: number;
  readonly refused: readonly RefusedRow[];
  /** of the bytes that were read, as lower-case hex */
  readonly sha256: string;
  /** how fresh the source was, an ISO 8601 instant in UTC */
  readonly asOf: string;
}

export interface LoadHooks {
  /** When it fires, the load stops, leaves no query behind and throws the signal's reason. */
  readonly signal: AbortSignal;
  /** rows so far; called for every chunk */
  readonly heartbeat: (rows: number) => void;
}

export interface Source {
  /**
   * @returns whether it has every column in the declared type, and not as text that is to be read as one
   * @throws SOURCE_UNREACHABLE, SOURCE_COLUMN_MISSING, SOURCE_COLUMN_TYPE, SOURCE_LOGS_PARAMETERS, SOURCE_DROP_MISSING, SOURCE_DROP_MALFORMED
   */
  inspect(wanted: Pick<SourceRequest, 'relation' | 'columns'>): Promise<boolean>;
  /** `arrived` exists in each session, with a column for each of the request's; every row goes to one of them. */
  load(sessions: readonly pg.ClientBase[], request: SourceRequest, hooks: LoadHooks): Promise<Loaded>;
  /** Only of a source that is a file of the wave's own, which has a clock. */
  readonly drop?: Drop;
  close(): Promise<void>;
}

export interface Drop {
  /** @throws SOURCE_UNREACHABLE */
  isThere(relation: readonly string[]): Promise<boolean>;
  /** A file that is gone already is as good. @throws SOURCE_UNREACHABLE */
  erase(relation: readonly string[]): Promise<void>;
}

/**
 * @param url `postgres://…`, or `file:///folder` in which `<table>-<period>.csv` lies
 * @param period the wave's, `2026-10`
 */
export const openSource = async (url: string, period: string): Promise<Source> => {
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: undefined };
  switch (protocol) {
    case 'postgres:':
    case 'postgresql:': {
      const { postgresSource } = await import('./postgres.ts');
      return postgresSource(url);
    }
    case 'file:': {
      const { csvDrop } = await import('./csv.ts');
      return csvDrop(new URL(url), period);
    }
    default:
      throw failure('INPUT', { source: 'its address', expected: 'postgres://… or file:///…' });
  }
};
