// What is kept off the machine, and what it is for: a database that was restored, cut or rewritten runs no wave until
// two officers have signed for it, and never sends again what it has forgotten.
import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepCheckpoint, readKept } from '../../activities/checkpoint.ts';
import type { Manifest } from '../../activities/package/manifest.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { createPool, withConnection } from '../../sql/connect.ts';
import { openCheckpoint } from '../../sql/ledger/checkpoint.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import type { Environment } from '../../worker/config.ts';
import { checkpointsOf, createDeps } from '../../worker/deps.ts';
import { openSshd } from '../sshd.ts';
import { ledgerContinueApplyCommand, ledgerContinueShowCommand } from '../../worker/ledger-continue.ts';
import { coded, here, tooLong, typed } from '../worker/command.ts';
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
  const [name = '', ...others] = await kept('.checkpoint');
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
  try {
    const info = { attempt: 1, retryPolicy: { maximumAttempts: 2 } };
    await expect(actsOf(away, { info }).transfer(minimised)).rejects.toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      details: [{ found: 'at a place of checkpoints, no such file or folder while looking for the file' }],
    });
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
    await away.close();
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

describe('a database that was restored from before a delivery', () => {
  let restored: Hands['installation']['databases']['cordon'];
  let env: Environment;
  let acts: Acts;
  let forgotten: WaveKey;
  let end: () => Promise<void>;
  const show = (to?: string) =>
    here((say) => ledgerContinueShowCommand({ ...(to !== undefined && { to }) }, env, say));
  const url = (of: string): string => {
    const it = new URL(of);
    it.pathname = `/${restored}`;
    return it.href;
  };
  beforeAll(async () => {
    const { databases, urls } = hands.installation;
    restored = `${databases.cordon}_restored`;
    // whoever copies a database is alone with it
    const root = new URL(urls.admin);
    root.pathname = '/postgres';
    await withConnection(root.href, 'test', async (admin) => {
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        databases.cordon,
      ]);
      const [copy, of] = [restored, databases.cordon].map(pg.escapeIdentifier);
      await admin.query(`create database ${String(copy)} template ${String(of)}`);
      // rights on a database are not copied with it
      const owner = pg.escapeIdentifier(`${hands.installation.prefix}_owner`);
      await admin.query(`grant create on database ${String(copy)} to ${owner}`);
    });
    forgotten = await delivered();
    env = {
      ...hands.installation.env,
      DATABASE_URL: url(urls.admin),
      CORDON_WORKER_URL: url(urls.worker),
      CORDON_AUDITOR_URL: url(urls.auditor),
    };
    const deps = createDeps(env);
    const pool = createPool(url(urls.verifier), 'cordon verifier', 1);
    acts = actsOf(deps, {}, pool);
    end = async () => {
      await Promise.all([deps.close(), pool.end()]);
      await withConnection(root.href, 'test', (admin) =>
        admin.query(`drop database ${pg.escapeIdentifier(restored)} with (force)`),
      );
    };
  });
  afterAll(() => end());

  test('is noticed by the next wave, which opens nothing, and by whoever looks', async () => {
    const answer = await opening(acts, await hands.month());
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'LEDGER_FORKED' } });
    const shown = await show();
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/^lost +a log of \d+ entries, root\s+[0-9a-f]{64}$/m);
    expect(shown.out.replaceAll(/\n +/g, ' ')).toMatch(
      new RegExp(`^forgotten +${forgotten.survey} ${forgotten.period}: .*may have gone to smsr`, 'm'),
    );
    expect(tooLong(shown.out)).toEqual([]);
  });

  test('goes on once two officers have signed what is lost, and not by one, nor over another statement', async () => {
    const statement = join(hands.installation.folder, 'loss.json');
    await show(statement);
    const text = await readFile(statement, 'utf8');
    const { of } = hands.installation.hands;
    const signatures = await Promise.all(
      (['a.officer', 'b.officer'] as const).map(async (id) => {
        const file = join(hands.installation.folder, `${id}.sig`);
        await writeFile(file, of[id].sign(text, 'continue'));
        return file;
      }),
    );
    const [a = ''] = signatures;
    const apply = (file: string, ...by: string[]) =>
      here((say) => ledgerContinueApplyCommand(file, { signature: by }, env, say));
    coded(await apply(statement, a), 1, '1 signatures that count as 1');
    coded(await apply(statement, a, a), 1, '2 signatures that count as 1');
    const wrong = join(hands.installation.folder, 'release.sig');
    await writeFile(wrong, of['b.officer'].sign(text, 'release'));
    coded(await apply(statement, a, wrong), 1, 'a signature in another namespace');
    const other = join(hands.installation.folder, 'other.json');
    await writeFile(other, text.replace(forgotten.period, '2020-01'));
    coded(await apply(other, ...signatures), 1, 'a statement of another loss');
    const applied = await apply(statement, ...signatures);
    expect(applied).toMatchObject({ code: 0, err: '' });
    expect(applied.out).toContain('signed by a.officer and b.officer');
    expect((await show()).out).toContain('nothing is lost');
    coded(await apply(statement, ...signatures), 1, 'a ledger of which nothing is lost');
  });

  test('then runs other months, and says that the forgotten one has been sent', async () => {
    expect(await opening(acts, forgotten)).toMatchObject({
      ok: false,
      refusal: { code: 'ALREADY_DISCLOSED' },
    });
    expect(await opening(acts, await hands.month())).toMatchObject({ ok: true });
    const { faults } = await withConnection(env['CORDON_AUDITOR_URL'] ?? '', 'test', (db) =>
      verifyDatabase(db),
    );
    expect(faults.filter(({ rule }) => rule === 'SIGN' || rule === 'ORDER')).toEqual([]);
    const evidence = join(hands.installation.folder, 'evidence');
    await typed(['officers', 'export', evidence], env);
    const { stdout } = await promisify(execFile)('sh', [join(evidence, 'verify.sh')]);
    expect(stdout.match(/^Good "continue@police.example" signature/gm)).toHaveLength(2);
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
