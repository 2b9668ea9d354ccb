// Starting one Temporal dev server as our own child. It is answering before it is handed on.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { freePort } from './port.ts';
import { endProcess, identify } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';
import type { Watchdog } from './watchdog.ts';

/** One dev server of our own: its program and where its state lies. */
export interface Server {
  readonly program: string;
  readonly folder: string;
  readonly inMemory: boolean;
  readonly watchdog: Watchdog | undefined;
}

export interface Ports {
  readonly grpc: number;
  readonly ui: number;
}

const readyWithinMs = 60_000;

/** Another run may take a port between the look and the bind. */
export const startOnFreePorts = async (
  server: Server,
): Promise<{ process: ProcessIdentity; ports: Ports }> => {
  for (let tries = 1; ; tries++) {
    const ports = { grpc: await freePort(), ui: await freePort() };
    try {
      return { process: await startServer(server, ports), ports };
    } catch (e) {
      if (tries === 5) throw e;
    }
  }
};

/** A killed server's port or database may be held for a moment yet. */
export const startAgain = async (server: Server, ports: Ports): Promise<ProcessIdentity> => {
  for (let tries = 1; ; tries++) {
    try {
      return await startServer(server, ports);
    } catch (e) {
      if (tries === 5) throw e;
      await delay(300);
    }
  }
};

const startServer = async (
  { program, folder, inMemory, watchdog }: Server,
  { grpc, ui }: Ports,
): Promise<ProcessIdentity> => {
  const logFile = join(folder, 'temporal.log');
  const log = openSync(logFile, 'a', 0o600);
  const options = ['--headless=false', '--ip', '127.0.0.1', '--port', String(grpc), '--ui-port', String(ui)];
  if (!inMemory) options.push('--db-filename', join(folder, 'temporal.db'));
  options.push('--log-level', 'error');
  const child = spawn(
    program,
    ['server', 'start-dev', ...options, '--disable-config-file', '--disable-config-env'],
    {
      // its own process group: Ctrl-C is for the run, which stops its servers in order
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env['PATH'] ?? '', HOME: folder },
      cwd: folder,
    },
  );
  closeSync(log);
  const failed = new Promise<'ended'>((resolve) => {
    child.once('error', () => resolve('ended'));
    child.once('exit', () => resolve('ended'));
  });
  const known = child.pid === undefined ? undefined : identify(child.pid);
  if (known) watchdog?.watch(known.pid);
  child.unref();
  const outcome = await Promise.race([failed, answers(`127.0.0.1:${grpc}`)]);
  if (known && outcome === 'ready') return known;
  if (known) await endProcess(known, 'SIGKILL', 2_000);
  if (known) watchdog?.unwatch(known.pid);
  const said = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-3).join('\n');
  throw new Error(`the Temporal server did not start (${outcome}):\n${said}`);
};

const answers = async (address: string): Promise<'ready' | 'silent'> => {
  const end = Date.now() + readyWithinMs;
  while (Date.now() < end) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1_000 });
      await connection.close();
      return 'ready';
    } catch {
      await delay(50);
    }
  }
  return 'silent';
};
