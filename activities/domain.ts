// The domain of the force, which is part of every signature's namespace: who signs asks a workflow for it.
import type pg from 'pg';
import { officersInForce } from '../sql/officers.ts';
import { transact } from './transact.ts';

/** Nothing where no officers file is in force that verifies: clocks run out all the same. */
export const domainOf = (pool: pg.Pool): Promise<string | undefined> =>
  transact(pool, officersInForce).then(
    ({ officers }) => officers,
    () => undefined,
  );
