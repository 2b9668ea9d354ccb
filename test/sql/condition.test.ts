import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Condition } from '../../schemas/condition.ts';
import { duration } from '../../schemas/duration.ts';
import { extractColumns } from '../../sql/column.ts';
import { compileCondition } from '../../sql/condition.ts';
import { bind } from '../../sql/plan.ts';
import { statement } from '../../sql/statement.ts';
import { createDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { shipped } from './stage.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`set timezone = 'UTC'`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const declaration = shipped();
const { pipeline, lists } = declaration;
const abc = {
  ...pipeline,
  extract: {
    ...pipeline.extract,
    read: {
      ...pipeline.extract.read,
      a: { type: 'boolean' },
      b: { type: 'boolean' },
      n: { type: 'integer' },
    },
  },
} as typeof pipeline;

type Truth = true | false | null;
const truths: readonly Truth[] = [true, false, null];

interface Given {
  readonly columns?: Readonly<Record<string, string | null>>;
  readonly hit?: Truth;
  readonly drawnAt?: string;
}

/** What PostgreSQL says of one row with these columns. */
const says = async (condition: Condition, given: Given, of = abc): Promise<Truth> => {
  const columns = extractColumns(of);
  const types = {
    text: 'text',
    date: 'date',
    timestamp: 'timestamptz',
    boolean: 'boolean',
    integer: 'bigint',
  };
  const cells = [...columns.values()].map(({ name, staged, type }) => {
    const text = given.columns?.[name];
    const literal = text === undefined || text === null ? 'null' : pg.escapeLiteral(text);
    return sql.raw(`${literal}::${types[type]} as ${pg.escapeIdentifier(staged)}`);
  });
  const kinds = given.columns?.['kinds'];
  const compiled = compileCondition(condition, {
    pipeline: of,
    columns,
    lists,
    hit: () => sql.raw(`${String(given.hit ?? null)}::boolean`),
    shared: () => sql`true`,
  });
  const { text, values } = bind(
    statement(
      sql`select (${compiled}) as truth from (select ${sql.join(cells)}, ${sql.lit(kinds ?? '{}')}::text[] as phone_kinds) x`,
    ),
    { drawnAt: given.drawnAt ?? '2026-11-16T06:30:00Z' },
  );
  const { rows } = await client.query<{ truth: Truth }>(text, values);
  return rows[0]?.truth ?? null;
};

const a: Condition = { is: 'column', column: 'a' };
const b: Condition = { is: 'column', column: 'b' };
const text = (truth: Truth): string | null => (truth === null ? null : String(truth));

test('any, all and not keep the unknown unknown: the tables of Kleene', async () => {
  for (const x of truths) {
    const notX = x === null ? null : !x;
    expect(await says({ is: 'not', of: a }, { columns: { a: text(x) } })).toBe(notX);
    expect(await says(a, { columns: { a: text(x) } })).toBe(x);
    for (const y of truths) {
      const columns = { a: text(x), b: text(y) };
      const any = x === true || y === true ? true : x === null || y === null ? null : false;
      const all = x === false || y === false ? false : x === null || y === null ? null : true;
      expect([x, y, await says({ is: 'any', of: [a, b] }, { columns })]).toEqual([x, y, any]);
      expect([x, y, await says({ is: 'all', of: [a, b] }, { columns })]).toEqual([x, y, all]);
      const neither: Condition = { is: 'not', of: { is: 'any', of: [a, b] } };
      expect([x, y, await says(neither, { columns })]).toEqual([x, y, any === null ? null : !any]);
    }
  }
});

test('values and lists compare text exactly; an empty cell is unknown, not absent from the list', async () => {
  const person: Condition = { is: 'in-values', column: 'victim_type', values: ['person', "o'clock"] };
  expect(await says(person, { columns: { victim_type: 'person' } })).toBe(true);
  expect(await says(person, { columns: { victim_type: "o'clock" } })).toBe(true);
  expect(await says(person, { columns: { victim_type: 'Person' } })).toBe(false);
  expect(await says(person, { columns: {} })).toBe(null);
  const number: Condition = { is: 'in-values', column: 'n', values: ['42'] };
  expect(await says(number, { columns: { n: '42' } })).toBe(true);
  const sexual: Condition = { is: 'in-list', column: 'offence_code', list: 'sexual-offences' };
  expect(await says(sexual, { columns: { offence_code: '17A' } })).toBe(true);
  expect(await says(sexual, { columns: { offence_code: '28E' } })).toBe(false);
  expect(await says(sexual, { columns: {} })).toBe(null);
  const ungrouped: Condition = { is: 'not-in-any-group', column: 'offence_code' };
  expect(await says(ungrouped, { columns: { offence_code: '28E' } })).toBe(false);
  expect(await says(ungrouped, { columns: { offence_code: '0' } })).toBe(true);
  expect(await says(ungrouped, { columns: {} })).toBe(null);
});

const under16 = (on: string[]): Condition => ({ is: 'age-under', years: 16, born: 'born_on', on });
const reported = (reported_at: string | null, born_on: string | null) =>
  says(under16(['reported_at']), { columns: { reported_at, born_on } });
const reportedAndDrawn = (reported_at: string | null) =>
  says(under16(['reported_at', 'drawn_at']), { columns: { reported_at, born_on: '2010-11-16' } });

test('age counts whole years to the day in the survey’s zone; 29 February comes of age on 1 March', async () => {
  expect(await reported('2026-07-01T12:00Z', '2010-07-02')).toBe(true);
  expect(await reported('2026-07-01T12:00Z', '2010-07-01')).toBe(false);
  // half past midnight of 2 July in London
  expect(await reported('2026-07-01T23:30Z', '2010-07-02')).toBe(false);
  expect(await reported('2026-02-28T12:00Z', '2010-02-28')).toBe(false);
  // a birth date that cannot be is no birth date
  expect(await reported('2026-01-01T12:00Z', '2090-01-01')).toBe(null);
  expect(await reported('2026-01-01T12:00Z', '1890-01-01')).toBe(null);
  expect(await reported('2026-07-01T12:00Z', null)).toBe(null);
  expect(await reported(null, '1980-01-01')).toBe(null);
  const under18: Condition = { is: 'age-under', years: 18, born: 'born_on', on: ['occurred_on'] };
  const day = (occurred_on: string) => says(under18, { columns: { occurred_on, born_on: '2008-02-29' } });
  expect(await day('2026-02-28')).toBe(true);
  expect(await day('2026-03-01')).toBe(false);
});

test('age on several days is under when it is under on any, and unknown when one day is', async () => {
  expect(await reportedAndDrawn('2026-11-15T12:00Z')).toBe(true);
  expect(await reportedAndDrawn('2026-11-16T12:00Z')).toBe(false);
  expect(await reportedAndDrawn(null)).toBe(null);
});

test('a register answers for the row, or does not know', async () => {
  for (const hit of truths)
    expect(await says({ is: 'in-register', register: 'opt-outs' }, { hit })).toBe(hit);
});

const open = (reported_at: string | null, drawnAt = '2026-11-16T06:30:00Z') =>
  says({ is: 'notice-open' }, { columns: { reported_at }, drawnAt });

test('a notice is open until its days are over, and unknown without a report', async () => {
  expect(await open('2026-11-02T06:30:01Z')).toBe(true);
  expect(await open('2026-11-02T06:30:00Z')).toBe(false);
  expect(await open(null)).toBe(null);
});

test('in spring the notice keeps its full days too', async () => {
  const drawnAt = '2026-04-03T05:30:00Z';
  expect(await open('2026-03-20T06:30:00Z', drawnAt)).toBe(false);
  expect(await open('2026-03-20T06:30:01Z', drawnAt)).toBe(true);
});

test('where reports are dated by the day, the last day of the notice still counts as open', async () => {
  const dated = {
    ...abc,
    extract: { ...abc.extract, read: { ...abc.extract.read, reported_at: { type: 'date' } } },
  } as typeof pipeline;
  const openOn = (reported_at: string) => says({ is: 'notice-open' }, { columns: { reported_at } }, dated);
  expect(await openOn('2026-11-02')).toBe(true);
  expect(await openOn('2026-11-01')).toBe(false);
});

test('a phone is usable when it is of a kind that is asked for', async () => {
  const none: Condition = { is: 'no-usable-phone', kinds: ['mobile'] };
  for (const [kinds, truth] of [
    ['{}', true],
    ['{other,landline}', true],
    ['{other,mobile}', false],
  ] as const)
    expect(await says(none, { columns: { kinds } })).toBe(truth);
});

test('what a rule cannot answer is refused when it is compiled, never guessed', () => {
  const scope = {
    pipeline: abc,
    columns: extractColumns(abc),
    lists,
    hit: () => sql`true`,
    shared: () => sql`true`,
  };
  const wrong: readonly Condition[] = [
    { is: 'column', column: 'offence_code' },
    { is: 'column', column: 'phone_mobile' },
    { is: 'column', column: 'no_such' },
    { is: 'in-list', column: 'offence_code', list: 'no-such' },
    { is: 'not-in-any-group', column: 'victim_type' },
    { is: 'any', of: [{ is: 'duplicate-of-person', keep: 'earliest' }] },
    { is: 'age-under', years: 16, born: 'reported_at', on: ['drawn_at'] },
  ];
  for (const condition of wrong) expect(() => compileCondition(condition, scope)).toThrow('INPUT');
  const within = duration('P12M');
  expect(() => compileCondition({ is: 'in-register', register: 'contacts', within }, scope)).not.toThrow();
});
