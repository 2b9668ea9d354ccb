// A program of the system that a test needs. Where CI is set, a missing one is a failure: a skipped proof is none.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'vitest';
import { root } from './tree.ts';

/** Names under which distributions ship one program. */
const alias: Readonly<Record<string, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};

/** @returns the program's path, or undefined when the machine has none */
export const tool = (name: string): string | undefined =>
  (alias[name] ?? [name])
    .flatMap((file) => folders().map((folder) => join(folder, file)))
    .find((path) => isProgram(path));

/**
 * `const gpg = needs('gpg', ctx)`
 *
 * @throws where CI is set; elsewhere the test that `ctx` belongs to is skipped and says why
 */
export const needs = (name: string, ctx: Pick<TestContext, 'skip'>, env = process.env): string => {
  const path = tool(name);
  if (path !== undefined) return path;
  const reason = `${name} is not installed; .ci/run installs it`;
  if (env['CI']) throw new Error(reason);
  return ctx.skip(reason);
};

/** The only program of Python that a test may ask for: the published sampler, at the version that .ci/run installs. */
export const sampler = 'consistent_sampler==1.0.10';

/**
 * A Python that has the published sampler: the one that .ci/run made in `.cordon/python`, or the system's.
 *
 * @throws as `needs` does
 */
export const needsSampler = (ctx: Pick<TestContext, 'skip'>, env = process.env): string => {
  const own = join(root, '.cordon/python/bin/python');
  const path = [own, tool('python3')].find((python) => python !== undefined && hasSampler(python));
  if (path !== undefined) return path;
  const reason = `${sampler} is not installed in a Python; .ci/run installs it`;
  if (env['CI']) throw new Error(reason);
  return ctx.skip(reason);
};

const hasSampler = (python: string): boolean =>
  spawnSync(python, ['-c', 'from consistent_sampler import sampler']).status === 0;

const folders = (): readonly string[] => [
  ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  // sshd lies where an ordinary user's PATH does not look, PostgreSQL where nobody's does
  '/usr/sbin',
  '/usr/local/sbin',
  '/sbin',
  ...postgresFolders(),
];

const postgresFolders = (): readonly string[] => {
  try {
    const base = '/usr/lib/postgresql';
    return readdirSync(base)
      .toSorted((a, b) => Number(b) - Number(a))
      .map((major) => join(base, major, 'bin'));
  } catch {
    return [];
  }
};

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
