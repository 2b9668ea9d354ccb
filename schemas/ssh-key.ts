// Public keys as OpenSSH writes them on one line (RFC 4253 section 6.6, RFC 5656, RFC 8709, and PROTOCOL.u2f for those
// of a hardware key), and the wire format that they and their signatures are made of (RFC 4251 section 5).
import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export interface SshKey {
  /** `ssh-ed25519 AAAA…`, without a comment */
  readonly line: string;
  readonly type: KeyType;
  readonly blob: Buffer;
  /** `SHA256:…` as `ssh-keygen -lf` prints it */
  readonly fingerprint: string;
  readonly key: KeyObject;
  /** what a hardware key signs along, `ssh:` as a rule; none for a key in software */
  readonly application?: Buffer;
}

const curves = {
  'ecdsa-sha2-nistp256': 'P-256',
  'ecdsa-sha2-nistp384': 'P-384',
  'ecdsa-sha2-nistp521': 'P-521',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'P-256',
} as const;
const types = ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com', 'ssh-rsa', ...Object.keys(curves)] as const;
export type KeyType = 'ssh-ed25519' | 'sk-ssh-ed25519@openssh.com' | 'ssh-rsa' | keyof typeof curves;

const leastRsaBits = 3072;

/** Reads strings of bytes and numbers one after another. @throws Error where the bytes end before they should */
export class Wire {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length !== length) throw new Error('bytes that end too early');
    this.#at += length;
    return taken;
  }
  uint32(): number {
    return this.take(4).readUInt32BE();
  }
  string(): Buffer {
    return this.take(this.uint32());
  }
  text(): string {
    return this.string().toString('latin1');
  }
  /** A positive number, without the zero that keeps its first bit from being a sign. */
  mpint(): Buffer {
    const bytes = this.string();
    return bytes[0] === 0 ? bytes.subarray(1) : bytes;
  }
  end(): void {
    if (this.#at !== this.#bytes.length) throw new Error('bytes behind the end');
  }
}

export const wireString = (bytes: Uint8Array | string): Buffer => {
  const it = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(it.length);
  return Buffer.concat([length, it]);
};

/** @throws Error for what is no public key of a kind that may sign, and for RSA of fewer than 3072 bits */
export const parseSshKey = (line: string): SshKey => {
  const [, type = '', base64 = ''] = /^(\S+) ([A-Za-z0-9+/]+={0,2})(?: .*)?$/.exec(line.trim()) ?? [];
  return keyOfBlob(Buffer.from(base64, 'base64'), type);
};

/** @throws Error as `parseSshKey` */
export const keyOfBlob = (blob: Buffer, expected?: string): SshKey => {
  const wire = new Wire(blob);
  const type = wire.text();
  if (!isKeyType(type) || (expected !== undefined && type !== expected))
    throw new Error(`not a public key of a kind in ${types.join(', ')}`);
  const { key, application } = body(wire, type);
  wire.end();
  return {
    line: `${type} ${blob.toString('base64')}`,
    type,
    blob,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    key,
    ...(application && { application }),
  };
};

const isKeyType = (type: string): type is KeyType => (types as readonly string[]).includes(type);

const body = (wire: Wire, type: KeyType): { key: KeyObject; application?: Buffer } => {
  const b64 = (bytes: Buffer): string => bytes.toString('base64url');
  const jwk = (key: object): KeyObject => createPublicKey({ key: { ...key }, format: 'jwk' });
  switch (type) {
    case 'ssh-ed25519':
      return { key: jwk({ kty: 'OKP', crv: 'Ed25519', x: b64(wire.string()) }) };
    case 'sk-ssh-ed25519@openssh.com':
      return {
        key: jwk({ kty: 'OKP', crv: 'Ed25519', x: b64(wire.string()) }),
        application: wire.string(),
      };
    case 'ssh-rsa': {
      const [e, n] = [wire.mpint(), wire.mpint()];
      if (n.length * 8 < leastRsaBits) throw new Error(`an RSA key of fewer than ${leastRsaBits} bits`);
      return { key: jwk({ kty: 'RSA', e: b64(e), n: b64(n) }) };
    }
    default: {
      wire.string();
      const point = wire.string();
      const half = (point.length - 1) / 2;
      // RFC 5656 section 3.1 allows compressed points; OpenSSH writes none
      if (point[0] !== 4 || !Number.isInteger(half)) throw new Error('a point that is compressed');
      const [x, y] = [point.subarray(1, 1 + half), point.subarray(1 + half)];
      const key = jwk({ kty: 'EC', crv: curves[type], x: b64(x), y: b64(y) });
      return type.startsWith('sk-') ? { key, application: wire.string() } : { key };
    }
  }
};
