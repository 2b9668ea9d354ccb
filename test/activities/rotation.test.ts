// Every key that is no token's and not the log's is replaced as the README says, by its own commands, while waves are
// under way: what began with a key ends with it, what begins later knows the new one alone.
import { execFile } from 'node:child_process';
import { appendFile, chmod, copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateKeyPair } from '../../activities/package/keys.ts';
import type { KeyPair } from '../../activities/package/keys.ts';
import { openPackage } from '../../activities/package/open.ts';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { applyHere } from '../../worker/demo/installation.ts';
import { respond } from '../../worker/demo/processor.ts';
import type { Environment } from '../../worker/config.ts';
import { keysOf, readableByAll } from '../../worker/config.ts';
import { createDeps } from '../../worker/deps.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import type { Gpg } from '../gpg.ts';
import { openGpg } from '../gpg.ts';
import type { Sshd } from '../sshd.ts';
import { openSshd } from '../sshd.ts';
import { typed } from '../worker/command.ts';
import type { Acts, Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

let hands: Hands;
let sshd: Sshd;
let gpg: Gpg;
let desk: string;
let page: string;
/** of the workers: each restart takes what stands here */
let env: Environment;
let acts: Acts;
let stop: () => Promise<void>;

beforeAll(async () => {
  [sshd, gpg, page] = await Promise.all([
    openSshd(),
    openGpg(),
    readFile(join(projectRoot, 'README.md'), 'utf8'),
  ]);
  const { host, port, user, hostKeys } = sshd;
  const deliver = (folder: string) => {
    const of = (name: string): string => join(folder, 'processor', name);
    const sftp = {
      host,
      port,
      user,
      directory: of('inbound'),
      hostKey: hostKeys.ed25519,
      key: 'env' as const,
    };
    return { deliver: { sftp }, answers: of('outbound') };
  };
  hands = await openHands([], { deliver });
  desk = join(hands.installation.folder, 'desk');
  await mkdir(desk);
  await restart({ ...hands.installation.env, CORDON_SFTP_KEY: sshd.privateKey });
});
afterAll(async () => {
  await stop();
  await hands.close();
  await Promise.all([sshd[Symbol.asyncDispose](), gpg[Symbol.asyncDispose]()]);
});

const restart = async (given: Environment): Promise<void> => {
  await stop?.();
  env = given;
  const deps = createDeps(env);
  acts = actsOf(deps);
  stop = () => deps.close();
};

/** The n-th block of the README's section. */
const lines = (nth: number): string[] => {
  const [, section = ''] = /^### New keys\n([\s\S]*?)^### /m.exec(page) ?? [];
  const text = [...section.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)][nth]?.[1];
  if (text === undefined) throw new Error(`the section has no block ${String(nth)}`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
};
/** Typed at the desk. */
const type = async (what: number | string): Promise<string> => {
  const text = typeof what === 'string' ? what : lines(what).join('\n');
  const said = await promisify(execFile)('sh', ['-ec', `umask 077\n${text}`], {
    cwd: desk,
    env: { PATH: process.env['PATH'], GNUPGHOME: gpg.home, LC_ALL: 'C' },
  });
  return said.stdout;
};
const made = (file: string): Promise<string> => readFile(join(desk, file), 'utf8');

/** Packed by the workers that run now, and released. */
const packed = async (planHash = hands.planHash): Promise<Ref<'minimised'>> => {
  const wave = await hands.month();
  const opened = value(await acts.openAttempt({ ...wave, planHash, run: wave.period, ordinal: 1 }));
  const minimised = value(await acts.minimise(await hands.upTo(opened, 'sample')));
  await hands.release(minimised);
  return minimised;
};
const refused = (code: string) => ({ ok: false, refusal: { code } });
const lying = async ({ period }: WaveKey) =>
  (await readdir(hands.installation.processor.inbound)).filter((name) => name.includes(period)).toSorted();
const intents = ({ period }: WaveKey) => hands.query('select from cordon.intent where period = $1', [period]);
/** Who can open what has arrived, and holds it for ours: the private key of the one, the public key of the other. */
const opens = async (wave: WaveKey, recipient: KeyPair, senderPublicKey: string): Promise<boolean> => {
  const [name = ''] = await lying(wave);
  const bytes = await readFile(join(hands.installation.processor.inbound, name));
  return openPackage(bytes, { recipientPrivateKey: recipient.privateKey, senderPublicKey }).then(
    ({ rows }) => rows.length > 0,
    () => false,
  );
};
const authorised = () => join(sshd.root, 'authorized_keys');
/** The company answers for a delivery, and signs with this key. */
const answer = async (kind: 'receipt', sent: Ref<'minimised'>, answers: KeyPair): Promise<void> => {
  const { installation } = hands;
  const [name = ''] = await lying(sent);
  const file = join(installation.processor.inbound, name);
  const arrived = { ...sent, name, file, bytes: 0, fields: [], surveyRefs: [] };
  await respond({ ...installation, keys: { ...installation.keys, answers } }, kind, sent, arrived);
};

let first: Ref<'minimised'>;
let ours: string;

test('our own: what is packed leaves under the older signature, by the newer login, once the company lets it in', async () => {
  const { keys } = hands.installation;
  first = await packed();
  await Promise.all([type(2), type(3)]);
  ours = await made('sender.asc');
  const older = env;
  await restart({
    ...env,
    CORDON_SENDER_KEY: await made('sender.key'),
    CORDON_SFTP_KEY: await made('sftp.key'),
  });
  expect(await acts.transfer(first)).toMatchObject(refused('DELIVERY_LOGIN'));
  expect([await lying(first), await intents(first)]).toEqual([[], []]);
  await appendFile(authorised(), await made('sftp.pub'));
  expect(await acts.transfer(first)).toMatchObject({ ok: true });
  expect(await opens(first, keys.recipient, keys.sender.publicKey)).toBe(true);
  expect(await opens(first, keys.recipient, ours)).toBe(false);
  await writeFile(authorised(), await made('sftp.pub'));
  const newer = env;
  await restart(older);
  await expect(acts.receive(transferred(first))).rejects.toThrow('DELIVERY_LOGIN');
  await restart(newer);
  expect(await acts.receive(transferred(first))).toMatchObject({ ok: true, value: { receipt: 'awaited' } });
});
const transferred = (minimised: Ref<'minimised'>): Ref<'transferred'> => ({
  ...minimised,
  stage: 'transferred',
});

test('the company’s: each wave is held to the keys of its plan, and answers are read from the same server still', async () => {
  const { folder, keys, processor } = hands.installation;
  const [recipient, answers, second] = await Promise.all([
    generateKeyPair('processor'),
    generateKeyPair('processor answers'),
    packed(),
  ]);
  await copyFile(join(sshd.root, 'host_changed.pub'), join(desk, 'host.pub'));
  const [fingerprint = ''] = /SHA256:\S+/.exec(await type(4)) ?? [];
  await Promise.all([
    writeFile(join(folder, 'processor', 'recipient.asc'), recipient.publicKey),
    writeFile(join(folder, 'processor', 'answers.asc'), answers.publicKey),
    writeFile(
      processor.file,
      (await readFile(processor.file, 'utf8'))
        .replace(sshd.hostKeys.ed25519, fingerprint)
        .replace(keys.recipient.fingerprint, recipient.fingerprint),
    ),
  ]);
  const applied = await applyHere(hands.installation, join(folder, 'pipelines', 'warwickshire-victims.yaml'));
  expect(applied).toMatchObject({ change: 'widening', inForce: true });
  // before its server changes, the company is reached as before, and by the newer plan not yet
  const third = await packed(applied.planHash);
  expect(await acts.transfer(third)).toMatchObject(refused('HOST_KEY'));
  expect(await acts.receive(transferred(first))).toMatchObject({ ok: true });
  await sshd.stop();
  await sshd.start('changed');
  expect(await acts.transfer(second)).toMatchObject(refused('HOST_KEY'));
  expect([await lying(second), await intents(second)]).toEqual([[], []]);
  expect(await acts.transfer(third)).toMatchObject({ ok: true });
  expect(await opens(third, recipient, ours)).toBe(true);
  expect(await opens(third, keys.recipient, ours)).toBe(false);
  expect(await opens(third, recipient, keys.sender.publicKey)).toBe(false);
  for (const [sent, right, wrong] of [
    [first, keys.answers, answers],
    [third, answers, keys.answers],
  ] as const) {
    await answer('receipt', sent, wrong);
    expect(await acts.receive(transferred(sent))).toMatchObject(refused('RECEIPT_MALFORMED'));
    await answer('receipt', sent, right);
    expect(await acts.receive(transferred(sent))).toMatchObject({ ok: true, value: { receipt: 'agrees' } });
  }
});

test('those of tokens and of the log get a line more, in a file that nobody else can read', async () => {
  for (const [nth, name, variable, told] of [
    [0, 'token', 'CORDON_TOKEN_KEY', /^every entry is under key 2; keep the earlier ones for ever/m],
    [1, 'ledger', 'CORDON_LEDGER_KEY', /^(cordon_\S+\n){2}$/],
  ] as const) {
    const { [variable]: key = '', ...rest } = env;
    const file = join(desk, `${name}.key`);
    const named = { ...rest, [`${variable}_FILE`]: file };
    await writeFile(file, `${key}\n`);
    expect(readableByAll(named)).toEqual([`${variable}_FILE`]);
    await chmod(file, 0o600);
    expect(readableByAll(named)).toEqual([]);
    const [more = '', command = ''] = lines(nth);
    await type(more);
    expect(keysOf(named, variable)).toHaveLength(2);
    const [, words = ''] = /^npx cordon (.*?)(?: >\S+)?$/.exec(command) ?? [];
    const said = await typed(words.split(' '), named);
    expect(said).toMatchObject({ code: 0, err: '', out: expect.stringMatching(told) as string });
  }
});
