// What applying a plan does in Temporal: the survey's own schedule, and the daily sweep that every survey shares.
import type { Client } from '@temporalio/client';
import type { Plan } from '../sql/plan.ts';
import type { Timings } from '../workflows/timings.ts';
import { timings as standard } from '../workflows/timings.ts';
import type { Upserted } from './schedule.ts';
import { timingsOf, upsertSweepSchedule, upsertWaveSchedule } from './schedule.ts';

export const scheduleOf = async (
  client: Client,
  planHash: string,
  { survey, declaration, processor }: Plan,
  taskQueue: string,
  timings: Timings = standard,
): Promise<Upserted> => {
  const { every, release, alarms } = declaration;
  const own = timingsOf(
    {
      validFor: release.validFor,
      remind: release.remind,
      receiptWithin: processor.receipt.within,
      ...(alarms.acceptWithin !== undefined && { acceptWithin: alarms.acceptWithin }),
    },
    timings,
  );
  await upsertSweepSchedule(client, { at: '07:00', zone: every.zone, timings, taskQueue });
  return upsertWaveSchedule(client, { survey, planHash, every, timings: own, taskQueue });
};
