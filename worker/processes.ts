// Worker and verifier as child processes: each has only its own credential, and each says when it polls.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './config.ts';
import { projectRoot } from './stack/runfolder.ts';
import type { Watchdog } from './stack/watchdog.ts';

export interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  stop(): Promise<void>;
  /** SIGKILL, as a power failure would */
  kill(): Promise<void>;
}

const others: Readonly<Record<'worker' | 'verifier', readonly string[]>> = {
  worker: ['DATABASE_URL', 'CORDON_VERIFIER_URL', 'CORDON_CLERK_URL', 'CORDON_AUDITOR_URL'],
  // it erases nothing, signs nothing, reads no source; that a drop is gone it sees for itself, and for that has its folder
  verifier: [
    'DATABASE_URL',
    'CORDON_WORKER_URL',
    'CORDON_CLERK_URL',
    'CORDON_AUDITOR_URL',
    'CORDON_TOKEN_KEY',
    'CORDON_SURVEY_REF_KEY',
    'CORDON_SENDER_KEY',
    'CORDON_LEDGER_KEY',
    'CORDON_SFTP_KEY',
  ],
};

export interface ProcessOptions {
  /** its standard error is appended there */
  readonly logFile: string;
  /** a file of bundled workflow code, which saves it a second */
  readonly bundle?: string | undefined;
  readonly watchdog?: Watchdog;
}

/** Of V8: what a stage throws away lies in 4 MB, and not in 48, until it is swept. */
export const smallYoungGeneration = '--max-semi-space-size=2';

/** Resolves when it polls its task queue. */
export const startProcess = async (
  role: 'worker' | 'verifier',
  env: Environment,
  { logFile, bundle, watchdog }: ProcessOptions,
): Promise<Running> => {
  const inherited = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    TZ: 'UTC',
    NODE_NO_WARNINGS: '1',
  };
  const args = ['--role', role, ...(bundle === undefined ? [] : ['--bundle', bundle])];
  const program = [smallYoungGeneration, join(projectRoot, 'worker', 'cli.ts'), 'worker', ...args];
  const child = spawn(process.execPath, program, {
    env: { ...inherited, ...ownEnvironment(role, env) },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a', 0o600)],
    detached: true,
  });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  // whoever would hear of an orderly end is dead: its claims are fenced off, and nothing may outlive the run
  watchdog?.watch(pid, 'SIGKILL');
  await polling(child, role, logFile);
  const ended = () => (child.exitCode ?? child.signalCode) !== null;
  const end = async (signal: NodeJS.Signals) => {
    if (!ended()) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    watchdog?.unwatch(pid);
  };
  return { process: child, pid, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
};

/** What of an installation's environment this role is started with. */
export const ownEnvironment = (role: 'worker' | 'verifier', env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name, value]) => isOwn(role, name, value)));

const isOwn = (role: 'worker' | 'verifier', name: string, value = ''): boolean => {
  if (role === 'verifier' && name.startsWith('CORDON_SOURCE_')) return value.startsWith('file:');
  // a secret's file is the secret
  return !others[role].includes(name.replace(/_FILE$/, ''));
};

const polling = (child: ChildProcess, role: string, logFile: string): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('polls')) resolve();
    });
    child.once('exit', (code) =>
      reject(new Error(`the ${role} ended with ${String(code)}; its log: ${logFile}`)),
    );
  });
