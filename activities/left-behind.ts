// What the rows of a month carried, looked for outside PostgreSQL: in files, where logs, reports and temporary files are,
// and in Temporal's histories. A place that cannot be read is a doubt; one that nobody has named is told as not searched.
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { searchFor } from './search.ts';
import type { Search } from './search.ts';

export interface Outside {
  /** files and folders in which Cordon's processes leave what they leave: logs, reports */
  readonly paths: readonly string[];
  /** every run that was open since, by a name that may stand in the ledger */
  readonly histories?: (since: Date) => AsyncIterable<History>;
}

export interface History {
  readonly name: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

export interface Sought {
  readonly planted: string;
  /** what was written to before, and not since, cannot hold it */
  readonly since: Date;
  /** SHA-256 of what may be no whole file either: the month's packages */
  readonly packages: readonly string[];
}

/** In words for the ledger, none of which is a value: where it was found or nobody could look, and where nobody looked. */
export interface LeftBehind {
  readonly doubts: readonly string[];
  readonly notSearched: readonly string[];
}

/** Of the text that searches, as `cordon.query_sha256()` is of the functions that do. */
export const searchSha256 = createHash('sha256')
  .update(
    ['search.ts', 'left-behind.ts'].map((file) => readFileSync(join(import.meta.dirname, file))).join(''),
  )
  .digest('hex');

export const lookForLeftBehind = async (
  { paths, histories }: Outside,
  sought: Sought,
): Promise<LeftBehind> => {
  const search = searchFor(new Map([['planted', sought.planted]]));
  const own = await ownTemporary();
  const found = [
    ...(await Promise.all(paths.map((path) => inFiles(path, search, sought)))),
    // what another user keeps there is not for this process to read
    ...(await Promise.all(own.map((path) => inFiles(path, search, sought)))).map(asOthers),
    paths.length === 0 ? notSearched('logs and reports, of which nobody has said where they are') : nothing,
    histories ? await inHistories(histories, search, sought) : notSearched('histories in Temporal'),
  ];
  return {
    doubts: [...new Set(found.flatMap(({ doubts }) => doubts))].toSorted(),
    notSearched: [...new Set(found.flatMap((each) => each.notSearched))].toSorted(),
  };
};

const nothing: LeftBehind = { doubts: [], notSearched: [] };
const doubt = (where: string): LeftBehind => ({ doubts: [where], notSearched: [] });
const notSearched = (where: string): LeftBehind => ({ doubts: [], notSearched: [where] });

const unreadable = ' that cannot be read';
const asOthers = ({ doubts, ...others }: LeftBehind): LeftBehind => ({
  doubts: doubts.filter((each) => !each.endsWith(unreadable)),
  notSearched: [
    ...others.notSearched,
    ...(doubts.some((each) => each.endsWith(unreadable)) ? ['temporary files of another user'] : []),
  ],
});

/** By how every file begins that Cordon makes there; a folder there is of somebody's stack, which has its own logs. */
const ownTemporary = async (): Promise<string[]> =>
  (await readdir(tmpdir(), { withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.startsWith('cordon-'))
    .map(({ name }) => join(tmpdir(), name));

const inHistories = async (
  histories: NonNullable<Outside['histories']>,
  search: Search,
  { since }: Sought,
): Promise<LeftBehind> => {
  const doubts: string[] = [];
  try {
    for await (const { name, pieces } of histories(since))
      if ((await search.through(pieces)).length > 0) doubts.push(`a planted value in ${name}`);
  } catch {
    doubts.push('histories in Temporal that cannot be read');
  }
  return { doubts, notSearched: [] };
};

const inFiles = async (root: string, search: Search, sought: Sought): Promise<LeftBehind> => {
  const found: LeftBehind[] = [];
  try {
    for await (const path of filesBelow(await realpath(root), sought.since))
      found.push(await inFile(path, search, sought));
  } catch {
    found.push(doubt(called(root) + unreadable));
  }
  return {
    doubts: found.flatMap(({ doubts }) => doubts),
    notSearched: found.flatMap((each) => each.notSearched),
  };
};

const inFile = async (path: string, search: Search, { packages }: Sought): Promise<LeftBehind> => {
  if (/\.(?:zst|xz|bz2|zip|7z)$/.test(path)) return notSearched(`${called(path)}, which is compressed`);
  const hash = createHash('sha256');
  try {
    if ((await search.through(pieces(path, hash))).length > 0)
      return doubt(`a planted value in ${called(path)}`);
  } catch (e) {
    return isGone(e) ? nothing : doubt(called(path) + unreadable);
  }
  return packages.includes(hash.digest('hex')) ? doubt(`the package in ${called(path)}`) : nothing;
};

async function* pieces(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path);
  const text = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  for await (const piece of text as AsyncIterable<Uint8Array>) {
    hash.update(piece);
    yield piece;
  }
}

/** Files that have been written to since; a file may go while others are read. */
async function* filesBelow(path: string, since: Date): AsyncGenerator<string> {
  const found = await lstat(path).catch((e: unknown) => {
    if (!isGone(e)) throw e;
  });
  if (found?.isFile() && Math.max(found.mtimeMs, found.ctimeMs) >= since.getTime() - aBit) yield path;
  if (!found?.isDirectory()) return;
  const names = await readdir(path);
  // of the blocks of PostgreSQL the certificate says what may remain
  if (names.includes('PG_VERSION')) return;
  for (const name of names.toSorted()) yield* filesBelow(join(path, name), since);
}

/** Of two clocks, that of PostgreSQL and that of the disk. */
const aBit = 3_600_000;

const isGone = (e: unknown): boolean => (e as NodeJS.ErrnoException).code === 'ENOENT';

/** Whoever has named a file may have named it after somebody. */
const called = (path: string): string => {
  const name = basename(path);
  return /^[a-z][a-z0-9._-]{0,40}$/.test(name) && !/\d{5}/.test(name)
    ? `file ${name}`
    : 'a file of another name';
};
