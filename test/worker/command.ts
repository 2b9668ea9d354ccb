// Runs the command line as people do: in a process of its own, or in this one, which starts nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { answer } from '../../worker/answer.ts';
import { run } from '../../worker/cli/program.ts';
import type { Process } from '../../worker/cli/words.ts';
import { refused } from '../../worker/exit.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
const finding = { PATH, HOME, NODE_COMPILE_CACHE };

/** With nothing of this process's environment but what finds programs and the home folder. */
export const cordon = async (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  { input = '', cwd = projectRoot }: { input?: string | Uint8Array; cwd?: string } = {},
): Promise<Said> => {
  const child = spawn(process.execPath, [join(projectRoot, 'worker', 'cli.ts'), ...args], {
    env: { ...finding, ...env },
    cwd,
    stdio: 'pipe',
  });
  // a command that reads nothing may be gone before its input is written
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
};

/** The same in this process, from the project's folder: what only a process has is tried by `cordon`. */
export const typed = async (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  { input = '' }: { input?: string | Uint8Array } = {},
): Promise<Said> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const process: Process = { env, stdin: Readable.from([Buffer.from(input)]), stdout, stderr };
  const said = Promise.all([text(stdout), text(stderr)]);
  await run(args, process);
  stdout.end();
  stderr.end();
  const [out, err] = await said;
  return { code: Number(process.exitCode ?? 0), out, err };
};

/** The same of a command's own function: what its arguments mean is tried by `cordon` and `typed`. */
export const here = async (work: (say: (line: string) => void) => Promise<number>): Promise<Said> => {
  const lines: string[] = [];
  const print = (said: readonly string[]): string => said.map((line) => `${line}\n`).join('');
  try {
    const code = await work((line) => void lines.push(line));
    return { code, out: print(lines), err: '' };
  } catch (e) {
    const { lines: complaint, code } = refused(await answer(e));
    return { code, out: print(lines), err: print(complaint) };
  }
};

export const tooLong = (said: string): string[] => said.split('\n').filter((line) => line.length > 80);

const noTrace = ({ out, err }: Said): void => {
  expect(`${out}${err}`).not.toMatch(/^\s+at .*:\d+/m);
  expect(`${out}${err}`).not.toContain('node:internal');
};

/** A no that says what was found, what was expected and what to do, on standard error and nowhere else. */
export const coded = (said: Said, code: number, found: string): void => {
  expect(said.err).toMatch(
    /^cordon: [A-Z_]+\n {2}found {5}.*\n(.*\n)*? {2}expected {2}.*\n(.*\n)*? {2}do {8}/,
  );
  expect(said.err.replaceAll(/\n +/g, ' ')).toContain(found);
  expect(said.code).toBe(code);
  expect(said.out).toBe('');
  noTrace(said);
};
