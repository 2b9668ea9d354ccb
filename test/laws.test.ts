// Types, lint and format as tests, so that `npm test` is the whole truth; and what may stand in no file at all.
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { projectFiles, root } from './tree.ts';
import type { SourceFile } from './tree.ts';
import { machinePaths, phoneNumbers, registryHosts } from './written.ts';

const slow = 180_000;
/** by content: a file that has not changed since it was found well formatted is not read again */
const cached = [
  '--cache',
  '--cache-strategy=content',
  `--cache-location=${join(root, '.cordon', 'prettier-cache')}`,
];

/** What the tool said, or nothing when it was content. */
const complaint = async (tool: string, args: readonly string[], cwd = root): Promise<string> => {
  const program = realpathSync(join(root, 'node_modules/.bin', tool));
  try {
    await promisify(execFile)(process.execPath, [program, ...args], { cwd, maxBuffer: 2 ** 26 });
    return '';
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ''}${stderr ?? ''}` || String(error);
  }
};

/** By the hash of every file, the lock of all packages among them: what a tool has passed, it would pass again. */
const passes = async (tool: string, args: readonly string[]): Promise<void> => {
  const file = join(root, '.cordon', `passed-${tool}`);
  const now = hash('sha256', JSON.stringify([args, projectFiles()]));
  if (existsSync(file) && readFileSync(file, 'utf8') === now) return;
  expect(await complaint(tool, args)).toBe('');
  writeFileSync(file, now);
};

test('every file type-checks', { timeout: slow }, () =>
  passes('tsc', [
    '--pretty',
    'false',
    '--incremental',
    '--tsBuildInfoFile',
    join(root, '.cordon', 'tsbuildinfo'),
  ]),
);

test('every file passes the linter, warnings included', { timeout: slow }, () =>
  passes('oxlint', ['--type-aware', '--deny-warnings']),
);

test('every file is formatted', { timeout: slow }, () =>
  passes('prettier', ['--check', '.', '--log-level', 'warn', ...cached]),
);

describe('the tools bite', () => {
  // Outside the project: a planted mistake inside it would fail the tests above when they run at the same time.
  const folder = mkdtempSync(join(tmpdir(), 'cordon-laws-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const plant = (file: string, text: string): string => {
    writeFileSync(join(folder, file), text);
    return file;
  };
  plant(
    'tsconfig.json',
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { types: [] },
      include: ['*.ts'],
    }),
  );
  const lint = (...files: readonly string[]) =>
    complaint('oxlint', ['--type-aware', '--config', join(root, '.oxlintrc.json'), ...files], folder);

  test('a floating promise is caught, an awaited one is not', { timeout: slow }, async () => {
    const declared =
      'declare const send: () => Promise<void>;\nexport const go = async (): Promise<void> => {\n';
    const floating = plant('floating.ts', `${declared}  send();\n};\n`);
    const awaited = plant('awaited.ts', `${declared}  await send();\n};\n`);
    const said = await lint(floating, awaited);
    expect(said).toContain('no-floating-promises');
    expect(said).toContain(floating);
    expect(said).not.toContain(awaited);
  });

  test('an unchecked index is caught', { timeout: slow }, async () => {
    plant('index.ts', 'export const first = (rows: readonly string[]): string => rows[0];\n');
    expect(await complaint('tsc', ['--pretty', 'false', '-p', folder], folder)).toContain('index.ts(1,');
  });

  test('a badly formatted file is caught', async () => {
    const file = plant('format.ts', 'export const a = "b"\n');
    expect(
      await complaint('prettier', ['--check', '--config', join(root, '.prettierrc.json'), file], folder),
    ).toContain(file);
  });
});

const anywhere = (law: (file: SourceFile) => readonly string[]): readonly string[] =>
  projectFiles().flatMap((file) => law(file).map((found) => `${file.path}: ${found}`));

describe('no file holds a phone number that somebody might answer', () => {
  test('outside 07700 900000 to 900999 and 01632 960000 to 960999 there is none', () => {
    expect(anywhere(phoneNumbers)).toEqual([]);
  });

  // Put together here, or this file would break its own law.
  const live = [
    ['07700', '123456'],
    ['07911', '123', '456'],
    ['+44', '7700', '800', '900'],
    ['+44', '(0)20', '7946', '0958'],
    ['0044', '1926', '415000'],
    ['01926', '415000'],
  ];
  test.each(live.flatMap((parts) => [[parts.join(' ')], [parts.join('-')], [parts.join('')]]))(
    '%s is reported',
    (number) => {
      expect(phoneNumbers({ text: `phone: '${number}',` })).toHaveLength(1);
    },
  );

  test.each([
    '07700 900000',
    '07700900999',
    '+44 7700 900 123',
    '+44 (0)1632 960001',
    '01632 96000',
    'sha256:0712345678901234567890abcdef',
    'a07123456789',
    '0.07123456789',
    '0000 0000 0000 0000',
    '2026-03-01 06:30',
    '01 02 03 04 05 06 07 08',
    '1926415000',
  ])('%s is not', (text) => {
    expect(phoneNumbers({ text })).toEqual([]);
  });
});

describe('no file says where it was made', () => {
  test('no package registry’s host', () => {
    expect(anywhere(registryHosts)).toEqual([]);
    expect(registryHosts({ text: `see https://${['registry', 'npmjs', 'org'].join('.')}/pg` })).toHaveLength(
      1,
    );
    expect(registryHosts({ text: 'the processor registry. Of these' })).toEqual([]);
  });

  test('no path of a build machine', () => {
    expect(anywhere(machinePaths)).toEqual([]);
    expect(machinePaths({ text: `cd ${['', 'work', 'main'].join('/')}` })).toHaveLength(1);
    expect(machinePaths({ text: 'the frame/work/sample of a wave, ./work/x, ~/root/y' })).toEqual([]);
  });
});
