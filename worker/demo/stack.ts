// Everything a run needs, found or started, and its orderly end. A watchdog ends it all the same when the run dies.
import { join } from 'node:path';
import type { Running } from '../processes.ts';
import { startProcess } from '../processes.ts';
import { ended } from '../stopping.ts';
import type { Environment } from '../config.ts';
import type { Postgres } from '../stack/postgres.ts';
import { startPostgres } from '../stack/postgres.ts';
import type { RunFolder } from '../stack/runfolder.ts';
import { createRunFolder } from '../stack/runfolder.ts';
import type { Temporal } from '../stack/temporal.ts';
import { startTemporal } from '../stack/temporal.ts';
import { startWatchdog } from '../stack/watchdog.ts';
import type { Installation } from './installation.ts';
import { createInstallation } from './installation.ts';

export interface Stack {
  readonly run: RunFolder;
  readonly postgres: Postgres;
  readonly temporal: Temporal;
  readonly installation: Installation;
  /** Starts worker and verifier; resolves when both poll. */
  startWorkers(): Promise<void>;
  stop(): Promise<void>;
}

/** @param stopped ends the start itself, too */
export const startStack = async (
  kind: 'demo' | 'dev',
  fresh: boolean,
  env: Environment,
  progress: (line: string) => void,
  stopped: AbortSignal,
): Promise<Stack> => {
  const run = await createRunFolder({ kind, env, fresh });
  const watchdog = await startWatchdog();
  const ends: (() => Promise<void>)[] = [() => watchdog.stop()];
  const stop = async () => {
    for (const end of ends.splice(0).toReversed()) await end().catch(() => undefined);
  };
  try {
    const starting = Promise.allSettled([
      startPostgres({ folder: run.path, env, progress, watchdog }),
      startTemporal({ folder: run.path, env, progress, watchdog }),
    ]);
    // building Temporal takes minutes, which nobody who pressed Ctrl-C waits for: the watchdog ends it
    const started = await Promise.race([starting, ended(stopped)]);
    for (const each of started) if (each.status === 'fulfilled') ends.push(() => each.value.stop());
    const [postgres, temporal] = started.map((each) => {
      if (each.status === 'rejected') throw each.reason;
      return each.value;
    }) as [Postgres, Temporal];
    const external = postgres.kind === 'external';
    const installation = await createInstallation({
      folder: run.path,
      adminUrl: postgres.adminUrl,
      temporal,
      logs: [postgres.logFile, temporal.logFile].filter((file) => file !== undefined),
      onNames: (droppable) => {
        if (external) watchdog.drop(postgres.adminUrl, droppable);
      },
    });
    if (external)
      ends.push(async () => {
        await installation.drop();
        watchdog.forget(postgres.adminUrl);
      });
    const startWorkers = async () => {
      const running: Running[] = await Promise.all(
        (['worker', 'verifier'] as const).map((role) =>
          startProcess(role, installation.env, { logFile: join(installation.logs, `${role}.log`), watchdog }),
        ),
      );
      ends.push(async () => {
        await Promise.all(running.map((each) => each.stop()));
      });
    };
    return { run, postgres, temporal, installation, startWorkers, stop };
  } catch (e) {
    await stop();
    throw e;
  }
};
