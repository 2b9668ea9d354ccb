// `cordon size` and `cordon allocate`: what is asked on the command line, and what is refused.
import { expect, test } from 'vitest';
import type { AllocateFlags } from '../../worker/allocate.ts';
import { allocateCommand } from '../../worker/allocate.ts';
import { shareOf } from '../../worker/size.ts';
import { here, tooLong, typed } from './command.ts';

test('a share is a percentage, a fraction, or a bare number above one', () => {
  expect(['3%', '0.03', '.03', '3', '3.0%'].map(shareOf)).toEqual([0.03, 0.03, 0.03, 0.03, 0.03]);
  expect(['1', '100%', '100', '7%', '0.5%'].map(shareOf)).toEqual([1, 1, 1, 0.07, 0.005]);
  expect(['101%', '3 %', '-3%', 'x', '', '1e-2', '300'].map(shareOf)).toEqual(Array(7).fill(undefined));
});

test('size says what is required, and exactly', async () => {
  const [json, text, never, odd, world] = await Promise.all([
    typed(['size', '--population', '10000', '--margin', '5%', '--confidence', '0.95', '--json']),
    typed([
      'size',
      '--population',
      '1000',
      '--margin',
      '0.05',
      '--response',
      '50%',
      '--design-effect',
      '1.5',
    ]),
    typed(['size', '--population', '100', '--margin', '5%', '--response', '50%']),
    typed(['size', '--population', '100', '--margin', '1']),
    typed(['size', '--population', '8000000000', '--margin', '3%', '--json']),
  ]);
  const said = JSON.parse(json.out) as { required: number; exact: number };
  expect(said.required).toBe(370);
  expect(said.exact).toBeCloseTo(369.97, 2);
  expect(text.out).toContain('834 people to draw of 1000');
  expect(tooLong(text.out)).toEqual([]);
  expect(never).toMatchObject({ code: 1, out: '' });
  expect(never.err.replaceAll(/\s+/g, ' ')).toContain(
    '160 people needed: 79.509 answers by design effect 1 over response 0.5',
  );
  expect(odd).toMatchObject({ code: 1, out: '' });
  expect(odd.err).toContain('a --margin of 100%');
  expect(JSON.parse(world.out)).toMatchObject({ population: 8_000_000_000, required: 1_068 });
});

const allocate = (input: string, ...args: string[]) => typed(['allocate', ...args], {}, { input });

test('allocate reads columns in any order, keeps floors and caps, and answers whole numbers and exact ones', async () => {
  const [named, bare, table] = await Promise.all([
    allocate(
      'cap,stratum,size,sd\r\n,"North, east",400,4\r\n45,b,300,8\r\n,c,300,2\r\n',
      '--take',
      '100',
      '--method',
      'neyman',
      '--json',
    ),
    allocate('a,900\nb,100', '--take', '40', '--method', 'power', '--json'),
    allocate('a,900\nb,100', '--take', '40', '--method', 'proportional'),
  ]);
  expect(JSON.parse(named.out)).toEqual({
    allocation: { 'North, east': 40, b: 45, c: 15 },
    exact: { 'North, east': 40, b: 45, c: 15 },
  });
  expect(JSON.parse(bare.out)).toEqual({ allocation: { a: 30, b: 10 }, exact: { a: 30, b: 10 } });
  expect(table.out).toContain('900        36.000         36  a');
});

const allocateHere = (csv: string, flags: AllocateFlags) =>
  here(async (say) => allocateCommand(flags, csv, say));

test('outer blanks and a byte order mark belong to no cell, and case belongs to the name', async () => {
  const ask = { take: 40, method: 'proportional', exponent: 0.5, json: true } as const;
  const said = await Promise.all(
    [
      '\ufeffstratum,size\nNorth,300\nnorth,100\n',
      '\ufeff"stratum " ,size\t\r\nNorth ,300 \r\n" north",\u00a0100\r\n',
      '\ufeffNorth,300\nnorth\t,100',
    ].map((csv) => allocateHere(csv, ask)),
  );
  for (const { out } of said)
    expect(JSON.parse(out)).toEqual({
      allocation: { North: 30, north: 10 },
      exact: { North: 30, north: 10 },
    });
  const twice = await allocateHere('stratum,size\nNorth,300\n\nSouth,100\n"North ",100\n', ask);
  expect(twice).toMatchObject({ code: 1, out: '' });
  expect(twice.err).toContain('one stratum on lines 2 and 5');
});

test('each line ends in its own way, and bytes that are no UTF-8 are refused', async () => {
  const ask = { take: 6, method: 'equal', exponent: 0.5, json: true } as const;
  for (const csv of ['stratum,size\r\na,10\nb,20\r\n', 'a,10\rb,20', 'a,10\r\n\n"b",20\n'])
    expect(JSON.parse((await allocateHere(csv, ask)).out)).toMatchObject({ allocation: { a: 3, b: 3 } });
  const said = await typed(
    ['allocate', '--take', '1', '--method', 'equal'],
    {},
    { input: Buffer.from('stratum,size\nM\xe1laga,5\n', 'latin1') },
  );
  expect(said).toMatchObject({ code: 1, out: '' });
  expect(said.err).toContain('bytes that are no UTF-8');
});

test('numbers are read as R and pandas write them, and a number that is none by its column', async () => {
  const ask = { take: 30, method: 'neyman', exponent: 0.5, json: true } as const;
  const [plain, written] = await Promise.all(
    ['1e3,100000,0.0015\nb,12,0.5\n', '1e3,1e+05,1.5e-3\nb,12.0,5.E-1\n'].map((rows) =>
      allocateHere(`stratum,size,sd\n${rows}`, ask),
    ),
  );
  expect(JSON.parse(plain?.out ?? '')).toMatchObject({ allocation: { '1e3': 29, b: 1 } });
  expect(written).toEqual(plain);
  for (const size of ['1.5', '1e-1', '1e12', '1e+99', 'Inf', '0x10'])
    expect((await allocateHere(`stratum,size,sd\na,${size},1\n`, ask)).err).toContain('of at most 12 digits');
});

test('a table that cannot be read, or an ask that cannot be, is refused with its line or its arithmetic', async () => {
  const ask = { take: 10, method: 'equal', exponent: 0.5 } as const;
  const refusals = await Promise.all(
    [
      ['stratum,size\na,5\na,6\n', 'one stratum on lines 2 and 3'],
      ['stratum,size\na,-5\n', 'line 2, size'],
      ['stratum,size,shoe\na,5,1\n', 'line 1'],
      ['', 'no stratum'],
      ['stratum,size,floor\na,50,6\nb,50,5\n', 'floors of 6 + 5 = 11 together'],
      ['stratum,size\na,4\nb,5\n', 'strata that can give 4 + 5 = 9 together'],
    ].map(async ([csv = '', found = '']) => ({ said: await allocateHere(csv, ask), found })),
  );
  for (const { said, found } of refusals) {
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err).toContain(found);
  }
});
