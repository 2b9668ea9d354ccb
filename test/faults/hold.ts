// A second session that holds what a stage must wait for, so that a process can be ended in a known place and without
// a mock. Locks of tables are handed on in the order in which they were asked for: a chain of holds walks a stage on.
// Locks of rows are not: whoever comes while the first in line wakes up may be before him.
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

export interface Hold {
  /** Resolves once the lock is ours. */
  readonly held: Promise<unknown>;
  /** Resolves once this very session waits for somebody else. */
  queued(): Promise<void>;
  /** Resolves once a session of Cordon's waits for this one. */
  waiting(): Promise<void>;
  release(): Promise<void>;
}

/** @param url a superuser's address; @param lock `lock table …` or `select … for update` */
export const hold = async (url: string, lock: string): Promise<Hold> => {
  const [holder, watcher] = [connection(url, 'hold'), connection(url, 'watch')];
  await Promise.all([holder.connect(), watcher.connect()]);
  await holder.query('begin');
  const { rows: mine } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
  const held = holder.query(lock);
  held.catch(() => undefined);
  const until = async (what: string, text: string): Promise<void> => {
    for (const ends = Date.now() + 60_000; ;) {
      const { rowCount } = await watcher.query(text, [mine[0]?.pid]);
      if (rowCount) return;
      if (Date.now() > ends) throw new Error(`${what}: ${lock}`);
      await wait(50);
    }
  };
  return {
    held,
    queued: () => until('waits for nobody', 'select where cardinality(pg_blocking_pids($1)) > 0'),
    waiting: () =>
      until(
        'nobody waits',
        `select from pg_stat_activity
         where application_name like 'cordon%' and $1 = any(pg_blocking_pids(pid))`,
      ),
    release: async () => {
      await holder.query('rollback').catch(() => undefined);
      await Promise.allSettled([holder.end(), watcher.end()]);
    },
  };
};

/** Holds the next thing (or, `queued`, stands in line for it), and lets go of the one before. */
export const advance = async (before: Hold, url: string, lock: string, queued?: 'queued'): Promise<Hold> => {
  const next = await hold(url, lock);
  await (queued ? next.queued() : next.held);
  await before.release();
  return next;
};

/** Keeps a transfer from loading what it will send; nothing is intended yet. */
export const storedBytes = 'lock table cordon.package_chunk in access exclusive mode';
/** Keeps everybody from appending leaves, in strict order of asking. */
export const leaves = 'lock table ledger.entry in share row exclusive mode';
/** Keeps a transfer, which holds its draft open, from asking for the mark of the first byte. */
export const openIntent = 'lock table cordon.intent in exclusive mode';
/** Keeps a transfer, whose bytes are all in the draft, from renaming it. */
export const claimOfTransfer = 'lock table cordon.claim in exclusive mode';

/** From `storedBytes` to a transfer that has recorded its intent and not its first byte. */
export const intendThere = async (bytes: Hold, url: string): Promise<Hold> => {
  await bytes.waiting();
  const intent = await advance(bytes, url, leaves);
  await intent.waiting();
  const mark = await advance(intent, url, leaves, 'queued');
  await mark.waiting();
  return mark;
};

/** The holder's server may be killed: that is no event here. */
const connection = (url: string, name: string): pg.Client => {
  const client = new pg.Client({ connectionString: url, application_name: name });
  client.on('error', () => undefined);
  return client;
};
