// The table of exceptions is made to agree with what is wrong now, and every change of it becomes a leaf.
import type pg from 'pg';
import type { Cause, Exception, ExceptionCode, RecordedCode, Severity, Sight } from '../schemas/exception.ts';
import { kindOf, recorded, toldAtOnce } from '../schemas/exception.ts';
import { standing } from './causes.ts';
import type { Connection } from './connect.ts';
import { append } from './ledger/append.ts';

interface Row {
  readonly code: ExceptionCode;
  readonly survey: string | null;
  readonly period: string | null;
  readonly attempt: number | null;
  readonly subject: string;
  readonly owner: string;
  readonly deputy: string;
  readonly due_at: Date;
}

/** What PostgreSQL knows. */
export const lookAtRecords = async (tx: Connection): Promise<Sight> => {
  const { rows } = await tx.query<{ cause: Cause }>(standing);
  return { looked: Object.keys(recorded) as RecordedCode[], found: rows.map(({ cause }) => cause) };
};

/** Opens what is new, closes what is gone; what nobody could look at stays as it was. MUST come last in its transaction. */
export const reconcile = async (
  tx: Connection,
  sights: readonly Sight[],
): Promise<{ readonly raised: number; readonly cleared: number }> => {
  const found = sights
    .flatMap((sight) => sight.found)
    .map(({ code, survey, period, attempt, dueAt, ...cause }) => {
      const { severity, within = 'P0D', ...kind } = kindOf(code);
      const { subject = '', owner = kind.owner, deputy = kind.deputy } = cause;
      return { code, survey, period, attempt, subject, owner, deputy, severity, within, due_at: dueAt };
    });
  const { rows } = await tx.query<Row & { change: 'raised' | 'closed' } & pg.QueryResultRow>(
    'select * from cordon.reconcile_exceptions($1, $2)',
    [sights.flatMap(({ looked }) => looked), JSON.stringify(found)],
  );
  for (const { change, code, survey, period, attempt, subject, owner, due_at: dueAt } of rows) {
    const wave = survey === null ? {} : scopeOf(survey, period, attempt);
    const which = { code, owner, ...(subject !== '' && { subject }) };
    if (change === 'raised' && Object.hasOwn(toldAtOnce, code)) continue;
    if (change === 'raised')
      await append(tx, 'worker', wave, { type: 'exception', ...which, dueAt: dueAt.toISOString() });
    else await append(tx, 'worker', wave, { type: 'exception-closed', ...which });
  }
  const raised = rows.filter(({ change }) => change === 'raised').length;
  return { raised, cleared: rows.length - raised };
};

const scopeOf = (survey: string, period: string | null, attempt: number | null) => ({
  survey,
  ...(period !== null && { period }),
  ...(attempt !== null && { attempt }),
});

interface Stored extends Row {
  readonly id: number;
  readonly severity: Severity;
  readonly first_seen: Date;
  readonly last_seen: Date;
  readonly closed_at: Date | null;
}

/** @param where about `x`, an exception; with the gravest first */
export const readExceptions = async (
  db: Pick<Connection, 'query'>,
  where: string,
  values: readonly unknown[] = [],
): Promise<readonly Exception[]> => {
  const { rows } = await db.query<Stored & pg.QueryResultRow>(
    `select x.* from cordon.exception x where ${where}
     order by array_position(array['high', 'medium', 'low'], x.severity), x.due_at, x.id`,
    [...values],
  );
  return rows.map((row) => ({
    id: row.id,
    code: row.code,
    survey: row.survey ?? undefined,
    period: row.period ?? undefined,
    attempt: row.attempt ?? undefined,
    subject: row.subject,
    owner: row.owner,
    deputy: row.deputy,
    severity: row.severity,
    dueAt: row.due_at.toISOString(),
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
  }));
};
