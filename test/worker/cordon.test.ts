// The program behind `npx cordon`, started by a Node that cannot read TypeScript, from a folder that is not ours.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { projectRoot } from '../../worker/stack/runfolder.ts';

const program = join(projectRoot, 'worker', 'cordon.js');
/** What an old Node says of itself; it is told to nobody that it starts. */
const old = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.3.0'}})`;

const start = (args: readonly string[], { as = old, env = {} }: { as?: string; env?: object } = {}) => {
  const imported = as === '' ? [] : ['--import', as];
  const child = spawn(process.execPath, [...imported, program, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    cwd: tmpdir(),
    stdio: 'pipe',
  });
  const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { child, said: said.then(([out, err]) => ({ out, err, code: child.exitCode })) };
};

test('package.json names it, and it is JavaScript that anybody may run', async () => {
  const { bin } = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8')) as { bin: object };
  expect(bin).toEqual({ cordon: 'worker/cordon.js' });
  expect((await stat(program)).mode & 0o111).toBe(0o111);
});

test('an old Node hands over arguments, input, output and exit code to the project’s own', async () => {
  const [help, wrong, direct] = await Promise.all([
    start(['--help']).said,
    start(['status', '--with space']).said,
    start(['--help'], { as: '' }).said,
  ]);
  expect(help).toEqual(direct);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(wrong).toEqual({
    code: 2,
    out: '',
    err: "error: unknown option '--with space'\n  do        see npx cordon status --help\n",
  });
  const env = { CORDON_CLERK_URL: 'postgres://x@127.0.0.1:1/y', CORDON_TOKEN_KEY: 'ab'.repeat(32) };
  const asking = start(['register', 'add', '--officer', 'c.clerk'], { env });
  asking.child.stdin.end('nothing: of ours\n');
  expect((await asking.said).err).toContain('line 1, which is not one field');
});

test('told to end, it ends what it started, and nothing stays behind', async () => {
  const secret = 'cd'.repeat(32);
  const env = { CORDON_CLERK_URL: 'postgres://x@127.0.0.1:1/y', CORDON_TOKEN_KEY: secret };
  const { child, said } = start(['register', 'add', '--officer', 'c.clerk'], { env });
  const running = async (): Promise<number> => {
    const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const texts = all.map((name) => readFile(`/proc/${name}/environ`, 'latin1').catch(() => ''));
    return (await Promise.all(texts)).filter((each) => each.includes(secret)).length;
  };
  await expect.poll(running, { timeout: 10_000 }).toBe(2);
  child.kill('SIGTERM');
  expect((await said).code).toBe(143);
  expect(await running()).toBe(0);
});
