// Numbered, forward-only migrations. Each file's first line says its number and the oldest PostgreSQL it needs;
// a database whose schema is newer than this code is refused, never guessed at.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { failure, refuse } from '../schemas/failure.ts';
import type { Connection } from './connect.ts';
import type { RoleKind, RoleNames } from './roles.ts';
import { administratorSql, ensureRoles } from './roles.ts';

export interface Migration {
  readonly id: number;
  readonly postgres: number;
  readonly text: string;
}

const standing = join(import.meta.dirname, 'migrations');
const lock = 0x636f_7264; // 'cord'

/** @throws INPUT when a file's name or first line is not the next in order */
export const readMigrations = async (folder = standing): Promise<Migration[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, at) => {
      const text = await readFile(join(folder, file), 'utf8');
      const head = /^-- cordon migration=(\d+) postgres=(\d+)\n/.exec(text);
      const id = Number(head?.[1]);
      if (!head || id !== at + 1 || file !== `${String(id).padStart(6, '0')}.sql`)
        throw failure('INPUT', { file, expected: `-- cordon migration=${at + 1} postgres=14` });
      return { id, postgres: Number(head[2]), text };
    }),
  );
};

/** psql's `:"name"`, quoted by the driver. */
const named = (text: string, names: RoleNames): string =>
  text.replaceAll(/:"(owner|worker|verifier|auditor|clerk)"/g, (_, kind: RoleKind) =>
    pg.escapeIdentifier(names[kind]),
  );

export interface Migrated {
  readonly applied: readonly number[];
  readonly at: number;
}

/**
 * Brings the database up to this code. Safe to run from several places at once.
 * @throws SCHEMA_NEWER when the database has migrations that this code does not know
 */
export const migrate = async (
  admin: Connection,
  names: RoleNames,
  passwords: Partial<Record<RoleKind, string>> = {},
  migrations?: readonly Migration[],
): Promise<Migrated> => {
  const known = migrations ?? (await readMigrations());
  await refuseServer(admin, Math.max(...known.map((m) => m.postgres)));
  await admin.query('select pg_advisory_lock($1)', [lock]);
  try {
    // before roles and grants too: an older Cordon must not put back what a newer one has changed
    await refuseNewer(admin, known);
    if (!(await ensureRoles(admin, names, passwords)))
      throw refuse({
        code: 'INPUT',
        found: 'roles or grants that are missing, and a login that may not make them',
        expected: Object.values(names).join(', '),
        remedy: `let a database administrator run, in this database:\n${await administratorSql(admin, names)}`,
      });
    await admin.query(`set role ${pg.escapeIdentifier(names.owner)}`);
    const at = await refuseNewer(admin, known);
    const applied: number[] = [];
    for (const migration of known.slice(at)) {
      await admin
        .query(
          `begin; ${named(migration.text, names)}; insert into cordon.migration (id) values (${migration.id}); commit`,
        )
        .catch(async (e: unknown) => {
          await admin.query('rollback');
          throw e;
        });
      applied.push(migration.id);
    }
    return { applied, at: known.length };
  } finally {
    await admin.query('reset role').catch(() => undefined);
    await admin.query('select pg_advisory_unlock($1)', [lock]).catch(() => undefined);
  }
};

const refuseServer = async (db: Connection, needed: number): Promise<void> => {
  const { rows } = await db.query<{ version: number; encoding: string }>(
    `select current_setting('server_version_num')::int / 10000 as version,
       current_setting('server_encoding') as encoding`,
  );
  const { version = 0, encoding = 'no' } = rows[0] ?? {};
  if (version < needed)
    throw refuse({
      code: 'INPUT',
      found: `PostgreSQL ${version}`,
      expected: `PostgreSQL ${needed} or newer`,
      remedy: 'upgrade the server',
    });
  // hashes are of UTF-8 bytes, and a name must not arrive as question marks
  if (encoding !== 'UTF8')
    throw refuse({
      code: 'INPUT',
      found: `a database in ${encoding} encoding`,
      expected: 'UTF8',
      remedy: "create the database again with encoding 'UTF8' template template0",
    });
};

/**
 * @returns the schema's number; 0 where there is none, or none that this login may see yet
 * @throws SCHEMA_NEWER
 */
export const refuseNewer = async (db: Connection, known: readonly Migration[]): Promise<number> => {
  const { rows: there } = await db.query<{ readable: boolean | null }>(
    `select has_schema_privilege(oid, 'usage') and has_table_privilege(to_regclass('cordon.migration'), 'select')
       as readable from pg_namespace where nspname = 'cordon'`,
  );
  if (there[0]?.readable !== true) return 0;
  const { rows } = await db.query<{ at: number }>('select coalesce(max(id), 0) as at from cordon.migration');
  const at = rows[0]?.at ?? 0;
  if (at > known.length)
    throw refuse({
      code: 'SCHEMA_NEWER',
      found: `schema ${at}`,
      expected: `schema ${known.length} or older`,
      remedy: 'run the newer Cordon that migrated this database',
    });
  return at;
};
