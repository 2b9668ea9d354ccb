// A database for one test file, on the run's server. `drop` fails when a connection was left open: a leak is a
// failure of the test that leaks, not of the one after it.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { postgresServer } from './servers.ts';

export interface TestDatabase {
  readonly name: string;
  /** A superuser's address. */
  readonly url: string;
  /** The same server, database `postgres`. */
  readonly adminUrl: string;
  /** @param options.force end open connections instead of failing: for tests that kill what holds them */
  drop(options?: { force?: boolean }): Promise<void>;
}

/** @param options.template a database to copy, such as the run's */
export const createDatabase = async (
  options: { name?: string; template?: string } = {},
): Promise<TestDatabase> => {
  const { adminUrl } = await postgresServer();
  const name = `${options.name ?? 'test'}_${randomBytes(5).toString('hex')}`;
  await asAdmin(adminUrl, async (admin) => {
    const template = admin.escapeIdentifier(options.template ?? 'template0');
    await admin.query(
      `create database ${admin.escapeIdentifier(name)} template ${template} ${await asFiles(admin)}`,
    );
  });
  return {
    name,
    url: databaseUrl(adminUrl, name),
    adminUrl,
    drop: ({ force = false } = {}) =>
      asAdmin(adminUrl, async (admin) => {
        if (!force) await noConnections(admin, name);
        await admin.query(`drop database if exists ${admin.escapeIdentifier(name)} with (force)`);
      }),
  };
};

export const databaseUrl = (url: string, name: string): string => {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(name)}`;
  return other.href;
};

const asAdmin = async (url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> => {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
};

/** Half the work of copying through the write-ahead log, which came with PostgreSQL 15. */
const asFiles = async (admin: pg.Client): Promise<string> => {
  const { rows } = await admin.query<{ chosen: boolean }>(
    `select current_setting('server_version_num')::int >= 150000 as chosen`,
  );
  return rows[0]?.chosen ? 'strategy file_copy' : '';
};

/** A backend outlives its client's goodbye by a moment. */
const noConnections = async (admin: pg.Client, name: string): Promise<void> => {
  const until = Date.now() + 3_000;
  for (;;) {
    const open = await admin.query<{ application_name: string; query: string }>(
      `select application_name, query from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [name],
    );
    if (open.rowCount === 0) return;
    if (Date.now() > until) {
      const which = open.rows.map((row) => row.application_name || row.query.slice(0, 60)).join('; ');
      throw new Error(`${open.rowCount} connections to ${name} were left open: ${which}`);
    }
    await delay(30);
  }
};
