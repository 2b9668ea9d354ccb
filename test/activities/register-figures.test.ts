// Counts end to end: what the register holds, what a wave met of it, and that the next wave finds no fewer. And its
// age: nobody may forget it in silence.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { createDeps } from '../../worker/deps.ts';
import { addToRegister, withdrawFromRegister } from '../../worker/register-act.ts';
import { confirmRegister } from '../../worker/register-status.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands([['screen: #', 'registers: { opt-outs: { not_older_than: P7D } }\n\nscreen: #']]);
  await confirm();
});
afterAll(() => hands.close());

const codeOf = (answer: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  answer.refusal?.code;
/** The alarms of a wave that is screened now, or the code of what it was refused for. */
const screened = async (ready?: Ref<'extracted'>): Promise<string[]> => {
  const answer = await hands.acts.screen(ready ?? (await extracted()));
  if (!answer.ok) return [answer.refusal.code];
  return (answer.value.alarms ?? []).map(({ code, found }) => `${code} ${found}`);
};
const lost = (have: number, of: number): string =>
  `REGISTER_SHRUNK opt-outs by phone: ${have} of ${of} entries`;
const extracted = async (): Promise<Ref<'extracted'>> =>
  hands.upTo(await hands.open(await hands.month()), 'extract');
const confirm = () =>
  confirmRegister(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', 'c.clerk');
const given = (n: number) => ({ phone: `01632 9609${String(n).padStart(2, '0')}` });
const add = (n: number) =>
  addToRegister(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', given(n), 'c.clerk');
const withdraw = (n: number) =>
  withdrawFromRegister(
    hands.installation.urls.clerk,
    hands.deps.secrets.tokenKey,
    'opt-outs',
    given(n),
    'c.clerk',
  );

test('a wave says how many entries there were and how many of them it met', async () => {
  for (const n of [1, 2, 3]) await add(n);
  const ready = await extracted();
  await hands.atSource(`update survey.victim_offence set phone_home = '01632 960903'`);
  const again = await hands.upTo(await hands.open(ready, 'again'), 'extract');
  expect(codeOf(await hands.acts.screen(again))).toBe('FRAME_EMPTY');
  const other = await extracted();
  expect(codeOf(await hands.acts.screen(other))).toBeUndefined();
  const wave: WaveKey = other;
  const [screened] = await hands.leaves(wave, 'screened');
  expect(screened?.['registers']).toEqual([
    { register: 'opt-outs', kind: 'phone', entries: 3, withdrawn: 0, seen: 0 },
  ]);
});

test('an entry that is withdrawn is missed by nobody; one that is deleted, or quietly put out of force, stops the wave', async () => {
  for (const n of [11, 12]) await add(n);
  expect(await screened()).toEqual([]);
  await withdraw(11);
  expect(await screened()).toEqual([]);
  await hands.query('create table whole as table cordon.register_entry');
  await hands.query(
    `delete from cordon.register_entry where entry = (select max(entry) from cordon.register_entry)`,
  );
  expect(await screened()).toEqual([lost(3, 4)]);
  // nobody has accepted it: it is owed still
  expect(await screened()).toEqual([lost(3, 4)]);
  await hands.query('truncate cordon.register_entry');
  await hands.query('insert into cordon.register_entry table whole');
  await hands.query(
    'update cordon.register_entry set withdrawn_at = now() where entry = (select max(entry) from whole)',
  );
  expect(await screened()).toEqual([lost(3, 4)]);
  await hands.query(
    'update cordon.register_entry set withdrawn_at = null where entry = (select max(entry) from whole)',
  );
  expect(await screened()).toEqual([]);
});

test('what was added since the last wave is owed as well', async () => {
  await add(21);
  await hands.query('create table added as table cordon.register_entry');
  await hands.query(
    `delete from cordon.register_entry where entry = (select max(entry) from cordon.register_entry)`,
  );
  expect(await screened()).toEqual([lost(4, 5)]);
  await hands.query('truncate cordon.register_entry');
  await hands.query('insert into cordon.register_entry table added');
  expect(await screened()).toEqual([]);
});

test('a register that lost entries stops the packaging too', async () => {
  const sampled = await hands.upTo(await hands.open(await hands.month()), 'sample');
  await hands.query('drop table whole');
  await hands.query('create table whole as table cordon.register_entry');
  await hands.query(
    `delete from cordon.register_entry where entry = (select max(entry) from cordon.register_entry)`,
  );
  expect(codeOf(await hands.acts.minimise(sampled))).toBe('REGISTER_SHRUNK');
  await hands.query('truncate cordon.register_entry');
  await hands.query('insert into cordon.register_entry table whole');
  expect(codeOf(await hands.acts.minimise(sampled))).toBeUndefined();
});

test('a register that nobody kept current within its age stops the wave, until somebody says that it is', async () => {
  const ready = await extracted();
  await hands.query('alter table cordon.register_event disable trigger all');
  await hands.query(`update cordon.register_event set at = at - interval '8 days'`);
  await hands.query('alter table cordon.register_event enable trigger all');
  expect(await screened(ready)).toEqual([
    expect.stringMatching(/^REGISTER_STALE opt-outs last kept at \d{4}-\d\d-\d\dT[\d:.]+Z$/),
  ]);
  await confirm();
  expect(await screened()).toEqual([]);
});

test('a worker with another token key draws nobody: to it every opt-out would be unknown', async () => {
  const ready = await extracted();
  const strange = createDeps({ ...hands.installation.env, CORDON_TOKEN_KEY: 'ab'.repeat(32) });
  try {
    expect(codeOf(await actsOf(strange).screen(ready))).toBe('REGISTER_UNREADABLE');
  } finally {
    await strange.close();
  }
  const more = createDeps({
    ...hands.installation.env,
    CORDON_TOKEN_KEY: `${hands.installation.env['CORDON_TOKEN_KEY']}\n${'cd'.repeat(32)}`,
  });
  try {
    // a key that nobody has brought in yet changes nothing
    expect(codeOf(await actsOf(more).screen(ready))).toBeUndefined();
  } finally {
    await more.close();
  }
});
