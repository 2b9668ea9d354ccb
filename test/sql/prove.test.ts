// Proofs of a real log, verified as a stranger would: between any two of its sizes, for any of its leaves, out of rows
// that nobody can change, and that tell on whoever does.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withConnection } from '../../sql/connect.ts';
import { leafHash, merkleRoot, verifyConsistency, verifyInclusion } from '../../sql/ledger/merkle.ts';
import { proveConsistency, proveInclusion, rootAt } from '../../sql/ledger/prove.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { as } from './wave.ts';

let cordon: Cordon;
let leaves: Buffer[];
const size = 70;

/** As the owner, past what a leaf must say: the tree is about bytes. */
const grow = (from: number, to: number) =>
  as(
    cordon,
    'admin',
    `insert into ledger.entry select n, convert_to('leaf ' || n, 'UTF8'), sha256('\\x00'::bytea || convert_to('leaf ' || n, 'UTF8'))
     from generate_series($1::bigint, $2::bigint) n order by n`,
    [from, to],
  );

beforeAll(async () => {
  cordon = await createCordon();
  await as(cordon, 'admin', 'alter table ledger.entry disable trigger entry_has_no_gap');
  const [before] = await as<{ n: number }>(cordon, 'admin', 'select count(*)::int as n from ledger.entry');
  await grow(before?.n ?? 0, size - 1);
  const rows = await as<{ leaf: Buffer }>(cordon, 'auditor', 'select leaf from ledger.entry order by index');
  leaves = rows.map(({ leaf }) => leaf);
  expect(leaves).toHaveLength(size);
});
afterAll(() => cordon.drop());

const auditor = <T>(work: Parameters<typeof withConnection<T>>[2]): Promise<T> =>
  withConnection(cordon.urls.auditor, 'auditor', work);

test('every complete subtree is stored, once, with its hash', async () => {
  const rows = await as<{ level: number; index: number; hash: Buffer }>(
    cordon,
    'auditor',
    'select * from ledger.node',
  );
  expect(rows).toHaveLength([1, 2, 3, 4, 5, 6].reduce((n, level) => n + Math.floor(size / 2 ** level), 0));
  for (const { level, index, hash } of rows)
    expect(hash.equals(merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)))).toBe(true);
});

test('every leaf is proved in every size of the log, and every size in every later one', async () => {
  await auditor(async (db) => {
    for (const treeSize of [1, 2, 3, 7, 8, 9, 31, 33, 64, 65, size]) {
      const root = await rootAt(db, treeSize);
      expect(root.equals(merkleRoot(leaves.slice(0, treeSize)))).toBe(true);
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex += 1) {
        const { leaf, proof } = await proveInclusion(db, leafIndex, treeSize);
        expect(leaf.equals(leaves[leafIndex] ?? Buffer.of())).toBe(true);
        verifyInclusion({ leafIndex, treeSize, leafHash: leafHash(leaf), proof, root });
      }
      for (let size1 = 1; size1 <= treeSize; size1 += 1)
        verifyConsistency({
          size1,
          size2: treeSize,
          proof: await proveConsistency(db, size1, treeSize),
          root1: merkleRoot(leaves.slice(0, size1)),
          root2: root,
        });
    }
  });
});

test('a root of no leaves is that of nothing; what is not there is refused', async () => {
  await auditor(async (db) => {
    expect((await rootAt(db, 0)).equals(createHash('sha256').digest())).toBe(true);
    await expect(rootAt(db, size + 1)).rejects.toThrow('shorter');
    await expect(proveInclusion(db, size, size)).rejects.toThrow(RangeError);
    await expect(proveInclusion(db, 0, size + 1)).rejects.toThrow('shorter');
    await expect(proveConsistency(db, 0, size)).rejects.toThrow(RangeError);
    await expect(proveConsistency(db, 2, size + 64)).rejects.toThrow('shorter');
  });
});

test('nobody changes a stored hash; a superuser who does has a proof that leads elsewhere', async () => {
  for (const text of [
    'update ledger.node set index = index',
    'delete from ledger.node',
    'truncate ledger.node',
  ])
    for (const who of ['owner', 'worker', 'auditor'] as const)
      await expect(as(cordon, who, text)).rejects.toThrow();
  await expect(as(cordon, 'worker', `insert into ledger.node values (40, 0, sha256('x'))`)).rejects.toThrow(
    'permission',
  );
  await as(cordon, 'admin', 'alter table ledger.node disable trigger user');
  await as(cordon, 'admin', `update ledger.node set hash = sha256(hash) where (level, index) = (3, 1)`);
  await auditor(async (db) => {
    const { leaf, proof } = await proveInclusion(db, 2, size);
    const told = { leafIndex: 2, treeSize: size, leafHash: leafHash(leaf), proof, root: merkleRoot(leaves) };
    expect(() => verifyInclusion(told)).toThrow('root');
  });
});

test('a proof in a log of 2^41 leaves asks for some tens of rows', async () => {
  const asked: unknown[] = [];
  const far = 2 ** 41 + 2 ** 20 + 3;
  const none = {
    query: (_: string, values: unknown[]) => (
      asked.push(...(values[0] as unknown[])),
      Promise.resolve({ rows: [] })
    ),
  };
  await expect(proveInclusion(none as never, 2 ** 33 + 5, far)).rejects.toThrow('shorter');
  expect(asked.length).toBeLessThan(100);
});
