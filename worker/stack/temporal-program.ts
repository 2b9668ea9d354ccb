// Where the Temporal server is: said, installed, kept from last time, downloaded, or built. Not v1.6 or later when
// built: those need a module that is not published.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal } from './temporal-download.ts';
import type { Environment } from './runfolder.ts';
import type { Watchdog } from './watchdog.ts';

export const temporalVersion = '1.5.1';

export type TemporalKind = 'external' | 'said' | 'installed' | 'kept' | 'downloaded' | 'built';

export interface TemporalProgram {
  readonly kind: Exclude<TemporalKind, 'external'>;
  readonly path: string;
}

export interface FindOptions {
  readonly env: Environment;
  readonly progress: (line: string) => void;
  readonly watchdog?: Watchdog;
}

/** Outside the checkout, so that a fresh clone finds it; keyed by the version asked for: the build calls itself DEV. */
export const temporalCache = (env: Environment): string =>
  join(
    env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'),
    'cordon',
    `temporal-${temporalVersion}`,
  );

export const findTemporal = async (options: FindOptions): Promise<TemporalProgram> => {
  const { env } = options;
  const said = env['TEMPORAL_CLI_PATH'];
  if (said) {
    if (await runs(resolve(said))) return { kind: 'said', path: resolve(said) };
    throw new Error(`TEMPORAL_CLI_PATH names ${said}, which does not run as the Temporal command line`);
  }
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    if (folder && existsSync(path) && (await runs(path))) return { kind: 'installed', path };
  }
  const cache = temporalCache(env);
  const kept = join(cache, 'temporal');
  if (existsSync(kept) && (await runs(kept))) return { kind: 'kept', path: kept };
  const download = await downloadTemporal({ ...options, cache, version: temporalVersion });
  if (download.done && (await runs(kept))) return { kind: 'downloaded', path: kept };
  const build = await buildTemporal({ ...options, cache, version: temporalVersion });
  if (build.done && (await runs(kept))) return { kind: 'built', path: kept };
  throw new Error(nothingFound(cache, download.why, build.why));
};

export type Obtained =
  { readonly done: true; readonly why: '' } | { readonly done: false; readonly why: string };

const runs = async (path: string): Promise<boolean> => {
  try {
    await promisify(execFile)(path, ['--version'], { timeout: 20_000, cwd: '/' });
    return true;
  } catch {
    return false;
  }
};

const nothingFound = (cache: string, download: string, build: string): string =>
  [
    'No Temporal server found. Any one of these will do:',
    '  set TEMPORAL_ADDRESS to a server that runs already, such as 127.0.0.1:7233;',
    '  set TEMPORAL_CLI_PATH to the `temporal` program, or install it on the PATH;',
    `  put the \`temporal\` program of version ${temporalVersion} into ${cache};`,
    `  allow a download from temporal.download (tried: ${download});`,
    `  install Go 1.25 or later, with which it is built once (tried: ${build}).`,
  ].join('\n');
