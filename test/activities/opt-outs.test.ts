// Two different wishes, at every moment at which somebody may have them: this case, and never again.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import { addToRegister, withdrawFromRegister } from '../../worker/register-act.ts';
import { alteredBy } from './altered.ts';
import type { Hands } from './hands.ts';
import { openHands, value } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

type Given = Parameters<typeof addToRegister>[3];
type Terms = Parameters<typeof addToRegister>[5];

const add = (given: Given, terms?: Terms) =>
  addToRegister(
    hands.installation.urls.clerk,
    hands.deps.secrets.tokenKey,
    'opt-outs',
    given,
    'c.clerk',
    terms,
  );
const withdraw = (given: Given) =>
  withdrawFromRegister(
    hands.installation.urls.clerk,
    hands.deps.secrets.tokenKey,
    'opt-outs',
    given,
    'c.clerk',
  );

const text = (row: Readonly<Record<string, unknown>> | undefined, column: string): string => {
  const found = row?.[column];
  return typeof found === 'string' ? found : '';
};

/** Everybody of the month at the source, by their reference. */
const people = (wave: WaveKey) =>
  hands.atSource(
    `select * from survey.victim_offence where reported_at >= ($1 || '-01')::timestamptz
       and reported_at < ($1 || '-01')::timestamptz + interval '1 month' order by victim_ref`,
    [wave.period],
  );

/** How many rows the wave excluded as opted out. */
const optedOut = async (wave: WaveKey): Promise<number> => {
  const [screened] = await hands.leaves(wave, 'screened');
  const exclusions = screened?.['exclusions'] as { reason: string; all: number }[];
  return exclusions.find(({ reason }) => reason === 'opted-out')?.all ?? -1;
};

test('a case is left out by its reference, and another case of the same person is not', async () => {
  const wave = await hands.month();
  const [one, two] = await people(wave);
  const [forename, surname, postcode] = ['forename', 'surname', 'postcode'].map((name) => text(one, name));
  await hands.atSource('update survey.victim_offence set forename = $1, surname = $2 where victim_ref = $3', [
    forename,
    surname,
    two?.['victim_ref'],
  ]);
  const given = { reference: text(one, 'urn'), forename, surname, postcode } as Given;
  expect(await add(given, { scope: 'case' })).toMatchObject({
    scope: 'case',
    entries: 2,
    added: 2,
    recall: false,
  });
  await hands.upTo(await hands.open(wave), 'screen');
  expect(await optedOut(wave)).toBe(1);
});

test('where the record has no reference the name decides, for a wish that named a case too', async () => {
  const wave = await hands.month();
  const [one] = await people(wave);
  await hands.atSource('update survey.victim_offence set urn = null where victim_ref = $1', [
    one?.['victim_ref'],
  ]);
  const named = {
    forename: text(one, 'forename'),
    surname: text(one, 'surname'),
    postcode: text(one, 'postcode'),
  };
  await add({ reference: '99/9999/99', ...named }, { scope: 'case' });
  await hands.upTo(await hands.open(wave), 'screen');
  expect(await optedOut(wave)).toBe(1);
});

test('never again is by any number or by name, whatever the case', async () => {
  const wave = await hands.month();
  const [one, two] = await people(wave);
  expect(await add({ phone: text(one, 'phone_home') })).toMatchObject({ scope: 'standing', added: 1 });
  const named = {
    forename: text(two, 'forename'),
    surname: text(two, 'surname'),
    postcode: text(two, 'postcode'),
  };
  expect(await add(named)).toMatchObject({ scope: 'standing', added: 1 });
  await hands.upTo(await hands.open(wave), 'screen');
  expect(await optedOut(wave)).toBe(2);
  const [screened] = await hands.leaves(wave, 'screened');
  const registers = screened?.['registers'] as { kind: string; seen: number }[];
  expect(registers.map(({ kind, seen }) => [kind, seen])).toEqual([
    ['person', 1],
    ['person-of-unknown-case', 0],
    ['phone', 1],
    ['reference', 0],
  ]);
});

test('who opts out after the draw is struck at packaging and the next in line goes up; after packaging nobody does', async () => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  const sampled = await hands.upTo(opened, 'sample');
  const staging = `wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1`;
  const drawn = await hands.query<{ ref: string }>(
    `select key[1] as ref from ${staging}.sampled where part = 'sample' order by stratum, rank`,
  );
  const urn = async (at: number): Promise<Given> => {
    const all = await people(wave);
    return {
      reference: text(
        all.find((row) => row['victim_ref'] === drawn[at]?.ref),
        'urn',
      ),
    };
  };
  await add(await urn(0), { scope: 'case' });
  const minimised = await hands.acts.minimise(sampled);
  if (!minimised.ok) throw new Error(minimised.refusal.code);
  const counts = async () =>
    (
      await hands.query(
        'select promoted::int, struck::int, package::int from cordon.waterfall where period = $1',
        [wave.period],
      )
    )[0];
  expect(await counts()).toEqual({ promoted: 1, struck: 1, package: 12 });
  await hands.release(minimised.value);
  const [late, back] = [await urn(1), await urn(2)];
  await add(late, { scope: 'case' });
  await add(back, { scope: 'case' });
  // who thought better of it in time is sent after all
  expect(await withdraw(back)).toMatchObject({ withdrawn: 1, action: 'withdrawn' });
  expect(await hands.acts.transfer(minimised.value)).toMatchObject({ value: { rows: 11 } });
  expect(await counts()).toEqual({ promoted: 1, struck: 2, package: 11 });
});

test('whoever opts out when it is too late is told so, with the wave to recall and a text to send', async () => {
  const wave = await hands.month();
  await hands.upTo(await hands.open(wave), 'transfer');
  const [disclosed] = await hands.query<{ survey_ref: string }>(
    'select survey_ref from cordon.disclosure_index where period = $1 limit 1',
    [wave.period],
  );
  expect(disclosed).toBeDefined();
  const all = await people(wave);
  const staging = `wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1`;
  const sent = await hands.query<{ ref: string }>(
    `select key[1] as ref from ${staging}.sampled where state = 'in'`,
  );
  const row = all.find((r) => r['victim_ref'] === sent[0]?.ref);
  const late = await add({ phone: text(row, 'phone_mobile') });
  expect(late).toMatchObject({
    recall: true,
    disclosed: [{ survey: wave.survey, period: wave.period, recipient: 'smsr', hasLeft: true }],
  });
  expect(late.reply).toContain('SMSR');
  expect(late.reply).not.toContain(text(row, 'surname'));
  // by name, and in another dress
  const forename = `Mrs ${text(row, 'forename').toUpperCase()}`;
  const named = { forename, surname: text(row, 'surname'), postcode: 'zz991aa' };
  expect(await add(named)).toMatchObject({ recall: true });
  const notSent = all.find((r) => !sent.some(({ ref }) => ref === r['victim_ref']));
  const early = await add({ phone: text(notSent, 'phone_mobile') });
  expect(early).toMatchObject({ recall: false, disclosed: [] });
  expect(early.reply).not.toContain('SMSR');
});

const partOf = async (wave: WaveKey): Promise<string> => {
  const [copy] = await hands.query<{ place: string }>(
    `select place from cordon.copy where kind = 'contacts' and period = $1`,
    [wave.period],
  );
  return copy?.place ?? '';
};

test('the contact history is what the intents said, until an officer accepts what is there', async () => {
  const [wave] = await hands.query<{ survey: string; period: string }>(
    'select survey, period from cordon.intent order by intended_at limit 1',
  );
  if (!wave) throw new TypeError('a wave that was sent');
  const foundAfter = alteredBy(hands.installation.urls.admin);
  const part = `copies."${await partOf(wave)}"`;
  const one = "ctid = '(0,1)'";
  expect(await foundAfter()).toEqual([]);
  for (const changes of [
    [`delete from ${part} where ${one}`],
    [`delete from ${part}`],
    [`update ${part} set contacted_on = contacted_on - 1`],
    [`update ${part} set token = sha256('x') where ${one}`],
    [`update ${part} set token = null where ${one}`],
    [`update ${part} set period = '2001-01'`],
    [`insert into ${part} select survey, period, kind, sha256('n'), contacted_on from ${part} limit 1`],
    [`insert into cordon.contact_history select * from ${part} limit 1`],
    [
      'create table copies.another () inherits (cordon.contact_history)',
      `alter table copies.another owner to ${hands.installation.prefix}_owner`,
    ],
    [`alter table ${part} no inherit cordon.contact_history`],
  ])
    expect([changes, await foundAfter(...changes)]).toEqual([changes, ['contacts']]);

  await hands.query(`update ${part} set contacted_on = contacted_on - 1`);
  const ready = await hands.upTo(await hands.open(await hands.month()), 'extract');
  expect(value(await hands.acts.screen(ready)).alarms).toMatchObject([
    { code: 'REGISTER_ALTERED', reason: 'contacts' },
  ]);
  const { survey, period, attempt } = ready;
  const [alarm, because] = ['REGISTER_ALTERED', 'checked-at-source'] as const;
  const statement = { survey, period, attempt, alarm, because, reasons: ['contacts'] };
  const by = await hands.signed('d.officer', 'accept', statement);
  expect(await hands.acts.accept({ survey, period, attempt, ...by })).toMatchObject({ ok: true });
  expect(await foundAfter()).toEqual([]);
  expect(await foundAfter(`update ${part} set contacted_on = contacted_on + 1`)).toEqual(['contacts']);
});

test('the contact history knows a person by the narrow form alone: others of the same initial may be asked', async () => {
  const first = await hands.month();
  await hands.upTo(await hands.open(first), 'transfer');
  const held = await hands.query<{ n: number }>(
    `select count(*)::int as n from cordon.contact_history where period = $1 and kind = 'person'`,
    [first.period],
  );
  expect(held).toEqual([{ n: 12 }]);
  // a part is held to its intent, and one that is erased to nothing
  const foundAfter = alteredBy(hands.installation.urls.admin);
  expect(await foundAfter()).toEqual([]);
  expect(await foundAfter(`delete from copies."${await partOf(first)}"`)).toEqual(['contacts']);
  const parts = await hands.query<{ id: number }>(
    `update cordon.copy set due_at = now() where kind = 'contacts' returning id`,
  );
  for (const { id } of parts) expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  expect(parts.length).toBeGreaterThan(1);
  expect(await foundAfter()).toEqual([]);
});
