// Proofs out of stored subtree hashes: some tens of rows, however long the log is. RFC 9162 sections 2.1.3.1 and
// 2.1.4.1; what is answered is verified by sql/ledger/merkle.ts, by whoever is given it.
import { createHash } from 'node:crypto';
import type { Connection } from '../connect.ts';

/** Leaves from, up to and without to. */
interface Range {
  readonly from: number;
  readonly to: number;
}

export interface InclusionProof {
  readonly leaf: Buffer;
  readonly proof: readonly Buffer[];
}

/** @throws RangeError for an index that is not in a log of this size; Error where the log is shorter */
export const proveInclusion = async (
  db: Connection,
  index: number,
  size: number,
): Promise<InclusionProof> => {
  if (index < 0 || index >= size) throw new RangeError(`index ${index} in a tree of ${size} leaves`);
  const siblings: Range[] = [];
  for (let from = 0, to = size; to - from > 1;) {
    const middle = from + split(to - from);
    siblings.push(index < middle ? { from: middle, to } : { from, to: middle });
    [from, to] = index < middle ? [from, middle] : [middle, to];
  }
  const proof = await hashesOf(db, siblings.toReversed());
  const { rows } = await db.query<{ leaf: Buffer }>('select leaf from ledger.entry where index = $1', [
    index,
  ]);
  const [row] = rows;
  if (!row) throw new Error('a log that is shorter');
  return { leaf: row.leaf, proof };
};

/** @throws RangeError unless 0 < size1 <= size2; Error where the log is shorter */
export const proveConsistency = async (
  db: Connection,
  size1: number,
  size2: number,
): Promise<readonly Buffer[]> => {
  if (size1 < 1 || size1 > size2) throw new RangeError(`from ${size1} to ${size2} leaves`);
  const parts: Range[] = [];
  let from = 0;
  let to = size2;
  while (size1 !== to) {
    const middle = from + split(to - from);
    parts.push(size1 <= middle ? { from: middle, to } : { from, to: middle });
    if (size1 <= middle) to = middle;
    else from = middle;
  }
  // a first tree that is complete is known to whoever verifies
  if (from > 0) parts.push({ from, to });
  return hashesOf(db, parts.toReversed());
};

export const rootAt = async (db: Connection, size: number): Promise<Buffer> => {
  if (size === 0) return createHash('sha256').digest();
  const [root] = await hashesOf(db, [{ from: 0, to: size }]);
  if (!root) throw new Error('a log that is shorter');
  return root;
};

/** The largest power of two below n. */
const split = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};

/** The complete subtrees of a range, from the left; `from` is a multiple of the largest. */
const subtrees = ({ from, to }: Range): { level: number; index: number }[] => {
  const found: { level: number; index: number }[] = [];
  for (let at = from; at < to;) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    found.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return found;
};

const hashesOf = async (db: Connection, ranges: readonly Range[]): Promise<Buffer[]> => {
  const wanted = ranges.flatMap(subtrees);
  const { rows } = await db.query<{ level: number; index: number; hash: Buffer }>(
    `with wanted as (select * from unnest($1::int[], $2::bigint[]) w(level, index))
     select w.level, w.index, e.leaf_hash as hash from wanted w join ledger.entry e on e.index = w.index where w.level = 0
     union all select w.level, w.index, n.hash from wanted w join ledger.node n using (level, index)`,
    [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  );
  const stored = new Map(rows.map(({ level, index, hash }) => [`${String(level)} ${String(index)}`, hash]));
  return ranges.map((range) => {
    const hashes = subtrees(range).map(({ level, index }) => {
      const hash = stored.get(`${String(level)} ${String(index)}`);
      if (!hash) throw new Error('a log that is shorter');
      return hash;
    });
    return hashes.reduceRight((right, left) =>
      createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest(),
    );
  });
};
