// The officers of a demonstration or a test, with keys made this minute, and their signatures as `ssh-keygen -Y sign`
// makes them. A force's officers hold their own keys: Cordon never sees a private one.
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { acts, namespaceOf } from '../../schemas/officers.ts';
import type { CopyKind } from '../../schemas/leaf.ts';
import type { Act } from '../../schemas/officers.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { retentionId } from '../../workflows/ids.ts';
import { wireString } from '../../schemas/ssh-key.ts';
import { signedBytes } from '../../sql/ledger/sshsig.ts';
import type { Given, Statements, Witnessed } from '../../schemas/act.ts';
import { statementText } from '../../schemas/act.ts';
import type { Stated } from '../../workflows/messages.ts';
import { clocksQuery, moveClockUpdate, releaseUpdate } from '../../workflows/messages.ts';
import { send } from '../officer.ts';
import { textOf } from '../statement.ts';

export interface Hand {
  readonly id: string;
  /** as in id_ed25519.pub */
  readonly publicKey: string;
  /** as in id_ed25519 */
  readonly privateKey: string;
  /** SSHSIG, armoured. */
  sign(text: string | Uint8Array, act: Act | 'refuse' | 'officers', domain?: string): string;
}

export interface OfficerHands {
  /** the officers file, and the data protection officer's signature over it */
  readonly file: string;
  readonly document: Buffer;
  readonly signature: string;
  readonly dpo: Hand;
  /** a.officer and b.officer release, d.officer applies */
  readonly of: Readonly<Record<'a.officer' | 'b.officer' | 'c.officer' | 'd.officer', Hand>>;
}

export const demoDomain = 'police.example';

export const createHand = (id: string): Hand => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const blob = Buffer.concat([wireString('ssh-ed25519'), wireString(raw)]);
  return {
    id,
    publicKey: `ssh-ed25519 ${blob.toString('base64')} ${id}`,
    privateKey: openSshKey(blob, raw, privateKey, id),
    sign: (text, act, domain = demoDomain) =>
      armoured(blob, privateKey, Buffer.from(text), namespaceOf(act, domain)),
  };
};

/** `PROTOCOL.key` of OpenSSH, without a passphrase. */
const openSshKey = (blob: Buffer, raw: Buffer, key: KeyObject, comment: string): string => {
  const seed = key.export({ format: 'der', type: 'pkcs8' }).subarray(-32);
  const one = Buffer.from([0, 0, 0, 1]);
  const secret = ['ssh-ed25519', raw, Buffer.concat([seed, raw]), comment].map(wireString);
  const open = Buffer.concat([one, one, ...secret]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (open.length % 8)) % 8));
  const parts = [...['none', 'none', ''].map(wireString), one, wireString(blob)];
  const whole = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    ...parts,
    wireString(Buffer.concat([open, padding])),
  ]);
  const lines = whole.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
};

const armoured = (blob: Buffer, key: KeyObject, message: Buffer, namespace: string): string => {
  const signature = sign(null, signedBytes(message, namespace, 'sha512'), key);
  const version = Buffer.from([0, 0, 0, 1]);
  const inner = Buffer.concat([wireString('ssh-ed25519'), wireString(signature)]);
  const parts = [blob, namespace, '', 'sha512', inner].map(wireString);
  const base64 = Buffer.concat([Buffer.from('SSHSIG'), version, ...parts]).toString('base64');
  const lines = base64.match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
};

/** Writes the officers file, its signature and everybody's keys (`a.officer.key`) into the folder. */
export const createHands = async (folder: string): Promise<OfficerHands> => {
  const [a, b, c, d, dpo] = ['a.officer', 'b.officer', 'c.officer', 'd.officer', 'd.p.o'].map(createHand);
  if (!a || !b || !c || !d || !dpo) throw new TypeError('five hands');
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const file = join(folder, 'officers.yaml');
  const document = Buffer.from(
    [
      'cordon: 1',
      `officers: ${demoDomain}`,
      'version: 1',
      `dpo: { id: ${dpo.id}, keys: ["${dpo.publicKey}"] }`,
      'staff:',
      ...[a, b, c, d].map(
        ({ id, publicKey }) =>
          `  ${id}: { keys: ["${publicKey}"], may: [${acts.join(', ')}], from: ${day(-30)}, to: ${day(365)} }`,
      ),
      '',
    ].join('\n'),
  );
  const signature = dpo.sign(document, 'officers');
  await writeFile(file, document, { mode: 0o600 });
  await writeFile(`${file}.sig`, signature, { mode: 0o600 });
  for (const { id, privateKey } of [a, b, c, d, dpo])
    await writeFile(join(folder, `${id}.key`), privateKey, { mode: 0o600 });
  return {
    file,
    document,
    signature,
    dpo,
    of: { 'a.officer': a, 'b.officer': b, 'c.officer': c, 'd.officer': d },
  };
};

/** A statement as an officer sends it. */
export const signedBy = <A extends Witnessed>(hand: Hand, act: A, statement: Statements[A]): Given<A> => ({
  statement,
  signature: hand.sign(statementText(statement), act),
});

/** One officer moves the clocks of a kind, as they stand. */
export const moveClockBy = async (client: Client, wave: WaveKey, hand: Hand, kind: CopyKind, to: string) => {
  const copies = await client.workflow.getHandle(retentionId(wave)).query(clocksQuery);
  const stood = copies
    .filter((copy) => copy.kind === kind && copy.state === 'live')
    .map(({ attempt, dueAt }) => ({ attempt, dueAt }));
  const given = signedBy(hand, 'clock', { ...wave, kind, to, copies: stood });
  return send(client, retentionId(wave), moveClockUpdate, given);
};

/** One officer signs what waits, and sends it. */
export const releaseBy = (client: Client, workflowId: string, hand: Hand, stated: Stated) => {
  const { statementSha256, domain } = stated;
  const signature = hand.sign(textOf(stated), 'release', domain);
  return send(client, workflowId, releaseUpdate, { statementSha256, signature });
};
