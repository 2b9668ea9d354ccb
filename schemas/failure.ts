// Every coded "no" of Cordon. A refusal is expected and carries what was found, what was expected and what to
// do; a failure is broken machinery. Neither carries a value from a record: codes, counts, names of columns only.
import { ApplicationFailure } from '@temporalio/common';

export const codes = [
  // the declaration and what it is bound to
  'PLAN_UNKNOWN',
  'PLAN_CHANGED',
  'LIST_CHANGED',
  // the source
  'SOURCE_UNREACHABLE',
  'SOURCE_COLUMN_MISSING',
  'SOURCE_COLUMN_TYPE',
  'SOURCE_ENCODING',
  'SOURCE_LOGS_PARAMETERS',
  'SOURCE_STALE',
  'SOURCE_DROP_MISSING',
  'SOURCE_DROP_MALFORMED',
  'ROWS_OUT_OF_RANGE',
  'QUARANTINE_OVER_TOLERANCE',
  // screening and draw
  'REGISTER_UNREADABLE',
  'REGISTER_EMPTIED',
  'REGISTER_STALE',
  'REGISTER_SHRUNK',
  'REGISTER_ALTERED',
  'ALARM',
  'RULE_REMOVES_NOTHING',
  'RULE_REMOVES_OVER',
  'RULE_CHANGED',
  'CANARY_SURVIVED',
  'LEDGER_FORKED',
  'FRAME_EMPTY',
  'ALLOCATION_INFEASIBLE',
  'SEED_ORDER',
  'SEED_EXPIRED',
  // the stage machinery
  'STALE_STAGING',
  'FENCED',
  'ATTEMPT_CLOSED',
  'WAVE_CLOSED',
  'ALREADY_DISCLOSED',
  'MONTH_FORGONE',
  // package, release, delivery
  'PACKAGE_REJECTED',
  'RECIPIENT_KEY',
  'SENDER_KEY',
  'CONTRACT_OUT_OF_DATE',
  'ASSURANCE_OUT_OF_DATE',
  'DPIA_OUT_OF_DATE',
  'CERTIFICATE_OVERDUE',
  'RELEASE_MISMATCH',
  'RELEASE_EXPIRED',
  'RELEASE_REFUSED',
  'NO_OFFICERS',
  'NOT_AN_OFFICER',
  'SIGNATURE',
  'SAME_OFFICER',
  'PROPOSER',
  'NOT_WAITING',
  'HOST_KEY',
  'DELIVERY_LOGIN',
  'DELIVERY_UNREACHABLE',
  'DELIVERY_CONFLICT',
  'DELIVERY_UNKNOWN',
  'RECEIPT_MALFORMED',
  'RECEIPT_MISMATCH',
  // erasure
  'ERASURE_UNPROVEN',
  'COPY_HELD',
  'COPY_IN_USE',
  'CLOCK_INVALID',
  // machinery
  'SCHEMA_NEWER',
  'INPUT',
  'SQL',
  'PERSONAL_DATA',
  'REDACTED',
] as const;
export type Code = (typeof codes)[number];
export const CODES: ReadonlySet<string> = new Set(codes);

/** An expected "no": recorded, shown, answered; the wave waits or closes and nothing is lost. */
export interface Refusal {
  readonly code: Code;
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

/** `Symbol.for`: the workflow bundle and the worker hold two copies of this module. */
export const BRAND = Symbol.for('cordon.failure');

export type Details = Readonly<Record<string, string | number | boolean>>;

/** A failure that the guard lets through: its message is its code, its details hold no value of any record. */
export const failure = (type: Code, details: Details = {}, nonRetryable = true): ApplicationFailure =>
  Object.assign(ApplicationFailure.create({ type, message: type, details: [details], nonRetryable }), {
    [BRAND]: true,
  });

/** A refusal thrown from inside an activity; `step` turns it into a ledger leaf and a returned value. */
export const refuse = (refusal: Refusal): ApplicationFailure => failure(refusal.code, { ...refusal });

export const isOurs = (e: unknown): e is ApplicationFailure =>
  e instanceof ApplicationFailure && BRAND in e && CODES.has(e.type ?? '');
