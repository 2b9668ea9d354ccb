// `cordon size`: how many people a margin of error needs, without a declaration or a server.
import { refuse } from '../schemas/failure.ts';
import { required, shown } from '../sql/size.ts';
import { exitCodes } from './exit.ts';

export interface SizeFlags {
  readonly population: number;
  readonly margin: number;
  readonly confidence: number;
  readonly proportion: number;
  readonly response: number;
  readonly designEffect: number;
  readonly json?: boolean;
}

/** @throws INPUT, ALLOCATION_INFEASIBLE */
export const sizeCommand = ({ json, ...asked }: SizeFlags, say: (line: string) => void): number => {
  for (const [name, least, most] of [
    ['margin', 0, 1],
    ['confidence', 0, 1],
    ['proportion', 0, 1],
  ] as const)
    if (!(asked[name] > least && asked[name] < most))
      throw between(`${name} of ${shown(asked[name] * 100)}%`, '0% and 100%, and neither of them');
  if (!(asked.response > 0)) throw between('response of 0%', '0% and 100%, and not 0%');
  if (!(asked.designEffect > 0)) throw between('design-effect of 0', '0 and 100, and not 0');
  const size = required(asked);
  if (json) say(JSON.stringify({ ...size, ...asked }, null, 2));
  else
    for (const line of [
      `${size.required} people to draw of ${asked.population}`,
      `  answers of an infinite population  ${shown(size.infinite)}  (z ${shown(size.z)})`,
      `  corrected, by design effect        ${shown(size.answers)}`,
      `  over response                      ${shown(size.exact)}`,
    ])
      say(line);
  return exitCodes.done.code;
};

/** What a bare number was taken for is said: 3 is 3%, but 1 is all of it. */
const between = (name: string, range: string) =>
  refuse({
    code: 'INPUT',
    found: `a --${name}`,
    expected: `a value between ${range}`,
    remedy: 'see npx cordon size --help',
  });

/** `3%`, `0.03` and `3` are one share; `1` is all of it. Undefined for anything else. */
export const shareOf = (text: string): number | undefined => {
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,12})?|\.\d{1,12})(%?)$/.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  // over one, a bare number can only be meant as a percentage; divided in decimal, so that 7% is 0.07
  const share = percent || value > 1 ? Number(`${value}e-2`) : value;
  return share <= 1 ? share : undefined;
};
