// Delivery into a folder that this host can see: a mounted share, or the demo's processor. Files are 0600, files
// and folder are synced, and a symbolic link is never followed.
import { constants } from 'node:fs';
import { lstat, open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOurs } from '../../schemas/failure.ts';
import type { DeliveryTarget, Draft, Folder, Shelf } from './adapter.ts';
import { deliveryTarget } from './target.ts';
import { conflict, unreachable } from './unreachable.ts';
import type { DeliveryStep } from './unreachable.ts';

export interface DirectoryPlace {
  readonly directory: string;
  readonly answers: string;
}

export const openDirectory = (place: DirectoryPlace): DeliveryTarget => deliveryTarget(directoryShelf(place));

const { O_RDONLY, O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;

export const directoryShelf = (place: DirectoryPlace): Shelf => {
  const folders: Record<Folder, string> = { inbound: place.directory, answers: place.answers };
  return {
    size: (folder, name) => told('look', size(folders[folder], name)),
    read: (folder, name, limit) => told('read', read(join(folders[folder], name), limit)),
    open: (name, make) => told('open', draft(join(place.directory, name), make)),
    rename: (from, to) => told('rename', renameSynced(place.directory, from, to)),
    list: (folder) => told('list', list(folders[folder])),
    close: async () => {},
  };
};

const size = async (folder: string, name: string): Promise<number | undefined> => {
  const found = await lstat(join(folder, name)).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    return undefined;
  });
  if (found === undefined) {
    await stat(folder);
    return undefined;
  }
  if (!found.isFile()) throw conflict('something that is no file');
  return found.size;
};

const read = async (path: string, limit: number): Promise<Uint8Array> => {
  await using file = await open(path, O_RDONLY | O_NOFOLLOW);
  const bytes = Buffer.alloc(Math.min(limit, (await file.stat()).size));
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
};

const draft = async (path: string, make: boolean): Promise<Draft> => {
  const file = await open(path, O_WRONLY | O_NOFOLLOW | (make ? O_CREAT : 0), 0o600);
  await file.chmod(0o600);
  return {
    write: async (bytes, at) => {
      let done = 0;
      while (done < bytes.length) {
        done += (await told('write', file.write(bytes, done, bytes.length - done, at + done))).bytesWritten;
      }
    },
    cut: (bytes) => told('write', file.truncate(bytes)),
    sync: () => told('sync', file.sync()),
    close: () => told('close', file.close()),
  };
};

/** The folder is synced too: else a power cut may take back the new name. */
const renameSynced = async (folder: string, from: string, to: string): Promise<void> => {
  await rename(join(folder, from), join(folder, to));
  await using handle = await open(folder, O_RDONLY);
  await handle.sync();
};

const list = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true })).flatMap((entry) => (entry.isFile() ? [entry.name] : []));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';

/** Node's messages quote the path: only its code is passed on. */
const told = async <T>(step: DeliveryStep, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    throw isOurs(error) ? error : unreachable(step, codeOf(error));
  }
};
