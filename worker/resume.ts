// `cordon resume`: Temporal has lost what it held, or is another one. What must run is made again from PostgreSQL alone:
// the schedules of the plans in force, and a sweep, which takes up waves, clocks and recalls.
import { wavesOwn } from '../activities/copies.ts';
import type { Plan } from '../sql/plan.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import { sweepScheduleId, waveScheduleId } from '../workflows/ids.ts';
import type { Say } from './act.ts';
import { withClient } from './act.ts';
import type { Environment } from './config.ts';
import { taskQueue } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { scheduleOf } from './schedules.ts';
import { ensureSearchAttributes } from './search-attributes.ts';

interface Due {
  readonly waves: number;
  readonly retentions: number;
  readonly recalls: number;
}

/** Doing it again changes nothing: what runs already is left alone. */
export const resumeCommand = async (
  { json }: { json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const { plans, due, paused } = await withConnection(
    await login(env, 'auditor'),
    'cordon resume',
    async (db) => ({
      plans: await plansInForce(db),
      due: await dueOf(db),
      paused: await pausedWhenSeen(db),
    }),
  );
  return withClient(env, async (client) => {
    await ensureSearchAttributes(client);
    const schedules = [];
    for (const { planHash, plan } of plans) {
      const { survey } = plan;
      const schedule = await scheduleOf(client, planHash, plan, taskQueue(env));
      const isPaused = schedule === 'created' && paused.has(survey);
      if (isPaused) await client.schedule.getHandle(waveScheduleId(survey)).pause(pausedAgain);
      schedules.push({ survey, schedule, ...(isPaused && { paused: true }) });
    }
    if (plans.length > 0) await client.schedule.getHandle(sweepScheduleId).trigger();
    if (json) say(JSON.stringify({ schedules, sweep: plans.length > 0, due }, null, 2));
    else {
      for (const each of schedules)
        say(
          `${each.survey}  schedule ${each.schedule}${each.paused ? ', paused as the last sweep saw it' : ''}`,
        );
      if (schedules.some(({ schedule }) => schedule === 'created'))
        say('pauses and notes that no sweep has seen are lost: pause again what must wait');
      if (plans.length === 0) say('no plan is in force: nothing is to be resumed');
      else
        say(
          `the sweep is started: ${counted(due.waves, 'open wave')}, ${counted(due.retentions, 'month')} with clocks, ` +
            `${counted(due.recalls, 'recall')} to take up`,
        );
    }
    return exitCodes.done.code;
  });
};

const counted = (n: number, one: string): string => `${String(n)} ${one}${n === 1 ? '' : 's'}`;

const plansInForce = async (db: Connection): Promise<{ planHash: string; plan: Plan }[]> => {
  const { rows } = await db.query<{ plan_hash: string; document: string }>(
    `select plan_hash, document from cordon.plan_in_force f join cordon.plan p using (plan_hash) order by f.survey`,
  );
  return rows.map(({ plan_hash, document }) => ({
    planHash: plan_hash,
    plan: JSON.parse(document) as Plan,
  }));
};

/** Temporal alone holds a pause; that there is one, the last sweep has written down. */
const pausedWhenSeen = async (db: Connection): Promise<ReadonlySet<string>> => {
  const { rows } = await db.query<{ survey: string }>(
    `select survey from cordon.exception where code = 'SCHEDULE_PAUSED' and closed_at is null and survey is not null`,
  );
  return new Set(rows.map(({ survey }) => survey));
};

const pausedAgain = 'paused when Temporal was lost; an officer resumes it';

const dueOf = async (db: Connection): Promise<Due> => {
  const { rows } = await db.query<Due>(
    `select (select count(*) from cordon.attempt where closed_at is null)::int as waves,
       (select count(distinct (survey, period)) from cordon.copy where kind = any($1) and verified_at is null)::int as retentions,
       (select count(*) from cordon.recall where acknowledged_at is null and survey_ref is not null)::int as recalls`,
    [wavesOwn],
  );
  return rows[0] ?? { waves: 0, retentions: 0, recalls: 0 };
};
