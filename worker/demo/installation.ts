// One whole installation in a folder: two databases with roles of their own, keys, a processor with its drop, and
// the environment that Cordon's processes are started with. The demonstration runs in one, and so do tests.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { parse } from 'yaml';
import type { KeyPair } from '../../activities/package/keys.ts';
import { generateKeyPair } from '../../activities/package/keys.ts';
import { statementText } from '../../schemas/act.ts';
import { inTransaction, withConnection } from '../../sql/connect.ts';
import { recordOfficers } from '../../sql/officers.ts';
import type { RoleKind } from '../../sql/roles.ts';
import { roleKinds, roleNames } from '../../sql/roles.ts';
import type { Plan } from '../../sql/plan.ts';
import type { Applied } from '../apply-make.ts';
import { plan, proposalOf, recordOn } from '../apply-make.ts';
import type { Environment } from '../config.ts';
import { withOwner } from '../owner.ts';
import { projectRoot } from '../stack/runfolder.ts';
import type { Hand, OfficerHands } from './officers.ts';
import { createHands } from './officers.ts';
import type { Processor } from '../../schemas/processor.ts';

export interface Installation {
  readonly folder: string;
  /** where its processes log */
  readonly logs: string;
  readonly prefix: string;
  readonly databases: { readonly cordon: string; readonly records: string };
  readonly urls: Readonly<Record<RoleKind | 'admin' | 'records', string>>;
  readonly keys: { readonly recipient: KeyPair; readonly answers: KeyPair; readonly sender: KeyPair };
  readonly processor: { readonly file: string; readonly inbound: string; readonly outbound: string };
  /** the officers, played: their keys, and the file that names them */
  readonly hands: OfficerHands;
  readonly passwords: Readonly<Record<RoleKind, string>>;
  /** What every process of this installation is started with; secrets are in it. */
  readonly env: Environment;
  /** What to drop on a server that is not ours. */
  readonly droppable: { readonly databases: readonly string[]; readonly roles: readonly string[] };
  drop(): Promise<void>;
}

export interface InstallationOptions {
  readonly folder: string;
  readonly adminUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  /** files of others' logs, which the verifier searches with its own */
  readonly logs?: readonly string[];
  /** told as soon as the names are known, before anything is made */
  readonly onNames?: (droppable: Installation['droppable']) => void;
  /** another way to deliver than into the processor's folder; answers are read beside it */
  readonly deliver?: { readonly deliver: Processor['deliver']; readonly answers: string };
  /** `file:///folder` instead of the second database */
  readonly source?: string;
  /** whose shipped file the processor is derived from; smsr unless given */
  readonly processor?: string;
  /** whose copy Cordon's database is, and whose roles it shares; empty and with roles of its own unless given */
  readonly copyOf?: Migrated;
}

/** A database that has been migrated, and the roles it was migrated with. */
export interface Migrated {
  readonly database: string;
  readonly prefix: string;
  readonly passwords: Readonly<Record<RoleKind, string>>;
}

const id = pg.escapeIdentifier;
const secret = (bytes: number): string => randomBytes(bytes).toString('hex');

export const createPasswords = (): Record<RoleKind, string> =>
  Object.fromEntries(roleKinds.map((kind) => [kind, secret(16)])) as Record<RoleKind, string>;

const withDatabase = (url: string, database: string): string => {
  const it = new URL(url);
  it.pathname = `/${database}`;
  return it.href;
};

export const createInstallation = async (options: InstallationOptions): Promise<Installation> => {
  const { folder, adminUrl, temporal, copyOf } = options;
  const name = `cordon_${randomBytes(5).toString('hex')}`;
  const { prefix, passwords } = copyOf ?? { prefix: name, passwords: createPasswords() };
  const databases = { cordon: name, records: `${name}_records` };
  const names = roleNames(prefix);
  const droppable = { databases: Object.values(databases), roles: copyOf ? [] : Object.values(names) };
  options.onNames?.(droppable);
  await withConnection(adminUrl, 'cordon installation', async (admin) => {
    const template = copyOf ? `template ${id(copyOf.database)}` : '';
    await admin.query(`create database ${id(databases.cordon)} ${template}`);
    await admin.query(`create database ${id(databases.records)}`);
  });
  const login = (kind: RoleKind): string => {
    const it = new URL(withDatabase(adminUrl, databases.cordon));
    it.username = names[kind];
    it.password = passwords[kind];
    return it.href;
  };
  const urls = {
    admin: withDatabase(adminUrl, databases.cordon),
    records: withDatabase(adminUrl, databases.records),
    owner: login('owner'),
    worker: login('worker'),
    verifier: login('verifier'),
    auditor: login('auditor'),
    clerk: login('clerk'),
  };
  const [recipient, answers, sender] = await Promise.all(
    ['processor', 'processor answers', 'police'].map((name) => generateKeyPair(name)),
  );
  if (!recipient || !answers || !sender) throw new TypeError('three key pairs');
  const keys = { recipient, answers, sender };
  const processor = await writeProcessor(options, keys);
  const hands = await createHands(folder);
  const checkpoints = join(folder, 'checkpoints');
  const logs = join(folder, 'logs');
  for (const at of [checkpoints, logs]) await mkdir(at, { recursive: true, mode: 0o700 });
  const env = {
    DATABASE_URL: urls.admin,
    CORDON_WORKER_URL: urls.worker,
    CORDON_VERIFIER_URL: urls.verifier,
    CORDON_AUDITOR_URL: urls.auditor,
    CORDON_CLERK_URL: urls.clerk,
    CORDON_PREFIX: prefix,
    CORDON_TOKEN_KEY: secret(32),
    CORDON_SURVEY_REF_KEY: secret(32),
    CORDON_SENDER_KEY: sender.privateKey,
    CORDON_LEDGER_KEY: secret(32),
    CORDON_CHECKPOINTS: pathToFileURL(checkpoints).href,
    CORDON_LOGS: [logs, ...(options.logs ?? [])].map((at) => pathToFileURL(at).href).join(' '),
    CORDON_SOURCE_RECORDS: options.source ?? urls.records,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
  };
  return {
    folder,
    logs,
    prefix,
    databases,
    urls,
    keys,
    processor,
    hands,
    passwords,
    env,
    droppable,
    drop: () =>
      withConnection(adminUrl, 'cordon installation', async (admin) => {
        for (const each of droppable.databases)
          await admin.query(`drop database if exists ${id(each)} with (force)`);
        for (const each of droppable.roles) await admin.query(`drop role if exists ${id(each)}`);
      }),
  };
};

/** Derived from the shipped processor file: fresh keys, a folder to deliver into, dates around today. */
const writeProcessor = async (
  { folder, deliver: other, processor: who = 'smsr' }: InstallationOptions,
  keys: Installation['keys'],
): Promise<Installation['processor']> => {
  const shipped = parse(
    await readFile(join(projectRoot, 'schemas', 'processors', `${who}.yaml`), 'utf8'),
  ) as { readonly name: string; readonly may_receive: readonly string[] };
  const inbound = join(folder, 'processor', 'inbound');
  const outbound = join(folder, 'processor', 'outbound');
  for (const at of [inbound, outbound]) await mkdir(at, { recursive: true, mode: 0o700 });
  const file = join(folder, 'processor', `${who}.yaml`);
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const write = (name: string, text: string) =>
    writeFile(join(folder, 'processor', name), text, { mode: 0o600 });
  await write('recipient.asc', keys.recipient.publicKey);
  await write('answers.asc', keys.answers.publicKey);
  await write('police.asc', keys.sender.publicKey);
  // the processor's own, which a force never holds: here so that anybody may open what arrives
  await write('recipient.private.asc', keys.recipient.privateKey);
  await write('answers.private.asc', keys.answers.privateKey);
  await write(
    `${who}.yaml`,
    `cordon: 1
processor: ${who}
name: ${shipped.name}
contract: { ref: DEMO-CONTRACT, from: ${day(-400)}, to: ${day(700)} }
agreement: { ref: DEMO-AGREEMENT, signed: ${day(-410)}, purpose: 'interviews for the force, and nothing else' }
assurance: { vetting: NPPV2, vetting_to: ${day(400)}, confidentiality_signed: ${day(-100)}, subprocessors: [] }
may_receive: [${shipped.may_receive.join(', ')}]
package: { format: openpgp, recipient: recipient.asc, fingerprint: '${keys.recipient.fingerprint}' }
deliver: ${JSON.stringify(spelled(other?.deliver ?? { directory: { path: inbound } }))}
answers: { signed_by: answers.asc, directory: ${JSON.stringify(other?.answers ?? outbound)} }
receipt: { within: P2D }
certificate: { within: P7D, then: block-next-wave }
`,
  );
  return { file, inbound, outbound };
};

const spelled = (deliver: Processor['deliver']): object => {
  if ('directory' in deliver) return deliver;
  const { hostKey, ...rest } = deliver.sftp;
  return { sftp: { ...rest, host_key: hostKey } };
};

export const shippedPipeline = join(projectRoot, 'schemas', 'pipelines', 'warwickshire-victims.yaml');

/**
 * Puts the officers file and this declaration in force, over one connection.
 * @throws Error when the declaration has mistakes: `cordon check` says which
 */
export const applyHere = async (
  { droppable, env, hands, prefix, passwords, processor, urls }: Installation,
  file = shippedPipeline,
): Promise<Applied & { readonly env: Environment; readonly plan: Plan }> => {
  const planned = await plan(file, { processorFile: processor.file });
  if (!planned.ok) throw new Error(`${file} has mistakes: ${planned.mistakes.map((m) => m.code).join(', ')}`);
  const { compiled } = planned;
  // roles that are shared have their passwords
  const own = droppable.roles.length > 0;
  const options = { databaseUrl: urls.admin, prefix, ...(own && { passwords }) };
  return withOwner(options, async (db) => {
    await inTransaction(db, () => recordOfficers(db, hands.file, hands.document, hands.signature));
    const { statement } = await inTransaction(db, () => proposalOf(db, compiled));
    const by = (hand: Hand) =>
      inTransaction(db, () => recordOn(db, compiled, hand.sign(statementText(statement), 'apply')));
    const first = await by(hands.of['d.officer']);
    // where it widens, a.officer, who may still release, signs as well
    const applied = first.inForce ? first : await by(hands.of['a.officer']);
    return { ...applied, env, plan: compiled.plan };
  });
};
