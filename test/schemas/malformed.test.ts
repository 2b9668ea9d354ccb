// Files that are no YAML, or more YAML than anyone should have to read: a mistake with a place, and never a stack.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inspect } from '../../schemas/load.ts';
import { render } from '../../schemas/mistake.ts';

const folder = mkdtempSync(join(tmpdir(), 'cordon-malformed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const answer = (content: string | Uint8Array): string[] => {
  const file = join(folder, 'x.yaml');
  writeFileSync(file, content);
  const { mistakes } = inspect(file);
  expect(mistakes.map(render).join('\n')).not.toMatch(/ {4}at |\.ts:\d/);
  return mistakes.map(({ line, column, code }) => `${line}:${column} ${code}`);
};

test.each([
  ['an empty file', '', '1:1 empty'],
  ['nothing but a comment', '# later\n', '1:1 empty'],
  ['an empty document', '---\n', '1:1 empty'],
  ['a tab for indentation', 'cordon: 1\nevery:\n\tday: 16\n', '3:1 tab'],
  ['a bracket never closed', 'cordon: 1\nkey: [a, b\ntitle: x\n', '3:1 syntax'],
  ['a quote never closed', 'cordon: 1\ntitle: "a survey\n', '3:1 syntax'],
  ['two colons on one line', 'cordon: 1\ntitle: a: b\n', '2:8 syntax'],
  ['a forbidden first letter', 'title: @home\n', '1:8 syntax'],
  ['a directive that would change the meaning of no', '%YAML 1.1\n---\nsurvey: no\n', '1:1 directive'],
  ['a key twice', 'survey: a\ntitle: b\nsurvey: c\n', '3:1 duplicate-key'],
  ['a number for a key', 'survey: a\n039: b\n', '2:1 unquoted'],
  ['a list for a key', 'survey: a\n? [b, c]\n: d\n', '2:3 wrong-type'],
  ['a merge key over an anchor', 'a: &x { b: c }\nd: { <<: *x }\n', '1:4 alias'],
  ['a word alone', 'survey\n', '1:1 unknown-kind'],
  ['a carriage return alone', 'survey: a\rtitle: b\n', '1:10 binary'],
  ['a zero byte', 'survey: a\ntitle: b\0c\n', '2:9 binary'],
  ['an escape that would colour the terminal', 'survey: \u001b[31mred\n', '1:9 binary'],
  ['a line that nobody could review', `survey: a\ntitle: ${'x'.repeat(5000)}\n`, '2:1 too-large'],
  ['brackets beyond the stack', '[\n'.repeat(40_000), '1:1 too-deep'],
])('%s is one mistake in its place', (_, content, expected) => {
  const [first = '', ...others] = answer(content);
  expect(others).toEqual([]);
  // Where the stack ends depends on the machine; that it is told, and how, does not.
  expect(expected.endsWith('too-deep') ? first.replace(/^\d+:\d+/, '1:1') : first).toBe(expected);
});

test.each([
  ['UTF-16', Buffer.from('\ufeffsurvey: a\n', 'utf16le'), '1:1 encoding'],
  ['Latin-1', Buffer.from('survey: a\ntitle: caf\u00e9\n', 'latin1'), '2:11 encoding'],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), '2:1 binary'],
  ['more than a mebibyte', Buffer.alloc(1024 * 1024 + 1, '#\n'), '1:1 too-large'],
])('%s is one mistake', (_, bytes, expected) => {
  expect(answer(bytes)).toEqual([expected]);
});

test('a byte order mark and line ends of another system change nothing', () => {
  const text = 'cordon: 1\nlist: x\nversion: "1"\nsource: tests\ncodes: ["8L"]\n';
  expect(answer(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual([]);
});

test('a million laughs are refused before anything unfolds', () => {
  const names = ['b', 'c', 'd', 'e', 'f', 'g'];
  const unfolds = (i: number) => `*${names[i - 1] ?? 'a'}, `.repeat(10);
  const bomb = `a: &a ha\n${names.map((name, i) => `${name}: &${name} [${unfolds(i)}]\n`).join('')}`;
  const before = performance.now();
  expect(answer(bomb)).toEqual(['1:4 alias']);
  expect(performance.now() - before).toBeLessThan(1000);
});

test('what is no file is a mistake as well', () => {
  const codes = [
    folder,
    join(folder, 'absent.yaml'),
    join(folder, 'x.yaml', 'y.yaml'),
    '/dev/zero',
    'a\0b',
  ].map((path) => inspect(path).mistakes.map(({ code, found }) => `${code}: ${found}`));
  expect(codes).toEqual([
    ['unreadable: a folder'],
    ['unreadable: no such file'],
    ['unreadable: no such file'],
    ['unreadable: no regular file'],
    ['unreadable: a path that cannot be opened (ERR_INVALID_ARG_VALUE)'],
  ]);
});
