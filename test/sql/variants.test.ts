// Each variant goes the whole way: given, registered as tokens, the record extracted as a source would send it, and
// screened by the shipped survey's own rule.
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

const given = ({ kind, given: text }: Variant): RunValues => {
  if (kind === 'phone') return { givenPhone: [text] };
  if (kind === 'reference') return { givenReference: [text] };
  const { forename, surname, postcode } = named(text);
  return { givenForename: [forename], givenSurname: [surname], givenPostcode: [postcode] };
};

const recorded = ({ kind, recorded: text }: Variant): Row => {
  if (kind === 'phone') return { phone_home: text };
  if (kind === 'reference') return { urn: text };
  return named(text);
};

test('at least two hundred written variants are recognised, and nobody else is', async () => {
  expect(variants.length).toBeGreaterThanOrEqual(200);
  expect(new Set(variants.map((v) => JSON.stringify(v))).size).toBe(variants.length);
  // far from every number and name of the table
  const nobody = { phone_mobile: '01632 960999', phone_home: null, surname: 'Nobody', postcode: 'ZZ99 9ZZ' };
  await stage.extract(
    variants.map((v, i) => victim(`V${i}`, { ...nobody, urn: `none ${i}`, ...recorded(v) })),
  );
  const wrong: (Variant & { reason: string | undefined })[] = [];
  for (const [i, variant] of variants.entries()) {
    const [row] = await stage.query(givenTokens[variant.kind], given(variant));
    await stage.rows('truncate register_entry');
    await stage.rows(
      `insert into register_entry (register, kind, token, added_by)
       select distinct 'opt-outs', $1, t, 'clerk' from unnest($2::bytea[]) t`,
      [variant.kind, row?.['tokens']],
    );
    await stage.screen();
    const reason = (await stage.reasons())[`V${i}`];
    if ((reason === 'opted-out') !== variant.meets) wrong.push({ ...variant, reason });
  }
  expect(wrong).toEqual([]);
}, 120_000);
