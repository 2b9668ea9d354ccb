// Workflow code that is kept from one start to the next: only for the very files it was made of, and only as it was
// written.
import {
  appendFile,
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { kept } from '../../worker/kept.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import { bundleWorkflows, sourcesSha256 } from '../../worker/workflow-code.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-kept-'));
afterAll(() => rm(folder, { recursive: true }));

describe('a text that is dear to make', () => {
  let made = 0;
  const ask = (file: string, of: string | undefined = 'this') =>
    kept(
      join(folder, file),
      () => Promise.resolve(of),
      () => Promise.resolve(`text ${String(++made)}`),
    );
  const isMadeAnew = async (file: string, of?: string): Promise<void> => {
    const before = made;
    expect(await ask(file, of)).toBe(`text ${String(before + 1)}`);
  };

  test('is made once, and lies where this login alone may read it', async () => {
    const first = await ask('once/code');
    expect([await ask('once/code'), await ask('once/code')]).toEqual([first, first]);
    expect(((await stat(join(folder, 'once'))).mode & 0o777).toString(8)).toBe('700');
    expect(((await stat(join(folder, 'once/code'))).mode & 0o777).toString(8)).toBe('600');
    expect(await readdir(join(folder, 'once'))).toEqual(['code']);
  });

  test('is made anew of anything else, and always of what cannot be told', async () => {
    await ask('other');
    await isMadeAnew('other', 'that');
    await isMadeAnew('other');
    const untold = () =>
      kept(
        join(folder, 'untold'),
        () => Promise.resolve(undefined),
        () => Promise.resolve(String(++made)),
      );
    expect(await untold()).not.toBe(await untold());
    expect(await readdir(folder)).not.toContain('untold');
  });

  test('is kept for nothing when what it is made of changes meanwhile', async () => {
    let of = 0;
    const asked = () =>
      kept(
        join(folder, 'racing'),
        () => Promise.resolve(`v${String(++of)}`),
        () => Promise.resolve(''),
      );
    await asked();
    expect(await readdir(folder)).not.toContain('racing');
  });

  test('is made anew where there is nowhere to keep it', async () => {
    await writeFile(join(folder, 'file'), '');
    await isMadeAnew('file/code');
    await isMadeAnew('file/code');
  });

  test.each<[odd: string, make: (file: string) => Promise<void>]>([
    ['longer', (file) => appendFile(file, ' ')],
    ['cut short', async (file) => writeFile(file, (await readFile(file)).subarray(0, -1))],
    ['another text', async (file) => writeFile(file, (await readFile(file, 'utf8')).replace('text', 'next'))],
    [
      'without its hashes',
      async (file) => writeFile(file, (await readFile(file, 'utf8')).replace(/^.*\n/, '')),
    ],
    ['empty', (file) => writeFile(file, '')],
    ['readable by others', (file) => chmod(file, 0o640)],
    ['a link', async (file) => rename(file, `${file}.away`).then(() => symlink(`${file}.away`, file))],
    ['a folder', async (file) => rm(file).then(() => mkdir(file))],
  ])('is not believed when its file is %s', async (odd, make) => {
    await ask(odd);
    await make(join(folder, odd));
    await isMadeAnew(odd);
  });
});

describe('what workflow code is made of', () => {
  const root = join(folder, 'copy');
  const copied = ['workflows', 'schemas', 'worker', 'package.json', 'node_modules/.package-lock.json'];
  const copy = (path: string) => cp(join(projectRoot, path), join(root, path), { recursive: true });

  test('has another hash as soon as a file that is in it changes, or what says its packages', async () => {
    await Promise.all(copied.map(copy));
    const ours = sourcesOf(await bundleWorkflows());
    expect(ours).toEqual(
      expect.arrayContaining(['workflows/wave.ts', 'schemas/failure.ts', 'worker/guard.ts']),
    );
    const hashes = new Set([await sourcesSha256(root)]);
    for (const path of [...ours, 'package.json', 'node_modules/.package-lock.json']) {
      const before = hashes.size;
      await appendFile(join(root, path), '\n');
      expect([path, hashes.add(await sourcesSha256(root)).size]).toEqual([path, before + 1]);
    }
    await appendFile(join(root, 'worker/main.ts'), '\n');
    expect(hashes).toContain(await sourcesSha256(root));
    await rm(join(root, 'node_modules/.package-lock.json'));
    expect(await sourcesSha256(root)).toBeUndefined();
  });

  test('lies in its hash with its place', async () => {
    expect(await sourcesSha256(projectRoot)).toMatch(/^[0-9a-f]{64}$/);
    await Promise.all(copied.map(copy));
    expect(await sourcesSha256(root)).not.toBe(await sourcesSha256(projectRoot));
  });
});

/** The bundler's own list: but for packages, and for what it writes itself. */
const sourcesOf = (code: string): string[] => {
  const [, map = ''] =
    /sourceMappingURL=data:application\/json;charset=utf-8;base64,(\S+)\s*$/.exec(code) ?? [];
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sources: string[] };
  return sources
    .filter((path) => path.startsWith(`${projectRoot}/`) && !path.endsWith('-entrypoint.cjs'))
    .map((path) => relative(projectRoot, path))
    .filter((path) => !path.startsWith('node_modules/'));
};
