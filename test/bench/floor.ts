// What the figures are measured against: rows through two psql from database to database, and what PostgreSQL takes
// for the crude forms of screening and of erasing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { recordColumns } from '../../worker/records.ts';
import { withConnection } from '../../sql/connect.ts';
import { tool } from '../tools.ts';
import type { Place } from './place.ts';

type Query = (url: string, text: string) => Promise<void>;
const query: Query = (url, text) =>
  withConnection(url, 'bench', async (db) => {
    for (const statement of text.split(';')) await db.query(statement);
  });

const timed = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Every column as text, into an unlogged table without indexes. */
export const floor = async ({ records, scratch }: Place): Promise<number> => {
  const columns = Object.entries(recordColumns).map(([name, type]) => `${name} ${type}`);
  await query(scratch, `create unlogged table if not exists floor (${columns.join(', ')}); truncate floor`);
  const seconds = await timed(() =>
    piped(psql(records, 'copy survey.victim_offence to stdout'), psql(scratch, 'copy floor from stdin')),
  );
  await query(scratch, 'truncate floor');
  return seconds;
};

/** Inside the one database: the rows as they are, then gone again row by row. */
export const crude = async ({ records }: Place): Promise<{ ctas: number; erase: number }> => {
  await query(records, 'drop table if exists crude');
  const ctas = await timed(() =>
    query(records, 'create unlogged table crude as select * from survey.victim_offence'),
  );
  const erase = await timed(() => query(records, 'delete from crude; vacuum crude'));
  await query(records, 'drop table crude');
  return { ctas, erase };
};

/** Found where a distribution puts it; an embedded PostgreSQL brings none. */
export const psqlProgram = (): string | undefined => tool('psql');

/** Address and password go by the environment, which other users cannot read. */
const psql = (url: string, command: string) => {
  const { hostname, port, username, password, pathname } = new URL(url);
  const env = {
    PATH: process.env['PATH'] ?? '',
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
  return { command, env };
};

/** A pipe of the system's between the two, as a shell makes one: this process touches no byte of it. */
const piped = async (from: ReturnType<typeof psql>, to: ReturnType<typeof psql>): Promise<void> => {
  const rename = (env: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(env).map(([name, value]) => [`TO_${name}`, value]));
  const names = ['PGHOST', 'PGPORT', 'PGUSER', 'PGPASSWORD', 'PGDATABASE'];
  const program = psqlProgram();
  if (program === undefined) throw new Error('the floor needs psql, which the PostgreSQL client package has');
  const script = `"$PSQL" -XqAt -v ON_ERROR_STOP=1 -c "$FROM_COMMAND" | ${names.map((name) => `${name}="$TO_${name}"`).join(' ')} "$PSQL" -XqAt -v ON_ERROR_STOP=1 -c "$TO_COMMAND"`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...rename(to.env),
      ...from.env,
      PSQL: program,
      FROM_COMMAND: from.command,
      TO_COMMAND: to.command,
    },
  });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the floor: ${complaint.trim() || String(code)}`);
};
