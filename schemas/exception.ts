// What can be wrong without anybody having said so: every exception by its code, with who answers for it and what to
// do, in fixed words. What is wrong now is looked for elsewhere; nothing here names a person.

export type Severity = 'high' | 'medium' | 'low';

export interface ExceptionKind {
  readonly severity: Severity;
  /** who answers for it, unless its cause names somebody */
  readonly owner: string;
  /** who does while the owner is away */
  readonly deputy: string;
  readonly says: string;
  readonly remedy: string;
  /** nothing in the database can tell that it is dealt with: an officer says so, by `cordon close` */
  readonly byWord?: true;
  /** how long after it was first seen it is overdue, where its cause has no day of its own; at once unless said */
  readonly within?: string;
}

/** Why an officer closes one by word: a closed list. */
export const closingReasons = {
  'dealt-with': 'what it asks for is done',
  'said-otherwise': 'the company has answered by letter or telephone',
  'never-comes': 'the company will not answer any more; who must know does',
} as const;
export type ClosingReason = keyof typeof closingReasons;

const officer = { owner: 'data-officer', deputy: 'dpo' } as const;
const dpo = { owner: 'dpo', deputy: 'data-officer' } as const;
const administrator = { owner: 'administrator', deputy: 'data-officer' } as const;

/** Those that an activity tells the ledger the moment they arise; the next sweep has them in the table. */
export const toldAtOnce = {
  RECEIPT_REFUSED: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'a receipt came that cannot be believed',
    remedy: 'see in the ledger why, and ask the processor for another',
  },
  OUTCOMES_REFUSED: {
    ...officer,
    byWord: true,
    severity: 'medium',
    says: 'outcomes came that cannot be believed, and none of them is taken',
    remedy: 'see in the ledger why, and ask the processor for a corrected file',
  },
  CERTIFICATE_REFUSED: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'a certificate of destruction came that cannot be believed',
    remedy: 'see in the ledger why, and demand another',
  },
  ACKNOWLEDGEMENT_REFUSED: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'an answer to a recall came that cannot be believed',
    remedy: 'see in the ledger why, and ring the processor',
  },
  COPY_BLOCKED: {
    ...officer,
    severity: 'high',
    says: 'a copy is due and cannot be erased, for somebody reads it without end',
    remedy: 'have the session that goes by this name ended; the purge is tried again',
  },
  CONTACT_DISTRESSED: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'the processor reports that somebody was in distress',
    remedy: 'ask the processor which reference, and have somebody look after them',
  },
  CONTACT_DECEASED: {
    ...officer,
    byWord: true,
    severity: 'medium',
    says: 'the processor reports that somebody has died',
    remedy: 'have the record corrected; the register keeps them out meanwhile',
  },
  CONTACT_WRONG_NUMBER: {
    ...officer,
    byWord: true,
    severity: 'low',
    says: 'the processor reports that a number was not that of the person',
    remedy: 'have the record corrected; the register keeps the number out meanwhile',
  },
} as const satisfies Record<string, ExceptionKind>;

/** Those that PostgreSQL knows; `sql/causes.ts` has the question for each. */
export const recorded = {
  ...toldAtOnce,
  MONTH_MISSING: {
    ...officer,
    severity: 'high',
    says: 'nothing of this month was sent, and nothing is under way',
    remedy: 'find out why; then npx cordon run, or never: npx cordon forgo',
  },
  EXTRACT_MISSING: {
    ...officer,
    severity: 'high',
    says: 'the month is under way and has not read its records',
    remedy: 'see that the records system answers and its extract is there',
  },
  RELEASE_MISSING: {
    ...officer,
    severity: 'high',
    says: 'the release of this month ran out before enough officers signed',
    remedy: 'run the month again and have two officers sign; or never: npx cordon forgo',
  },
  RECEIPT_MISSING: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'the processor has not confirmed the package in time',
    remedy: 'ask the processor for its receipt',
  },
  OUTCOMES_MISSING: {
    ...officer,
    byWord: true,
    severity: 'medium',
    says: 'the processor has not reported in time whom it reached',
    remedy: 'ask the processor for its outcomes',
  },
  CERTIFICATE_MISSING: {
    ...dpo,
    byWord: true,
    severity: 'high',
    says: 'the processor has not certified in time that it destroyed its copy',
    remedy: 'demand the certificate; nothing more is sent to this processor without',
  },
  DELIVERY_UNKNOWN: {
    ...officer,
    severity: 'high',
    says: 'bytes may have left, and nobody knows whether they arrived',
    remedy: 'ask the processor, then sign what it says: npx cordon settle',
  },
  RECALL_UNACKNOWLEDGED: {
    ...officer,
    byWord: true,
    severity: 'high',
    says: 'the processor has not confirmed that it stopped contacting somebody',
    remedy: 'ring the processor and have it answer the notice',
  },
  REGISTER_EMPTY: {
    ...officer,
    severity: 'high',
    says: 'a register is empty that was not; no month runs on it',
    remedy: 'restore it from its backup, or enter it anew: npx cordon register',
  },
  REGISTER_STALE: {
    ...officer,
    severity: 'medium',
    says: 'a register has not been kept for longer than a survey allows, or not since a loss',
    remedy: 'enter what waits, or say that nothing does: npx cordon register confirm',
  },
  HOLD_EXPIRED: {
    ...officer,
    severity: 'medium',
    says: 'holds on people are past their review; they hold all the same',
    remedy: 'review them, then withdraw or renew: npx cordon register',
  },
  MARKER_REVIEW_MISSING: {
    ...officer,
    severity: 'medium',
    says: 'safety markers are past their review; they exclude all the same',
    remedy: 'review them, then withdraw or renew: npx cordon register',
  },
  HOLD_REVIEW_MISSING: {
    ...officer,
    severity: 'medium',
    says: 'a hold on copies is past its review; it holds all the same',
    remedy: 'two officers lift it: npx cordon hold; if it is still needed, set a new one first',
  },
  REGISTER_REVIEW_MISSING: {
    ...dpo,
    severity: 'medium',
    says: 'the day has passed on which a register was to be reviewed as a whole',
    remedy: 'decide what of it is still needed, then two officers sign: npx cordon dispose',
  },
  COPY_REVIEW_MISSING: {
    ...officer,
    severity: 'medium',
    says: 'personal data has come to its review, and nobody has decided',
    remedy: 'erase it or keep it longer: npx cordon retention, then npx cordon dispose',
  },
  COPY_REVIEW_ENDING: {
    ...officer,
    severity: 'high',
    says: 'personal data past its review is erased within seven days unless somebody decides',
    remedy: 'erase it or keep it longer: npx cordon retention, then npx cordon dispose',
  },
  COPY_OVERDUE: {
    ...officer,
    severity: 'high',
    says: 'personal data is past its day and is not proved erased',
    remedy: 'see which: npx cordon retention; and that worker and verifier run',
  },
  ERASURE_DOUBTED: {
    ...dpo,
    severity: 'high',
    says: 'something is there that no copy accounts for, or that a purge has left',
    remedy: 'find out what it is and whose, then remove it; see npx cordon review',
  },
  CONTRACT_ENDING: {
    ...officer,
    severity: 'medium',
    says: 'a contract, a vetting or an assessment ends within thirty days, or has ended',
    remedy: 'renew it, write its new date into the file and apply',
  },
  OFFICER_KEY_ENDING: {
    ...dpo,
    severity: 'medium',
    says: 'an officer may sign for less than thirty days more',
    remedy: 'sign a new version of the officers file: npx cordon officers apply',
  },
} as const satisfies Record<string, ExceptionKind>;

/** Those that somebody must look for outside PostgreSQL: in Temporal, at clocks, where checkpoints are kept. */
export const lookedFor = {
  CHECKPOINT_NOT_KEPT: {
    ...administrator,
    severity: 'medium',
    says: 'no checkpoint of the ledger could be kept off this machine',
    remedy: 'see that every place of checkpoints can be written',
    within: 'P1D',
  },
  LEDGER_FORKED: {
    ...dpo,
    severity: 'high',
    says: 'the ledger is not what it was when its checkpoints were kept',
    remedy: 'keep the database as it is and find out why: npx cordon ledger continue',
  },
  SCHEDULE_PAUSED: {
    ...officer,
    severity: 'medium',
    says: 'a schedule is paused; its month or its sweep does not start by itself',
    remedy: 'find out who paused it and why; resume it in the pages of Temporal',
  },
  TASK_FAILING: {
    ...administrator,
    severity: 'high',
    says: 'a workflow fails at every try and does not go on',
    remedy: 'see its history in the pages of Temporal; run the version that began it',
    within: 'PT1H',
  },
  WORKER_MISSING: {
    ...administrator,
    severity: 'high',
    says: 'no worker is seen; nothing goes on',
    remedy: 'start one: npx cordon worker',
  },
  VERIFIER_MISSING: {
    ...administrator,
    severity: 'high',
    says: 'no verifier is seen; no release counts and no erasure is proved',
    remedy: 'start one: npx cordon worker, in the role of the verifier',
  },
  CLOCK_SKEW_DATABASE: {
    ...administrator,
    severity: 'medium',
    says: 'the clocks of worker and PostgreSQL are more than thirty seconds apart',
    remedy: 'have both keep time from one source',
  },
  CLOCK_SKEW_TEMPORAL: {
    ...administrator,
    severity: 'medium',
    says: 'the clocks of worker and Temporal are more than thirty seconds apart',
    remedy: 'have both keep time from one source',
  },
  NOTICE_UNSENT: {
    ...administrator,
    severity: 'medium',
    says: 'exceptions could not be sent to those who answer for them',
    remedy: 'see that the mail server or the webhook answers',
    within: 'P1D',
  },
  SWEEP_MISSING: {
    ...administrator,
    severity: 'high',
    says: 'nobody has looked for exceptions for more than a day',
    remedy: 'see that a worker runs and that the sweep is not paused',
  },
} as const satisfies Record<string, ExceptionKind>;

export const exceptionKinds = { ...recorded, ...lookedFor };
export type RecordedCode = keyof typeof recorded;
export type ExceptionCode = keyof typeof exceptionKinds;
export const isExceptionCode = (code: string): code is ExceptionCode => Object.hasOwn(exceptionKinds, code);
export const kindOf = (code: ExceptionCode): ExceptionKind => exceptionKinds[code];

/** ISO 8601: a sweep comes once a day, and a copy that is due for longer is overdue. */
export const copyGrace = 'P1D';

/** Two clocks further apart than this are wrong, whatever the network does in between. */
export const skewMs = 30_000;

/** Something that is wrong now. */
export interface Cause {
  readonly code: ExceptionCode;
  readonly survey?: string | undefined;
  readonly period?: string | undefined;
  readonly attempt?: number | undefined;
  /** which of several: a code, an id or a day, and nothing of a person who is surveyed */
  readonly subject?: string | undefined;
  readonly owner?: string | undefined;
  readonly deputy?: string | undefined;
  /** when it was, or will be, too late */
  readonly dueAt?: string | undefined;
}

/** One look: what was found, and of which codes that is all there is. What could not be looked at is in neither. */
export interface Sight {
  readonly looked: readonly ExceptionCode[];
  readonly found: readonly Cause[];
}

/** An exception as it stands in its table. */
export interface Exception extends Cause {
  /** the same in every notice of it */
  readonly id: number;
  readonly subject: string;
  readonly owner: string;
  readonly deputy: string;
  readonly severity: Severity;
  readonly dueAt: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly closedAt?: string;
}
