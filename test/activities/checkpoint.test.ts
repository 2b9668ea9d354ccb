// What is kept off the machine, and what it is for: a database that was restored, cut or rewritten runs no wave until
// two officers have signed for it, and never sends again what it has forgotten.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepCheckpoint, readKept } from '../../activities/checkpoint.ts';
import type { Manifest } from '../../activities/package/manifest.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import { openCheckpoint } from '../../sql/ledger/checkpoint.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import type { Environment } from '../../worker/config.ts';
import { checkpointsOf, createDeps } from '../../worker/deps.ts';
import { openSshd } from '../sshd.ts';
import type { Acts, Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
let folder: string;
beforeAll(async () => {
  hands = await openHands();
  folder = join(hands.installation.folder, 'checkpoints');
});
afterAll(() => hands.close());

const kept = async (end: string) => (await readdir(folder)).filter((name) => name.endsWith(end));
const verifier = () => hands.deps.checkpoints.log;
const delivered = async (): Promise<WaveKey> => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  await hands.upTo(opened, 'transfer');
  await hands.acts.closeAttempt({ ...wave, attempt: opened.attempt, outcome: 'delivered' });
  return wave;
};

test('a wave leaves a signed checkpoint at its end, one in its manifest, and a note of its delivery', async () => {
  const { period } = await delivered();
  // of its first byte and of its end
  const [, name = '', ...others] = (await kept('.checkpoint')).toSorted();
  expect(others).toEqual([]);
  const head = openCheckpoint(await readFile(join(folder, name), 'utf8'), verifier());
  const { size, root } = await withConnection(hands.installation.urls.auditor, 'test', (db) =>
    verifyDatabase(db),
  );
  expect({ size: head.size, root: Buffer.from(head.root).toString('hex') }).toEqual({ size, root });
  const [note = ''] = await kept('.delivery.json');
  const said = JSON.parse(await readFile(join(folder, note), 'utf8')) as { package: string };
  expect(said).toMatchObject({ period, attempt: 1, recipient: 'smsr' });
  expect(note).toBe(`${said.package}.delivery.json`);
  const { inbound } = hands.installation.processor;
  const [manifest = ''] = (await readdir(inbound)).filter((each) => each.endsWith('.manifest.json'));
  const { checkpoint = '' } = JSON.parse(await readFile(join(inbound, manifest), 'utf8')) as Manifest;
  expect(openCheckpoint(checkpoint, verifier()).size).toBeLessThan(head.size);
});

test('no byte leaves before its note is kept, and no month is opened where nothing can be read', async () => {
  const wave = await hands.month();
  const minimised = await hands.upTo(await hands.open(wave), 'minimise');
  await hands.release(minimised);
  const away = createDeps({ ...hands.installation.env, CORDON_CHECKPOINTS: 'file:///nowhere/at/all' });
  const full = join(hands.installation.folder, 'full');
  await mkdir(join(full, `${minimised.sha256}.delivery.json.part`), { recursive: true });
  const unwritten = createDeps({ ...hands.installation.env, CORDON_CHECKPOINTS: pathToFileURL(full).href });
  try {
    const info = { attempt: 1, retryPolicy: { maximumAttempts: 2 } };
    await expect(actsOf(away, { info }).transfer(minimised)).rejects.toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      details: [{ found: 'at a place of checkpoints, no such file or folder while listing the answers' }],
    });
    expect(await hands.leaves(wave, 'intent')).toEqual([]);
    const unkept = { ok: false, refusal: { code: 'DELIVERY_CONFLICT' } };
    expect(await actsOf(unwritten).transfer(minimised)).toMatchObject(unkept);
    expect(await hands.leaves(wave, 'intent')).toHaveLength(1);
    const { inbound } = hands.installation.processor;
    expect((await readdir(inbound)).filter((name) => name.includes(wave.period))).toEqual([]);
    expect(
      await hands.query('select from cordon.intent where period = $1 and first_byte_at is not null', [
        wave.period,
      ]),
    ).toEqual([]);
    const next = { ...(await hands.month()), planHash: hands.planHash, run: 'away', ordinal: 1 };
    await expect(actsOf(away).openAttempt(next)).rejects.toThrow('DELIVERY_UNREACHABLE');
  } finally {
    await Promise.all([away.close(), unwritten.close()]);
  }
  expect(await hands.acts.transfer(minimised)).toMatchObject({ ok: true });
});

test('a new key of the log signs from then on, and what older ones have signed still counts', async () => {
  const { env } = hands.installation;
  const [older = '', newer] = [env['CORDON_LEDGER_KEY'], 'ab'.repeat(32)];
  const under = (keys: string) => createDeps({ ...env, CORDON_LEDGER_KEY: keys });
  const [alone, rotated] = [under(newer), under(`${older}\n${newer}\n`)];
  try {
    const next = { ...(await hands.month()), planHash: hands.planHash, run: 'rotated', ordinal: 1 };
    // whoever drops the old key has a log that nobody can compare
    expect(await actsOf(alone).openAttempt(next)).toMatchObject({ refusal: { code: 'LEDGER_FORKED' } });
    expect(await actsOf(rotated).openAttempt(next)).toMatchObject({ ok: true });
    const before = new Set(await kept('.checkpoint'));
    await keepCheckpoint(rotated.pool, rotated.checkpoints);
    const [name = ''] = (await kept('.checkpoint')).filter((each) => !before.has(each));
    const note = await readFile(join(folder, name), 'utf8');
    expect(openCheckpoint(note, rotated.checkpoints.log).size).toBeGreaterThan(0);
    expect(() => openCheckpoint(note, hands.deps.checkpoints.log)).toThrow('no known key has signed');
    // the test's other workers hold the old key alone
    await rm(join(folder, name));
  } finally {
    await Promise.all([alone.close(), rotated.close()]);
  }
});

/** As a superuser may: nothing refuses it. */
const rewrite = async (text: string): Promise<void> => {
  const off = (which: 'disable' | 'enable') =>
    `alter table ledger.entry ${which} trigger user; alter table ledger.node ${which} trigger user`;
  await withConnection(hands.installation.urls.admin, 'test', (admin) =>
    admin.query(`begin; ${off('disable')}; ${text}; ${off('enable')}; commit`),
  );
};
const opening = async (acts: Acts, wave: WaveKey) =>
  acts.openAttempt({ ...wave, planHash: hands.planHash, run: `${wave.period} again`, ordinal: 1 });

describe('a ledger that a superuser has', () => {
  test.each([
    [
      'cut',
      `create table public.saved as select * from ledger.entry; create table public.nodes as select * from ledger.node;
       delete from ledger.entry where index >= 20; delete from ledger.node where (index + 1) << level > 20`,
    ],
    [
      'rewritten, hash and all, but for the subtrees that proofs are read from',
      `create table public.saved as select * from ledger.entry; create table public.nodes as select * from ledger.node;
       update ledger.entry set leaf = l.leaf, leaf_hash = sha256('\\x00'::bytea || l.leaf)
         from (select convert_to(replace(convert_from(leaf, 'UTF8'), '"rows":12', '"rows":11'), 'UTF8') as leaf, index as at
               from ledger.entry) l where l.at = index`,
    ],
    [
      'rewritten, hash, subtrees and all',
      `create table public.saved as select * from ledger.entry; create table public.nodes as select * from ledger.node;
       update ledger.entry set leaf = l.leaf, leaf_hash = sha256('\\x00'::bytea || l.leaf)
         from (select convert_to(replace(convert_from(leaf, 'UTF8'), '"rows":12', '"rows":11'), 'UTF8') as leaf, index as at
               from ledger.entry) l where l.at = index;
       delete from ledger.node;
       select count(ledger.grow(e.index, e.leaf_hash)) from (select * from ledger.entry order by index) e`,
    ],
  ])('%s runs no wave, and gets no further checkpoint', async (_, text) => {
    await rewrite(text);
    const before = await kept('.checkpoint');
    try {
      const answer = await opening(hands.acts, await hands.month());
      expect(answer).toMatchObject({ ok: false, refusal: { code: 'LEDGER_FORKED' } });
      await expect(keepCheckpoint(hands.deps.pool, hands.deps.checkpoints)).rejects.toThrow('LEDGER_FORKED');
      expect(await kept('.checkpoint')).toEqual(before);
    } finally {
      await rewrite(`delete from ledger.entry; delete from ledger.node;
        insert into ledger.entry select * from public.saved; insert into ledger.node select * from public.nodes;
        drop table public.saved, public.nodes`);
    }
    expect(await opening(hands.acts, await hands.month())).toMatchObject({ ok: true });
  });
});

test('a server elsewhere keeps them as well as a folder does, and is asked for its pinned host key', async () => {
  await using sshd = await openSshd();
  const directory = join(sshd.root, 'checkpoints');
  await mkdir(directory);
  const at = (hostKey: string): Environment => ({
    ...hands.installation.env,
    CORDON_SFTP_KEY: sshd.privateKey,
    CORDON_CHECKPOINTS: `${hands.installation.env['CORDON_CHECKPOINTS'] ?? ''} sftp://${sshd.user}@${sshd.host}:${String(sshd.port)}${directory}?host_key=${hostKey}`,
  });
  const checkpoints = checkpointsOf(at(sshd.hostKeys.ed25519));
  await keepCheckpoint(hands.deps.pool, checkpoints);
  const names = await readdir(directory);
  expect(names).toHaveLength(1);
  expect(await kept('.checkpoint')).toContain(names[0]);
  await writeFile(join(directory, `${'0'.repeat(12)}-${'0'.repeat(16)}.checkpoint`), 'of somebody else');
  await expect(readKept(checkpoints)).rejects.toThrow('LEDGER_FORKED');
  const stranger = checkpointsOf(at(`SHA256:${'A'.repeat(43)}`));
  await expect(readKept(stranger)).rejects.toThrow('HOST_KEY');
});
