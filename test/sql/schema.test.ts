// Regenerate test/golden/schema.txt with UPDATE_GOLDEN=1, in the commit that changes the schema.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { catalogue } from './catalogue.ts';

const golden = 'test/golden/schema.txt';

let cordon: Cordon;
let before: string;
beforeAll(async () => {
  cordon = await createCordon({ own: true });
  before = await dump();
});
afterAll(() => cordon.drop());

const dump = (): Promise<string> =>
  withConnection(cordon.urls.admin, 'dump', (db) => catalogue(db, cordon.names));

const ask = (text: string): Promise<unknown[]> =>
  withConnection(cordon.urls.admin, 'ask', async (db) => (await db.query(text)).rows);

describe('the standing schema', () => {
  test('is the golden one, and nothing else', async () => {
    if (process.env['UPDATE_GOLDEN']) await writeFile(golden, before);
    expect(before).toBe(await readFile(golden, 'utf8'));
  });

  test.each([
    ['a column', 'alter table cordon.plan add column extra text'],
    ['a default', `alter table cordon.copy alter column state set default 'erased'`],
    ['a constraint', 'alter table ledger.entry drop constraint entry_hash_is_of_leaf'],
    ['an index', 'drop index cordon.intent_once_a_month'],
    ['a trigger', 'alter table ledger.entry disable trigger entry_never_changes'],
    [
      'a function body',
      'create or replace function cordon.staging_name(in_survey text, in_period text, in_attempt int) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$ select in_survey $$',
    ],
    ['a search path', 'alter function cordon.purge_copy(bigint) reset search_path'],
    ['a grant', 'grant select on cordon.register_entry to public'],
    ['a column grant', 'grant update (leaf) on ledger.entry to public'],
    ['a function grant', 'grant execute on function ledger.append(text, bytea) to public'],
  ])('differs from the golden one by %s', async (_, change) => {
    await withConnection(cordon.urls.admin, 'change', async (db) => {
      await db.query('begin');
      await db.query(change);
      expect(await catalogue(db, cordon.names)).not.toBe(before);
      await db.query('rollback');
    });
  });

  test('belongs to the owner role alone', async () => {
    expect(
      await ask(`
        select distinct o.rolname as owner from (
          select relowner as owner, relnamespace as schema from pg_class
          union all select proowner, pronamespace from pg_proc
          union all select nspowner, oid from pg_namespace) x
        join pg_roles o on o.oid = x.owner join pg_namespace n on n.oid = x.schema
        where n.nspname in ('ledger', 'cordon', 'copies')`),
    ).toEqual([{ owner: cordon.names.owner }]);
  });

  test('has no function that could be led astray by a search path', async () => {
    expect(
      await ask(`
        select p.oid::regprocedure::text as function from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname in ('ledger', 'cordon', 'copies')
          and coalesce(p.proconfig, '{}') <> array['search_path=pg_catalog, pg_temp']`),
    ).toEqual([]);
  });
});
