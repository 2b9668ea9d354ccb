// The way into `arrived`, in one session or in several that share the rows. Whatever stops it, the server is told the
// same word: pg-copy-streams would send the error's message, which the server logs.
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type pg from 'pg';
import type { CopyStreamQuery } from 'pg-copy-streams';
import { from as copyFrom } from 'pg-copy-streams';
import { failure } from '../../schemas/failure.ts';
import { sqlstate } from '../../sql/connect.ts';
import { header, trailer } from './binary.ts';

export interface Arrived {
  /** Whole rows in COPY's binary form, to whichever session is next; waits while that one is busy. */
  deal(rows: Buffer): Promise<void>;
  /** @returns rows that the server took, in all sessions together */
  end(): Promise<number>;
  /** Ends every COPY that is still open, in vain. */
  stop(): void;
}

/**
 * @param signal ends the waiting for a busy session
 * @throws SQL, with the work database's code, when one of the sessions refuses or is gone
 */
export const intoArrived = (sessions: readonly pg.ClientBase[], signal: AbortSignal): Arrived => {
  const copies = sessions.map(copyIn);
  let failed: Error | undefined;
  // the first to fail says why; the others are stopped for its sake
  for (const copy of copies) copy.on('error', (e: Error) => (failed ??= e));
  const check = (): void => {
    if (failed) throw failure('SQL', { at: 'work database', sqlstate: sqlstate(failed) }, false);
  };
  let turn = 0;
  return {
    deal: async (rows) => {
      check();
      const copy = copies[turn++ % copies.length];
      if (copy?.write(rows) === false) await drained(copy, signal);
      check();
    },
    end: async () => {
      check();
      for (const copy of copies) copy.end(trailer);
      await Promise.allSettled(copies.map((copy) => finished(copy)));
      check();
      return copies.reduce((all, { rowCount }) => all + rowCount, 0);
    },
    stop: () => {
      for (const copy of copies) copy.destroy(new Error('stopped'));
    },
  };
};

/** An error says itself to whoever asks next; here it must not stay unheard. */
const drained = async (copy: CopyStreamQuery, signal: AbortSignal): Promise<void> => {
  await once(copy, 'drain', { signal }).catch(() => signal.throwIfAborted());
};

const copyIn = (tx: pg.ClientBase): CopyStreamQuery => {
  // names in `arrived` are staging's own: columns go by their order
  const into = tx.query(copyFrom('copy pg_temp.arrived from stdin (format binary)'));
  const destroy = into.destroy.bind(into);
  into.destroy = (error) => destroy(error && new Error('stopped'));
  into.write(header);
  return into;
};
