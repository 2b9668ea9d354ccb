// Where PostgreSQL might keep a value that it should not: rows of every relation, statistics, a dump, its files, the
// write-ahead log among them. Looked at by a superuser; what is permitted to hold values is named by the caller.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { withConnection } from '../sql/connect.ts';

/** Every row of every relation of that database as text, catalogue included; `bytea` shows as hexadecimal. */
export const everyRelation = (url: string, options: { except?: readonly string[] } = {}): Promise<string[]> =>
  withConnection(url, 'look', async (admin) => {
    const { rows: relations } = await admin.query<{ schema: string; name: string }>(
      `select n.nspname as schema, c.relname as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_toast', 'information_schema')
         and n.nspname <> all($1) order by 1, 2`,
      [options.except ?? []],
    );
    const found: string[] = [];
    for (const { schema, name } of relations) {
      const relation = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
      const { rows } = await admin.query<{ row: string }>(`select t::text as row from ${relation} t`);
      found.push([`${schema}.${name}`, ...rows.map(({ row }) => row)].join('\n'));
    }
    return found;
  });

/** What the planner remembers of values. */
export const statistics = (url: string): Promise<string[]> =>
  withConnection(url, 'look', async (admin) => {
    const { rows } = await admin.query<{ row: string }>('select s::text as row from pg_statistic s');
    return rows.map(({ row }) => row);
  });

/** Every leaf as the text that it is. */
export const leaves = (url: string): Promise<string[]> =>
  withConnection(url, 'look', async (admin) => {
    const { rows } = await admin.query<{ leaf: Buffer }>('select leaf from ledger.entry order by index');
    return rows.map(({ leaf }) => leaf.toString());
  });

/** As operations are told to dump: unlogged tables, which staging is made of, are left out. */
export const dump = async (program: string, url: string): Promise<string> => {
  const { href, password } = withoutPassword(url);
  const args = ['--no-unlogged-table-data', '--dbname', href];
  const env = { ...process.env, PGPASSWORD: password };
  const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: 2 ** 28 });
  return stdout;
};

// argv is public
const withoutPassword = (url: string): { href: string; password: string } => {
  const it = new URL(url);
  const password = decodeURIComponent(it.password);
  it.password = '';
  return { href: it.href, password };
};

/** The files of one schema's relations, their indexes and TOAST, relative to the server's data folder. */
export const filesOf = (url: string, schema: string): Promise<string[]> =>
  withConnection(url, 'look', async (admin) => {
    const { rows } = await admin.query<{ path: string }>(
      `with own as (
         select c.oid, c.reltoastrelid from pg_class c where c.relnamespace = to_regnamespace(quote_ident($1))
       ), all_of_it as (
         select oid from own
         union select reltoastrelid from own
         union select i.indexrelid from pg_index i join own on own.reltoastrelid = i.indrelid or own.oid = i.indrelid
       )
       select pg_relation_filepath(oid) as path from all_of_it where oid <> 0 and pg_relation_filepath(oid) is not null`,
      [schema],
    );
    return rows.map(({ path }) => path);
  });

/**
 * Every file below a folder, but what is excepted: a folder in it, or the file of a relation, whose forks and segments
 * (`base/5/16400_fsm`) are excepted too.
 */
export const filesBelow = async (folder: string, except: readonly string[] = []): Promise<Buffer[]> => {
  const left = new Set(except);
  const found: Buffer[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replace(/(_(fsm|vm|init))?(\.\d+)?$/, '');
    if (left.has(name) || left.has(name.split('/', 1)[0] ?? '')) continue;
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes) found.push(bytes);
  }
  return found;
};

/** The command line of every process of this machine that this user may see. */
export const commandLines = async (): Promise<Buffer[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map((pid) => readFile(join('/proc', pid, 'cmdline')).catch(() => undefined)),
  );
  return found.filter((line) => line !== undefined);
};
