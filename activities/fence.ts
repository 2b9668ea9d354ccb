// The fence held across a step that is not PostgreSQL's: a rename or a manifest happens while this claim's row is
// locked, so that a newer start waits until it is done, and an older one is refused.
import type pg from 'pg';
import { withTransaction } from '../sql/connect.ts';
import type { StepContext } from './step.ts';

/** `work` gets a function that takes the lock, checks the claim, and keeps the lock until it is called again. */
export const withFence = async <T>(
  pool: pg.Pool,
  s: StepContext,
  work: (fence: () => Promise<void>) => Promise<T>,
): Promise<T> => {
  let release: (() => void) | undefined;
  let held: Promise<unknown> = Promise.resolve();
  const letGo = async () => {
    release?.();
    release = undefined;
    await held;
  };
  const fence = async () => {
    await letGo();
    const locked = Promise.withResolvers<undefined>();
    held = withTransaction(pool, async (tx) => {
      await s.lock(tx);
      const until = new Promise<void>((resolve) => (release = resolve));
      locked.resolve(undefined);
      await until;
    }).catch((e: unknown) => {
      locked.reject(e);
    });
    await locked.promise;
  };
  try {
    return await work(fence);
  } finally {
    await letGo();
  }
};
