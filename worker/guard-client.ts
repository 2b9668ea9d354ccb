// The guard of what no converter sees: ids, reasons and notes that a client sends. An id is built in workflows/ids.ts
// and a reason is one of a closed list; free text is refused before it leaves the process.
import type { ScheduleClientInterceptor, WorkflowClientInterceptor } from '@temporalio/client';
import { failure } from '../schemas/failure.ts';
import { staffPattern } from '../schemas/staff.ts';
import { isOurId } from '../workflows/ids.ts';

export const terminateReasons = ['stuck', 'superseded', 'demo-ended', 'test-ended'] as const;
export type TerminateReason = (typeof terminateReasons)[number];

/** @throws PERSONAL_DATA */
const mustBe = (fits: boolean): void => {
  if (!fits) throw failure('PERSONAL_DATA', { expected: 'an id or a reason of a closed list' });
};
const isReason = (reason: string | undefined): boolean =>
  reason === undefined || terminateReasons.some((known) => known === reason);
// a random one, or the hash of what was sent, and who sent it
const isUpdateId = (id: string | undefined): boolean =>
  id === undefined || new RegExp(`^(${staffPattern.source.slice(1, -1)}-)?[0-9a-f-]{32,64}$`).test(id);

export const guardWorkflows: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => {
    mustBe(isOurId(input.options.workflowId));
    return next(input);
  },
  signalWithStart: (input, next) => {
    mustBe(isOurId(input.options.workflowId));
    return next(input);
  },
  startUpdate: (input, next) => {
    mustBe(isUpdateId(input.options.updateId));
    return next(input);
  },
  startUpdateWithStart: (input, next) => {
    mustBe(isOurId(input.workflowStartOptions.workflowId) && isUpdateId(input.updateOptions.updateId));
    return next(input);
  },
  terminate: (input, next) => {
    mustBe(isReason(input.reason) && !input.details?.length);
    return next(input);
  },
};

export const guardSchedules: ScheduleClientInterceptor = {
  create: (input, next) => {
    const { scheduleId, action, state } = input.options;
    mustBe(/^(wave\/[a-z][a-z0-9-]{0,39}|sweep)$/.test(scheduleId));
    mustBe(action.type !== 'startWorkflow' || isOurId(action.workflowId));
    mustBe(state?.note === undefined);
    return next(input);
  },
};
