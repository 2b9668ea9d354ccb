// Silence is an event: what should have happened and has not becomes a dated, owned exception, and ends with its cause.
import { Context } from '@temporalio/activity';
import type { Exception, Sight } from '../schemas/exception.ts';
import { kindOf, skewMs } from '../schemas/exception.ts';
import { isOurs } from '../schemas/failure.ts';
import { lookAtRecords, readExceptions, reconcile } from '../sql/exceptions.ts';
import type { ShownException } from './activities.ts';
import { keepCheckpoint } from './checkpoint.ts';
import type { Deps } from './deps.ts';
import { transact } from './transact.ts';

export const raiseExceptions = (deps: Deps) => async () => {
  const sights = await Promise.all([
    lookAtClock(deps),
    lookAtCheckpoints(deps),
    deps.lookAtTemporal?.(started()) ?? blind,
  ]);
  return transact(deps.pool, async (tx) => {
    const changed = await reconcile(tx, [await lookAtRecords(tx), ...sights]);
    return {
      ...changed,
      exceptions: (await readExceptions(tx, 'closed_at is null')).slice(0, most).map(shown),
    };
  });
};

const blind: Sight = { looked: [], found: [] };

/** The page of a sweep is no ledger. */
const most = 40;

const started = () => {
  const atMs = Date.now();
  const { workflowExecution, activityId } = Context.current().info;
  return workflowExecution ? { ...workflowExecution, activityId, atMs } : undefined;
};

const shown = ({ code, survey, period, owner, dueAt }: Exception): ShownException => ({
  code,
  ...(survey !== undefined && { survey }),
  ...(period !== undefined && { period }),
  owner,
  dueAt,
  found: kindOf(code).says,
  remedy: kindOf(code).remedy,
});

const lookAtClock = async ({ pool }: Deps): Promise<Sight> => {
  const before = Date.now();
  const { rows } = await pool.query<{ at: Date }>('select clock_timestamp() as at');
  const after = Date.now();
  const at = rows[0]?.at.getTime() ?? before;
  const apart = Math.max(before - at, at - after);
  return {
    looked: ['CLOCK_SKEW_DATABASE'],
    found: apart > skewMs ? [{ code: 'CLOCK_SKEW_DATABASE' }] : [],
  };
};

/** A wave keeps one at its end; what is written between waves is kept by whoever looks whether it is. */
const lookAtCheckpoints = async ({ pool, checkpoints }: Deps): Promise<Sight> => {
  try {
    await keepCheckpoint(pool, checkpoints);
    return { looked: ['CHECKPOINT_NOT_KEPT', 'LEDGER_FORKED'], found: [] };
  } catch (e) {
    if (!isOurs(e)) throw e;
    // of a place that cannot be reached nobody knows what it holds
    return e.type === 'LEDGER_FORKED'
      ? { looked: ['CHECKPOINT_NOT_KEPT', 'LEDGER_FORKED'], found: [{ code: 'LEDGER_FORKED' }] }
      : { looked: ['CHECKPOINT_NOT_KEPT'], found: [{ code: 'CHECKPOINT_NOT_KEPT' }] };
  }
};
