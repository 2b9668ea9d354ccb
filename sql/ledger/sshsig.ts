// Signatures as `ssh-keygen -Y sign` makes them (OpenSSH, PROTOCOL.sshsig; PROTOCOL.u2f for hardware keys). Who may
// sign what, and when, is the officers file's to say: here is only whether these bytes were signed by that key.
import { createHash, verify } from 'node:crypto';
import type { KeyType, SshKey } from '../../schemas/ssh-key.ts';
import { keyOfBlob, Wire, wireString } from '../../schemas/ssh-key.ts';

interface SshSignature {
  readonly key: SshKey;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  readonly type: string;
  /** what stands behind the name of the signature's kind */
  readonly rest: Wire;
}

const magic = Buffer.from('SSHSIG');
const [head, tail] = ['-----BEGIN SSH SIGNATURE-----', '-----END SSH SIGNATURE-----'];

/** @throws Error for what is no signature */
const readSshSignature = (armour: string): SshSignature => {
  const lines = armour.trim().split(/\r?\n/);
  const base64 = lines.slice(1, -1).join('');
  if (lines[0] !== head || lines.at(-1) !== tail || !/^[A-Za-z0-9+/]{40,6000}={0,2}$/.test(base64))
    throw new Error(`not the text between ${head} and ${tail}`);
  const wire = new Wire(Buffer.from(base64, 'base64'));
  if (!wire.take(magic.length).equals(magic)) throw new Error('not an SSH signature');
  if (wire.uint32() !== 1) throw new Error('another version of SSH signatures than 1');
  const key = keyOfBlob(wire.string());
  const namespace = wire.string().toString('utf8');
  wire.string(); // reserved
  const hash = wire.text();
  if (hash !== 'sha256' && hash !== 'sha512') throw new Error('another hash than sha256 or sha512');
  const signature = new Wire(wire.string());
  wire.end();
  return { key, namespace, hash, type: signature.text(), rest: signature };
};

/** What is signed of a message. */
export const signedBytes = (message: Uint8Array, namespace: string, hash: 'sha256' | 'sha512'): Buffer =>
  Buffer.concat([magic, ...[namespace, '', hash, createHash(hash).update(message).digest()].map(wireString)]);

/**
 * The key that has signed this message under this namespace.
 * @throws Error for another message, another namespace, and a hardware key that nobody touched
 */
export const verifySshSignature = (message: Uint8Array, armour: string, namespace: string): SshKey => {
  const { key, hash, type, rest, namespace: signed } = readSshSignature(armour);
  // whoever signed it wrote the other name: it goes into no ledger
  if (signed !== namespace) throw new Error('a signature in another namespace');
  const { bytes, of } = signatureOf(key, type, rest, signedBytes(message, namespace, hash));
  const algorithm = digestOf(key.type, type);
  const by = { key: key.key, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify(algorithm, of, by, bytes)) throw new Error('a signature that is not of this text');
  return key;
};

/** The signature's own bytes, and those that they are of. */
const signatureOf = (
  { type: keyType, application }: SshKey,
  type: string,
  rest: Wire,
  signed: Buffer,
): { bytes: Buffer; of: Buffer } => {
  const rsa = type === 'rsa-sha2-256' || type === 'rsa-sha2-512';
  if (keyType === 'ssh-rsa' ? !rsa : type !== keyType) throw new Error('a signature of another kind of key');
  const bytes = keyType.includes('ecdsa')
    ? fixed(new Wire(rest.string()), sizes[keyType] ?? 0)
    : rest.string();
  if (!application) {
    rest.end();
    return { bytes, of: signed };
  }
  const [flags = 0] = rest.take(1);
  const counter = rest.take(4);
  rest.end();
  // PROTOCOL.u2f: bit 0 is set when somebody touched the key
  if ((flags & 1) === 0) throw new Error('a signature by a hardware key that nobody touched');
  const sha256 = (of: Buffer): Buffer => createHash('sha256').update(of).digest();
  return { bytes, of: Buffer.concat([sha256(application), Buffer.of(flags), counter, sha256(signed)]) };
};

const sizes: Partial<Record<KeyType, number>> = {
  'ecdsa-sha2-nistp256': 32,
  'ecdsa-sha2-nistp384': 48,
  'ecdsa-sha2-nistp521': 66,
  'sk-ecdsa-sha2-nistp256@openssh.com': 32,
};

/** Two numbers of one length each, as IEEE P1363 has them. */
const fixed = (wire: Wire, size: number): Buffer => {
  const numbers = [wire.mpint(), wire.mpint()];
  wire.end();
  if (numbers.some(({ length }) => length > size)) throw new Error('a number that is too long');
  return Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]));
};

const digestOf = (keyType: KeyType, type: string): string | null => {
  if (keyType.includes('ed25519')) return null;
  if (keyType === 'ssh-rsa') return type === 'rsa-sha2-512' ? 'sha512' : 'sha256';
  return keyType.endsWith('384') ? 'sha384' : keyType.endsWith('521') ? 'sha512' : 'sha256';
};
