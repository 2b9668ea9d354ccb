// Reads the wave's window from the records system. Identifiers become tokens inside the load's transaction: the
// session's temporary table that held them is gone when it commits.
import type { Alarm } from '../schemas/alarm.ts';
import { refuse } from '../schemas/failure.ts';
import type { Answer, Opened, Ref } from '../schemas/ref.ts';
import { bind, settings } from '../sql/plan.ts';
import type { ExtractReading } from '../sql/plan.ts';
import { raiseAlarms } from './alarms.ts';
import type { Deps } from './deps.ts';
import { joinByHash } from './hash-joins.ts';
import type { Loaded, Source, SourceRequest } from './source/source.ts';
import { openCopy, place } from './open-copy.ts';
import type { Staged, StageTx, StepContext } from './step.ts';
import { names, step } from './step.ts';
import { windowOf } from './window.ts';

type Extracted = Ref<'extracted'>;
export interface Counts {
  read: number;
  quarantined: number;
  intake: number;
}
/** How many rows lie in quarantine, by reason code. */
export type Faults = Readonly<Record<string, number>>;

export const extract =
  (deps: Deps) =>
  (opened: Opened): Promise<Answer<Extracted>> =>
    step<Extracted>(deps, opened, 'extract', async (s) => {
      const { plan, attempt } = s;
      const source = await deps.openSource(plan.declaration.extract.from, attempt);
      try {
        // a drop that is refused, or cannot even be read, holds people all the same: its clock comes first
        if (await source.drop?.isThere(plan.extract.relation)) await s.fenced((stage) => openDrop(stage, s));
        const { counts, faults, loaded } = await fill(s, source);
        const alarms = await expect(s, counts, faults, loaded);
        const { survey, period, attempt: number, nonceSha256 } = attempt;
        const ref: Extracted = {
          survey,
          period,
          attempt: number,
          stage: 'extracted',
          rows: counts.intake,
          nonce: nonceSha256,
          ...(alarms.length > 0 && { alarms }),
        };
        return await s.finish(ref, async ({ tx, leaves }) => {
          await tx.query(
            `insert into cordon.waterfall (survey, period, attempt, read, quarantined, intake)
             values ($1, $2, $3, $4, $5, $6)`,
            [...names(attempt), counts.read, counts.quarantined, counts.intake],
          );
          const quarantine = Object.entries(faults).map(([code, rows]) => ({ code, rows }));
          await tx.query(
            `insert into cordon.quarantine_count (survey, period, attempt, code, rows)
             select $1, $2, $3, q.* from jsonb_to_recordset($4) q(code text, rows bigint)`,
            [...names(attempt), JSON.stringify(quarantine)],
          );
          await leaves({ type: 'extracted', ...plain(counts), extractedAt: loaded.asOf, quarantine });
          await raiseAlarms({ tx, leaves }, attempt, 'extract', alarms);
        });
      } finally {
        await source.close();
      }
    });

/** Intake and quarantine, from the source and from nothing else. */
export const fill = async (
  s: Staged,
  source: Source,
): Promise<{ readonly counts: Counts; readonly faults: Faults; readonly loaded: Loaded }> => {
  const { extract: plan } = s.plan;
  const reading = (await source.inspect(plan)) ? plan.native : plan;
  await s.staged(({ run }) => run(plan.reset));
  const loaded = await load(s, source, reading);
  return s.staged(async ({ tx, run }) => {
    await tx.query(
      `insert into quarantine (key, code)
       select array[format('record %s', r.record)], r.code from jsonb_to_recordset($1) r(record int, code text)`,
      [JSON.stringify(loaded.refused)],
    );
    await run(plan.settle);
    const [counts] = await run<Counts & Record<string, number>>(plan.counts);
    const codes = await run<{ code: string; rows: number }>(plan.quarantined);
    return {
      counts: counts ?? { read: 0, quarantined: 0, intake: 0 },
      faults: Object.fromEntries(codes.map(({ code, rows }) => [code, rows])),
      loaded,
    };
  });
};

/** Tokens are most of the work, and a session computes them on one core. What a third one gains is in test/bench. */
const loaders = 2;

/**
 * Every session has its own `arrived`, gone when it commits. Should one commit and the next fail, the stage is not done,
 * and its next start empties what the first one filled.
 */
const load = async (
  s: Staged,
  source: Source,
  reading: ExtractReading & Pick<SourceRequest, 'types'>,
  open: readonly StageTx[] = [],
): Promise<Loaded> => {
  const { plan, attempt } = s;
  if (open.length < loaders)
    return s.staged(async (stage) => {
      await stage.run(reading.arrived);
      await joinByHash(stage.tx);
      return load(s, source, reading, [...open, stage]);
    });
  const sessions = open.map(({ tx }) => tx);
  const [first] = sessions;
  if (!first) throw new TypeError('a session');
  const window = await windowOf(plan, attempt.period, first);
  const { relation, columns } = plan.extract;
  const { read: select, types } = reading;
  const given = { [settings.windowFrom]: window.windowFrom, [settings.windowTo]: window.windowTo };
  const loaded = await source.load(
    sessions,
    { relation, columns, select, ...(types && { types }), settings: given },
    { signal: s.signal, heartbeat: s.heartbeat },
  );
  const values = { ...window, period: attempt.period };
  const filled = await Promise.all(
    open.map(async ({ tx }) => {
      let rows = 0;
      // a month of few rows comes to one session, and for none it would be planned all the same
      const { rowCount: some } = await tx.query('select from pg_temp.arrived limit 1');
      if (!some) return rows;
      for (const statement of reading.load) {
        s.signal.throwIfAborted();
        const { text, values: bound } = bind(statement, values);
        rows += (await tx.query(text, bound)).rowCount ?? 0;
      }
      return rows;
    }),
  );
  // a sound source pays for one reading
  if (filled.reduce((all, rows) => all + rows, 0) < loaded.arrived)
    await Promise.all(open.map(({ run }) => run(reading.quarantine, values)));
  return loaded;
};

const plain = ({ read, quarantined, intake }: Counts): Counts => ({ read, quarantined, intake });

const openDrop = async (stage: StageTx, { attempt, plan }: StepContext): Promise<void> => {
  const at = place('source-drop', attempt, 1);
  const { rowCount } = await stage.tx.query(
    "select from cordon.copy where kind = 'source-drop' and place = $1",
    [at],
  );
  const keep = plan.declaration.retain['source-drop'].for;
  if (rowCount === 0) await openCopy(stage, attempt, 'source-drop', at, keep);
};

/** A database is asked for the window alone, a drop holds what it holds: rows outside are no fault, and not the month's. */
const outside = 'OUT_OF_WINDOW';

/**
 * What an officer may let pass: more unreadable rows than the survey tolerates.
 * @throws ROWS_OUT_OF_RANGE, SOURCE_STALE
 */
export const expect = async (s: Staged, counts: Counts, faults: Faults, loaded: Loaded): Promise<Alarm[]> => {
  const read = counts.read - (faults[outside] ?? 0);
  const unreadable = counts.quarantined - (faults[outside] ?? 0);
  const { rows: range, quarantineUpTo, notOlderThan } = s.plan.declaration.extract.expect;
  const [least, most] = range;
  if (read < least || read > most)
    throw refuse({
      code: 'ROWS_OUT_OF_RANGE',
      found: `${String(read)} rows`,
      expected: `${String(least)} to ${String(most)} rows`,
      remedy: 'ask the records team what changed; if the month is right, widen expect.rows and apply',
    });
  const fresh = await s.fenced(async ({ tx }) => {
    const { rows } = await tx.query<{ fresh: boolean }>(
      'select $1::timestamptz >= now() - $2::interval as fresh',
      [loaded.asOf, notOlderThan],
    );
    return rows[0]?.fresh === true;
  });
  if (!fresh)
    throw refuse({
      code: 'SOURCE_STALE',
      found: `an extract of ${loaded.asOf}`,
      expected: `one not older than ${notOlderThan}`,
      remedy: 'deliver a new extract and run the month again',
    });
  if (unreadable <= read * quarantineUpTo) return [];
  return [
    {
      code: 'QUARANTINE_OVER_TOLERANCE',
      found: `${String(unreadable)} unreadable rows of ${String(read)} (${codes(faults)})`,
      expected: `at most ${String(quarantineUpTo * 100)} per cent`,
    },
  ];
};

const codes = (faults: Faults): string =>
  Object.entries(faults)
    .flatMap(([code, rows]) => (code === outside ? [] : [`${code} ${String(rows)}`]))
    .join(', ');
