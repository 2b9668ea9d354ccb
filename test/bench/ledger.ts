// `node test/bench/ledger.ts [leaves]`: proofs of a log of 10 million leaves out of its stored subtree hashes, against
// the root of the same log made by reading every leaf, side by side in one run. Each proof is verified, outside the time.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { eachRow } from '../../activities/rows.ts';
import { withConnection } from '../../sql/connect.ts';
import { leafHash, MerkleRoot, verifyConsistency, verifyInclusion } from '../../sql/ledger/merkle.ts';
import { proveConsistency, proveInclusion, rootAt } from '../../sql/ledger/prove.ts';
import { migrate } from '../../sql/migrate.ts';
import { roleNames } from '../../sql/roles.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';

const size = Number(process.argv[2] ?? 10_000_000);
const rounds = 200;
const { DATABASE_URL: _, ...env } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
const watchdog = await startWatchdog();
const settings = { fsync: 'off', max_wal_size: '8GB' };
const server = await startPostgres({ folder, env, watchdog, progress: () => undefined, settings });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Level by level in sets: the triggers that grow a log leaf by leaf would take most of an hour. */
const build = async (db: pg.Client): Promise<void> => {
  await db.query(
    'alter table ledger.entry disable trigger user; alter table ledger.node disable trigger user',
  );
  await db.query(
    `insert into ledger.entry
     select n, leaf, sha256('\\x00'::bytea || leaf)
     from generate_series(0, $1::bigint - 1) n, lateral (select convert_to('leaf ' || n, 'UTF8') as leaf) l`,
    [size],
  );
  await db.query(
    `insert into ledger.node
     select 1, a.index / 2, sha256('\\x01'::bytea || a.leaf_hash || b.leaf_hash)
     from ledger.entry a join ledger.entry b on b.index = a.index + 1 where a.index % 2 = 0`,
  );
  for (let level = 2; 2 ** level <= size; level += 1)
    await db.query(
      `insert into ledger.node
       select $1, a.index / 2, sha256('\\x01'::bytea || a.hash || b.hash)
       from ledger.node a join ledger.node b on (b.level, b.index) = (a.level, a.index + 1)
       where a.level = $1::int - 1 and a.index % 2 = 0`,
      [level],
    );
  await db.query('vacuum analyze ledger.entry, ledger.node');
};

/** Every leaf, in order, as anybody would who had nothing else. */
const scan = async (db: pg.Client): Promise<Buffer> => {
  const tree = new MerkleRoot();
  const take = (leaf = ''): void => tree.add(Buffer.from(leaf));
  await eachRow(db, `select convert_from(leaf, 'UTF8') from ledger.entry order by index`, take);
  return tree.root();
};

const timed = async <T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> => {
  const from = performance.now();
  const value = await work();
  return { value, ms: performance.now() - from };
};
const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const anywhere = (): number => 1 + Math.floor(Math.random() * (size - 1));

try {
  await withConnection(server.adminUrl, 'bench', (db) => db.query('create database bench'));
  const url = Object.assign(new URL(server.adminUrl), { pathname: '/bench' }).href;
  await withConnection(url, 'bench', async (db) => {
    await migrate(db, roleNames('bench'));
    const built = await timed(() => build(db));
    say(`built   ${size} leaves in ${(built.ms / 1000).toFixed(0)} s, in sets`);
    const read = await timed(() => scan(db));
    const root = await timed(() => rootAt(db, size));
    if (!root.value.equals(read.value)) throw new Error('the stored hashes make another root');
    say(
      `root    ${root.ms.toFixed(1)} ms out of stored hashes, ${(read.ms / 1000).toFixed(1)} s out of all leaves`,
    );
    const inclusion: number[] = [];
    const consistency: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const [leafIndex, size1] = [anywhere(), anywhere()];
      const one = await timed(() => proveInclusion(db, leafIndex, size));
      const { leaf, proof } = one.value;
      verifyInclusion({ leafIndex, treeSize: size, leafHash: leafHash(leaf), proof, root: root.value });
      const two = await timed(() => proveConsistency(db, size1, size));
      const root1 = await rootAt(db, size1);
      verifyConsistency({ size1, size2: size, proof: two.value, root1, root2: root.value });
      inclusion.push(one.ms);
      consistency.push(two.ms);
    }
    for (const [what, times] of Object.entries({ inclusion, consistency }))
      say(
        `${what.padEnd(12)}${median(times).toFixed(2)} ms, the median of ${rounds}; the scan is ${(
          read.ms / median(times)
        ).toFixed(0)} times that`,
      );
  });
} finally {
  await server.stop();
  await watchdog.stop();
  await rm(folder, { recursive: true, force: true });
}
