// `cordon officers apply|show|export`: who may sign what for the force, as the data protection officer has signed it;
// and every statement with its signature as files, for whoever checks them with ssh-keygen alone.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from '../schemas/load.ts';
import { render } from '../schemas/mistake.ts';
import type { Act, Officers } from '../schemas/officers.ts';
import { namespaceOf } from '../schemas/officers.ts';
import { parseSshKey } from '../schemas/ssh-key.ts';
import { withConnection } from '../sql/connect.ts';
import { noOfficers, readOfficers, recordOfficers } from '../sql/officers.ts';
import type { OfficersVersion } from '../sql/officers.ts';
import type { Environment } from './config.ts';
import { prefix } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import type { OwnerOptions } from './owner.ts';
import { asOwner } from './owner.ts';
import { readSignature } from './ssh-sign.ts';
import { shorter, wrap } from './wrap.ts';

type Say = (line: string) => void;

/** Migrates, and puts this version in force. @throws INPUT, SIGNATURE */
export const applyOfficers = (
  { file, document, signature }: { file: string; document: Uint8Array; signature: string },
  options: OwnerOptions,
): Promise<{ officers: Officers; isNew: boolean }> =>
  asOwner(options, (db) => recordOfficers(db, file, document, signature));

export const officersApplyCommand = async (
  file: string,
  flags: { signature?: string; json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const { mistakes } = inspect(file);
  if (mistakes.length > 0) {
    if (flags.json) say(JSON.stringify(mistakes, null, 2));
    else for (const mistake of mistakes) say(`${render(mistake)}\n`);
    return exitCodes.no.code;
  }
  const [document, signature] = await Promise.all([
    readFile(file),
    readSignature(flags.signature ?? `${file}.sig`),
  ]);
  const databaseUrl = await login(env, 'owner');
  const given = { file, document, signature };
  const { officers, isNew } = await applyOfficers(given, { databaseUrl, prefix: prefix(env) });
  const { version, officers: domain, staff } = officers;
  if (flags.json) say(JSON.stringify({ version, domain, staff: Object.keys(staff).length, isNew }));
  else
    say(
      `version ${String(version)} of ${domain} ${isNew ? 'is in force' : 'was in force already'}: ` +
        `${String(Object.keys(staff).length)} officers, signed by ${officers.dpo.id}`,
    );
  return exitCodes.done.code;
};

export const officersShowCommand = async (
  { json }: { json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const url = await login(env, 'auditor');
  const versions = await withConnection(url, 'cordon officers', readOfficers);
  const last = versions.at(-1);
  if (!last) throw noOfficers();
  if (json) {
    say(JSON.stringify({ ...last.officers, recordedAt: last.recordedAt, sha256: last.sha256 }, null, 2));
    return exitCodes.done.code;
  }
  const { officers } = last;
  say(`version ${String(officers.version)} of ${officers.officers}, since ${last.recordedAt.toISOString()}`);
  say(`the next is signed by ${officers.dpo.id}`);
  for (const key of officers.dpo.keys) say(`  ${parseSshKey(key).fingerprint}`);
  for (const [id, { keys, may, from, to, deputyFor }] of Object.entries(officers.staff)) {
    const line = `${id}  may ${may.join(', ')}, from ${from} to ${to}${deputyFor ? `, for ${deputyFor}` : ''}`;
    for (const part of wrap(line, 2)) say(part);
    for (const key of keys) say(`  ${parseSshKey(key).fingerprint}`);
  }
  return exitCodes.done.code;
};

interface Statement {
  readonly act: Act | 'refuse';
  readonly officer: string;
  readonly text: string;
  readonly signature: string;
  readonly version: number;
  readonly at: Date;
  readonly wave: string;
}

/** Statements, signatures and who may sign, so that `ssh-keygen -Y verify` alone says whether each is genuine. */
export const officersExportCommand = async (
  folder: string,
  { json }: { json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const url = await login(env, 'auditor');
  const { versions, statements } = await withConnection(url, 'cordon officers', async (db) => ({
    versions: await readOfficers(db),
    statements: (
      await db.query<Statement>(
        `select act, officer, text, signature, version, signed_at as at, coalesce(nullif(concat_ws('-', survey, period, attempt), ''), 'ledger') as wave
         from cordon.statement order by signed_at, officer`,
      )
    ).rows,
  }));
  if (versions.length === 0) throw noOfficers();
  await mkdir(folder, { recursive: true });
  const write = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text);
  for (const [at, version] of versions.entries()) {
    const name = `officers-${String(version.officers.version)}`;
    await write(`${name}.yaml`, version.document);
    await write(`${name}.yaml.sig`, version.signature);
    await write(`${name}.allowed`, allowed(version, versions[at + 1]));
  }
  const commands = versions.map(({ officers: { version, officers: domain } }, at) => {
    const by = versions[at - 1] ?? versions[at];
    const signers = `officers-${String(by?.officers.version ?? version)}.allowed`;
    const of = `officers-${String(version)}.yaml`;
    return verifyLine(signers, by?.officers.dpo.id ?? '', namespaceOf('officers', domain), of, versions[at]);
  });
  for (const [at, { act, officer, text, signature, version, wave, at: signed }] of statements.entries()) {
    const file = `${String(at + 1).padStart(4, '0')}-${act}-${wave}-${officer}.json`;
    await write(file, text);
    await write(`${file}.sig`, signature);
    const domain = versions.find(({ officers }) => officers.version === version)?.officers.officers ?? '';
    const signers = `officers-${String(version)}.allowed`;
    commands.push(verifyLine(signers, officer, namespaceOf(act, domain), file, { recordedAt: signed }));
  }
  await write(
    'verify.sh',
    ['#!/bin/sh', 'cd "$(dirname "$0")" || exit 2', 'set -e', ...commands, ''].join('\n'),
  );
  if (json) say(JSON.stringify({ versions: versions.length, statements: statements.length }));
  else {
    say(
      `${counted(versions.length, 'version')} of the officers file and ${counted(statements.length, 'statement')} ` +
        `are in ${shorter(folder)}`,
    );
    say(`  sh ${shorter(join(folder, 'verify.sh'))} checks each of them with ssh-keygen alone`);
  }
  return exitCodes.done.code;
};

const counted = (n: number, one: string): string => `${String(n)} ${one}${n === 1 ? '' : 's'}`;

/** As `ssh-keygen(1)` has it under ALLOWED SIGNERS. */
const allowed = (
  { officers: { officers: domain, dpo, staff } }: OfficersVersion,
  next: OfficersVersion | undefined,
): string => {
  // a second is the least that a stamp tells: what was signed in the last one was signed in time
  const until = next ? stamp(new Date(next.recordedAt.getTime() + 1_000)) : undefined;
  const lines = [
    ...dpo.keys.map((key) => signer(dpo.id, [`namespaces="${namespaceOf('officers', domain)}"`], key)),
    ...Object.entries(staff).flatMap(([id, { keys, may, from, to }]) => {
      const namespaces = [...may, ...(may.includes('release') ? (['refuse'] as const) : [])].map((act) =>
        namespaceOf(act, domain),
      );
      const last = `${dayAfter(to)}Z`;
      const before = until !== undefined && until < last ? until : last;
      const options = [
        `namespaces="${namespaces.join()}"`,
        `valid-after="${from.replaceAll('-', '')}Z"`,
        `valid-before="${before}"`,
      ];
      return keys.map((key) => signer(id, options, key));
    }),
  ];
  return `${lines.join('\n')}\n`;
};

const signer = (id: string, options: readonly string[], key: string): string =>
  `${id} ${options.join()} ${parseSshKey(key).line}`;

/** `YYYYMMDDHHMMSSZ`, UTC. */
const stamp = (at: Date): string => `${at.toISOString().replaceAll(/[-:T]|\.\d+Z/g, '')}Z`;
const dayAfter = (day: string): string =>
  new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

const verifyLine = (
  signers: string,
  id: string,
  namespace: string,
  file: string,
  signed?: { readonly recordedAt: Date },
): string => {
  const at = signed ? ` -Overify-time=${stamp(signed.recordedAt)}` : '';
  return `ssh-keygen -Y verify${at} -f ${signers} -I ${id} -n ${namespace} -s ${file}.sig < ${file}`;
};
