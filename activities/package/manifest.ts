// What lies openly beside the ciphertext: hashes, sizes, fingerprints. No names and no counts, for it is not
// encrypted. The signature is made once and stored with the package: it too differs at every making.
import { createHash } from 'node:crypto';
import { canonical } from '../../schemas/canonical.ts';
import type { SigningKey } from './keys.ts';
import { sign } from './signature.ts';

export interface Manifest {
  readonly cordon: 1;
  readonly kind: 'manifest';
  readonly survey: string;
  readonly period: string;
  /** the package's file name, which holds its hash */
  readonly package: string;
  readonly format: 'openpgp' | 'age';
  readonly bytes: number;
  /** of the ciphertext, hex */
  readonly sha256: string;
  /** of the archive inside it, hex */
  readonly zipSha256: string;
  /** over the hashes of the contact file's rows, hex */
  readonly rowsRoot: string;
  readonly planHash: string;
  readonly recipient: string;
  readonly sender: string;
  /** the ledger's signed checkpoint when it was packed */
  readonly checkpoint?: string;
}

export type Described = Omit<Manifest, 'cordon' | 'kind' | 'package' | 'bytes' | 'sha256'> & {
  readonly ciphertext: Uint8Array;
};

export interface Parcel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** hex */
  readonly sha256: string;
}

/** The three files of one delivery, exactly as they must be stored and sent. */
export interface Consignment {
  readonly package: Parcel;
  readonly manifest: Parcel;
  readonly signature: Parcel;
}

/** `warwickshire-victims-2026-10-0123456789abcdef.pgp`: the name says which bytes it must hold. */
export const packageName = (
  survey: string,
  period: string,
  sha256: string,
  format: Manifest['format'],
): string => `${survey}-${period}-${sha256.slice(0, 16)}.${format === 'age' ? 'age' : 'pgp'}`;

export const consign = async ({ ciphertext, ...about }: Described, key: SigningKey): Promise<Consignment> => {
  const sha256 = hash(ciphertext);
  const name = packageName(about.survey, about.period, sha256, about.format);
  const manifest: Manifest = {
    cordon: 1,
    kind: 'manifest',
    ...about,
    package: name,
    bytes: ciphertext.length,
    sha256,
  };
  const bytes = new TextEncoder().encode(canonical(manifest));
  const signature = await sign(bytes, key);
  const manifestName = `${name}.manifest.json`;
  return {
    package: { name, bytes: ciphertext, sha256 },
    manifest: { name: manifestName, bytes, sha256: hash(bytes) },
    signature: { name: `${manifestName}.sig`, bytes: signature, sha256: hash(signature) },
  };
};

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
