// `cordon draw` as a process, side by side with the published Python package on the same ids.
import { execFileSync } from 'node:child_process';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { drawCommand } from '../../worker/draw.ts';
import type { DrawFlags } from '../../worker/draw.ts';
import { anyCharacter } from '../chance.ts';
import { needsSampler } from '../tools.ts';
import { cordon, typed } from './command.ts';

const ids = ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'B-3'];
const input = `${ids.join('\n')}\n`;

/** In this process: a start of the command line for each of many cases would take most of the time. */
const drawn = async (flags: DrawFlags, given: string, cut = 7): Promise<string[][]> => {
  const texts: string[] = [];
  const bytes = Buffer.from(given);
  const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
  await drawCommand(flags, Readable.from(chunks), { write: (text) => texts.push(text) });
  return parse(texts.join(''));
};

/** What the package draws, for every case in one process: tickets and ids in draw order. */
const published = (python: string, cases: readonly unknown[]): string[][][] =>
  JSON.parse(
    execFileSync(
      python,
      [
        '-c',
        `import json, sys
from consistent_sampler import sampler
print(json.dumps([[[t.ticket_number, t.id] for t in sampler(c["ids"], c["seed"], take=c["take"], digits=c["digits"],
  output="ticket")] for c in json.load(sys.stdin)]))`,
      ],
      { input: JSON.stringify(cases), encoding: 'utf8' },
    ),
  ) as string[][][];

test('the published draw: seed 314159 takes B-2 B-3 A-3 A-2 of six, with the tickets of its README', async () => {
  const said = await cordon(['draw', '--seed', '314159', '--take', '4', '--digits', '9'], {}, { input });
  expect(said).toEqual({
    code: 0,
    err: '',
    out: 'ticket,id\n0.410310858,B-2\n0.470960291,B-3\n0.471438751,A-3\n0.567089805,A-2\n',
  });
});

test('whatever ids and seed: tickets, order and shortened tickets are the package’s, byte for byte', async (ctx) => {
  const python = needsSampler(ctx);
  const id = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', ' ', '"', 'a,b', "'", '=1', '\u2028', '\ufeff', 'e\u0301', 'é', '0', '00', '\t'),
  );
  const line = id.map((s) => s.toWellFormed().replaceAll(/[\n\r]/g, '')).filter((s) => !s.includes('\u0000'));
  const seed = fc.oneof(
    fc.constantFrom('', ' ', '314159', '0', '-1', '--take', ' 7 ', 'two\nlines', 'Samen – 種'),
    line,
  );
  const cases = fc
    .sample(
      fc.record({
        ids: fc.uniqueArray(line, { minLength: 1, maxLength: 60 }),
        seed,
        take: fc.nat(70),
        digits: fc.constantFrom(0, 1, 5, 9, 30, 200),
      }),
      { numRuns: 300, seed: 5 },
    )
    .map((c) => ({ ...c, seed: c.seed.replaceAll('\u0000', '') }));
  const expected = published(python, cases);
  // the first mark is the list's, so that an id may begin with one of its own
  const ours = await Promise.all(cases.map((c) => drawn(c, `\ufeff${c.ids.map((s) => `${s}\n`).join('')}`)));
  expect(ours).toEqual(expected.map((rows) => [['ticket', 'id'], ...rows]));
});

test('a larger draw begins with the smaller one, in whatever order the ids come', async () => {
  const many = Array.from({ length: 500 }, (_, i) => `id ${i}`);
  const [few, more, turned] = await Promise.all([
    drawn({ seed: 's', take: 20 }, many.join('\n')),
    drawn({ seed: 's', take: 400 }, many.join('\n')),
    drawn({ seed: 's', take: 400 }, many.toReversed().join('\r\n')),
  ]);
  expect(more.slice(0, 21)).toEqual(few);
  expect(turned).toEqual(more);
  expect(new Set(more.map(([, id]) => id)).size).toBe(401);
});

test('a pipe that is read slowly gets all that was drawn', async () => {
  const ids = Array.from({ length: 30 }, (_, i) => `${i} ${'x'.repeat(20_000)}`);
  const said = await cordon(['draw', '--seed', 's', '--take', '30'], {}, { input: ids.join('\n') });
  expect(said.out.split('\n').map((line) => line.split(',')[1])).toEqual(
    expect.arrayContaining(['id', ...ids]),
  );
});

test('an id that comes twice is refused by the numbers of its lines, never by its text, and nothing is drawn', async () => {
  const said = await typed(
    ['draw', '--seed', 's', '--take', '1'],
    {},
    { input: 'secret\nb\nsecret\nc\nb\nsecret\n' },
  );
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.err).toContain('the same id on lines 1, 3, 6; on lines 2, 5');
  expect(said.err).not.toContain('secret');
});

test('bytes that are no UTF-8 are refused by their place', async () => {
  const said = await typed(
    ['draw', '--seed', 's', '--take', '1'],
    {},
    { input: Buffer.from([0x61, 0x0a, 0xff, 0x0a]) },
  );
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.err).toContain('no UTF-8, after line 0');
});

test('a byte order mark before the list is no part of an id, however it arrives, and blanks and later marks are', async () => {
  const flags = { seed: 's', take: 3 };
  const list = ' a \n\ufeffb\r\n\tc';
  const plain = await drawn(flags, list);
  expect(new Set(plain.map(([, id]) => id))).toEqual(new Set(['id', ' a ', '\ufeffb', '\tc']));
  for (const cut of [0, 1, 2, 3, 4, 8]) expect(await drawn(flags, `\ufeff${list}`, cut)).toEqual(plain);
  expect(await drawn(flags, '\ufeff')).toEqual([['ticket', 'id']]);
});

test('a carriage return alone ends no line and is in no id: it is refused by its line, and nothing is drawn', async () => {
  const said = await typed(['draw', '--seed', 's', '--take', '1'], {}, { input: 'secret\rb\rc\r' });
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.err).toContain('a carriage return alone, on line 1');
  expect(said.err).toContain('one id a line, ending in LF or CRLF');
  expect(said.err).not.toContain('secret');
  for (const list of ['a\nb\rc\n', 'a\r\nb\r', 'a\nb\r\r\n'])
    for (const cut of [3, 4, 5])
      await expect(drawn({ seed: 's', take: 1 }, list, cut)).rejects.toMatchObject({
        details: [{ code: 'INPUT', found: 'a carriage return alone, on line 2' }],
      });
});

test('a seed is any text that an argument can be, and an option’s name or nothing is one too', async (ctx) => {
  const python = needsSampler(ctx);
  const seeds = ['', '-1', '--take', 'a b', 'two\nlines'];
  const expected = published(
    python,
    seeds.map((seed) => ({ ids, seed, take: 6, digits: 100 })),
  );
  for (const [i, seed] of seeds.entries()) {
    const said = await typed(['draw', '--take', '6', '--seed', seed], {}, { input });
    expect(parse(said.out)).toEqual([['ticket', 'id'], ...(expected[i] ?? [])]);
  }
});

test('an empty list draws nobody, and a seed that is missing is wrong usage', async () => {
  expect(await drawn({ seed: 's', take: 3 }, '')).toEqual([['ticket', 'id']]);
  expect((await typed(['draw', '--take', '3'], {}, { input })).code).toBe(2);
  expect((await typed(['draw', '--seed', 's', '--take', '1.5'], {}, { input })).code).toBe(2);
});
