// The words of the command line: how a command is added, what its options say, and what they take.
import type { Writable } from 'node:stream';
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Input } from '../ask.ts';
import type { Environment } from '../config.ts';
import { shareOf } from '../size.ts';

/** Adds a command with an example under its help. */
type AddCommand = (name: string, description: string, shown: string) => Command;

/** What a command has of the process in which it was typed; a test has more than one in its own. */
export interface Process {
  readonly env: Environment;
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
  exitCode?: number | string | null | undefined;
}

export interface Typed {
  readonly command: AddCommand;
  readonly process: Process;
  readonly say: (line: string) => void;
}

/** How an act is signed: with a key that is here, or elsewhere. */
export const signing = (its: Command): Command =>
  its
    .option('--key <file>', 'your SSH key; CORDON_OFFICER_KEY unless given')
    .option('--to <file>', 'only write what would be signed, to be signed elsewhere')
    .option('--signature <file>', 'that signature, instead of a key')
    .addOption(json());
export const json = () => new Option('--json', 'print data for machines');
export const example = (text: string): string => `\nExample:\n  $ ${text}`;

const parsedBy =
  <V>(read: (given: string) => V | undefined, expected: string) =>
  (given: string): V => {
    const value = read(given);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
export const whole = (least: number) =>
  parsedBy(
    (given) => (/^\d{1,12}$/.test(given) && Number(given) >= least ? Number(given) : undefined),
    `a whole number from ${least}`,
  );
const decimal = (most: number) => (given: string) =>
  /^\d{1,3}(\.\d{1,9})?$/.test(given) && Number(given) <= most ? Number(given) : undefined;
export const factor = parsedBy(decimal(100), 'a number such as 1.5');
export const exponent = parsedBy(decimal(1), 'a number from 0 to 1');
export const share = parsedBy(shareOf, 'a share such as 3% or 0.03');
