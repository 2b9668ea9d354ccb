// Who signed what, read again: the officers file from the first version on, each signed by the key that the one before
// names; and every signed statement, by an officer whom the file of that moment let sign it.
import { createHash } from 'node:crypto';
import { isOurs } from '../../schemas/failure.ts';
import { namespaceOf } from '../../schemas/officers.ts';
import { parseSshKey } from '../../schemas/ssh-key.ts';
import type { Connection } from '../connect.ts';
import { readOfficers } from '../officers.ts';
import type { OfficersVersion } from '../officers.ts';
import { verifySshSignature } from './sshsig.ts';
import type { Story, ToldSignature } from './story.ts';
import type { Fault } from './verify.ts';

interface Statement {
  readonly act: ToldSignature['act'];
  readonly sha256: string;
  readonly officer: string;
  readonly text: string;
  readonly signature: string;
  readonly version: number;
  readonly at: Date;
}

const fault = (found: string, expected: string): Fault => ({ rule: 'SIGN', found, expected });

/** In the transaction of the verification. */
export const verifySignatures = async (db: Connection, story: Story): Promise<Fault[]> => {
  const chain = await readChain(db);
  if (!('versions' in chain)) return [chain];
  const { versions } = chain;
  const { rows } = await db.query<Statement>(
    'select act, sha256, officer, text, signature, version, signed_at as at from cordon.statement order by signed_at',
  );
  return [
    ...compareVersions(versions, story),
    ...compareStatements(rows, story),
    ...rows.flatMap((row) => verifyStatement(row, versions)),
  ];
};

const readChain = async (db: Connection): Promise<{ versions: readonly OfficersVersion[] } | Fault> => {
  try {
    return { versions: await readOfficers(db) };
  } catch (e) {
    if (!isOurs(e)) throw e;
    const [said] = (e.details ?? []) as readonly Partial<Record<'found' | 'expected', string>>[];
    return fault(
      `in the officers file: ${said?.found?.split('\n')[0] ?? 'no signature'}`,
      said?.expected ?? 'versions that are each signed',
    );
  }
};

const compareVersions = (versions: readonly OfficersVersion[], { officersFiles }: Story): Fault[] => {
  const there = new Map(versions.map(({ officers, sha256 }) => [officers.version, sha256]));
  const all = new Set([...there.keys(), ...officersFiles.keys()]);
  return [...all].flatMap((version) => {
    const [found, told] = [there.get(version), officersFiles.get(version)];
    if (found === told) return [];
    return [
      fault(
        `version ${String(version)} of the officers file ${found === undefined ? 'missing' : `of hash ${found}`}`,
        told === undefined ? 'no such version, as the ledger says' : `${told}, as the ledger says`,
      ),
    ];
  });
};

const nameOf = (act: string, officer: string, sha256: string): string =>
  `${act} of ${sha256.slice(0, 12)}… by ${officer}`;

const compareStatements = (rows: readonly Statement[], { signatures }: Story): Fault[] => {
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const there = new Set(rows.map(({ signature }) => hash(signature)));
  const told = new Set(signatures.map(({ signatureSha256 }) => signatureSha256));
  return [
    ...signatures
      .filter(({ signatureSha256 }) => signatureSha256 === undefined || !there.has(signatureSha256))
      .map(({ act, officer, statementSha256 }) =>
        fault(
          `no signature under the ${nameOf(act, officer, statementSha256)}`,
          'the one that the ledger names',
        ),
      ),
    ...rows
      .filter(({ signature }) => !told.has(hash(signature)))
      .map(({ act, officer, sha256 }) =>
        fault(`the ${nameOf(act, officer, sha256)}`, 'a signature that the ledger names'),
      ),
  ];
};

const verifyStatement = (row: Statement, versions: readonly OfficersVersion[]): Fault[] => {
  const { act, officer, sha256, text, signature, version, at } = row;
  const name = nameOf(act, officer, sha256);
  const then = versions.findLast(({ recordedAt }) => recordedAt <= at);
  const may = then?.officers.staff[officer];
  if (!then || then.officers.version !== version || !may)
    return [fault(`the ${name}`, 'an officer of the file that was in force then')];
  try {
    if (createHash('sha256').update(text).digest('hex') !== sha256) throw new Error('another text');
    const key = verifySshSignature(Buffer.from(text), signature, namespaceOf(act, then.officers.officers));
    if (!may.keys.some((line) => parseSshKey(line).fingerprint === key.fingerprint))
      throw new Error('a signature by another key');
    const day = at.toISOString().slice(0, 10);
    if (day < may.from || day > may.to || !may.may.includes(act === 'refuse' ? 'release' : act))
      throw new Error('an act that was not this officer’s');
    return [];
  } catch (e) {
    return [fault(`the ${name}: ${e instanceof Error ? e.message : ''}`, `the signature of ${officer}`)];
  }
};
