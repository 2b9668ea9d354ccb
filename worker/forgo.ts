// `cordon forgo SURVEY yyyy-mm`: an officer decides that a month is never run, and it is missing no more; two take it back.
import type { ForgoReason } from '../schemas/forgo.ts';
import { refuse } from '../schemas/failure.ts';
import { isPeriod, shiftMonth } from '../schemas/period.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import { officersInForce } from '../sql/officers.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { login } from './login.ts';

export interface ForgoFlags extends ActFlags {
  readonly because?: ForgoReason;
  readonly takeBack?: boolean;
}

/** A decision that stands: about this month, or about one before it since which the survey has ended. */
interface Forgone {
  readonly period: string;
  readonly ordinal: number;
  readonly because: ForgoReason;
  readonly officer: string;
  readonly at: Date;
}

export const forgoCommand = async (
  wave: WaveKey,
  { because, takeBack, ...flags }: ForgoFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  if (!isPeriod(wave.period) || (because === undefined) === !takeBack)
    throw refuse({
      code: 'INPUT',
      found: isPeriod(wave.period)
        ? 'neither a reason nor --take-back, or both'
        : 'no calendar month of our time',
      expected: 'a month such as 2026-10, and --because or --take-back',
      remedy: 'see npx cordon forgo --help',
    });
  // a slip of the hand would else be two officers' work to undo
  if (wave.period > shiftMonth(new Date().toISOString(), 12))
    throw refuse({
      code: 'INPUT',
      found: `${wave.period}, more than a year ahead`,
      expected: 'a month that has been, or one of the next twelve',
      remedy: 'correct the month; for a survey that has ended name the first month without it',
    });
  const { standing, times, domain, known } = await withConnection(
    await login(env, 'auditor'),
    'cordon forgo',
    async (db) => ({
      standing: await forgoneBy(db, wave),
      times: await timesOf(db, wave),
      domain: (await officersInForce(db)).officers,
      known: (await db.query('select from cordon.plan where survey = $1', [wave.survey])).rows.length > 0,
    }),
  );
  if (!known) throw unknownSurvey(wave.survey);
  if (takeBack ? standing?.period !== wave.period : standing) throw already(wave, standing);
  const ordinal = times + (takeBack ? 0 : 1);
  const statement = { ...wave, ordinal, because: because ?? ('taken-back' as const) };
  const { survey, period } = wave;
  return withClient(env, (client) => {
    const send = toWorkflow<'forgo', { officers: number; needed: number }>(client, 'forgo', env);
    const act = { act: 'forgo', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ officers, needed }) =>
      officers < needed
        ? [
            `signed: ${String(officers)} of ${String(needed)} officers`,
            `  ${survey} ${period} is still forgone`,
            '  another officer signs the same:',
            `  npx cordon forgo ${survey} ${period} --take-back`,
          ]
        : takeBack
          ? [
              `${survey} ${period} may be run`,
              `  npx cordon run ${survey} ${period} \\`,
              '    --because requested',
            ]
          : [`${survey} ${period} is forgone`, '  nothing runs it, and it is missing no more'],
    );
  });
};

/** @param db logged in as the auditor */
const forgoneBy = async (db: Connection, { survey, period }: WaveKey): Promise<Forgone | undefined> => {
  const { rows } = await db.query<Forgone>(
    `select period, ordinal, because, officer, at from cordon.forgone
     where survey = $1 and taken_back_at is null and (period = $2 or (because = 'survey-ended' and period <= $2))
     order by period desc limit 1`,
    [survey, period],
  );
  return rows[0];
};

const timesOf = async (db: Connection, { survey, period }: WaveKey): Promise<number> => {
  const { rows } = await db.query('select from cordon.forgone where (survey, period) = ($1, $2)', [
    survey,
    period,
  ]);
  return rows.length;
};

/** @throws MONTH_FORGONE @param url of the auditor's role */
export const mustNotBeForgone = async (url: string, wave: WaveKey): Promise<void> => {
  const standing = await withConnection(url, 'cordon run', (db) => forgoneBy(db, wave));
  if (!standing) return;
  const { survey, period } = wave;
  throw refuse({
    code: 'MONTH_FORGONE',
    found: `${survey} ${period}, ${byWhom(standing)}`,
    expected: 'a month that may be run',
    remedy: `leave it; or two officers take that back: npx cordon forgo ${survey} ${standing.period} --take-back`,
  });
};

const unknownSurvey = (survey: string) =>
  refuse({
    code: 'INPUT',
    found: `no survey ${survey} that was ever applied`,
    expected: 'its name, as its pipeline file says it',
    remedy: 'correct the name',
  });

/** `forgone by a.officer on 2026-11-26 with 2026-09 and all that follow: survey-ended` */
const byWhom = ({ period, because, officer, at }: Forgone): string =>
  `forgone by ${officer} on ${at.toISOString().slice(0, 10)}${because === 'survey-ended' ? ` with ${period} and all that follow` : ''}: ${because}`;

const already = ({ survey, period }: WaveKey, standing: Forgone | undefined) =>
  refuse({
    code: 'INPUT',
    found: standing ? `${survey} ${period} is ${byWhom(standing)}` : `${survey} ${period} is not forgone`,
    expected: standing ? 'a month that might still be run' : 'a month that an officer has forgone',
    remedy: standing
      ? `nothing; or two officers take it back: npx cordon forgo ${survey} ${standing.period} --take-back`
      : 'nothing: it may be run',
  });
