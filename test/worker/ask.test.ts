// A person at a real terminal who changes their mind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import { needs } from '../tools.ts';

test.for([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s at a question says that nothing was done, with code 130, and no error', async ([, key], context) => {
  const program = needs('script', context);
  const cli = join(projectRoot, 'worker', 'cli.ts');
  const command = `'${process.execPath}' '${cli}' register add --officer c.clerk`;
  const child = spawn(program, ['-qec', command, '/dev/null'], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TERM: 'xterm',
      CORDON_CLERK_URL: 'postgres://x@127.0.0.1:1/y',
      CORDON_TOKEN_KEY: 'ab'.repeat(32),
    },
    stdio: 'pipe',
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await expect.poll(() => said, { timeout: 15_000 }).toContain('This case alone, or never again?');
  child.stdin.write(key ?? '');
  await once(child, 'close');
  expect(child.exitCode).toBe(130);
  expect(said).toContain('Nothing was changed in the register.');
  expect(said).not.toMatch(/BROKEN|Abort|^\s+at /m);
});
