// Everything a run writes lies under one ignored folder, a subfolder for each run: .cordon/<kind>/<run id>, 0700.
// The root is found from this file, so that commands work from any folder. CORDON_HOME names another one.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeOwnedFolder, ownerIsAlive } from './owner.ts';

export const projectRoot = dirname(dirname(import.meta.dirname));

export type RunKind = 'demo' | 'dev' | 'test' | 'bench';
export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunFolder {
  readonly id: string;
  readonly path: string;
  /** A subfolder, made 0700. */
  sub(name: string): Promise<string>;
  remove(): Promise<void>;
}

export const runHome = (env: Environment): string =>
  // an empty one is none: the working folder is somebody else's
  resolve(env['CORDON_HOME'] || join(projectRoot, '.cordon'));

/** Whatever else lies beside runs is not ours to remove. */
const runId = /^\d{8}T\d{6}-[0-9a-f]{6}$/;

/** Longer than anybody looks at a run that has ended. */
const keptMs = 7 * 86_400_000;

/**
 * First removes the folders of dead runs of this kind that are older than a week; those of live runs stay.
 * @param options.fresh removes all of dead runs, however old
 */
export const createRunFolder = async (options: {
  kind: RunKind;
  env: Environment;
  fresh?: boolean;
}): Promise<RunFolder> => {
  const parent = join(runHome(options.env), options.kind);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeDeadRuns(parent, options.fresh ? 0 : keptMs);
  const id = `${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}-${randomBytes(3).toString('hex')}`;
  const path = join(parent, id);
  await makeOwnedFolder(path);
  return {
    id,
    path,
    sub: async (name) => {
      const folder = join(path, name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
};

/** Names what it removed. A run of another host, which may share the folder, counts as alive. */
export const removeDeadRuns = async (parent: string, olderThanMs = 0): Promise<readonly string[]> => {
  const removed: string[] = [];
  const before = Date.now() - olderThanMs;
  for (const name of await readdir(parent)) {
    if (!runId.test(name)) continue;
    const folder = join(parent, name);
    if (olderThanMs > 0 && (await changedAt(folder)) > before) continue;
    if (await ownerIsAlive(folder)) continue;
    await rm(folder, { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
};

/** Another run may be removing it. */
const changedAt = (folder: string): Promise<number> =>
  stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
