// Detached binary OpenPGP signatures over exact bytes: ours over the manifest, the processor's over its answers.
import { createMessage, readKey, readSignature, sign as openpgpSign, verify as openpgpVerify } from 'openpgp';
import { openSigningKey } from './keys.ts';
import type { SigningKey } from './keys.ts';

/** @throws SENDER_KEY */
export const sign = async (bytes: Uint8Array, key: SigningKey): Promise<Uint8Array> =>
  openpgpSign({
    message: await createMessage({ binary: bytes }),
    signingKeys: await openSigningKey(key),
    detached: true,
    format: 'binary',
  });

/** A processor's clock may run ahead of ours by this much before its signature counts as from the future. */
const skewMs = 10 * 60 * 1000;

/** Whether the key signed these bytes; a signature may be binary, as we write it, or armoured. */
export const verify = async (
  bytes: Uint8Array,
  signature: Uint8Array,
  publicKey: string,
): Promise<boolean> => {
  try {
    await openpgpVerify({
      message: await createMessage({ binary: bytes }),
      signature: await read(signature),
      verificationKeys: await readKey({ armoredKey: publicKey }),
      expectSigned: true,
      format: 'binary',
      date: new Date(Date.now() + skewMs),
    });
    return true;
  } catch {
    return false;
  }
};

const read = (signature: Uint8Array) => {
  const text = new TextDecoder().decode(signature.subarray(0, 64));
  return text.startsWith('-----BEGIN PGP SIGNATURE-----')
    ? readSignature({ armoredSignature: new TextDecoder().decode(signature) })
    : readSignature({ binarySignature: signature });
};
