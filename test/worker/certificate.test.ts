// What is certified is what the ledger says, was looked at again, and is checked by somebody who has the key alone.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CopyKind } from '../../schemas/leaf.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { verifierKey } from '../../sql/ledger/note.ts';
import type { Certificate } from '../../worker/certificate-file.ts';
import { signCertificate } from '../../worker/certificate-file.ts';
import type { CertificateFlags } from '../../worker/certificate.ts';
import { certificateCommand } from '../../worker/certificate.ts';
import type { Review } from '../../worker/review-make.ts';
import type { ReviewFlags } from '../../worker/review.ts';
import { reviewCommand } from '../../worker/review.ts';
import { ledgerSigner } from '../../worker/ledger-key.ts';
import { proofCommand } from '../../worker/ledger-prove.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { coded, here, tooLong } from './command.ts';

let hands: Hands;
let wave: WaveKey;
let folder: string;
let key: string;
const env = () => hands.installation.env;

const erase = async (kind: CopyKind): Promise<void> => {
  const to = new Date().toISOString();
  await hands.moveClock(wave, kind, to);
  const [copy] = await hands.query<{ id: number }>('select id from cordon.copy where kind = $1', [kind]);
  const id = copy?.id ?? 0;
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
};

beforeAll(async () => {
  [hands, folder] = await Promise.all([openHands(), mkdtemp(join(tmpdir(), 'cordon-certificate-'))]);
  wave = await hands.month();
  await hands.upTo(await hands.open(wave), 'transfer');
  await hands.acts.closeAttempt({ ...wave, attempt: 1, outcome: 'delivered' });
  await erase('staging');
  await erase('package');
  key = join(folder, 'ledger.key');
  await writeFile(key, verifierKey(ledgerSigner(env())));
});
afterAll(async () => {
  await hands.close();
  await rm(folder, { recursive: true });
});

const certify = (of: string, flags: CertificateFlags = {}) =>
  here((say) => certificateCommand(of, flags, env(), say));
const name = (): string => `${wave.survey}/${wave.period}`;
const prove = async (text: string) => {
  const file = join(folder, 'it.certificate.json');
  await writeFile(file, text);
  return here((say) => proofCommand(file, { key }, say));
};

describe('a certificate', () => {
  test('of a wave names what was erased, with counts, and what is still there', async () => {
    const said = await certify(name());
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(tooLong(said.out)).toEqual([]);
    expect(said.out).toMatch(/^CERTIFICATE OF ERASURE\n/);
    expect(said.out).toMatch(
      /\nSTAGING {2}copy \d+, attempt 1\n(.*\n)*?before {8}\d+ tables, \d+ rows, [\d,]+ bytes\nafter {9}nothing\n/,
    );
    expect(said.out).toMatch(
      /\nPACKAGE {2}(.*\n)*?may remain in (.*\n)*?.*write-ahead log(.*\n)*?.*until 20\d\d-\d\d-\d\d\n/,
    );
    expect(said.out).toMatch(/\nNOT ERASED YET\n(.*\n)*?contacts {10}live, due 20/);
  });

  test('is a signed file that is checked with the key alone, and says what its page says', async () => {
    const file = await certify(name(), { json: true });
    expect(file).toMatchObject({ code: 0, err: '' });
    const proved = await prove(file.out);
    expect(proved).toMatchObject({ code: 0, err: '' });
    expect(proved.out).toMatch(/^sound, signed by \S+\n\nCERTIFICATE OF ERASURE\n/);
    expect(tooLong(proved.out)).toEqual([]);
    const out = join(folder, 'pages', 'erased.html');
    expect(await certify(name(), { html: true, out })).toMatchObject({ code: 0, out: `${out}\n` });
    const page = await readFile(out, 'utf8');
    const { certificate } = JSON.parse(file.out) as { certificate: Certificate };
    expect(certificate.copies.map(({ kind }) => kind)).toEqual(['staging', 'package']);
    for (const { place, verified } of certificate.copies)
      for (const each of [
        place,
        verified.querySha256 ?? 'none',
        verified.searchSha256 ?? 'none',
        'histories in Temporal',
      ])
        expect(page).toContain(each);
    expect(page).not.toMatch(/(src|href|@import|url\()/);
  });

  test('of one copy is of that alone', async () => {
    const [copy] = await hands.query<{ id: number }>(`select id from cordon.copy where kind = 'staging'`);
    const file = await certify(String(copy?.id), { json: true });
    const { certificate } = JSON.parse(file.out) as { certificate: Certificate };
    expect(certificate).toMatchObject({ copies: [{ kind: 'staging', copy: copy?.id }], standing: [] });
    expect(certificate.copies[0]?.before.rows).toBeGreaterThan(0);
    expect(await prove(file.out)).toMatchObject({ code: 0 });
  });

  test('holds nothing of anybody', async () => {
    const { out } = await certify(name(), { json: true });
    const people = await hands.atSource('select surname, urn, phone_mobile from survey.victim_offence');
    for (const person of people)
      for (const value of Object.values(person)) expect(out).not.toContain(String(value));
  });

  test('that somebody changed, or signed by another, proves nothing', async () => {
    const { out } = await certify(name(), { json: true });
    const { certificate, signature } = JSON.parse(out) as { certificate: Certificate; signature: string };
    coded(await prove(out.replace('"attempt": 1', '"attempt": 2')), 1, 'not signed by this key');
    coded(await prove(out.replace('erased', 'erasde')), 1, 'not signed by this key');
    coded(
      await prove(JSON.stringify({ certificate, signature: signature.replace('— ', '— x') })),
      1,
      'not signed',
    );
    coded(await prove('{"certificate-1"'), 1, 'cannot be read');
    // by the log itself, but not as the ledger tells it
    const [first, ...others] = certificate.copies;
    if (!first) throw new Error('no copy');
    const resigned = (copy: object) =>
      prove(
        signCertificate({ ...certificate, copies: [{ ...first, ...copy }, ...others] }, ledgerSigner(env())),
      );
    coded(await resigned({ place: 'elsewhere' }), 1, "another word than the ledger's");
    coded(await resigned({ before: { ...first.before, rows: 0 } }), 1, 'rows of its entry');
    coded(
      await resigned({ erased: { ...first.erased, outcome: 'lost-in-crash' } }),
      1,
      'outcome of its entry',
    );
    coded(await resigned({ erased: { ...first.erased, entry: first.opened.entry } }), 1, 'type of its entry');
    const { entries } = certificate.ledger;
    const swapped = entries.map((each, at) => ({
      ...each,
      leaf: entries[(at + 1) % entries.length]?.leaf ?? '',
    }));
    const forged = { ...certificate, ledger: { ...certificate.ledger, entries: swapped } };
    coded(await prove(signCertificate(forged, ledgerSigner(env()))), 1, "another word than the ledger's");
  });

  test('is refused for what is not erased, is not there, or has come back', async () => {
    const [contacts] = await hands.query<{ id: number }>(
      `select id from cordon.copy where kind = 'contacts'`,
    );
    coded(await certify(String(contacts?.id)), 1, 'a copy that is live, due 20');
    coded(await certify('999999'), 1, 'no such copy');
    coded(await certify('my-survey/2020-01'), 1, 'no such wave');
    coded(await certify('nonsense'), 1, 'neither a copy nor a wave of such a name');
    await hands.query('create table copies.back (x text)');
    coded(await certify(name()), 1, 'staging: no copy accounts for relation ');
    await hands.query('drop table copies.back');
    expect(await certify(name())).toMatchObject({ code: 0 });
  });
});

describe('a review', () => {
  const today = new Date().toISOString().slice(0, 10);
  const review = (flags: Partial<ReviewFlags> = {}) =>
    here((say) => reviewCommand({ from: '2020-01-01', to: today, ...flags }, env(), say));

  test('of what is erased and proved is code 0, as text, data, lines and a page', async () => {
    const said = await review();
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(tooLong(said.out)).toEqual([]);
    expect(said.out).toMatch(
      /^Purges from 2020-01-01 to \S+: 2 proved, 0 unproved, 0 held, 0 due\nledger: \d+ entries, whole\n/,
    );
    expect(said.out).toMatch(/by worker, proved by verifier, entries \d+, \d+, \d+; a\.officer/);
    const { copies } = JSON.parse((await review({ json: true })).out) as Review;
    expect(copies).toMatchObject([
      {
        kind: 'staging',
        outcome: 'erased',
        hoursLate: 0,
        erasedBy: 'worker',
        provedBy: 'verifier',
        missing: [],
      },
      { kind: 'package', officers: ['a.officer'], missing: [] },
    ]);
    // an officer brought it forward: both are told
    expect(copies.every(({ firstDue, planned }) => firstDue !== null && firstDue > planned)).toBe(true);
    const lines = (await review({ csv: true })).out.trimEnd().split('\r\n');
    expect(lines[0]).toMatch(/^copy,kind,survey,period,attempt,place,first_due,planned,actual,hours_late,/);
    expect(lines).toHaveLength(3);
    expect((await review({ html: true })).out).toContain('Every erasure is proved, again, now.');
  });

  test('of days on which nothing was due says so', async () => {
    expect(await review({ to: '2020-12-31' })).toMatchObject({ code: 0 });
  });

  test('tells what was due and is there, what was erased and not proved, and what the company owes', async () => {
    const due = async (kind: CopyKind): Promise<number> => {
      await hands.moveClock(wave, kind, new Date().toISOString());
      return (
        (await hands.query<{ id: number }>('select id from cordon.copy where kind = $1', [kind]))[0]?.id ?? 0
      );
    };
    await due('delivered');
    await due('contacts');
    await hands.acts.purge({ id: await due('analysis') });
    // the sweep comes once a day, and nobody is late before
    const young = await review();
    expect(young).toMatchObject({ code: 0, err: '' });
    expect(tooLong(young.out)).toEqual([]);
    expect(young.out).toMatch(/: 2 proved, 0 unproved, 0 held, 3 due\n/);
    expect(young.out.match(/due, within its day: planned \S+ \S+ UTC; the sweep is daily\n/g)).toHaveLength(
      3,
    );
    expect((await review({ html: true })).out).toContain('Held, or due within their day: 3 of 5 copies.');
    // what is in doubt is so from the first minute
    await hands.query('create table copies.young (x text)');
    expect(JSON.parse((await review({ json: true })).out)).toMatchObject({ due: 2, unproved: 3 });
    await hands.query('drop table copies.young');
    await hands.query(
      `update cordon.copy set due_at = due_at - interval '2 days', opened_at = opened_at - interval '3 days'
       where kind in ('delivered', 'contacts', 'analysis')`,
    );
    const { code, out } = await review({ json: true });
    expect(code).toBe(1);
    const told = JSON.parse(out) as Review;
    expect(Object.fromEntries(told.copies.map(({ kind, missing }) => [kind, missing]))).toEqual({
      staging: [],
      package: [],
      delivered: ['its erasure', "the company's certificate"],
      contacts: ['its erasure'],
      analysis: ['its proof'],
    });
    expect(told).toMatchObject({ proved: 2, unproved: 3 });
    const said = await review();
    expect(tooLong(said.out)).toEqual([]);
    expect(said.out).toContain("MISSING the company's certificate");
    const page = (await review({ html: true })).out;
    expect(page).toContain('3 of 5 copies cannot be proved erased.');
    expect(page).not.toMatch(/(src|href|@import|url\()/);
  });

  test('proves again: what came back, or a ledger that is not whole, is no proof any more', async () => {
    await hands.query('create schema wave_back');
    const { copies } = JSON.parse((await review({ json: true })).out) as Review;
    expect(copies.find(({ kind }) => kind === 'staging')?.missing).toEqual([
      expect.stringMatching(/^no copy accounts for schema \d+$/),
    ]);
    await hands.query('drop schema wave_back');
    await hands.query(
      `update cordon.copy set due_at = '2020-06-01', opened_at = '2020-05-01' where kind = 'staging'`,
    );
    await hands.query('alter table ledger.entry disable trigger entry_never_changes');
    await hands.query(`update ledger.entry set leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'erased', 'erasep'), 'UTF8'),
      leaf_hash = sha256('\\x00'::bytea || convert_to(replace(convert_from(leaf, 'UTF8'), 'erased', 'erasep'), 'UTF8'))
      where convert_from(leaf, 'UTF8')::jsonb ->> 'type' = 'erased' and convert_from(leaf, 'UTF8')::jsonb ->> 'kind' = 'staging'`);
    const forged = JSON.parse((await review({ json: true })).out) as Review;
    expect(forged.ledger.faults.length).toBeGreaterThan(0);
    expect(forged.copies.find(({ kind }) => kind === 'staging')?.missing).toContain(
      'no leaf says that it was erased',
    );
  });

  test.each([
    ['a day that is none', { from: '2026-02-30' }],
    ['words', { to: 'today' }],
    ['days in the wrong order', { from: '2031-01-01' }],
  ])('is refused for %s', async (_, flags) => {
    coded(await review(flags), 1, 'no span of days');
  });
});
