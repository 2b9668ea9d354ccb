// A transaction of an activity: its query ends when the activity is cancelled.
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { cancelOnAbort, withTransaction } from '../sql/connect.ts';

export const transact = <T>(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<T>): Promise<T> => {
  const { cancellationSignal } = Context.current();
  cancellationSignal.throwIfAborted();
  return withTransaction(pool, async (tx) => {
    const release = cancelOnAbort(pool, tx, cancellationSignal);
    try {
      return await work(tx);
    } finally {
      release();
    }
  });
};
