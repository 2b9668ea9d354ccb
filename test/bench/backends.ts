// The private memory of PostgreSQL's backends, looked at every 25 ms where /proc shows it.
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const lookEvery = 25;
const askEvery = 150;

/** @returns the work's result, and the largest RssAnon of one backend in kB: null where it cannot be seen */
export const watchingBackends = async <T>(
  adminUrl: string,
  databases: (name: string) => boolean,
  work: () => Promise<T>,
): Promise<{ result: T; largestKb: number | null }> => {
  const admin = new pg.Client({ connectionString: adminUrl, application_name: 'bench watch' });
  await admin.connect();
  const done = new AbortController();
  let pids: number[] = [];
  let largest = 0;
  const ask = async () => {
    while (!done.signal.aborted) {
      const { rows } = await admin.query<{ pid: number; datname: string }>(
        "select pid, datname from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      );
      pids = rows.filter((row) => databases(row.datname)).map(({ pid }) => pid);
      await delay(askEvery);
    }
  };
  const look = async () => {
    while (!done.signal.aborted) {
      for (const pid of pids) largest = Math.max(largest, await rssAnonKb(pid));
      await delay(lookEvery);
    }
  };
  const watching = Promise.all([ask(), look()]);
  try {
    const result = await work();
    return { result, largestKb: largest || null };
  } finally {
    done.abort();
    await watching;
    await admin.end();
  }
};

/** 0 for a process that is gone, hidden, or is no PostgreSQL's: a server elsewhere has other processes. */
const rssAnonKb = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
  if (!/^Name:\tpostgres/m.test(status)) return 0;
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
};
