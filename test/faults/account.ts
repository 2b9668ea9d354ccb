// What must hold at the end of a month, whatever happened in the middle: looked up by a superuser in tables, files and
// the catalogue, and hashed here again, not asked of Cordon.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { expect } from 'vitest';
import type { Leaf, LeafType } from '../../schemas/leaf.ts';
import { withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import type { Arrived } from '../../worker/demo/processor.ts';
import type { Month } from '../month.ts';

/** Asks as a superuser of Cordon's database, over connections that are kept. */
type Asked = Pick<Month, 'query'>;

/** Repeats `look` until `good`; the last answer, whichever it is. */
export const settled = async <T>(
  look: () => Promise<T>,
  good: (found: T) => boolean,
  withinMs = 15_000,
): Promise<T> => {
  for (const ends = Date.now() + withinMs; ;) {
    const found = await look();
    if (good(found) || Date.now() > ends) return found;
    await wait(50);
  }
};

/** Every leaf in order. @throws unless indexes have no gap and each hash is RFC 6962's of its bytes */
export const ledger = async (asked: Asked): Promise<Leaf[]> => {
  const rows = await asked.query<{ index: string; leaf: Buffer; leaf_hash: Buffer }>(
    'select index::text, leaf, leaf_hash from ledger.entry order by ledger.entry.index',
  );
  expect(rows.map(({ index }) => Number(index))).toEqual(rows.map((_, at) => at));
  for (const { leaf, leaf_hash } of rows)
    expect(leaf_hash.equals(createHash('sha256').update('\0').update(leaf).digest())).toBe(true);
  return rows.map(({ leaf }) => JSON.parse(leaf.toString()) as Leaf);
};

/** A delivered attempt tells its story once, and in this order. */
export const story: readonly LeafType[] = [
  'attempt-opened',
  'extracted',
  'screened',
  'frame-committed',
  'seed-drawn',
  'sampled',
  'minimised',
  'packaged',
  'release-signed',
  'release-signed',
  'intent',
  'disclosure',
  'delivered',
  'receipt',
  'attempt-closed',
];

export const storyOf = (leaves: readonly Leaf[], attempt: number, without: readonly LeafType[] = []) =>
  leaves
    .filter((leaf) => leaf.attempt === attempt && story.includes(leaf.type) && !without.includes(leaf.type))
    .map(({ type }) => type);

export interface Intent {
  readonly attempt: number;
  readonly ordinal: number;
  readonly package: string;
  readonly began: boolean;
  readonly delivered: boolean;
  readonly voided: boolean;
}

export const intents = (asked: Asked): Promise<Intent[]> =>
  asked.query<Intent & pg.QueryResultRow>(
    `select attempt, ordinal, package, first_byte_at is not null as began,
       delivered_at is not null as delivered, voided_at is not null as voided
     from cordon.intent order by attempt, ordinal`,
  );

/** Files with bytes in them: a draft that was made before a first byte stays behind, empty. */
export const inbound = async ({ installation }: Month): Promise<string[]> => {
  const folder = installation.processor.inbound;
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return names.filter((_, at) => sizes[at] !== 0).toSorted();
};

/** Promises 1 and 3 for the attempt that was delivered: one package, one intent, one balanced waterfall. */
export const expectOneDelivery = async (month: Month, arrived: Arrived, attempt: number): Promise<void> => {
  const { name, sha256 } = arrived;
  expect(await inbound(month)).toEqual(
    [name, `${name}.manifest.json`, `${name}.manifest.json.sig`].toSorted(),
  );
  expect((await intents(month)).filter(({ voided }) => !voided)).toMatchObject([
    { attempt, package: sha256, began: true, delivered: true },
  ]);
  const counts = await month.query(
    `select package::int, read = quarantined + intake and intake = excluded + frame
       and frame = sample + reserve + not_drawn and package = sample + promoted - struck as balances
     from cordon.waterfall where attempt = $1`,
    [attempt],
  );
  expect(counts).toEqual([{ package: arrived.rows, balances: true }]);
  expect(await month.query('select * from cordon.waterfall_unbalanced')).toEqual([]);
  const told = await withConnection(month.installation.urls.auditor, 'account', (db) => verifyDatabase(db));
  // tests move clocks by hand
  expect(told.faults.filter(({ rule }) => rule !== 'TABLE' && rule !== 'CLOCK')).toEqual([]);
};

/** Relations of personal data that no live copy in the inventory accounts for; the public frame holds none. */
export const orphans = (asked: Asked): Promise<unknown[]> =>
  asked.query(
    `select nspname as place from pg_namespace where nspname like 'wave\\_%'
       and nspname not in (select place from cordon.copy where kind = 'staging' and state <> 'erased')
     union all
     select relname from pg_class where relnamespace = 'copies'::regnamespace and relkind = 'r'
       and relname !~ '^frame_' and relname not in (select place from cordon.copy where state <> 'erased')`,
  );

/** Sessions of the worker in both databases of an installation. */
export const sessions = async (month: Month): Promise<number[]> => {
  const rows = await month.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = any($1)
       and application_name in ('cordon worker', 'cordon extract', 'cordon cancel')`,
    [Object.values(month.installation.databases)],
  );
  return rows.map(({ pid }) => pid);
};

/** A dead client's query is ended by its server, even one that waits for a lock. */
export const expectEnded = async (month: Month, pids: readonly number[]): Promise<void> => {
  const left = await settled(
    () => month.query('select pid, state, query from pg_stat_activity where pid = any($1)', [pids]),
    ({ length }) => length === 0,
    4_000,
  );
  expect(left).toEqual([]);
};
