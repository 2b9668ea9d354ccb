// The load, on more than one connection: what one of them has committed when another fails counts for nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deps } from '../../activities/deps.ts';
import type { Source } from '../../activities/source/source.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

const people = 1_200;

/** More than fits into one piece that is dealt: each of a month's 24 stands there fifty times, under other references. */
const crowd = async (): Promise<WaveKey> => {
  const wave = await hands.month(24);
  await hands.atSource(
    `insert into survey.victim_offence
     select (jsonb_populate_record(v, jsonb_build_object('victim_ref', v.victim_ref || '-' || g))).*
     from survey.victim_offence v, generate_series(1, 49) g
     where to_char(v.reported_at at time zone 'UTC', 'YYYY-MM') = $1`,
    [wave.period],
  );
  return wave;
};

/** The same source, seen through `around` when it loads. */
const through = (around: (...given: Parameters<Source['load']>) => unknown): Deps => ({
  ...hands.deps,
  openSource: async (connection, wave) => {
    const source = await hands.deps.openSource(connection, wave);
    return {
      ...source,
      load: async (...given) => {
        await around(...given);
        return source.load(...given);
      },
    };
  },
});

const loaded = async (staging: string): Promise<{ rows: number; keys: number; copies: number }> => {
  const [counted] = await hands.query<{ rows: number; keys: number; copies: number }>(
    `select count(*)::int as rows, count(distinct key)::int as keys,
       (select count(*)::int from pg_class where relname = 'arrived') as copies from ${staging}.intake`,
  );
  return counted ?? expect.fail('a count');
};

const stagingOf = async (period: string): Promise<string> => {
  const [attempt] = await hands.query<{ staging: string }>(
    'select staging from cordon.attempt where period = $1',
    [period],
  );
  return attempt?.staging ?? '';
};

test('rows are dealt to several connections, and each arrives once', async () => {
  const wave = await crowd();
  const opened = await hands.open(wave);
  let sessions = 0;
  const acts = actsOf(through((given) => (sessions = given.length)));
  expect(value(await acts.extract(opened)).rows).toBe(people);
  expect(sessions).toBeGreaterThan(1);
  expect(await loaded(await stagingOf(wave.period))).toEqual({ rows: people, keys: people, copies: 0 });
});

test('a start whose first connection commits and whose second does not leaves nothing the next one counts', async () => {
  const wave = await crowd();
  const opened = await hands.open(wave);
  const acts = actsOf(
    through(([outer]) => {
      if (!outer) return;
      const query = outer.query.bind(outer) as (...given: unknown[]) => Promise<unknown>;
      outer.query = ((...given: unknown[]) => {
        if (given[0] !== 'commit') return query(...given);
        outer.query = query as typeof outer.query;
        return Promise.reject(new Error('the connection is lost'));
      }) as typeof outer.query;
    }),
  );
  await expect(acts.extract(opened)).rejects.toThrow('the connection is lost');
  const half = await loaded(await stagingOf(wave.period));
  expect(half.rows).toBeGreaterThan(0);
  expect(half.rows).toBeLessThan(people);
  // the identifiers of both are gone all the same
  expect(half.copies).toBe(0);
  expect(await hands.leaves(wave, 'extracted')).toEqual([]);

  expect(value(await hands.acts.extract(opened)).rows).toBe(people);
  expect(await loaded(await stagingOf(wave.period))).toEqual({ rows: people, keys: people, copies: 0 });
  expect(await hands.leaves(wave, 'extracted')).toMatchObject([
    { read: people, intake: people, quarantined: 0 },
  ]);
});
