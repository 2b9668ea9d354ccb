// What one stage hands to the next: never rows, only where they are, how many, and a mark that tells whether
// they are still the same rows. A swapped stage is a type error.
import type { Alarm } from './alarm.ts';
import type { Code, Refusal } from './failure.ts';
import type { Period } from './period.ts';

export const stages = ['extract', 'screen', 'sample', 'minimise', 'transfer'] as const;
export type Stage = (typeof stages)[number];

export interface WaveKey {
  readonly survey: string;
  readonly period: Period;
}

/** One try at a wave, with a staging schema of its own. */
export interface AttemptKey extends WaveKey {
  readonly attempt: number;
}

/** One start of one activity in an attempt; every effect checks it under the fence row's lock. */
export interface Claim extends AttemptKey {
  readonly stage: Stage;
  readonly claim: number;
}

export type Opened = AttemptKey & {
  readonly planHash: string;
  readonly nonce: string;
  /** of the force, in the namespace of every signature; absent without an officers file */
  readonly domain?: string;
};

/** `nonce`: hex of the random mark in the staging schema; gone when the server emptied the unlogged tables. */
export type Ref<S extends 'extracted' | 'screened' | 'sampled' | 'minimised' | 'transferred'> = AttemptKey & {
  readonly stage: S;
  readonly rows: number;
  /** a screened frame whose seed officers will type */
  readonly awaits?: 'dice' | 'public';
} & (S extends 'minimised' | 'transferred'
    ? { readonly sha256: string; readonly nonce: string }
    : { readonly nonce: string }) &
  // before anybody is drawn: what an officer must accept first
  (S extends 'extracted' | 'screened' ? { readonly alarms?: readonly Alarm[] } : unknown);

/** An attempt that an earlier run has left open; `intended` when a package of it may have left. */
export type Left = AttemptKey & {
  readonly domain?: string;
  readonly intended?: { readonly minimised: Ref<'minimised'>; readonly delivered: boolean };
};

/** What an officer releases: hex SHA-256 of the canonical statement, and the statement's counts for the eye. */
export interface ReleaseStatement extends AttemptKey {
  readonly planHash: string;
  readonly frameRoot: string;
  readonly seed: string;
  readonly rows: number;
  readonly fields: readonly string[];
  readonly recipient: string;
  readonly rowsRoot: string;
  readonly expiresAt: string;
}

/** Whether the month may be run again after this outcome. */
export const outcomes = {
  delivered: { again: false, says: 'the package reached the processor and its receipt agrees' },
  'delivered-without-receipt': { again: false, says: 'bytes confirmed at the processor; no receipt in time' },
  'delivery-unknown': { again: false, says: 'bytes may have left; an officer or a receipt must settle it' },
  refused: { again: true, says: 'an expected no; nothing left' },
  'release-expired': { again: true, says: 'not released in time; nothing left' },
  cancelled: { again: true, says: 'stopped by an officer before any byte left' },
  failed: { again: true, says: 'broken machinery before any byte left' },
  'already-disclosed': { again: false, says: 'this month has already been disclosed' },
} as const satisfies Record<string, { again: boolean; says: string }>;
export type Outcome = keyof typeof outcomes;

/** What an activity answers: its reference, or a coded no that the ledger already holds. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export interface WaveResult extends WaveKey {
  readonly outcome: Outcome;
  readonly again: boolean;
  readonly attempt: number;
  readonly code?: Code;
}
