// The clerk's commands as a clerk meets them: by prompt, by lines, by file; nothing personal in argv or in an answer.
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { importRegister } from '../../worker/register-import.ts';
import type { Imported } from '../../worker/register-import.ts';
import { addToRegister, correctRegister, withdrawFromRegister } from '../../worker/register-act.ts';
import { registerStatus } from '../../worker/register-status.ts';
import { parseGiven } from '../../worker/register-add.ts';
import type { KeyRing } from '../../sql/token.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { as } from '../sql/wave.ts';
import { tooLong, typed as command } from './command.ts';
import type { RegisterName } from '../../worker/register-terms.ts';

let cordon: Cordon;
const ring: KeyRing = [Buffer.alloc(32, 7)];
beforeAll(async () => {
  cordon = await createCordon();
});
beforeEach(async () => {
  await as(cordon, 'admin', 'truncate cordon.register_entry');
});
afterAll(() => cordon.drop());

const url = (): string => cordon.urls.clerk;
const env = () => ({
  CORDON_CLERK_URL: url(),
  CORDON_TOKEN_KEY: Buffer.from(ring[0]).toString('hex'),
  CORDON_OFFICER: 'c.clerk',
  CORDON_PREFIX: cordon.names.clerk.replace(/_clerk$/, ''),
});
const inForce = async (): Promise<number> => {
  const [row] = await as<{ n: number }>(
    cordon,
    'admin',
    'select count(distinct entry)::int as n from cordon.register_entry where withdrawn_at is null',
  );
  return row?.n ?? -1;
};
const importing = (csv: string, dryRun = false, register: RegisterName = 'opt-outs'): Promise<Imported> =>
  importRegister(url(), ring, register, csv, 'c.clerk', dryRun);
const personal = /900123|Sample|ZZ99|zz99|1234/;

describe('one person’s wish', () => {
  const phone = { phone: '07700 900123' };

  test('is one entry however often and in whatever dress it is given, and one withdrawal ends it', async () => {
    expect(await addToRegister(url(), ring, 'opt-outs', phone, 'c.clerk')).toMatchObject({
      added: 1,
      entries: 1,
    });
    const again = { phone: 'tel: +44 (0)7700-900123' };
    expect(await addToRegister(url(), ring, 'opt-outs', again, 'c.clerk')).toMatchObject({
      added: 0,
      entries: 1,
    });
    expect(await withdrawFromRegister(url(), ring, 'opt-outs', again, 'c.clerk')).toMatchObject({
      withdrawn: 1,
    });
    await expect(withdrawFromRegister(url(), ring, 'opt-outs', again, 'c.clerk')).rejects.toMatchObject({
      type: 'INPUT',
    });
    expect(await addToRegister(url(), ring, 'opt-outs', phone, 'c.clerk')).toMatchObject({ added: 1 });
    // nothing is deleted: both lives of the entry are there
    const rows = await as(cordon, 'admin', 'select withdrawn_by from cordon.register_entry order by entry');
    expect(rows).toEqual([{ withdrawn_by: 'c.clerk' }, { withdrawn_by: null }]);
  });

  test('of two numbers in one field is two entries; a withdrawal of one leaves the other', async () => {
    const two = { phone: '07700 900123 / 01632 960123' };
    expect(await addToRegister(url(), ring, 'opt-outs', two, 'c.clerk')).toMatchObject({
      entries: 2,
      added: 2,
    });
    await withdrawFromRegister(url(), ring, 'opt-outs', phone, 'c.clerk');
    expect(await inForce()).toBe(1);
  });

  test('that is withdrawn by a name that merely resembles it stays in force', async () => {
    const mary = { forename: 'Mary', surname: 'Sample-Example', postcode: 'ZZ99 1AB' };
    await addToRegister(url(), ring, 'opt-outs', mary, 'c.clerk');
    for (const like of [
      { ...mary, forename: 'M' },
      { ...mary, surname: 'Sample' },
    ])
      await expect(withdrawFromRegister(url(), ring, 'opt-outs', like, 'c.clerk')).rejects.toMatchObject({
        type: 'INPUT',
      });
    const same = { forename: 'Mrs MARY', surname: 'Sample Example', postcode: 'zz991ab' };
    expect(await withdrawFromRegister(url(), ring, 'opt-outs', same, 'c.clerk')).toMatchObject({
      withdrawn: 1,
    });
  });

  test('is put right in one act, and of neither half alone', async () => {
    await addToRegister(url(), ring, 'opt-outs', phone, 'c.clerk');
    const right = { phone: '07700 900124' };
    const done = await correctRegister(url(), ring, 'opt-outs', phone, right, 'c.clerk');
    expect(done).toMatchObject({ action: 'corrected', added: 1, withdrawn: 1 });
    await expect(
      correctRegister(url(), ring, 'opt-outs', phone, { phone: '07700 900125' }, 'c.clerk'),
    ).rejects.toMatchObject({
      type: 'INPUT',
    });
    expect(await inForce()).toBe(1);
    await expect(withdrawFromRegister(url(), ring, 'opt-outs', right, 'c.clerk')).resolves.toMatchObject({
      withdrawn: 1,
    });
  });

  test('that cannot be kept as it is meant is refused: a number of one case, a reference for ever, half a name', async () => {
    const add = (given: object, scope?: 'case' | 'standing') =>
      addToRegister(url(), ring, 'opt-outs', given, 'c.clerk', { ...(scope && { scope }) });
    await expect(add(phone, 'case')).rejects.toMatchObject({ type: 'INPUT' });
    await expect(add({ reference: '23/1234/25' }, 'standing')).rejects.toMatchObject({ type: 'INPUT' });
    await expect(add({ surname: 'Sample', postcode: 'ZZ99 1AB' })).rejects.toMatchObject({ type: 'INPUT' });
    await expect(add({ ...phone, reference: '-' })).rejects.toMatchObject({ type: 'INPUT' });
    await expect(addToRegister(url(), ring, 'safety-markers', phone, 'c.clerk')).rejects.toMatchObject({
      code: 'CRD10',
    });
    expect(await inForce()).toBe(0);
  });

  test('is answered with a text that holds nothing of the person', async () => {
    const given = { reference: '23/1234/25', forename: 'Mary', surname: 'Sample', postcode: 'ZZ99 1AB' };
    const acted = await addToRegister(url(), ring, 'opt-outs', given, 'c.clerk', { scope: 'case' });
    expect(acted.reply).toContain('this case');
    expect(JSON.stringify(acted)).not.toMatch(personal);
    const never = await addToRegister(url(), ring, 'opt-outs', phone, 'c.clerk');
    expect(never.reply).toContain('any survey');
    const marker = { owner: 's.officer', reviewOn: '2027-01-31' };
    expect(await addToRegister(url(), ring, 'safety-markers', phone, 'c.clerk', marker)).toMatchObject({
      reply: '',
    });
  });
});

describe('lines', () => {
  test('say fields, the scope, and what stands there now', () => {
    expect(parseGiven('phone: 07700 900123\nscope: standing\n')).toMatchObject({
      given: { phone: '07700 900123' },
      scope: 'standing',
    });
    expect(parseGiven('was phone: 07700 900123\nPhone : 07700 900124', 'correct')).toMatchObject({
      was: { phone: '07700 900123' },
      given: { phone: '07700 900124' },
    });
    for (const bad of [
      'was phone: 07700 900123',
      'phone: 1\nphone: 2',
      'scope: perhaps',
      'fone: 1',
      '07700 900123',
    ])
      expect(() => parseGiven(bad)).toThrow('INPUT');
  });
});

describe('a file', () => {
  const header = 'phone,reference,forename,surname,postcode,scope\n';
  const good = `${header}07700 900123,,,,,\n,23/1234/25,Mary,Sample,ZZ99 1AB,case\n,,"O’Neill, Ann",Sample,ZZ99 1AB,standing\n`;

  test('is taken whole, says of each row whether it is new, and again changes nothing', async () => {
    const first = await importing(good);
    expect(first).toMatchObject({ imported: true, entries: 4, added: 4 });
    expect(first.rows).toEqual([
      { line: 2, result: 'new' },
      { line: 3, result: 'new' },
      { line: 4, result: 'new' },
    ]);
    expect(await importing(good)).toMatchObject({ imported: true, entries: 4, added: 0 });
    expect(await inForce()).toBe(4);
  });

  test('is tried dry without a trace', async () => {
    const events = () => as(cordon, 'admin', 'select count(*) from cordon.register_event');
    const before = await events();
    expect(await importing(good, true)).toMatchObject({
      imported: false,
      dryRun: true,
      added: 4,
      effectiveAt: null,
    });
    expect(await inForce()).toBe(0);
    expect(await events()).toEqual(before);
  });

  test('with one bad row is not taken at all; each bad row is named by its line and never by what stands there', async () => {
    const bad = `${good}my number,,,,,\n07700 900124,,,,,case\n,,,Sample,ZZ99 1AB,\n,,,,,\n,23/1234/26\n07700 900125,,,,,sometimes\n"07700\n900126",,,,,\n`;
    const done = await importing(bad);
    expect(done.imported).toBe(false);
    const wrong = done.rows.filter(({ result }) => result === 'mistake');
    expect(wrong.map(({ line }) => line)).toEqual([5, 6, 7, 9, 10]);
    expect(JSON.stringify(done)).not.toMatch(personal);
    expect(JSON.stringify(done)).not.toMatch(/my number|sometimes/);
    expect(await inForce()).toBe(0);
  });

  test('without a header, of strange columns or broken is refused, and nothing of it is said', async () => {
    for (const csv of [
      '07700 900123,Sample\n',
      'phone,phone\n1,2\n',
      'phone,name\n07700 900123,Sample\n',
      'phone\n"07700 900123\n',
      '',
    ]) {
      const refused = await importing(csv).catch((e: unknown) => e);
      expect(refused).toMatchObject({ type: 'INPUT' });
      expect(JSON.stringify(refused)).not.toMatch(personal);
    }
    expect(await inForce()).toBe(0);
  });

  test('of markers needs an owner and a review of each', async () => {
    const csv =
      'phone,owner,review_on\n07700 900123,s.officer,2027-01-31\n07700 900124,,2027-01-31\n07700 900125,s.officer,soon\n';
    expect((await importing(csv, false, 'safety-markers')).rows.map(({ result }) => result)).toEqual(
      ['mistake', 'mistake', 'new'].toReversed(),
    );
    expect(await importing(csv.split('\n').slice(0, 2).join('\n'), false, 'safety-markers')).toMatchObject({
      added: 1,
    });
    await as(cordon, 'admin', `update cordon.register_entry set review_on = '2020-01-01'`);
    expect((await registerStatus(url())).lines).toMatchObject([
      { register: 'safety-markers', entries: 1, pastReview: 1 },
    ]);
  });

  test('of holds needs a reason of the closed list as well; one that is moved is put right', async () => {
    const header = 'phone,owner,review_on,reason\n';
    const csv = `${header}07700 900123,s.officer,2027-01-31,live-case\n07700 900124,s.officer,2027-01-31,\n07700 900125,s.officer,2027-01-31,gossip\n`;
    const done = await importing(csv, false, 'holds');
    expect(done.rows.map(({ result }) => result)).toEqual(['new', 'mistake', 'mistake']);
    expect(JSON.stringify(done)).not.toMatch(/gossip|900125/);
    const good = csv.split('\n').slice(0, 2).join('\n');
    expect(await importing(good, false, 'holds')).toMatchObject({ added: 1 });
    expect(await importing(good, false, 'holds')).toMatchObject({ added: 0 });
    const phone = { phone: '07700 900123' };
    const later = { owner: 's.officer', reviewOn: '2027-06-30', reason: 'live-case' as const };
    expect(await correctRegister(url(), ring, 'holds', phone, phone, 'c.clerk', later)).toMatchObject({
      added: 1,
      withdrawn: 1,
      reply: '',
    });
    expect(
      await as(
        cordon,
        'admin',
        `select review_on::text, reason from cordon.register_entry where withdrawn_at is null`,
      ),
    ).toEqual([{ review_on: '2027-06-30', reason: 'live-case' }]);
  });

  test('of five thousand rows is read in its order', async () => {
    const rows = Array.from({ length: 5_000 }, (_, n) => `,R${String(n)}/26,,,,`).join('\n');
    const done = await importing(`${header}${rows}\n`);
    expect(done).toMatchObject({ added: 5_000 });
    expect(done.rows.at(-1)).toEqual({ line: 5_001, result: 'new' });
  }, 120_000);
});

describe('at a terminal', () => {
  test('every command has help with an example within eighty columns', async () => {
    for (const verb of ['add', 'withdraw', 'correct', 'import', 'confirm', 'status', 'rekey']) {
      const said = await command(['register', verb, '--help']);
      expect(said).toMatchObject({ code: 0, err: '' });
      expect(said.out).toMatch(/\nExample:\n {2}\$ .*npx cordon register/);
      expect(tooLong(said.out)).toEqual([]);
    }
  }, 120_000);

  test('the whole round: add, correct, import, confirm, status, withdraw; no answer holds a value', async () => {
    const file = join(tmpdir(), `cordon-${randomBytes(4).toString('hex')}.csv`);
    await writeFile(file, 'phone,scope\n07700 900126,\n07700 90012,\n');
    const run = (args: string[], input = '') => command(['register', ...args], env(), { input });
    const added = await run(['add'], 'reference: 23/1234/25\n');
    expect(added.out).toMatch(/^opt-outs, this case: 1 entry, 1 new\n {2}in force since \S+\n/);
    expect(added.out).toContain('Text for the reply');
    const corrected = await run(['correct', '--json'], 'was reference: 23/1234/25\nreference: 23/1235/25\n');
    expect(JSON.parse(corrected.out)).toMatchObject({ action: 'corrected', added: 1, withdrawn: 1 });
    const imported = await run(['import', file]);
    expect(imported.code).toBe(1);
    expect(imported.out).toMatch(/^line 3: a phone that cannot be read/);
    const dry = await run(['import', '--dry-run', '-'], 'phone\n07700 900126\n');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.out).toContain('a dry run: nothing was registered');
    expect((await run(['confirm'])).out).toMatch(/^opt-outs: current at /);
    const status = await run(['status']);
    expect(status.out).toMatch(/^opt-outs by reference, one case\n {2}1 in force, 1 withdrawn; from /);
    const withdrawn = await run(['withdraw'], 'reference: 23-1235-25\n');
    expect(withdrawn.out).toMatch(/^opt-outs: 1 entry withdrawn\n/);
    const hold = ['add', '--register', 'holds', '--owner', 's.officer', '--review-on', '2027-01-31'];
    expect((await run(hold, 'phone: 07700 900126\n')).err).toContain('a hold without a reason');
    const held = await run([...hold, '--reason', 'complaint'], 'phone: 07700 900126\n');
    expect(held.out).toMatch(/^holds: 1 entry, 1 new\n/);
    const rekey = await run(['rekey']);
    expect(rekey.code).toBe(1);
    const all = [added, corrected, imported, dry, status, withdrawn, held, rekey];
    expect(tooLong(all.map(({ out }) => (out.startsWith('{') ? '' : out)).join('\n'))).toEqual([]);
    for (const { out, err } of all) expect(out + err).not.toMatch(/900126|90012\b|123[45]/);
  }, 120_000);
});
