// What leaves the machine of the ledger: how many leaves, and their root, signed (C2SP tlog-checkpoint). Whoever keeps
// one can tell a log that shrank, forked or was restored.
import type { Connection } from '../connect.ts';
import { MerkleRoot } from './merkle.ts';
import type { LogKeys, NoteSigner } from './note.ts';
import { openNote, signNote } from './note.ts';
import type { Head } from './verify.ts';

/** The origin is the signer's name. */
export const signCheckpoint = ({ size, root }: Head, signer: NoteSigner): string =>
  signNote(`${signer.name}\n${String(size)}\n${Buffer.from(root).toString('base64')}\n`, signer);

/** @throws Error for what is no checkpoint of this log, or is signed by none of its keys */
export const openCheckpoint = (note: string, log: LogKeys): Head => {
  const text = openNote(note, log.keys);
  const [, origin, size = '', root = ''] =
    /^([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text) ?? [];
  const bytes = Buffer.from(root, 'base64');
  if (origin !== log.name || !Number.isSafeInteger(Number(size)) || bytes.toString('base64') !== root)
    throw new Error('not a checkpoint of this log');
  return { size: Number(size), root: bytes };
};

const batch = 5_000;

/**
 * The log as it is, and the roots that it had at these sizes, out of its leaves: stored hashes may be what was left alone
 * when a leaf was changed. A size that it has not reached has no root.
 */
export const readHeads = async (
  db: Connection,
  sizes: readonly number[] = [],
): Promise<{ readonly head: Head; readonly roots: ReadonlyMap<number, Buffer> }> => {
  const asked = new Set(sizes);
  const roots = new Map<number, Buffer>();
  const tree = new MerkleRoot();
  let size = 0;
  const note = (): void => void (asked.has(size) && roots.set(size, tree.root()));
  note();
  for (let from = 0; ;) {
    const { rows } = await db.query<{ index: number; leaf: Buffer }>(
      'select index, leaf from ledger.entry where index >= $1 order by index limit $2',
      [from, batch],
    );
    for (const { leaf } of rows) {
      tree.add(leaf);
      size += 1;
      note();
    }
    if (rows.length < batch) break;
    from = (rows.at(-1)?.index ?? 0) + 1;
  }
  return { head: { size, root: tree.root() }, roots };
};
