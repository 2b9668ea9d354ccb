// The certificate of erasure as a file: what was erased, what proves it, signed by the key of the log. Whoever has that
// key checks it without the database and without a network; it believes nothing that its own ledger entries do not say.
import * as z from 'zod';
import { canonical } from '../schemas/canonical.ts';
import { copyKinds } from '../schemas/leaf.ts';
import { refuse } from '../schemas/failure.ts';
import { openCheckpoint } from '../sql/ledger/checkpoint.ts';
import { leafHash, verifyInclusion } from '../sql/ledger/merkle.ts';
import type { NoteSigner, LogKeys } from '../sql/ledger/note.ts';
import { openNote, signNote } from '../sql/ledger/note.ts';

const instant = z.iso.datetime();
const count = z.int().nonnegative();
const entry = z.int().nonnegative();

const hold = z.strictObject({
  hold: count,
  because: z.string(),
  setAt: instant,
  liftedAt: instant.nullable(),
});

const decision = z.strictObject({
  decision: z.enum(['erase', 'extend']),
  because: z.string(),
  reviewOn: z.string().nullable(),
  at: instant,
  officers: z.array(z.string()),
});

const erasedCopy = z.strictObject({
  copy: count,
  kind: z.enum(copyKinds),
  place: z.string(),
  attempt: count,
  opened: z.strictObject({ at: instant, entry }),
  dueAt: instant,
  erased: z.strictObject({ at: instant, entry, outcome: z.enum(['erased', 'lost-in-crash']) }),
  /** counted under the lock of the drop; null of what PostgreSQL cannot count */
  before: z.strictObject({ relations: count.nullable(), rows: count.nullable(), bytes: count.nullable() }),
  /** what the verifier counted: nothing, or there would be no certificate */
  after: z.strictObject({ relations: z.literal(0), rows: z.literal(0) }),
  verified: z.strictObject({
    at: instant,
    entry,
    by: z.literal('verifier'),
    querySha256: z.string().nullable(),
    /** of the text that searched outside PostgreSQL for what the rows carried; null of what holds no staged row */
    searchSha256: z.string().nullable().default(null),
    /** where nobody could, or was told to, look for it */
    notSearched: z.array(z.string()).default([]),
  }),
  method: z.string(),
  holds: z.array(hold),
  /** what officers made of its review; absent of a copy that had none */
  decisions: z.array(decision).exactOptional(),
  residual: z.array(z.strictObject({ place: z.string(), until: instant.nullable() })),
});

const certificate = z.strictObject({
  cordon: z.literal('certificate-1'),
  log: z.string(),
  issuedAt: instant,
  survey: z.string().nullable(),
  period: z.string().nullable(),
  plan: z
    .strictObject({
      planHash: z.string(),
      declarationHash: z.string(),
      retain: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  copies: z.array(erasedCopy).min(1),
  /** of the same month, and not erased yet */
  standing: z.array(
    z.strictObject({ kind: z.enum(copyKinds), place: z.string(), dueAt: instant, standing: z.string() }),
  ),
  ledger: z.strictObject({
    checkpoint: z.string(),
    entries: z.array(
      z.strictObject({ index: entry, leaf: z.string(), proof: z.array(z.base64().length(44)).max(62) }),
    ),
  }),
});

const file = z.strictObject({ certificate, signature: z.string() });

export type Certificate = Readonly<z.infer<typeof certificate>>;
export type ErasedCopy = Readonly<z.infer<typeof erasedCopy>>;

/** The note that is signed: the certificate in canonical JSON (RFC 8785), and a newline. */
const textOf = (certified: Certificate): string => `${canonical(certified)}\n`;

export const signCertificate = (certified: Certificate, signer: NoteSigner): string => {
  const note = signNote(textOf(certified), signer);
  return JSON.stringify(
    { certificate: certified, signature: note.slice(textOf(certified).length + 1).trimEnd() },
    null,
    2,
  );
};

/** Whether this text claims to be one, sound or not. */
export const isCertificate = (text: string): boolean => text.includes('"certificate-1"');

/** @throws INPUT for what is no certificate that this key has signed; LEDGER_FORKED where it says what its entries do not */
export const openCertificate = (text: string, log: LogKeys): Certificate => {
  const { certificate: certified, signature } = parsed(text);
  const { entries, checkpoint } = certified.ledger;
  const { size, root } = signed(() => {
    openNote(`${textOf(certified)}\n${signature}\n`, log.keys);
    return openCheckpoint(checkpoint, log);
  });
  const leaves = new Map<number, Readonly<Record<string, unknown>>>();
  for (const { index, leaf, proof } of entries) {
    included(() =>
      verifyInclusion({
        leafIndex: index,
        treeSize: size,
        leafHash: leafHash(Buffer.from(leaf, 'utf8')),
        proof: proof.map((hash) => Buffer.from(hash, 'base64')),
        root,
      }),
    );
    leaves.set(index, JSON.parse(leaf) as Readonly<Record<string, unknown>>);
  }
  for (const copy of certified.copies) mustSay(copy, leaves);
  return certified;
};

const parsed = (text: string): z.infer<typeof file> => signed(() => file.parse(JSON.parse(text)));

const signed = <T>(open: () => T): T => {
  try {
    return open();
  } catch {
    throw refuse({
      code: 'INPUT',
      found: 'a certificate that cannot be read as one, or is not signed by this key',
      expected: 'a file as cordon certificate --json wrote it, and the key of that log',
      remedy: 'ask for the file, or for the key, again; as it is it proves nothing',
    });
  }
};

const included = (look: () => void): void => {
  try {
    look();
  } catch (e) {
    throw changed(e instanceof Error ? e.message : 'no proof');
  }
};

/** What the certificate says of a copy is what the three entries say, and nothing else. */
const mustSay = (copy: ErasedCopy, leaves: ReadonlyMap<number, Readonly<Record<string, unknown>>>): void => {
  const { kind, place, opened, erased, verified, before } = copy;
  const same = (index: number, type: string, said: Readonly<Record<string, unknown>>): void => {
    const leaf = leaves.get(index);
    for (const [name, value] of Object.entries({ type, kind, place, ...said }))
      if (JSON.stringify(leaf?.[name] ?? null) !== JSON.stringify(value))
        throw changed(`copy ${String(copy.copy)}: ${name} of its entry ${String(index)}`);
  };
  same(opened.entry, 'copy-opened', { at: opened.at });
  same(erased.entry, 'erased', { at: erased.at, outcome: erased.outcome, ...before });
  same(verified.entry, 'erasure-verified', {
    at: verified.at,
    outcome: erased.outcome,
    querySha256: verified.querySha256,
    searchSha256: verified.searchSha256,
    ...((verified.notSearched.length > 0 || verified.searchSha256 !== null) && {
      notSearched: verified.notSearched,
    }),
  });
  if (!(opened.entry < erased.entry && erased.entry < verified.entry))
    throw changed(`the order of copy ${String(copy.copy)}`);
};

const changed = (what: string) =>
  refuse({
    code: 'LEDGER_FORKED',
    found: `another word than the ledger's: ${what}`,
    expected: 'entries of the log that was signed, which say what the certificate says',
    remedy:
      'the certificate or the ledger has been changed since: keep both as they are, and verify the ledger',
  });
