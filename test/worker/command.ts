// Runs the command line as people do, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { projectRoot } from '../../worker/stack/runfolder.ts';

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** With nothing of this process's environment but what finds programs and the home folder. */
export const cordon = async (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
  { input = '', cwd = projectRoot }: { input?: string | Uint8Array; cwd?: string } = {},
): Promise<Said> => {
  const child = spawn(process.execPath, [join(projectRoot, 'worker', 'cli.ts'), ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    cwd,
    stdio: 'pipe',
  });
  // a command that reads nothing may be gone before its input is written
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, out, err };
};

export const tooLong = (said: string): string[] => said.split('\n').filter((line) => line.length > 80);
