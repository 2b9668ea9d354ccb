// A parent table is analysed over all its children, by any database administrator's nightly job: what it keeps must not
// outlive the child that is dropped.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { as } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

test('no token, reference, byte or history of a dropped copy stays in the statistics of its parent', async () => {
  const planted = randomBytes(16).toString('hex');
  const kinds = {
    package_chunk: '(survey, bytes)',
    disclosure_index: '(survey_ref, token)',
    contact_history: '(survey, token)',
    analysis: '(survey_ref, stratum)',
    history: '(survey, json)',
  };
  for (const [parent, columns] of Object.entries(kinds)) {
    const [first = '', second = ''] = columns.slice(1, -1).split(', ');
    const value = (column: string): string =>
      ['token', 'bytes'].includes(column)
        ? `convert_to('${planted}', 'UTF8')`
        : ['survey_ref', 'json'].includes(column)
          ? `'${planted}'`
          : `'a'`;
    await as(
      cordon,
      'admin',
      `create table copies.${parent}_x () inherits (cordon.${parent});
       insert into copies.${parent}_x ${columns} select ${value(first)}, ${value(second)} from generate_series(1, 50);
       analyze cordon.${parent};
       drop table copies.${parent}_x`,
    );
  }
  const hex = Buffer.from(planted).toString('hex');
  const kept = await as<{ tablename: string; attname: string; values: string }>(
    cordon,
    'admin',
    `select tablename, attname, concat_ws(' ', most_common_vals::text, histogram_bounds::text) as values
     from pg_stats where schemaname = 'cordon'`,
  );
  expect(kept.some(({ attname }) => attname === 'survey')).toBe(true);
  expect(kept.filter(({ values }) => values.includes(planted) || values.includes(hex))).toEqual([]);
});
