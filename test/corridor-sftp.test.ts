// A month delivered to a real OpenSSH server: one that shows another host key, before an intent is recorded and after;
// one that is away, one that is back.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../worker/processes.ts';
import { waveId } from '../workflows/ids.ts';
import { expectOneDelivery, inbound as filled, intents as intended, orphans } from './faults/account.ts';
import { hold, intendThere, storedBytes } from './faults/hold.ts';
import type { Month } from './month.ts';
import { createMonth, until } from './month.ts';
import { typed } from './worker/command.ts';
import type { Sshd } from './sshd.ts';
import { openSshd } from './sshd.ts';

describe('a month delivered by SFTP', () => {
  let sshd: Sshd;
  let month: Month;
  let worker: Running;
  let startWorker: () => Promise<Running>;
  beforeAll(async () => {
    sshd = await openSshd();
    month = await createMonth({ people: 60, sftp: sshd });
    const keyFile = join(month.folder, 'sftp-key');
    await writeFile(keyFile, sshd.privateKey, { mode: 0o600 });
    startWorker = () => month.startWorker({ ...month.installation.env, CORDON_SFTP_KEY_FILE: keyFile });
    [worker] = await Promise.all([startWorker(), month.startVerifier()]);
  });
  afterAll(async () => {
    await month.stop();
    await sshd[Symbol.asyncDispose]();
  });

  const inbound = () => readdir(month.installation.processor.inbound);
  const intents = () =>
    month.query<{ first_byte: boolean; voided: boolean; received: boolean }>(
      `select first_byte_at is not null as first_byte, voided_at is not null as voided,
         received_at is not null as received from cordon.intent order by attempt, ordinal`,
    );
  const leaves = async (...types: readonly string[]) => {
    const rows = await month.query<{ leaf: Record<string, unknown> }>(
      `select l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
       where l.leaf ->> 'type' = any($1) order by e.index`,
      [types],
    );
    return rows.map(({ leaf }) => leaf);
  };

  it('is not sent when one officer says no, whoever has released it; the month may run again', async () => {
    await month.begin();
    expect(await month.sign('a.officer')).toMatchObject({ ok: true });
    await month.stated();
    const { env, folder } = month.installation;
    const refuse = ['release', 'refuse', waveId(month.wave), '--because', 'wrong-counts', '--yes'];
    const said = await typed([...refuse, '--key', join(folder, 'b.officer.key')], env);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain('refused by b.officer: wrong-counts\n');
    expect(await month.result()).toMatchObject({ outcome: 'refused', code: 'RELEASE_REFUSED', again: true });
    const [leaf] = await leaves('release-refused');
    expect(leaf).toMatchObject({ officer: 'b.officer', because: 'wrong-counts', attempt: 1 });
    expect(await month.query('select from cordon.intent')).toEqual([]);
  });

  it('is refused by a server with another host key: nothing leaves, and the month may run again', async () => {
    await sshd.stop();
    await sshd.start('changed');
    await month.begin();
    await month.release();
    expect(await month.result()).toMatchObject({ outcome: 'refused', code: 'HOST_KEY', again: true });
    expect(await inbound()).toEqual([]);
    expect((await intents()).filter((intent) => intent.first_byte || !intent.voided)).toEqual([]);
    expect(await leaves('disclosure', 'delivered')).toEqual([]);
    const [refused] = await leaves('refused');
    expect(refused).toMatchObject({ stage: 'transfer', code: 'HOST_KEY', expected: sshd.hostKeys.ed25519 });
  });

  it('is refused so too by a worker after one that died behind its intent: voided, and nobody counted as sent', async () => {
    const { admin } = month.installation.urls;
    await sshd.stop();
    await sshd.start();
    await month.begin();
    await month.stated();
    const bytes = await hold(admin, storedBytes);
    await month.release();
    const mark = await intendThere(bytes, admin);
    await worker.kill();
    await sshd.stop();
    await sshd.start('changed');
    await Promise.all([startWorker(), mark.release()]);
    expect(await month.result()).toMatchObject({ outcome: 'refused', code: 'HOST_KEY', again: true });
    const second = (await intended(month)).filter(({ attempt }) => attempt === 3);
    expect(second).toMatchObject([{ began: false, voided: true }]);
    expect(await filled(month)).toEqual([]);
    expect(await month.query('select from cordon.contact_history')).toEqual([]);
    expect(await month.query('select from cordon.disclosure_index')).toEqual([]);
    expect(await leaves('disclosure')).toEqual([]);
  });

  it('waits for a server that is away, then delivers once, and hears the receipt over the same connection', async () => {
    await sshd.stop();
    await month.begin();
    await month.release();
    const handle = month.client.workflow.getHandle(waveId(month.wave));
    await until('a second try', async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1) ? true : undefined;
    });
    expect(await filled(month)).toEqual([]);
    await sshd.start();
    const arrived = await month.arrived();
    expect(arrived.rows).toBe(20);
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 4 });
    await expectOneDelivery(month, arrived, 4);
    expect(await orphans(month)).toEqual([]);
    expect((await intents()).filter(({ voided }) => !voided)).toEqual([
      { first_byte: true, voided: false, received: true },
    ]);
    const told = (await leaves('intent', 'disclosure', 'delivered', 'receipt')).filter(
      ({ attempt }) => attempt === 4,
    );
    expect(told.map(({ type }) => type)).toEqual(['intent', 'disclosure', 'delivered', 'receipt']);
    expect(new Set(told.map((leaf) => leaf['package']))).toEqual(new Set([arrived.sha256]));
  });

  it('asks there for the certificate, and without one the processor’s copy is erased for nobody', async () => {
    const delivered = () =>
      month.query<{ state: string; verified: boolean }>(
        `select state, verified_at is not null as verified from cordon.copy where kind = 'delivered'`,
      );
    await month.query(`update cordon.copy set due_at = now() where kind = 'delivered'`);
    await until('the question', async () =>
      (await delivered()).some(({ state }) => state === 'erasing') ? true : undefined,
    );
    await month.respond('certificate', await month.arrived());
    await until('the proof', async () => ((await delivered())[0]?.verified ? true : undefined));
    expect(await delivered()).toEqual([{ state: 'erased', verified: true }]);
    expect(await leaves('certificate')).toHaveLength(1);
  });

  it('has its key from a file, and shows it nowhere', async () => {
    const [secret = ''] = sshd.privateKey.split('\n').slice(2, 3);
    expect(secret.length).toBeGreaterThan(20);
    for (const log of Object.values(month.logs)) expect(await readFile(log, 'utf8')).not.toContain(secret);
  });
});
