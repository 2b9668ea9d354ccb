// Merkle tree hash of RFC 6962 section 2.1: a leaf behind 0x00, a node behind 0x01, split at the largest power
// of two below n. Streams: it keeps one hash per level, so a frame of any size costs a few hundred bytes.
import { hash } from 'node:crypto';

const sha256 = (prefix: number, ...parts: Uint8Array[]): Buffer =>
  hash('sha256', Buffer.concat([Buffer.of(prefix), ...parts]), 'buffer');

export const leafHash = (leaf: Uint8Array): Buffer => sha256(0, leaf);

/** Takes leaves in order and answers the root so far. Its hashes are texts, a byte a character: Buffers took twice as long. */
export class MerkleRoot {
  readonly #complete: { hash: string; size: number }[] = [];
  readonly #node = Buffer.alloc(1 + 32 + 32, 1);
  #count = 0;

  /** @param leaf a text stands for its UTF-8 */
  add(leaf: string | Uint8Array): void {
    const behind = typeof leaf === 'string' ? `\0${leaf}` : Buffer.concat([Buffer.of(0), leaf]);
    let node = { hash: hash('sha256', behind, 'binary'), size: 1 };
    for (let last = this.#complete.at(-1); last && last.size === node.size; last = this.#complete.at(-1)) {
      this.#complete.pop();
      node = { hash: this.#joined(last.hash, node.hash), size: node.size * 2 };
    }
    this.#complete.push(node);
    this.#count += 1;
  }

  #joined(left: string, right: string): string {
    this.#node.write(left, 1, 'binary');
    this.#node.write(right, 1 + 32, 'binary');
    return hash('sha256', this.#node, 'binary');
  }

  get count(): number {
    return this.#count;
  }

  root(): Buffer {
    const [last, ...rest] = this.#complete.map((node) => node.hash).toReversed();
    if (!last) return hash('sha256', '', 'buffer');
    return Buffer.from(
      rest.reduce((right, left) => this.#joined(left, right), last),
      'binary',
    );
  }
}

/** 32 bytes: the root of these leaves. */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  const tree = new MerkleRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
};

export interface Inclusion {
  /** of the leaf, from 0 */
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly leafHash: Uint8Array;
  /** from the leaf's sibling upwards */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/**
 * RFC 9162 section 2.1.3.2.
 * @throws RangeError for an index or a size that cannot be; Error for anything that does not lead to the root
 */
export const verifyInclusion = ({ leafIndex, treeSize, leafHash: leaf, proof, root }: Inclusion): void => {
  requireCounts({ leafIndex, treeSize });
  if (leafIndex >= treeSize) throw new RangeError(`index ${leafIndex} in a tree of ${treeSize} leaves`);
  requireHashes([leaf, root, ...proof]);
  let [at, last] = [leafIndex, treeSize - 1];
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) throw new Error('a proof that is too long');
    if (isOdd(at) || at === last) {
      hash = sha256(1, sibling, hash);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else hash = sha256(1, hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new Error('a proof that is too short');
  if (!same(hash, root)) throw new Error('a proof that does not lead to the root');
};

export interface Consistency {
  readonly size1: number;
  readonly size2: number;
  readonly proof: readonly Uint8Array[];
  readonly root1: Uint8Array;
  readonly root2: Uint8Array;
}

/**
 * That the tree of `size2` leaves begins with that of `size1`; RFC 9162 section 2.1.4.2. Nothing follows from a tree of
 * no leaves, not even that it is one.
 * @throws RangeError for sizes that cannot be; Error for anything that does not lead to both roots
 */
export const verifyConsistency = ({ size1, size2, proof, root1, root2 }: Consistency): void => {
  requireCounts({ size1, size2 });
  if (size1 === 0 || size1 > size2) throw new RangeError(`from ${size1} to ${size2} leaves`);
  requireHashes([root1, root2, ...proof]);
  if (size1 === size2) {
    if (proof.length > 0) throw new Error('a proof that is too long');
    if (!same(root1, root2)) throw new Error('two roots of one size');
    return;
  }
  let [at, last] = [size1 - 1, size2 - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  // a complete first tree is itself where the path begins
  const [first, ...rest] = at === 0 ? [root1, ...proof] : proof;
  if (!first || proof.length === 0) throw new Error('a proof that is too short');
  let [before, after] = [first, first];
  for (const sibling of rest) {
    if (last === 0) throw new Error('a proof that is too long');
    if (isOdd(at) || at === last) {
      [before, after] = [sha256(1, sibling, before), sha256(1, sibling, after)];
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else after = sha256(1, after, sibling);
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new Error('a proof that is too short');
  if (!same(before, root1)) throw new Error('a proof that does not lead to the first root');
  if (!same(after, root2)) throw new Error('a proof that does not lead to the second root');
};

// not by bits: those of JavaScript end at 32
const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const requireCounts = (counts: Readonly<Record<string, number>>): void => {
  for (const [name, n] of Object.entries(counts))
    if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`${name} ${n} is no count`);
};

const requireHashes = (hashes: readonly Uint8Array[]): void => {
  for (const hash of hashes)
    if (!(hash instanceof Uint8Array) || hash.length !== 32) throw new Error('a hash that is not 32 bytes');
};
