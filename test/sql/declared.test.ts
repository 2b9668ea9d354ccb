// What a plan declares has a column of its own beside the document, and can say nothing else than the document.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compile } from '../../sql/compile.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { shipped } from './stage.ts';
import { as } from './wave.ts';

const { plan, planHash, document } = compile(shipped());

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
  await insert('plan_hash, survey, declaration_hash, document, proposed_by', "$1, $2, $3, $4, '{d.officer}'");
});
afterAll(() => cordon.drop());

const insert = (columns: string, values: string) =>
  as(cordon, 'owner', `insert into cordon.plan (${columns}) values (${values})`, [
    planHash,
    plan.survey,
    plan.declarationHash,
    document,
  ]);

test('is the plan but what is compiled for its stages, and nothing else', async () => {
  const { cordon: version, survey, declarationHash, declaration, processor, keys, lists } = plan;
  expect(await as(cordon, 'worker', 'select declared from cordon.plan')).toEqual([
    { declared: { cordon: version, survey, declarationHash, declaration, processor, keys, lists } },
  ]);
});

test('is written by nobody, not even by who records the plan', async () => {
  const generated = { code: '428C9' };
  await expect(as(cordon, 'owner', `update cordon.plan set declared = '{}'`)).rejects.toMatchObject(
    generated,
  );
  await expect(
    insert(
      'plan_hash, survey, declaration_hash, document, proposed_by, declared',
      "$1, $2, $3, $4, '{d.officer}', '{}'",
    ),
  ).rejects.toMatchObject(generated);
});

test('no function reads a whole document but the one that opens a rehearsal, once', async () => {
  expect(
    await as(
      cordon,
      'owner',
      `select oid::regprocedure::text as function from pg_proc
       where pronamespace in ('cordon'::regnamespace, 'ledger'::regnamespace) and prosrc ~ 'document::json'`,
    ),
  ).toEqual([{ function: 'cordon.open_rehearsal(bigint)' }]);
});
