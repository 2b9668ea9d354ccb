// What is put in force is written as the owner of Cordon's database, which is migrated first.
import pg from 'pg';
import type { Connection } from '../sql/connect.ts';
import { inTransaction, withConnection } from '../sql/connect.ts';
import { migrate } from '../sql/migrate.ts';
import type { RoleKind } from '../sql/roles.ts';
import { roleNames } from '../sql/roles.ts';

export interface OwnerOptions {
  readonly databaseUrl: string;
  readonly prefix: string;
  readonly passwords?: Partial<Record<RoleKind, string>>;
}

/** One transaction on a connection of its own. */
export const asOwner = <T>(options: OwnerOptions, work: (db: Connection) => Promise<T>): Promise<T> =>
  withOwner(options, (db) => inTransaction(db, () => work(db)));

/** For transactions one after another. */
export const withOwner = <T>(
  { databaseUrl, prefix, passwords = {} }: OwnerOptions,
  work: (db: Connection) => Promise<T>,
): Promise<T> => {
  const names = roleNames(prefix);
  return withConnection(databaseUrl, 'cordon apply', async (db) => {
    await migrate(db, names, passwords);
    await db.query(`set role ${pg.escapeIdentifier(names.owner)}`);
    return work(db);
  });
};
