// `cordon register add`, `withdraw` and `correct`: ask at a terminal, else read lines from standard input. No value is
// ever echoed.
import { text } from 'node:stream/consumers';
import { refuse } from '../schemas/failure.ts';
import { atTerminal } from './ask.ts';
import type { Input } from './ask.ts';
import type { Environment } from './config.ts';
import { databaseUrl, keyRingOf, officerOf } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import type { Acted } from './register-act.ts';
import { addToRegister, correctRegister, withdrawFromRegister } from './register-act.ts';
import { wrap } from './wrap.ts';
import type { Given, HoldReason, RegisterName, Scope, Terms } from './register-terms.ts';
import { mistakeIn, scopes } from './register-terms.ts';

/** What a person is recognised by, as it is asked for and as lines say it. */
export const fields = [
  'phone',
  'reference',
  'forename',
  'surname',
  'postcode',
] as const satisfies readonly (keyof Given)[];

export interface RegisterFlags {
  readonly register: RegisterName;
  readonly scope?: Scope;
  readonly owner?: string;
  readonly reviewOn?: string;
  readonly reason?: HoldReason;
  readonly officer?: string;
  readonly json?: boolean;
}

type Verb = 'add' | 'withdraw' | 'correct';

export const registerCommand = async (
  verb: Verb,
  flags: RegisterFlags,
  env: Environment,
  say: (line: string) => void,
  input: Input,
): Promise<number> => {
  const clerk = officerOf(flags.officer, env);
  const url = databaseUrl(env, 'clerk');
  const ring = keyRingOf(env);
  const { register } = flags;
  const asked = input.isTTY ? await ask(verb, flags) : parseGiven(await text(input), verb);
  const terms = termsOf(verb, flags, asked.scope);
  await login(env, 'clerk');
  const acted =
    verb === 'withdraw'
      ? await withdrawFromRegister(url, ring, register, asked.given, clerk)
      : verb === 'correct'
        ? await correctRegister(url, ring, register, asked.was, asked.given, clerk, terms)
        : await addToRegister(url, ring, register, asked.given, clerk, terms);
  if (flags.json) say(JSON.stringify(acted));
  else for (const line of lines(acted)) say(line);
  return exitCodes.done.code;
};

/** @throws INPUT for a marker or a hold that nobody owns, nobody will look at again, or nobody says why */
export const termsOf = (verb: Verb, flags: RegisterFlags, said?: Scope): Omit<Terms, 'register'> => {
  const { register, owner, reviewOn, reason } = flags;
  const scope = flags.scope ?? said;
  const scoped = scope && { scope };
  if (verb === 'withdraw' || register === 'opt-outs') return { ...scoped };
  const terms = {
    ...scoped,
    ...(owner && { owner }),
    ...(reviewOn && { reviewOn }),
    ...(reason && { reason }),
  };
  const mistake = mistakeIn({ register, ...terms });
  if (mistake === undefined) return terms;
  throw refuse({
    code: 'INPUT',
    found: mistake,
    expected: `--owner with a staff id, --review-on with a date${register === 'holds' ? ', --reason' : ''}, and no scope`,
    remedy: 'say who answers for it and when it is looked at again',
  });
};

const counted = (n: number, one: string, many = `${one}s`): string => `${String(n)} ${n === 1 ? one : many}`;

const lines = ({
  register,
  scope,
  action,
  entries,
  added,
  withdrawn,
  effectiveAt,
  disclosed,
  reply,
}: Acted): string[] => [
  `${register}${register === 'opt-outs' && action !== 'withdrawn' ? `, ${scope === 'case' ? 'this case' : 'never again'}` : ''}: ${
    action === 'withdrawn'
      ? `${counted(withdrawn, 'entry', 'entries')} withdrawn`
      : `${counted(entries, 'entry', 'entries')}, ${String(added)} new${withdrawn > 0 ? `, ${String(withdrawn)} withdrawn` : ''}`
  }`,
  `  in force since ${effectiveAt}`,
  '  every draw, package and transfer from now on reads it',
  ...disclosed.flatMap(({ survey, period, recipient, hasLeft }) =>
    hasLeft
      ? [`  RECALL: wave/${survey}/${period} has left for ${recipient}: npx cordon recall`]
      : [`  wave/${survey}/${period} is about to leave for ${recipient}: its transfer reads this`],
  ),
  ...(disclosed.length === 0 && action !== 'withdrawn'
    ? ['  nothing of this person has left that is still on record']
    : []),
  ...(reply ? ['', '  Text for the reply:', '', ...wrap(`  ${reply}`, 2)] : []),
];

interface Asked {
  readonly given: Given;
  readonly was: Given;
  readonly scope?: Scope;
}

/** @throws INPUT, naming a line by its number and never its text */
export const parseGiven = (input: string, verb: Verb = 'add'): Asked => {
  const given: Record<string, string> = {};
  const was: Record<string, string> = {};
  let scope: Scope | undefined;
  for (const [at, line] of input.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const colon = line.indexOf(':');
    const [, before, name] = /^(was )?\s*(\w+)$/.exec(line.slice(0, colon).trim().toLowerCase()) ?? [];
    const value = line.slice(colon + 1).trim();
    const into = before && verb === 'correct' ? was : given;
    const known = fields.find((field) => field === name);
    const said = name === 'scope' ? scopes.find((s) => s === value.toLowerCase()) : undefined;
    if (colon >= 0 && !before && said && scope === undefined) scope = said;
    else if (colon >= 0 && known && into[known] === undefined && (!before || verb === 'correct')) {
      if (value) into[known] = value;
    } else
      throw refuse({
        code: 'INPUT',
        found: `line ${String(at + 1)}, which is not one field, or a field that was given before`,
        expected: `one line for each of ${fields.join(', ')}, as "phone: …"; "scope: case" or "scope: standing"${
          verb === 'correct' ? '; "was phone: …" for what stands there now' : ''
        }`,
        remedy: 'correct that line; nothing was registered',
      });
  }
  return { given, was, ...(scope && { scope }) };
};

const ask = (verb: Verb, flags: RegisterFlags): Promise<Asked> =>
  atTerminal('Nothing was changed in the register.', async (one) => {
    const all = async (about: string): Promise<Given> => {
      const given: Record<string, string> = {};
      for (const field of fields) {
        const value = await one(`${about}${field} (Enter for none): `);
        if (value) given[field] = value;
      }
      return given;
    };
    if (verb === 'correct') {
      process.stdout.write('What stands in the register, as it was given:\n');
      const was = await all('was ');
      process.stdout.write('What it should be:\n');
      return { was, given: await all('') };
    }
    const asks = verb === 'add' && flags.register === 'opt-outs' && flags.scope === undefined;
    const said = asks
      ? await one('This case alone, or never again? (case, standing, Enter: by what is given): ')
      : '';
    const scope = scopes.find((s) => s === said.toLowerCase());
    return { given: await all(''), was: {}, ...(scope && { scope }) };
  });
