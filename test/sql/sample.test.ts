import { afterAll, beforeAll, expect, test } from 'vitest';
import { ticket } from '../../sql/ticket.ts';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  const { pipeline, ...rest } = shipped();
  stage = await openStage({ ...rest, pipeline: { ...pipeline, sample: { ...pipeline.sample, floor: 3 } } });
});
afterAll(() => stage.close());

const victims = (n: number, different: Row, from: number): Row[] =>
  Array.from({ length: n }, (_, i) => victim(`V${from + i}`, different));

const framed = async (rows: readonly Row[]): Promise<Record<string, unknown>[]> => {
  await stage.extract(rows);
  await stage.screen();
  await stage.query(stage.plan.screen.frame);
  return stage.query(stage.plan.sample.strata);
};

test('small strata lose their last dimension, then everything; large ones keep their name', async () => {
  const strata = await framed([
    ...victims(4, { policing_area: 'North', offence_code: '28E' }, 0),
    ...victims(2, { policing_area: 'North', offence_code: '8N' }, 10),
    ...victims(1, { policing_area: 'North', offence_code: '34A' }, 20),
    ...victims(3, { policing_area: 'South', offence_code: '28E' }, 30),
    ...victims(2, { policing_area: 'South', offence_code: '8N' }, 40),
    ...victims(1, { policing_area: null, offence_code: '28E' }, 50),
    ...victims(5, { policing_area: 'North', offence_code: '28E', deceased: 'true' }, 60),
  ]);
  expect(strata).toEqual([
    { stratum: 'North / burglary', frame: 4, withheld: 0 },
    { stratum: 'North / other', frame: 3, withheld: 0 },
    { stratum: 'South / burglary', frame: 3, withheld: 0 },
    { stratum: 'other', frame: 3, withheld: 0 },
  ]);
});

test('a frame id is the HMAC of the key under the attempt’s own key, and frame rows come in their order', async () => {
  await framed(victims(5, {}, 0));
  const rows = await stage.query(stage.plan.screen.frameRows);
  const expected = Array.from({ length: 5 }, (_, i) =>
    hmacInNode(keys.frame, `frame:${JSON.stringify([`V${i}`, `V${i}/26`])}`).toString('hex'),
  );
  expect(rows.map((row) => row['frame_id'])).toEqual(expected.toSorted());
});

test('the smallest tickets of each stratum are the sample, the next the reserve, and nobody else is drawn', async () => {
  await framed([
    ...victims(30, { policing_area: 'North' }, 0),
    ...victims(20, { policing_area: 'South' }, 100),
  ]);
  const frame = await stage.rows('select stratum, frame_id from frame_key');
  await stage.query(stage.plan.sample.reset);
  await stage.draw('314159', { 'North / burglary': [7, 2], 'South / burglary': [3, 0] });
  const drawn = await stage.rows(
    'select stratum, frame_id, part, rank, state, struck_by from sampled order by stratum, rank',
  );
  const byHand = [['North / burglary', 7, 2] as const, ['South / burglary', 3, 0] as const].flatMap(
    ([stratum, quota, reserve]) =>
      frame
        .filter((f) => f['stratum'] === stratum)
        .map((f) => String(f['frame_id']))
        .toSorted((a, b) => (ticket('314159', a) < ticket('314159', b) ? -1 : 1))
        .slice(0, quota + reserve)
        .map((frame_id, i) => ({
          stratum,
          frame_id,
          part: i < quota ? 'sample' : 'reserve',
          rank: i + 1,
          state: i < quota ? 'in' : 'idle',
          struck_by: null,
        })),
  );
  expect(drawn).toEqual(byHand);
  await stage.query(stage.plan.sample.cut);
  expect(await stage.rows('select * from frame_key')).toEqual([]);
});
