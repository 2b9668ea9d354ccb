// The files of the project as git sees them, including those not added yet: a law must bite before the commit.
// A copy without its .git (a tarball, an image) is walked instead.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface SourceFile {
  /** relative to the project, with forward slashes */
  readonly path: string;
  readonly text: string;
}

export const projectPaths = (): readonly string[] =>
  (existsSync(join(root, '.git')) ? listed() : walked('')).toSorted();

/** Binary files are left out: the laws are about what somebody wrote. */
export const projectFiles = (): readonly SourceFile[] =>
  projectPaths()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ text }) => !text.includes('\0'));

const listed = (): readonly string[] =>
  // safe.directory: a check-out owned by another user is refused by git otherwise
  execFileSync(
    'git',
    ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));

const walked = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !['node_modules', '.cordon', '.git'].includes(name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? walked(path) : [path];
    });
