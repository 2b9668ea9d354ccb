// Strikes and promotion before anything is packed: the account balances whatever the source does meanwhile.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

interface Drawn {
  readonly ref: string;
  readonly part: 'sample' | 'reserve';
  readonly state: string;
  readonly stratum: string;
  readonly rank: number;
}

const stagingOf = ({ survey, period }: WaveKey): string =>
  `wave_${survey.replaceAll('-', '_')}_${period.replace('-', '')}_1`;
const drawn = (on: Hands, wave: WaveKey): Promise<Drawn[]> =>
  on.query<Drawn & Record<string, unknown>>(
    `select key[1] as ref, part, state, stratum, rank from ${stagingOf(wave)}.sampled order by stratum, rank`,
  );
const counts = async (on: Hands, { period }: WaveKey) =>
  (
    await on.query(
      `select sample::int, promoted::int, struck::int, package::int from cordon.waterfall where period = $1`,
      [period],
    )
  )[0];

test('several strikes in one stratum promote that stratum’s next in line, in order, and nobody of another', async () => {
  const wave = await hands.month();
  const sampled = await hands.upTo(await hands.open(wave), 'sample');
  const before = await drawn(hands, wave);
  const of = (part: string) => before.filter((d) => d.part === part && d.stratum === before[0]?.stratum);
  const struck = [...of('sample').slice(0, 2), ...of('reserve').slice(0, 1)].map(({ ref }) => ref);
  await hands.atSource('delete from survey.victim_offence where victim_ref = any($1)', [struck]);
  expect(await hands.acts.minimise(sampled)).toMatchObject({ value: { rows: 12 } });
  expect(await counts(hands, wave)).toEqual({ sample: 12, promoted: 2, struck: 2, package: 12 });
  const after = await drawn(hands, wave);
  expect(after.filter((d) => d.part === 'reserve' && d.state === 'in').map(({ ref }) => ref)).toEqual(
    of('reserve')
      .slice(1, 3)
      .map(({ ref }) => ref),
  );
});

test('more strikes than reserve leave a smaller package, and the account says so', async () => {
  const wave = await hands.month();
  const sampled = await hands.upTo(await hands.open(wave), 'sample');
  const sample = (await drawn(hands, wave)).filter(({ part }) => part === 'sample');
  const gone = sample.slice(0, 5).map(({ ref }) => ref);
  const reserve = (await drawn(hands, wave)).filter(
    ({ part, stratum }) => part === 'reserve' && stratum === sample[0]?.stratum,
  );
  await hands.atSource('delete from survey.victim_offence where victim_ref = any($1)', [gone]);
  const left = 12 - 5 + reserve.length;
  expect(await hands.acts.minimise(sampled)).toMatchObject({ value: { rows: left } });
  expect(await counts(hands, wave)).toEqual({
    sample: 12,
    promoted: reserve.length,
    struck: 5,
    package: left,
  });
});

test('a row that goes between the check and the reading of its contact details is struck, and the rest are packed', async () => {
  const wave = await hands.month();
  const sampled = await hands.upTo(await hands.open(wave), 'sample');
  const [{ ref } = { ref: '' }] = await drawn(hands, wave);
  let reads = 0;
  const meanwhile = actsOf({
    ...hands.deps,
    openSource: async (...given: Parameters<typeof hands.deps.openSource>) => {
      reads += 1;
      if (reads === 2) await hands.atSource('delete from survey.victim_offence where victim_ref = $1', [ref]);
      return hands.deps.openSource(...given);
    },
  });
  expect(await meanwhile.minimise(sampled)).toMatchObject({ value: { rows: 11 } });
  expect(await counts(hands, wave)).toEqual({ sample: 12, promoted: 0, struck: 1, package: 11 });
});

test('a server that empties staging between two transactions of the stage is noticed, and nothing is packed', async () => {
  const wave = await hands.month();
  const sampled = await hands.upTo(await hands.open(wave), 'sample');
  let closed = 0;
  const meanwhile = actsOf({
    ...hands.deps,
    openSource: async (...given: Parameters<typeof hands.deps.openSource>) => {
      const source = await hands.deps.openSource(...given);
      return { ...source, close: () => ((closed += 1), source.close()) };
    },
    pool: {
      query: hands.deps.pool.query.bind(hands.deps.pool),
      connect: async () => {
        const tables = ['nonce', 'sampled', 'recheck', 'contact', 'contact_again', 'frame_key', 'quarantine'];
        if (closed === 2)
          await hands.query(`truncate ${tables.map((t) => `${stagingOf(wave)}.${t}`).join(', ')}`);
        return hands.deps.pool.connect();
      },
    } as unknown as typeof hands.deps.pool,
  });
  await expect(meanwhile.minimise(sampled)).rejects.toThrow('STALE_STAGING');
  expect(await hands.leaves(wave, 'packaged')).toEqual([]);
  expect((await counts(hands, wave))?.['package']).toBeNull();
});

test('people whose stratum is not known are drawn all the same, as a stratum of their own', async () => {
  const wave = await hands.month();
  await hands.atSource('update survey.victim_offence set policing_area = null');
  await hands.upTo(await hands.open(wave), 'transfer');
  expect(new Set((await drawn(hands, wave)).map(({ stratum }) => stratum.split(' / ')[0]))).toEqual(
    new Set(['?']),
  );
});

test('what would break a line or hide in a field is a blank there, and keeps nobody’s package back', async () => {
  const wave = await hands.month();
  const sampled = await hands.upTo(await hands.open(wave), 'sample');
  const odd = ['Van\nDyke', 'O\tNeil', 'A\u2028B', '\uFEFFC', 'D\u0085', 'E\u000bF', 'G\r\nH'];
  const people = (await drawn(hands, wave)).filter(({ part }) => part === 'sample');
  for (const [at, title] of odd.entries())
    await hands.atSource('update survey.victim_offence set title = $2 where victim_ref = $1', [
      people[at]?.ref,
      title,
    ]);
  expect(await hands.acts.minimise(sampled)).toMatchObject({ value: { rows: 12 } });
  const titles = await hands.query<{ title: string }>(
    `select f_title as title from ${stagingOf(wave)}.contact where f_title <> 'Ms' order by 1`,
  );
  expect(titles.map(({ title }) => title)).toEqual(['A B', 'C', 'D', 'E F', 'G H', 'O Neil', 'Van Dyke']);
});

describe('a survey that takes all, by no stratum, and never promotes', () => {
  let other: Hands;
  beforeAll(async () => {
    other = await openHands([
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
