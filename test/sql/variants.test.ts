// Each variant goes the whole way: given, made tokens, the record extracted as a source would send it; some of them
// registered, and screened by the shipped survey's own rule.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenTokens } from '../../sql/given.ts';
import type { RunValues } from '../../sql/plan.ts';
import { openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';
import { variants } from './variants.ts';
import type { Variant } from './variants.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(shipped());
});
afterAll(() => stage.close());

const named = (text: string): { forename: string; surname: string; postcode: string } => {
  const [, forename = '', surname = '', postcode = ''] = /^([^/]*)\/(.*), ([^,]*)$/su.exec(text) ?? [];
  return { forename, surname, postcode };
};

const givenAll = (kind: Variant['kind'], texts: readonly string[]): RunValues => {
  if (kind === 'phone') return { givenPhone: texts };
  if (kind === 'reference') return { givenReference: texts };
  const people = texts.map(named);
  return {
    givenForename: people.map(({ forename }) => forename),
    givenSurname: people.map(({ surname }) => surname),
    givenPostcode: people.map(({ postcode }) => postcode),
  };
};

const recorded = ({ kind, recorded: text }: Variant): Row => {
  if (kind === 'phone') return { phone_home: text };
  if (kind === 'reference') return { urn: text };
  return named(text);
};

const hex = (tokens: unknown): string[] => (tokens as Buffer[]).map((token) => token.toString('hex'));

/** The tokens that a register would hold of each variant, in their order. */
const said: string[][] = [];

beforeAll(async () => {
  // far from every number and name of the table
  const nobody = { phone_mobile: '01632 960999', phone_home: null, surname: 'Nobody', postcode: 'ZZ99 9ZZ' };
  await stage.extract(
    variants.map((v, i) => victim(`V${i}`, { ...nobody, urn: `none ${i}`, ...recorded(v) })),
  );
  for (const kind of ['phone', 'reference', 'person'] as const) {
    const of = variants.flatMap((v, i) => (v.kind === kind ? [{ i, text: v.given }] : []));
    const texts = of.map(({ text }) => text);
    const rows = await stage.query(givenTokens[kind], givenAll(kind, texts));
    for (const [nth, { i }] of of.entries()) said[i] = hex(rows[nth]?.['tokens']);
  }
});

test('at least two hundred written variants are recognised, and nobody else is', async () => {
  expect(variants.length).toBeGreaterThanOrEqual(200);
  expect(new Set(variants.map((v) => JSON.stringify(v))).size).toBe(variants.length);
  const rows = await stage.rows(
    'select key[1] as key, phone_tokens, reference_tokens, person_tokens from intake',
  );
  const intake = new Map(rows.map((row) => [row['key'], row]));
  const wrong = variants.filter(({ kind, meets }, i) => {
    const held = new Set(hex(intake.get(`V${i}`)?.[`${kind}_tokens`]));
    return said[i]?.some((token) => held.has(token)) !== meets;
  });
  expect(wrong).toEqual([]);
});

test('screening by the shipped rule agrees, of every fifteenth', async () => {
  const wrong: (Variant & { reason: string | undefined })[] = [];
  for (const [i, variant] of variants.entries()) {
    if (i % 15 !== 0) continue;
    await stage.rows('truncate register_entry');
    await stage.rows(
      `insert into register_entry (register, kind, token, added_by)
       select distinct 'opt-outs', $1, decode(t, 'hex'), 'clerk' from unnest($2::text[]) t`,
      [variant.kind, said[i]],
    );
    await stage.screen();
    const reason = (await stage.reasons())[`V${i}`];
    if ((reason === 'opted-out') !== variant.meets) wrong.push({ ...variant, reason });
  }
  expect(wrong).toEqual([]);
});
