// How staging is joined. It has no statistics, since they would copy values out of it: the planner takes a table for a
// few rows, and would sort every token to join it or look each of them up.
import type pg from 'pg';

/** For the rest of the transaction. */
export const joinByHash = async (tx: pg.PoolClient): Promise<void> => {
  await tx.query('set local enable_mergejoin = off; set local enable_nestloop = off');
};
