// Where one person's details went, asked as an officer asks: by what identifies them, before and after every copy is
// gone, and never with a value of theirs in the answer.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { confirmRegister } from '../../worker/register-status.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { makeTrace } from '../../worker/trace-make.ts';
import type { Traced } from '../../worker/trace-told.ts';
import { letter } from '../../worker/trace-told.ts';
import { openHands } from '../activities/hands.ts';
import type { Hands } from '../activities/hands.ts';
import { coded, cordon, tooLong, typed } from './command.ts';

let hands: Hands;
let wave: WaveKey;
let sent: Record<string, unknown>;
let others: Record<string, unknown>;

const env = () => hands.installation.env;
const ring = (): [Buffer] => [Buffer.from(env()['CORDON_TOKEN_KEY'] ?? '', 'hex')];
const ask = (given: Parameters<typeof makeTrace>[2]): Promise<Traced> =>
  makeTrace(env()['CORDON_WORKER_URL'] ?? '', ring(), given, {
    officer: 'd.officer',
    because: 'subject-request',
  });
const text = (value: unknown): string => String(value);
const command = (args: string[], input: string, by = typed) =>
  by(['trace', '--because', 'complaint', ...args], { ...env(), CORDON_OFFICER: 'd.officer' }, { input });

beforeAll(async () => {
  hands = await openHands();
  wave = await hands.month();
  const asked = makeTrace(
    env()['CORDON_WORKER_URL'] ?? '',
    ring(),
    { phone: '07700 900123' },
    { officer: 'd.officer', because: 'audit' },
  );
  await expect(asked).rejects.toMatchObject({ type: 'REGISTER_UNREADABLE' });
  await confirmRegister(env()['CORDON_CLERK_URL'] ?? '', ring(), 'opt-outs', 'c.clerk');
  // whoever has two numbers is sent with the first of them
  await hands.atSource(`update survey.victim_offence set phone_home = '01632 9600' || right(victim_ref, 2)`);
  await hands.upTo(await hands.open(wave), 'transfer');
  const drawn = await hands.query<{ ref: string }>(
    `select s.key[1] as ref from wave_warwickshire_victims_${wave.period.replace('-', '')}_1.sampled s where s.state = 'in'`,
  );
  const people = await hands.atSource('select * from survey.victim_offence order by victim_ref');
  const [first] = people.filter(({ victim_ref: ref }) => drawn.some((d) => d.ref === ref));
  const [other] = people.filter(({ victim_ref: ref }) => !drawn.some((d) => d.ref === ref));
  if (!first || !other) throw new Error('somebody was sent and somebody was not');
  [sent, others] = [first, other];
});
afterAll(() => hands.close());

describe('somebody who was disclosed', () => {
  test.each([
    ['the number that was sent', () => ({ phone: text(sent['phone_mobile']) }), 'phone'],
    [
      'their other number, written otherwise',
      () => ({ phone: text(sent['phone_home']).replace('0', '+44 (0)') }),
      'phone',
    ],
    [
      'the reference',
      () => ({ reference: text(sent['urn']).toLowerCase().replaceAll('/', ' ') }),
      'reference',
    ],
    [
      'the name and postcode',
      () => ({
        forename: text(sent['forename']).toUpperCase(),
        surname: text(sent['surname']),
        postcode: text(sent['postcode']).replace(' ', ''),
      }),
      'person',
    ],
  ])('is found by %s: to whom, which fields, when, and every copy', async (_, given, kind) => {
    const { disclosures, waves } = await ask(given());
    expect(disclosures).toHaveLength(1);
    expect(disclosures[0]).toMatchObject({
      ...wave,
      recipient: 'smsr',
      company: 'SMSR Ltd, Hull',
      fields: [
        'survey_ref',
        'title',
        'surname',
        'phone',
        'crime_group',
        'occurred_on',
        'language',
        'safe_contact',
      ],
      surveyRefs: [expect.stringMatching(/^[0-9a-f]{20}$/)],
      recognisedBy: expect.arrayContaining([kind]) as unknown,
      firstByteAt: expect.stringMatching(/^20\d\d-/) as unknown,
      receivedAt: null,
      destroyedAt: null,
    });
    expect(disclosures[0]?.copies.map(({ kind: of, state }) => [of, state]).toSorted()).toEqual([
      ['analysis', 'live'],
      ['contacts', 'live'],
      ['delivered', 'live'],
      ['disclosure-index', 'live'],
      ['package', 'live'],
      ['staging', 'live'],
    ]);
    expect(waves).toEqual([expect.objectContaining({ ...wave, untoldSince: null }) as unknown]);
  });

  test('is answered at the command line and in a letter, without a value of theirs', async () => {
    const input = `phone: ${text(sent['phone_mobile'])}\nreference: ${text(sent['urn'])}\n`;
    const said = await command([], input, cordon);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain(`wave/${wave.survey}/${wave.period}`);
    expect(said.out).toMatch(/to {10}SMSR Ltd, Hull \(smsr\)/);
    expect(tooLong(said.out)).toEqual([]);
    const data = await command(['--json'], input);
    expect(JSON.parse(data.out)).toMatchObject({
      given: ['phone', 'reference'],
      disclosures: [{ recipient: 'smsr' }],
    });
    const written = await command(['--letter'], input);
    expect(written.out).toMatch(
      /we passed to SMSR Ltd, Hull, about \w+ 20\d\d: a survey reference, title, .*language and safe contact/,
    );
    expect(written.out).toContain('has not certified it yet');
    for (const { out } of [said, data, written])
      for (const column of [
        'phone_mobile',
        'phone_home',
        'urn',
        'forename',
        'surname',
        'postcode',
        'victim_ref',
      ])
        if (text(sent[column]).length > 4) expect(out).not.toContain(text(sent[column]));
  });
});

test('whoever was not disclosed is in no answer, and the waves at large are', async () => {
  const found = await ask({ phone: text(others['phone_mobile']), reference: text(others['urn']) });
  expect(found.disclosures).toEqual([]);
  expect(found.waves).toHaveLength(1);
  expect(letter(found)).toContain('our records name you in no file');
  const said = await command([], `reference: ${text(others['urn'])}\n`);
  expect(said).toMatchObject({ code: 1, err: '' });
  expect(said.out).toMatch(/^no wave on record names this reference\n/);
});

test('each look is a consultation in the ledger, with officer and reason and without the person', async () => {
  const before = await hands.query('select max(index)::int as n from ledger.entry');
  await ask({ phone: text(sent['phone_mobile']) });
  const leaves = await hands.query<{ leaf: Record<string, unknown>; raw: string }>(
    `select convert_from(leaf, 'UTF8')::jsonb as leaf, convert_from(leaf, 'UTF8') as raw from ledger.entry where index > $1`,
    [before[0]?.['n']],
  );
  expect(leaves.map(({ leaf }) => leaf)).toEqual([
    expect.objectContaining({
      type: 'consulted',
      operation: 'consultation',
      command: 'trace',
      officer: 'd.officer',
      because: 'subject-request',
      found: true,
    }) as unknown,
  ]);
  expect(leaves[0]?.raw).not.toMatch(/\d{7}\+|900\d{3}/);
});

test('under another key it refuses: nothing found would be false', async () => {
  const key = randomBytes(32);
  await expect(
    makeTrace(
      env()['CORDON_WORKER_URL'] ?? '',
      [key],
      { phone: text(sent['phone_mobile']) },
      { officer: 'd.officer', because: 'audit' },
    ),
  ).rejects.toMatchObject({ type: 'REGISTER_UNREADABLE' });
});

test('what cannot be read, no reason and an argument are refused, and nothing of them is repeated', async () => {
  coded(await command([], 'phone: 07700 90\n'), 1, 'a phone that cannot be read');
  coded(await command([], 'who: nobody\n'), 1, 'line 1');
  const argued = await typed(['trace', '--because', 'audit', '07700 900123'], env());
  expect(argued.code).toBe(2);
  expect(`${argued.out}${argued.err}`).not.toContain('900123');
  const unsaid = await typed(['trace'], env(), { input: 'phone: 07700 900123\n' });
  expect(unsaid.code).toBe(2);
});

describe('whether a call is genuine', () => {
  const asked = (input: string, args: string[] = []) =>
    typed(['genuine', ...args], { ...env(), CORDON_OFFICER: 'c.clerk' }, { input });
  const surveyRef = async (): Promise<string> =>
    (await ask({ phone: text(sent['phone_mobile']) })).disclosures[0]?.surveyRefs[0] ?? '';

  test('is answered by the interviewer’s reference, however it is read out: yes and the company, or no', async () => {
    const ref = await surveyRef();
    const spoken = (ref.toUpperCase().match(/.{4}/g) ?? []).join(' ');
    const yes = await asked(`reference: ${spoken}\n`);
    expect(yes).toMatchObject({ code: 0, err: '' });
    expect(yes.out).toMatch(/^yes: the call is genuine; the interviewer works for SMSR Ltd, Hull\n/);
    expect(tooLong(yes.out)).toEqual([]);
    const no = await asked(`${ref.slice(1)}${ref.startsWith('0') ? '1' : '0'}\n`);
    expect(no).toMatchObject({ code: 1, err: '' });
    expect(no.out).toMatch(/^no: /);
    const [last] = await hands.query<{ leaf: Record<string, unknown> }>(
      `select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger.entry order by index desc limit 1`,
    );
    expect(last?.leaf).toMatchObject({
      type: 'consulted',
      command: 'genuine',
      officer: 'c.clerk',
      found: false,
    });
    expect(JSON.stringify(last?.leaf)).not.toContain(ref.slice(1));
  });

  test('by a telephone number alone only who rings at all is said, the same for a victim’s as for anybody’s', async () => {
    const before = await hands.query('select count(*)::int as n from ledger.entry');
    const [victims, others] = await Promise.all(
      [text(sent['phone_mobile']), '07700 900999', ''].map((number) => asked(`${number}\n`, ['--json'])),
    );
    expect(victims?.out).toBe(others?.out);
    expect(JSON.parse(victims?.out ?? '')).toMatchObject({
      genuine: null,
      company: null,
      calling: [{ survey: wave.survey, company: 'SMSR Ltd, Hull' }],
    });
    expect(await hands.query('select count(*)::int as n from ledger.entry')).toEqual(before);
  });

  test('anything else is refused and not repeated', async () => {
    const said = await asked('my name is Nobody Atall\n');
    coded(said, 1, 'something else than a survey reference');
    expect(said.err).not.toContain('Nobody');
  });
});

test('after the purge it is answered still; once the index is gone, that nobody can say any more', async () => {
  const purge = async (kinds: string[]) => {
    const due = `kind = any($1) and state <> 'erased'`;
    await hands.query(`update cordon.copy set due_at = now() where ${due}`, [kinds]);
    return hands.query(`select cordon.purge_copy(id) from cordon.copy where ${due}`, [kinds]);
  };
  await purge(['staging', 'package']);
  const after = await ask({ reference: text(sent['urn']) });
  expect(after.disclosures[0]?.copies).toEqual(
    expect.arrayContaining([expect.objectContaining({ kind: 'package', state: 'erased' }) as unknown]),
  );
  await purge(['disclosure-index']);
  const gone = await ask({ reference: text(sent['urn']) });
  expect(gone.disclosures).toEqual([]);
  expect(gone.waves).toEqual([
    expect.objectContaining({
      ...wave,
      untoldSince: expect.stringMatching(/^20\d\d-/) as unknown,
    }) as unknown,
  ]);
  expect(letter(gone)).toContain('We keep no record of who was in our surveys about');
});
