// What stops a wave until an officer accepts it. Raised with the counts it is about, in their own transaction;
// accepted by an officer's Update, in the ledger; PostgreSQL lets nobody be drawn while one waits.
import type pg from 'pg';
import type { Alarm, AlarmCode } from '../schemas/alarm.ts';
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import type { RegisterFigure } from '../schemas/leaf.ts';
import type { Answer, AttemptKey, Stage } from '../schemas/ref.ts';
import type { Screening } from '../sql/alarms.ts';
import { wavesBack } from '../sql/alarms.ts';
import { append } from '../sql/ledger/append.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import type { RegistersRead } from './registers.ts';
import { contactsReckoned, readRegisters, recordRegisters } from './registers.ts';
import type { StageTx, StepContext } from './step.ts';
import { names, refusalOf, translate } from './step.ts';
import { transact } from './transact.ts';
import { statementBy } from './witness.ts';

/** Writes alarms and their leaves; MUST come last in the transaction, beside the other leaves. */
export const raiseAlarms = async (
  { tx, leaves }: Pick<StageTx, 'tx' | 'leaves'>,
  key: AttemptKey,
  stage: Stage,
  alarms: readonly Alarm[],
): Promise<void> => {
  await tx.query(
    `insert into cordon.alarm (survey, period, attempt, stage, code, subject, found, expected)
     select $1, $2, $3, $4, a.code, coalesce(a.reason, ''), a.found, a.expected
     from jsonb_to_recordset($5) a(code text, reason text, found text, expected text)`,
    [...names(key), stage, JSON.stringify(alarms)],
  );
  for (const { code, reason = '', found, expected } of alarms)
    await leaves({ type: 'alarm', stage, code, subject: reason, found, expected });
};

/** The last waves of this survey that drew anybody: what was refused says nothing of what is usual. */
export const earlierScreenings = async (
  tx: Pick<pg.PoolClient, 'query'>,
  { survey, period }: AttemptKey,
): Promise<readonly Screening[]> => {
  const { rows } = await tx.query<Screening>(
    `select w.intake::int as intake, (select coalesce(jsonb_object_agg(e.reason, e.any_reason), '{}')
       from cordon.exclusion_count e
       where (e.survey, e.period, e.attempt) = (w.survey, w.period, w.attempt)) as reasons
     from (select distinct on (period) * from cordon.attempt
       where survey = $1 and period < $2 and seed is not null order by period desc, attempt desc) a
     join cordon.waterfall w using (survey, period, attempt)
     where w.excluded is not null order by a.period desc limit $3`,
    [survey, period, wavesBack],
  );
  return rows;
};

/** A register that is empty, has lost entries, holds others or is old, as alarms. */
export const registerAlarms = ({ faults }: RegistersRead): Alarm[] =>
  faults.map(({ code, register, found, expected }) => ({ code, reason: register, found, expected }));

/** @throws REGISTER_UNREADABLE, and what an officer has not accepted for this attempt */
export const requireAcceptedRegisters = async (
  deps: Pick<Deps, 'secrets'>,
  s: StepContext,
  tx: pg.PoolClient,
): Promise<void> => {
  const registers = await readRegisters(deps, s, tx);
  const { rows } =
    registers.faults.length === 0
      ? { rows: [] }
      : await tx.query<{ code: string; subject: string }>(
          `select code, subject from cordon.alarm
           where (survey, period, attempt) = ($1, $2, $3) and accepted_at is not null`,
          names(s.attempt),
        );
  for (const { register, ...refusal } of registers.faults)
    if (!rows.some(({ code, subject }) => code === refusal.code && subject === register))
      throw refuse(refusal);
  await recordRegisters(tx, s, registers);
};

/** What one officer has accepted: every waiting alarm of one code; answers how many alarms still wait. */
export const accept =
  (deps: Deps) =>
  async (given: AttemptKey & By): Promise<Answer<{ unanswered: number }>> => {
    const { survey, period, attempt, officer, statementSha256 } = given;
    try {
      const unanswered = await transact(deps.pool, async (tx) => {
        const { alarm: code, because, reasons } = await statementBy(tx, 'accept', given, given);
        const { rows } = await tx.query<{
          accepted: number;
          unanswered: number;
          registers: RegisterFigure[] | null;
        }>('select * from cordon.accept_alarm($1, $2, $3, $4, $5)', [
          ...names(given),
          officer,
          statementSha256,
        ]);
        const [said] = rows;
        if (!said) throw refuse(notWaiting);
        if (said.accepted === 0 && !(await isAccepted(tx, given, code))) throw refuse(notWaiting);
        if (said.accepted > 0) {
          // what stands there now is what it is held to from here on
          const contacts =
            reanchors.has(code) && reasons.includes('contacts') && (await contactsReckoned(tx));
          await append(
            tx,
            'worker',
            { survey, period, attempt },
            {
              type: 'alarm-accepted',
              code,
              alarms: said.accepted,
              officer,
              because,
              statementSha256,
              ...(said.registers && { registers: said.registers }),
              ...(contacts && { contacts }),
            },
          );
        }
        return said.unanswered;
      });
      return { ok: true, value: { unanswered } };
    } catch (e) {
      const coded = translate(e);
      const refusal = refusalOf(coded);
      if (!refusal) throw coded;
      return { ok: false, refusal };
    }
  };

const reanchors: ReadonlySet<AlarmCode> = new Set([
  'REGISTER_EMPTIED',
  'REGISTER_SHRUNK',
  'REGISTER_ALTERED',
]);

/** A repeat is answered as the first was. */
const isAccepted = async (tx: pg.PoolClient, key: AttemptKey, code: AlarmCode): Promise<boolean> => {
  const { rowCount } = await tx.query(
    `select from cordon.alarm where (survey, period, attempt, code) = ($1, $2, $3, $4) and accepted_at is not null`,
    [...names(key), code],
  );
  return (rowCount ?? 0) > 0;
};

const notWaiting: Refusal = {
  code: 'NOT_WAITING',
  found: 'no alarm of this code in this wave',
  expected: 'an alarm that waits',
  remedy: 'see npx cordon status',
};
