// Against OpenSSH itself, both ways: what it signs we accept and tell whose it is; what we reject it rejects.
import { spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSshKey, wireString } from '../../schemas/ssh-key.ts';
import { signedBytes, verifySshSignature } from '../../sql/ledger/sshsig.ts';
import { createHand } from '../../worker/demo/officers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sshsig-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const namespace = 'release@police.example';
const text = '{"rows":1200,"survey":"warwickshire-victims"}';

const keygen = (args: readonly string[], input = ''): { code: number | null; out: string } => {
  const { status, stdout } = spawnSync('ssh-keygen', args, { input, encoding: 'utf8' });
  return { code: status, out: stdout };
};
const made = (name: string, ...args: readonly string[]): { file: string; line: string } => {
  const file = join(folder, name);
  expect(keygen(['-q', '-N', '', '-C', name, '-f', file, ...args]).code).toBe(0);
  return { file, line: readFileSync(`${file}.pub`, 'utf8') };
};
const signedBy = (file: string, message: string, ns = namespace, ...more: readonly string[]): string =>
  keygen(['-q', '-Y', 'sign', '-f', file, '-n', ns, ...more], message).out;

/** What `ssh-keygen -Y verify` says, for a signer with this key. */
const openSsh = (line: string, signature: string, message: string, ns = namespace): boolean => {
  const [signers, sig] = [join(folder, 'allowed'), join(folder, 'sig')];
  writeFileSync(signers, `a.officer namespaces="${namespace}" ${line}\n`);
  writeFileSync(sig, signature);
  return keygen(['-Y', 'verify', '-f', signers, '-I', 'a.officer', '-n', ns, '-s', sig], message).code === 0;
};
const ours = (line: string, signature: string, message: string, ns = namespace): boolean => {
  try {
    return (
      verifySshSignature(Buffer.from(message), signature, ns).fingerprint === parseSshKey(line).fingerprint
    );
  } catch {
    return false;
  }
};

const kinds = [
  ['ed25519', []],
  ['ecdsa', ['-b', '256']],
  ['ecdsa', ['-b', '384']],
  ['ecdsa', ['-b', '521']],
  ['rsa', ['-b', '3072']],
] as const;

describe.each(kinds)('a key of kind %s %j', (type, bits) => {
  test('is known by the fingerprint that ssh-keygen prints; its signature is good, for this text and namespace alone', () => {
    const { file, line } = made(`${type}${bits.join('')}`, '-t', type, ...bits);
    expect(keygen(['-lf', `${file}.pub`]).out.split(' ')[1]).toBe(parseSshKey(line).fingerprint);
    for (const hash of ['sha256', 'sha512']) {
      const signature = signedBy(file, text, namespace, '-O', `hashalg=${hash}`);
      expect([ours(line, signature, text), openSsh(line, signature, text)]).toEqual([true, true]);
      for (const [message, ns] of [
        [`${text}\n`, namespace],
        [text, 'apply@police.example'],
        [text, 'release@another.example'],
      ] as const)
        expect([ours(line, signature, message, ns), openSsh(line, signature, message, ns)]).toEqual([
          false,
          false,
        ]);
    }
  });
});

test('a key is another than any other of its kind', () => {
  for (const type of ['ed25519', 'ecdsa']) {
    const [mine, yours] = ['mine', 'yours'].map((name) => made(`${name}-${type}`, '-t', type));
    const signature = signedBy(mine?.file ?? '', text);
    const line = yours?.line ?? '';
    expect([ours(line, signature, text), openSsh(line, signature, text)]).toEqual([false, false]);
  }
});

test('a signature with any one byte changed is none', () => {
  const { file, line } = made('changed', '-t', 'ed25519');
  const [head = '', ...rest] = signedBy(file, text).trim().split('\n');
  const bytes = Buffer.from(rest.slice(0, -1).join(''), 'base64');
  const good: number[] = [];
  for (const at of bytes.keys()) {
    const other = Buffer.from(bytes);
    other[at] = (other[at] ?? 0) ^ 1;
    const armour = [head, other.toString('base64'), rest.at(-1), ''].join('\n');
    if (ours(line, armour, text)) good.push(at);
  }
  expect(good).toEqual([]);
});

/** PROTOCOL.u2f: as a hardware key signs, by a key that is none. */
const hardware = (flags: number): { line: string; signature: string } => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const type = 'sk-ssh-ed25519@openssh.com';
  const blob = Buffer.concat([type, raw, 'ssh:'].map(wireString));
  const sha256 = (of: Buffer | string) => createHash('sha256').update(of).digest();
  const tail = Buffer.from([flags, 0, 0, 0, 7]);
  const signed = sign(
    null,
    Buffer.concat([sha256('ssh:'), tail, sha256(signedBytes(Buffer.from(text), namespace, 'sha512'))]),
    privateKey,
  );
  const inner = Buffer.concat([wireString(type), wireString(signed), tail]);
  const parts = [blob, namespace, '', 'sha512', inner].map(wireString);
  const whole = Buffer.concat([Buffer.from('SSHSIG'), Buffer.from([0, 0, 0, 1]), ...parts]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return {
    line: `${type} ${blob.toString('base64')}`,
    signature: ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n'),
  };
};

test('a hardware key counts when somebody has touched it, and not when nobody has', () => {
  const touched = hardware(1);
  expect([
    ours(touched.line, touched.signature, text),
    openSsh(touched.line, touched.signature, text),
  ]).toEqual([true, true]);
  const left = hardware(0);
  expect(ours(left.line, left.signature, text)).toBe(false);
  expect(ours(touched.line, touched.signature, `${text} `)).toBe(false);
});

test('the played officers sign as OpenSSH does, and OpenSSH can sign with their keys', () => {
  const hand = createHand('a.officer');
  const signature = hand.sign(text, 'release');
  expect([openSsh(hand.publicKey, signature, text), ours(hand.publicKey, signature, text)]).toEqual([
    true,
    true,
  ]);
  const file = join(folder, 'played');
  writeFileSync(file, hand.privateKey, { mode: 0o600 });
  expect(signedBy(file, text)).toBe(signature);
});

test.each([
  ['nothing', ''],
  ['a word', 'ssh-ed25519'],
  ['another kind', 'ssh-dss AAAAB3NzaC1kc3MAAACBAA=='],
  ['a kind that is not what the bytes say', `ssh-rsa ${createHand('x').publicKey.split(' ')[1] ?? ''}`],
  ['bytes that end too early', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA=='],
])('%s is no public key', (_, line) => {
  expect(() => parseSshKey(line)).toThrow(/not a public key|too early/);
});

test('RSA of 2048 bits is too short', () => {
  expect(() => parseSshKey(made('short', '-t', 'rsa', '-b', '2048').line)).toThrow('fewer than 3072');
});
