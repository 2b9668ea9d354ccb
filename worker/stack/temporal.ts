// A Temporal server for a demonstration, development or a test run: TEMPORAL_ADDRESS, else our own dev server as a
// child, with its UI, on free local ports, its state in the run's folder.
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { connectClient, temporalConfig } from '../temporal.ts';
import { endProcess, goneWithin, identify, signal } from './processes.ts';
import type { Environment } from './runfolder.ts';
import { dropNamespace, makeNamespace } from './temporal-namespace.ts';
import type { SearchAttributes } from './temporal-namespace.ts';
import { findTemporal } from './temporal-program.ts';
import type { TemporalKind } from './temporal-program.ts';
import { startAgain, startOnFreePorts } from './temporal-server.ts';
import type { Server } from './temporal-server.ts';
import type { Watchdog } from './watchdog.ts';

export interface TemporalOptions {
  /** Everything of this server lies in `<folder>/temporal`. */
  readonly folder: string;
  readonly env: Environment;
  readonly progress: (line: string) => void;
  readonly watchdog?: Watchdog;
  /** Nothing on disk, and nothing left after a crash: half the server's work. */
  readonly inMemory?: boolean;
  /** Made unless it is there; without it a fresh one, `cordon-<random>`. */
  readonly namespace?: string;
  readonly searchAttributes?: SearchAttributes;
}

export interface Temporal {
  readonly kind: TemporalKind;
  readonly address: string;
  readonly namespace: string;
  /** where its pages are; of a server that TEMPORAL_ADDRESS names, only if they answer or TEMPORAL_UI_URL says so */
  readonly uiUrl?: string;
  readonly logFile?: string;
  /** Of the server, while it runs; never for one that TEMPORAL_ADDRESS names. */
  pid(): number | undefined;
  /** SIGKILL. */
  crash(): Promise<void>;
  /** Starts it again on the same ports and state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const startTemporal = async (options: TemporalOptions): Promise<Temporal> => {
  const namespace = options.namespace ?? `cordon-${randomBytes(5).toString('hex')}`;
  const address = options.env['TEMPORAL_ADDRESS'];
  if (address) return external(address, namespace, options);
  const program = await findTemporal(options);
  const folder = join(options.folder, 'temporal');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { watchdog, inMemory = false } = options;
  const server: Server = { program: program.path, folder, inMemory, watchdog };
  let { process: running, ports } = await startOnFreePorts(server);
  const here = { address: `127.0.0.1:${ports.grpc}`, uiUrl: `http://127.0.0.1:${ports.ui}` };
  await makeNamespace({ address: here.address }, namespace, options.searchAttributes);
  options.progress(`Temporal: ${saidHow[program.kind]}, on ${here.address}`);
  return {
    kind: program.kind,
    ...here,
    namespace,
    logFile: join(folder, 'temporal.log'),
    pid: () => (identify(running.pid)?.started === running.started ? running.pid : undefined),
    crash: async () => {
      signal(running, 'SIGKILL');
      await goneWithin(running, 5_000);
    },
    restart: async () => {
      running = await startAgain(server, ports);
    },
    stop: async () => {
      await endProcess(running, 'SIGTERM', 10_000);
      options.watchdog?.unwatch(running.pid);
    },
  };
};

const saidHow = {
  said: 'the program that TEMPORAL_CLI_PATH names',
  installed: 'the program on the PATH',
  kept: 'the program kept from last time',
  downloaded: 'downloaded',
  built: 'built from source',
} as const satisfies Record<Exclude<TemporalKind, 'external'>, string>;

/** Address, TLS and credentials as TEMPORAL_* of the environment say; no file. */
export const temporalConnection = (env: Environment): ConnectionOptions => {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
  );
  return loadClientConnectConfig({ overrideEnvVars, disableFile: true }).connectionOptions;
};

const external = async (address: string, namespace: string, options: TemporalOptions): Promise<Temporal> => {
  // says where it led, as every command does
  await (await connectClient(temporalConfig(options.env), 'demo')).connection.close();
  await makeNamespace(temporalConnection(options.env), namespace, options.searchAttributes);
  const uiUrl = options.env['TEMPORAL_UI_URL'] ?? (await pagesBeside(address));
  options.progress(`Temporal: the server that TEMPORAL_ADDRESS names, ${address}`);
  return {
    kind: 'external',
    address,
    namespace,
    ...(uiUrl !== undefined && { uiUrl }),
    pid: () => undefined,
    crash: notOurs,
    restart: notOurs,
    stop: async () => {
      // one that somebody named is theirs
      if (options.namespace === undefined) await dropNamespace(temporalConnection(options.env), namespace);
    },
  };
};

/** A dev server's pages are a thousand ports above; elsewhere only its owner knows, or there are none. */
export const pagesBeside = async (address: string): Promise<string | undefined> => {
  const [host = '', port = ''] = address.split(':');
  const url = `http://${host}:${String(Number(port) + 1_000)}`;
  try {
    const answer = await fetch(`${url}/api/v1/settings`, { signal: AbortSignal.timeout(1_500) });
    const settings: unknown = await answer.json();
    return answer.ok && typeof settings === 'object' && settings !== null && 'DefaultNamespace' in settings
      ? url
      : undefined;
  } catch {
    return undefined;
  }
};

/** What a person opens, `undefined` where nobody knows. */
export const pagesOf = ({ uiUrl, namespace }: Pick<Temporal, 'uiUrl' | 'namespace'>): string | undefined =>
  uiUrl === undefined ? undefined : `${uiUrl}/namespaces/${namespace}/workflows`;

const notOurs = async (): Promise<never> => {
  throw new Error('the server that TEMPORAL_ADDRESS names is not ours to stop or start');
};
