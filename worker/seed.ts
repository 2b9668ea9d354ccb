// `cordon seed WAVE`: an officer types digits of the seed, at a terminal or on standard input, and signs them.
import { text } from 'node:stream/consumers';
import { waveId } from '../workflows/ids.ts';
import { mustBeSeed } from '../workflows/input.ts';
import { seedUpdate } from '../workflows/messages.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, progressOf, toUpdate, withClient } from './act.ts';
import { atTerminal } from './ask.ts';
import type { Input } from './ask.ts';
import type { Environment } from './config.ts';
import { waveNamed } from './release.ts';

export const seedCommand = async (
  id: string,
  flags: ActFlags,
  env: Environment,
  say: Say,
  input: Input,
): Promise<number> => {
  const wave = waveNamed(id);
  const workflowId = waveId(wave);
  // people write digits in groups
  const digits = (input.isTTY ? await ask() : await text(input)).replaceAll(/\s/g, '');
  // the guard would refuse them without a word of what was expected
  mustBeSeed(digits);
  return withClient(env, async (client) => {
    const { attempt, domain } = await progressOf(client, workflowId);
    const act = {
      act: 'seed',
      statement: { ...wave, attempt, digits },
      domain,
      send: toUpdate(client, workflowId, seedUpdate),
    } as const;
    return perform(act, flags, env, say, ({ officers }) => [
      `typed and signed: ${String(officers)} of 2 officers`,
    ]);
  });
};

const ask = (): Promise<string> =>
  atTerminal('No digit was typed.', (question) => question('Digits of the seed: '));
