// A fresh Cordon for one test file: a database, migrated, with roles of its own on the run's server. No template: a
// copy keeps its template's owner and roles, and migrating takes about as long as copying.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createPool, withConnection } from '../sql/connect.ts';
import { migrate } from '../sql/migrate.ts';
import type { RoleKind, RoleNames } from '../sql/roles.ts';
import { roleKinds, roleNames } from '../sql/roles.ts';
import { createDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

export interface Cordon {
  readonly names: RoleNames;
  /** `admin` is a superuser; each of the others logs in as its role, with a password. */
  readonly urls: Readonly<Record<RoleKind | 'admin', string>>;
  readonly database: TestDatabase;
  /** Kept connections as one role, for single statements; `drop` ends them. */
  pool(who: RoleKind | 'admin'): pg.Pool;
  /** The database, then the roles. Fails when a connection was left open. */
  drop(options?: { force?: boolean }): Promise<void>;
}

/** @param options.prefix of the role names; random digits are added to it */
export const createCordon = async (options: { prefix?: string } = {}): Promise<Cordon> => {
  const database = await createDatabase({ name: 'cordon' });
  const { names, urls, dropRoles } = testRoles(database, options.prefix);
  const passwords = Object.fromEntries(roleKinds.map((kind) => [kind, new URL(urls[kind]).password]));
  await withConnection(database.url, 'migrate', (admin) => migrate(admin, names, passwords));
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
      await dropRoles();
    },
  };
};

/** Names, addresses and passwords of roles that do not exist yet. */
export const testRoles = (
  database: TestDatabase,
  prefix = 'c',
): { names: RoleNames; urls: Record<RoleKind, string>; dropRoles: () => Promise<void> } => {
  const names = roleNames(`${prefix}${randomBytes(6).toString('hex')}`);
  const address = (kind: RoleKind): string => {
    const url = new URL(database.url);
    url.username = encodeURIComponent(names[kind]);
    url.password = randomBytes(12).toString('hex');
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
