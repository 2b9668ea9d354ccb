// The way into `arrived`. Whatever stops it, the server is told the same word: pg-copy-streams would send the error's
// message, which the server logs.
import type pg from 'pg';
import type { CopyStreamQuery } from 'pg-copy-streams';
import { from as copyFrom } from 'pg-copy-streams';

export const intoArrived = (tx: pg.ClientBase): CopyStreamQuery => {
  // names in `arrived` are staging's own: columns go by their order
  const into = tx.query(copyFrom('copy pg_temp.arrived from stdin (format binary)'));
  const destroy = into.destroy.bind(into);
  into.destroy = (error) => destroy(error && new Error('stopped'));
  return into;
};
