// `cordon register add`: asks at a terminal, else reads lines from standard input. No value is ever echoed.
import { text } from 'node:stream/consumers';
import { refuse } from '../schemas/failure.ts';
import { atTerminal } from './ask.ts';
import { officerOf } from './commands.ts';
import type { Environment } from './config.ts';
import { databaseUrl, keyOf } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import type { Given, RegisterName } from './register.ts';
import { addToRegister } from './register.ts';

const fields = [
  'phone',
  'reference',
  'forename',
  'surname',
  'postcode',
] as const satisfies readonly (keyof Given)[];

export const registerCommand = async (
  options: { register: RegisterName; officer?: string; json?: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const clerk = officerOf(options.officer, env);
  const url = databaseUrl(env, 'clerk');
  const key = keyOf(env, 'CORDON_TOKEN_KEY');
  const given = process.stdin.isTTY ? await ask() : parseGiven(await text(process.stdin));
  await login(env, 'clerk');
  const added = await addToRegister(url, key, options.register, given, clerk);
  if (options.json) say(JSON.stringify(added));
  else {
    const { entries, added: fresh } = added;
    say(
      `${added.register}: ${entries === 1 ? '1 token' : `${String(entries)} tokens`}, ${String(fresh)} new`,
    );
    say(`  in force since ${added.effectiveAt}`);
    say('  every draw, package and transfer from now on reads it; a package that has');
    say('  left already is not called back by this');
  }
  return exitCodes.done.code;
};

/** @throws INPUT, naming a line by its number and never its text */
export const parseGiven = (input: string): Given => {
  const given: Record<string, string> = {};
  for (const [at, line] of input.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const known = fields.find((field) => field === name);
    if (colon < 0 || !known || given[known] !== undefined)
      throw refuse({
        code: 'INPUT',
        found: `line ${String(at + 1)}, which is not one field, or a field that was given before`,
        expected: `one line for each of ${fields.join(', ')}, as "phone: …"`,
        remedy: 'correct that line; nothing was registered',
      });
    const value = line.slice(colon + 1).trim();
    if (value) given[known] = value;
  }
  return given;
};

const ask = (): Promise<Given> =>
  atTerminal('Nothing was registered.', async (question) => {
    const given: Record<string, string> = {};
    for (const field of fields) {
      const value = await question(`${field} (Enter for none): `);
      if (value) given[field] = value;
    }
    return given;
  });
