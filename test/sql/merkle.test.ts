// Against the published roots and against RFC 6962 section 2.1 written down as it is defined.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MerkleRoot, merkleRoot } from '../../sql/ledger/merkle.ts';

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
