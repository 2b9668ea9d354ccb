// Starts a wave's retention or wakes the one that runs, and a recall. They outlive the wave: nothing that happens to the
// wave may stop a clock.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  startChild,
} from '@temporalio/workflow';
import type { WaveKey } from '../schemas/ref.ts';
import { ofWave } from './attributes.ts';
import { recallId, retentionId } from './ids.ts';
import { copiesChanged } from './messages.ts';
import { recall } from './recall.ts';
import { retention } from './retention.ts';
import type { Timings } from './timings.ts';

/** @returns false when one was running already */
export const startRetention = async ({ survey, period }: WaveKey, timings: Timings): Promise<boolean> => {
  try {
    // Neither the end of its parent nor its cancellation may reach a retention: both are the defaults.
    await CancellationScope.nonCancellable(() =>
      startChild(retention, {
        workflowId: retentionId({ survey, period }),
        args: [{ survey, period, timings }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        parentClosePolicy: 'ABANDON',
        staticSummary: `retention ${survey} ${period}`,
        typedSearchAttributes: ofWave({ survey, period }),
      }),
    );
    return true;
  } catch (e) {
    if (!(e instanceof WorkflowExecutionAlreadyStartedError)) throw e;
    return false;
  }
};

/** @returns false when one was running already */
export const startRecall = async (wave: WaveKey, id: number, timings: Timings): Promise<boolean> => {
  try {
    await startChild(recall, {
      workflowId: recallId(wave, id),
      args: [{ id, timings }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      parentClosePolicy: 'ABANDON',
      staticSummary: `recall ${wave.survey} ${wave.period}`,
      typedSearchAttributes: ofWave(wave),
    });
    return true;
  } catch (e) {
    if (!(e instanceof WorkflowExecutionAlreadyStartedError)) throw e;
    return false;
  }
};

/** Afterwards a retention runs that will read the inventory once more, even if the running one was about to end. */
export const keepClocks = async (wave: WaveKey, timings: Timings): Promise<void> => {
  while (!(await startRetention(wave, timings))) {
    if (await wake(wave)) return;
  }
};

/** Tells the retention that copies have changed; a lost word costs it at most `retentionCapMs`. */
export const wake = async (wave: WaveKey): Promise<boolean> => {
  try {
    await getExternalWorkflowHandle(retentionId(wave)).signal(copiesChanged);
    return true;
  } catch (e) {
    if (isCancellation(e)) throw e;
    return false;
  }
};
