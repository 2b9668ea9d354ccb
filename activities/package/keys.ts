// OpenPGP and age keys at the door. A recipient is pinned by its full fingerprint and must be one that GnuPG
// opens: openpgp.js answers SEIPD v2 to a key that advertises it, whatever we configure, and GnuPG cannot read it.
import { decryptKey, generateKey, readKey, readPrivateKey } from 'openpgp';
import type { PrivateKey, PublicKey } from 'openpgp';
import { refuse } from '../../schemas/failure.ts';

export interface RecipientKey {
  readonly format: 'openpgp' | 'age';
  /** armoured OpenPGP public key, or `age1…` */
  readonly recipientKey: string;
  /** 40 hex digits, spaces allowed; for age the recipient itself, which is short enough to be its own pin */
  readonly fingerprint: string;
}

export interface SigningKey {
  /** armoured OpenPGP private key */
  readonly signingKey: string;
  readonly passphrase?: string;
}

export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly fingerprint: string;
}

/** For `apply` and for every package. @throws RECIPIENT_KEY. Answers the fingerprint in one spelling. */
export const checkRecipientKey = async (key: RecipientKey, at = new Date()): Promise<string> =>
  key.format === 'age' ? ageRecipient(key) : (await openpgpRecipient(key, at)).getFingerprint();

export const ageRecipient = ({ recipientKey, fingerprint }: RecipientKey): string => {
  const recipient = recipientKey.trim();
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(recipient)) {
    throw refuseRecipient('no X25519 recipient', 'one age1… recipient');
  }
  if (recipient !== fingerprint.trim()) throw refuseRecipient('another recipient', 'the pinned recipient');
  return recipient;
};

export const openpgpRecipient = async (
  { recipientKey, fingerprint }: RecipientKey,
  at = new Date(),
): Promise<PublicKey> => {
  const key = await readKey({ armoredKey: recipientKey }).catch(() => {
    throw refuseRecipient('no readable OpenPGP key', 'one armoured public key');
  });
  if (key.isPrivate()) throw refuseRecipient('a private key', 'a public key');
  const pinned = fingerprint.replaceAll(/\s/g, '').toLowerCase();
  if (!/^[0-9a-f]{40}$/.test(pinned)) {
    throw refuseRecipient('a fingerprint that is not full', '40 hexadecimal digits');
  }
  if (key.getFingerprint() !== pinned) {
    throw refuseRecipient(`fingerprint ${key.getFingerprint()}`, `fingerprint ${pinned}`);
  }
  await key.verifyPrimaryKey(at).catch(() => {
    throw refuseRecipient('an expired, revoked or unusable key', `a key valid at ${at.toISOString()}`);
  });
  await key.getEncryptionKey(undefined, at).catch(() => {
    throw refuseRecipient('no usable encryption subkey', 'a key that can be encrypted to');
  });
  const { selfCertification } = await key.getPrimaryUser(at);
  if (((selfCertification.features?.[0] ?? 0) & seipdV2) !== 0) {
    throw refuseRecipient('a key that advertises SEIPD v2', 'a key that GnuPG opens (SEIPD v1)');
  }
  return key;
};

/** RFC 9580 section 5.2.3.32, features: version 2 Symmetrically Encrypted and Integrity Protected Data */
const seipdV2 = 0x08;

/** @throws SENDER_KEY */
export const openSigningKey = async ({ signingKey, passphrase }: SigningKey): Promise<PrivateKey> => {
  const key = await readPrivateKey({ armoredKey: signingKey }).catch(() => {
    throw refuseSender('no readable OpenPGP private key');
  });
  const open =
    key.isDecrypted() || passphrase === undefined
      ? key
      : await decryptKey({ privateKey: key, passphrase }).catch(() => {
          throw refuseSender('a passphrase that does not open the key');
        });
  if (!open.isDecrypted()) throw refuseSender('a locked key and no passphrase');
  await open.getSigningKey().catch(() => {
    throw refuseSender('an expired key, or one that cannot sign');
  });
  return open;
};

/**
 * The keys that demo and tests play with, as GnuPG 2.2 reads them: Ed25519 and Curve25519 in their legacy
 * encoding. (`type: 'curve25519'` would sign with algorithm 27, which GnuPG 2.2 cannot check.)
 */
export const generateKeyPair = async (name: string): Promise<KeyPair> => {
  const pair = await generateKey({
    userIDs: [{ name }],
    type: 'ecc',
    curve: 'ed25519Legacy',
    format: 'object',
    config: { v6Keys: false, aeadProtect: false },
  });
  return {
    publicKey: pair.publicKey.armor(),
    privateKey: pair.privateKey.armor(),
    fingerprint: pair.publicKey.getFingerprint(),
  };
};

/** The `fingerprint` of an age pair is its recipient. */
export const generateAgePair = async (): Promise<KeyPair> => {
  const { identityToRecipient, generateIdentity } = await import('age-encryption');
  const privateKey = await generateIdentity();
  const publicKey = await identityToRecipient(privateKey);
  return { publicKey, privateKey, fingerprint: publicKey };
};

const refuseRecipient = (found: string, expected: string) =>
  refuse({
    code: 'RECIPIENT_KEY',
    found,
    expected,
    remedy: 'put the key the processor confirmed by another channel into its file, and apply',
  });

const refuseSender = (found: string) =>
  refuse({
    code: 'SENDER_KEY',
    found,
    expected: 'the force’s own unexpired OpenPGP signing key',
    remedy: 'set the signing key, and its passphrase if it has one, in the worker’s environment',
  });
