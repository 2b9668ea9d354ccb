// `cordon trace`: where one person's details went. What identifies the person comes by prompt or standard input and is kept
// nowhere.
import { text } from 'node:stream/consumers';
import { atTerminal } from './ask.ts';
import type { Input } from './ask.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { fields, parseGiven } from './register-add.ts';
import type { Given, TraceReason } from './register-terms.ts';
import { makeTrace } from './trace-make.ts';
import { letter, readable } from './trace-told.ts';
import { wrap } from './wrap.ts';

export interface TraceFlags {
  readonly because: TraceReason;
  readonly officer?: string;
  readonly letter?: boolean;
  readonly json?: boolean;
}

/** Code 1 when nothing on record names this person. */
export const traceCommand = async (
  flags: TraceFlags,
  env: Environment,
  say: (line: string) => void,
  input: Input,
): Promise<number> => {
  const officer = officerOf(flags.officer, env);
  const ring = keyRingOf(env);
  const url = await login(env, 'worker');
  const given = input.isTTY ? await prompted() : parseGiven(await text(input)).given;
  const traced = await makeTrace(url, ring, given, { officer, because: flags.because });
  if (flags.json) say(JSON.stringify(traced, null, 2));
  else if (flags.letter) say(letter(traced));
  else for (const line of readable(traced).flatMap((each) => wrap(each, 14))) say(line);
  return traced.disclosures.length > 0 ? exitCodes.done.code : exitCodes.no.code;
};

export const prompted = (): Promise<Given> =>
  atTerminal('Nothing was asked.', async (question) => {
    const given: Record<string, string> = {};
    for (const field of fields) {
      const value = await question(`${field} (Enter for none): `);
      if (value) given[field] = value;
    }
    return given;
  });
