// Scheduled, seconds long: it turns the schedule's slot into a month and starts that month's wave. A wave of weeks
// directly under a schedule would make the schedule skip the months that follow.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { startChild, workflowInfo } from '@temporalio/workflow';
import { failure } from '../schemas/failure.ts';
import { isPeriod, monthBefore } from '../schemas/period.ts';
import { ofWave } from './attributes.ts';
import { waveId } from './ids.ts';
import type { KickoffInput, KickoffResult, WaveInput } from './messages.ts';
import { wave } from './wave.ts';

const slotKey = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** Duplicates are allowed: a refused month may run again, and once a month lies on the intent in PostgreSQL. */
export async function kickoff(input: KickoffInput): Promise<KickoffResult> {
  const { survey, planHash, timings, because } = input;
  const key = { survey, period: asked(input) };
  const started = await startWave({ ...key, planHash, timings, ...(because && { because }) });
  return { wave: waveId(key), outcome: started ? 'started' : 'already-started' };
}

/** @returns false when it was running already */
export const startWave = async (input: WaveInput): Promise<boolean> => {
  const { survey, period } = input;
  try {
    await startChild(wave, {
      workflowId: waveId(input),
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      // the defaults would end or cancel the wave with its parent
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `wave ${survey} ${period}`,
      typedSearchAttributes: ofWave(input),
    });
    return true;
  } catch (e) {
    if (!(e instanceof WorkflowExecutionAlreadyStartedError)) throw e;
    return false;
  }
};

/** @throws INPUT for a period that is no month, and for a run that no schedule has started */
const asked = ({ period }: KickoffInput): string => {
  if (period === undefined) return monthBefore(slot());
  if (!isPeriod(period)) throw failure('INPUT', { expected: 'a month such as 2026-10' });
  return period;
};

// Servers deliver the slot typed or, older ones, as text.
const slot = (): string => {
  const { typedSearchAttributes: typed, searchAttributes: untyped } = workflowInfo();
  return typed.get(slotKey)?.toISOString() ?? String(untyped['TemporalScheduledStartTime'] ?? '');
};
