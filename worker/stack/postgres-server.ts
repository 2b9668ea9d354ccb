// Making and starting one PostgreSQL cluster of our own. A port that was free a moment ago may be taken, and a
// postmaster that was killed leaves backends which hold its shared memory for a while: both are tried again.
import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './port.ts';
import type { PostgresUser } from './postgres-user.ts';
import { endProcess, identify } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';
import type { Watchdog } from './watchdog.ts';

/** One cluster of our own: its data, its settings, and the password of its superuser. */
export interface Server {
  readonly user: PostgresUser;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly password: string;
  readonly watchdog: Watchdog | undefined;
}

const readyWithinMs = 60_000;

const programEnvironment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

export const addressOf = ({ password }: Server, port: number): string =>
  `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;

/** The locale decides how text is ordered: C.UTF-8 everywhere, C where the C library does not know it. */
export const makeCluster = async (server: Server, folder: string): Promise<void> => {
  const passwordFile = join(server.user.outside ? server.user.place : folder, 'password');
  writeFileSync(passwordFile, `${server.password}\n`, { mode: 0o600 });
  server.user.own(passwordFile);
  try {
    await initdb(server, passwordFile, 'C.UTF-8').catch(() => initdb(server, passwordFile, 'C'));
  } finally {
    rmSync(passwordFile, { force: true });
  }
};

const initdb = async (server: Server, passwordFile: string, locale: string): Promise<void> => {
  rmSync(server.dataFolder, { recursive: true, force: true });
  const options = [
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--encoding=UTF8',
    '--no-sync',
    '--no-instructions',
  ];
  options.push(`--locale=${locale}`, `--pwfile=${passwordFile}`, '-D', server.dataFolder);
  const { file, args, ...as } = server.user.command('initdb', options);
  const making = promisify(execFile)(file, args, { ...as, env: programEnvironment, cwd: '/' });
  const { pid } = making.child;
  // a run killed now must not have its folder filled again after the watchdog emptied it
  if (pid !== undefined) server.watchdog?.watch(pid, 'SIGKILL');
  await making;
  if (pid !== undefined) server.watchdog?.unwatch(pid);
};

/** Another run may take the port between the look and the bind: then the next one. */
export const startOnFreePort = async (
  server: Server,
): Promise<{ process: ProcessIdentity; port: number }> => {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return { process: await startServer(server, port), port };
    } catch (e) {
      if (!(e instanceof NotStarted) || !e.portTaken || tries === 10) throw e;
    }
  }
};

/** After a SIGKILL the old backends hold shared memory until they notice that the postmaster is gone. */
export const startAgain = async (server: Server, port: number): Promise<ProcessIdentity> => {
  const until = Date.now() + 20_000;
  for (;;) {
    try {
      return await startServer(server, port);
    } catch (e) {
      if (!(e instanceof NotStarted) || Date.now() > until) throw e;
      await delay(200);
    }
  }
};

class NotStarted extends Error {
  readonly portTaken: boolean;
  constructor(said: string) {
    super(`PostgreSQL did not start:\n${said}`);
    this.portTaken = /could not bind|could not create any TCP\/IP sockets/.test(said);
  }
}

const startServer = async (server: Server, port: number): Promise<ProcessIdentity> => {
  const logFrom = existsSync(server.logFile) ? (await stat(server.logFile)).size : 0;
  const log = openSync(server.logFile, 'a', 0o600);
  const settings = Object.entries({ ...server.settings, port: String(port) });
  const options = settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, ...as } = server.user.command('postgres', ['-D', server.dataFolder, ...options]);
  const child = spawn(file, args, {
    ...as,
    // its own process group: Ctrl-C is for the run, which stops its servers in order
    detached: true,
    stdio: ['ignore', log, log],
    env: programEnvironment,
    cwd: '/',
  });
  closeSync(log);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (e) => resolve(e.message));
    child.once('exit', () => resolve(''));
  });
  if (child.pid === undefined) throw new NotStarted(await failed);
  server.watchdog?.watch(child.pid, 'SIGINT');
  child.unref();
  const known = identify(child.pid);
  const ended = await Promise.race([failed, answers(addressOf(server, port))]);
  if (known && ended === undefined) return known;
  if (known) await endProcess(known, 'SIGQUIT', 2_000);
  server.watchdog?.unwatch(child.pid);
  throw new NotStarted(`${ended ?? ''}${await complaints(server.logFile, logFrom)}`);
};

/** `undefined` when it takes connections, else why not. */
const answers = async (url: string): Promise<string | undefined> => {
  const until = Date.now() + readyWithinMs;
  for (;;) {
    try {
      await connectOnce(url);
      return undefined;
    } catch {
      if (Date.now() > until) return `no connection within ${readyWithinMs / 1000} s\n`;
      await delay(30);
    }
  }
};

export const connectOnce = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Only what the server says about its own start: a log can quote statements. */
const complaints = async (logFile: string, from: number): Promise<string> => {
  const text = (await readFile(logFile)).subarray(from).toString('utf8');
  return text
    .split('\n')
    .filter((line) => /FATAL|could not|not found|cannot open/.test(line))
    .slice(-5)
    .join('\n');
};
