// One migrated database for the whole run, of which most tests work in a copy. A copy keeps the roles of what it was
// made from, and roles are the server's: these five are of all copies.
import { randomBytes } from 'node:crypto';
import { migrate } from '../../sql/migrate.ts';
import { withConnection } from '../../sql/connect.ts';
import { roleNames } from '../../sql/roles.ts';
import type { Installation, Migrated } from '../../worker/demo/installation.ts';
import { createPasswords } from '../../worker/demo/installation.ts';
import { databaseUrl } from '../database.ts';

/** @param onNames told what to drop before anything is made */
export const createTemplate = async (
  adminUrl: string,
  onNames: (droppable: Installation['droppable']) => void,
): Promise<Migrated> => {
  const prefix = `cordon_template_${randomBytes(5).toString('hex')}`;
  const [names, passwords] = [roleNames(prefix), createPasswords()];
  onNames({ databases: [prefix], roles: Object.values(names) });
  const asAdmin = (text: string) =>
    withConnection(adminUrl, 'template', async (admin) => {
      await admin.query(text);
    });
  await asAdmin(`create database ${prefix} template template0`);
  await withConnection(databaseUrl(adminUrl, prefix), 'template', (db) => migrate(db, names, passwords));
  // who is connected to a database keeps everybody from copying it
  await asAdmin(`alter database ${prefix} allow_connections false`);
  return { database: prefix, prefix, passwords };
};
