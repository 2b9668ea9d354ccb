// `cordon genuine`: somebody was rung and asks whether the call was ours. By the reference that the interviewer gave: yes
// or no, and the company. By a telephone number alone only who rings for the force: a yes would tell a stranger that
// the number's holder is a victim.
import { text } from 'node:stream/consumers';
import { refuse } from '../schemas/failure.ts';
import { createPool, withTransaction } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { atTerminal } from './ask.ts';
import type { Input } from './ask.ts';
import { day } from './calendar.ts';
import type { Environment } from './config.ts';
import { officerOf } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

export interface Genuine {
  /** null where no reference was given, and nobody was looked for */
  readonly genuine: boolean | null;
  /** for whom the interviewer works, where the call is ours */
  readonly company: string | null;
  /** who may be ringing for the force now */
  readonly calling: readonly {
    readonly survey: string;
    readonly title: string;
    readonly company: string;
    readonly since: string;
    readonly until: string;
  }[];
}

/** @param surveyRef twenty hexadecimal digits; without it nobody is looked for, and nothing is logged */
export const genuine = async (
  url: string,
  surveyRef: string | undefined,
  clerk: string,
): Promise<Genuine> => {
  const pool = createPool(url, 'cordon genuine', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      const { rows: calling } = await tx.query<{
        survey: string;
        title: string;
        company: string;
        since: Date;
        until: Date;
      }>('select survey, title, company, since, until from cordon.calling()');
      const ringing = calling.map((wave) => ({
        ...wave,
        since: wave.since.toISOString(),
        until: wave.until.toISOString(),
      }));
      if (surveyRef === undefined) return { genuine: null, company: null, calling: ringing };
      const { rows } = await tx.query<{ company: string }>('select company from cordon.genuine($1)', [
        surveyRef,
      ]);
      const [found] = rows;
      await append(
        tx,
        'clerk',
        {},
        { type: 'consulted', command: 'genuine', officer: clerk, found: !!found },
      );
      return { genuine: !!found, company: found?.company ?? null, calling: ringing };
    });
  } finally {
    await pool.end();
  }
};

/** Code 1 for a reference that no wave knows. */
export const genuineCommand = async (
  options: { officer?: string; json?: boolean },
  env: Environment,
  say: (line: string) => void,
  input: Input,
): Promise<number> => {
  const clerk = officerOf(options.officer, env);
  const url = await login(env, 'clerk');
  const given = referenceIn(input.isTTY ? await prompted() : await text(input));
  const answer = await genuine(url, given, clerk);
  if (options.json) say(JSON.stringify(answer, null, 2));
  else for (const line of readable(answer).flatMap((each) => wrap(each, 2))) say(line);
  return answer.genuine === false ? exitCodes.no.code : exitCodes.done.code;
};

const prompted = (): Promise<string> =>
  atTerminal('Nothing was asked.', (question) =>
    question('The reference that the interviewer gave (Enter for none): '),
  );

/**
 * `3BD4 05EF E24D 7423 D6F5` as it is stored; undefined for nothing, and for a telephone number, which is not read.
 * @throws INPUT for anything else
 */
export const referenceIn = (input: string): string | undefined => {
  const said = input
    .replace(/^[\s\S]*?ref(?:erence)?\s*:/i, '')
    .replaceAll(/[\s.-]/g, '')
    .toLowerCase();
  if (/^[0-9a-f]{20}$/.test(said)) return said;
  if (/^[\d+()/]{0,19}$/.test(said)) return undefined;
  throw refuse({
    code: 'INPUT',
    found: 'something else than a survey reference',
    expected:
      'twenty digits and letters from a to f, as interviewers read them out; a number, or nothing, for who rings at all',
    remedy: 'ask the person to read it out once more',
  });
};

export const readable = ({ genuine: ours, company, calling }: Genuine): string[] => [
  ours === null
    ? 'without the reference that the interviewer gave nobody can say whether a call was ours'
    : ours
      ? `yes: the call is genuine; the interviewer works for ${company ?? ''}`
      : 'no: no survey of the force has given out this reference',
  ...(calling.length === 0
    ? ['nobody rings for the force at present']
    : calling.map(
        ({ title, company: who, until }) => `${who} may ring for the force until ${day(until)}: ${title}`,
      )),
];
