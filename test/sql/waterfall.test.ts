import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import type { OpenAttempt } from './wave.ts';
import { as, key, newWave, openAttempt } from './wave.ts';

let cordon: Cordon;
let attempt: OpenAttempt;
beforeAll(async () => {
  cordon = await createCordon();
  attempt = await openAttempt(cordon, await newWave(cordon));
});
afterAll(() => cordon.drop());

const balanced = {
  read: 100,
  quarantined: 4,
  intake: 96,
  excluded: 36,
  frame: 60,
  sample: 20,
  reserve: 10,
  not_drawn: 30,
  promoted: 2,
  struck: 3,
  package: 19,
};
type Waterfall = { [Column in keyof typeof balanced]: number | null };

const insertSql = `insert into cordon.waterfall (survey, period, attempt, ${Object.keys(balanced).join(', ')})
  values ($1, $2, $3, ${Object.keys(balanced)
    .map((_, n) => `$${n + 4}`)
    .join(', ')})`;

/** The name of the constraint that refuses these counts; undefined when they are taken. Nothing is kept. */
const refusedBy = async (counts: Waterfall): Promise<string | undefined> => {
  const db = await cordon.pool('worker').connect();
  try {
    await db.query('begin');
    const answer = await db.query(insertSql, [...key(attempt), ...Object.values(counts)]).then(
      () => undefined,
      (e: unknown) => (e as { constraint?: string }).constraint ?? 'none',
    );
    await db.query('rollback');
    return answer;
  } finally {
    db.release();
  }
};

const after = (...columns: (keyof Waterfall)[]): Waterfall =>
  Object.fromEntries(
    Object.entries(balanced).map(([column, count]) => [
      column,
      columns.includes(column as keyof Waterfall) ? count : null,
    ]),
  ) as Waterfall;

describe('the waterfall', () => {
  const extracted = ['read', 'quarantined', 'intake'] as const;
  const screened = [...extracted, 'excluded', 'frame'] as const;
  const sampled = [...screened, 'sample', 'reserve', 'not_drawn'] as const;

  test.each([
    ['extract', after(...extracted)],
    ['screen', after(...screened)],
    ['sample', after(...sampled)],
    ['minimise', balanced],
  ])('balances after %s', async (_, counts) => {
    expect(await refusedBy(counts)).toBeUndefined();
  });

  test.each([
    ['read = quarantined + intake', { read: 101 }, 'waterfall_read_balances'],
    ['intake = excluded + frame', { read: 101, intake: 97 }, 'waterfall_intake_balances'],
    ['frame = sample + reserve + not drawn', { not_drawn: 31 }, 'waterfall_frame_balances'],
    ['package = sample + promoted − struck', { package: 20 }, 'waterfall_package_balances'],
    [
      'no more promoted than were in reserve',
      { promoted: 11, package: 28 },
      'waterfall_promotes_from_reserve',
    ],
    ['counts are not negative', { promoted: -1, package: 16 }, 'waterfall_counts_people'],
    [
      'screening says both of its numbers',
      { ...after(...screened), frame: null },
      'waterfall_screened_whole',
    ],
    ['sampling says all of its numbers', { ...after(...sampled), reserve: null }, 'waterfall_sampled_whole'],
    ['sampling comes after screening', { excluded: null, frame: null }, 'waterfall_sampled_whole'],
    ['minimising says all of its numbers', { struck: null }, 'waterfall_minimised_whole'],
    [
      'minimising comes after sampling',
      { sample: null, reserve: null, not_drawn: null },
      'waterfall_minimised_whole',
    ],
  ])('is refused unless %s', async (_, change, constraint) => {
    expect(await refusedBy({ ...balanced, ...change })).toBe(constraint);
  });

  test('is taken if and only if its four equations hold', async () => {
    const count = fc.nat(3);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          read: count,
          quarantined: count,
          intake: count,
          excluded: count,
          frame: count,
          sample: count,
          reserve: count,
          not_drawn: count,
          promoted: fc.constant(0),
          struck: fc.constant(0),
          package: count,
        }),
        fc.nat(4),
        async (any, mended) => {
          const c = { ...any };
          if (mended > 0) c.frame = c.sample + c.reserve + c.not_drawn;
          if (mended > 1) c.intake = c.excluded + c.frame;
          if (mended > 2) c.read = c.quarantined + c.intake;
          if (mended > 3) c.package = c.sample;
          const holds =
            c.read === c.quarantined + c.intake &&
            c.intake === c.excluded + c.frame &&
            c.frame === c.sample + c.reserve + c.not_drawn &&
            c.package === c.sample + c.promoted - c.struck;
          expect((await refusedBy(c)) === undefined).toBe(holds);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('stands once an attempt, for an attempt that exists', async () => {
    const other = await openAttempt(cordon, await newWave(cordon));
    const extractedOnly = { ...after(...extracted), read: 96, quarantined: 0 };
    const record = (which: OpenAttempt) =>
      as(cordon, 'worker', insertSql, [...key(which), ...Object.values(extractedOnly)]);
    await record(other);
    await expect(record(other)).rejects.toMatchObject({ constraint: 'waterfall_pkey' });
    await expect(record({ ...other, attempt: 9 })).rejects.toMatchObject({
      constraint: 'waterfall_survey_period_attempt_fkey',
    });
  });
});

interface Parts {
  readonly quarantine?: readonly number[];
  readonly exclusions?: readonly number[];
  readonly overlaps?: readonly (readonly [ordinal: number, other: number, rows: number])[];
  readonly strikes?: readonly number[];
  readonly frame?: number;
}

/** Writes a whole waterfall in one transaction, which only commit asks about; the SQLSTATE that its commit is refused with, or nothing. */
const written = async (parts: Parts): Promise<string | undefined> => {
  const { quarantine = [3, 1], exclusions = [30, 6], overlaps = [], strikes = [2, 1], frame = 50 } = parts;
  const wave = await openAttempt(cordon, await newWave(cordon));
  const each = async (db: pg.Client, text: string, rows: readonly (readonly (number | string)[])[]) => {
    for (const row of rows) await db.query(text, [...key(wave), ...row]);
  };
  return withConnection(cordon.urls.worker, 'parts', async (db) => {
    await db.query('begin');
    await db.query(insertSql, [...key(wave), ...Object.values(balanced)]);
    await each(
      db,
      'insert into cordon.quarantine_count (survey, period, attempt, code, rows) values ($1, $2, $3, $4, $5)',
      quarantine.map((rows, n) => [`CODE ${String(n)}`, rows]),
    );
    await each(
      db,
      `insert into cordon.exclusion_count (survey, period, attempt, ordinal, reason, first_reason, any_reason)
       values ($1, $2, $3, $4, 'reason', $5, $5)`,
      exclusions.map((rows, n) => [n + 1, rows]),
    );
    await each(
      db,
      'insert into cordon.exclusion_overlap (survey, period, attempt, ordinal, other, rows) values ($1, $2, $3, $4, $5, $6)',
      overlaps,
    );
    await each(
      db,
      `insert into cordon.strike_count (survey, period, attempt, stage, reason, struck)
       values ($1, $2, $3, 'minimise', $4, $5)`,
      strikes.map((rows, n) => [`reason ${String(n)}`, rows]),
    );
    await db.query(
      `insert into cordon.stratum_count (survey, period, attempt, stratum, frame, sample, reserve)
       values ($1, $2, $3, 'one', $4, 15, 5), ($1, $2, $3, 'two', 10, 5, 5)`,
      [...key(wave), frame],
    );
    const answer = await db.query('commit').then(
      () => undefined,
      (e: unknown) => (e as { code?: string }).code,
    );
    const found = await as(cordon, 'auditor', 'select 1 from cordon.waterfall where survey = $1', [
      wave.survey,
    ]);
    expect(found.length).toBe(answer === undefined ? 1 : 0);
    return answer;
  });
};

describe('the parts of a waterfall', () => {
  test('add up, and are taken', async () => {
    expect(await written({ overlaps: [[1, 2, 6]] })).toBeUndefined();
    expect(await as(cordon, 'auditor', 'select * from cordon.waterfall_unbalanced')).toEqual([]);
  });

  test.each<[string, Parts]>([
    ['the codes of quarantine', { quarantine: [3] }],
    ['a quarantine that nobody explained', { quarantine: [] }],
    ['exclusions', { exclusions: [30, 5] }],
    ['exclusions that nobody wrote', { exclusions: [] }],
    ['more rows of two reasons than of one of them', { overlaps: [[1, 2, 7]] }],
    ['strikes', { strikes: [2] }],
    ['strikes that nobody wrote', { strikes: [] }],
    ['strata', { frame: 51 }],
  ])('that do not add up are refused when they are committed, and nothing is kept: %s', async (_, parts) => {
    expect(await written(parts)).toBe('CRD14');
  });

  test('a number that moves alone is refused too', async () => {
    const wave = await openAttempt(cordon, await newWave(cordon));
    const alone = { ...after('read', 'quarantined', 'intake'), read: 96, quarantined: 0 };
    await as(cordon, 'worker', insertSql, [...key(wave), ...Object.values(alone)]);
    const move = as(
      cordon,
      'worker',
      'update cordon.waterfall set excluded = 90, frame = 6 where (survey, period, attempt) = ($1, $2, $3)',
      key(wave),
    );
    await expect(move).rejects.toMatchObject({ code: 'CRD14' });
    const add = as(
      cordon,
      'worker',
      `insert into cordon.quarantine_count (survey, period, attempt, code, rows) values ($1, $2, $3, 'CODE', 1)`,
      key(wave),
    );
    await expect(add).rejects.toMatchObject({ code: 'CRD14' });
    await written({});
    const grow = as(cordon, 'worker', 'update cordon.strike_count set struck = struck + 1');
    await expect(grow).rejects.toMatchObject({ code: 'CRD14' });
  });

  test('an exclusion is no more often the first reason than a reason', async () => {
    const insert = as(
      cordon,
      'worker',
      `insert into cordon.exclusion_count (survey, period, attempt, ordinal, reason, first_reason, any_reason)
       values ($1, $2, $3, 1, 'reason', 2, 1)`,
      key(attempt),
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'exclusion_first_within_any' });
  });

  test('a stratum draws no more than it holds', async () => {
    const wave = await openAttempt(cordon, await newWave(cordon));
    const insert = as(
      cordon,
      'worker',
      `insert into cordon.stratum_count (survey, period, attempt, stratum, frame, sample, reserve)
       values ($1, $2, $3, 'one', 3, 2, 2)`,
      key(wave),
    );
    await expect(insert).rejects.toMatchObject({ constraint: 'stratum_draws_within_frame' });
  });
});
