// Opens a package as the processor would: decrypt, insist on the sender's signature, unzip, check the described
// hash, parse. The demo plays the processor with it; no wave ever calls it.
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
import { decrypt, readKey, readMessage, readPrivateKey } from 'openpgp';
import { failure } from '../../schemas/failure.ts';
import { members } from './zip.ts';
import type { Files } from './zip.ts';

export type ProcessorKeys =
  | { readonly recipientPrivateKey: string; readonly senderPublicKey: string }
  | { readonly ageIdentity: string };

export interface Opened {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly files: Files;
  readonly zip: Uint8Array;
}

/** @throws PACKAGE_REJECTED when it is not ours, not whole, or not what it says it is */
export const openPackage = async (ciphertext: Uint8Array, keys: ProcessorKeys): Promise<Opened> => {
  const zip = await plaintext(ciphertext, keys).catch(() => {
    throw failure('PACKAGE_REJECTED', { rule: 'decryption', count: 1 });
  });
  const files = unpack(zip);
  const described: unknown = JSON.parse(new TextDecoder().decode(files['datapackage.json']));
  const hash = `sha256:${createHash('sha256').update(files['contacts.csv']).digest('hex')}`;
  if (!JSON.stringify(described).includes(`"hash":"${hash}"`)) {
    throw failure('PACKAGE_REJECTED', { rule: 'hash', count: 1 });
  }
  const [fields = [], ...rows] = parse(new TextDecoder().decode(files['contacts.csv']));
  return { fields, rows, files, zip };
};

const plaintext = async (ciphertext: Uint8Array, keys: ProcessorKeys): Promise<Uint8Array> => {
  if ('ageIdentity' in keys) {
    const { Decrypter } = await import('age-encryption');
    const decrypter = new Decrypter();
    decrypter.addIdentity(keys.ageIdentity);
    return decrypter.decrypt(ciphertext);
  }
  const { data } = await decrypt({
    message: await readMessage({ binaryMessage: ciphertext }),
    decryptionKeys: await readPrivateKey({ armoredKey: keys.recipientPrivateKey }),
    verificationKeys: await readKey({ armoredKey: keys.senderPublicKey }),
    expectSigned: true,
    format: 'binary',
  });
  return data;
};

const unpack = (zip: Uint8Array): Files => {
  const files = unzipSync(zip);
  const [csv, datapackage, readme] = members.map((name) => files[name]);
  if (!csv || !datapackage || !readme || Object.keys(files).length !== members.length) {
    throw failure('PACKAGE_REJECTED', { rule: 'members', count: Object.keys(files).length });
  }
  return { 'contacts.csv': csv, 'datapackage.json': datapackage, 'README.txt': readme };
};
