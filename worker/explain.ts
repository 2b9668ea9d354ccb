// `cordon explain WAVE`: why the rows of one reference were left out, or where they stand in the draw. The reference
// comes by prompt or standard input, is never echoed and never in argv; that somebody asked is in the ledger.
import { text } from 'node:stream/consumers';
import { explain } from '../activities/explain.ts';
import type { Drawn, Explanation } from '../activities/explain.ts';
import { openSource } from '../activities/source/source.ts';
import { refuse } from '../schemas/failure.ts';
import { createPool } from '../sql/connect.ts';
import { atTerminal } from './ask.ts';
import type { Input } from './ask.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf, sourceUrl } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { waveNamed } from './release.ts';
import { wrap } from './wrap.ts';

/** Code 1 when no row of the month has this reference. */
export const explainCommand = async (
  id: string,
  options: { officer?: string; json?: boolean },
  env: Environment,
  say: (line: string) => void,
  input: Input,
): Promise<number> => {
  const officer = officerOf(options.officer, env);
  const wave = waveNamed(id);
  const pool = createPool(await login(env, 'worker'), 'cordon explain', 1);
  const deps = {
    pool,
    secrets: { tokenKey: keyRingOf(env) },
    openSource: (connection: string) => openSource(sourceUrl(env, connection), wave.period),
  };
  try {
    const reference = await asked(input);
    const explanation = await explain(deps, wave, { reference, officer });
    if (options.json) say(JSON.stringify(explanation, null, 2));
    else for (const line of readable(explanation).flatMap((each) => wrap(each, 12))) say(line);
    return explanation.rows.length + explanation.unreadable.length > 0
      ? exitCodes.done.code
      : exitCodes.no.code;
  } finally {
    await pool.end();
  }
};

const longest = 200;

/** @throws INPUT for none, and for more than one line */
const asked = async (input: Input): Promise<string> => {
  const lines = (input.isTTY ? await prompted() : await text(input))
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const [reference] = lines;
  if (reference !== undefined && lines.length === 1 && reference.length <= longest) return reference;
  throw refuse({
    code: 'INPUT',
    found: lines.length === 0 ? 'no reference' : 'something else than one reference on one line',
    expected: 'one reference, as the declaration recognises it',
    remedy: 'give it on standard input, never as an argument',
  });
};

const prompted = (): Promise<string> =>
  atTerminal('Nothing was asked.', (question) => question('reference: '));

export const readable = (found: Explanation): string[] => {
  const { attempt, rows, unreadable, notAsked, stagingLives } = found;
  const count = rows.length + unreadable.length;
  return [
    `attempt ${String(attempt)}: ${count === 0 ? 'no row' : count === 1 ? '1 row' : `${String(count)} rows`} of this reference in the month's window`,
    ...unreadable.map((code) => `  unreadable  ${code}`),
    ...rows.flatMap(({ matched, first, drawn }) => [
      `  matched   ${matched.length === 0 ? 'no rule' : matched.join(', ')}`,
      ...(first === undefined ? [] : [`  counts as ${first}`]),
      ...(drawn ? place(drawn) : []),
      ...(drawn || matched.length > 0 ? [] : [`  draw      ${stagingLives ? notDrawn : gone}`]),
    ]),
    ...(rows.length > 0 && notAsked.length > 0
      ? [`  not asked ${notAsked.join(', ')}: these are about everybody at once`]
      : []),
    ...(rows.length > 0
      ? ['  as source and registers are now, which may differ from the day of the draw']
      : []),
  ];
};

const notDrawn = 'not drawn, or not in the frame: the way back of whoever was not drawn is destroyed';
const gone = 'unknown: the staging of this attempt is erased';

const place = ({ part, stratum, rank, ticket, cutOff, struckBy }: Drawn): string[] => [
  `  draw      ${part}, rank ${String(rank)} of ${stratum}${struckBy === undefined ? '' : `, struck since: ${struckBy}`}`,
  `  ticket    ${ticket}`,
  `  cut-off   ${cutOff}`,
];
