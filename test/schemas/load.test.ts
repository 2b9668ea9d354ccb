// The shipped declaration and what becomes of it: the plain data that everything behind the grammar is built on.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { inspect, loadDeclaration } from '../../schemas/load.ts';
import type { Options } from '../../schemas/load.ts';

const schemas = join(import.meta.dirname, '../../schemas');
const shipped = join(schemas, 'pipelines/warwickshire-victims.yaml');
const folder = mkdtempSync(join(tmpdir(), 'cordon-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

const load = (file: string, options?: Options) => {
  const loaded = loadDeclaration(file, options);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes, null, 2));
  return loaded.declaration;
};

describe('the shipped survey', () => {
  const { pipeline, processor, lists, files } = load(shipped);

  test('comes with its processor and the lists it names, and no others', () => {
    expect(pipeline.survey).toBe('warwickshire-victims');
    expect(processor.processor).toBe(pipeline.transfer.to);
    expect(Object.keys(lists)).toEqual([
      'crime-groups',
      'domestic-abuse',
      'serious-violence',
      'sexual-offences',
    ]);
    expect(files.map(({ path }) => path.slice(schemas.length + 1))).toEqual([
      'pipelines/warwickshire-victims.yaml',
      'processors/smsr.yaml',
      ...Object.keys(lists).map((name) => `lists/${name}.yaml`),
    ]);
  });

  test('is plain data: it survives JSON unchanged', () => {
    const declaration = { pipeline, processor, lists };
    expect(JSON.parse(JSON.stringify(declaration))).toEqual(declaration);
  });

  test('is read into the shapes that the compiler takes', () => {
    expect(pipeline.extract.relation).toEqual(['survey', 'victim_offence']);
    expect(pipeline.extract.read.deceased).toEqual({ type: 'boolean' });
    expect(pipeline.extract.read.flag_domestic).toMatchObject({ type: 'boolean', missingMeans: false });
    expect(pipeline.extract.expect).toEqual({
      rows: [1500, 8000],
      quarantineUpTo: 0.02,
      notOlderThan: 'P2D',
    });
    expect(pipeline.sample).toMatchObject({ take: { count: 1200 }, reserve: 0.2 });
    expect(pipeline.minimise.phone).toMatchObject({
      kind: 'column',
      columns: ['phone_mobile', 'phone_home'],
      as: 'e164',
    });
    expect(pipeline.screen.map(({ reason, when }) => [reason, when.is])).toEqual([
      ['opted-out', 'in-register'],
      ['notice-open', 'notice-open'],
      ['deceased', 'column'],
      ['under-16', 'age-under'],
      ['not-a-person', 'not'],
      ['also-a-suspect', 'not'],
      ['cancelled', 'in-values'],
      ['domestic-abuse', 'any'],
      ['sexual-offence', 'in-list'],
      ['serious-violence', 'in-list'],
      ['unknown-offence', 'not-in-any-group'],
      ['sensitive', 'any'],
      ['on-hold', 'in-register'],
      ['hold-expired', 'in-register'],
      ['no-usable-phone', 'no-usable-phone'],
      ['surveyed-recently', 'in-register'],
      ['shared-phone', 'phone-of-more-than'],
      ['same-person', 'duplicate-of-person'],
    ]);
    expect(lists['crime-groups']?.codes).toEqual(Object.values(lists['crime-groups']?.groups ?? {}).flat());
    expect(lists['domestic-abuse']?.groups).toBeNull();
  });
});

const derived = (text: string): string => {
  const file = join(folder, 'derived.yaml');
  writeFileSync(file, text);
  return file;
};

describe('a processor file of one run', () => {
  const smsr = readFileSync(join(schemas, 'processors/smsr.yaml'), 'utf8');
  test('takes the place of the shipped one, under any file name', () => {
    const processorFile = derived(smsr.replace(/ {2}sftp:\n(?: {4}.*\n)+/, '  directory: { path: drop }\n'));
    const { processor, files } = load(shipped, { processorFile });
    expect(processor.deliver).toEqual({ directory: { path: 'drop' } });
    expect(files[1]?.path).toBe(processorFile);
  });

  test('may say by when outcomes are owed, as its comment shows', () => {
    expect(load(shipped).processor).not.toHaveProperty('outcomes');
    const processorFile = derived(smsr.replace('# outcomes: ', 'outcomes: '));
    expect(load(shipped, { processorFile }).processor.outcomes).toEqual({ within: 'P28D' });
  });

  test('must still be the processor that the survey sends to', () => {
    const loaded = loadDeclaration(shipped, {
      processorFile: derived(smsr.replace('processor: smsr', 'processor: other')),
    });
    expect(
      loaded.ok ? [] : loaded.mistakes.map(({ code, expected }) => [code, expected.split(',')[0]]),
    ).toEqual([['name-mismatch', 'smsr']]);
  });

  test('narrows what may leave', () => {
    const loaded = loadDeclaration(shipped, {
      processorFile: derived(smsr.replace('surname, phone', 'phone')),
    });
    expect(loaded.ok ? [] : loaded.mistakes.map(({ code, found }) => [code, found])).toEqual([
      ['field-not-allowed', 'surname'],
    ]);
  });

  test('with a mistake is answered in its own file, beside the mistakes of the survey', () => {
    const survey = join(folder, 'warwickshire-victims.yaml');
    writeFileSync(survey, readFileSync(shipped, 'utf8').replace('day: 16', 'day: 10'));
    const loaded = loadDeclaration(survey, {
      processorFile: derived(smsr.replace('within: P2D', 'within: soon')),
      listsFolder: join(schemas, 'lists'),
    });
    expect(
      loaded.ok ? [] : loaded.mistakes.map(({ file, code }) => [file.slice(folder.length + 1), code]),
    ).toEqual([
      ['warwickshire-victims.yaml', 'undrawable-days'],
      ['derived.yaml', 'bad-duration'],
    ]);
  });
});

test('a processor and a list are checked by themselves, and are no declaration', () => {
  for (const file of ['processors/smsr.yaml', 'lists/crime-groups.yaml'])
    expect(inspect(join(schemas, file))).toEqual({ mistakes: [] });
});

test('a processor file that was named and is not there is said to be missing, by its own name', () => {
  const missing = join(folder, 'nosuch.yaml');
  expect(loadDeclaration(shipped, { processorFile: missing })).toMatchObject({
    ok: false,
    mistakes: [{ file: missing, code: 'unreadable', found: 'no such file' }],
  });
});
