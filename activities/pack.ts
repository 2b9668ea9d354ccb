// From the minimised rows in staging to the stored consignment. The plaintext exists in this process's memory
// and nowhere else; the very bytes that are encrypted have been parsed again by another library.
import { createHash } from 'node:crypto';
import { canonical } from '../schemas/canonical.ts';
import { isOurs, refuse } from '../schemas/failure.ts';
import type { ReleaseStatement } from '../schemas/ref.ts';
import type { Statement } from '../sql/plan.ts';
import type { Deps } from './deps.ts';
import { contactsCsv } from './package/csv.ts';
import type { PackageField } from './package/datapackage.ts';
import { datapackage } from './package/datapackage.ts';
import { encrypt } from './package/encrypt.ts';
import type { Consignment } from './package/manifest.ts';
import { consign } from './package/manifest.ts';
import { readme } from './package/readme.ts';
import { reparse } from './package/reparse.ts';
import { zip } from './package/zip.ts';
import { e164 } from './package/csv.ts';
import { openCopy } from './open-copy.ts';
import { inBatches } from './rows.ts';
import { checkpointNow } from './checkpoint.ts';
import { packagePlace } from './parcel.ts';
import type { StageTx, StepContext } from './step.ts';
import { names } from './step.ts';

export interface Packed {
  readonly consignment: Consignment;
  readonly rows: number;
  readonly rowsRoot: string;
  /** SHA-256 of each line, for the proof that a later package is a subset of this one */
  readonly lines: Uint8Array;
  readonly plaintextSha256: string;
  readonly recipientKey: string;
  readonly senderKey: string;
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** @throws PACKAGE_REJECTED, RECIPIENT_KEY, SENDER_KEY */
export const pack = async (deps: Deps, s: StepContext): Promise<Packed> => {
  const { plan, attempt } = s;
  const { survey, period } = attempt;
  const { csv, checked } = await contactFile(s, plan.minimise.contacts);
  const described = describe(s);
  const destroyBy = await s.fenced(async ({ tx }) => {
    const { rows } = await tx.query<{ day: string }>('select (now() + $1::interval)::date::text as day', [
      plan.declaration.retain.delivered.atLatest ?? plan.declaration.retain.delivered.for,
    ]);
    return rows[0]?.day ?? '';
  });
  const archive = zip({
    'contacts.csv': csv,
    'datapackage.json': datapackage({ survey, period, fields: described, csv }),
    'README.txt': readme({
      survey,
      period,
      title: plan.declaration.title,
      controller: plan.declaration.controller,
      purpose: plan.declaration.purpose,
      contract: plan.processor.contract.ref,
      agreement: plan.processor.agreement.ref,
      fields: described,
      destroyBy,
    }),
  });
  const { format, fingerprint } = plan.processor.package;
  const signing = {
    signingKey: deps.secrets.senderKey,
    ...(deps.secrets.senderPassphrase !== undefined && { passphrase: deps.secrets.senderPassphrase }),
  };
  const { ciphertext, recipientFingerprint, signerFingerprint } = await encrypt(archive, {
    format,
    recipientKey: plan.keys.recipient,
    fingerprint,
    ...signing,
  });
  const rowsRoot = Buffer.from(checked.root).toString('hex');
  const consignment = await consign(
    {
      ciphertext,
      survey,
      period,
      format,
      zipSha256: sha256(archive),
      rowsRoot,
      planHash: attempt.planHash,
      recipient: recipientFingerprint,
      sender: signerFingerprint,
      checkpoint: await checkpointNow(deps.pool, deps.checkpoints),
    },
    signing,
  );
  return {
    consignment,
    rows: checked.rows,
    rowsRoot,
    lines: checked.lines,
    plaintextSha256: sha256(csv),
    recipientKey: recipientFingerprint,
    senderKey: signerFingerprint,
  };
};

/** The very bytes, and what another library reads in them. */
const contactFile = async (s: StepContext, { text, parameters }: Statement) => {
  const fields = s.plan.minimise.fields.map(({ name }) => name);
  const values = parameters.map((parameter) => ('value' in parameter ? parameter.value : null));
  let rows = 0;
  const csv = await s.staged(({ tx }) =>
    contactsCsv(fields, async function* () {
      rows = 0;
      for await (const some of inBatches<(string | null)[]>(tx, text, values)) {
        rows += some.length;
        yield some;
      }
    }),
  );
  const checked = said(() => reparse(csv, { fields, rows, checks: checks(s) }));
  return { csv, checked };
};

/** @throws PACKAGE_REJECTED as a refusal: what a source holds is no broken machinery, and an officer must read why */
const said = <R>(work: () => R): R => {
  try {
    return work();
  } catch (e) {
    if (!isOurs(e) || e.type !== 'PACKAGE_REJECTED') throw e;
    const [told] = (e.details ?? []) as readonly { rule?: string; column?: string; count?: number }[];
    const where = told?.column === undefined ? '' : ` in the field ${told.column}`;
    throw refuse({
      code: 'PACKAGE_REJECTED',
      found: `${told?.count ?? 0} against the rule ${told?.rule ?? ''}${where}`,
      expected: 'the allowed fields as plain text, and nothing that a spreadsheet would run',
      remedy: 'correct the source or the declaration of that field, then run the month again',
    });
  }
};

/**
 * What is packed again holds nothing but lines that officers have released, byte for byte.
 * @throws RELEASE_MISMATCH
 */
export const requireSubset = async (
  s: StepContext,
  packed: Packed,
  { rowsRoot }: ReleaseStatement,
): Promise<void> => {
  const { checked } = await contactFile(s, s.plan.minimise.released);
  const released = new Set(hashesIn(checked.lines));
  if (
    Buffer.from(checked.root).toString('hex') !== rowsRoot ||
    hashesIn(packed.lines).some((line) => !released.has(line))
  )
    throw refuse({
      code: 'RELEASE_MISMATCH',
      found: 'contact details that are not those that were released',
      expected: 'a part of the released rows, byte for byte',
      remedy: 'run the month again; what was staged has been changed by somebody',
    });
};

const hashesIn = (lines: Uint8Array): string[] => Buffer.from(lines).toString('hex').match(/.{64}/g) ?? [];

const shapes = {
  'token-of-key': { shape: /^[0-9a-f]{20}$/, unique: true },
  e164: { shape: e164 },
  month: { shape: /^(\d{4}-(0[1-9]|1[0-2]))?$/ },
  derived: {},
  text: {},
} as const;

const checks = ({ plan }: StepContext): Record<string, (typeof shapes)[keyof typeof shapes]> =>
  Object.fromEntries(plan.minimise.fields.map(({ name, kind }) => [name, shapes[kind]]));

const describe = ({ plan }: StepContext): PackageField[] =>
  plan.minimise.fields.map(({ name, kind }) => ({
    name,
    type: kind === 'month' ? 'yearmonth' : 'string',
    why: plan.declaration.minimise[name]?.why ?? '',
    ...(kind === 'token-of-key' && { constraints: { required: true, unique: true } }),
  }));

/** Stores the ciphertext and its manifest under a clock; any worker can deliver the same bytes again. */
export const storePackage = async (
  s: StageTx,
  { plan, attempt }: StepContext,
  packed: Packed,
  version: number,
  statement: { text: string; sha256: string },
): Promise<void> => {
  const { tx, leaves } = s;
  const place = packagePlace(attempt, version);
  await openCopy(s, attempt, 'package', place, plan.declaration.retain.package.for);
  for (const part of ['package', 'manifest', 'signature'] as const) {
    const { bytes } = packed.consignment[part];
    for (let at = 0, chunk = 0; at < bytes.length; at += chunkBytes, chunk += 1)
      await tx.query(
        `insert into copies."${place}" (survey, period, attempt, part, chunk, bytes) values ($1, $2, $3, $4, $5, $6)`,
        [...names(attempt), part, chunk, Buffer.from(bytes.subarray(at, at + chunkBytes))],
      );
  }
  const { package: parcel } = packed.consignment;
  await tx.query(
    `insert into cordon.package (survey, period, attempt, version, name, rows, rows_root, plaintext_sha256,
       ciphertext_sha256, bytes, recipient_key, sender_key, statement, statement_sha256)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      ...names(attempt),
      version,
      parcel.name,
      packed.rows,
      packed.rowsRoot,
      packed.plaintextSha256,
      parcel.sha256,
      parcel.bytes.length,
      packed.recipientKey,
      packed.senderKey,
      statement.text,
      statement.sha256,
    ],
  );
  await leaves({
    type: 'packaged',
    rows: packed.rows,
    plaintextSha256: packed.plaintextSha256,
    ciphertextSha256: parcel.sha256,
    rowsRoot: packed.rowsRoot,
    bytes: parcel.bytes.length,
    fields: plan.minimise.fields.map(({ name }) => name),
    recipient: plan.processor.processor,
    recipientKey: packed.recipientKey,
    senderKey: packed.senderKey,
  });
};

const chunkBytes = 1 << 20;

/** Canonical JSON (RFC 8785): what officers release, word for word. */
export const canonicalStatement = (statement: ReleaseStatement): { text: string; sha256: string } => {
  const text = canonical(statement);
  return { text, sha256: sha256(text) };
};
