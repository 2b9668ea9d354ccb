// What activities are given: they take nothing from the environment and open nothing on their own.
import type pg from 'pg';
import type { Sight } from '../schemas/exception.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { Plan } from '../sql/plan.ts';
import type { KeyRing } from '../sql/token.ts';
import type { Checkpoints } from './checkpoint.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import type { Channel } from './notice/channel.ts';
import type { Source } from './source/source.ts';

export interface Secrets {
  /** HMAC keys of register tokens, issued by the DPO, oldest first; each at least 32 bytes */
  readonly tokenKey: KeyRing;
  /** HMAC key of `survey_ref`, a key of its own so that references never join to tokens */
  readonly surveyRefKey: Uint8Array;
  /** armoured OpenPGP private key that signs packages and manifests */
  readonly senderKey: string;
  readonly senderPassphrase?: string;
}

export interface Deps {
  /** logged in as the worker's role */
  readonly pool: pg.Pool;
  readonly secrets: Secrets;
  /** `extract.from` names it, the environment says where it is */
  openSource(connection: string, wave: WaveKey): Promise<Source>;
  readonly openTarget: (plan: Plan) => Promise<DeliveryTarget>;
  /** Where the ledger's checkpoints are kept, off this machine. */
  readonly checkpoints: Checkpoints;
  /** A wave whose retention or whose closed history the sweep asks for; workflows are the worker's to read. */
  openHistories?(): Histories;
  /** Exceptions that Temporal alone knows; looked for by whoever holds a client. */
  lookAtTemporal?(activity?: StartedActivity): Promise<Sight>;
  /** Who is told of exceptions. */
  readonly channels?: readonly Channel[];
}

/** By which Temporal's clock is read: the server says when it started this activity, the worker when it had it. */
export interface StartedActivity {
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  readonly atMs: number;
}

export interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** Closed workflow runs, fetched and replayed one after another by whoever holds a Temporal client. */
export interface Histories {
  closed(): AsyncIterable<Run>;
  /** the history as JSON text, replayed against the code that is running */
  fetch(run: Run): Promise<{ json: string; replayed: boolean }>;
  /** What replays holds threads until then. */
  end(): Promise<void>;
}

/** Beats while work that reports no progress of its own goes on; well under a heartbeat timeout of 2 s. */
export const heartbeatEvery = 500;
