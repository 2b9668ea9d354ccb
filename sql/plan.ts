// What a declaration compiles to: plain JSON that is stored, hashed and run as it stands.
// Statements name tables without a schema: they run under `set local search_path = <staging>, cordon, pg_catalog`,
// with `timezone = 'UTC'`, `datestyle = 'ISO, YMD'`, at the source as well as in the work database.
import { failure } from '../schemas/failure.ts';
import type { Pipeline, ColumnType } from '../schemas/pipeline.ts';
import type { Processor } from '../schemas/processor.ts';

/** Values that only a run knows, bound as parameters. */
export const runNames = [
  /** timestamptz as text: the one stored instant of the draw */
  'drawnAt',
  /** timestamptz as text: first instant of the window, and the first after it */
  'windowFrom',
  'windowTo',
  /** `yyyy-mm` */
  'period',
  /** JSON text, an array of keys, each an array of text: `[["V1","C1"],…]` */
  'drawn',
  /** the number of the try at this wave */
  'attempt',
  /** array of states of the drawn: `in`, `idle` */
  'states',
  /** three arrays of one length: who is drawn, how early in the stratum, and as `sample` or `reserve` */
  'frameIds',
  'ranks',
  'parts',
  /** what people gave for a register, one each: phones, references, or names in parts; arrays of one length */
  'givenPhone',
  'givenReference',
  'givenForename',
  'givenSurname',
  'givenPostcode',
] as const;
export type RunName = (typeof runNames)[number];

/**
 * Set by `select set_config(name, $1, …)` before a statement that reads them: COPY takes no parameters, and
 * keys must not stand in any. Pads are `\x…` text from `hmacPads` (token.ts).
 */
export const settings = {
  windowFrom: 'cordon.window_from',
  windowTo: 'cordon.window_to',
  drawn: 'cordon.drawn',
  inner: 'cordon.inner',
  outer: 'cordon.outer',
  /** pads of the second token key and those after it, hexadecimal, parted by commas */
  liftInner: 'cordon.lift_inner',
  liftOuter: 'cordon.lift_outer',
  frameInner: 'cordon.frame_inner',
  frameOuter: 'cordon.frame_outer',
  refInner: 'cordon.ref_inner',
  refOuter: 'cordon.ref_outer',
  /** what somebody asks about, as it was written */
  reference: 'cordon.reference',
} as const;
export type Setting = (typeof settings)[keyof typeof settings];

export type Constant = string | number | boolean | null | readonly string[] | readonly number[];
export type Parameter = { readonly value: Constant } | { readonly run: RunName };

export interface Statement {
  readonly text: string;
  readonly parameters: readonly Parameter[];
}

/** Text without parameters, to stand inside `copy (…) to stdout (format binary)` at the source; every column is text. */
export type CopyText = string;

export type StagingType =
  'text' | 'text[]' | 'bytea' | 'bytea[]' | 'bigint' | 'integer' | 'date' | 'timestamptz' | 'boolean';

export interface StagingColumn {
  readonly name: string;
  readonly type: StagingType;
  /** Only the mask: `analyze` would copy other values to pg_statistic and the WAL. */
  readonly statistics: boolean;
}

export const stagingTables = [
  'nonce',
  'intake',
  'quarantine',
  'screened',
  'frame_key',
  'sampled',
  'recheck',
  'contact',
  'contact_again',
] as const;
export type StagingName = (typeof stagingTables)[number];

export interface StagingTable {
  readonly name: StagingName;
  readonly columns: readonly StagingColumn[];
}

export interface SourceColumn {
  /** In the source's own spelling. */
  readonly name: string;
  /** Key and recognised columns that are not read are text. */
  readonly type: ColumnType;
  /** A timestamp with a zone is `timestamp without time zone` at the source; one without is `timestamptz`. */
  readonly zone?: string;
}

export interface Reading {
  readonly read: CopyText;
  /** `create temp table arrived (…) on commit drop` */
  readonly arrived: Statement;
  /** From `arrived` into staging, in order, in the transaction that filled `arrived`. */
  readonly load: readonly Statement[];
}

/** From a database whose catalogue has the declared types. */
export interface NativeReading extends Reading {
  readonly types: readonly StagingType[];
}

/** `arrived` has one text column for each of `columns`, in this order. */
export interface Arrival extends Reading {
  readonly columns: readonly SourceColumn[];
}

export interface ExtractReading extends Reading {
  /** After `load`, needed where fewer rows were loaded than arrived: the others, by key and code. */
  readonly quarantine: Statement;
}

export interface ExtractPlan extends Arrival, ExtractReading {
  readonly relation: readonly string[];
  /** The same columns from a database that has the declared types: what identifies nobody arrives in its own. */
  readonly native: ExtractReading & NativeReading;
  /** Empties what an earlier claim of this stage left. */
  readonly reset: Statement;
  /** Once, when every load has committed: quarantines every row of a key that came more than once. */
  readonly settle: Statement;
  /** One row: read, quarantined, intake (integers). */
  readonly counts: Statement;
  /** Rows of `code`, `rows`. */
  readonly quarantined: Statement;
  /** At the source, no parameters: one row, rows in the window and newest of the window column, as text. */
  readonly sourceCounts: CopyText;
}

/** Fills `recheck` for the keys in `drawn`; a key that is gone, repeated or unreadable is simply not there. */
export interface RereadPlan extends Arrival {
  /** As `ExtractPlan` has it. */
  readonly native: NativeReading;
}

export interface ScreenRule {
  readonly reason: string;
  /** Its bit of the mask in decimal text: a mask may need more digits than a number has. */
  readonly bit: string;
  readonly population: boolean;
  /** out of the frame, and waiting for somebody to decide */
  readonly review?: true;
}

export interface ScreenPlan {
  readonly rules: readonly ScreenRule[];
  readonly reset: Statement;
  /** Before `rows`, in order and in its transaction: what the intake meets in registers, and in its other rows. */
  readonly meet: readonly Statement[];
  readonly rows: Statement;
  /** After `rows`, in order; analyze `screened` before. */
  readonly population: readonly Statement[];
  /** Rows of reason, first, all, in declared order (integers). */
  readonly counts: Statement;
  /** Rows of ordinal, other (places in the declared order, from 1) and rows: how many matched both. */
  readonly overlaps: Statement;
  readonly canaries: CanaryPlan;
  /** One row: intake, frame (integers). */
  readonly balance: Statement;
  readonly frame: Statement;
  /** Rows of stratum, frame_id, in the order of frame_id. */
  readonly frameRows: Statement;
  /**
   * Makes `checked`, a row for each row of `recheck`: frame_id, mask, changed, opted. Rules and registers again, but what
   * is shared as it was screened, and repeats not. `changed`: another person stands there, or a phone that was not
   * screened, or the row left the window. `opted`: met in the register of opt-outs itself, and excluded by a rule that
   * asks it.
   */
  readonly recheck: Statement;
  /** Strikes of `states` whom `checked` has not, has with a mask, or has as changed: rows of reason, count, of those `in`. */
  readonly strike: Statement;
}

/** Opt-outs of nobody, that pass through the same statements as everybody and are counted in none. */
export interface CanaryPlan {
  /** In order, before `rows`: into `arrived`, and from there into `intake`. */
  readonly plant: readonly Statement[];
  /** Rows of kind, token: what their entries in the register must be. */
  readonly tokens: Statement;
  /** After `rows`, and then they are in no table: rows of kind, removed (by the register itself, and by a rule that asks it). */
  readonly look: Statement;
  readonly forget: Statement;
  /** The same among the drawn, around `recheck`. */
  readonly again: {
    readonly plant: readonly Statement[];
    readonly look: Statement;
    readonly forget: readonly Statement[];
  };
}

/** The reason the waterfall counts; undefined for a mask without any. */
export const firstReason = (rules: readonly ScreenRule[], mask: string): string | undefined =>
  rules.find(({ bit }) => (BigInt(mask) & BigInt(bit)) !== 0n)?.reason;

export interface SamplePlan {
  readonly reset: Statement;
  /** Takes whom another survey has drawn out of `frame_key`; none where no rule asks the contact history. */
  readonly withhold: readonly Statement[];
  /** Rows of stratum, frame (who can be drawn), withheld (integers), in the order of stratum. */
  readonly strata: Statement;
  /** Rows of stratum, frame_id: who can be drawn. */
  readonly frame: CopyText;
  readonly draw: Statement;
  /** Forgets the way back of everybody who was not drawn. */
  readonly cut: Statement;
}

export interface MinimiseField {
  readonly name: string;
  readonly kind: 'token-of-key' | 'derived' | 'e164' | 'month' | 'text';
}

/** Why somebody is struck whose contact details lack a number. */
export const incomplete = 'incomplete';

export interface MinimisePlan extends Arrival {
  readonly reset: Statement;
  readonly fields: readonly MinimiseField[];
  /** Rows of key: drawn, and no longer with a usable phone; strike them. */
  readonly incomplete: Statement;
  /** The same reading once more before the transfer, into a table of its own. */
  readonly again: {
    readonly reset: Statement;
    readonly load: readonly Statement[];
    /** Rows of key: packed with details that the source has no longer; strike them. */
    readonly changed: Statement;
  };
  /** The fields in declared order, by survey_ref, of everybody whose state is `in`. */
  readonly contacts: Statement;
  /** The same of everybody who was in the package that was released, struck since or not. */
  readonly released: Statement;
}

/** For the rows of one reference, in a session whose `recheck` and `sampled` are temporary and empty. */
export interface ExplainPlan extends Arrival {
  /** Rows of code: of this reference, and unreadable. */
  readonly faults: Statement;
  /** Rows of key, mask (decimal text): rules and registers, as if nothing were shared with others. */
  readonly rules: Statement;
}

export interface PlanKeys {
  /** The recipient's public key, armoured. */
  readonly recipient: string;
  /** The public key that signs the processor's answers. */
  readonly answers?: string;
}

export interface Plan {
  readonly cordon: 1;
  readonly survey: string;
  /** Of what people decide; `planHash` is of this whole document. */
  readonly declarationHash: string;
  /** Canonical JSON sorts its mappings: the order of the fields is `minimise.fields`. */
  readonly declaration: Pipeline;
  readonly processor: Processor;
  readonly keys: PlanKeys;
  /** Name of each code list to the SHA-256 of its canonical JSON. */
  readonly lists: Readonly<Record<string, string>>;
  readonly staging: readonly StagingTable[];
  readonly extract: ExtractPlan;
  readonly reread: RereadPlan;
  readonly screen: ScreenPlan;
  readonly sample: SamplePlan;
  readonly minimise: MinimisePlan;
  readonly explain: ExplainPlan;
}

export type RunValues = Partial<
  Readonly<Record<RunName, string | number | readonly string[] | readonly number[]>>
>;

/** @throws INPUT when the statement needs a run value that is not given */
export const bind = (statement: Statement, run: RunValues = {}): { text: string; values: unknown[] } => ({
  text: statement.text,
  values: statement.parameters.map((parameter) => {
    if ('value' in parameter) return parameter.value;
    const value = run[parameter.run];
    if (value === undefined) throw failure('INPUT', { missing: parameter.run });
    return value;
  }),
});
