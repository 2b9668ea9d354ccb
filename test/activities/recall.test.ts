// Somebody who was sent and must not be rung: found by any token, told to the company by reference and nothing else,
// and looked after until it says so.
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAnswer } from '../../activities/delivery/receipt.ts';
import { verify } from '../../activities/package/signature.ts';
import type { RecallNotice } from '../../activities/recall.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import type { RoleKind } from '../../sql/roles.ts';
import { withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { askRecall } from '../../worker/recall.ts';
import { confirmRegister } from '../../worker/register-status.ts';
import { coded, tooLong, typed } from '../worker/command.ts';
import type { Hands } from './hands.ts';
import { openHands } from './hands.ts';

let hands: Hands;
let wave: WaveKey;
let person: Record<string, string>;
beforeAll(async () => {
  hands = await openHands();
  wave = await hands.month();
  await hands.upTo(await hands.open(wave), 'transfer');
  const [drawn] = await hands.query<{ ref: string }>(
    `select key[1] as ref from wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1.sampled
     where state = 'in' order by 1 limit 1`,
  );
  const [row] = await hands.atSource('select * from survey.victim_offence where victim_ref = $1', [
    drawn?.ref,
  ]);
  person = row as Record<string, string>;
});
afterAll(() => hands.close());

const ask = (given: Parameters<typeof askRecall>[2]) =>
  askRecall(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, given, {
    officer: 'c.clerk',
    because: 'opted-out',
  });
const { inbound, outbound } = {
  inbound: () => hands.installation.processor.inbound,
  outbound: () => hands.installation.processor.outbound,
};
const notices = async () => (await readdir(inbound())).filter((name) => name.includes('.recall-'));

test('under a key that nobody knows is refused, and the key is not kept: nobody found would be false', async () => {
  const other = [randomBytes(32)] as const;
  const asked = askRecall(
    hands.installation.urls.clerk,
    other,
    { phone: person['phone_home'] ?? '' },
    {
      officer: 'c.clerk',
      because: 'opted-out',
    },
  );
  await expect(asked).rejects.toMatchObject({ type: 'REGISTER_UNREADABLE' });
  expect(await hands.query('select from cordon.token_key')).toEqual([]);
});

test('is asked by the person’s other phone, once, and the ledger says so without the person', async () => {
  const asked = await ask({ phone: person['phone_home'] ?? '' });
  expect(asked).toMatchObject([{ ...wave, recipient: 'smsr', fresh: true }]);
  expect(await ask({ phone: person['phone_mobile'] ?? '' })).toMatchObject([
    { id: asked[0]?.id, fresh: false },
  ]);
  const [leaf, ...others] = await hands.leaves(wave, 'recall');
  expect(others).toEqual([]);
  expect(leaf).toMatchObject({ recall: asked[0]?.id, because: 'opted-out', officer: 'c.clerk' });
  expect(Object.keys(leaf ?? {}).sort()).toEqual(
    ['at', 'because', 'officer', 'period', 'recall', 'survey', 'type', 'v'].sort(),
  );
  const due = new Date(asked[0]?.dueAt ?? 0).getTime() - Date.now();
  expect(Math.round(due / 3_600_000)).toBe(48);
});

test('of somebody whom no wave names finds nobody', async () => {
  expect(await ask({ phone: '01632 960999' })).toEqual([]);
});

test('is a signed notice of the survey reference and nothing else, sent once however often it is tried', async () => {
  const id = (await ask({ reference: person['urn'] ?? '' }))[0]?.id ?? 0;
  expect(await hands.acts.recall({ id })).toMatchObject({ ok: true, value: { acknowledged: false } });
  const names = (await notices()).toSorted();
  expect(names).toHaveLength(2);
  const before = await Promise.all(names.map((name) => readFile(join(inbound(), name), 'hex')));
  expect(await hands.acts.recall({ id })).toMatchObject({ ok: true, value: { acknowledged: false } });
  expect(await Promise.all(names.map((name) => readFile(join(inbound(), name), 'hex')))).toEqual(before);
  const [file = '', signature = ''] = names;
  expect(file).toMatch(new RegExp(`\\.pgp\\.recall-${String(id)}\\.json$`));
  const [bytes, sig] = await Promise.all([file, signature].map((name) => readFile(join(inbound(), name))));
  expect(
    await verify(bytes ?? Buffer.alloc(0), sig ?? Buffer.alloc(0), hands.installation.keys.sender.publicKey),
  ).toBe(true);
  const notice = JSON.parse(String(bytes)) as RecallNotice;
  const index = await hands.query<{ ref: string }>(
    'select distinct survey_ref as ref from cordon.disclosure_index where period = $1',
    [wave.period],
  );
  expect(notice).toMatchObject({ kind: 'recall', ...wave, do: 'stop-contact-and-delete' });
  expect(index.map(({ ref }) => ref)).toContain(notice.survey_refs[0]);
  for (const value of [person['surname'], person['urn'], person['phone_mobile'], 'opted-out'])
    expect(String(bytes)).not.toContain(value);
  expect(await hands.leaves(wave, 'recall-sent')).toHaveLength(1);
});

test('that is late becomes an owned exception, once', async () => {
  await hands.query(`update cordon.recall set due_at = now() - interval '1 hour'`);
  await hands.acts.raiseExceptions();
  await hands.acts.raiseExceptions();
  const raised = (await hands.leaves(wave, 'exception')).filter(
    ({ code }) => code === 'RECALL_UNACKNOWLEDGED',
  );
  expect(raised).toMatchObject([{ owner: 'data-officer' }]);
  expect(await hands.acts.recallsToSend()).toMatchObject({ recalls: [wave] });
});

test('is acknowledged by the company’s own signature alone, and a trace tells all of it', async () => {
  const id = (await ask({ reference: person['urn'] ?? '' }))[0]?.id ?? 0;
  const [intent] = await hands.query<{ package: string }>(
    'select package from cordon.intent where period = $1',
    [wave.period],
  );
  const sha256 = intent?.package ?? '';
  const [file = ''] = (await notices()).filter((name) => name.endsWith('.json'));
  const name = file.replace(/\.json$/, '');
  const answer = async (key: string) => {
    const about = { at: new Date().toISOString(), by: 'data desk' };
    for (const each of await writeAnswer('acknowledgement', { ...wave, name, sha256, records: 1 }, about, {
      signingKey: key,
    }))
      await writeFile(join(outbound(), each.name), each.bytes);
  };
  await answer(hands.installation.keys.sender.privateKey);
  expect(await hands.acts.recall({ id })).toMatchObject({
    ok: false,
    refusal: { code: 'RECEIPT_MALFORMED' },
  });
  const refused = (await hands.leaves(wave, 'exception')).filter(({ found }) => found);
  expect(refused).toMatchObject([
    { code: 'ACKNOWLEDGEMENT_REFUSED', owner: 'data-officer', found: 'a signature that does not hold' },
  ]);
  await answer(hands.installation.keys.answers.privateKey);
  for (const _ of [1, 2])
    expect(await hands.acts.recall({ id })).toMatchObject({ ok: true, value: { acknowledged: true } });
  expect(await hands.leaves(wave, 'recall-acknowledged')).toHaveLength(1);
  expect(await hands.acts.recallsToSend()).toEqual({ recalls: [] });
  await confirmRegister(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', 'c.clerk');
  const { env } = hands.installation;
  const trace = ['trace', '--because', 'subject-request', '--officer', 'a.officer'];
  const given = { input: `phone: ${person['phone_mobile'] ?? ''}\n` };
  const told = await typed(trace, env, given);
  expect(told.out).toMatch(/^ {2}recalled {4}opted-out; sent 20.* UTC, acknowledged\s+20/m);
  expect((await typed([...trace, '--letter'], env, given)).out).toMatch(
    /we asked the company not to contact you and to delete what it holds\. It confirmed that on/,
  );
  const { faults } = await withConnection(hands.installation.urls.auditor, 'test', (db) =>
    verifyDatabase(db),
  );
  expect(faults.filter(({ rule }) => rule !== 'TABLE' && rule !== 'CLOCK')).toEqual([]);
});

test('forgets the reference with the disclosure index', async () => {
  await hands.query(`update cordon.copy set due_at = now() where kind = 'disclosure-index'`);
  const { copies } = await hands.acts.dueCopies();
  for (const { id, kind } of copies) if (kind === 'disclosure-index') await hands.acts.purge({ id });
  expect(await hands.query('select survey_ref as ref from cordon.recall')).toEqual([{ ref: null }]);
});

test('is asked at the command line; without Temporal it is noted for the sweep, and says so', async () => {
  const next = await hands.month();
  await hands.upTo(await hands.open(next), 'transfer');
  const [drawn] = await hands.query<{ ref: string }>(
    `select key[1] as ref from wave_${next.survey.replaceAll('-', '_')}_${next.period.replace('-', '')}_1.sampled
     where state = 'in' order by 1 limit 1`,
  );
  const [row] = await hands.atSource('select urn from survey.victim_offence where victim_ref = $1', [
    drawn?.ref,
  ]);
  const env = { ...hands.installation.env, TEMPORAL_ADDRESS: '127.0.0.1:1', CORDON_OFFICER: 'c.clerk' };
  const recall = ['recall', '--because', 'wrong-data'];
  const said = await typed(recall, env, { input: `reference: ${String(row?.['urn'])}\n` });
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out.replaceAll(/\n +/g, ' ')).toMatch(
    /is told to stop and delete.*\n.*the daily sweep sends it/,
  );
  expect(tooLong(said.out)).toEqual([]);
  const nobody = await typed(recall, env, { input: 'phone: 01632 960999\n' });
  expect(nobody).toMatchObject({ code: 1, err: '' });
  coded(await typed(recall, env, { input: 'fone: 1\n' }), 1, 'line 1');
  const roles: readonly RoleKind[] = ['worker', 'verifier', 'auditor'];
  for (const role of roles)
    await expect(
      withConnection(hands.installation.urls[role], 'test', (db) =>
        db.query(`select cordon.ask_recall('{}', 'opted-out', 'x')`),
      ),
    ).rejects.toThrow('permission denied');
});
