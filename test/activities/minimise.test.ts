// Strikes and promotion before anything is packed: the account balances whatever the source does meanwhile.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import type { Bench } from './bench.ts';
import { actsOf, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

interface Drawn {
  readonly ref: string;
  readonly part: 'sample' | 'reserve';
  readonly state: string;
  readonly stratum: string;
  readonly rank: number;
}

const stagingOf = ({ survey, period }: WaveKey): string =>
  `wave_${survey.replaceAll('-', '_')}_${period.replace('-', '')}_1`;
const drawn = (on: Bench, wave: WaveKey): Promise<Drawn[]> =>
  on.query<Drawn & Record<string, unknown>>(
    `select key[1] as ref, part, state, stratum, rank from ${stagingOf(wave)}.sampled order by stratum, rank`,
  );
const counts = async (on: Bench, { period }: WaveKey) =>
  (
    await on.query(
      `select sample::int, promoted::int, struck::int, package::int from cordon.waterfall where period = $1`,
      [period],
    )
  )[0];

test('several strikes in one stratum promote that stratum’s next in line, in order, and nobody of another', async () => {
  const wave = await bench.month();
  const sampled = await bench.upTo(await bench.open(wave), 'sample');
  const before = await drawn(bench, wave);
  const of = (part: string) => before.filter((d) => d.part === part && d.stratum === before[0]?.stratum);
  const struck = [...of('sample').slice(0, 2), ...of('reserve').slice(0, 1)].map(({ ref }) => ref);
  await bench.atSource('delete from survey.victim_offence where victim_ref = any($1)', [struck]);
  expect(await bench.acts.minimise(sampled)).toMatchObject({ value: { rows: 12 } });
  expect(await counts(bench, wave)).toEqual({ sample: 12, promoted: 2, struck: 2, package: 12 });
  const after = await drawn(bench, wave);
  expect(after.filter((d) => d.part === 'reserve' && d.state === 'in').map(({ ref }) => ref)).toEqual(
    of('reserve')
      .slice(1, 3)
      .map(({ ref }) => ref),
  );
});

test('more strikes than reserve leave a smaller package, and the account says so', async () => {
  const wave = await bench.month();
  const sampled = await bench.upTo(await bench.open(wave), 'sample');
  const sample = (await drawn(bench, wave)).filter(({ part }) => part === 'sample');
  const gone = sample.slice(0, 5).map(({ ref }) => ref);
  const reserve = (await drawn(bench, wave)).filter(
    ({ part, stratum }) => part === 'reserve' && stratum === sample[0]?.stratum,
  );
  await bench.atSource('delete from survey.victim_offence where victim_ref = any($1)', [gone]);
  const left = 12 - 5 + reserve.length;
  expect(await bench.acts.minimise(sampled)).toMatchObject({ value: { rows: left } });
  expect(await counts(bench, wave)).toEqual({
    sample: 12,
    promoted: reserve.length,
    struck: 5,
    package: left,
  });
});

test('a row that goes between the check and the reading of its contact details is struck, and the rest are packed', async () => {
  const wave = await bench.month();
  const sampled = await bench.upTo(await bench.open(wave), 'sample');
  const [{ ref } = { ref: '' }] = await drawn(bench, wave);
  let reads = 0;
  const meanwhile = actsOf({
    ...bench.deps,
    openSource: async (...given: Parameters<typeof bench.deps.openSource>) => {
      reads += 1;
      if (reads === 2) await bench.atSource('delete from survey.victim_offence where victim_ref = $1', [ref]);
      return bench.deps.openSource(...given);
    },
  });
  expect(await meanwhile.minimise(sampled)).toMatchObject({ value: { rows: 11 } });
  expect(await counts(bench, wave)).toEqual({ sample: 12, promoted: 0, struck: 1, package: 11 });
});

test('a server that empties staging between two transactions of the stage is noticed, and nothing is packed', async () => {
  const wave = await bench.month();
  const sampled = await bench.upTo(await bench.open(wave), 'sample');
  let closed = 0;
  const meanwhile = actsOf({
    ...bench.deps,
    openSource: async (...given: Parameters<typeof bench.deps.openSource>) => {
      const source = await bench.deps.openSource(...given);
      return { ...source, close: () => ((closed += 1), source.close()) };
    },
    pool: {
      query: bench.deps.pool.query.bind(bench.deps.pool),
      connect: async () => {
        const tables = ['nonce', 'sampled', 'recheck', 'contact', 'contact_again', 'frame_key', 'quarantine'];
        if (closed === 2)
          await bench.query(`truncate ${tables.map((t) => `${stagingOf(wave)}.${t}`).join(', ')}`);
        return bench.deps.pool.connect();
      },
    } as unknown as typeof bench.deps.pool,
  });
  await expect(meanwhile.minimise(sampled)).rejects.toThrow('STALE_STAGING');
  expect(await bench.leaves(wave, 'packaged')).toEqual([]);
  expect((await counts(bench, wave))?.['package']).toBeNull();
});

test('people whose stratum is not known are drawn all the same, as a stratum of their own', async () => {
  const wave = await bench.month();
  await bench.atSource('update survey.victim_offence set policing_area = null');
  await bench.upTo(await bench.open(wave), 'transfer');
  expect(new Set((await drawn(bench, wave)).map(({ stratum }) => stratum.split(' / ')[0]))).toEqual(
    new Set(['?']),
  );
});

test('what would break a line or hide in a field is a blank there, and keeps nobody’s package back', async () => {
  const wave = await bench.month();
  const sampled = await bench.upTo(await bench.open(wave), 'sample');
  const odd = ['Van\nDyke', 'O\tNeil', 'A\u2028B', '\uFEFFC', 'D\u0085', 'E\u000bF', 'G\r\nH'];
  const people = (await drawn(bench, wave)).filter(({ part }) => part === 'sample');
  for (const [at, title] of odd.entries())
    await bench.atSource('update survey.victim_offence set title = $2 where victim_ref = $1', [
      people[at]?.ref,
      title,
    ]);
  expect(await bench.acts.minimise(sampled)).toMatchObject({ value: { rows: 12 } });
  const titles = await bench.query<{ title: string }>(
    `select f_title as title from ${stagingOf(wave)}.contact where f_title <> 'Ms' order by 1`,
  );
  expect(titles.map(({ title }) => title)).toEqual(['A B', 'C', 'D', 'E F', 'G H', 'O Neil', 'Van Dyke']);
});

describe('a survey that takes all, by no stratum, and never promotes', () => {
  let other: Bench;
  beforeAll(async () => {
    other = await openBench([
      ['take: 12 ', 'take: all '],
      ['by: [policing_area, crime_group]', 'by: []'],
      ['    policing_area: text\n', ''],
      ['promote: before-packaging', 'promote: never'],
      ['reserve: 50%', 'reserve: 0%'],
    ]);
  });
  afterAll(() => other.close());

  test('draws everybody in one stratum, and a strike leaves a gap', async () => {
    const wave = await other.month();
    const sampled = await other.upTo(await other.open(wave), 'sample');
    expect(sampled.rows).toBe(24);
    const [{ ref, stratum } = { ref: '', stratum: '' }] = await drawn(other, wave);
    expect(stratum).toBe('all');
    await other.atSource('update survey.victim_offence set deceased = true where victim_ref = $1', [ref]);
    expect(await other.acts.minimise(sampled)).toMatchObject({ value: { rows: 23 } });
    expect(await counts(other, wave)).toEqual({ sample: 24, promoted: 0, struck: 1, package: 23 });
  });
});
