// A test runner forgives a named import from a CommonJS library that Node refuses; the worker runs on Node.
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = (script: string) =>
  promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url),
  });

it('loads every module of package and delivery under Node itself', async () => {
  const rooms = ['package', 'delivery'].map(async (room) => {
    const files = await readdir(new URL(`../../activities/${room}`, import.meta.url));
    return files.map((file) => `await import('./activities/${room}/${file}');`);
  });
  const script = (await Promise.all(rooms)).flat();
  expect(script.length).toBeGreaterThan(10);
  await run(script.join('\n'));
});

it('would notice a name that a CommonJS library does not export to Node', async () => {
  await expect(run("import { utils } from 'ssh2'; utils;")).rejects.toThrow(/export.*utils|utils.*not found/);
});
