// Encrypts and signs one archive to one processor. OpenPGP: binary, SEIPD v1, uncompressed, no file name; age as
// the alternative, which has no sender: there the signed manifest alone says who sent it. Every call gives other
// bytes: store the ciphertext and deliver what is stored.
import {
  createMessage,
  encrypt as openpgpEncrypt,
  enums,
  PublicKeyEncryptedSessionKeyPacket,
  readMessage,
  SymEncryptedIntegrityProtectedDataPacket,
} from 'openpgp';
import { refuse } from '../../schemas/failure.ts';
import { ageRecipient, openpgpRecipient, openSigningKey } from './keys.ts';
import type { RecipientKey, SigningKey } from './keys.ts';

export interface Encrypted {
  readonly ciphertext: Uint8Array;
  readonly recipientFingerprint: string;
  /** of the key that signs the manifest, and with OpenPGP the message too */
  readonly signerFingerprint: string;
}

/** @throws RECIPIENT_KEY, SENDER_KEY */
export const encrypt = async (zip: Uint8Array, keys: RecipientKey & SigningKey): Promise<Encrypted> => {
  const signingKey = await openSigningKey(keys);
  const signerFingerprint = signingKey.getFingerprint();
  if (keys.format === 'age') {
    const recipient = ageRecipient(keys);
    // loaded by who sends it: a worker starts sooner without
    const { Encrypter } = await import('age-encryption');
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const ciphertext = await encrypter.encrypt(zip);
    return { ciphertext, recipientFingerprint: recipient, signerFingerprint };
  }
  const recipient = await openpgpRecipient(keys);
  const ciphertext = await openpgpEncrypt({
    message: await createMessage({ binary: zip, filename: '' }),
    encryptionKeys: recipient,
    signingKeys: signingKey,
    format: 'binary',
    config: {
      aeadProtect: false,
      preferredCompressionAlgorithm: enums.compression.uncompressed,
    },
  });
  await inspect(ciphertext);
  return { ciphertext, recipientFingerprint: recipient.getFingerprint(), signerFingerprint };
};

/** What is on the wire, not what was asked for: one recipient, one SEIPD packet of version 1. */
const inspect = async (ciphertext: Uint8Array): Promise<void> => {
  const { packets } = await readMessage({ binaryMessage: ciphertext });
  const [session, body] = packets;
  if (
    packets.length === 2 &&
    session instanceof PublicKeyEncryptedSessionKeyPacket &&
    body instanceof SymEncryptedIntegrityProtectedDataPacket &&
    'version' in body &&
    body.version === 1
  ) {
    return;
  }
  throw refuse({
    code: 'RECIPIENT_KEY',
    found: 'a message that is not one SEIPD v1 packet for one recipient',
    expected: 'a message that GnuPG opens',
    remedy: 'ask the processor for a key made by GnuPG, and apply',
  });
};
