// What is in force, what was, and what a file would change, read as the auditor.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyHere } from '../../worker/demo/installation.ts';
import { planDiffCommand, planHistoryCommand, planShowCommand } from '../../worker/plan.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { coded, here, tooLong } from './command.ts';

let hands: Hands;
let file: string;
const survey = 'warwickshire-victims';
beforeAll(async () => {
  hands = await openHands();
  file = join(hands.installation.folder, 'pipelines', `${survey}.yaml`);
});
afterAll(() => hands.close());

const env = () => hands.installation.env;
const show = (name = survey, json = false) => here((say) => planShowCommand(name, { json }, env(), say));
const history = () => here((say) => planHistoryCommand(survey, { json: true }, env(), say));
const diff = (from: string, to?: string) => {
  const processor = hands.installation.processor.file;
  return here((say) => planDiffCommand(survey, from, to, { processor }, env(), say));
};
const edit = async (from: string, to: string) => {
  const text = await readFile(file, 'utf8');
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
};

test('shows the plan in force: fields, rules, clocks and who has signed', async () => {
  const shown = await show();
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toMatch(
    /^warwickshire-victims {2}in force since .*Z\n {2}signed by {4}d\.officer and a\.officer$/m,
  );
  expect(shown.out).toMatch(/^ {2}fields +survey_ref, /m);
  expect(shown.out).toMatch(/staging\s+P14D/);
  expect(tooLong(shown.out)).toEqual([]);
  expect(JSON.parse((await show(survey, true)).out)).toMatchObject({
    survey,
    planHash: hands.planHash,
    officers: ['d.officer', 'a.officer'],
    to: 'smsr',
  });
  coded(await show('no-such-survey'), 1, 'no plan of no-such-survey in force');
  coded(await diff('nowhere.yaml'), 1, 'no file nowhere.yaml');
});

test('says what a file would change and records nothing; then what was changed, on whose word', async () => {
  expect((await diff(file)).out).toMatch(/ {2}unchanged\n$/);
  await edit('staging: { for: P14D }', 'staging: { for: P7D }');
  const nearer = await diff(file);
  expect(nearer.out).toMatch(/ {2}narrowing\n {2}- retain\.staging\.for: P14D becomes P7D\n$/);
  expect(JSON.parse((await history()).out)).toHaveLength(1);
  const { planHash, officers } = await applyHere(hands.installation, file);
  // one suffices
  expect(officers).toEqual(['d.officer']);
  expect(JSON.parse((await history()).out)).toMatchObject([
    { planHash: hands.planHash, change: 'widening', officers: ['d.officer', 'a.officer'] },
    { planHash, change: 'narrowing', officers: ['d.officer'] },
  ]);
  expect((await diff(planHash.slice(0, 12), hands.planHash.slice(0, 12))).out).toMatch(
    / {2}widening\n {2}\+ retain\.staging\.for: P7D becomes P14D\n$/,
  );
  coded(await diff('0000'), 1, 'no plan, or several');
});

test('what widens waits for a second officer, whoever signs twice', async () => {
  await edit('staging: { for: P7D }', 'staging: { for: P30D }');
  expect((await diff(file)).out).toContain('+ retain.staging.for: P7D becomes P30D');
  expect(await applyHere(hands.installation, file)).toMatchObject({
    change: 'widening',
    officers: ['d.officer', 'a.officer'],
  });
  // and back to what was in force before is another statement, over another plan that it replaces
  await edit('staging: { for: P30D }', 'staging: { for: P14D }');
  expect(await applyHere(hands.installation, file)).toMatchObject({
    planHash: hands.planHash,
    inForce: true,
  });
  const sequences = await hands.query<{ sequence: number }>('select sequence from cordon.plan_in_force');
  expect(sequences).toEqual([{ sequence: 4 }]);
});

test('what a deputy proposes is released by neither the deputy nor whom they stand in for', async () => {
  await hands.query(`alter table cordon.officer disable trigger user;
    update cordon.officer set deputy_for = 'a.officer' where officer = 'd.officer';
    alter table cordon.officer enable trigger user`);
  await edit('staging: { for: P14D }', 'staging: { for: P6D }');
  const { planHash } = await applyHere(hands.installation, file);
  const plans = await hands.query('select proposed_by from cordon.plan where plan_hash = $1', [planHash]);
  expect(plans).toEqual([{ proposed_by: ['d.officer', 'a.officer'] }]);
});
