// Scheduled, seconds long: it turns the schedule's slot into a month and starts that month's wave. A wave of weeks
// directly under a schedule would make the schedule skip the months that follow.
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { startChild, workflowInfo } from '@temporalio/workflow';
import { failure } from '../schemas/failure.ts';
import { isPeriod, monthBefore } from '../schemas/period.ts';
import { ofWave } from './attributes.ts';
import { waveId } from './ids.ts';
import type { KickoffInput, KickoffResult } from './messages.ts';
import { wave } from './wave.ts';

const slotKey = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** Duplicates are allowed: a refused month may run again, and once a month lies on the intent in PostgreSQL. */
export async function kickoff(input: KickoffInput): Promise<KickoffResult> {
  const { survey, planHash, timings } = input;
  const key = { survey, period: asked(input) };
  const workflowId = waveId(key);
  try {
    await startChild(wave, {
      workflowId,
      args: [{ ...key, planHash, timings }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      // the defaults would end or cancel the wave with the kickoff
      parentClosePolicy: 'ABANDON',
      cancellationType: 'ABANDON',
      staticSummary: `wave ${survey} ${key.period}`,
      typedSearchAttributes: ofWave(key),
    });
    return { wave: workflowId, outcome: 'started' };
  } catch (e) {
    if (!(e instanceof WorkflowExecutionAlreadyStartedError)) throw e;
    return { wave: workflowId, outcome: 'already-started' };
  }
}

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
