// Builds the Temporal server from source, once: minutes of work, so it shows how far it is, and two runs at once
// share one build. The program appears in the cache whole or not at all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { makeOwnedFolder, ownerIsAlive } from './owner.ts';
import type { FindOptions, Obtained } from './temporal-program.ts';

const reportEveryMs = 5_000;

export const buildTemporal = async (
  options: FindOptions & { cache: string; version: string },
): Promise<Obtained> => {
  const { cache, progress, watchdog } = options;
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const lock = join(cache, 'building');
  if (!(await takeTurn(lock, join(cache, 'temporal'), progress))) return { done: true, why: '' };
  watchdog?.remove(lock);
  try {
    const failed = await goInstall(options, lock);
    if (failed !== undefined) return { done: false, why: failed };
    await rename(join(lock, 'temporal'), join(cache, 'temporal'));
    return { done: true, why: '' };
  } finally {
    await rm(lock, { recursive: true, force: true });
    watchdog?.keep(lock);
  }
};

/** False when another run finished the build while we waited for it. */
const takeTurn = async (lock: string, built: string, progress: (line: string) => void): Promise<boolean> => {
  const began = Date.now();
  for (let told = began; ;) {
    if (await makeOwnedFolder(lock)) {
      if (!existsSync(built)) return true;
      await rm(lock, { recursive: true, force: true });
      return false;
    }
    if (!(await ownerIsAlive(lock))) await rm(lock, { recursive: true, force: true });
    await delay(200);
    if (Date.now() - told < reportEveryMs) continue;
    told = Date.now();
    progress(`Temporal: another run is building the server, ${seconds(began)} s`);
  }
};

/** `undefined` when built, else why not. The lock folder is Go's target: it is ours alone and is removed after. */
const goInstall = async (
  { env, progress, watchdog, version }: FindOptions & { version: string },
  target: string,
): Promise<string | undefined> => {
  const module = `github.com/temporalio/cli/cmd/temporal@v${version}`;
  const child = spawn('go', ['install', '-v', '-ldflags', '-s -w', module], {
    env: { ...env, CGO_ENABLED: '0', GOBIN: target },
    cwd: target,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').catch(() => [127]);
  if (child.pid === undefined) return 'there is no `go` on the PATH';
  watchdog?.watch(child.pid, 'SIGTERM');
  const began = Date.now();
  const state = { packages: 0, modules: 0, last: '' };
  progress(
    'Temporal: building the server from source, this once (about 1,300 packages; five minutes or so on two cores)',
  );
  const timer = setInterval(
    () =>
      progress(
        `Temporal: building, ${seconds(began)} s, ${state.modules} modules downloaded, ${state.packages} packages compiled`,
      ),
    reportEveryMs,
  );
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) state.modules++;
    else if (/^[\w./~-]+$/.test(line)) state.packages++;
    else state.last = line;
  });
  const [code] = await ended;
  clearInterval(timer);
  watchdog?.unwatch(child.pid);
  if (code !== 0) return `go install of version ${version} failed: ${state.last || `exit ${String(code)}`}`;
  progress(`Temporal: built in ${seconds(began)} s`);
  return undefined;
};

const seconds = (began: number): number => Math.round((Date.now() - began) / 1000);
