// Who a folder belongs to, written inside it, so that another run can tell a live owner from a dead one.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identify, isRunning } from './processes.ts';

interface Owner {
  readonly host: string;
  readonly pid: number;
  readonly started: string;
}

/** Makes the folder, 0700, for this process. @returns false when it is there already */
export const makeOwnedFolder = async (folder: string): Promise<boolean> => {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (e) {
    if (e instanceof Error && 'code' in e && e.code === 'EEXIST') return false;
    throw e;
  }
  const owner: Owner = { host: hostname(), pid: process.pid, started: identify(process.pid)?.started ?? '' };
  await writeFile(join(folder, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
  return true;
};

/** An owner on another host, which may share the folder, counts as alive; so does a folder younger than a minute. */
export const ownerIsAlive = async (folder: string): Promise<boolean> => {
  try {
    const owner = JSON.parse(await readFile(join(folder, 'owner.json'), 'utf8')) as Owner;
    return owner.host !== hostname() || isRunning(owner);
  } catch {
    const made = await stat(folder).catch(() => undefined);
    return made !== undefined && Date.now() - made.mtimeMs < 60_000;
  }
};
