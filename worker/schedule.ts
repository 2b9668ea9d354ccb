// The schedules: one a survey, whose slot names the month, and one for the daily sweep. Temporal knows no upsert, and
// what a server gives back is normalised: so a hash of what we want travels in the action's memo and is compared.
import { createHash } from 'node:crypto';
import { ScheduleAlreadyRunning } from '@temporalio/client';
import type {
  CalendarSpec,
  Client,
  ScheduleOptions,
  ScheduleOptionsStartWorkflowAction,
  ScheduleSpec,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { canonical } from '../schemas/canonical.ts';
import type { Duration } from '../schemas/duration.ts';
import { milliseconds } from '../schemas/duration.ts';
import { shiftMonth } from '../schemas/period.ts';
import type { RunReason } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { surveyKey } from '../workflows/attributes.ts';
import { kickoffId, sweepId, sweepScheduleId, waveId, waveScheduleId } from '../workflows/ids.ts';
import type { KickoffInput, SweepInput } from '../workflows/messages.ts';
import { timings } from '../workflows/timings.ts';
import type { Timings } from '../workflows/timings.ts';

export interface WaveSchedule {
  readonly survey: string;
  readonly planHash: string;
  /** `at` is `06:30` in `zone`; between 06:00 and 20:00, where local and UTC date are the same */
  readonly every: {
    readonly day: number;
    readonly at: string;
    readonly zone: string;
    readonly catchUp: Duration;
  };
  readonly timings: Timings;
  readonly taskQueue: string;
}
export interface SweepSchedule {
  readonly at: string;
  readonly zone: string;
  readonly timings: Timings;
  readonly taskQueue: string;
}
export type Upserted = 'created' | 'updated' | 'unchanged';

/** The plan's own durations in place of the defaults. */
export const timingsOf = (
  plan: {
    readonly validFor: Duration;
    readonly remind: Duration;
    readonly receiptWithin: Duration;
    readonly acceptWithin?: Duration;
  },
  rest: Timings = timings,
): Timings => ({
  ...rest,
  ...(plan.acceptWithin !== undefined && { alarmWithinMs: milliseconds(plan.acceptWithin) }),
  releaseValidForMs: milliseconds(plan.validFor),
  releaseRemindMs: milliseconds(plan.remind),
  receiptWithinMs: milliseconds(plan.receiptWithin),
});

export const upsertWaveSchedule = (client: Client, wanted: WaveSchedule): Promise<Upserted> => {
  const { survey, planHash, every, timings, taskQueue } = wanted;
  const said: KickoffInput = { survey, planHash, timings };
  return upsert(client, waveScheduleId(survey), {
    spec: { calendars: [{ dayOfMonth: every.day, ...clock(every.at) }], timezone: every.zone },
    action: {
      type: 'startWorkflow',
      workflowType: 'kickoff',
      workflowId: kickoffId(survey),
      taskQueue,
      args: [said],
      memo: { planHash },
      typedSearchAttributes: [{ key: surveyKey, value: survey }],
    },
    policies: {
      // the default would swallow a month that falls due while another kickoff runs
      overlap: 'BUFFER_ONE',
      catchupWindow: milliseconds(every.catchUp),
      // a kickoff that cannot even name its month would fail at every later slot; the sweep tells of the pause
      pauseOnFailure: true,
    },
  });
};

export const upsertSweepSchedule = (client: Client, wanted: SweepSchedule): Promise<Upserted> => {
  const said: SweepInput = { timings: wanted.timings };
  return upsert(client, sweepScheduleId, {
    spec: { calendars: [clock(wanted.at)], timezone: wanted.zone },
    action: {
      type: 'startWorkflow',
      workflowType: 'sweep',
      workflowId: sweepId,
      taskQueue: wanted.taskQueue,
      args: [said],
    },
    // a sweep that is still running does today's work as well
    policies: { overlap: 'SKIP', catchupWindow: 86_400_000 },
  });
};

/** Runs the slot that starts this wave, as if its day were today. */
export const backfillWave = async (client: Client, wave: WaveKey): Promise<void> => {
  waveId(wave);
  const start = new Date(`${shiftMonth(wave.period, 1)}-01T00:00:00Z`);
  const end = new Date(`${shiftMonth(wave.period, 2)}-01T00:00:00Z`);
  // the month may be run again: buffered behind another kickoff it could be dropped
  await client.schedule.getHandle(waveScheduleId(wave.survey)).backfill({ start, end, overlap: 'ALLOW_ALL' });
};

/** The kickoff that the slot would have started, by hand and with the reason; asked twice it is one. */
export const kickOff = async (client: Client, wave: WaveKey, because: RunReason): Promise<void> => {
  const { survey, period } = wave;
  const { action } = await client.schedule.getHandle(waveScheduleId(survey)).describe();
  const [scheduled] = (action.args ?? []) as readonly KickoffInput[];
  if (!scheduled) throw new TypeError('a schedule whose action has no arguments');
  const said: KickoffInput = { ...scheduled, period, because };
  await client.workflow.start('kickoff', {
    workflowId: `${kickoffId(survey)}-${shiftMonth(period, 1)}-01T00:00:00Z`,
    taskQueue: action.taskQueue,
    args: [said],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `kickoff ${survey} ${period}`,
    typedSearchAttributes: [{ key: surveyKey, value: survey }],
  });
};

/** When the schedule's slot of this wave is, `2026-11-16 06:30`, and whether that has been, both in its own zone. */
export const slotOf = async (
  client: Client,
  { survey, period }: WaveKey,
  now = new Date(),
): Promise<{ readonly at: string; readonly zone: string; readonly past: boolean }> => {
  const { spec } = await client.schedule.getHandle(waveScheduleId(survey)).describe();
  const [calendar] = spec.calendars ?? [];
  const zone = spec.timezone ?? 'UTC';
  const two = (of: readonly { start: number }[] | undefined): string =>
    String(of?.[0]?.start ?? 0).padStart(2, '0');
  const day = `${shiftMonth(period, 1)}-${two(calendar?.dayOfMonth)}`;
  const at = `${day} ${two(calendar?.hour)}:${two(calendar?.minute)}`;
  // the Swedish way of writing an instant sorts as text
  const here = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone });
  return { at, zone, past: at <= here.format(now) };
};

interface Wanted {
  readonly spec: ScheduleSpec;
  readonly action: ScheduleOptionsStartWorkflowAction<Workflow>;
  readonly policies: NonNullable<ScheduleOptions['policies']>;
}

const upsert = async (client: Client, scheduleId: string, wanted: Wanted): Promise<Upserted> => {
  const hash = hashOf(wanted);
  const { action } = wanted;
  const desired = { ...wanted, action: { ...action, memo: { ...action.memo, desiredSha256: hash } } };
  try {
    await client.schedule.create({ scheduleId, ...desired });
    return 'created';
  } catch (e) {
    if (!(e instanceof ScheduleAlreadyRunning)) throw e;
  }
  const handle = client.schedule.getHandle(scheduleId);
  if ((await handle.describe()).action.memo?.['desiredSha256'] === hash) return 'unchanged';
  // keeps an officer's pause
  await handle.update(({ state }) => ({ ...desired, state }));
  return 'updated';
};

const hashOf = (wanted: unknown): string => {
  // search attribute keys are objects of the SDK: through JSON they are what is sent
  const text = canonical(JSON.parse(JSON.stringify(wanted)));
  return createHash('sha256').update(text).digest('hex');
};

const clock = (at: string): CalendarSpec => {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  return { hour, minute };
};
