// An SSH connection to the one host key that the processor's file pins. ssh2 takes any key when no verifier is
// set, so there is no path without one. A server has a key per algorithm and the pin does not say which it is
// of: each family is asked for in turn, and nothing is sent before one matches.
import { createHash } from 'node:crypto';
import ssh2 from 'ssh2';
import type { Client, ServerHostKeyAlgorithm } from 'ssh2';
import { refuse } from '../../schemas/failure.ts';
import { unreachable } from './unreachable.ts';

export interface SshPlace {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:` and unpadded base64, as `ssh-keygen -lf` prints it */
  readonly hostKey: string;
  /** the text of our private key, from the worker's environment */
  readonly privateKey: string;
  readonly passphrase?: string;
  readonly connectMs?: number;
}

const families: readonly ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256'],
];

/** @throws HOST_KEY, DELIVERY_LOGIN, DELIVERY_UNREACHABLE (again later) */
export const connect = async (place: SshPlace): Promise<Client> => {
  const pinned = pinOf(place.hostKey);
  checkSshKey(place);
  const offered: string[] = [];
  for (const family of families) {
    const client = await attempt(place, pinned, family, offered);
    if (client) return client;
  }
  throw refuse({
    code: 'HOST_KEY',
    found: offered.join(' ') || 'no host key of a known kind',
    expected: pinned,
    remedy: 'ask the processor, by another channel, whether its host key has changed; then apply the new one',
  });
};

const pinOf = (hostKey: string): string => {
  const pinned = hostKey.trim().replace(/=+$/, '');
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(pinned)) return pinned;
  throw refuse({
    code: 'HOST_KEY',
    found: 'no pinned host key',
    expected: 'SHA256: and 43 characters of base64',
    remedy: 'put the fingerprint that the processor confirmed into its file, and apply',
  });
};

/** @throws DELIVERY_LOGIN unless it is a private key that can be read */
export const checkSshKey = ({
  privateKey,
  passphrase,
}: Pick<SshPlace, 'privateKey' | 'passphrase'>): void => {
  if (!(ssh2.utils.parseKey(privateKey, passphrase) instanceof Error)) return;
  throw refuseLogin('a private key that cannot be read');
};

const refuseLogin = (found: string) =>
  refuse({
    code: 'DELIVERY_LOGIN',
    found,
    expected: 'a key that the processor’s server accepts for our user',
    remedy:
      'set the delivery key in the worker’s environment, and have the processor install its public half',
  });

/** Undefined when the server's key of this family is not the pinned one, or it has none. */
const attempt = (
  { host, port, user, privateKey, passphrase, connectMs = 20_000 }: SshPlace,
  pinned: string,
  family: ServerHostKeyAlgorithm[],
  offered: string[],
): Promise<Client | undefined> =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    let matched = false;
    let seen = false;
    const hostVerifier = (key: Buffer): boolean => {
      const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
      seen = true;
      matched = fingerprint === pinned;
      if (!matched) offered.push(fingerprint);
      return matched;
    };
    client.once('ready', () => {
      if (!matched) return reject(unreachable('connect', 'unverified'));
      resolve(client);
    });
    // It stays: a client without a listener would end the worker on a later network error.
    client.on('error', (error) => {
      const { level } = error;
      client.destroy();
      if (seen && !matched) resolve(undefined);
      else if (!seen && /no matching host key/.test(error.message)) resolve(undefined);
      else if (level === 'client-authentication') reject(refuseLogin('a login that the server refuses'));
      else reject(unreachable('connect', level ?? 'closed'));
    });
    client.once('close', () => reject(unreachable('connect', 'closed')));
    client.connect({
      host,
      port,
      username: user,
      privateKey,
      ...(passphrase !== undefined && { passphrase }),
      hostVerifier,
      algorithms: { serverHostKey: family },
      authHandler: ['publickey'],
      readyTimeout: connectMs,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
    });
    // one request awaits another here: Nagle's algorithm would cost each some 40 ms
    client.setNoDelay(true);
  });
