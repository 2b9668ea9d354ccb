import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyKinds } from '../../schemas/leaf.ts';
import type { CopyKind } from '../../schemas/leaf.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import {
  comeDue,
  copy,
  exists,
  live,
  openEmpty,
  openSql,
  outside,
  parents,
  placeOf,
  purge,
} from './copies.ts';
import type { OpenAttempt } from './wave.ts';
import { as, key, newWave, openAttempt } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

describe('opening a copy', () => {
  test.each(Object.entries(parents))(
    'of kind %s makes one logged table, read through cordon.%s',
    async (kind, parent) => {
      const attempt = await fresh();
      const place = placeOf(kind);
      await openEmpty(cordon, attempt, kind, place);
      await as(cordon, 'worker', `insert into copies."${place}" (survey, period) values ($1, $2)`, [
        attempt.survey,
        attempt.period,
      ]);
      const through = (who: 'worker' | 'admin') =>
        as(cordon, who, `select survey from cordon.${parent} where survey = $1`, [attempt.survey]);
      expect(await through('admin')).toEqual([{ survey: attempt.survey }]);
      // exported histories are written by the owner's function and read by nobody who writes
      if (kind !== 'exported-history') expect(await through('worker')).toEqual([{ survey: attempt.survey }]);
      for (const text of ['update', 'delete', 'truncate'])
        await expect(
          as(
            cordon,
            'worker',
            {
              update: `update copies."${place}" set survey = ''`,
              delete: `delete from copies."${place}"`,
              truncate: `truncate copies."${place}"`,
            }[text] ?? '',
          ),
        ).rejects.toMatchObject({ code: '42501' });
      expect(
        await as(
          cordon,
          'admin',
          `select relpersistence::text as persistence from pg_class where oid = to_regclass($1)`,
          [`copies."${place}"`],
        ),
      ).toEqual([{ persistence: 'p' }]);
    },
  );

  test.each(outside)('of kind %s is a row of the inventory, and no table', async (kind) => {
    const attempt = await fresh();
    const place = `/drops/${placeOf(kind)} with a long path ${'x'.repeat(80)}`;
    const id = await openEmpty(cordon, attempt, kind, place);
    expect(await copy(cordon, id)).toEqual(live);
    expect(await as(cordon, 'admin', `select 1 from pg_class where relname = left($1, 63)`, [place])).toEqual(
      [],
    );
  });

  test('the public frame has a table, and no clock because it holds nobody', async () => {
    const attempt = await fresh();
    const place = placeOf('frame');
    expect(await openEmpty(cordon, attempt, 'public-frame', place)).toBeNull();
    expect(await openEmpty(cordon, attempt, 'public-frame', place)).toBeNull();
    expect(await exists(cordon, `copies."${place}"`)).toBe(true);
    expect(await as(cordon, 'worker', 'select 1 from cordon.copy where place = $1', [place])).toEqual([]);
  });

  test('keeps package bytes out of line and uncompressed, also in the copy', async () => {
    const place = placeOf('package');
    await openEmpty(cordon, await fresh(), 'package', place);
    expect(
      await as(
        cordon,
        'admin',
        `select attstorage::text as storage from pg_attribute where attrelid = to_regclass($1) and attname = 'bytes'`,
        [`copies."${place}"`],
      ),
    ).toEqual([{ storage: 'e' }]);
  });

  test('again answers the same copy, eight times at once too, and its clock stays', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const ids = await Promise.all(
      Array.from({ length: 8 }, (_, n) => openEmpty(cordon, attempt, 'package', place, `P${n + 1}D`)),
    );
    expect(new Set(ids).size).toBe(1);
    const due = () => as(cordon, 'worker', 'select due_at from cordon.copy where id = $1', [ids[0]]);
    const before = await due();
    await openEmpty(cordon, attempt, 'package', place, 'P9D');
    expect(await due()).toEqual(before);
  });

  test('does not hand out the place of another attempt', async () => {
    const place = placeOf('package');
    await openEmpty(cordon, await fresh(), 'package', place);
    await expect(openEmpty(cordon, await fresh(), 'package', place)).rejects.toMatchObject({ code: 'CRD10' });
  });

  test('never opens again what was erased', async () => {
    const attempt = await fresh();
    const place = placeOf('package');
    const id = await openEmpty(cordon, attempt, 'package', place);
    await comeDue(cordon, id);
    await purge(cordon, id);
    await expect(openEmpty(cordon, attempt, 'package', place)).rejects.toMatchObject({ code: 'CRD08' });
    expect(await exists(cordon, `copies."${place}"`)).toBe(false);
  });

  test.each([
    ['PT0S', 'CRD10'],
    ['P-1D', 'CRD10'],
    [null, 'CRD10'],
  ])('needs a clock: %s is none', async (keep, code) => {
    const attempt = await fresh();
    await expect(
      as(cordon, 'worker', openSql, [...key(attempt), 'package', placeOf('package'), keep, null]),
    ).rejects.toMatchObject({ code });
  });

  test('refuses a kind that nobody knows, and a name that PostgreSQL would cut', async () => {
    const attempt = await fresh();
    await expect(openEmpty(cordon, attempt, 'notebook', 'x')).rejects.toMatchObject({
      constraint: 'copy_kind_is_known',
    });
    await expect(openEmpty(cordon, attempt, 'package', 'x'.repeat(64))).rejects.toMatchObject({
      code: 'CRD10',
    });
    await openEmpty(cordon, attempt, 'package', `${placeOf('package')}${'é'.repeat(31)}`.slice(0, 40));
  });

  test('a hostile place is a name', async () => {
    const place = `x"; drop table ledger.entry; -- ${randomBytes(3).toString('hex')}`;
    const id = await openEmpty(cordon, await fresh(), 'package', place);
    await comeDue(cordon, id);
    expect(await purge(cordon, id)).toBe('erased');
    expect(await exists(cordon, 'ledger.entry')).toBe(true);
  });

  test('knows the kinds of schemas/leaf.ts, and no other', async () => {
    const [constraint] = await as<{ text: string }>(
      cordon,
      'admin',
      `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'copy_kind_is_known'`,
    );
    const said = [...(constraint?.text ?? '').matchAll(/'([a-z-]+)'/g)].map(([, word]) => word);
    expect(new Set(said)).toEqual(new Set(copyKinds));
  });

  test('of a history happens once per run', async () => {
    const keep = (run: string) =>
      as(
        cordon,
        'worker',
        `select cordon.keep_history('s', '2026-10', 'wave/s/2026-10', $1, '{}', 'P84M') is not null as kept`,
        [run],
      );
    const run = randomBytes(8).toString('hex');
    const answers = await Promise.all([keep(run), keep(run), keep(run)]);
    expect(answers.flat().filter((row) => row['kept'])).toHaveLength(1);
    expect(await as(cordon, 'admin', 'select json from cordon.history where run = $1', [run])).toEqual([
      { json: '{}' },
    ]);
  });
});

test('whatever holds values of people in the standing schema is read through a copy, or has its clock', async () => {
  /** Column to the kind of copy whose clock it has; '' for what is of nobody. */
  const known: Readonly<Record<string, CopyKind | ''>> = {
    'package_chunk.bytes': 'package',
    'disclosure_index.survey_ref': 'disclosure-index',
    'disclosure_index.token': 'disclosure-index',
    'contact_history.token': 'contacts',
    'analysis.survey_ref': 'analysis',
    // dropped with the index, by a trigger
    'contact_outcome.survey_ref': 'disclosure-index',
    'history.json': 'exported-history',
    'reservation.token': 'staging',
    'register_entry.token': 'registers',
    // forgotten with the index, by a trigger
    'recall.survey_ref': 'disclosure-index',
    'token_key.proof': '',
    'register_salt.salt': '',
    'officers.document': '',
  };
  const found = await as<{ name: string; remembered: boolean }>(
    cordon,
    'admin',
    `select c.relname || '.' || a.attname as name, a.attstattarget is distinct from 0 as remembered from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'cordon'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
       and (a.atttypid in ('bytea'::regtype, 'bytea[]'::regtype)
         or a.attname ~ '(token|survey_ref|phone|surname|forename|postcode|e?mail|json)$')`,
  );
  expect(found.map(({ name }) => name).toSorted()).toEqual(Object.keys(known).toSorted());
  // a register is never erased, so that nothing of it outlives it in statistics
  const outlives = found.filter(
    ({ name, remembered }) => remembered && known[name] !== 'registers' && known[name],
  );
  expect(outlives).toEqual([]);
});
