// The servers of this test run. They are shared by all test files: nobody stops or crashes them, and whoever must
// kill a server starts one of their own with worker/stack.
import { readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import type { Migrated } from '../worker/demo/installation.ts';

export interface PostgresAnswer {
  /** A superuser's address, of the database `postgres`. */
  readonly adminUrl: string;
  readonly kind: 'external' | 'system' | 'embedded';
  /** null for a server that DATABASE_URL names */
  readonly logFile: string | null;
  readonly dataFolder: string | null;
}

export interface TemporalAnswer {
  readonly address: string;
  readonly uiUrl: string;
  readonly kind: string;
}

export const postgresServer = (): Promise<PostgresAnswer> => ask<PostgresAnswer>('postgres');

export const temporalServer = (): Promise<TemporalAnswer> => ask<TemporalAnswer>('temporal');

/** Made once for all test files, for `createDatabase` and `createInstallation` to copy. */
export const template = (): Promise<Migrated> => ask<Migrated>('template');

/** Made once for all test files. */
export const workflowBundleFile = async (): Promise<string> =>
  (await ask<{ file: string }>('workflows')).file;
export const workflowBundle = async (): Promise<string> => readFile(await workflowBundleFile(), 'utf8');

const ask = async <T>(which: string): Promise<T> => {
  const response = await fetch(`${inject('serversUrl')}/${which}`);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
};
