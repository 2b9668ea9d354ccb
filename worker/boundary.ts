// Where activities end and Temporal begins: any error that is not ours becomes a code before the SDK logs it or
// writes it into a history. `pg` quotes values in its messages, and so do many others.
import { CompleteAsyncError, Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { failure, isOurs } from '../schemas/failure.ts';
import { sqlstate } from '../sql/connect.ts';
import { report } from './logger.ts';

export const boundary: ActivityInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (e) {
      // a cancellation that were replaced would show as a failure
      const cancelled = e instanceof CancelledFailure || Context.current().cancellationSignal.aborted;
      if (cancelled || e instanceof CompleteAsyncError || isOurs(e)) throw e;
      report(Context.current().info.activityType, e);
      throw failure('SQL', { sqlstate: sqlstate(e) }, false);
    }
  },
};
