// How a process of Cordon reaches Temporal. Every client, worker and replay has the guard's converters: one without
// them would write what the others refuse.
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client, Connection, ServiceError } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { guardSchedules, guardWorkflows } from './guard-client.ts';

export interface TemporalConfig extends Pick<ConnectionOptions, 'tls' | 'metadata'> {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
}

export type Role = 'worker' | 'verifier' | 'cli' | 'demo' | 'test';

/** Guard of payloads and failures; given to client, worker and replay alike. */
export const dataConverter: DataConverter = {
  payloadConverterPath: fileURLToPath(new URL('guard.ts', import.meta.url)),
  failureConverterPath: fileURLToPath(new URL('guard.ts', import.meta.url)),
};

export const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));

const connectWithinMs = 5_000;

/** TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_…, TEMPORAL_API_KEY; no file, so that two installations never meet. */
export const temporalConfig = (env: Readonly<Record<string, string | undefined>>): TemporalConfig => {
  const set = Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const { connectionOptions: options, namespace } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(set) as Record<string, string>,
    disableFile: true,
  });
  return {
    address: options.address ?? 'localhost:7233',
    namespace: namespace ?? 'default',
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    ...(typeof options.apiKey === 'string' ? { apiKey: options.apiKey } : {}),
  };
};

/** Shown beside every event: says which role did it, and where. */
export const identityOf = (role: Role): string => `cordon-${role}-${process.pid}@${hostname()}`;

/** @throws NoTemporal */
export const connectClient = async (
  config: TemporalConfig,
  role: Role,
  identity = identityOf(role),
): Promise<Client> => {
  const connection = await reaching(config, () =>
    Connection.connect({ ...optionsOf(config), connectTimeout: connectWithinMs }),
  );
  return new Client({
    connection,
    namespace: config.namespace,
    identity,
    dataConverter,
    interceptors: { workflow: [guardWorkflows], schedule: [guardSchedules] },
  });
};

/** A worker would say so in a library's words only. @throws NamespaceNotFoundError, as every list does */
export const mustHaveNamespace = async (client: Client): Promise<void> => {
  await client.workflow.count('WorkflowType = "wave"');
};

/** What the server has answered a call with, where the client has put it into an error of its own. */
export const causeOf = (thrown: unknown): unknown => (thrown instanceof ServiceError ? thrown.cause : thrown);

/** Nobody answers, or not as a Temporal server does. */
export class NoTemporal extends Error {
  readonly address: string;
  constructor(address: string) {
    super(
      `no Temporal server answers at ${address}: start one with "npx cordon dev", ` +
        'or say where yours is in TEMPORAL_ADDRESS, and its TLS or API key in TEMPORAL_TLS_… or TEMPORAL_API_KEY',
    );
    this.address = address;
  }
}

export const optionsOf = ({ address, tls, metadata, apiKey }: TemporalConfig) => ({
  address,
  ...(tls === undefined ? {} : { tls }),
  ...(metadata === undefined ? {} : { metadata }),
  ...(apiKey === undefined ? {} : { apiKey }),
});

/** @throws NoTemporal when `connect` fails, or does not end in time */
export const reaching = async <C>({ address }: TemporalConfig, connect: () => Promise<C>): Promise<C> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoTemporal(address)), connectWithinMs + 1_000);
  });
  try {
    return await Promise.race([connect(), late]);
  } catch {
    throw new NoTemporal(address);
  } finally {
    clearTimeout(timer);
  }
};
