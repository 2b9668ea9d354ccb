// A whole installation for one test: databases, records, keys, a processor's drop, its own Temporal namespace, worker
// and verifier as real processes, or in the process of the test. The officers and the processor are played as the
// demonstration plays them.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { shiftMonth } from '../schemas/period.ts';
import type { WaveKey, WaveResult } from '../schemas/ref.ts';
import { createPool } from '../sql/connect.ts';
import type { Applied } from '../worker/apply-make.ts';
import type { Environment } from '../worker/config.ts';
import { taskQueue } from '../worker/config.ts';
import type { Installation, InstallationOptions } from '../worker/demo/installation.ts';
import { applyHere, createInstallation, shippedPipeline } from '../worker/demo/installation.ts';
import type { Arrived } from '../worker/demo/processor.ts';
import { releaseBy } from '../worker/demo/officers.ts';
import { collect, respond } from '../worker/demo/processor.ts';
import { waveResult } from '../worker/officer.ts';
import type { Running } from '../worker/processes.ts';
import { ownEnvironment, startProcess } from '../worker/processes.ts';
import { addRecords, createRecords } from '../worker/records.ts';
import { backfillWave } from '../worker/schedule.ts';
import { scheduleOf } from '../worker/schedules.ts';
import { startWatchdog } from '../worker/stack/watchdog.ts';
import type { Watchdog } from '../worker/stack/watchdog.ts';
import { ordinaryRecord } from '../worker/synthetic.ts';
import { connectClient } from '../worker/temporal.ts';
import { waveId } from '../workflows/ids.ts';
import type { Progress, Stated, WaveStage } from '../workflows/messages.ts';
import { progressQuery, statementQuery, waveStages } from '../workflows/messages.ts';
import type { Timings } from '../workflows/timings.ts';
import { timings } from '../workflows/timings.ts';
import { few } from './declaration.ts';
import { createNamespace } from './namespace.ts';
import { postgresServer, template, workflowBundleFile } from './servers.ts';
import type { Sshd } from './sshd.ts';

/** Seconds where a force waits hours: a dead worker is noticed after two. */
export const brisk: Timings = {
  ...timings,
  receiptPollMs: 200,
  certificatePollMs: 200,
  retentionCapMs: 2_000,
  purgeAgainMs: 500,
  heartbeatMs: 2_000,
  retryMs: 100,
  retryCapMs: 1_000,
};

/** What can be ended in order; a process can be killed as well. */
export type Stoppable = Pick<Running, 'stop'>;

export interface Month<Started extends Stoppable = Running> {
  readonly installation: Installation;
  readonly applied: Applied;
  readonly wave: WaveKey;
  readonly client: Client;
  readonly folder: string;
  readonly logs: Readonly<Record<'worker' | 'verifier', string>>;
  startWorker(env?: Environment): Promise<Started>;
  startVerifier(): Promise<Started>;
  /** Starts the wave by its schedule's own past slot; after an earlier run, resolves when the new one is there. */
  begin(): Promise<void>;
  /** Waits until the wave has come to this stage. @throws when it closed before */
  reach(stage: WaveStage, withinMs?: number): Promise<Progress>;
  /** What officers are asked to release. @throws when the wave closed without asking */
  stated(): Promise<Stated>;
  /** One officer signs what waits. */
  sign(officer: Exclude<keyof Installation['hands']['of'], 'd.officer'>): ReturnType<typeof releaseBy>;
  /** Two officers release what waits. */
  release(): Promise<void>;
  /** What lies at the processor, once its manifest does. */
  arrived(withinMs?: number): Promise<Arrived>;
  respond(kind: 'receipt' | 'certificate', arrived: Arrived): Promise<Arrived>;
  result(): Promise<WaveResult>;
  /** As a superuser of Cordon's database: for what nobody else may see or change. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

export interface MonthOptions {
  readonly period?: string;
  /** synthetic rows in the records system; 0 leaves it to the test */
  readonly rows?: number;
  /** instead of them so many people whom nothing excludes, with the declaration of a few */
  readonly people?: number;
  readonly timings?: Timings;
  /** migrated by itself, with roles of its own */
  readonly own?: boolean;
  /** of a server of the test's own */
  readonly adminUrl?: string;
  readonly temporal?: InstallationOptions['temporal'];
  readonly deliver?: InstallationOptions['deliver'];
  readonly source?: string;
  /** another declaration than the shipped one */
  readonly pipeline?: string;
  /** the shipped declaration, changed by this */
  readonly edit?: (declaration: string) => string;
  /** delivers over this server, into the folders of the processor */
  readonly sftp?: Sshd;
}

/** A month that is wholly past its opt-out window, whatever today is. */
const pastMonth = (): string => shiftMonth(new Date().toISOString(), -2);

export const createMonth = (options: MonthOptions = {}): Promise<Month> =>
  create(options, async (role, env, { logFile, bundle }) => {
    const running = await startProcess(role, env, { logFile, bundle, watchdog: await theWatchdog() });
    return [running, () => running.kill()];
  });

/**
 * Worker and verifier in the test's own process, each with the environment of its own: for what is about a month. Their
 * logs are not written, and they end in order; a crash, a log, and what a process holds are tried with processes.
 */
export const createMonthHere = (options: MonthOptions = {}): Promise<Month<Stoppable>> =>
  create(options, async (role, env, { bundle }) => {
    const running = await startHere(role, env, bundle);
    return [running, () => running.stop()];
  });

type Start<Started> = (
  role: 'worker' | 'verifier',
  env: Environment,
  of: { readonly logFile: string; readonly bundle: string },
) => Promise<readonly [running: Started, end: () => Promise<void>]>;

const create = async <Started extends Stoppable>(
  options: MonthOptions,
  startRole: Start<Started>,
): Promise<Month<Started>> => {
  const { period = pastMonth(), people = 0, rows = people > 0 ? 0 : 2_000 } = options;
  const edit = options.edit ?? (people > 0 ? few : undefined);
  const folder = await mkdtemp(join(tmpdir(), 'cordon-month-'));
  const adminUrl = options.adminUrl ?? (await postgresServer()).adminUrl;
  const temporal = options.temporal ?? (await createNamespace('month'));
  const deliver = options.deliver ?? overSftp(folder, options.sftp);
  const source = options.source;
  const processor = options.pipeline === undefined ? undefined : await sendsTo(options.pipeline);
  const installation = await createInstallation({
    folder,
    adminUrl,
    temporal,
    ...(!options.own && !options.adminUrl && { copyOf: await template() }),
    ...(processor !== undefined && { processor }),
    ...(deliver && { deliver }),
    ...(source !== undefined && { source }),
  });
  const pipeline = edit ? await edited(folder, edit) : options.pipeline;
  if (rows > 0) await createRecords(installation.urls.records, { period, rows, zone: 'Europe/London' });
  const all = Array.from({ length: people }, (_, n) => ordinaryRecord(n, period));
  if (people > 0) await addRecords(installation.urls.records, all);
  const applied = await applyHere(installation, pipeline);
  const client = await connectClient(temporal, 'test');
  await scheduleOf(
    client,
    applied.planHash,
    applied.plan,
    taskQueue(installation.env),
    options.timings ?? brisk,
  );
  const wave = { survey: applied.survey, period };
  const logs = {
    worker: join(installation.logs, 'worker.log'),
    verifier: join(installation.logs, 'verifier.log'),
  };
  const bundle = await workflowBundleFile();
  const ends: (() => Promise<void>)[] = [];
  const admin = createPool(installation.urls.admin, 'test', 2);
  const start = async (role: 'worker' | 'verifier', env = installation.env) => {
    const [it, end] = await startRole(role, env, { logFile: logs[role], bundle });
    ends.push(end);
    return it;
  };
  const handle = client.workflow.getHandle(waveId(wave));
  const progress = () => handle.query(progressQuery).catch(() => undefined);
  const unlessClosed = async () => {
    const now = await progress();
    if (now?.stage === 'closed') throw new Error(`the wave closed as ${now.outcome ?? ''} ${now.code ?? ''}`);
    return now;
  };
  const month: Month<Started> = {
    installation,
    applied,
    wave,
    client,
    folder,
    logs,
    startWorker: (env) => start('worker', env),
    startVerifier: () => start('verifier'),
    begin: async () => {
      const run = () =>
        handle.describe().then(
          ({ runId }) => runId,
          () => undefined,
        );
      const before = await run();
      await backfillWave(client, wave);
      if (before === undefined) return;
      await until('the next run', async () => ((await run()) === before ? undefined : true));
    },
    reach: (stage, withinMs = 60_000) =>
      until(
        `stage ${stage}`,
        async () => {
          const now = await (stage === 'closed' ? progress() : unlessClosed());
          return now && waveStages.indexOf(now.stage) >= waveStages.indexOf(stage) ? now : undefined;
        },
        withinMs,
      ),
    stated: () =>
      until(
        'a statement',
        async () => {
          const stated = await handle.query(statementQuery).catch(() => undefined);
          if (stated?.waiting) return stated;
          await unlessClosed();
          return undefined;
        },
        60_000,
      ),
    sign: async (officer) =>
      releaseBy(client, waveId(wave), installation.hands.of[officer], await month.stated()),
    release: async () => {
      for (const officer of ['a.officer', 'b.officer'] as const) {
        const answer = await month.sign(officer);
        if (!answer.ok) throw new Error(answer.refusal.code);
      }
    },
    arrived: (withinMs = 60_000) => until('a package', () => collect(installation), withinMs),
    respond: (kind, arrived) => respond(installation, kind, wave, arrived),
    result: () => waveResult(client, wave),
    query: <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
      admin.query<Row>(text, [...values]).then(({ rows: found }) => found),
    stop: async () => {
      await Promise.all(ends.map((end) => end()));
      await Promise.all([client.connection.close(), admin.end()]);
      await installation.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return month;
};

/** By the code of `cordon worker`, from where its process has a logger. Resolves when it polls its task queue. */
const startHere = async (
  role: 'worker' | 'verifier',
  env: Environment,
  bundle: string,
): Promise<Stoppable> => {
  // the SDK's runtime is one for all of a process, and so is who hears its log: nothing of it comes to the console
  await import('./workflows/corridor.ts');
  const { attend } = await import('../worker/main.ts');
  const ending = new AbortController();
  const polls = Promise.withResolvers<void>();
  const what = { role, bundle, signal: ending.signal };
  const worked = attend(what, ownEnvironment(role, env), (line) => {
    if (line.includes('polls')) polls.resolve();
  });
  // one that fails before it polls says so here, one that fails later where it is stopped
  await Promise.race([polls.promise, worked]);
  return {
    stop: async () => {
      ending.abort();
      await worked;
    },
  };
};

/** Of all months of a process: a test run that is killed leaves no worker behind. */
let watching: Promise<Watchdog> | undefined;
const theWatchdog = (): Promise<Watchdog> => (watching ??= startWatchdog());

const overSftp = (folder: string, sshd?: Sshd): InstallationOptions['deliver'] => {
  if (!sshd) return undefined;
  const { host, port, user, hostKeys } = sshd;
  const of = (name: string): string => join(folder, 'processor', name);
  const sftp = { host, port, user, directory: of('inbound'), hostKey: hostKeys.ed25519, key: 'env' as const };
  return { deliver: { sftp }, answers: of('outbound') };
};

/** Asks again and again. @throws when there is no answer in time */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined>,
  withinMs = 60_000,
): Promise<T> => {
  for (const ends = Date.now() + withinMs; ;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > ends) throw new Error(`${what} did not come within ${String(withinMs)} ms`);
    await wait(200);
  }
};

/** The processor that a declaration names: its file is derived from the shipped one. */
const sendsTo = async (file: string): Promise<string | undefined> =>
  /^transfer: \{ to: ([a-z-]+) \}/m.exec(await readFile(file, 'utf8'))?.[1];

/** In a folder of its own, from which the shipped lists are seen as from theirs. */
const edited = async (folder: string, edit: (declaration: string) => string): Promise<string> => {
  const file = join(folder, 'pipelines', basename(shippedPipeline));
  await mkdir(join(folder, 'pipelines'));
  await symlink(join(dirname(shippedPipeline), '..', 'lists'), join(folder, 'lists'));
  await writeFile(file, edit(await readFile(shippedPipeline, 'utf8')));
  return file;
};
