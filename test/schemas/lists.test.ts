// The code lists that exclude people: a code lost, doubled or turned into a number here is somebody rung.
// Read without the list grammar, so that a slack grammar cannot let a bad list through.
import { readdirSync, readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, parseDocument, Scalar, visit } from 'yaml';
import { describe, expect, test } from 'vitest';

const folder = new URL('../../schemas/lists/', import.meta.url);
/** Words and no codes: `company-words` has titles for nothing, and its words are tried in test/sql/truth.test.ts. */
const ofWords = ['company-words.yaml'];
const names = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !ofWords.includes(file));

/** "8N", "28E", "4/10", "105A" as recording classes; "008/06" as Home Office offence codes */
const shape = /^(?:[1-9]\d{0,2}[A-Z]?|[1-9]\d?\/[1-9]\d?|\d{3}\/\d{2})$/;

interface Reading {
  readonly head: ReadonlyMap<string, unknown>;
  readonly codes: readonly string[];
  readonly titled: readonly string[];
  readonly groups: readonly string[];
  readonly unquoted: readonly string[];
}

const read = (text: string): Reading => {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isMap(contents)) throw new Error(`not a list: ${errors[0]?.message ?? ''}`);
  const codes: string[] = [];
  const titled: string[] = [];
  const unquoted: string[] = [];
  const code = (node: unknown, into: string[]): void => {
    if (!isScalar(node)) return;
    into.push(String(node.value));
    if (node.type !== Scalar.QUOTE_SINGLE && node.type !== Scalar.QUOTE_DOUBLE)
      unquoted.push(String(node.value));
  };
  for (const key of ['codes', 'groups'])
    visit(contents.get(key, true) as Scalar, {
      Seq: (_, seq) => seq.items.forEach((item) => code(item, codes)),
    });
  const titles = contents.get('titles', true);
  if (isMap(titles)) for (const { key } of titles.items) code(key, titled);
  const groups = contents.get('groups', true);
  return {
    head: new Map(
      contents.items.map(({ key, value }) => [String(key), isScalar(value) ? value.value : value]),
    ),
    codes,
    titled,
    groups: isMap(groups)
      ? groups.items.filter(({ value }) => isSeq(value)).map(({ key }) => String(key))
      : [],
    unquoted,
  };
};

const faults = ({ codes, titled, unquoted }: Reading): readonly string[] => [
  ...unquoted.map((code) => `${code} is not quoted`),
  ...codes.filter((code) => !shape.test(code)).map((code) => `${code} has no code's shape`),
  ...codes.filter((code, i) => codes.indexOf(code) !== i).map((code) => `${code} stands twice`),
  ...codes.filter((code) => !titled.includes(code)).map((code) => `${code} has no title`),
  ...titled.filter((code) => !codes.includes(code)).map((code) => `${code} is titled but not listed`),
];

const load = (name: string): Reading => read(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'));

test('there are these four lists of codes and no other', () => {
  expect(names.toSorted()).toEqual(
    ['crime-groups', 'domestic-abuse', 'serious-violence', 'sexual-offences'].map((n) => `${n}.yaml`),
  );
});

describe.each(names.map((file) => file.replace('.yaml', '')))('%s', (name) => {
  const list = load(name);

  test('says which list, which version, from what source, read when', () => {
    expect(list.head.get('cordon')).toBe(1);
    expect(list.head.get('list')).toBe(name);
    expect(list.head.get('version')).toMatch(/^\d{4}-\d{2}$/);
    expect(list.head.get('source')).toMatch(/Home Office.*April 2026.*https:\/\/www\.gov\.uk\//s);
    expect(list.head.get('retrieved')).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(list.head.get('note')).toBeTypeOf('string');
  });

  test('holds quoted codes of the right shape, once each, all titled, and nothing else', () => {
    expect(list.codes.length).toBeGreaterThan(0);
    expect(faults(list)).toEqual([]);
  });

  test('holds no code that the groups do not know', () => {
    const known = new Set(load('crime-groups').codes);
    expect(list.codes.filter((code) => !known.has(code))).toEqual([]);
  });
});

test('the groups are these, and each code lies in one', () => {
  expect(load('crime-groups').groups).toEqual([
    'homicide-death',
    'violence-with-injury',
    'violence-without-injury',
    'stalking-harassment',
    'sexual-offences',
    'robbery',
    'burglary',
    'vehicle-offences',
    'theft-person',
    'bicycle-theft',
    'shoplifting',
    'other-theft',
    'criminal-damage-arson',
    'public-order',
    'weapons',
    'miscellaneous',
  ]);
});

test('a class that excludes takes its offence codes with it', () => {
  const serious = load('serious-violence').codes;
  expect(serious).toEqual(expect.arrayContaining(['1', '001/01', '5D', '005/01', '36', '036/01', '008/77']));
  expect(load('sexual-offences').codes).toEqual(expect.arrayContaining(['19C', '019/08', '88E', '088/09']));
  expect(load('domestic-abuse').codes).toEqual(expect.arrayContaining(['8U', '008/67']));
  expect(serious).not.toContain('8N');
});

test('a planted list is reported for every fault it has', () => {
  const planted = read(
    "codes: ['8N', 39, '4-10', '8N', '28E']\ntitles: { '8N': A, '39': B, '4-10': C, '3B': D }\n",
  );
  expect(faults(planted)).toEqual([
    '39 is not quoted',
    "4-10 has no code's shape",
    '8N stands twice',
    '28E has no title',
    '3B is titled but not listed',
  ]);
});
