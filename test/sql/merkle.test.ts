// Against the published roots and against RFC 6962 section 2.1 written down as it is defined.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leafHash,
  MerkleRoot,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from '../../sql/ledger/merkle.ts';

const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));

const published = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH of RFC 6962 section 2.1, recursively, as the text has it. */
const mth = (d: readonly Uint8Array[]): Buffer => {
  const [only] = d;
  if (!only) return sha256();
  if (d.length === 1) return sha256(Buffer.of(0), only);
  let k = 1;
  while (k * 2 < d.length) k *= 2;
  return sha256(Buffer.of(1), mth(d.slice(0, k)), mth(d.slice(k)));
};

const root = (...texts: string[]): string =>
  Buffer.from(merkleRoot(texts.map((text) => Buffer.from(text)))).toString('hex');

describe('the Merkle root', () => {
  test.each(published.map((root, n) => [n, root] as const))(
    'of the first %i leaves is the published one',
    (n, expected) => {
      expect(Buffer.from(merkleRoot(leaves.slice(0, n))).toString('hex')).toBe(expected);
    },
  );

  test('streamed, equals the recursive definition for any leaves, and after each of them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 70 }), (given) => {
        const tree = new MerkleRoot();
        given.forEach((leaf, n) => {
          expect(tree.count).toBe(n);
          expect(tree.root().equals(mth(given.slice(0, n)))).toBe(true);
          tree.add(leaf);
        });
        expect(tree.root().equals(mth(given))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a text stands for its UTF-8', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\0', '\t', 'é', '☃', '😀', '\ud800') }), {
          maxLength: 20,
        }),
        (texts) => {
          const tree = new MerkleRoot();
          for (const text of texts) tree.add(text);
          expect(tree.root().equals(mth(texts.map((text) => Buffer.from(text, 'utf8'))))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of a node’s own children is not the root of a leaf that holds them', () => {
    const [a, b] = [sha256(Buffer.of(0), Buffer.from('a')), sha256(Buffer.of(0), Buffer.from('b'))];
    expect(merkleRoot([Buffer.from('a'), Buffer.from('b')])).not.toEqual(merkleRoot([Buffer.concat([a, b])]));
  });

  test('depends on the order of leaves and on where one ends', () => {
    expect(root('a', 'b')).not.toBe(root('b', 'a'));
    expect(root('ab', 'c')).not.toBe(root('a', 'bc'));
    expect(root('a', 'b', 'c')).not.toBe(root('a', 'b', 'c', 'c'));
  });
});

/** PATH of RFC 6962 section 2.1.1 and PROOF of 2.1.2, recursively, as the text has them. */
const split = (n: number): number => {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
};
const path = (m: number, d: readonly Uint8Array[]): Buffer[] => {
  if (d.length <= 1) return [];
  const k = split(d.length);
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
};
const subproof = (m: number, d: readonly Uint8Array[], whole: boolean): Buffer[] => {
  if (m === d.length) return whole ? [] : [mth(d)];
  const k = split(d.length);
  return m <= k
    ? [...subproof(m, d.slice(0, k), whole), mth(d.slice(k))]
    : [...subproof(m - k, d.slice(k), false), mth(d.slice(0, k))];
};

const many = Array.from({ length: 67 }, (_, n) => Buffer.from(`leaf ${String(n)}`));
const flipped = (hash: Uint8Array, bit: number): Uint8Array =>
  hash.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
/** What a proof may be turned into; each must be refused. */
const spoiled = (proof: readonly Uint8Array[]): Uint8Array[][] => [
  ...proof.map((_, at) => proof.filter((__, i) => i !== at)),
  ...proof.map((hash, at) => proof.with(at, flipped(hash, (at * 37) % 256))),
  ...proof.map((hash, at) => proof.with(at, hash.subarray(0, 31))),
  [...proof, Buffer.alloc(32)],
  [Buffer.alloc(32), ...proof],
  ...(proof.length > 0 ? [[...proof, ...proof.slice(-1)]] : []),
  ...(proof.length > 1 && !Buffer.from(proof[0] ?? []).equals(proof[1] ?? Buffer.of())
    ? [[...proof.slice(0, 2).toReversed(), ...proof.slice(2)]]
    : []),
];

describe('a proof of inclusion', () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 67];

  test('of every leaf of trees of many sizes is accepted, and nothing else is', () => {
    for (const treeSize of sizes) {
      const tree = many.slice(0, treeSize);
      const root = mth(tree);
      for (const [leafIndex, leaf] of tree.entries()) {
        const good = { leafIndex, treeSize, leafHash: leafHash(leaf), proof: path(leafIndex, tree), root };
        expect(() => verifyInclusion(good)).not.toThrow();
        const bad = [
          { leafIndex: leafIndex + 1 },
          { leafIndex: leafIndex - 1 },
          { leafIndex: treeSize },
          { leafIndex: 2 ** 53 },
          { leafIndex: leafIndex + 0.5 },
          { leafIndex: Number.NaN },
          { treeSize: 0 },
          { treeSize: -1 },
          { leafHash: flipped(good.leafHash, 7) },
          { leafHash: good.leafHash.subarray(1) },
          { root: flipped(root, 255) },
          { root: Buffer.concat([root, Buffer.of(0)]) },
          ...spoiled(good.proof).map((proof) => ({ proof })),
        ];
        for (const change of bad) expect(() => verifyInclusion({ ...good, ...change })).toThrow();
      }
    }
  });

  test('holds beyond 2^32 leaves, where bits would not do', () => {
    const [leafIndex, treeSize] = [2 ** 40 + 5, 2 ** 41];
    const siblings = Array.from({ length: 41 }, (_, n) => sha256(Buffer.of(n)));
    const leaf = leafHash(Buffer.from('far'));
    const root = siblings.reduce(
      (hash, sibling, level) =>
        Math.floor(leafIndex / 2 ** level) % 2 === 1
          ? sha256(Buffer.of(1), sibling, hash)
          : sha256(Buffer.of(1), hash, sibling),
      leaf,
    );
    const good = { leafIndex, treeSize, leafHash: leaf, proof: siblings, root };
    expect(() => verifyInclusion(good)).not.toThrow();
    expect(() => verifyInclusion({ ...good, leafIndex: 5 })).toThrow('root');
  });
});

describe('a proof of consistency', () => {
  test('between any two sizes is accepted, and nothing else is', () => {
    for (let size2 = 1; size2 <= 33; size2 += 1)
      for (let size1 = 1; size1 <= size2; size1 += 1) {
        const tree = many.slice(0, size2);
        const [root1, root2] = [mth(tree.slice(0, size1)), mth(tree)];
        const good = { size1, size2, proof: subproof(size1, tree, true), root1, root2 };
        expect(() => verifyConsistency(good)).not.toThrow();
        const bad = [
          { size1: size1 - 1 },
          { size1: size1 + 1 },
          { size1: 0 },
          { size1: size2 + 1 },
          { size1: size1 + 0.5 },
          { size2: 0 },
          { size2: 2 ** 53 },
          { root1: flipped(root1, 0) },
          { root2: flipped(root2, 128) },
          { root1: root1.subarray(1) },
          { root2: Buffer.alloc(33) },
          ...(size1 === size2 ? [] : [{ root1: root2, root2: root1 }, { root1: root2 }, { root2: root1 }]),
          ...spoiled(good.proof).map((proof) => ({ proof })),
        ];
        for (const change of bad) expect(() => verifyConsistency({ ...good, ...change })).toThrow();
      }
  });

  test('from no leaves proves nothing, and is refused', () => {
    const empty = sha256();
    const from = { size1: 0, proof: [], root1: empty };
    expect(() => verifyConsistency({ ...from, size2: 0, root2: empty })).toThrow('from 0 to 0');
    expect(() => verifyConsistency({ ...from, size2: 3, root2: mth(many.slice(0, 3)) })).toThrow(
      'from 0 to 3',
    );
  });
});
