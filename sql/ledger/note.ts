// Signed notes as C2SP has them (signed-note.md), with Ed25519 alone: a text, an empty line, a line for each signature.
// What Go's note package and every tlog witness reads.
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface NoteSigner {
  readonly name: string;
  readonly key: KeyObject;
}

export interface NoteVerifier {
  readonly name: string;
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** The signature type of the specification. */
const ed25519 = Buffer.of(1);
/** What stands before 32 bytes in PKCS #8 and in SPKI (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

/** @param seed 32 bytes, the private key of RFC 8032 */
export const noteSigner = (name: string, seed: Uint8Array): NoteSigner => {
  requireName(name);
  const der = Buffer.concat([pkcs8, seed]);
  return { name, key: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
};

const rawPublic = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spki.length);

const idOf = (name: string, raw: Uint8Array): Buffer =>
  createHash('sha256').update(`${name}\n`).update(ed25519).update(raw).digest().subarray(0, 4);

/** `example.com/log+530d903e+AVaA…`: what a verifier is given. */
export const verifierKey = ({ name, key }: NoteSigner): string => {
  const raw = rawPublic(key);
  return `${name}+${idOf(name, raw).toString('hex')}+${Buffer.concat([ed25519, raw]).toString('base64')}`;
};

/** @throws Error unless it is an Ed25519 verifier key whose id is that of its name and key */
export const parseVerifierKey = (text: string): NoteVerifier => {
  const [, name = '', id = '', base64 = ''] =
    /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  const raw = bytes.subarray(1);
  if (raw.length !== 32 || bytes[0] !== 1 || !idOf(name, raw).equals(Buffer.from(id, 'hex')))
    throw new Error('not an Ed25519 verifier key');
  requireName(name);
  const key = createPublicKey({ key: Buffer.concat([spki, raw]), format: 'der', type: 'spki' });
  return { name, id: Buffer.from(id, 'hex'), key };
};

/** The keys of one log: what signs now, and what has signed before. */
export interface LogKeys {
  readonly name: string;
  readonly keys: readonly NoteVerifier[];
}

/** One verifier key a line, all under one name. @throws Error */
export const parseLogKeys = (text: string): LogKeys => {
  const keys = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseVerifierKey);
  const [first] = keys;
  if (!first || keys.some(({ name }) => name !== first.name)) throw new Error('not the keys of one log');
  return { name: first.name, keys };
};

/** @param text ends in a newline */
export const signNote = (text: string, signer: NoteSigner): string => {
  requireText(text);
  const { name, key } = signer;
  const signature = sign(null, Buffer.from(text), key);
  return `${text}\n— ${name} ${Buffer.concat([idOf(name, rawPublic(key)), signature]).toString('base64')}\n`;
};

/**
 * Its text, when one of these keys has signed it. Signatures of others are passed over.
 * @throws Error for what is no note, for a bad signature by a known key, and where no known key has signed
 */
export const openNote = (note: string, verifiers: readonly NoteVerifier[]): string => {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const lines = note.slice(end + 2).split('\n');
  if (end < 0 || lines.pop() !== '' || lines.length === 0 || lines.length > 100)
    throw new Error('not a signed note');
  requireText(text);
  let signed = false;
  for (const line of lines) {
    const [, name, base64 = ''] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (name === undefined || bytes.length < 5 || bytes.toString('base64') !== base64)
      throw new Error('not a signed note');
    const known = verifiers.find((each) => each.name === name && each.id.equals(bytes.subarray(0, 4)));
    if (!known) continue;
    if (!verify(null, Buffer.from(text), known.key, bytes.subarray(4)))
      throw new Error('a signature that is not of this text');
    signed = true;
  }
  if (!signed) throw new Error('a note that no known key has signed');
  return text;
};

const requireName = (name: string): void => {
  if (name === '' || /[\s+]/u.test(name)) throw new Error('a name without spaces and without +');
};

/** Well-formed, no control character but the newline, and one at the end. */
const requireText = (text: string): void => {
  if (!text.endsWith('\n') || !text.isWellFormed() || controls.test(text))
    throw new Error('not the text of a note');
};
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f]/;
