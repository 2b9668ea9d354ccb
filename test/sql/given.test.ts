import { afterAll, beforeAll, expect, test } from 'vitest';
import { givenTokens } from '../../sql/given.ts';
import type { RunValues } from '../../sql/plan.ts';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(shipped());
});
afterAll(() => stage.close());

const tokens = async (kind: keyof typeof givenTokens, values: RunValues): Promise<string[]> => {
  const [row] = await stage.query(givenTokens[kind], values);
  return ((row?.['tokens'] ?? []) as Buffer[]).map((t) => t.toString('hex'));
};
const said = async (forename: string, surname: string, postcode: string): Promise<string[]> =>
  tokens('person', { givenForename: [forename], givenSurname: [surname], givenPostcode: [postcode] });
const hex = (text: string): string => hmacInNode(keys.identifier, text).toString('hex');

test('what a caller gives becomes the tokens that the intake holds of the same person', async () => {
  expect(await tokens('phone', { givenPhone: ['07700 900123 or 01632 960123'] })).toEqual([
    hex('phone:+447700900123'),
    hex('phone:+441632960123'),
  ]);
  expect(await tokens('reference', { givenReference: [' 23/v1-26 '] })).toEqual([
    hex('reference:23V126'),
    hex('reference:23V12026'),
  ]);
  expect((await said('zoë ann', "O'Brien", 'zz991ab'))[0]).toBe(hex('person:zoe|obrien|ZZ991AB'));

  await stage.extract([
    victim('V1', {
      phone_mobile: '+44 (0)7700 900 123',
      urn: '23/V1/26',
      forename: 'Ms Zoe',
      surname: 'O Brien',
      postcode: 'ZZ99 1AB',
    }),
  ]);
  const [row] = await stage.rows('select phone_tokens, reference_tokens, person_tokens from intake');
  const held = Object.values(row ?? {}).map((list) => (list as Buffer[])[0]?.toString('hex'));
  expect(held).toEqual([
    hex('phone:+447700900123'),
    hex('reference:23V126'),
    hex('person:zoe|obrien|ZZ991AB'),
  ]);
});

test('what cannot be read has no token, so that nobody believes it was registered', async () => {
  expect(await tokens('phone', { givenPhone: ['my usual number'] })).toEqual([]);
  for (const none of ['–', 'N/K', '0000'])
    expect(await tokens('reference', { givenReference: [none] })).toEqual([]);
  expect(await said('Mr', 'Sample', 'ZZ99 1AB')).toEqual([]);
  for (const [forename, surname] of [
    ['', 'Mrs Sample'],
    ['Mrs. Sample', ''],
    ['Sample, Mrs', ''],
    ['UNKNOWN', 'Sample'],
    ['Mary', 'not known'],
  ] as const)
    expect(await said(forename, surname, 'ZZ99 1AB')).toEqual([]);
  // some people's forename is a title, and some references have no digit but zeros
  for (const name of ['The Nguyen', 'Dame Sample', 'Ven Sample'])
    expect(await said('', name, 'ZZ99 1AB')).not.toEqual([]);
  expect(await tokens('reference', { givenReference: ['AB00/000'] })).not.toEqual([]);
});

test('a register says every form in which a record may hold the same person, and a record of another holds none', async () => {
  const forms = await said('Mary Jane', 'Sample-Example', 'ZZ99 1AB');
  const written = ['mary', 'maryjane', 'm.'].flatMap((first) =>
    ['sampleexample', 'examplesample', 'sample', 'example', '~sampleexample', '~examplesample'].map(
      (last) => `${first}|${last}`,
    ),
  );
  const swapped = ['sample', 'sampleexample', 's.'].flatMap((first) =>
    ['maryjane', 'janemary', 'mary', 'jane', '~maryjane', '~janemary'].map((last) => `${first}|${last}`),
  );
  const initials = ['sample|m', 'sampleexample|m'];
  // and a postcode whose 1 was recorded as an l
  const all = [...written, ...swapped, ...initials].flatMap((f) => [`${f}|ZZ991AB`, `${f}|ZZ99LAB`]);
  expect(new Set(forms)).toEqual(new Set(all.map((f) => hex(`person:${f}`))));
});

test('many are answered in their order, the unreadable among them', async () => {
  const rows = await stage.query(givenTokens.phone, { givenPhone: ['07700 900001', 'none', '07700 900002'] });
  expect(rows.map(({ tokens }) => (tokens as Buffer[]).map((t) => t.toString('hex')))).toEqual([
    [hex('phone:+447700900001')],
    [],
    [hex('phone:+447700900002')],
  ]);
});
