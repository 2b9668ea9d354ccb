// `cordon ledger prove`: one entry with what shows that it stands in the log of a checkpoint. `cordon proof`: the same
// looked at by somebody who has neither the database nor the network, but the key.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { refuse } from '../schemas/failure.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import { openCheckpoint } from '../sql/ledger/checkpoint.ts';
import { leafHash, verifyInclusion } from '../sql/ledger/merkle.ts';
import { proveInclusion } from '../sql/ledger/prove.ts';
import type { Head } from '../sql/ledger/verify.ts';
import { isCertificate, openCertificate } from './certificate-file.ts';
import { certificateText } from './certificate-text.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { verifierIn } from './ledger-checkpoint.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

/** A proof file: the leaf as its very text, hashes in base64 from its sibling upwards, the checkpoint as it was signed. */
const proofFile = z.strictObject({
  cordon: z.literal('proof-1'),
  index: z.int().nonnegative(),
  leaf: z.string(),
  proof: z.array(z.base64().length(44)).max(62),
  checkpoint: z.string(),
});

type ProofFile = z.infer<typeof proofFile>;

/** A checkpoint as it was signed, and what it says. */
export interface OpenedCheckpoint {
  readonly checkpoint: string;
  readonly head: Head;
}

/** @throws INPUT unless the file is a checkpoint that this key has signed */
export const checkpointIn = async (options: {
  checkpoint: string;
  key: string;
}): Promise<OpenedCheckpoint> => {
  const verifier = await verifierIn(options.key);
  const checkpoint = await readFile(options.checkpoint, 'utf8').catch(() => '');
  return {
    checkpoint,
    head: opened(checkpoint, (note) => openCheckpoint(note, verifier), options.checkpoint),
  };
};

/** A proof file's text, verified before it is given. @throws INPUT for an entry that the checkpoint does not know */
export const proofOf = async (
  db: Connection,
  index: number,
  { checkpoint, head }: OpenedCheckpoint,
): Promise<string> => {
  const { leaf, proof } = await proveInclusion(db, index, head.size).catch((e: unknown) => {
    if (!(e instanceof RangeError)) throw e;
    throw refuse({
      code: 'INPUT',
      found: `entry ${String(index)} of a log of ${String(head.size)}`,
      expected: `an entry from 0 to ${String(head.size - 1)}, as the checkpoint knows the log`,
      remedy: 'take a later checkpoint for a later entry',
    });
  });
  const file: ProofFile = {
    cordon: 'proof-1',
    index,
    leaf: leaf.toString('utf8'),
    proof: proof.map((hash) => hash.toString('base64')),
    checkpoint,
  };
  check(file, head, `entry ${String(index)}`);
  return JSON.stringify(file, null, 2);
};

/** Prints the proof file. @throws INPUT */
export const ledgerProveCommand = async (
  index: number,
  options: { checkpoint: string; key: string },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const signed = await checkpointIn(options);
  const url = await login(env, 'auditor');
  say(await withConnection(url, 'cordon ledger', (db) => proofOf(db, index, signed)));
  return exitCodes.done.code;
};

/** Of a proof file, or a certificate of erasure. Code 1, coded, for anything but a sound one. */
export const proofCommand = async (
  path: string,
  options: { key: string; json?: boolean },
  say: (line: string) => void,
): Promise<number> => {
  const verifier = await verifierIn(options.key);
  const text = await readFile(path, 'utf8').catch(() => '');
  if (isCertificate(text)) {
    const certified = openCertificate(text, verifier);
    say(
      options.json
        ? JSON.stringify(certified, null, 2)
        : `sound, signed by ${verifier.name}\n\n${certificateText(certified)}`,
    );
    return exitCodes.done.code;
  }
  const file = opened(text, (json) => proofFile.parse(JSON.parse(json)), path);
  const head = opened(file.checkpoint, (note) => openCheckpoint(note, verifier), `the checkpoint in ${path}`);
  check(file, head, path);
  const { index, leaf } = file;
  const { size } = head;
  const { name: origin } = verifier;
  if (options.json) say(JSON.stringify({ index, size, origin, leaf: JSON.parse(leaf) as unknown }, null, 2));
  else
    for (const line of [
      `entry ${String(index)} of a log of ${String(size)}, signed by ${origin}`,
      ...told(JSON.parse(leaf) as Readonly<Record<string, unknown>>),
    ].flatMap((each) => wrap(each, 6)))
      say(line);
  return exitCodes.done.code;
};

/** A line for each member. */
export const told = (leaf: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(leaf).map(
    ([name, value]) => `  ${name.padEnd(19)} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );

/** @throws INPUT, without what stands in the text */
const opened = <T>(text: string, open: (text: string) => T, what: string): T => {
  try {
    return open(text);
  } catch {
    throw refuse({
      code: 'INPUT',
      found: `${what}, which cannot be read as one, or is not signed by this key`,
      expected: 'a file as cordon ledger wrote it, and the key of that log',
      remedy: 'ask for the file, or for the key, again; as it is it proves nothing',
    });
  }
};

/** @throws LEDGER_FORKED when the entry does not lead to the signed root */
const check = ({ index, leaf, proof }: ProofFile, { size, root }: Head, what: string): void => {
  try {
    verifyInclusion({
      leafIndex: index,
      treeSize: size,
      leafHash: leafHash(Buffer.from(leaf, 'utf8')),
      proof: proof.map((hash) => Buffer.from(hash, 'base64')),
      root,
    });
  } catch (e) {
    throw refuse({
      code: 'LEDGER_FORKED',
      found: `${what}: ${e instanceof Error ? e.message : 'no proof'}`,
      expected: `entry ${String(index)} of the log of ${String(size)} entries that was signed`,
      remedy:
        'the entry, the proof or the ledger has been changed since: keep all as they are, and verify the ledger',
    });
  }
};
