// One way to reach PostgreSQL: every connection has the same settings, and every effect is a transaction handed
// down as a parameter.
import pg from 'pg';

const { DATE, INT8 } = pg.types.builtins;
// a date is a day, never an instant
pg.types.setTypeParser(DATE, (text) => text);
pg.types.setTypeParser(INT8, (text) => {
  const count = Number(text);
  if (!Number.isSafeInteger(count)) throw new RangeError('a count beyond 2^53');
  return count;
});

export type Connection = pg.ClientBase;

/** jit costs more than it saves on queries this short; the interval ends a killed client's query within two seconds. */
const settings = [
  "set timezone = 'UTC'",
  "set datestyle = 'ISO, YMD'",
  'set jit = off',
  "set work_mem = '64MB'",
  'set max_parallel_workers_per_gather = 0',
  "set client_connection_check_interval = '2s'",
  "set statement_timeout = '30min'",
  "set lock_timeout = '30s'",
  "set idle_in_transaction_session_timeout = '10min'",
].join('; ');

/** The pool awaits it before the connection is handed out, which its type does not say. */
const prepare = (client: pg.ClientBase): unknown => client.query(settings);

export const createPool = (url: string, name: string, max = 6): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 10_000,
    onConnect: prepare,
  });
  // an idle connection that the server ends is not an event; the next query says what is wrong
  pool.on('error', () => undefined);
  return pool;
};

/** A connection of its own for work whose settings must not outlive it; closed, never returned to a pool. */
export const withConnection = async <T>(
  url: string,
  name: string,
  work: (connection: pg.Client) => Promise<T>,
): Promise<T> => {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(settings);
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Where it fails, it is left as it is: roll back, or close the connection. */
export const inTransaction = async <T>(connection: Connection, work: () => Promise<T>): Promise<T> => {
  await connection.query('begin');
  const result = await work();
  const { command } = await connection.query('commit');
  // a server answers `commit` after an error that `work` swallowed with a rollback, and no error
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back');
  return result;
};

export const withTransaction = async <T>(
  pool: pg.Pool,
  work: (tx: pg.PoolClient) => Promise<T>,
): Promise<T> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (e: Error) => (broken = e);
  client.on('error', onError);
  try {
    return await inTransaction(client, () => work(client));
  } catch (e) {
    await client.query('rollback').catch((e: Error) => (broken = e));
    throw e;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
};

/** Ends the server's side of `connection` when the signal fires: a cancelled activity leaves no query behind. */
export const cancelOnAbort = (pool: pg.Pool, connection: Connection, signal: AbortSignal): (() => void) => {
  const { processID } = connection as Connection & { processID: number | null };
  const cancel = () => {
    if (processID !== null) pool.query('select pg_cancel_backend($1)', [processID]).catch(() => undefined);
  };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  return () => signal.removeEventListener('abort', cancel);
};

/** Five characters, or 'none' for what is not PostgreSQL's, such as EPIPE. */
export const sqlstate = (e: unknown): string => {
  const code = (e as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : 'none';
};
