import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { exists, openSql } from './copies.ts';
import type { OpenAttempt } from './wave.ts';
import { as, key, newWave, openAttempt, openingSql, openingValues, tables } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const openWith = (wave: Parameters<typeof openingValues>[0], staging: unknown) =>
  as(cordon, 'worker', openingSql, openingValues(wave, wave.survey, 1, staging));

const oneColumn = (column: unknown) => [{ name: 'intake', columns: [column] }];

describe('staging', () => {
  test('is unlogged, never vacuumed by itself, and keeps statistics of the mask alone', async () => {
    const { staging } = await fresh();
    expect(
      await as(
        cordon,
        'admin',
        `select c.relname, c.relpersistence::text as persistence, c.reloptions,
           array_agg(a.attname || coalesce(nullif(a.attstattarget, -1)::text, '') order by a.attnum)
             filter (where a.attnum > 0) as statistics
         from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = to_regnamespace($1) and c.relkind = 'r' group by 1, 2, 3 order by 1`,
        [staging],
      ),
    ).toEqual([
      {
        relname: 'intake',
        persistence: 'u',
        reloptions: ['autovacuum_enabled=false'],
        statistics: ['key0', 'phone0', 'planted0'],
      },
      {
        relname: 'nonce',
        persistence: 'u',
        reloptions: ['autovacuum_enabled=false'],
        statistics: ['nonce0'],
      },
      {
        relname: 'reserved',
        persistence: 'u',
        reloptions: ['autovacuum_enabled=false'],
        statistics: ['survey0', 'period0', 'attempt0', 'kind0', 'token0', 'planted0'],
      },
      {
        relname: 'screened',
        persistence: 'u',
        reloptions: ['autovacuum_enabled=false'],
        statistics: ['key0', 'mask', 'stratum0', 'planted0'],
      },
    ]);
  });

  test('analyzed, tells pg_statistic nothing of a value', async () => {
    const { staging } = await fresh();
    await as(
      cordon,
      'worker',
      `insert into ${staging}.intake select array['k' || n], '07700 900' || lpad(n::text, 3, '0') from generate_series(0, 999) n`,
    );
    await as(
      cordon,
      'worker',
      `insert into ${staging}.screened select array['k' || n], n % 3, 'north' from generate_series(0, 999) n`,
    );
    await as(cordon, 'worker', 'select cordon.analyze_stage($1)', [staging]);
    expect(
      await as(cordon, 'admin', 'select tablename, attname from pg_stats where schemaname = $1 order by 2', [
        staging,
      ]),
    ).toEqual([{ tablename: 'screened', attname: 'mask' }]);
    expect(
      await as(
        cordon,
        'admin',
        'select relname, reltuples::int from pg_class where relnamespace = to_regnamespace($1) and relname = $2',
        [staging, 'intake'],
      ),
    ).toEqual([{ relname: 'intake', reltuples: 1000 }]);
  });

  test.each(['text', 'text[]', 'bytea', 'bytea[]', 'bigint', 'integer', 'date', 'timestamptz', 'boolean'])(
    'takes columns of type %s',
    async (type) => {
      await openWith(await newWave(cordon), oneColumn({ name: 'c', type, statistics: false }));
    },
  );

  test.each([
    ['another type', { name: 'c', type: 'jsonb' }],
    ['a type that is SQL', { name: 'c', type: 'text); drop table ledger.entry; --' }],
    ['a default', { name: 'c', type: `text default 'x'` }],
    ['no type', { name: 'c' }],
    ['statistics on a value', { name: 'phone', type: 'text', statistics: true }],
    ['statistics on a stratum', { name: 'stratum', type: 'text', statistics: true }],
    ['a name that would be cut', { name: 'x'.repeat(64), type: 'text' }],
  ])('refuses a column with %s', async (_, column) => {
    const wave = await newWave(cordon);
    await expect(openWith(wave, oneColumn(column))).rejects.toMatchObject({ code: 'CRD10' });
    expect(
      await as(cordon, 'worker', 'select 1 from cordon.attempt where survey = $1', [wave.survey]),
    ).toEqual([]);
  });

  test('takes hostile names of tables and columns as names', async () => {
    const wave = await newWave(cordon);
    const names = [
      'x" text); drop schema ledger cascade; --',
      `'; select pg_sleep(9); --`,
      '%I %s $1 :"owner"',
      'select',
      'Ünïcode "quoted"',
      'a\nb',
    ];
    const columns = names.map((name) => ({ name, type: 'text', statistics: false }));
    await openWith(wave, [
      { name: 'intake', columns },
      { name: names[0], columns },
    ]);
    const made = await as(
      cordon,
      'admin',
      `select c.relname, array_agg(a.attname::text order by a.attnum) as columns from pg_class c
         join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where c.relnamespace = to_regnamespace(cordon.staging_name($1, $2, 1)) and c.relkind = 'r' and c.relname not in ('nonce', 'reserved')
       group by 1 order by c.relname = 'intake'`,
      [wave.survey, wave.period],
    );
    expect(made).toEqual([
      { relname: names[0], columns: [...names, 'planted'] },
      { relname: 'intake', columns: [...names, 'planted'] },
    ]);
    expect(await exists(cordon, 'ledger.entry')).toBe(true);
  });

  test('has its nonce from the owner’s function, whatever the list says', async () => {
    const wave = await newWave(cordon);
    const mine = { name: 'nonce', columns: [{ name: 'nonce', type: 'text', statistics: false }] };
    await openWith(wave, [mine]);
    const [row] = await as<{ n: number; type: string }>(
      cordon,
      'worker',
      `select count(*)::int as n, min(pg_typeof(nonce)::text) as type from wave_${wave.survey.replace('-', '_')}_202610_1.nonce`,
    );
    expect(row).toEqual({ n: 1, type: 'bytea' });
  });

  test('loses intake and screened once the frame is committed, and nothing else', async () => {
    const { staging } = await fresh();
    await as(cordon, 'worker', 'select cordon.drop_intake($1)', [staging]);
    await as(cordon, 'worker', 'select cordon.drop_intake($1)', [staging]);
    expect(
      await Promise.all(['intake', 'screened', 'nonce'].map((name) => exists(cordon, `${staging}.${name}`))),
    ).toEqual([false, false, true]);
  });

  test.each(['cordon', 'ledger', 'pg_catalog', 'public', 'wave_no_such_202610_1'])(
    'is what analyze_stage and drop_intake work on, never %s',
    async (schema) => {
      for (const name of ['analyze_stage', 'drop_intake'])
        await expect(as(cordon, 'worker', `select cordon.${name}($1)`, [schema])).rejects.toMatchObject({
          code: 'CRD10',
        });
    },
  );

  test.each([
    'cordon',
    'ledger',
    'wave_x; drop schema ledger',
    'Wave_x_202610_1',
    `wave_${'x'.repeat(60)}_202610_1`,
  ])('is not opened under the name %s', async (place) => {
    const attempt = await fresh();
    await expect(
      as(cordon, 'worker', openSql, [...key(attempt), 'staging', place, 'P1D', JSON.stringify(tables)]),
    ).rejects.toMatchObject({ code: 'CRD10' });
  });
});
