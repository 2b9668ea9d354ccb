// Names and values as an enemy would choose them, from a real relation through binary COPY to the package.
import { pipeline as flow } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterEach, expect, test } from 'vitest';
import type { Declaration } from '../../schemas/declaration.ts';
import { settings } from '../../sql/plan.ts';
import type { Arrival } from '../../sql/plan.ts';
import { openStage, run, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

type Names = Readonly<Record<string, string>>;
const code = `'); drop table wave_x.intake; --`;
const value = `"person'); --`;

/** The shipped survey with its columns renamed, and a code and a value that try to break out. */
const hostile = (names: Names, relation: readonly string[]): Declaration => {
  const declaration = shipped();
  const renamed = (x: unknown): unknown => {
    if (typeof x === 'string') return names[x] ?? x;
    if (Array.isArray(x)) return x.map(renamed);
    if (typeof x !== 'object' || x === null) return x;
    return Object.fromEntries(Object.entries(x).map(([k, v]) => [names[k] ?? k, renamed(v)]));
  };
  const { extract, screen, sample, minimise, ...rest } = declaration.pipeline;
  const groups = declaration.lists['crime-groups'];
  if (!groups) throw new Error('the shipped survey names crime-groups');
  const rules = renamed(screen) as typeof screen;
  // names of fields are narrow by their grammar: only what they point at is the source's
  const fields = Object.entries(minimise).map(([name, field]) => [name, renamed(field)]);
  const pipeline = {
    ...rest,
    extract: { ...(renamed(extract) as typeof extract), relation },
    screen: rules.map((rule) =>
      rule.reason === 'not-a-person'
        ? {
            ...rule,
            when: {
              is: 'not',
              of: { is: 'in-values', column: names['victim_type'] ?? 'victim_type', values: [value] },
            },
          }
        : rule,
    ),
    sample: { ...(renamed(sample) as typeof sample), floor: 0 },
    minimise: Object.fromEntries(fields) as typeof minimise,
  } as typeof declaration.pipeline;
  const crimeGroups = {
    ...groups,
    groups: { ...groups.groups, [code]: [code] },
    codes: [...groups.codes, code],
  };
  return { ...declaration, pipeline, lists: { ...declaration.lists, 'crime-groups': crimeGroups } };
};

const under = (names: Names, row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [names[name] ?? name, cell]));

const copied = async ({ client, query }: Stage, arrival: Arrival): Promise<void> => {
  await client.query('begin');
  await query(arrival.arrived);
  const chunks: Buffer[] = [];
  for await (const chunk of client.query(copyTo(`copy (${arrival.read}) to stdout (format binary)`)))
    chunks.push(chunk as Buffer);
  await flow(chunks, client.query(copyFrom('copy arrived from stdin (format binary)')));
  const drawn = JSON.stringify([['V1', 'V1/26']]);
  for (const statement of arrival.load) await query(statement, { drawn });
  await client.query('commit');
};

const drawAll = async (stage: Stage): Promise<void> => {
  await stage.query(stage.plan.screen.frame);
  await stage.draw('1');
};

test('hostile relations, columns, values and codes run inertly from the source to the package', async () => {
  const names = {
    victim_ref: 'victim"ref',
    crime_no: `no"; drop table intake; --`,
    reported_at: `at' time zone 'x`,
    offence_code: 'a.b',
    policing_area: '$1',
    forename: `${'n'.repeat(61)}é`,
    surname: 'key',
    phone_mobile: 'Téléphone mobile',
    phone_home: 'code',
    urn: `';select 1/0--`,
    occurred_on: 'c1',
  };
  const relation = ['sch.em"a', `t'able"; drop schema wave_x cascade; --`];
  stage = await openStage(hostile(names, relation));
  const { client, plan, query } = stage;
  const [schema, table] = relation.map((part) => pg.escapeIdentifier(part));
  const row = under(names, victim('V1', { offence_code: code, victim_type: value, policing_area: `'--` }));
  const columns = Object.keys(row).map(
    (name) => `${pg.escapeIdentifier(name)} ${name === names.reported_at ? 'timestamptz' : 'varchar'}`,
  );
  await client.query(`create schema ${schema}`);
  await client.query(`create table ${schema}.${table} (${columns.join(', ')})`);
  const places = Object.keys(row).map((_, i) => `$${i + 1}`);
  await client.query(`insert into ${schema}.${table} values (${places.join(', ')})`, Object.values(row));

  await stage.set(settings.windowFrom, String(run.windowFrom));
  await stage.set(settings.windowTo, String(run.windowTo));
  await stage.set(settings.drawn, JSON.stringify([['V1', 'V1/26']]));
  await copied(stage, plan.extract);
  expect(await query(plan.extract.counts)).toEqual([{ read: 1, quarantined: 0, intake: 1 }]);
  await stage.screen();
  expect(await stage.reasons()).toEqual({ V1: 'in' });
  await drawAll(stage);
  expect(await stage.rows('select stratum from sampled')).toEqual([{ stratum: `'-- / ${code}` }]);
  await copied(stage, plan.reread);
  expect(await stage.recheck()).toEqual([{ key: ['V1', 'V1/26'], mask: '0', changed: false, opted: false }]);
  await copied(stage, plan.minimise);
  const [sent] = await query(plan.minimise.contacts);
  expect(sent).toMatchObject({ crime_group: code, phone: '+447700900001', occurred_on: '2026-10' });
  const counts = await client.query(`copy (${plan.extract.sourceCounts}) to '/dev/null'`);
  expect(counts.rowCount).toBe(1);
  const left = await stage.rows(`select count(*)::integer as n from pg_tables where schemaname = 'wave_x'`);
  expect(left).toEqual([{ n: plan.staging.length }]);
});

test('columns named as PostgreSQL’s own, or as ours, stay the source’s columns', async () => {
  const names = {
    victim_ref: 'ctid',
    crime_no: 'tableoid',
    offence_code: 'phone_kinds',
    victim_type: 'mask',
    forename: 'person_full',
    surname: 'l',
    phone_mobile: 'p_1',
    urn: 'arrived',
  };
  stage = await openStage(hostile(names, ['drop']));
  await stage.extract([under(names, victim('V1', { victim_type: value }))]);
  await stage.screen();
  expect(await stage.reasons()).toEqual({ V1: 'in' });
});
