import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import type { Declaration } from '../../schemas/declaration.ts';
import { compile } from '../../sql/compile.ts';
import { literal } from '../../sql/literal.ts';
import { bind, stagingTables } from '../../sql/plan.ts';
import { printPlan } from '../../sql/print.ts';
import { copyText } from '../../sql/statement.ts';
import { hmacPads } from '../../sql/token.ts';
import { hmacInNode, openStage, shipped } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

test.each(['warwickshire-victims', 'warwickshire-domestic-abuse', 'warwickshire-perception'])(
  '%s compiles to its golden plan; the file changes with its cause',
  async (survey) => {
    const { plan, planHash } = compile(shipped(survey));
    const text = `-- plan ${planHash}\n-- declaration ${plan.declarationHash}\n\n${printPlan(plan)}`;
    await expect(text).toMatchFileSnapshot(`../golden/plans/${survey}.sql`);
  },
);

test('a plan is its document, whoever compiles it and however often', () => {
  const { document, planHash, plan } = compile(shipped());
  expect(JSON.parse(document)).toEqual(plan);
  expect(createHash('sha256').update(document).digest('hex')).toBe(planHash);
  expect(compile(shipped()).document).toBe(document);
});

test('what people decide has a hash of its own: fields, their order, rules, lists, keys', () => {
  const declaration = shipped();
  const { pipeline, lists } = declaration;
  const hash = (changed: Partial<Declaration>, keys = { recipient: 'a' }) =>
    compile({ ...declaration, ...changed }, keys).plan.declarationHash;
  const same = hash({});
  const reordered = Object.fromEntries(Object.entries(pipeline.minimise).toReversed());
  const list = lists['sexual-offences'];
  if (!list) throw new Error('the shipped survey names sexual-offences');
  const different = [
    hash({ pipeline: { ...pipeline, screen: pipeline.screen.slice(1) } }),
    hash({ pipeline: { ...pipeline, minimise: reordered } }),
    hash({ lists: { ...lists, 'sexual-offences': { ...list, codes: list.codes.slice(1) } } }),
    hash({}, { recipient: 'b' }),
  ];
  expect(new Set([same, ...different]).size).toBe(5);
  expect(hash({})).toBe(same);
});

test('every staging table is there once, with statistics on the mask alone', () => {
  const { staging } = compile(shipped()).plan;
  expect(staging.map(({ name }) => name).toSorted()).toEqual([...stagingTables].toSorted());
  const counted = staging.flatMap(({ columns }) => columns.filter((c) => c.statistics).map((c) => c.name));
  expect(new Set(counted)).toEqual(new Set(['mask']));
});

test('no key, no name of a setting’s value and no list entry stands in any text', () => {
  const { plan } = compile(shipped());
  const texts = JSON.stringify(plan, (key, value: unknown) =>
    key === 'parameters' || key === 'declaration' ? null : value,
  );
  for (const entry of ['17A', '008/67', 'transferred']) expect(texts).not.toContain(entry);
});

test('a statement is not run with a value missing', () => {
  const { plan } = compile(shipped());
  expect(() => bind(plan.screen.rows, { period: '2026-10' })).toThrow('INPUT');
});

test('a literal is one literal, whatever it holds', async () => {
  stage = await openStage(shipped());
  for (const text of ["O'Hara", `a\\'b`, '$1', '";--', '\n', '👩'])
    for (const strings of ['on', 'off']) {
      await stage.rows(`set standard_conforming_strings = ${strings}`);
      const rows = await stage.rows(copyText(sql`select ${literal(text, 'text')} as x`));
      expect(rows).toEqual([{ x: text }]);
    }
  expect(() => literal('\u0000', 'text')).toThrow('INPUT');
});

test('the pads of a key make the HMAC of RFC 2104, for short keys and long', async () => {
  stage = await openStage(shipped());
  for (const key of [Buffer.alloc(32, 7), Buffer.alloc(64, 8), Buffer.alloc(100, 9)]) {
    const { inner, outer } = hmacPads(key);
    const rows = await stage.rows(
      `select encode(sha256($1::bytea || sha256($2::bytea || convert_to($3, 'UTF8'))), 'hex') as mac`,
      [outer, inner, 'é'],
    );
    expect(rows).toEqual([{ mac: hmacInNode(key, 'é').toString('hex') }]);
  }
  expect(() => hmacPads(Buffer.alloc(31))).toThrow('INPUT');
});
