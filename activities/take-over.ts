// A frozen worker keeps its transaction open, and with it the fence: whoever takes its place would wait for ever. It
// is given time to end by itself, then its session is ended; what it has not committed is rolled back.
import type pg from 'pg';

/** longer than the server takes to notice a client that was killed */
const patienceMs = 3_000;

/** Ends, from another session, those of this role which `query` waits for. */
export const takeOver = async <T>(pool: pg.Pool, tx: pg.PoolClient, query: () => Promise<T>): Promise<T> => {
  const { processID } = tx as pg.PoolClient & { processID: number | null };
  const impatient = setInterval(() => {
    pool.query(endBlockers, [processID]).catch(() => undefined);
  }, patienceMs);
  try {
    return await query();
  } finally {
    clearInterval(impatient);
  }
};

const endBlockers = `select pg_terminate_backend(a.pid) from pg_stat_activity a
  where a.pid = any(pg_blocking_pids($1)) and a.usename = current_user`;
