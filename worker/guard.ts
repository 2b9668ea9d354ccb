// The personal-data guard of everything that goes to Temporal: an allow-list by field, not a search for what looks
// personal. A field that is not listed is refused, and so is a listed one that holds another kind of value.
// Bundled into the workflow sandbox and require()d by the SDK: no Node built-ins, no top-level await.
import {
  ApplicationFailure,
  CancelledFailure,
  DefaultFailureConverter,
  defaultPayloadConverter,
  RawValue,
  TemporalFailure,
} from '@temporalio/common';
import type { FailureConverter, PayloadConverter } from '@temporalio/common';
import type { Witnessed } from '../schemas/act.ts';
import { CODES, failure, isOurs } from '../schemas/failure.ts';
import { staffPattern } from '../schemas/staff.ts';
import type { Because } from '../schemas/alarm.ts';
import type { Decision, DispositionReason } from '../schemas/disposition.ts';
import type { ClosingReason, ExceptionCode } from '../schemas/exception.ts';
import type { ForgoReason } from '../schemas/forgo.ts';
import type { HoldReason } from '../schemas/hold.ts';
import type { CopyKind, ErasureOutcome, RunReason } from '../schemas/leaf.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import type { Outcome, Ref, Stage } from '../schemas/ref.ts';
import type { WaveStage } from '../workflows/messages.ts';
import type { Timings } from '../workflows/timings.ts';

type Rule = (value: unknown) => boolean;

const text =
  (pattern: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
/** Complete by type: a word that a type gains and its list here does not is a compile error. */
const words =
  <W extends string>(list: Readonly<Record<W, true>>): Rule =>
  (value) =>
    typeof value === 'string' && Object.hasOwn(list, value);

/** A telephone number has ten digits: none fits. */
const count: Rule = (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < 1e9;
/** Longer ones are whole minutes, which a telephone number is once in 60,000. */
const ms: Rule = (value) => count(value) || (Number.isSafeInteger(value) && Number(value) % 60_000 === 0);
const flag: Rule = (value) => typeof value === 'boolean';
const record: Rule = (value) => value === null || typeof value === 'object';
const name = text(/^[a-z][a-z0-9-]{0,39}$/);
const hash = text(/^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/);
/** What dice or a beacon gave, and two officers' digits side by side: no telephone number has more than 15. */
const random = text(/^(\d{20,80}|[0-9a-f]{64}|[0-9a-f]{128})$/);
/** From 2020 on: nobody who may be surveyed was born then. */
const day = '20[2-9]\\d-(0[1-9]|1[0-2])-([0-2]\\d|3[01])';
const time = 'T[0-2]\\d:[0-5]\\d(:[0-5]\\d(\\.\\d{1,6})?)?Z';
const instant = text(new RegExp(`^${day}${time}$`));
const month = text(/^20[2-9]\d-(0[1-9]|1[0-2])$/);
const wave = text(/^wave\/[a-z][a-z0-9-]{0,39}\/20[2-9]\d-(0[1-9]|1[0-2])$/);
const staff = text(staffPattern);
const column = text(/^[a-z][a-z0-9_]{0,62}$/);
const code: Rule = (value) => typeof value === 'string' && CODES.has(value);

const outcome = words<Outcome | ErasureOutcome | 'awaiting-certificate' | 'stale-staging' | Started>({
  delivered: true,
  'delivered-without-receipt': true,
  'delivery-unknown': true,
  refused: true,
  'release-expired': true,
  cancelled: true,
  failed: true,
  'already-disclosed': true,
  erased: true,
  'already-erased': true,
  'lost-in-crash': true,
  'awaiting-certificate': true,
  'stale-staging': true,
  started: true,
  'already-started': true,
});
type Started = 'started' | 'already-started';

const stage = words<
  WaveStage | Stage | Ref<'extracted' | 'screened' | 'sampled' | 'minimised' | 'transferred'>['stage']
>({
  open: true,
  extract: true,
  screen: true,
  seed: true,
  alarm: true,
  sample: true,
  minimise: true,
  release: true,
  transfer: true,
  receipt: true,
  settle: true,
  closed: true,
  extracted: true,
  screened: true,
  sampled: true,
  minimised: true,
  transferred: true,
});

const because = words<Because>({
  'known-event': true,
  'source-changed': true,
  'policy-changed': true,
  seasonal: true,
  'register-restarted': true,
  'checked-at-source': true,
});

const doubt = words<ReleaseDoubt>({
  'wrong-counts': true,
  'wrong-fields': true,
  'wrong-recipient': true,
  'wrong-month': true,
  complaint: true,
  other: true,
});

const ran = words<RunReason>({
  'slot-missed': true,
  'ended-before': true,
  'source-mended': true,
  requested: true,
});

const heldFor = words<HoldReason>({
  complaint: true,
  litigation: true,
  'subject-request': true,
  'security-incident': true,
});

const disposed = words<DispositionReason>({
  'purpose-served': true,
  'out-of-date': true,
  'purpose-continues': true,
  audit: true,
  inquiry: true,
  'legal-duty': true,
});

const forgone = words<ForgoReason | 'taken-back'>({
  'records-lost': true,
  'no-fieldwork': true,
  'too-late': true,
  'survey-ended': true,
  'taken-back': true,
});

const closed = words<ClosingReason>({ 'dealt-with': true, 'said-otherwise': true, 'never-comes': true });

const kind = words<CopyKind>({
  staging: true,
  package: true,
  delivered: true,
  'disclosure-index': true,
  contacts: true,
  registers: true,
  analysis: true,
  'source-drop': true,
  'exported-history': true,
  backups: true,
});

const exception = words<ExceptionCode>({
  RECEIPT_REFUSED: true,
  OUTCOMES_REFUSED: true,
  CERTIFICATE_REFUSED: true,
  COPY_BLOCKED: true,
  ACKNOWLEDGEMENT_REFUSED: true,
  CONTACT_DISTRESSED: true,
  CONTACT_DECEASED: true,
  CONTACT_WRONG_NUMBER: true,
  MONTH_MISSING: true,
  EXTRACT_MISSING: true,
  RELEASE_MISSING: true,
  RECEIPT_MISSING: true,
  OUTCOMES_MISSING: true,
  CERTIFICATE_MISSING: true,
  DELIVERY_UNKNOWN: true,
  RECALL_UNACKNOWLEDGED: true,
  REGISTER_EMPTY: true,
  REGISTER_STALE: true,
  HOLD_EXPIRED: true,
  MARKER_REVIEW_MISSING: true,
  HOLD_REVIEW_MISSING: true,
  REGISTER_REVIEW_MISSING: true,
  COPY_REVIEW_MISSING: true,
  COPY_REVIEW_ENDING: true,
  COPY_OVERDUE: true,
  ERASURE_DOUBTED: true,
  CONTRACT_ENDING: true,
  OFFICER_KEY_ENDING: true,
  CHECKPOINT_NOT_KEPT: true,
  LEDGER_FORKED: true,
  SCHEDULE_PAUSED: true,
  TASK_FAILING: true,
  WORKER_MISSING: true,
  VERIFIER_MISSING: true,
  CLOCK_SKEW_DATABASE: true,
  CLOCK_SKEW_TEMPORAL: true,
  NOTICE_UNSENT: true,
  SWEEP_MISSING: true,
});

const timings: { readonly [K in keyof Timings]: Rule } = {
  releaseValidForMs: ms,
  releaseRemindMs: ms,
  alarmWithinMs: ms,
  receiptWithinMs: ms,
  receiptPollMs: ms,
  settleWithinMs: ms,
  attempts: count,
  retentionCapMs: ms,
  certificatePollMs: ms,
  purgeAgainMs: ms,
  heartbeatMs: ms,
  databaseMs: ms,
  sourceMs: ms,
  transferMs: ms,
  retryMs: ms,
  retryCapMs: ms,
};

// The longer capital words that texts of ours use; a surname is a capital word, so no other may stand there.
const terms = new Set(
  (
    'PostgreSQL Temporal OpenPGP GnuPG SEIPD SFTP SSH CSV UTC SQL COPY UTF-8 E.164 DPO ZIP RFC UK SHA256 ' +
    'SHA-256 HMAC MiB GiB README.txt TEMPORAL_ADDRESS'
  ).split(' '),
);
const number = /^(0|[1-9]\d{0,5}|[1-9]\d{0,2}(,\d{3}){1,2}|(0|[1-9]\d{0,2})\.\d{1,3})%?$/;
const plain = [
  /^[a-z]{1,24}(['’](s|t|re)?)?$/,
  // identifiers and hyphenated words; five digits at most
  /^(?=.{1,63}$)(?!(.*\d){6})[a-z][a-z0-9]*([-_./][a-z0-9]+)*$/,
  /^[-–…=<>+/&]{1,2}$/,
  new RegExp(`^${day}(${time})?$`),
  /^P(\d{1,3}[YMWD])*(T(\d{1,3}[HMS])+)?$/,
  /^SHA256:[A-Za-z0-9+/]{43}$/,
];
const isToken: Rule = (token) =>
  typeof token === 'string' &&
  (plain.some((pattern) => pattern.test(token)) ||
    terms.has(token) ||
    [code, hash, month, wave].some((r) => r(token)));

/** English as ours is written: small words, names of things, single numbers that are not side by side. */
export const isOurText: Rule = (value) => {
  if (typeof value !== 'string' || value.length > 300) return false;
  let after = false;
  for (const token of value.split(' ').map((part) => part.replace(/^[("'`[]+|[)"'`\],.:;?!]+$/g, ''))) {
    if (token === '') continue;
    const isNumber = number.test(token);
    if (isNumber ? after : !isToken(token)) return false;
    // "07700 - 900123" is two numbers side by side as well
    after = isNumber || (after && !/^\w/.test(token));
  }
  return true;
};

/** Every field that a payload may have, whatever it is a field of. */
const all = (rule: Rule, names: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(names.split(' ').map((field) => [field, rule]));
const fields: Readonly<Record<string, Rule>> = {
  ...timings,
  ...all(
    record,
    'value refusal releases statement timings copies next waves done left intended minimised alarms recalls deliveries exceptions',
  ),
  ...all(flag, 'ok lifted again waiting attention verified closed finish delivered acknowledged'),
  ...all(
    count,
    'attempt ordinal rows officers needed copy exception hold tookMs id moved finishing restarted recalling purged raised cleared told exported failed erased',
  ),
  ...all(count, 'count bytes unanswered taken heard'),
  ...all(hash, 'planHash nonce sha256 statementSha256 frameRoot rowsRoot'),
  ...all(random, 'seed digits'),
  ...all(instant, 'expiresAt dueAt reviewAt now since to'),
  ...all(staff, 'officer owner released'),
  ...all(column, 'fields column'),
  ...all(isOurText, 'found expected remedy rule step reasons'),
  reason: (value) => isOurText(value) || protocol(value),
  survey: name,
  period: month,
  run: text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  wave,
  code: (value) => code(value) || exception(value),
  alarm: code,
  because: (value) => [because, doubt, heldFor, ran, disposed, forgone, closed].some((rule) => rule(value)),
  decision: words<Decision>({ erase: true, extend: true }),
  stage,
  kind,
  heldFor,
  awaits: words({ dice: true, public: true }),
  outcome,
  state: words({ live: true, erasing: true, erased: true }),
  receipt: words({ awaited: true, agrees: true }),
  finding: words({ arrived: true, 'not-arrived': true }),
  recipient: (value) => name(value) || hash(value),
  // of an officer, over counts and hashes: `U1NIU0lH` is SSHSIG, with which each begins
  act: words<Witnessed>({
    accept: true,
    seed: true,
    settle: true,
    clock: true,
    hold: true,
    lift: true,
    dispose: true,
    forgo: true,
    close: true,
  }),
  reviewOn: text(/^20\d\d-\d\d-\d\d$/),
  signature: text(
    /^-----BEGIN SSH SIGNATURE-----\nU1NIU0lH[A-Za-z0-9+/=]{1,76}\n([A-Za-z0-9+/=]{1,76}\n){0,80}-----END SSH SIGNATURE-----\n?$/,
  ),
  domain: text(/^[a-z0-9][a-z0-9.-]{2,100}$/),
  sqlstate: text(/^([0-9A-Z]{5}|none)$/),
};

/** A protocol's own word for what went wrong. */
const protocol = text(
  /^(E(NOENT|ACCES|PERM|CONN(REFUSED|RESET)|TIMEDOUT|(HOST|NET)UNREACH|NOTFOUND|AI_AGAIN|PIPE|NOSPC|ROFS|DQUOT|NOTDIR|ISDIR|EXIST|BUSY|IO|LOOP)|[A-Z]+(_[A-Z]+)+|(UNKNOWN|FAILURE))$/,
);

/** A text that does not fit is not worth a wave: its reader is sent to the ledger, which holds the whole of it. */
const elsewhere = 'see the ledger';
const isRefusalText = (key: string): boolean => key === 'found' || key === 'expected' || key === 'remedy';

/** The value as it may travel. @throws PERSONAL_DATA */
const admit = (value: unknown, rule: Rule): unknown => {
  if (value === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => admit(element, rule));
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, admitField(key, inner)]));
  }
  if (typeof value === 'object' || !rule(value)) throw failure('PERSONAL_DATA');
  return value;
};

const admitField = (key: string, value: unknown): unknown => {
  const rule = Object.hasOwn(fields, key) ? fields[key] : undefined;
  // the key itself may be the name of somebody: it is not quoted
  if (!rule) throw failure('PERSONAL_DATA');
  if (isRefusalText(key) && typeof value === 'string' && !rule(value)) return elsewhere;
  return admit(value, rule);
};

/** The workflow sandbox is a realm of its own, so a prototype tells nothing; Map, Set, Date and Error have other tags. */
const isRecord = (value: unknown): value is Record<string, unknown> =>
  Object.prototype.toString.call(value) === '[object Object]';

const bare: Rule = (value) => flag(value) || count(value) || isOurText(value);
/** Only the SDK, and only inside the sandbox, answers with its own metadata and call stacks. */
const isOfSdk = (value: unknown): boolean => value instanceof RawValue && typeof process === 'undefined';

export const payloadConverter: PayloadConverter = {
  toPayload: (value, context) =>
    defaultPayloadConverter.toPayload(isOfSdk(value) ? value : admit(value, bare), context),
  fromPayload: (payload, context, hint) => defaultPayloadConverter.fromPayload(payload, context, hint),
};

type ProtoFailure = ReturnType<FailureConverter['errorToFailure']>;

// By default the message and the stack of any error go into history, page and log, and `pg` messages quote values.
class Guard extends DefaultFailureConverter {
  override errorToFailure(
    e: unknown,
    pc: PayloadConverter,
    context?: Parameters<FailureConverter['errorToFailure']>[2],
  ): ProtoFailure {
    // off the wire: guarded when it was written
    if (e instanceof TemporalFailure && e.failure)
      return { ...super.errorToFailure(e, pc, context), stackTrace: '' };
    const safe = harmless(e);
    const message = safe instanceof ApplicationFailure ? (safe.type ?? '') : safe.name;
    return { ...super.errorToFailure(safe, pc, context), stackTrace: '', message };
  }
}
export const failureConverter: FailureConverter = new Guard();

const harmless = (e: unknown): TemporalFailure => {
  if (e instanceof CancelledFailure) return new CancelledFailure(undefined, [], e.cause);
  if (e instanceof ApplicationFailure) {
    const ours = isOurs(e);
    return new ApplicationFailure(
      undefined,
      ours ? e.type : 'REDACTED',
      e.nonRetryable,
      ours ? (e.details ?? []).map(sifted) : [],
      e.cause,
      e.nextRetryDelay,
      e.category,
    );
  }
  // ActivityFailure, TimeoutFailure … as the SDK makes them
  if (e instanceof TemporalFailure) return e;
  return new ApplicationFailure(undefined, 'REDACTED', false);
};

/** Of details, the fields that may travel: a failure that cannot be told would be worse. */
const sifted = (details: unknown): unknown =>
  isRecord(details)
    ? Object.fromEntries(
        Object.entries(details).flatMap(([key, value]) => {
          try {
            return [[key, admitField(key, value)]];
          } catch {
            return [];
          }
        }),
      )
    : undefined;
