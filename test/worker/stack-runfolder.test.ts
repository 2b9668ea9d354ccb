import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRunFolder, projectRoot, runHome } from '../../worker/stack/runfolder.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'cordon-home-'));
});
afterAll(() => rm(home, { recursive: true }));

test('runs that start at once have a folder each, and nobody else may enter it', async () => {
  const env = { CORDON_HOME: home };
  const [one, two] = await Promise.all([
    createRunFolder({ kind: 'demo', env }),
    createRunFolder({ kind: 'demo', env }),
  ]);
  expect(one.path).not.toBe(two.path);
  for (const path of [one.path, await two.sub('inner'), dirname(one.path)])
    expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('a dead run is kept for a week, and no longer; a live one stays', async () => {
  const env = { CORDON_HOME: home };
  const [week, day, alive] = [
    join(home, 'dev', '20260101T000000-00000a'),
    join(home, 'dev', '20260101T000000-00000b'),
    await createRunFolder({ kind: 'dev', env }),
  ];
  const daysAgo = async (folder: string, days: number) => {
    await mkdir(folder, { recursive: true });
    const at = new Date(Date.now() - days * 86_400_000);
    await utimes(folder, at, at);
  };
  await daysAgo(week, 8);
  await daysAgo(day, 6);
  await daysAgo(alive.path, 8);
  await createRunFolder({ kind: 'dev', env });
  expect([week, day, alive.path].map((path) => existsSync(path))).toEqual([false, true, true]);
});

test('`fresh` removes the folders of dead runs of its kind, and nothing else', async () => {
  const env = { CORDON_HOME: home };
  const module = new URL('../../worker/stack/runfolder.ts', import.meta.url).href;
  const program = `const { createRunFolder } = await import('${module}');
    for (const kind of ['demo', 'dev']) console.log((await createRunFolder({ kind, env: process.env })).path)`;
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const [dead = '', otherKind = ''] = ended.stdout.trim().split('\n');
  const alive = await createRunFolder({ kind: 'demo', env });
  expect(existsSync(dead)).toBe(true);
  await createRunFolder({ kind: 'demo', env, fresh: true });
  expect([dead, otherKind, alive.path].map((path) => existsSync(path))).toEqual([false, true, true]);
});

test('what lies beside runs and is none of them stays, whoever named the folder', async () => {
  const theirs = join(home, 'test', 'cases');
  await mkdir(theirs, { recursive: true });
  await createRunFolder({ kind: 'test', env: { CORDON_HOME: home }, fresh: true });
  expect(existsSync(theirs)).toBe(true);
});

test('without CORDON_HOME runs lie under the project, whatever the working folder', () => {
  for (const env of [{}, { CORDON_HOME: '' }]) expect(runHome(env)).toBe(join(projectRoot, '.cordon'));
  expect(existsSync(join(projectRoot, 'package.json'))).toBe(true);
});
