// Whatever the bytes, `cordon check` answers with mistakes or accepts: it never throws, hangs or places a mistake
// outside the file. Mutations start from the shipped survey, so that most of them get past the YAML.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadDeclaration } from '../../schemas/load.ts';
import { isMistakeCode, render } from '../../schemas/mistake.ts';

const schemas = join(import.meta.dirname, '../../schemas');
const good = readFileSync(join(schemas, 'pipelines/warwickshire-victims.yaml'));
/** `CORDON_FUZZ=20` looks twenty times as long. */
const effort = Number(process.env.CORDON_FUZZ ?? 1);
const patience = { timeout: 120_000 * effort };
const folder = mkdtempSync(join(tmpdir(), 'cordon-fuzz-'));
const file = join(folder, 'warwickshire-victims.yaml');
const options = { processorFile: join(schemas, 'processors/smsr.yaml'), listsFolder: join(folder, 'lists') };
/** The lists by their names, with a code or two each: to read the whole of them costs more than to read the survey. */
beforeAll(() => {
  mkdirSync(options.listsFolder);
  for (const list of readdirSync(join(schemas, 'lists'))) {
    const holds =
      list === 'crime-groups.yaml' ? "groups: { robbery: ['34A'], burglary: ['28E'] }" : "codes: ['8N']";
    const name = list.replace('.yaml', '');
    writeFileSync(
      join(options.listsFolder, list),
      `cordon: 1\nlist: ${name}\nversion: '1'\nsource: made for tests\n${holds}\n`,
    );
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const answers = (bytes: Uint8Array): void => {
  writeFileSync(file, bytes);
  const loaded = loadDeclaration(file, options);
  if (loaded.ok) return;
  expect(loaded.mistakes.length).toBeGreaterThan(0);
  const lines =
    bytes.toString().split('\n').length + Buffer.from(bytes).toString('latin1').split('\n').length;
  for (const mistake of loaded.mistakes) {
    expect(isMistakeCode(mistake.code)).toBe(true);
    expect(mistake.line).toBeGreaterThan(0);
    expect(mistake.line).toBeLessThanOrEqual(lines);
    expect(mistake.column).toBeGreaterThan(0);
    expect(mistake.expected).not.toMatch(/undefined|\[object/);
    expect(render(mistake)).not.toContain('undefined');
  }
};

test('the unchanged survey is accepted, so that what follows is about the changes', () => {
  writeFileSync(file, good);
  expect(loadDeclaration(file, options).ok).toBe(true);
});

test('bytes changed, removed and put in are answered', patience, () => {
  const change = fc.record({
    at: fc.nat(good.length),
    remove: fc.nat(12),
    insert: fc.uint8Array({ maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let bytes = good;
      for (const { at, remove, insert } of changes)
        bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
      answers(bytes);
    }),
    { numRuns: 200 * effort },
  );
});

test('words swapped for other words are answered', patience, () => {
  const words = [...new Set(good.toString().match(/[\w-]+|[[\]{},:]/g))];
  const odd = [
    'null',
    'true',
    '~',
    '0',
    '-1',
    '1e9',
    '""',
    '[]',
    '{}',
    'constructor',
    'toString',
    '𝄞',
    '\u202e',
    '- -',
    '? x',
  ];
  const parts = good.toString().split(/([\w-]+|[[\]{},:])/);
  const swap = fc.tuple(fc.nat(parts.length - 1), fc.constantFrom(...words, ...odd));
  fc.assert(
    fc.property(fc.array(swap, { minLength: 1, maxLength: 5 }), (swaps) => {
      const changed = [...parts];
      for (const [at, word] of swaps) changed[at] = word;
      answers(Buffer.from(changed.join('')));
    }),
    { numRuns: 200 * effort },
  );
});

test('lines dropped, doubled and indented are answered', patience, () => {
  const lines = good.toString().split('\n');
  const step = fc.tuple(
    fc.nat(lines.length - 1),
    fc.constantFrom(...(['drop', 'double', 'indent', 'outdent'] as const)),
  );
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
      const changed = [...lines];
      for (const [at, what] of steps) {
        const line = changed[at] ?? '';
        const edits = { drop: [], double: [line, line], indent: [`  ${line}`], outdent: [line.trimStart()] };
        changed.splice(at, 1, ...edits[what]);
      }
      answers(Buffer.from(changed.join('\n')));
    }),
    { numRuns: 100 * effort },
  );
});
