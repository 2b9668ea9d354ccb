// Our own run, in a process of its own: every activity from openAttempt to purge, without Temporal. It stops twice
// to be looked at, and that time is not counted: when the frame is there, and before it is erased.
import { createInterface } from 'node:readline';
import { asyncLocalStorage, Context } from '@temporalio/activity';
import { join } from 'node:path';
import { createActivities } from '../../activities/create.ts';
import { createVerifierActivities } from '../../activities/create-verifier.ts';
import { namespaceOf } from '../../schemas/officers.ts';
import type { Answer } from '../../schemas/ref.ts';
import { createPool } from '../../sql/connect.ts';
import type { Environment } from '../../worker/config.ts';
import { createDeps } from '../../worker/deps.ts';
import { signatureBy } from '../../worker/ssh-sign.ts';
import { textOf } from '../../worker/statement.ts';
import type { Look, StageName } from './corridor-stages.ts';
import { peakRssKb } from './peak.ts';

export interface CorridorJob {
  readonly env: Environment;
  readonly survey: string;
  readonly period: string;
  readonly planHash: string;
  /** where the officers' keys lie */
  readonly folder: string;
}

export interface CorridorAnswer {
  /** seconds */
  readonly stages: Readonly<Record<StageName, number>>;
  readonly maxRssKb: number;
  /** when everything is loaded and nothing has begun */
  readonly startRssKb: number;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async (): Promise<string> => ((await lines.next()) as { value: string }).value;
const say = (what: { readonly look: Look } | CorridorAnswer): unknown =>
  process.stdout.write(`${JSON.stringify(what)}\n`);
const look = async (at: Look): Promise<void> => {
  say({ look: at });
  await next();
};

const taken: Partial<Record<StageName, number>> = {};
const timed = async <T>(stage: StageName, work: () => Promise<T>): Promise<T> => {
  const start = performance.now();
  try {
    return await inActivity(work);
  } finally {
    taken[stage] = (taken[stage] ?? 0) + (performance.now() - start) / 1000;
  }
};

/** As a worker gives one to each activity; nothing here is cancelled, and heartbeats go nowhere. */
const inActivity = <T>(work: () => Promise<T>): Promise<T> => {
  const info = { attempt: 1, retryPolicy: { maximumAttempts: 1 }, heartbeatTimeoutMs: undefined };
  const never = new AbortController().signal;
  const given = [info, new Promise<never>(() => undefined), never, () => undefined];
  return asyncLocalStorage.run(Reflect.construct(Context, given) as Context, work);
};

const value = <R>(answer: Answer<R>): R => {
  if (!answer.ok) throw new Error(`${answer.refusal.code}: ${answer.refusal.found}`);
  return answer.value;
};

const { env, folder, ...wave } = JSON.parse(await next()) as CorridorJob;
const deps = createDeps(env);
const verifier = createPool(env['CORDON_VERIFIER_URL'] ?? '', 'cordon verifier', 2);
const acts = {
  ...createActivities(deps),
  ...createVerifierActivities({ ...deps, pool: verifier }),
};
const startRssKb = peakRssKb();

const opened = value(await timed('open', () => acts.openAttempt({ ...wave, run: 'bench', ordinal: 1 })));
const extracted = value(await timed('extract', () => acts.extract(opened)));
const screened = value(await timed('screen', () => acts.screen(extracted)));
await look('framed');
const sampled = value(await timed('sample', () => acts.sample(screened)));
const minimised = value(await timed('minimise', () => acts.minimise(sampled)));
await timed('release', async () => {
  const { survey, period, attempt } = minimised;
  const stated = await acts.state(minimised);
  const { statementSha256, domain } = stated;
  for (const officer of ['a.officer', 'b.officer']) {
    const key = join(folder, `${officer}.key`);
    const signature = await signatureBy({ key }, env, textOf(stated), namespaceOf('release', domain));
    value(await acts.release({ survey, period, attempt, statementSha256, signature }));
  }
});
await timed('transfer', () => acts.transfer(minimised)).then(value);
await look('sent');
await timed('purge', async () => {
  const { copies } = await acts.copies(wave);
  for (const { id, kind } of copies) if (kind === 'staging') value(await acts.purge({ id }));
});
await Promise.all([deps.close(), verifier.end()]);
say({ stages: taken as Record<StageName, number>, maxRssKb: peakRssKb(), startRssKb });
process.stdin.destroy();
