// The closed union of what the ledger may say. Names and shapes are for ever: a leaf is stored as bytes and
// never re-serialised, so a field may be added but never renamed. Counts, codes and hashes only.
import type { Witnessed } from './act.ts';
import type { AlarmCode, Because } from './alarm.ts';
import type { ClosingReason } from './exception.ts';
import type { Decision, DispositionReason } from './disposition.ts';
import type { Code, Refusal } from './failure.ts';
import type { ForgoReason } from './forgo.ts';
import type { HoldReason } from './hold.ts';
import type { ReleaseDoubt } from './doubt.ts';
import type { Act } from './officers.ts';
import type { Outcome, Stage } from './ref.ts';

/** DPA 2018 s.62(1): the six processing operations that must be logged. */
export const operations = [
  'collection',
  'alteration',
  'consultation',
  'disclosure',
  'combination',
  'erasure',
] as const;
export type Operation = (typeof operations)[number];

/** design.md: every kind of thing that holds personal data. `public-frame` holds none and has no clock. */
export const copyKinds = [
  'staging',
  'package',
  'delivered',
  'disclosure-index',
  'contacts',
  'registers',
  'analysis',
  'source-drop',
  'exported-history',
  'backups',
] as const;
export type CopyKind = (typeof copyKinds)[number];

export type ErasureOutcome = 'erased' | 'already-erased' | 'lost-in-crash';

export interface ReasonCount {
  readonly reason: string;
  /** rows for which this was the first reason: the waterfall */
  readonly first: number;
  /** rows for which this reason matched at all */
  readonly all: number;
}

/** Entries in force when the registers were read, and how many of them the intake met. */
export interface RegisterCount {
  readonly register: string;
  readonly kind: string;
  readonly entries: number;
  readonly withdrawn: number;
  readonly seen: number;
}

/** What a register holds: its rows, one a form, and a digest over all that they say, in no order. */
export interface RegisterFigure {
  readonly register: string;
  readonly rows: number;
  readonly digest: string;
}

/** What one wave's part of the contact history holds. */
export interface ContactsFigure {
  readonly place: string;
  readonly rows: number;
  readonly digest: string;
}

/** Rows that matched both reasons. */
export interface Overlap {
  readonly reasons: readonly [string, string];
  readonly rows: number;
}

export interface StratumCount {
  readonly stratum: string;
  readonly frame: number;
  /** of the frame, whom another survey had drawn first */
  readonly withheld: number;
  readonly sample: number;
  readonly reserve: number;
}

export interface RehearsalCounts {
  readonly read: number;
  readonly quarantined: number;
  readonly intake: number;
  readonly frame: number;
  readonly exclusions: readonly ReasonCount[];
  readonly strata: readonly { readonly stratum: string; readonly frame: number }[];
  /** for what a wave would have stopped */
  readonly stops: readonly {
    readonly code: Code;
    readonly subject?: string;
    readonly found: string;
    readonly expected: string;
  }[];
}

/** Why somebody is recalled; the ledger says it, and the processor is not told. */
export const recallReasons = ['opted-out', 'wrong-data', 'deceased', 'safety'] as const;
export type RecallReason = (typeof recallReasons)[number];

/** What the processor may report of somebody whom it rang; the answers to the survey are none of them. */
export const contactOutcomes = ['refused', 'opted-out', 'wrong-number', 'deceased', 'distressed'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

/** Why a month is run by hand and not by its schedule. */
export const runReasons = {
  'slot-missed': 'the schedule was paused, or nothing ran it in time',
  'ended-before': 'an earlier attempt ended undisclosed, and its cause is gone',
  'source-mended': 'the records system has been put right',
  requested: 'whoever answers for the survey asked for it',
} as const;
export type RunReason = keyof typeof runReasons;

/** `system`: the generator; `dice`: digits of two officers; `public`: a value named in advance. */
export type SeedSource = 'system' | 'dice' | 'public';

interface Bodies {
  /** a version of the officers file: who acts from here on, and whose key signs the next */
  officers: { version: number; domain: string; sha256: string; signedBy: string; dpo: string };
  /** an officer's statement, checked and recorded: what it did, if it did anything, is a leaf of its own */
  signed: { act: Act; officer: string; statementSha256: string; key: string; signatureSha256: string };
  'plan-applied': {
    planHash: string;
    declarationHash: string;
    /** who proposed it, and may therefore not release under it */
    by: string;
    /** absent before plans were signed */
    change?: 'widening' | 'narrowing' | 'recompiled';
    statementSha256?: string;
    officers?: readonly string[];
  };
  'attempt-opened': {
    planHash: string;
    nonceSha256: string;
    supersedes?: number;
    /** of a run by hand; absent where the schedule began it */
    because?: RunReason;
  };
  'copy-opened': {
    kind: CopyKind;
    place: string;
    dueAt: string;
    owner?: string;
    /** where it is reviewed before it is erased, and how far it may be put back then */
    reviewAt?: string;
    extendableTo?: string;
  };
  extracted: {
    read: number;
    quarantined: number;
    intake: number;
    extractedAt: string;
    quarantine?: readonly { code: string; rows: number }[];
  };
  screened: {
    intake: number;
    frame: number;
    exclusions: readonly ReasonCount[];
    registers?: readonly RegisterCount[];
    overlaps?: readonly Overlap[];
    canaries?: number;
  };
  'frame-committed': { root: string; size: number; strata: number };
  /** before it exists: where the seed of this very frame will come from */
  'seed-awaited': { source: SeedSource; frameRoot: string; named?: string; date?: string };
  'seed-typed': { officer: string; source: SeedSource; digitsSha256: string; statementSha256?: string };
  'seed-drawn': { seed: string; source: SeedSource; frameRoot: string };
  sampled: {
    seed: string;
    frame: number;
    sample: number;
    reserve: number;
    notDrawn: number;
    withheld: number;
    /** of the text of `drawnLine`, a line for each one drawn, by stratum and rank */
    drawnSha256: string;
    /** of the frame ids withheld, a line each, in their order */
    withheldSha256: string;
    strata: readonly StratumCount[];
  };
  minimised: {
    sample: number;
    promoted: number;
    struck: readonly { reason: string; count: number }[];
    package: number;
  };
  packaged: {
    rows: number;
    plaintextSha256: string;
    ciphertextSha256: string;
    rowsRoot: string;
    bytes: number;
    fields: readonly string[];
    recipient: string;
    recipientKey: string;
    senderKey: string;
  };
  'release-signed': {
    officer: string;
    statementSha256: string;
    /** `SHA256:…` of the key, and of the signature's text in hex; absent before releases were signed */
    key?: string;
    signatureSha256?: string;
  };
  'release-refused': {
    officer: string;
    statementSha256: string;
    because: ReleaseDoubt;
    key: string;
    signatureSha256: string;
  };
  /** waves go on with a log that no longer contains what was kept of it; of each delivery it forgot, the bytes */
  'continue-after-loss': {
    lost: readonly { size: number; root: string }[];
    head: { size: number; root: string };
    deliveries: readonly { wave: string; name: string; package: string }[];
    statementSha256: string;
    signatures: readonly { officer: string; key: string; signatureSha256: string }[];
  };
  'release-expired': { statementSha256: string };
  struck: { stage: Stage; struck: readonly { reason: string; count: number }[] };
  intent: {
    package: string;
    recipient: string;
    statementSha256: string;
    name: string;
    /** absent from intents of before the contact history had digests */
    contacts?: ContactsFigure;
  };
  'intent-voided': { package: string; proof: string };
  disclosure: { package: string; recipient: string; rows: number; indexRoot: string; name: string };
  delivered: { package: string; bytes: number; name: string };
  /** `dueAt`: when the company's copy must be gone, where the receipt brings that forward */
  receipt: { package: string; records: number; receivedAt: string; dueAt?: string };
  settled: {
    package: string;
    officer: string;
    finding: 'arrived' | 'not-arrived';
    statementSha256?: string;
  };
  /** what the processor's file of outcomes says that no file before it did; of nobody in it */
  outcome: {
    package: string;
    fileSha256: string;
    /** references in the file, told before or not */
    reported: number;
    taken: readonly { outcome: ContactOutcome; count: number }[];
  };
  certificate: { package: string; destroyedAt: string };
  /** somebody who was disclosed must not be contacted any more: the number of the recall, and no person in it */
  recall: { recall: number; because: RecallReason; officer: string };
  'recall-sent': { recall: number; package: string; name: string };
  'recall-acknowledged': { recall: number; acknowledgedAt: string };
  /** what was counted under the lock of the drop; absent of what PostgreSQL cannot count */
  erased: {
    kind: CopyKind;
    place: string;
    outcome: ErasureOutcome;
    relations?: number;
    rows?: number;
    bytes?: number;
  };
  'erasure-verified': {
    kind: CopyKind;
    place: string;
    outcome: ErasureOutcome;
    /** of the text of the functions that looked */
    querySha256?: string;
    /** of the text that searched outside PostgreSQL for what rows of staging carried; absent of other copies */
    searchSha256?: string;
    /** in words, where nobody could or was told to look */
    notSearched?: readonly string[];
  };
  'erasure-unproven': { kind: CopyKind; place: string; found: string };
  'clock-moved': {
    kind: CopyKind;
    place: string;
    from: string;
    to: string;
    officer: string;
    statementSha256?: string;
  };
  hold: {
    hold: number;
    kind: CopyKind;
    place: string;
    because: HoldReason;
    owner: string;
    reviewOn: string;
    officer: string;
    statementSha256: string;
  };
  /** one officer's word; the second one's lifts the hold */
  lift: {
    hold: number;
    kind: CopyKind;
    place: string;
    officer: string;
    lifted: boolean;
    statementSha256: string;
  };
  /** officers have reviewed a copy: it is erased now, or kept until another review */
  disposed: {
    kind: CopyKind;
    place: string;
    decision: Decision;
    because: DispositionReason;
    from: string;
    to: string;
    reviewAt?: string;
    officers: readonly string[];
    statementSha256: string;
  };
  /** a month that is never run, by one officer; taken back by two */
  forgone: {
    ordinal: number;
    because: ForgoReason | 'taken-back';
    officers: readonly string[];
    statementSha256: string;
  };
  registered: {
    register: string;
    kind: string;
    entries: number;
    by: string;
    /** `reckoned`: what stood there before registers had digests */
    action?: 'added' | 'withdrawn' | 'confirmed' | 'rekeyed' | 'reckoned';
    scope?: 'case' | 'standing';
    /** waves whose disclosure index was consulted and named these tokens */
    disclosedIn?: number;
    /** of the whole register, after every change of the transaction */
    rows?: number;
    digest?: string;
    /** what stood in the contact history before it had digests */
    contacts?: readonly ContactsFigure[];
  };
  refused: {
    stage: Stage | 'apply' | 'kickoff' | 'release' | Witnessed;
    code: Code;
    found: string;
    expected: string;
    remedy: string;
  };
  /**
   * A plan was tried on a month: what its rows would have come to, of no attempt. Without counts, why
   * there are none.
   */
  rehearsed: {
    rehearsal: number;
    planHash: string;
    kind: CopyKind;
    place: string;
    by: string;
    counts?: RehearsalCounts;
    refusal?: Refusal;
  };
  'attempt-closed': { outcome: Outcome | 'stale-staging' | 'superseded'; again: boolean };
  'history-exported': { workflow: string; run: string; sha256: string; bytes: number; replayed: boolean };
  exception: {
    code: string;
    owner: string;
    dueAt: string;
    /** which of several: a code, an id or a day */
    subject?: string;
    /** of a file that came from the processor: its hash, and why it is not taken */
    fileSha256?: string;
    found?: string;
  };
  /** an officer has dealt with it, of which nothing else tells; the next sweep closes it */
  'exception-answered': { code: string; because: ClosingReason; officer: string; statementSha256: string };
  /** its cause is gone */
  'exception-closed': { code: string; owner: string; subject?: string };
  alarm: { stage: Stage; code: AlarmCode; subject: string; found: string; expected: string };
  'alarm-accepted': {
    code: AlarmCode;
    alarms: number;
    officer: string;
    because: Because;
    statementSha256?: string;
    /** what the registers are held to from here on */
    registers?: readonly RegisterFigure[];
    /** and the contact history, wave by wave */
    contacts?: readonly ContactsFigure[];
  };
  'canary-planted': { kind: string };
  /** somebody looked at one record or one person, who stays unnamed */
  consulted: {
    command: 'explain' | 'trace' | 'genuine' | 'breach';
    officer: string;
    found: boolean;
    because?: string;
  };
}

export type LeafType = keyof Bodies;

/** The one operation of s.62 that a leaf type is, where it is one. */
export const operationOf = {
  extracted: 'collection',
  rehearsed: 'collection',
  screened: 'combination',
  minimised: 'consultation',
  disclosure: 'disclosure',
  erased: 'erasure',
  registered: 'alteration',
  outcome: 'collection',
  certificate: 'erasure',
  consulted: 'consultation',
} as const satisfies Partial<Record<LeafType, Operation>>;

interface Envelope<T extends LeafType> {
  readonly v: 1;
  readonly type: T;
  readonly operation?: Operation;
  readonly survey?: string;
  readonly period?: string;
  readonly attempt?: number;
  /** PostgreSQL's transaction time, `2026-10-16T05:30:00.123Z`; checked by append */
  readonly at: string;
}

export type Leaf = { [T in LeafType]: Envelope<T> & Readonly<Bodies[T]> }[LeafType];
export type Body<T extends LeafType> = Readonly<Bodies[T]>;

/** Who may append what: each role has an append function of its own, and PostgreSQL holds the same table. */
export const appendedBy = {
  officers: ['owner'],
  signed: ['verifier', 'owner'],
  'continue-after-loss': ['owner'],
  'plan-applied': ['owner'],
  'attempt-opened': ['worker'],
  'copy-opened': ['worker', 'clerk'],
  extracted: ['worker'],
  screened: ['worker'],
  'frame-committed': ['worker'],
  'seed-awaited': ['worker'],
  'seed-typed': ['worker'],
  'seed-drawn': ['worker'],
  sampled: ['worker'],
  minimised: ['worker'],
  packaged: ['worker'],
  'release-signed': ['verifier'],
  'release-refused': ['verifier'],
  'release-expired': ['worker'],
  struck: ['worker'],
  intent: ['worker'],
  'intent-voided': ['worker'],
  disclosure: ['worker'],
  delivered: ['worker'],
  receipt: ['worker'],
  settled: ['worker'],
  outcome: ['worker'],
  certificate: ['worker'],
  recall: ['clerk'],
  'recall-sent': ['worker'],
  'recall-acknowledged': ['worker'],
  erased: ['worker'],
  'erasure-verified': ['verifier'],
  'erasure-unproven': ['verifier'],
  'clock-moved': ['worker'],
  hold: ['verifier'],
  lift: ['verifier'],
  disposed: ['verifier'],
  forgone: ['verifier'],
  registered: ['clerk', 'worker'],
  refused: ['worker', 'owner', 'verifier'],
  rehearsed: ['worker'],
  'attempt-closed': ['worker'],
  'history-exported': ['worker'],
  exception: ['worker'],
  'exception-closed': ['worker'],
  'exception-answered': ['verifier'],
  alarm: ['worker'],
  'alarm-accepted': ['worker'],
  'canary-planted': ['worker'],
  consulted: ['worker', 'clerk'],
} as const satisfies Record<LeafType, readonly ('owner' | 'worker' | 'verifier' | 'auditor' | 'clerk')[]>;
