// A PostgreSQL and a Temporal server of one test file's own: for looks into write-ahead logs, server logs and files,
// where the values of other tests would be in the way.
import type { Postgres } from '../worker/stack/postgres.ts';
import { startPostgres } from '../worker/stack/postgres.ts';
import { createRunFolder } from '../worker/stack/runfolder.ts';
import type { Temporal } from '../worker/stack/temporal.ts';
import { startTemporal } from '../worker/stack/temporal.ts';
import { startWatchdog } from '../worker/stack/watchdog.ts';

export interface Own {
  readonly folder: string;
  readonly postgres: Postgres & { readonly dataFolder: string; readonly logFile: string };
  readonly temporal: Temporal;
  stop(): Promise<void>;
}

/** @param settings of PostgreSQL, over the defaults of a test run */
export const startOwn = async (settings: Readonly<Record<string, string>> = {}): Promise<Own> => {
  const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, ...env } = process.env;
  const watchdog = await startWatchdog();
  const folder = await createRunFolder({ kind: 'test', env });
  watchdog.remove(folder.path);
  const common = { folder: folder.path, env, watchdog, progress: () => undefined };
  const [postgres, temporal] = await Promise.all([
    startPostgres({ ...common, settings: { fsync: 'off', ...settings } }),
    startTemporal(common),
  ]);
  const { dataFolder, logFile } = postgres;
  if (dataFolder === undefined || logFile === undefined) throw new Error('a server of our own has files');
  return {
    folder: folder.path,
    postgres: { ...postgres, dataFolder, logFile },
    temporal,
    stop: async () => {
      await Promise.all([postgres.stop(), temporal.stop()]);
      await folder.remove();
      await watchdog.stop();
    },
  };
};
