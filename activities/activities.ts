// The doors that workflows knock on. Arguments and answers are references, counts, codes and hashes: they are
// read by anyone who can open the Temporal UI.
import type { Given, Witnessed } from '../schemas/act.ts';
import type { ExceptionCode } from '../schemas/exception.ts';
import type { HoldReason } from '../schemas/hold.ts';
import type { CopyKind, ErasureOutcome, RunReason } from '../schemas/leaf.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import type {
  Answer,
  AttemptKey,
  Left,
  Opened,
  Outcome,
  Ref,
  ReleaseStatement,
  WaveKey,
} from '../schemas/ref.ts';

/** One copy of personal data and its clock, as the inventory in PostgreSQL has it. */
export interface CopyState extends AttemptKey {
  readonly id: number;
  readonly kind: CopyKind;
  readonly dueAt: string;
  readonly state: 'live' | 'erasing' | 'erased';
  /** of each hold that lives; until the last is lifted nothing erases the copy */
  readonly heldFor?: readonly HoldReason[];
  /** when the first of them must be looked at again */
  readonly reviewAt?: string;
  readonly verified: boolean;
}

/** An exception that is open, in fixed words. */
export interface ShownException {
  readonly code: ExceptionCode;
  readonly survey?: string;
  readonly period?: string;
  readonly owner: string;
  readonly dueAt: string;
  readonly found: string;
  readonly remedy: string;
}

/** An SSH signature over a release, in OpenSSH's armour; whose it is, its key says. */
export interface SignedRelease {
  readonly statementSha256: string;
  readonly signature: string;
}

/** Who has signed a statement, as the verifier has found and recorded it. */
export interface By {
  readonly officer: string;
  readonly statementSha256: string;
}

export interface WaveActivities {
  /** Opens the next attempt, or answers the one this (run, ordinal) has opened before; supersedes an open one. */
  openAttempt(
    wave: WaveKey & { planHash: string; run: string; ordinal: number; because?: RunReason },
  ): Promise<Answer<Opened>>;
  /** The attempt that an earlier run of this wave has left open, if any. */
  unfinished(wave: WaveKey): Promise<{ left: Left | null }>;
  extract(opened: Opened): Promise<Answer<Ref<'extracted'>>>;
  screen(extracted: Ref<'extracted'>): Promise<Answer<Ref<'screened'>>>;
  /** One officer's digits of a seed that is typed; the answer says how many distinct officers agree so far. */
  typeSeed(given: AttemptKey & By): Promise<Answer<{ officers: number }>>;
  /** Records one officer's acceptance of every waiting alarm of one code; the answer says how many still wait. */
  accept(given: AttemptKey & By): Promise<Answer<{ unanswered: number }>>;
  sample(screened: Ref<'screened'>): Promise<Answer<Ref<'sampled'>>>;
  minimise(sampled: Ref<'sampled'>): Promise<Answer<Ref<'minimised'>>>;
  /** What officers are asked to release, its hash, which they name, and how many of them must. */
  state(
    minimised: Ref<'minimised'>,
  ): Promise<{ statement: ReleaseStatement; statementSha256: string; officers: number; domain: string }>;
  expireRelease(given: AttemptKey & { statementSha256: string }): Promise<void>;
  transfer(released: Ref<'minimised'>): Promise<Answer<Ref<'transferred'>>>;
  /**
   * After a transfer that said no or broke off: voids an intent of which no byte was written, so that the month may
   * run again; nothing to do without an intent. Refused as DELIVERY_UNKNOWN when bytes may have left.
   */
  withdraw(given: AttemptKey): Promise<Answer<null>>;
  /** Looks once at the processor's answers directory. */
  receive(transferred: Ref<'transferred'>): Promise<Answer<{ receipt: 'awaited' | 'agrees' }>>;
  /** An officer's finding about bytes that may have left. `not-arrived` voids the intent; `arrived` records the delivery. */
  settle(given: AttemptKey & By): Promise<Answer<null>>;
  closeAttempt(given: AttemptKey & { outcome: Outcome | 'stale-staging' }): Promise<void>;
}

export interface RecallActivities {
  /** Sends the notice unless it is sent, and looks once for the processor's acknowledgement. */
  recall(given: { id: number }): Promise<Answer<{ acknowledged: boolean; dueAt: string }>>;
}

export interface LateActivities {
  /** What an officer found of a wave that has closed meanwhile; the running ones settle their own. */
  settleClosed(given: AttemptKey & By): Promise<Answer<null>>;
}

export interface RetentionActivities {
  /** Every copy of the wave that is not yet erased and verified and whose clock is the retention workflow's. */
  copies(wave: WaveKey): Promise<{ copies: readonly CopyState[]; closed: boolean; now: string }>;
  /** Erases one copy that is due; idempotent. A delivered copy is `erasing` until its certificate lies there. */
  purge(copy: { id: number }): Promise<Answer<{ outcome: ErasureOutcome | 'awaiting-certificate' }>>;
  /** Moves nothing until as many officers have signed as the move needs. */
  moveClock(given: WaveKey & By): Promise<Answer<{ moved: number; officers: number; needed: number }>>;
}

export interface RehearsalActivities {
  /** Opens the copy of one rehearsal, with its clock; or answers the one that is open. */
  openRehearsal(rehearsal: { id: number }): Promise<{ copy: number }>;
  /** Reads the month and asks every rule as the plan says; the counts are in its leaf, and the copy is due. */
  rehearse(rehearsal: { id: number }): Promise<Answer<null>>;
  /** Of one that broke off: the copy is due, and the ledger says so. */
  endRehearsal(rehearsal: { id: number }): Promise<void>;
}

/** Runs in another process, with another credential, on its own task queue. */
export interface VerifierActivities {
  /** Checks one officer's signature and records it; the answer says how many officers' words count so far. */
  release(given: AttemptKey & SignedRelease): Promise<Answer<{ officer: string; officers: number }>>;
  /** One officer's signed no, which ends the attempt. */
  refuseRelease(
    given: AttemptKey & SignedRelease & { because: ReleaseDoubt },
  ): Promise<Answer<{ officer: string }>>;
  /** Checks one officer's signature over what he does, and records it; the doing is the worker's. */
  witness(given: { [A in Witnessed]: Given<A> & { act: A } }[Witnessed]): Promise<Answer<By>>;
  /** Keeps one copy from being erased. */
  holdCopy(given: Given<'hold'>): Promise<Answer<{ hold: number; officer: string }>>;
  /** One officer's word that a hold need not be any more; the second one's lifts it. */
  liftHold(given: Given<'lift'>): Promise<Answer<{ officer: string; officers: number; lifted: boolean }>>;
  /** One officer's decision over a copy that is reviewed; to keep it longer takes the second one's. */
  disposeCopy(given: Given<'dispose'>): Promise<Answer<{ officers: number; needed: number; dueAt: string }>>;
  /** One officer's word that a month is never run; to take that back takes two. */
  forgoMonth(given: Given<'forgo'>): Promise<Answer<{ officers: number; needed: number }>>;
  /** One officer's word that an exception is dealt with, where nothing else could tell. */
  closeException(given: Given<'close'>): Promise<Answer<{ officer: string }>>;
  verifyErasure(copy: { id: number }): Promise<Answer<{ outcome: ErasureOutcome }>>;
}

export interface SweepActivities {
  /** Waves with an open attempt, for which a wave workflow must be running. */
  wavesToFinish(): Promise<{ waves: readonly (WaveKey & { planHash: string })[] }>;
  /** Waves with live copies, for which a retention workflow must be running. */
  wavesToRetain(): Promise<{ waves: readonly WaveKey[] }>;
  /** Recalls that no processor has acknowledged. */
  recallsToSend(): Promise<{ recalls: readonly (WaveKey & { id: number })[] }>;
  /** Deliveries of which the processor may still report whom it rang. */
  deliveriesOut(): Promise<{ deliveries: readonly AttemptKey[] }>;
  /** Looks once at what it reports, and takes what is new; a receipt too, if none came while its wave was open. */
  outcomes(delivery: AttemptKey): Promise<Answer<{ taken: number }>>;
  /** Copies whose clocks are the sweep's alone (tokens, analysis, histories, backups) and that are due; and which comes next. */
  dueCopies(): Promise<{ copies: readonly CopyState[]; next?: CopyState }>;
  /** What is missing, late or in the way now: each opens once and closes with its cause, both in the ledger. */
  raiseExceptions(): Promise<{ raised: number; cleared: number; exceptions: readonly ShownException[] }>;
  /** Sends by each channel what it has not been told of exceptions; one that fails is an exception itself. */
  notify(): Promise<{ told: number }>;
  /** Replays, hashes and keeps every closed history that is not kept yet. */
  exportHistories(): Promise<{ exported: number; failed: number }>;
}

export type Activities = WaveActivities &
  LateActivities &
  RecallActivities &
  RetentionActivities &
  RehearsalActivities &
  SweepActivities;
