// The command as scripts and editors use it: exit codes, JSON, and nothing on the way out that is not asked for.
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Mistake } from '../../schemas/mistake.ts';
import { check } from '../../worker/check.ts';

const root = join(import.meta.dirname, '../..');
const good = join(root, 'schemas/pipelines/warwickshire-victims.yaml');
const bad = (name: string): string => join(root, 'test/schemas/bad', `${name}.yaml`);

const run = async (files: string[], options: { json?: boolean; sql?: boolean } = {}) => {
  const lines: string[] = [];
  const code = await check(
    files,
    { json: false, sql: false, ...options },
    (line) => lines.push(line),
    ({ pipeline }) => `select '${pipeline.survey}'`,
  );
  return { code, text: lines.join('\n') };
};

test('a good file is fine, with a word on what it would do', async () => {
  expect(await run([good])).toEqual({
    code: 0,
    text: `${good}  fine: 18 rules, 8 fields to smsr, 4 code lists`,
  });
});

test('mistakes of several files come at once, the good ones are still said to be fine', async () => {
  const { code, text } = await run([bad('unknown-key'), good, bad('day-31'), '/nowhere.yaml']);
  expect(code).toBe(1);
  expect(text).toContain('unknown-key.yaml:14:3  unknown key\n');
  expect(text).toContain('day-31.yaml:9:15  day not in every month\n');
  expect(text).toContain('/nowhere.yaml:1:1  unreadable\n   found     no such file\n');
  expect(text).toContain(`${good}  fine`);
  expect(text.endsWith('3 mistakes in 3 files')).toBe(true);
});

test('a message reads as one', async () => {
  const { text } = await run([bad('unknown-key')]);
  expect(text.slice(text.indexOf('unknown-key.yaml'))).toBe(`unknown-key.yaml:14:3  unknown key
   14 |   widnow: { column: reported_at, months: 1 }
      |   ^^^^^^
   found     widnow
   expected  one of from, relation, key, window, read, derive, recognise, expect
   did you mean  window

1 mistake in 1 file`);
});

test('as JSON it is an array and nothing else', async () => {
  expect(await run([good], { json: true, sql: true })).toEqual({ code: 0, text: '[]' });
  const { code, text } = await run([bad('all-at-once')], { json: true });
  const mistakes = JSON.parse(text) as Mistake[];
  expect(code).toBe(1);
  expect(mistakes).toHaveLength(5);
  expect(mistakes[1]).toMatchObject({
    file: bad('all-at-once'),
    line: 25,
    column: 34,
    code: 'unknown-key',
    found: 'in_registr',
    nearest: 'in_register',
  });
});

test('what a survey should leave out and does not is a note, at its screen, with a line that adds it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-notes-'));
  try {
    await symlink(join(root, 'schemas/lists'), join(folder, 'lists'));
    await symlink(join(root, 'schemas/processors'), join(folder, 'processors'));
    await mkdir(join(folder, 'pipelines'));
    const file = join(folder, 'pipelines', 'warwickshire-victims.yaml');
    const without = (lines: readonly RegExp[]) =>
      readFile(good, 'utf8').then((text) =>
        writeFile(
          file,
          text
            .replace('[flag_sensitive, { in_register: safety-markers }]', '[flag_sensitive]')
            .split('\n')
            .filter((line) => !lines.some((some) => some.test(line)))
            .join('\n'),
        ),
      );
    await without([/deceased/, /victim_role/]);
    const { code, text } = await run([file]);
    expect(code).toBe(0);
    expect(text.match(/no rule that leaves out .*/g)).toEqual([
      'no rule that leaves out the deceased',
      'no rule that leaves out people under a safety marker',
      'no rule that leaves out victims who are suspects',
    ]);
    expect(text).toContain(`${file}:39:1  NOTE  advised rule
   39 | screen: # every reason that matches is recorded, the first one counts i…
      | ^^^^^^
   found     no rule that leaves out the deceased
   expected  one in every survey, or a cause not to have it that the DPO knows
   remedy    - { reason: deceased, when: deceased }
`);
    expect(text).toMatch(/ {2}fine: 16 rules,/);
    const json = await run([file], { json: true });
    expect(json.code).toBe(0);
    expect(JSON.parse(json.text)).toMatchObject(
      Array.from({ length: 3 }, () => ({ file, line: 39, column: 1, code: 'advised-rule', note: true })),
    );
    // of a suspect's phone is said nothing of the suspect
    await writeFile(
      file,
      (await readFile(good, 'utf8'))
        .replace('{ not: { victim_role: [victim] } }', '{ phone_of: { victim_role: [suspect] } }')
        .replace('also-a-suspect', 'phone'),
    );
    expect((await run([file])).text.match(/no rule that leaves out .*/g)).toEqual([
      'no rule that leaves out victims who are suspects',
    ]);
    // a rule of that name that leaves out the others, or too few
    for (const [rule, instead, whom] of [
      ['when: deceased }', 'when: { not: deceased } }', 'the deceased'],
      ['when: deceased }', 'when: { all: [deceased, flag_sensitive] } }', 'the deceased'],
      ['any: [flag_sensitive, {', 'all: [flag_sensitive, {', 'people under a safety marker'],
      ['{ not: { victim_role: [victim] } }', '{ victim_role: [victim] }', 'victims who are suspects'],
      ['{ victim_role: [victim] }', '{ victim_role: [suspect] }', 'victims who are suspects'],
    ] as const) {
      const text = await readFile(good, 'utf8');
      expect(text).toContain(rule);
      await writeFile(file, text.replace(rule, instead));
      const said = await run([file]);
      expect(said.code).toBe(0);
      expect(said.text.match(/no rule that leaves out .*/g)).toEqual([`no rule that leaves out ${whom}`]);
    }
    for (const [rule, instead] of [
      ['when: deceased }', 'when: { not: { not: deceased } } }'],
      ['{ not: { victim_role: [victim] } }', '{ victim_role: [suspect, victim and suspect] }'],
    ] as const) {
      await writeFile(file, (await readFile(good, 'utf8')).replace(rule, instead));
      expect((await run([file])).text).not.toContain('NOTE');
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a rule that keeps the people whom it seems to leave out is a note at its place, and one that leaves them out is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-notes-'));
  try {
    await symlink(join(root, 'schemas/lists'), join(folder, 'lists'));
    await symlink(join(root, 'schemas/processors'), join(folder, 'processors'));
    await mkdir(join(folder, 'pipelines'));
    const file = join(folder, 'pipelines', 'warwickshire-victims.yaml');
    const text = await readFile(good, 'utf8');
    const age = '{ age_under: 16, on: [reported_at, drawn_at] }';
    const phone = '{ no_usable: phone, kinds: [mobile, landline] }';
    const dated = '{ not: { missing: born_on } }';
    const notes = async (old: string, when: string): Promise<string[]> => {
      expect(text).toContain(`when: ${old} }`);
      await writeFile(file, text.replace(`when: ${old} }`, `when: ${when} }`));
      const { code, text: said } = await run([file]);
      expect(code).toBe(0);
      return said.match(/(?<=found {5}).*/g) ?? [];
    };
    const letThrough = ['whoever has no born_on is let through, as if of the right age'];
    for (const when of [
      `{ all: [${dated}, ${age}] }`,
      `{ all: [${age}, { all: [flag_sensitive, ${dated}] }] }`,
      `{ not: { any: [{ missing: born_on }, { not: ${age} }] } }`,
      `{ any: [deceased, { all: [${dated}, ${age}] }] }`,
      `{ all: [${dated}, { any: [flag_sensitive, ${age}] }] }`,
    ])
      expect([when, await notes(age, when)]).toEqual([when, letThrough]);
    const adults = ['whoever is 16 or over is left out, and not the younger'];
    for (const when of [`{ not: ${age} }`, `{ any: [flag_sensitive, { not: ${age} }] }`])
      expect([when, await notes(age, when)]).toEqual([when, adults]);
    expect(await notes(phone, `{ not: ${phone} }`)).toEqual([
      'whoever has a usable mobile or landline is left out',
    ]);
    for (const [old, when] of [
      [age, `{ any: [{ missing: born_on }, { all: [${dated}, ${age}] }] }`],
      [age, `{ any: [${age}, { all: [${dated}, ${age}] }] }`],
      [age, `{ not: { not: ${age} } }`],
      [age, '{ age_over: 15, on: [drawn_at] }'],
      [age, '{ not: { age_between: [16, 85], on: [drawn_at] } }'],
      [age, `{ all: [{ missing: born_on }, ${age}] }`],
      [age, `{ all: [{ not: { missing: postcode } }, ${age}] }`],
      [age, `{ all: [flag_sensitive, { not: ${age} }] }`],
      [age, dated],
      [phone, `{ any: [deceased, ${phone}] }`],
    ] as const)
      expect([when, await notes(old, when)]).toEqual([when, []]);
    await notes(age, `{ not: ${age} }`);
    const line = text.slice(0, text.indexOf(age)).split('\n').length;
    expect(JSON.parse((await run([file], { json: true })).text)).toMatchObject([
      {
        file,
        line,
        code: 'advised-rule',
        note: true,
        remedy: 'age_under: 16 without not; where the older are meant, age_over: 15',
      },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no shipped survey has a note', async () => {
  const folder = join(root, 'schemas/pipelines');
  const files = (await readdir(folder)).map((file) => join(folder, file));
  expect(files.length).toBeGreaterThan(2);
  expect(await run(files, { json: true })).toEqual({ code: 0, text: '[]' });
});

test('SQL is printed for what has no mistake, and only when asked', async () => {
  expect((await run([good], { sql: true })).text).toContain("select 'warwickshire-victims'");
  expect((await run([good])).text).not.toContain('select');
  expect((await run([bad('day-31')], { sql: true })).text).not.toContain('select');
});

test('without a file it is wrong usage', async () => {
  expect((await run([])).code).toBe(2);
});
