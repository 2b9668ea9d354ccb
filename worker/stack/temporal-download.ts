// The SDK's own downloader, in a process of its own: it cannot be called off, and behind a closed network it must
// fail fast. It is given up when no byte has come for a while, not when a slow line takes its time.
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, identify } from './processes.ts';
import type { FindOptions, Obtained } from './temporal-program.ts';

const silentForMs = 10_000;

export const downloadTemporal = async ({
  env,
  progress,
  watchdog,
  cache,
  version,
}: FindOptions & { cache: string; version: string }): Promise<Obtained> => {
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(cache, 'download-'));
  watchdog?.remove(folder);
  progress('Temporal: trying to download the server');
  try {
    const why = await runDownloader(folder, version, env, watchdog);
    if (why !== undefined) return { done: false, why };
    const [file] = (await readdir(folder)).filter((name) => name.startsWith('temporal'));
    if (file === undefined) return { done: false, why: 'it brought no program' };
    await rename(join(folder, file), join(cache, 'temporal'));
    return { done: true, why: '' };
  } finally {
    await rm(folder, { recursive: true, force: true });
    watchdog?.keep(folder);
  }
};

const runDownloader = async (
  folder: string,
  version: string,
  env: FindOptions['env'],
  watchdog: FindOptions['watchdog'],
): Promise<string | undefined> => {
  const script = fileURLToPath(new URL('temporal-download-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, version], { env, detached: true, stdio: 'ignore' });
  const known = child.pid === undefined ? undefined : identify(child.pid);
  if (!known) return 'no process for it';
  watchdog?.watch(known.pid);
  const state: { code?: number | null } = {};
  child.once('exit', (code) => {
    state.code = code;
  });
  try {
    let size = -1;
    for (let heardAt = Date.now(); ;) {
      if (state.code !== undefined) return state.code === 0 ? undefined : 'it cannot be reached from here';
      const now = await bytesIn(folder);
      if (now !== size) heardAt = Date.now();
      size = now;
      if (Date.now() - heardAt > silentForMs) return `no byte came for ${silentForMs / 1000} s`;
      await delay(100);
    }
  } finally {
    // its whole group: the server it starts to try the program, too
    await endProcess(known, 'SIGKILL', 2_000);
    watchdog?.unwatch(known.pid);
  }
};

const bytesIn = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const name of await readdir(folder))
    bytes += (await stat(join(folder, name)).catch(() => undefined))?.size ?? 0;
  return bytes;
};
