// The whole truth in one run: every test file under test/, against one PostgreSQL and one Temporal server.
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

// some three hundred processes load the same libraries: each takes them compiled, from the run before or beside it
process.env['NODE_COMPILE_CACHE'] ??= join(dirname(import.meta.dirname), '.cordon', 'compile-cache');

// vitest reads its configuration from the default export, the only one in the project
export default defineConfig({
  root: dirname(import.meta.dirname),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/global.ts'],
    // the Temporal SDK's native runtime and signals to children need processes, not threads
    pool: 'forks',
    // most of a test's time is spent waiting for servers: the default of one worker on two cores leaves a core idle
    maxWorkers: 3,
    env: { TZ: 'UTC' },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
