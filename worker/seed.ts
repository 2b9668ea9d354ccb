// `cordon seed WAVE`: an officer types digits of the seed, at a terminal or on standard input.
import { text } from 'node:stream/consumers';
import { waveId } from '../workflows/ids.ts';
import { mustBeSeed } from '../workflows/input.ts';
import { seedUpdate } from '../workflows/messages.ts';
import { atTerminal } from './ask.ts';
import type { Environment } from './config.ts';
import { officerOf } from './config.ts';
import { exitCodes, refused } from './exit.ts';
import { send } from './officer.ts';
import { waveNamed } from './release.ts';
import { connectClient, temporalConfig } from './temporal.ts';

export const seedCommand = async (
  id: string,
  options: { officer?: string; json?: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const officer = officerOf(options.officer, env);
  const workflowId = waveId(waveNamed(id));
  // people write digits in groups
  const digits = (process.stdin.isTTY ? await ask(officer) : await text(process.stdin)).replaceAll(/\s/g, '');
  // the guard would refuse them without a word of what was expected
  mustBeSeed(digits);
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    const answer = await send(client, workflowId, seedUpdate, { officer, digits });
    if (options.json) say(JSON.stringify(answer.ok ? answer.value : answer));
    else if (answer.ok) say(`typed by ${officer}: ${String(answer.value.officers)} of 2 officers`);
    else for (const line of refused({ refusal: answer.refusal, exit: 1 }).lines) say(line);
    return answer.ok ? exitCodes.done.code : exitCodes.no.code;
  } finally {
    await client.connection.close();
  }
};

const ask = (officer: string): Promise<string> =>
  atTerminal('No digit was typed.', (question) => question(`Digits of the seed, as ${officer}: `));
