// Exceptions that Temporal alone knows: who polls, what is paused, what fails at every try, what time it is there. The
// sweep looks through its worker's client, `cordon status` through its own: a sweep that is paused or has no worker
// cannot say so.
import type { Client } from '@temporalio/client';
import { requiredTsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { StartedActivity } from '../activities/deps.ts';
import { skewMs } from '../schemas/exception.ts';
import type { Cause, ExceptionCode, Sight } from '../schemas/exception.ts';
import { isOurId, sweepScheduleId, verifierQueue, waveOf } from '../workflows/ids.ts';

const { TaskQueueType } = proto.temporal.api.enums.v1;

/** @param activity in which it looks, where it is one: by it the clocks are compared */
export const lookAtTemporal = async (
  client: Client,
  taskQueue: string,
  activity?: StartedActivity,
): Promise<Sight> => {
  const sights = await Promise.all([
    look('SCHEDULE_PAUSED', () => pausedSchedules(client)),
    look('TASK_FAILING', () => failingTasks(client)),
    look('WORKER_MISSING', () =>
      unpolled(client, 'WORKER_MISSING', taskQueue, TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW),
    ),
    look('VERIFIER_MISSING', () =>
      unpolled(client, 'VERIFIER_MISSING', verifierQueue(taskQueue), TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY),
    ),
    ...(activity ? [look('CLOCK_SKEW_TEMPORAL', () => skewedClock(client, activity))] : []),
  ]);
  return {
    looked: sights.flatMap(({ looked }) => looked),
    found: sights.flatMap(({ found }) => found),
  };
};

/** What cannot be looked at is unknown, which is not gone. */
const look = async (code: ExceptionCode, work: () => Promise<Cause[]>): Promise<Sight> => {
  try {
    return { looked: [code], found: await work() };
  } catch {
    return { looked: [], found: [] };
  }
};

const pausedSchedules = async (client: Client): Promise<Cause[]> => {
  const paused: Cause[] = [];
  for await (const { scheduleId } of client.schedule.list()) {
    const [, survey] = /^wave\/([a-z][a-z0-9-]{0,39})$/.exec(scheduleId) ?? [];
    if (survey === undefined && scheduleId !== sweepScheduleId) continue;
    const { state, info } = await client.schedule.getHandle(scheduleId).describe();
    if (!state.paused) continue;
    // by its next slot somebody must have decided
    const dueAt = info.nextActionTimes[0]?.toISOString();
    paused.push({
      code: 'SCHEDULE_PAUSED',
      ...(survey === undefined ? { subject: sweepScheduleId } : { survey }),
      ...(dueAt !== undefined && { dueAt }),
    });
  }
  return paused;
};

/** A worker that is replaced fails a task once; one that has failed three times is not going to do better. */
const tries = 3;

const failingTasks = async (client: Client): Promise<Cause[]> => {
  const failing: Cause[] = [];
  for await (const { workflowId, runId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    if (!isOurId(workflowId)) continue;
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    if ((raw.pendingWorkflowTask?.attempt ?? 0) < tries) continue;
    const [kind = '', survey, period] = workflowId.split('/');
    failing.push({
      code: 'TASK_FAILING',
      subject: kind,
      ...(waveOf(`wave/${survey ?? ''}/${period ?? ''}`) && { survey, period }),
    });
  }
  return failing;
};

const unpolled = async (
  client: Client,
  code: 'WORKER_MISSING' | 'VERIFIER_MISSING',
  name: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<Cause[]> => ((await isPolled(client, name, taskQueueType)) ? [] : [{ code }]);

/** The server forgets who has not asked for work for five minutes. */
export const isPolled = async (
  client: Client,
  name: string,
  taskQueueType = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
): Promise<boolean> => {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name },
    taskQueueType,
  });
  return pollers.length > 0;
};

/** The server's own note of when it started this activity, against the worker's of when it had it. */
const skewedClock = async (client: Client, activity: StartedActivity): Promise<Cause[]> => {
  const { workflowId, runId, activityId, atMs } = activity;
  const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
  const pending = raw.pendingActivities?.find((each) => each.activityId === activityId);
  const startedMs = requiredTsToMs(pending?.lastStartedTime, 'lastStartedTime');
  return Math.abs(atMs - startedMs) > skewMs ? [{ code: 'CLOCK_SKEW_TEMPORAL' }] : [];
};
