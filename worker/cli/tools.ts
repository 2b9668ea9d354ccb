// Draws, sizes and shares that anybody may reckon, without a server.
import { buffer } from 'node:stream/consumers';
import { Option } from 'commander';
import type { AllocateFlags } from '../allocate.ts';
import type { SizeFlags } from '../size.ts';
import type { Typed } from './words.ts';
import { json, whole, factor, exponent, share } from './words.ts';

export const addTools = ({ command, process, say }: Typed): void => {
  command(
    'draw',
    'draw from ids on standard input, one a line, as anybody can draw again',
    'npx cordon draw --seed 314159 --take 4 <ids.txt',
  )
    .requiredOption('--seed <text>', 'any text; the same text draws the same ids')
    .requiredOption('--take <n>', 'how many at most', whole(0))
    .option('--digits <d>', 'cut the printed ticket to d digits, as the package does', whole(0))
    .addHelpText(
      'after',
      `
Prints CSV, ticket,id, the smallest ticket first. Tickets are those of Rivest's
Python package consistent_sampler, byte for byte. LF or CRLF ends a line, a
carriage return alone is an error; an empty line is the empty id; an id that
comes twice is an error. A byte order mark before the list is ignored.`,
    )
    .action(async (options: { seed: string; take: number; digits?: number }) => {
      const { drawCommand } = await import('../draw.ts');
      process.exitCode = await drawCommand(options, process.stdin, process.stdout);
    });

  command(
    'size',
    'how many people a margin of error needs',
    'npx cordon size --population 10000 --margin 3% --response 35%',
  )
    .requiredOption('--population <n>', 'people in the frame', whole(1))
    .requiredOption('--margin <m>', 'half the width of the interval: 3% or 0.03', share)
    .option('--confidence <c>', 'of the interval', share, 0.95)
    .option('--proportion <p>', 'the expected share; 50% needs the most answers', share, 0.5)
    .option('--response <r>', 'the share of those drawn who will answer', share, 1)
    .option('--design-effect <d>', 'of the design over simple random sampling', factor, 1)
    .addOption(json())
    .addHelpText(
      'after',
      `
Cochran's n0 = z² p (1 - p) / m², corrected for the population N:
n0 / (1 + (n0 - 1) / N); then by the design effect, then over the response;
rounded up once, at the end. Tables that round to the nearest (Krejcie and
Morgan 1970) sometimes say one fewer. More than N is refused.`,
    )
    .action(async (options: SizeFlags) => {
      const { sizeCommand } = await import('../size.ts');
      process.exitCode = sizeCommand(options, say);
    });

  command(
    'allocate',
    'share a sample out over strata given as CSV on standard input',
    'npx cordon allocate --take 1200 --method proportional <strata.csv',
  )
    .requiredOption('--take <n>', 'how many in all', whole(0))
    .addOption(
      new Option('--method <name>', 'the rule of the shares')
        .choices(['equal', 'proportional', 'neyman', 'power'])
        .makeOptionMandatory(),
    )
    .option('--exponent <a>', 'of power: 0 is equal, 1 is proportional', exponent, 0.5)
    .addOption(json())
    .addHelpText(
      'after',
      `
The CSV has columns stratum,size[,sd][,floor][,cap]; a header may name them in
another order. Outer blanks belong to no cell; case does. Shares follow 1
(equal), N (proportional), N sd (neyman) or N^a (power, Bankier 1988), never
below a floor nor above a cap or the size. Rounded by largest remainder; a tie
goes to the larger stratum, then to the name that comes first byte by byte.
What cannot be is refused, with the arithmetic.`,
    )
    .action(async (options: AllocateFlags) => {
      const { allocateCommand, csvOf } = await import('../allocate.ts');
      process.exitCode = allocateCommand(options, csvOf(await buffer(process.stdin)), say);
    });
};
