// The file of a CSV drop: its name, whether it is whole, and its header. A file that changes while it is read, or that
// has a `.part` beside it, is still being written, whatever its first rows look like.
import type { BigIntStats } from 'node:fs';
import { lstat, open, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { failure, refuse } from '../../schemas/failure.ts';

export interface OpenDrop {
  /** `victim_offence-2026-10.csv`; messages name it, never the folder */
  readonly name: string;
  readonly file: FileHandle;
  readonly mtime: Date;
  /** @throws SOURCE_DROP_MALFORMED when the file is no longer the one that was opened, or has changed */
  assertUnchanged(): Promise<void>;
}

/** @throws SOURCE_UNREACHABLE, SOURCE_DROP_MISSING, SOURCE_DROP_MALFORMED */
export const withDrop = async <T>(
  folder: URL,
  relation: readonly string[],
  period: string,
  work: (drop: OpenDrop) => Promise<T>,
): Promise<T> => {
  const { name, path } = fileOf(folder, relation, period);
  await assertFolder(folder);
  if (await exists(`${path}.part`)) throw missing(name, `${name}.part, which is still being delivered`);
  const file = await open(path, 'r').catch((e: unknown) => {
    if (errno(e) === 'ENOENT') throw missing(name, 'no such file');
    throw unreadable(`${name} cannot be opened (${errno(e)})`);
  });
  try {
    const opened = await file.stat({ bigint: true });
    if (!opened.isFile()) throw missing(name, 'something of that name that is no file');
    if (opened.size === 0n) throw malformed(name, 'is empty', 'a header, even where there are no rows');
    return await work({
      name,
      file,
      mtime: new Date(Number(opened.mtimeMs)),
      assertUnchanged: async () => {
        const now = await Promise.all([file.stat({ bigint: true }), stat(path, { bigint: true })]).catch(
          () => [],
        );
        if (now.length === 0 || now.some((later) => !same(opened, later)) || (await exists(`${path}.part`)))
          throw malformed(name, 'changed while it was read', 'a file that is complete, renamed into place');
      },
    });
  } finally {
    await file.close();
  }
};

/** Whatever of that name is there, whole or not. */
export const isDropThere = async (
  folder: URL,
  relation: readonly string[],
  period: string,
): Promise<boolean> => {
  const { name, path } = fileOf(folder, relation, period);
  await assertFolder(folder);
  const found = await Promise.all(
    [path, `${path}.part`].map((each) =>
      lstat(each).then(
        () => true,
        (e: unknown) => {
          if (errno(e) === 'ENOENT') return false;
          throw unreadable(`${name} cannot be looked at (${errno(e)})`);
        },
      ),
    ),
  );
  return found.includes(true);
};

/** Removes the file, and the beginning of one; what is gone already is as good. */
export const eraseDrop = async (folder: URL, relation: readonly string[], period: string): Promise<void> => {
  const { name, path } = fileOf(folder, relation, period);
  await assertFolder(folder);
  for (const each of [path, `${path}.part`])
    await unlink(each).catch((e: unknown) => {
      if (errno(e) !== 'ENOENT') throw unreadable(`${name} cannot be removed (${errno(e)})`);
    });
};

const fileOf = (folder: URL, relation: readonly string[], period: string): { name: string; path: string } => {
  const name = `${relation.at(-1) ?? ''}-${period}.csv`;
  if (basename(name) !== name || name.includes('\0'))
    throw failure('INPUT', { relation: 'a name that no file can have' });
  return { name, path: join(fileURLToPath(folder), name) };
};

const same = (a: BigIntStats, b: BigIntStats): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;

const assertFolder = async (folder: URL): Promise<void> => {
  const found = await stat(folder).catch((e: unknown) => {
    throw unreadable(`the folder of drops cannot be read (${errno(e)})`);
  });
  if (!found.isDirectory()) throw unreadable('the folder of drops is no folder');
};

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const errno = (e: unknown): string => {
  const { code } = e as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
};

/** `found` must hold nothing of the file's content. */
export const malformed = (name: string, found: string, expected: string) =>
  refuse({
    code: 'SOURCE_DROP_MALFORMED',
    found: `${name} ${found}`,
    expected,
    remedy: 'have the file exported again, whole and as RFC 4180 says, and run the month again',
  });

const missing = (name: string, found: string) =>
  refuse({
    code: 'SOURCE_DROP_MISSING',
    found,
    expected: `a file ${name}`,
    remedy: 'have it delivered under this name: written as .part, renamed when it is whole',
  });

const unreadable = (found: string) =>
  refuse({
    code: 'SOURCE_UNREACHABLE',
    found,
    expected: 'a folder of drops that this process may read and clear',
    remedy: "see that the connection's address names the folder and that its rights allow it",
  });
