// The officers file in the database: every version as it was signed, from the first, which roots the key of the data
// protection officer, to the one in force. Read by whoever must know who may sign; believed only as far as it verifies.
import { createHash } from 'node:crypto';
import { refuse } from '../schemas/failure.ts';
import { render } from '../schemas/mistake.ts';
import type { Act, Officers } from '../schemas/officers.ts';
import { namespaceOf } from '../schemas/officers.ts';
import { parse } from '../schemas/parse.ts';
import { readOfficersFile } from '../schemas/read-officers.ts';
import type { SshKey } from '../schemas/ssh-key.ts';
import { parseSshKey } from '../schemas/ssh-key.ts';
import type { Connection } from './connect.ts';
import { append } from './ledger/append.ts';
import { verifySshSignature } from './ledger/sshsig.ts';

export interface OfficersVersion {
  readonly officers: Officers;
  readonly document: Buffer;
  readonly signature: string;
  readonly sha256: string;
  readonly recordedAt: Date;
}

/** Every act reads every version, and they stay the same for years: each is parsed once. Signatures are verified anew. */
const parsed = new Map<string, Officers>();

/** @throws INPUT with every mistake of the file */
export const parseOfficers = (file: string, bytes: Uint8Array): Officers => {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const officers = parsed.get(sha256) ?? parseAnew(file, bytes);
  parsed.set(sha256, officers);
  return officers;
};

const parseAnew = (file: string, bytes: Uint8Array): Officers => {
  const opened = parse(file, bytes);
  const reading = opened.ok ? readOfficersFile(opened.parsed) : { mistakes: opened.mistakes };
  if (reading.mistakes.length === 0 && 'whole' in reading && reading.whole) return reading.whole;
  throw refuse({
    code: 'INPUT',
    found: reading.mistakes.map(render).join('\n'),
    expected: 'an officers file without mistakes',
    remedy: 'see npx cordon check, which shows each of them',
  });
};

/**
 * Oldest first, each signed by a key that the version before it names; the first by its own.
 * @throws SIGNATURE where one is not
 */
export const readOfficers = async (tx: Connection): Promise<readonly OfficersVersion[]> => {
  const { rows } = await tx.query<{ document: Buffer; signature: string; sha256: string; at: Date }>(
    'select document, signature, sha256, recorded_at as at from cordon.officers order by version',
  );
  const versions: OfficersVersion[] = [];
  for (const { document, signature, sha256, at } of rows) {
    const officers = parseOfficers('the officers file', document);
    verifyVersion(officers, document, signature, versions.at(-1)?.officers);
    versions.push({ officers, document, signature, sha256, recordedAt: at });
  }
  return versions;
};

/** @throws NO_OFFICERS, SIGNATURE */
export const officersInForce = async (tx: Connection): Promise<Officers> => {
  const last = (await readOfficers(tx)).at(-1);
  if (last) return last.officers;
  throw noOfficers();
};

export const noOfficers = () =>
  refuse({
    code: 'NO_OFFICERS',
    found: 'no officers file',
    expected: 'one that the data protection officer has signed',
    remedy: 'see npx cordon officers --help: it comes before everything else',
  });

const verifyVersion = (
  officers: Officers,
  document: Uint8Array,
  signature: string,
  before: Officers | undefined,
): SshKey => {
  const { dpo, officers: domain } = before ?? officers;
  const expected = before
    ? `the signature of ${dpo.id}, as version ${String(before.version)} has it`
    : `the signature of ${dpo.id}, whose key the file itself roots`;
  if (officers.officers !== domain || officers.version !== (before?.version ?? 0) + 1)
    throw refuse({
      code: 'INPUT',
      found: `version ${String(officers.version)} of ${officers.officers}`,
      expected: `version ${String((before?.version ?? 0) + 1)} of ${domain}`,
      remedy: 'change the file to that, and have it signed again',
    });
  try {
    const key = verifySshSignature(document, signature, namespaceOf('officers', domain));
    if (isOneOf(key, dpo.keys)) return key;
  } catch (e) {
    throw badSignature(e, expected);
  }
  throw badSignature(new Error('a signature by another key'), expected);
};

export const isOneOf = (key: SshKey, keys: readonly string[]): boolean =>
  keys.some((line) => parseSshKey(line).fingerprint === key.fingerprint);

export const badSignature = (e: unknown, expected: string) =>
  refuse({
    code: 'SIGNATURE',
    found: e instanceof Error ? e.message : 'no signature',
    expected,
    remedy: 'sign exactly these bytes, with this key and in this namespace, by ssh-keygen',
  });

/**
 * In the transaction of the schema's owner. The first version comes before any plan.
 * @returns false when this very version is in force already
 * @throws INPUT, SIGNATURE
 */
export const recordOfficers = async (
  tx: Connection,
  file: string,
  document: Uint8Array,
  signature: string,
): Promise<{ officers: Officers; isNew: boolean }> => {
  await tx.query('lock table cordon.officers in share row exclusive mode');
  const officers = parseOfficers(file, document);
  const before = (await readOfficers(tx)).at(-1);
  const sha256 = createHash('sha256').update(document).digest('hex');
  if (before?.sha256 === sha256) return { officers, isNew: false };
  const key = verifyVersion(officers, document, signature, before?.officers);
  const { rows } = await tx.query<{ plans: boolean }>('select exists (select from cordon.plan) as plans');
  if (!before && rows[0]?.plans !== false)
    throw refuse({
      code: 'INPUT',
      found: 'a first officers file, where plans are applied already',
      expected: 'an installation in which nothing was applied: the ledger begins with its officers',
      remedy: 'begin with a database of its own',
    });
  await tx.query(
    'insert into cordon.officers (version, document, sha256, signature) values ($1, $2, $3, $4)',
    [officers.version, Buffer.from(document), sha256, signature],
  );
  const staff = Object.entries(officers.staff).map(([officer, { keys, may, from, to, deputyFor }]) => ({
    officer,
    keys: keys.map((line) => parseSshKey(line).line),
    may,
    from,
    to,
    deputy: deputyFor ?? null,
  }));
  await tx.query(
    `insert into cordon.officer (version, officer, keys, may, from_day, to_day, deputy_for)
     select $1, s.officer, s.keys, s.may, s."from", s."to", s.deputy
     from json_to_recordset($2) s(officer text, keys text[], may text[], "from" date, "to" date, deputy text)`,
    [officers.version, JSON.stringify(staff)],
  );
  const { version, officers: domain, dpo } = officers;
  await append(
    tx,
    'owner',
    {},
    { type: 'officers', version, domain, sha256, signedBy: key.fingerprint, dpo: dpo.id },
  );
  return { officers, isNew: true };
};

/** Who has signed this: the officer of the file in force whose key it is. @throws SIGNATURE, NOT_AN_OFFICER */
export const signerOf = (
  { officers: domain, staff }: Officers,
  act: Act | 'refuse',
  text: string,
  signature: string,
): { readonly officer: string; readonly key: string } => {
  const expected = `the signature of an officer over this very statement, in the namespace of ${act}`;
  let key: SshKey;
  try {
    key = verifySshSignature(Buffer.from(text), signature, namespaceOf(act, domain));
  } catch (e) {
    throw badSignature(e, expected);
  }
  const [officer] = Object.entries(staff).find(([, { keys }]) => isOneOf(key, keys)) ?? [];
  if (officer === undefined) throw notAnOfficer('a key that the officers file does not have');
  return { officer, key: key.line };
};

/** What a leaf says of a signature: whose, by which key, and the hash of its text. */
export const saidBy = (officer: string, key: string, signature: string) => ({
  officer,
  key: parseSshKey(key).fingerprint,
  signatureSha256: createHash('sha256').update(signature).digest('hex'),
});

export const notAnOfficer = (found: string) =>
  refuse({
    code: 'NOT_AN_OFFICER',
    found,
    expected: 'an officer who may sign this, today, with this key',
    remedy: 'ask the data protection officer, who signs the officers file',
  });
