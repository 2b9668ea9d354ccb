// Counts end to end: what the register holds, what a wave met of it, and that the next wave finds no fewer, and no
// others. And its age: nobody may forget it in silence.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AttemptKey, Ref, WaveKey } from '../../schemas/ref.ts';
import { createDeps } from '../../worker/deps.ts';
import { addToRegister, withdrawFromRegister } from '../../worker/register-act.ts';
import { confirmRegister } from '../../worker/register-status.ts';
import { hold } from '../faults/hold.ts';
import { alteredBy } from './altered.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

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
const alteredAlarm = 'REGISTER_ALTERED rows in opt-outs that are not those that were entered';
const extracted = async (): Promise<Ref<'extracted'>> =>
  hands.upTo(await hands.open(await hands.month()), 'extract');
const confirm = () =>
  confirmRegister(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', 'c.clerk');
const accept = async ({ survey, period, attempt }: AttemptKey) => {
  const [alarm, because] = ['REGISTER_ALTERED', 'checked-at-source'] as const;
  const statement = { survey, period, attempt, alarm, because, reasons: ['opt-outs'] };
  const by = await hands.signed('d.officer', 'accept', statement);
  return hands.acts.accept({ survey, period, attempt, ...by });
};
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

describe('as many entries as before, and not the same', () => {
  const newest = '(select max(entry) from cordon.register_entry)';
  const exchanged = (with_: string): string =>
    `with gone as (delete from cordon.register_entry where entry = ${newest} returning *)
     insert into cordon.register_entry (register, kind, token, added_at, added_by${with_ === '' ? '' : ', entry'})
     select register, kind, sha256('another'), added_at, added_by${with_} from gone`;

  test.each([
    [
      'a token overwritten in its place',
      `update cordon.register_entry set token = sha256('x') where entry = ${newest}`,
    ],
    ['an entry exchanged for another', exchanged('')],
    ['an entry exchanged under its own number', exchanged(', entry')],
    ['a kind', `update cordon.register_entry set kind = 'reference' where entry = ${newest}`],
    ['a scope', `update cordon.register_entry set scope = 'case' where entry = ${newest}`],
    [
      'a withdrawal that is dropped',
      `update cordon.register_entry set withdrawn_at = null where withdrawn_at is not null`,
    ],
    [
      'a day that is moved',
      `update cordon.register_entry set withdrawn_at = withdrawn_at - interval '1 microsecond'`,
    ],
    [
      'an entry that nobody entered',
      `insert into cordon.register_entry (register, kind, token, added_by) values ('opt-outs', 'phone', sha256('n'), 'me')`,
    ],
    [
      'an entry given out for a canary',
      `update cordon.register_entry set added_by = 'canary' where withdrawn_at is not null`,
    ],
  ])('%s stops the wave', async (_, change) => {
    await hands.query('create table before as table cordon.register_entry');
    try {
      await hands.query(change);
      const [first = ''] = await screened();
      expect(first).toMatch(/^REGISTER_(?:ALTERED|SHRUNK) /);
    } finally {
      await hands.query('truncate cordon.register_entry');
      await hands.query('insert into cordon.register_entry table before');
      await hands.query('drop table before');
    }
    expect(await screened()).toEqual([]);
  });

  test('of earlier days put back, it stops the wave, also when as many are put back as were added since', async () => {
    await hands.query('create table older as table cordon.register_entry');
    await add(51);
    await withdraw(1);
    await hands.query('create table newer as table cordon.register_entry');
    await hands.query('truncate cordon.register_entry');
    await hands.query('insert into cordon.register_entry table older');
    expect(await screened()).toEqual([alteredAlarm]);
    await hands.query('truncate cordon.register_entry');
    await hands.query('insert into cordon.register_entry table newer');
    expect(await screened()).toEqual([]);
  });

  test('and added to since, it stops the wave all the same; and the packaging, until an officer accepts it', async () => {
    const sampled = await hands.upTo(await hands.open(await hands.month()), 'sample');
    await hands.query(`update cordon.register_entry set token = sha256('y') where entry = ${newest}`);
    await add(61);
    await confirm();
    expect(codeOf(await hands.acts.minimise(sampled))).toBe('REGISTER_ALTERED');
    const ready = await extracted();
    expect(await screened(ready)).toEqual([alteredAlarm]);
    expect(await accept(ready)).toEqual({ ok: true, value: { unanswered: 0 } });
    const [said] = await hands.leaves(ready, 'alarm-accepted');
    expect(said).toMatchObject({ registers: [{ register: 'opt-outs', rows: 8 }] });
    // it is held to what stands there now
    expect(await screened()).toEqual([]);
    await add(62);
    expect(await screened()).toEqual([]);
    await hands.query(`update cordon.register_entry set token = sha256('z') where entry = ${newest}`);
    expect(await screened()).toEqual([alteredAlarm]);
    value(await accept(await lastWave()));
  });

  const lastWave = async (): Promise<{ survey: string; period: string; attempt: number }> => {
    const [last] = await hands.query<{ survey: string; period: string; attempt: number }>(
      'select survey, period, attempt from cordon.alarm order by raised_at desc limit 1',
    );
    if (!last) throw new Error('no alarm');
    return last;
  };
});

test('entries that no leaf speaks of are found, and a register without any that the ledger speaks of', async () => {
  const stray = `insert into cordon.register_entry (register, kind, token, added_by, owner, review_on)
    values ('safety-markers', 'phone', sha256('n'), 'me', 'd.officer', '2100-01-01')`;
  const foundAfter = alteredBy(hands.installation.urls.admin);
  expect(await foundAfter()).toEqual([]);
  expect(await foundAfter(stray)).toEqual(['safety-markers']);
  expect(await foundAfter('delete from cordon.register_entry')).toEqual(['opt-outs']);
});

test('clerks who add, withdraw and confirm at the same moment, with a wave among them, alarm nobody', async () => {
  const ready = await extracted();
  await add(70);
  const [, alarms] = await Promise.all([
    Promise.all([...[71, 72, 73, 74].flatMap((n) => [add(n), confirm()]), withdraw(70)]),
    screened(ready),
  ]);
  expect(alarms).toEqual([]);
  expect(await screened()).toEqual([]);
});

test('an entry that is withdrawn while a wave writes down what it has read is missed by nobody', async () => {
  await add(80);
  const ready = await extracted();
  const held = await hold(hands.installation.urls.admin, 'lock table cordon.register_read in exclusive mode');
  await held.held;
  const screening = screened(ready);
  await held.waiting();
  await withdraw(80);
  await held.release();
  expect(await screening).toEqual([]);
  expect(await screened()).toEqual([]);
});

test('an entry that comes between the count and the meeting is left out for it, and counted the next time', async () => {
  const ready = await extracted();
  const rows = await hands.atSource(
    `select urn from survey.victim_offence where to_char(reported_at, 'YYYY-MM') = $1 order by urn limit 2`,
    [ready.period],
  );
  const optOut = (nth: number) => {
    const given = { reference: String(rows[nth]?.['urn']) };
    return addToRegister(
      hands.installation.urls.clerk,
      hands.deps.secrets.tokenKey,
      'opt-outs',
      given,
      'c.clerk',
    );
  };
  await optOut(0);
  const held = await hold(hands.installation.urls.admin, 'lock table cordon.canary in exclusive mode');
  await held.held;
  const screening = screened(ready);
  await held.waiting();
  await optOut(1);
  await held.release();
  expect(await screening).toEqual([]);
  const [said] = await hands.leaves(ready, 'screened');
  expect(said).toMatchObject({
    exclusions: expect.arrayContaining([expect.objectContaining({ reason: 'opted-out', first: 2 })]),
    registers: expect.arrayContaining([expect.objectContaining({ kind: 'reference', entries: 1, seen: 1 })]),
  });
});

test('the ledger holds no token, and nothing that could be made of one without the salt', async () => {
  const ledger = await hands.query<{ leaf: string }>(
    `select convert_from(leaf, 'UTF8') as leaf from ledger.entry where convert_from(leaf, 'UTF8') like '%"digest"%'`,
  );
  expect(ledger.length).toBeGreaterThan(8);
  const said = JSON.stringify(ledger);
  const tokens = await hands.query<{ token: Buffer }>('select token from cordon.register_entry');
  const hex = tokens.flatMap(({ token }) => [
    token.toString('hex'),
    createHash('sha256').update(token).digest('hex'),
  ]);
  expect(hex.filter((text) => said.includes(text))).toEqual([]);
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
