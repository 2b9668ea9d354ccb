// What is no stage beats too: a heartbeat is how the server learns that a worker died, and how an activity learns
// that it was cancelled.
import { Context } from '@temporalio/activity';
import { isOurs } from '../schemas/failure.ts';
import { heartbeatEvery } from './deps.ts';

/** Beats until `work` ends. What broke off because it was cancelled ends as cancelled, whatever it says. */
export const beating = async <R>(work: () => Promise<R>, details?: () => unknown): Promise<R> => {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(details?.()), heartbeatEvery);
  try {
    return await work();
  } catch (e) {
    const { cancellationSignal: signal } = context;
    throw signal.aborted && !isOurs(e) ? signal.reason : e;
  } finally {
    clearInterval(beat);
  }
};

export const alive =
  <P extends unknown[], R>(activity: (...given: P) => Promise<R>) =>
  (...given: P): Promise<R> =>
    beating(() => activity(...given));
