// `cordon clock WAVE`: an officer moves the clocks of a wave's copies. Nearer takes one officer, later two, and never later
// than was declared when the copy was made.
import { refuse } from '../schemas/failure.ts';
import { officersInForce } from '../sql/officers.ts';
import { withConnection } from '../sql/connect.ts';
import type { Given } from '../schemas/act.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import { retentionId } from '../workflows/ids.ts';
import { mustBeInstant } from '../workflows/input.ts';
import { moveClockUpdate } from '../workflows/messages.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, toUpdate, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { readCopies } from './inventory.ts';
import { login } from './login.ts';
import { waveNamed } from './release.ts';

export interface ClockFlags extends ActFlags {
  readonly kind: CopyKind;
  /** an instant in UTC, or `now` */
  readonly until: string;
}

export const clockCommand = async (
  id: string,
  { kind, until, ...flags }: ClockFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const wave = waveNamed(id);
  const to = until === 'now' ? new Date().toISOString() : until;
  mustBeInstant(to);
  const url = await login(env, 'auditor');
  const all = await readCopies(url, wave);
  const { officers: domain } = await withConnection(url, 'cordon clock', officersInForce);
  const live = all.filter((copy) => copy.kind === kind && copy.state === 'live');
  if (live.length === 0)
    throw refuse({
      code: 'CLOCK_INVALID',
      found: all.length === 0 ? 'no such wave, or one that has no copies' : `no live copy of kind ${kind}`,
      expected: 'a copy whose clock runs',
      remedy: `see npx cordon status ${id}, or npx cordon retention`,
    });
  const copies = live.map(({ attempt, dueAt }) => ({ attempt, dueAt }));
  return withClient(env, (client) => {
    const statement = { ...wave, kind, to, copies };
    // the retention acts on it at once, as long as it runs; what lives for years outlives it
    const running = toUpdate(client, retentionId(wave), moveClockUpdate);
    const send = async (given: Given<'clock'>) => {
      const answer = await running(given);
      if (answer.ok || answer.refusal.code !== 'NOT_WAITING') return answer;
      return toWorkflow<'clock', Moved>(client, 'clock', env)(given);
    };
    const act = { act: 'clock', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ moved, officers, needed }) =>
      officers < needed
        ? [
            `signed: ${String(officers)} of ${String(needed)} officers; nothing is moved yet`,
            '  another officer signs the same:',
            `  npx cordon clock ${id} \\`,
            `    --kind ${kind} --until ${to}`,
          ]
        : [`${String(moved)} ${moved === 1 ? 'clock' : 'clocks'} moved to ${to}`],
    );
  });
};

interface Moved {
  readonly moved: number;
  readonly officers: number;
  readonly needed: number;
}
