import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateKey } from 'openpgp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactsCsv } from '../../activities/package/csv.ts';
import { datapackage } from '../../activities/package/datapackage.ts';
import { encrypt } from '../../activities/package/encrypt.ts';
import { checkRecipientKey, generateAgePair, generateKeyPair } from '../../activities/package/keys.ts';
import type { KeyPair } from '../../activities/package/keys.ts';
import { consign } from '../../activities/package/manifest.ts';
import { openPackage } from '../../activities/package/open.ts';
import { readme } from '../../activities/package/readme.ts';
import { verify } from '../../activities/package/signature.ts';
import { zip } from '../../activities/package/zip.ts';
import type { Files } from '../../activities/package/zip.ts';
import { openGpg } from '../gpg.ts';
import type { Gpg } from '../gpg.ts';

const run = promisify(execFile);
const fields = ['survey_ref', 'phone'];
const rows = [
  ['0000000a', '+447700900001'],
  ['0000000b', '+447700900002'],
];
let files: Files;
let force: KeyPair;
let processor: KeyPair;
let gpg: Gpg;

beforeAll(async () => {
  const csv = await contactsCsv(fields, async function* () {
    yield rows;
  });
  const about = { survey: 'victims', period: '2026-10' };
  files = {
    'contacts.csv': csv,
    'datapackage.json': datapackage({ ...about, fields: [], csv }),
    'README.txt': readme({
      ...about,
      title: 'Survey',
      controller: 'Force',
      purpose: 'survey',
      contract: 'C-1',
      fields: [],
      destroyBy: '2026-12-31',
    }),
  };
  [force, processor, gpg] = await Promise.all([
    generateKeyPair('Force'),
    generateKeyPair('Processor'),
    openGpg(),
  ]);
  await gpg.importKey(force.publicKey);
  await gpg.importKey(processor.privateKey);
});
afterAll(() => gpg[Symbol.asyncDispose]());

const openpgp = (to: Pick<KeyPair, 'publicKey' | 'fingerprint'>) => ({
  format: 'openpgp' as const,
  recipientKey: to.publicKey,
  fingerprint: to.fingerprint,
  signingKey: force.privateKey,
});

describe('the archive', () => {
  it('is the same bytes from the same files, in every time zone', async () => {
    const script =
      "import { zip } from './activities/package/zip.ts';" +
      "import { createHash } from 'node:crypto';" +
      "const b = new TextEncoder().encode('x');" +
      "const z = zip({ 'README.txt': b, 'contacts.csv': b, 'datapackage.json': b });" +
      "console.log(createHash('sha256').update(z).digest('hex'));";
    const hashes = await Promise.all(
      ['UTC', 'Pacific/Apia', 'America/New_York'].map(
        async (TZ) =>
          (
            await run(process.execPath, ['--input-type=module', '-e', script], {
              env: { ...process.env, TZ },
            })
          ).stdout,
      ),
    );
    expect(new Set(hashes).size).toBe(1);
    expect(zip(files)).toEqual(zip({ ...files }));
  });

  it('opens with another program into the three files, in their order, and nothing else', async () => {
    const path = await gpg.file('a.zip', zip(files));
    const { stdout } = await run('unzip', ['-Z1', path]);
    expect(stdout.trim().split('\n')).toEqual(['contacts.csv', 'datapackage.json', 'README.txt']);
    const into = join(gpg.home, 'a');
    await mkdir(into);
    await run('unzip', ['-q', path, '-d', into]);
    expect((await readdir(into)).toSorted()).toEqual(['README.txt', 'contacts.csv', 'datapackage.json']);
    for (const [name, bytes] of Object.entries(files)) {
      expect(new Uint8Array(await readFile(join(into, name)))).toEqual(new Uint8Array(bytes));
    }
  });
});

describe('OpenPGP', () => {
  it('decrypts with real GnuPG to the very archive, with a good signature of the force', async () => {
    const { ciphertext, signerFingerprint } = await encrypt(zip(files), openpgp(processor));
    const { code, stdout, status } = await gpg.run(['--decrypt'], ciphertext);
    expect(code).toBe(0);
    expect(new Uint8Array(stdout)).toEqual(new Uint8Array(zip(files)));
    expect(signerFingerprint).toBe(force.fingerprint);
    expect(status.filter((line) => line.startsWith('VALIDSIG'))).toEqual([
      expect.stringContaining(force.fingerprint.toUpperCase()),
    ]);
    expect(status).toContainEqual(expect.stringMatching(/^GOODSIG .* Force$/));
    expect(status).toContain('GOODMDC');
    // PLAINTEXT <format> <time> <name>: binary, without a file name
    expect(status).toContainEqual(expect.stringMatching(/^PLAINTEXT 62 \d+ ?$/));
  });

  it('encrypts to a key that GnuPG made', async () => {
    const fingerprint = await gpg.generate('Survey company');
    const { stdout } = await gpg.run(['--armor', '--export', fingerprint]);
    const made = await encrypt(zip(files), openpgp({ publicKey: String(stdout), fingerprint }));
    const opened = await gpg.run(['--decrypt'], made.ciphertext);
    expect(opened.code).toBe(0);
    expect(new Uint8Array(opened.stdout)).toEqual(new Uint8Array(zip(files)));
    expect(made.recipientFingerprint).toBe(fingerprint.toLowerCase());
  });

  it('opens for the processor to exactly the rows sent, and for nobody with another key', async () => {
    const { ciphertext } = await encrypt(zip(files), openpgp(processor));
    const keys = { recipientPrivateKey: processor.privateKey, senderPublicKey: force.publicKey };
    const opened = await openPackage(ciphertext, keys);
    expect(opened.fields).toEqual(fields);
    expect(opened.rows).toEqual(rows);
    const stranger = await generateKeyPair('Stranger');
    const rejected = { type: 'PACKAGE_REJECTED', details: [{ rule: 'decryption', count: 1 }] };
    await expect(
      openPackage(ciphertext, { ...keys, recipientPrivateKey: stranger.privateKey }),
    ).rejects.toMatchObject(rejected);
    await expect(
      openPackage(ciphertext, { ...keys, senderPublicKey: stranger.publicKey }),
    ).rejects.toMatchObject(rejected);
  });

  it('opens a locked signing key with its passphrase and refuses a wrong one or none', async () => {
    const locked = await generateKey({
      userIDs: [{ name: 'Force' }],
      passphrase: 'right',
      format: 'armored',
    });
    const keys = { ...openpgp(processor), signingKey: locked.privateKey };
    await expect(encrypt(zip(files), { ...keys, passphrase: 'right' })).resolves.toHaveProperty('ciphertext');
    await expect(encrypt(zip(files), { ...keys, passphrase: 'wrong' })).rejects.toMatchObject({
      type: 'SENDER_KEY',
    });
    await expect(encrypt(zip(files), keys)).rejects.toMatchObject({ type: 'SENDER_KEY' });
    await expect(encrypt(zip(files), { ...keys, signingKey: processor.publicKey })).rejects.toMatchObject({
      type: 'SENDER_KEY',
    });
  });
});

const make = async (options: Partial<Parameters<typeof generateKey>[0]>) => {
  const { publicKey } = await generateKey({ userIDs: [{ name: 'P' }], ...options, format: 'object' });
  return { publicKey: publicKey.armor(), fingerprint: publicKey.getFingerprint() };
};
const check = (key: { publicKey: string; fingerprint: string }) =>
  checkRecipientKey({ format: 'openpgp', recipientKey: key.publicKey, fingerprint: key.fingerprint });
const refused = (found: string) => ({
  type: 'RECIPIENT_KEY',
  nonRetryable: true,
  details: [expect.objectContaining({ code: 'RECIPIENT_KEY', found: expect.stringContaining(found) })],
});

describe('a recipient key', () => {
  it('is accepted under its full fingerprint in any spelling', async () => {
    const spaced = processor.fingerprint.toUpperCase().replaceAll(/(.{4})/g, '$1 ');
    await expect(check({ ...processor, fingerprint: spaced })).resolves.toBe(processor.fingerprint);
  });

  it('is refused under a short or another fingerprint', async () => {
    await expect(check({ ...processor, fingerprint: processor.fingerprint.slice(24) })).rejects.toMatchObject(
      refused('not full'),
    );
    await expect(check({ ...processor, fingerprint: force.fingerprint })).rejects.toMatchObject(
      refused(processor.fingerprint),
    );
  });

  it('is refused when it is expired, cannot be encrypted to, or is not a public key at all', async () => {
    const date = new Date('2020-01-01');
    await expect(check(await make({ date, keyExpirationTime: 60 }))).rejects.toMatchObject(
      refused('expired'),
    );
    await expect(check(await make({ subkeys: [] }))).rejects.toMatchObject(refused('encryption subkey'));
    await expect(check({ ...processor, publicKey: processor.privateKey })).rejects.toMatchObject(
      refused('private key'),
    );
    await expect(check({ ...processor, publicKey: 'none' })).rejects.toMatchObject(refused('no readable'));
  });

  it('is refused when it will have expired at the time asked about', async () => {
    const key = await make({ keyExpirationTime: 3600 });
    await expect(check(key)).resolves.toBe(key.fingerprint);
    const pinned = { format: 'openpgp' as const, recipientKey: key.publicKey, fingerprint: key.fingerprint };
    await expect(checkRecipientKey(pinned, new Date(Date.now() + 7200_000))).rejects.toMatchObject(
      refused('expired'),
    );
  });

  it('is refused when it advertises SEIPD v2, which GnuPG cannot open', async () => {
    const key = await make({ config: { aeadProtect: true } });
    await expect(check(key)).rejects.toMatchObject(refused('SEIPD v2'));
    await expect(encrypt(zip(files), openpgp(key))).rejects.toMatchObject(refused('SEIPD v2'));
  });
});

describe('age', () => {
  it('opens with the real age program to the very archive', async () => {
    const pair = await generateAgePair();
    const keys = { format: 'age' as const, recipientKey: pair.publicKey, fingerprint: pair.fingerprint };
    const made = await encrypt(zip(files), { ...keys, signingKey: force.privateKey });
    const identity = await gpg.file('identity', Buffer.from(`${pair.privateKey}\n`));
    const sealed = await gpg.file('sealed.age', made.ciphertext);
    const { stdout } = await run('age', ['--decrypt', '-i', identity, sealed], { encoding: 'buffer' });
    expect(new Uint8Array(stdout)).toEqual(new Uint8Array(zip(files)));
    expect((await openPackage(made.ciphertext, { ageIdentity: pair.privateKey })).rows).toEqual(rows);
    await expect(checkRecipientKey({ ...keys, fingerprint: 'age1other' })).rejects.toMatchObject({
      type: 'RECIPIENT_KEY',
    });
  });
});

describe('the manifest', () => {
  const about = {
    survey: 'victims',
    period: '2026-10',
    format: 'openpgp' as const,
    zipSha256: '11'.repeat(32),
    rowsRoot: '22'.repeat(32),
    planHash: '33'.repeat(32),
  };

  it('names the bytes by their hash, is signed by the force as GnuPG sees it, and holds no count', async () => {
    const { ciphertext } = await encrypt(zip(files), openpgp(processor));
    const fingerprints = { recipient: processor.fingerprint, sender: force.fingerprint };
    const sent = await consign({ ...about, ...fingerprints, ciphertext }, { signingKey: force.privateKey });
    expect(sent.package.name).toBe(`victims-2026-10-${sent.package.sha256.slice(0, 16)}.pgp`);
    expect(sent.manifest.name).toBe(`${sent.package.name}.manifest.json`);
    expect(sent.signature.name).toBe(`${sent.manifest.name}.sig`);
    expect(JSON.parse(new TextDecoder().decode(sent.manifest.bytes))).toEqual({
      ...about,
      ...fingerprints,
      cordon: 1,
      kind: 'manifest',
      package: sent.package.name,
      bytes: ciphertext.length,
      sha256: sent.package.sha256,
    });
    const manifest = await gpg.file('m.json', sent.manifest.bytes);
    const signature = await gpg.file('m.json.sig', sent.signature.bytes);
    const { code, status } = await gpg.run(['--verify', signature, manifest]);
    expect(code).toBe(0);
    expect(status).toContainEqual(expect.stringContaining(`VALIDSIG ${force.fingerprint.toUpperCase()}`));
    expect(await verify(sent.manifest.bytes, sent.signature.bytes, force.publicKey)).toBe(true);
    expect(await verify(sent.manifest.bytes.slice(1), sent.signature.bytes, force.publicKey)).toBe(false);
    expect(await verify(sent.manifest.bytes, sent.signature.bytes, processor.publicKey)).toBe(false);
  });
});
