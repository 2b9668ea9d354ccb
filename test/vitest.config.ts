// The whole truth in one run: every test file under test/, against one PostgreSQL and one Temporal server.
import { existsSync, statfsSync } from 'node:fs';
import { freemem, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

// some three hundred processes load the same libraries: each takes them compiled, from the run before or beside it
process.env['NODE_COMPILE_CACHE'] ??= join(dirname(import.meta.dirname), '.cordon', 'compile-cache');

const root = dirname(import.meta.dirname);

/** Where there is room, what servers write stays in memory: it is gone with the run, and half their work is files. */
const memory = '/dev/shm';
const roomy = (folder: string, bytes: number): boolean => {
  if (!existsSync(folder) || freemem() < 2 * bytes) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > bytes;
};
if (roomy(memory, 4 * 2 ** 30)) process.env['CORDON_HOME'] ??= join(memory, `cordon-${userInfo().uid}`);

const all = ['test/**/*.test.ts'];
/** Those that run workflow code in their own process, whose engine keeps the hooks it sets. */
const hooked = ['test/workflows/*.test.ts', 'test/worker/{guard,look-at-temporal}.test.ts'];
/** Measures the memory of its process, or has promises of a browser, which such hooks take for a workflow's. */
const alone = ['test/activities/source-csv.test.ts', 'test/worker/officer-hands.test.ts'];

const common = {
  root,
  // the Temporal SDK's native runtime and signals to children need processes, not threads
  pool: 'forks',
  env: { TZ: 'UTC' },
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

// vitest reads its configuration from the default export, the only one in the project
export default defineConfig({
  root,
  test: {
    globalSetup: ['test/setup/global.ts'],
    // tests wait for servers: the default of one worker on two cores leaves a core idle, and four were no faster
    maxWorkers: 3,
    projects: [
      { test: { ...common, name: 'alone', include: alone } },
      // a process for each file would load the same modules a hundred times
      { test: { ...common, name: 'hooked', include: hooked, isolate: false } },
      { test: { ...common, name: 'together', include: all, exclude: [...alone, ...hooked], isolate: false } },
    ],
  },
});
