// What a company reports of whom it rang: by reference out of a signed file, as tokens into the registers, once, and
// never a part of a file that is not to be believed.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerName, writeAnswer } from '../../activities/delivery/receipt.ts';
import type { Reported } from '../../activities/delivery/outcomes.ts';
import { writeOutcomes } from '../../activities/delivery/outcomes.ts';
import { sign } from '../../activities/package/signature.ts';
import type { ExceptionCode } from '../../schemas/exception.ts';
import type { ContactOutcome } from '../../schemas/leaf.ts';
import type { AttemptKey, WaveKey } from '../../schemas/ref.ts';
import { withConnection, withTransaction } from '../../sql/connect.ts';
import type { LeafOf } from '../../sql/ledger/append.ts';
import { append } from '../../sql/ledger/append.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { signedBy } from '../../worker/demo/officers.ts';
import { createDeps } from '../../worker/deps.ts';
import { withdrawFromRegister } from '../../worker/register-act.ts';
import { rekeyRegisters } from '../../worker/register-rekey.ts';
import { typed } from '../worker/command.ts';
import type { Acts, Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

let hands: Hands;
let sent: Sent;
let other: Sent;
beforeAll(async () => {
  hands = await openHands();
  sent = await deliver();
  other = await deliver();
});
afterAll(() => hands.close());

type Person = Readonly<Record<string, string>>;
interface Sent {
  readonly wave: WaveKey;
  readonly key: AttemptKey;
  readonly name: string;
  readonly sha256: string;
  readonly people: readonly (Person & { readonly survey_ref: string })[];
}

const deliver = async (by: Acts = hands.acts): Promise<Sent> => {
  const wave = await hands.month();
  const { survey, period } = wave;
  const screened = value(await by.screen(value(await by.extract(await hands.open(wave)))));
  const minimised = value(await by.minimise(value(await by.sample(screened))));
  await hands.release(minimised);
  expect(value(await by.transfer(minimised))).toMatchObject({ rows: 12, attempt: 1 });
  const [{ name, sha256 } = { name: '', sha256: '' }] = await hands.query<{ name: string; sha256: string }>(
    'select name, ciphertext_sha256 as sha256 from cordon.package where period = $1 order by version desc',
    [period],
  );
  const drawn = await hands.query<{ ref: string; survey_ref: string }>(
    `select c.key[1] as ref, c.survey_ref from wave_${survey.replaceAll('-', '_')}_${period.replace('-', '')}_1.contact c
     where c.survey_ref in (select survey_ref from cordon.disclosure_index) order by 1`,
  );
  const records = (await hands.atSource('select * from survey.victim_offence where victim_ref = any ($1)', [
    drawn.map(({ ref }) => ref),
  ])) as Person[];
  const people = drawn.flatMap(({ ref, survey_ref }) =>
    records.flatMap((record) => (record['victim_ref'] === ref ? [{ ...record, survey_ref }] : [])),
  );
  return { wave, key: { ...wave, attempt: 1 }, name, sha256, people };
};

const bothKeys = () => `${hands.installation.env['CORDON_TOKEN_KEY'] ?? ''}\n${'cd'.repeat(32)}`;
const at = '2026-11-20T14:05:00Z';
const about = { at, by: 'data desk' };
const of = (from: Sent, said: readonly [number, ContactOutcome][]): Reported[] =>
  said.map(([nth, outcome]) => ({ survey_ref: from.people[nth]?.survey_ref ?? '', outcome, at }));
const lay = async (files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> => {
  for (const { name, bytes } of files)
    await writeFile(join(hands.installation.processor.outbound, name), bytes);
};
const report = async (to: Sent, outcomes: readonly Reported[], by?: string): Promise<void> => {
  const { answers } = hands.installation.keys;
  const awaited = { ...to.wave, name: to.name, sha256: to.sha256, records: to.people.length };
  await lay(await writeOutcomes(awaited, outcomes, about, { signingKey: by ?? answers.privateKey }));
};
const raised = async ({ wave }: Sent) =>
  (await hands.leaves(wave, 'exception')).map(({ code, owner, found }) => [code, owner, found]);
/** What stands in the table of exceptions after a sweep. */
const standing = async ({ wave }: Sent): Promise<string[]> => {
  await hands.acts.raiseExceptions();
  const rows = await hands.query<{ code: string }>(
    'select code from cordon.exception where closed_at is null and period = $1 order by 1',
    [wave.period],
  );
  return rows.map(({ code }) => code);
};
const entries = (where = 'true') =>
  hands.query<{ register: string; kind: string; n: number }>(
    `select register, kind, count(distinct entry)::int as n from cordon.register_entry
     where added_by <> 'canary' and ${where} group by 1, 2 order by 1, 2`,
  );
const faults = async () =>
  (await withConnection(hands.installation.urls.auditor, 'test', (db) => verifyDatabase(db))).faults.filter(
    ({ rule }) => rule !== 'CLOCK',
  );

test('every outcome comes to where it must, by every token of the person, once, and the ledger names nobody', async () => {
  expect((await hands.acts.deliveriesOut()).deliveries).toEqual([other.key, sent.key]);
  expect(await hands.acts.outcomes(sent.key)).toEqual({ ok: true, value: { taken: 0 } });
  const said = of(sent, [
    [0, 'opted-out'],
    [1, 'refused'],
    [2, 'wrong-number'],
    [3, 'deceased'],
    [4, 'distressed'],
  ]);
  await report(sent, said);
  expect(await hands.acts.outcomes(sent.key)).toEqual({ ok: true, value: { taken: 5 } });
  expect(await entries()).toEqual([
    { register: 'opt-outs', kind: 'person', n: 1 },
    { register: 'opt-outs', kind: 'phone', n: 2 },
    { register: 'opt-outs', kind: 'reference', n: 1 },
    { register: 'safety-markers', kind: 'person', n: 2 },
    { register: 'safety-markers', kind: 'phone', n: 6 },
    { register: 'safety-markers', kind: 'reference', n: 2 },
  ]);
  expect(
    await hands.query(
      `select distinct added_by, owner, review_on - now()::date as days from cordon.register_entry where owner is not null`,
    ),
  ).toEqual([{ added_by: 'processor/smsr', owner: 'data-officer', days: 28 }]);
  const taken = ['deceased', 'distressed', 'opted-out', 'refused', 'wrong-number'];
  const [leaf, ...more] = await hands.leaves(sent.wave, 'outcome');
  expect(more).toEqual([]);
  expect(leaf).toMatchObject({
    package: sent.sha256,
    reported: 5,
    taken: taken.map((outcome) => ({ outcome, count: 1 })),
  });
  expect(await raised(sent)).toEqual([
    ['CONTACT_DECEASED', 'data-officer', undefined],
    ['CONTACT_DISTRESSED', 'data-officer', undefined],
    ['CONTACT_WRONG_NUMBER', 'data-officer', undefined],
  ]);
  const ledger = await hands.query<{ text: string }>(
    `select string_agg(convert_from(leaf, 'UTF8'), '') as text from ledger.entry`,
  );
  for (const { survey_ref } of said) expect(ledger[0]?.text).not.toContain(survey_ref);

  // again the same, and more: only what is new is taken
  await report(sent, [...said, ...of(sent, [[5, 'opted-out']])]);
  expect(await hands.acts.outcomes(sent.key)).toEqual({ ok: true, value: { taken: 1 } });
  expect(await hands.acts.outcomes(sent.key)).toEqual({ ok: true, value: { taken: 0 } });
  expect(await hands.leaves(sent.wave, 'outcome')).toHaveLength(2);
  expect(await standing(sent)).toEqual(['CONTACT_DECEASED', 'CONTACT_DISTRESSED', 'CONTACT_WRONG_NUMBER']);
  expect(await raised(sent)).toHaveLength(3);
  expect(await faults()).toEqual([]);
});

test('a later wave leaves them out, but not who was rung by a wrong number and has another one', async () => {
  const excluded = async (correct: boolean) => {
    const next = await hands.month(24, sent.wave);
    if (correct)
      await hands.atSource(
        `update survey.victim_offence set phone_mobile = '07700 900999', phone_home = null
         where forename = $1 and to_char(reported_at, 'YYYY-MM') = $2`,
        [sent.people[2]?.['forename'], next.period],
      );
    const { alarms = [] } = await hands.upTo(await hands.open(next), 'screen');
    const [leaf] = await hands.leaves(next, 'screened');
    const exclusions = leaf?.['exclusions'] as { reason: string; all: number }[];
    // registers that are not as the ledger has them would be alarms
    return [
      alarms,
      ...['opted-out', 'sensitive'].map((of) => exclusions.find(({ reason }) => reason === of)?.all),
    ];
  };
  expect(await excluded(false)).toEqual([[], 2, 3]);
  expect(await excluded(true)).toEqual([[], 2, 2]);
});

test('nothing is taken of a file that is not to be believed, and somebody is told once of each', async () => {
  const before = await entries();
  const good = of(other, [[0, 'opted-out']]);
  const signed = async (made: object | string): Promise<void> => {
    const bytes = new TextEncoder().encode(typeof made === 'string' ? made : JSON.stringify(made));
    const name = answerName(other.name, 'outcomes');
    const signingKey = hands.installation.keys.answers.privateKey;
    await lay([
      { name: `${name}.sig`, bytes: await sign(bytes, { signingKey }) },
      { name, bytes },
    ]);
  };
  const file = {
    cordon: 1,
    kind: 'outcomes',
    ...other.wave,
    package: other.sha256,
    outcomes: good,
    ...about,
  };
  const cases: readonly [string, () => Promise<void>][] = [
    ['a signature that does not hold', () => report(other, good, hands.installation.keys.sender.privateKey)],
    ['no JSON', () => signed('who rang whom')],
    ['wrong: outcomes', () => signed({ ...file, outcomes: [{ ...good[0], outcome: 'completed' }] })],
    ['wrong: outcomes', () => signed({ ...file, outcomes: [{ ...good[0], survey_ref: '\0' }] })],
    ['wrong: outcomes', () => signed({ ...file, outcomes: [{ ...good[0], at: '0000-01-01T00:00:00Z' }] })],
    ['wrong: an unknown field', () => signed({ ...file, answers: ['yes'] })],
    ['another package', () => signed({ ...file, package: sent.sha256 })],
    ['another period', () => signed({ ...file, period: sent.wave.period })],
    ['two outcomes of one reference', () => report(other, [...good, ...of(other, [[0, 'refused']])])],
    [
      'a reference that this package does not have',
      () => report(other, [...good, ...of(sent, [[6, 'opted-out']])]),
    ],
    [
      'a reference that this package does not have',
      () => report(other, [...good, { survey_ref: '0123', outcome: 'distressed', at }]),
    ],
  ];
  for (const [found, put] of cases) {
    await put();
    for (const _ of [1, 2])
      expect(await hands.acts.outcomes(other.key)).toMatchObject({ ok: false, refusal: { found } });
  }
  expect(await standing(other)).toEqual(['OUTCOMES_REFUSED']);
  expect(await raised(other)).toEqual(cases.map(([found]) => ['OUTCOMES_REFUSED', 'data-officer', found]));
  expect(await entries()).toEqual(before);
  expect(await hands.leaves(other.wave, 'outcome')).toEqual([]);
  // a corrected file under the same name; then only its signature is replaced
  await report(other, good);
  expect(await hands.acts.outcomes(other.key)).toMatchObject({ value: { taken: 1 } });
  expect(await standing(other)).toEqual([]);
  expect((await faults()).filter(({ found }) => found.includes('OUTCOMES_REFUSED'))).toEqual([]);
  await lay([{ name: `${answerName(other.name, 'outcomes')}.sig`, bytes: Buffer.from('half') }]);
  expect(await hands.acts.outcomes(other.key)).toMatchObject({ ok: false });
  expect(await raised(other)).toHaveLength(cases.length);
});

test('no certificate ends a delivery while its outcomes are to be corrected, and the correction is taken', async () => {
  const to = await deliver();
  const awaited = { ...to.wave, name: to.name, sha256: to.sha256, records: to.people.length };
  const signingKey = hands.installation.keys.answers.privateKey;
  await lay(await writeAnswer('certificate', awaited, about, { signingKey }));
  await rm(join(hands.installation.processor.inbound, to.name));
  await report(to, [...of(to, [[0, 'opted-out']]), ...of(sent, [[6, 'opted-out']])]);
  const [copy] = await hands.query<{ id: number }>(
    `update cordon.copy set due_at = now() where kind = 'delivered' and period = $1 returning id::int`,
    [to.wave.period],
  );
  const purge = () => hands.acts.purge({ id: copy?.id ?? 0 });
  expect(await purge()).toMatchObject({ value: { outcome: 'awaiting-certificate' } });
  expect(await standing(to)).toContain('OUTCOMES_REFUSED');
  await report(to, of(to, [[0, 'opted-out']]));
  expect(await purge()).toMatchObject({ value: { outcome: 'erased' } });
  expect(await hands.leaves(to.wave, 'outcome')).toMatchObject([
    { taken: [{ outcome: 'opted-out', count: 1 }] },
  ]);
});

test('silence past what the contract says is an exception, once; a file that names nobody is an answer', async () => {
  const [silent, heard] = [await deliver(), await deliver()];
  await report(heard, []);
  expect(await hands.acts.outcomes(heard.key)).toEqual({ ok: true, value: { taken: 0 } });
  expect(await hands.leaves(heard.wave, 'outcome')).toMatchObject([{ reported: 0, taken: [] }]);
  await hands.query(
    `update cordon.intent set first_byte_at = now() - interval '2 days', intended_at = now() - interval '2 days'`,
  );
  const missing = async ({ wave }: Sent) =>
    (await hands.leaves(wave, 'exception')).filter(({ code }) => code === 'OUTCOMES_MISSING').length;
  await hands.acts.raiseExceptions();
  expect(await missing(silent)).toBe(0);
  // as if the contract had said so from the beginning
  await hands.query(`create table was as select plan_hash, document from cordon.plan`);
  await hands.query(`alter table cordon.plan disable trigger user`);
  await hands.query(`alter table cordon.plan drop constraint plan_hash_is_of_document`);
  await hands.query(
    `update cordon.plan set document = jsonb_set(document::jsonb, '{processor,outcomes}', '{"within":"P1D"}')::text`,
  );
  for (const _ of [1, 2]) await hands.acts.raiseExceptions();
  await hands.query(
    `update cordon.plan p set document = w.document from was w where p.plan_hash = w.plan_hash`,
  );
  expect(await Promise.all([sent, silent, heard].map(missing))).toEqual([0, 1, 0]);
});

test('what a company said an officer closes by word, and nothing that has a cause; a receipt that comes late ends its own', async () => {
  await hands.query(
    `update cordon.intent set first_byte_at = now() - interval '9 days', intended_at = now() - interval '9 days'`,
  );
  await hands.acts.raiseExceptions();
  const open = await hands.query<{ id: number; code: ExceptionCode }>(
    'select id::int, code from cordon.exception where closed_at is null and period = $1 order by code',
    [sent.wave.period],
  );
  const close = (code: ExceptionCode, exception = open.find((each) => each.code === code)?.id ?? 0) => {
    const statement = { ...sent.wave, exception, code, because: 'dealt-with' } as const;
    return hands.acts.closeException(signedBy(hands.installation.hands.of['a.officer'], 'close', statement));
  };
  const no = { ok: false, refusal: { code: 'INPUT' } };
  // sent twice it is recorded once
  for (const _ of [1, 2])
    expect(await close('CONTACT_DISTRESSED')).toMatchObject({ value: { officer: 'a.officer' } });
  expect(await close('CONTACT_DECEASED', open[1]?.id)).toMatchObject(no);
  expect(await hands.leaves(sent.wave, 'exception-answered')).toMatchObject([{ code: 'CONTACT_DISTRESSED' }]);
  expect(await standing(sent)).toEqual(['CONTACT_DECEASED', 'CONTACT_WRONG_NUMBER', 'RECEIPT_MISSING']);
  expect(await close('CONTACT_DISTRESSED')).toMatchObject({ ok: true });
  // what is told after that opens anew
  await report(sent, of(sent, [[6, 'distressed']]));
  await hands.acts.outcomes(sent.key);
  expect(await standing(sent)).toContain('CONTACT_DISTRESSED');
  const awaited = { ...sent.wave, name: sent.name, sha256: sent.sha256, records: sent.people.length };
  const signingKey = hands.installation.keys.answers.privateKey;
  await lay(await writeAnswer('receipt', awaited, about, { signingKey }));
  await hands.acts.outcomes(sent.key);
  expect(await standing(sent)).not.toContain('RECEIPT_MISSING');
  expect(await hands.leaves(sent.wave, 'receipt')).toHaveLength(1);
  expect((await faults()).filter(({ rule }) => rule !== 'TABLE')).toEqual([]);
});

test('an officer settles a delivery in doubt when its wave has closed, and none while it is open', async () => {
  await hands.query('update cordon.intent set delivered_at = null where period = $1', [other.wave.period]);
  const by = await hands.signed('a.officer', 'settle', { ...other.key, finding: 'arrived' });
  expect(await hands.acts.settleClosed({ ...other.key, ...by })).toMatchObject({
    ok: false,
    refusal: { code: 'NOT_WAITING' },
  });
  await hands.acts.closeAttempt({ ...other.key, outcome: 'delivery-unknown' });
  expect(await hands.acts.settleClosed({ ...other.key, ...by })).toEqual({ ok: true, value: null });
  expect(await hands.leaves(other.wave, 'settled')).toMatchObject([
    { finding: 'arrived', officer: 'a.officer' },
  ]);
});

test('under a newer key a report meets whom an older delivery names, and is withdrawn by what they give', async () => {
  const { env, urls } = hands.installation;
  const [old, renewed] = [hands.acts, createDeps({ ...env, CORDON_TOKEN_KEY: bothKeys() })];
  const ring = renewed.secrets.tokenKey;
  const acts = actsOf(renewed);
  const withdrawn = async ({ people }: Sent) => {
    const {
      phone_home: phone = '',
      urn: reference = '',
      forename = '',
      surname = '',
      postcode = '',
    }: Person = people[1] ?? {};
    const given = { phone, reference, forename, surname, postcode };
    return (await withdrawFromRegister(urls.clerk, ring, 'opt-outs', given, 'c.clerk')).withdrawn;
  };
  const unreadable = { refusal: { code: 'REGISTER_UNREADABLE' } };
  try {
    await report(other, of(other, [[1, 'opted-out']]));
    // the registers do not know this key yet
    expect(await acts.outcomes(other.key)).toMatchObject(unreadable);
    await rekeyRegisters(urls.clerk, ring, 'c.clerk');
    expect(await old.outcomes(other.key)).toMatchObject(unreadable);
    expect(await acts.outcomes(other.key)).toMatchObject({ value: { taken: 1 } });
    expect(await withdrawn(other)).toBe(3);
    const newer = await deliver(acts);
    await report(newer, of(newer, [[1, 'opted-out']]));
    expect(await acts.outcomes(newer.key)).toMatchObject({ value: { taken: 1 } });
    expect(await withdrawn(newer)).toBe(3);
    expect(await entries('generation <> 2')).toEqual([]);
    expect(await faults()).toEqual([]);
  } finally {
    await renewed.close();
  }
});

test('a trace tells what the company said of the person, until the index that could tell is gone', async () => {
  const { env } = hands.installation;
  const trace = ['trace', '--because', 'subject-request', '--officer', 'a.officer'];
  const ask = { input: `phone: ${sent.people[4]?.['phone_home'] ?? ''}\n` };
  const keys = { ...env, CORDON_TOKEN_KEY: bothKeys() };
  expect((await typed(trace, keys, ask)).out).toMatch(
    /^ {2}reported {4}distressed, 2026-11-20 14:05 UTC; taken 20/m,
  );
  expect((await typed([...trace, '--letter'], keys, ask)).out).toMatch(
    /The company told us that on 20 November 2026 the call had distressed you\./,
  );
  await hands.query(`update cordon.copy set due_at = now() where kind = 'disclosure-index' and period = $1`, [
    sent.wave.period,
  ]);
  for (const { id, kind } of (await hands.acts.dueCopies()).copies)
    if (kind === 'disclosure-index') await hands.acts.purge({ id });
  const tables = await hands.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'copies'::regnamespace and relname ~ '^(outcome|index)_.*\\d$'`,
  );
  const months = tables.map(({ name }) => /_(\d{6})_/.exec(name)?.[1]);
  expect(months).not.toContain(sent.wave.period.replace('-', ''));
  expect(months.filter((month) => month === other.wave.period.replace('-', ''))).toHaveLength(2);
  expect((await hands.acts.deliveriesOut()).deliveries).not.toContainEqual(sent.key);
});

test('the ledger’s own story has no outcome before a disclosure, and of no more people than were sent', async () => {
  const { survey, period, attempt } = await hands.open(await hands.month(1));
  const said = async (of: AttemptKey, leaf: LeafOf<'outcome'> | LeafOf<'registered'>) => {
    await withTransaction(hands.deps.pool, (tx) => append(tx, 'worker', of, leaf));
    return (await faults()).at(-1);
  };
  const outcome = (sha256: string, count: number) =>
    ({
      type: 'outcome',
      package: sha256,
      fileSha256: 'ab'.repeat(32),
      reported: count,
      taken: [{ outcome: 'refused', count }],
    }) as const;
  expect(await said(other.key, outcome(other.sha256, 13))).toMatchObject({
    rule: 'SUM',
    found: 'refused of 13',
    expected: '12',
  });
  expect(await said(other.key, outcome(sent.sha256, 0))).toMatchObject({ rule: 'ORDER', found: 'outcome' });
  const registered = {
    type: 'registered',
    register: 'opt-outs',
    kind: 'phone',
    entries: 1,
    by: 'x',
  } as const;
  expect(await said({ survey, period, attempt }, registered)).toMatchObject({
    rule: 'ORDER',
    found: 'an outcome in a register',
  });
});
