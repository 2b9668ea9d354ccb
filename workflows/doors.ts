// How often and how long each verb is tried, and why. An expected "no" is an answer and never retried; what is
// retried here is machinery: a dead worker, a lost connection, a server that restarts.
import type { ActivityOptions } from '@temporalio/workflow';
import { ActivityFailure, ApplicationFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type {
  LateActivities,
  RecallActivities,
  RehearsalActivities,
  RetentionActivities,
  SweepActivities,
  VerifierActivities,
  WaveActivities,
} from '../activities/activities.ts';
import type { Code } from '../schemas/failure.ts';
import { CODES } from '../schemas/failure.ts';
import { verifierQueue } from './ids.ts';
import type { Timings } from './timings.ts';

type Policies<A> = { readonly [V in keyof A]: ActivityOptions };

/** Trying again changes nothing about these. */
const neverImproves: readonly Code[] = [
  'PLAN_UNKNOWN',
  'PLAN_CHANGED',
  'LIST_CHANGED',
  'STALE_STAGING',
  'ATTEMPT_CLOSED',
  'WAVE_CLOSED',
  'ALREADY_DISCLOSED',
  'MONTH_FORGONE',
  'SCHEMA_NEWER',
  'INPUT',
  'PERSONAL_DATA',
];

/** What a wave knocks on: its worker's doors, and those of the verifier that judge what officers sign. */
export type WaveDoors = Required<WaveActivities> &
  Pick<VerifierActivities, 'release' | 'refuseRelease' | 'witness'>;

export const waveDoors = (t: Timings): WaveDoors => {
  // A server that crashed, or is failing over, is back within these tries' quarter of an hour.
  const database = policy(t, t.databaseMs, 20);
  const source = policy(t, t.sourceMs, 20);
  // An officer waits at the other end of the Update, and may send it again: it counts once.
  const signed = { ...policy(t, t.databaseMs, 3), ...atVerifier(t.databaseMs) };
  return open<WaveDoors>({
    // Nothing exists yet that could be lost, and a month that does not start is a missing month: longest of all.
    openAttempt: {
      ...policy(t, t.databaseMs, 20),
      summary: 'a new attempt with a staging schema of its own',
    },
    // The source belongs to others and may be down for an hour; each start loads from the beginning.
    unfinished: { ...database, summary: 'what an earlier run has left open' },
    extract: { ...source, summary: 'read the month, keep tokens' },
    screen: { ...database, summary: 'exclude by rule' },
    // An officer waits at the other end of the Update.
    typeSeed: { ...policy(t, t.databaseMs, 3), summary: 'record digits of the seed' },
    accept: { ...policy(t, t.databaseMs, 3), summary: 'record the acceptance of an alarm' },
    sample: { ...database, summary: 'draw the sample' },
    // Goes back to the source for the drawn.
    minimise: { ...source, summary: 'read contact details of the drawn, build the package' },
    witness: { ...signed, summary: 'check and record what an officer has signed' },
    state: { ...database, summary: 'what officers are asked to release' },
    release: { ...signed, summary: 'check and record one release' },
    refuseRelease: { ...signed, summary: 'check and record a refusal to release' },
    expireRelease: { ...database, summary: 'nobody released in time' },
    // Every start looks before it sends, and says DELIVERY_UNKNOWN rather than send twice: so half an hour in which
    // the processor's server is away costs nothing.
    transfer: { ...policy(t, t.transferMs, 30), summary: 'record the intent, then deliver' },
    withdraw: { ...database, summary: 'see whether a byte has left' },
    // One look; the next poll is the retry.
    receive: { ...policy(t, t.databaseMs, 1), summary: 'look for the receipt' },
    settle: { ...policy(t, t.databaseMs, 3), summary: 'record what an officer found' },
    // Runs while the wave closes, when the database may be what is broken.
    closeAttempt: { ...policy(t, t.databaseMs, 10), summary: 'close the attempt' },
  });
};

/** Tomorrow's sweep is the retry of what these do not reach. */
export const recallDoors = (t: Timings): RecallActivities =>
  open<RecallActivities>({
    recall: { ...policy(t, t.transferMs, 10), summary: 'send the notice, look for the acknowledgement' },
  });

type ActDoors = Pick<
  VerifierActivities,
  'witness' | 'holdCopy' | 'liftHold' | 'disposeCopy' | 'forgoMonth' | 'closeException'
> &
  Pick<RetentionActivities, 'moveClock'> &
  LateActivities;

/** An officer waits for the answer, and may send it again: it counts once. */
export const actDoors = (t: Timings): ActDoors => {
  const few = policy(t, t.databaseMs, 3);
  const signed = { ...few, ...atVerifier(t.databaseMs) };
  return open<ActDoors>({
    witness: { ...signed, summary: 'check and record what an officer has signed' },
    holdCopy: { ...signed, summary: 'check, record and hold one copy' },
    liftHold: { ...signed, summary: 'check, record and lift one hold' },
    disposeCopy: { ...signed, summary: 'check and record what becomes of one copy' },
    forgoMonth: { ...signed, summary: 'check and record that a month is never run' },
    closeException: { ...signed, summary: 'check and record that an exception is dealt with' },
    moveClock: { ...few, summary: 'move a clock' },
    settleClosed: { ...few, summary: 'record what an officer found' },
  });
};

type Eraser = Pick<VerifierActivities, 'verifyErasure'>;
export type RetentionDoors = RetentionActivities & Pick<VerifierActivities, 'verifyErasure' | 'witness'>;

/** A few tries each: retention comes back to what failed, so that one stuck copy holds up no other. */
export const retentionDoors = (t: Timings): RetentionDoors => {
  const few = policy(t, t.databaseMs, 3);
  return open<RetentionDoors>({
    // Without the inventory there is nothing to do but ask again.
    copies: { ...policy(t, t.databaseMs, 0), summary: 'read the clocks' },
    purge: { ...few, summary: 'erase one copy' },
    witness: { ...few, ...atVerifier(t.databaseMs), summary: 'check and record what an officer has signed' },
    moveClock: { ...few, summary: 'move a clock' },
    verifyErasure: { ...few, ...atVerifier(t.purgeAgainMs), summary: 'prove the erasure' },
  });
};

/** An officer waits for the counts, and may ask again: another rehearsal reads the month anew. */
export const rehearsalDoors = (t: Timings): RehearsalActivities & Pick<RetentionActivities, 'purge'> => {
  const few = policy(t, t.databaseMs, 3);
  return open<RehearsalActivities & Pick<RetentionActivities, 'purge'>>({
    openRehearsal: { ...few, summary: 'a staging schema of its own, with a clock' },
    rehearse: { ...policy(t, t.sourceMs, 1), summary: 'read the month, ask every rule, count' },
    endRehearsal: { ...few, summary: 'what is staged is due at once' },
    purge: { ...few, summary: 'erase one copy' },
  });
};

/** Tomorrow's sweep is the retry. */
export const sweepDoors = (t: Timings): SweepActivities & Pick<RetentionActivities, 'purge'> & Eraser => {
  const few = policy(t, t.databaseMs, 3);
  return open<SweepActivities & Pick<RetentionActivities, 'purge'> & Eraser>({
    wavesToFinish: { ...few, summary: 'which waves have an open attempt' },
    wavesToRetain: { ...few, summary: 'which waves still hold copies' },
    recallsToSend: { ...few, summary: 'which recalls are not acknowledged' },
    deliveriesOut: { ...few, summary: 'of which deliveries a company may report' },
    outcomes: { ...few, summary: 'read what a company reports of whom it rang' },
    dueCopies: { ...few, summary: 'which long clocks have run out' },
    raiseExceptions: { ...few, summary: 'what is missing, late or in the way' },
    notify: { ...few, summary: 'tell who answers for it' },
    // Fetches and replays every closed run of a day.
    exportHistories: { ...policy(t, t.sourceMs, 3), summary: 'keep closed histories' },
    purge: { ...few, summary: 'erase one copy' },
    verifyErasure: { ...few, ...atVerifier(t.purgeAgainMs), summary: 'prove the erasure' },
  });
};

/** The code of an activity that failed after its retries; `undefined` for anything else. */
export const codeOf = (e: unknown): Code | undefined => {
  if (!(e instanceof ActivityFailure)) return undefined;
  const type = e.cause instanceof ApplicationFailure ? e.cause.type : undefined;
  // a timeout has no code of ours: the worker died or hung, which is machinery like a lost connection
  return type && CODES.has(type) ? (type as Code) : 'SQL';
};

const policy = (t: Timings, startToCloseTimeout: number, maximumAttempts: number): ActivityOptions => ({
  startToCloseTimeout,
  heartbeatTimeout: t.heartbeatMs,
  retry: {
    initialInterval: t.retryMs,
    backoffCoefficient: 2,
    maximumInterval: t.retryCapMs,
    // 0 is without end
    ...(maximumAttempts > 0 ? { maximumAttempts } : {}),
    nonRetryableErrorTypes: [...neverImproves],
  },
});

// No verifier may be running: waiting for one without end would hide that from everyone.
const atVerifier = (scheduleToStartTimeout: number): ActivityOptions => ({
  taskQueue: verifierQueue(workflowInfo().taskQueue),
  scheduleToStartTimeout,
});

/** One proxy per verb, since a policy belongs to a verb; the compiler sees to it that none is missing. */
const open = <A>(policies: Policies<A>): A =>
  Object.fromEntries(
    Object.entries<ActivityOptions>(policies).map(([verb, options]) => [
      verb,
      proxyActivities<Record<string, (...args: unknown[]) => Promise<unknown>>>(options)[verb],
    ]),
  ) as A;
