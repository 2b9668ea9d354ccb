// An officer's signature, made by OpenSSH where the officer's key is: a file, an agent or a hardware key that wants to
// be touched. Cordon never reads a private key of an officer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { refuse } from '../schemas/failure.ts';
import type { Environment } from './config.ts';
import { optional } from './config.ts';

export interface SignFlags {
  readonly key?: string;
  readonly signature?: string;
}

/**
 * By `--signature`, made elsewhere; else by `ssh-keygen -Y sign` with `--key`, or with CORDON_OFFICER_KEY.
 * @throws INPUT, SIGNATURE
 */
export const signatureBy = async (
  flags: SignFlags,
  env: Environment,
  message: string,
  namespace: string,
): Promise<string> => {
  if (flags.signature !== undefined) return readSignature(flags.signature);
  const key = flags.key ?? optional(env, 'CORDON_OFFICER_KEY');
  if (key === undefined) throw noKey('no key to sign with');
  const child = spawn('ssh-keygen', ['-q', '-Y', 'sign', '-f', key, '-n', namespace], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(message);
  // "Confirm user presence" is for whoever sits there
  child.stderr.on('data', (chunk: Buffer) => process.stderr.isTTY && process.stderr.write(chunk));
  const failed = once(child, 'error').then(([e]) => Promise.reject(e as Error));
  try {
    const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    const [signature, complaint] = await Promise.race([said, failed]);
    if (child.exitCode === 0 && signature.startsWith('-----BEGIN')) return signature;
    const last = complaint.trim().split('\n').at(-1)?.replace(/\r$/, '') ?? '';
    if (last.startsWith("Couldn't load public key")) throw noKey(`no SSH key at ${key}`);
    throw notSigned(last || 'no signature of ssh-keygen');
  } catch (e) {
    if (e instanceof Error && 'code' in e && e.code === 'ENOENT') throw notSigned('no ssh-keygen here');
    throw e;
  }
};

export const readSignature = async (file: string): Promise<string> => {
  try {
    return (await readFile(file, 'latin1')).replaceAll('\r\n', '\n');
  } catch {
    throw refuse({
      code: 'INPUT',
      found: `no readable signature at ${file}`,
      expected: 'the .sig file that ssh-keygen -Y sign has written',
      remedy: 'give its path with --signature',
    });
  }
};

const noKey = (found: string) =>
  refuse({
    code: 'INPUT',
    found,
    expected: 'a key file of OpenSSH, private, or public with its private half in an agent',
    remedy: 'give --key ~/.ssh/id_ed25519, or set CORDON_OFFICER_KEY to that path',
  });

const notSigned = (found: string) =>
  refuse({
    code: 'SIGNATURE',
    found,
    expected: 'a signature by ssh-keygen -Y sign, of OpenSSH 8.1 or later',
    remedy:
      'try it by hand: --to FILE, for a release with release show; then ssh-keygen -Y sign, then --signature FILE.sig',
  });
