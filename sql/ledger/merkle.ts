// Merkle tree hash of RFC 6962 section 2.1: a leaf behind 0x00, a node behind 0x01, split at the largest power
// of two below n. Streams: it keeps one hash per level, so a frame of any size costs a few hundred bytes.
import { createHash } from 'node:crypto';

const sha256 = (prefix: number, ...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256').update(Buffer.of(prefix));
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const leafHash = (leaf: Uint8Array): Buffer => sha256(0, leaf);

/** Takes leaves in order and answers the root so far. */
export class MerkleRoot {
  readonly #complete: { hash: Buffer; size: number }[] = [];
  #count = 0;

  add(leaf: Uint8Array): void {
    let node = { hash: leafHash(leaf), size: 1 };
    for (let last = this.#complete.at(-1); last && last.size === node.size; last = this.#complete.at(-1)) {
      this.#complete.pop();
      node = { hash: sha256(1, last.hash, node.hash), size: node.size * 2 };
    }
    this.#complete.push(node);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }

  root(): Buffer {
    const [last, ...rest] = this.#complete.map((node) => node.hash).toReversed();
    if (!last) return createHash('sha256').digest();
    return rest.reduce((right, left) => sha256(1, left, right), last);
  }
}

/** 32 bytes: the root of these leaves. */
export const merkleRoot = (leaves: readonly Uint8Array[]): Uint8Array => {
  const tree = new MerkleRoot();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
};
