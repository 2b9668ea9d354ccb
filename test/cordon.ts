// A fresh Cordon for one test file: a database of its own on the run's server, migrated. It is a copy of the run's
// template, whose roles all copies share, for tests that do nothing to roles.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createPool, withConnection } from '../sql/connect.ts';
import { migrate } from '../sql/migrate.ts';
import type { RoleKind, RoleNames } from '../sql/roles.ts';
import { roleNames } from '../sql/roles.ts';
import type { Migrated } from '../worker/demo/installation.ts';
import { createPasswords } from '../worker/demo/installation.ts';
import { createDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { template } from './servers.ts';

export interface Cordon {
  readonly names: RoleNames;
  /** `admin` is a superuser; each of the others logs in as its role, with a password. */
  readonly urls: Readonly<Record<RoleKind | 'admin', string>>;
  readonly database: TestDatabase;
  /** Kept connections as one role, for single statements; `drop` ends them. */
  pool(who: RoleKind | 'admin'): pg.Pool;
  /** The database, then roles of its own. Fails when a connection was left open. */
  drop(options?: { force?: boolean }): Promise<void>;
}

/**
 * @param options.own migrated by itself, with roles of its own
 * @param options.prefix of their names; random digits are added to it
 */
export const createCordon = async ({ own = false, prefix = 'c' } = {}): Promise<Cordon> => {
  const copyOf = own ? undefined : await template();
  const roles = copyOf ?? newRoles(prefix);
  const database = await createDatabase({ name: 'cordon', ...(copyOf && { template: copyOf.database }) });
  const { names, urls, dropRoles } = testRoles(database, roles);
  // what roles may do with the database itself is in no copy
  await withConnection(database.url, 'migrate', (admin) => migrate(admin, names, own ? roles.passwords : {}));
  const all = { admin: database.url, ...urls };
  const pools = new Map<RoleKind | 'admin', pg.Pool>();
  return {
    names,
    urls: all,
    database,
    pool: (who) => {
      const pool = pools.get(who) ?? createPool(all[who], who);
      pools.set(who, pool);
      return pool;
    },
    drop: async (options) => {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      await database.drop(options);
      if (own) await dropRoles();
    },
  };
};

type Roles = Pick<Migrated, 'prefix' | 'passwords'>;

const newRoles = (prefix: string): Roles => ({
  prefix: `${prefix}${randomBytes(6).toString('hex')}`,
  passwords: createPasswords(),
});

/** Names and addresses; of roles that do not exist yet unless given. */
export const testRoles = (
  database: TestDatabase,
  { prefix, passwords }: Roles = newRoles('c'),
): { names: RoleNames; urls: Record<RoleKind, string>; dropRoles: () => Promise<void> } => {
  const names = roleNames(prefix);
  const address = (kind: RoleKind): string => {
    const url = new URL(database.url);
    url.username = encodeURIComponent(names[kind]);
    url.password = passwords[kind];
    return url.href;
  };
  return {
    names,
    urls: {
      owner: address('owner'),
      worker: address('worker'),
      verifier: address('verifier'),
      auditor: address('auditor'),
      clerk: address('clerk'),
    },
    dropRoles: () =>
      withConnection(database.adminUrl, 'drop roles', async (admin) => {
        await admin.query(`drop role if exists ${Object.values(names).map(pg.escapeIdentifier).join(', ')}`);
      }),
  };
};
