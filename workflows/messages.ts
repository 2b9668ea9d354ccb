// What people and other workflows may say to a running workflow, and what they may ask it. Whatever a person sends
// is an Update: its validator refuses before anything is recorded, whereas a Signal is recorded whatever it holds.
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CopyState, SignedRelease } from '../activities/activities.ts';
import type { Given } from '../schemas/act.ts';
import type { Alarm } from '../schemas/alarm.ts';
import type { Code, Refusal } from '../schemas/failure.ts';
import type { RunReason } from '../schemas/leaf.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import type { Answer, Outcome, ReleaseStatement, WaveKey } from '../schemas/ref.ts';
import type { Timings } from './timings.ts';

export interface KickoffInput {
  readonly survey: string;
  readonly planHash: string;
  readonly timings: Timings;
  /** given by hand for a missed month; otherwise the month before the schedule's slot */
  readonly period?: string;
  /** why, of a run by hand */
  readonly because?: RunReason;
}
export interface KickoffResult {
  readonly wave: string;
  readonly outcome: 'started' | 'already-started';
}

export type WaveInput = WaveKey & {
  readonly planHash: string;
  readonly timings: Timings;
  /** only takes up what an earlier run has left open, and begins nothing */
  readonly finish?: boolean;
  readonly because?: RunReason;
};
export type RetentionInput = WaveKey & {
  readonly timings: Timings;
  /** copies erased before it was continued as new */
  readonly erased?: number;
};
export interface RecallInput {
  readonly id: number;
  readonly timings: Timings;
}
export interface RecallResult {
  readonly acknowledged: boolean;
  /** why it could not be sent, or is not heard of */
  readonly code?: Code;
}
export type RehearsalInput = WaveKey & {
  readonly id: number;
  readonly timings: Timings;
};
export interface SweepInput {
  readonly timings: Timings;
}
export interface SweepResult {
  /** waves that an earlier run has left open, taken up again */
  readonly finishing: number;
  readonly restarted: number;
  /** recalls that nobody has acknowledged, looked after again */
  readonly recalling: number;
  /** outcomes that companies have reported of whom they rang */
  readonly heard: number;
  readonly purged: number;
  /** exceptions that are new, and those whose cause is gone */
  readonly raised: number;
  readonly cleared: number;
  /** notices of exceptions, by each channel */
  readonly told: number;
  readonly exported: number;
  /** parts that did not work today, and histories that could not be kept; broken machinery closes as Failed */
  readonly failed: number;
}

export const waveStages = [
  'open',
  'extract',
  'screen',
  'seed',
  'alarm',
  'sample',
  'minimise',
  'release',
  'transfer',
  'receipt',
  'settle',
  'closed',
] as const;
export type WaveStage = (typeof waveStages)[number];

/** Where a wave stands; shown by `status` and by the demo's progress line. */
export interface Progress {
  readonly stage: WaveStage;
  /** when this stage began, by the workflow's clock */
  readonly since: string;
  readonly attempt: number;
  /** of the force, in the namespace of every signature */
  readonly domain?: string;
  /** rows of the last stage that is done */
  readonly rows: number;
  /** the stages of this attempt that are done, in order */
  readonly done: readonly { readonly stage: WaveStage; readonly rows: number; readonly tookMs: number }[];
  /** when what is waited for runs out */
  readonly dueAt?: string;
  readonly attention: boolean;
  /** while it waits for its release: officers who have released, of those who must */
  readonly releases?: { readonly count: number; readonly officers: number };
  readonly outcome?: Outcome;
  readonly code?: Code;
  /** why it was refused: what was found, what was expected, what to do */
  readonly refusal?: Refusal;
}

/** The statement that officers are asked to release, its hash, who has released and how many must. */
export interface Stated {
  readonly statement: ReleaseStatement;
  readonly statementSha256: string;
  readonly released: readonly string[];
  readonly officers: number;
  /** of the force, in the namespace of every signature */
  readonly domain: string;
  /** false once enough have released, or nobody may any more */
  readonly waiting: boolean;
}

/** Who signed it is what the verifier finds in the signature. */
export type ReleaseGiven = SignedRelease;
export type RefusalGiven = SignedRelease & { readonly because: ReleaseDoubt };

/** To a wave that waits for its release; answered with who has signed, and how many officers' words count so far. */
export const releaseUpdate = defineUpdate<Answer<{ officer: string; officers: number }>, [ReleaseGiven]>(
  'release',
);
/** To a wave that waits for its release, which it then never gets. */
export const refuseUpdate = defineUpdate<Answer<{ officer: string }>, [RefusalGiven]>('refuse');
/** To a wave that waits for its seed; answered with how many distinct officers agree so far. */
export const seedUpdate = defineUpdate<Answer<{ officers: number }>, [Given<'seed'>]>('seed');
/** To a wave that an alarm has stopped; answered with how many alarms still wait. */
export const acceptUpdate = defineUpdate<Answer<{ unanswered: number }>, [Given<'accept'>]>('accept');
/** To a wave whose delivery is unknown. */
export const settleUpdate = defineUpdate<Answer<null>, [Given<'settle'>]>('settle');
/** To a retention; nothing moves until as many officers have signed as the move needs. */
export const moveClockUpdate = defineUpdate<
  Answer<{ moved: number; officers: number; needed: number }>,
  [Given<'clock'>]
>('moveClock');
/** To a retention, from its wave; a lost one costs at most `retentionCapMs`. */
export const copiesChanged = defineSignal('copiesChanged');

/** Of a wave: `null` until there is something to release. */
export const statementQuery = defineQuery<Stated | null>('statement');
/** Of a wave: the alarms that wait for an officer now. */
export const alarmsQuery = defineQuery<readonly Alarm[]>('alarms');
/** Of a wave. */
export const progressQuery = defineQuery<Progress>('progress');
/** Of a retention: the copies that had a clock when it last read them, as they stand since. */
export const clocksQuery = defineQuery<readonly CopyState[]>('clocks');
