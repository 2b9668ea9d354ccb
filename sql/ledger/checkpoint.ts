// What leaves the machine of the ledger: how many leaves, and their root, signed (C2SP tlog-checkpoint). Whoever keeps
// one can tell a log that shrank, forked or was restored.
import type { NoteSigner, NoteVerifier } from './note.ts';
import { openNote, signNote } from './note.ts';
import type { Head } from './verify.ts';

/** The origin is the signer's name. */
export const signCheckpoint = ({ size, root }: Head, signer: NoteSigner): string =>
  signNote(`${signer.name}\n${String(size)}\n${Buffer.from(root).toString('base64')}\n`, signer);

/** @throws Error for what is no checkpoint of this log, or is not signed by its key */
export const openCheckpoint = (note: string, verifier: NoteVerifier): Head => {
  const text = openNote(note, [verifier]);
  const [, origin, size = '', root = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const bytes = Buffer.from(root, 'base64');
  if (origin !== verifier.name || !Number.isSafeInteger(Number(size)) || bytes.toString('base64') !== root)
    throw new Error('not a checkpoint of this log');
  return { size: Number(size), root: bytes };
};
