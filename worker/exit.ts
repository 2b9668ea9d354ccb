// How a command ends when it does not end well: what was found, what was expected, what to do.
import type { Refusal } from '../schemas/failure.ts';
import { wrap } from './wrap.ts';

export const exitCodes = {
  done: { code: 0, says: 'done' },
  no: { code: 1, says: 'a coded no: mistakes in a file, a value or a variable that will not do' },
  usage: { code: 2, says: 'wrong usage: a command, option or argument that is unknown or missing' },
  overdue: { code: 2, says: 'something is overdue, where that was asked' },
  broken: { code: 3, says: 'something that is needed does not work' },
  stopped: { code: 130, says: 'stopped by Ctrl-C' },
} as const;

export interface Ending {
  readonly refusal: Omit<Refusal, 'code'> & { readonly code: string };
  readonly exit: number;
}

export const no = (found: string, expected: string, remedy: string): Ending => ({
  refusal: { code: 'INPUT', found, expected, remedy },
  exit: exitCodes.no.code,
});

export const broken = (code: string, found: string, expected: string, remedy: string): Ending => ({
  refusal: { code: code, found, expected, remedy },
  exit: exitCodes.broken.code,
});

export const refused = ({ refusal, exit }: Ending): { lines: string[]; code: number } => ({
  lines: [`cordon: ${refusal.code}`, ...words(refusal)],
  code: exit,
});

/** Found, expected, do: in lines of at most eighty columns. */
export const words = ({ found, expected, remedy }: Omit<Refusal, 'code'>): string[] => [
  ...said('found', found),
  ...said('expected', expected),
  ...said('do', remedy),
];

/** What is to be copied stands on lines of its own and stays as it is. */
const said = (label: string, text: string): string[] => {
  const line = `  ${label.padEnd(10)}${text}`;
  return text.includes('\n') ? line.split('\n') : wrap(line, 12);
};
