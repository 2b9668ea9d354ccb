// `cordon clock WAVE`: an officer moves the clocks of a wave's copies. Nearer takes one officer, later two, and never later
// than was declared when the copy was made.
import type { CopyKind } from '../schemas/leaf.ts';
import { retentionId } from '../workflows/ids.ts';
import { mustBeInstant } from '../workflows/input.ts';
import { clocksQuery, moveClockUpdate } from '../workflows/messages.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { optional } from './config.ts';
import { readCopies } from './inventory.ts';
import { waveNamed } from './release.ts';

export interface ClockFlags extends ActFlags {
  readonly kind: CopyKind;
  /** an instant in UTC, or `now` */
  readonly until: string;
}

export const clockCommand = (
  id: string,
  { kind, until, ...flags }: ClockFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const wave = waveNamed(id);
  const workflowId = retentionId(wave);
  const to = until === 'now' ? new Date().toISOString() : until;
  mustBeInstant(to);
  return withClient(env, async (client) => {
    const { copies, domain } = await client.withDeadline(Date.now() + 15_000, () =>
      client.workflow.getHandle(workflowId).query(clocksQuery),
    );
    const url = optional(env, 'CORDON_AUDITOR_URL');
    // the retention knows the copies of its own time; the inventory knows those that live for years, too
    const all = url === undefined ? copies : await readCopies(url, wave);
    const live = all.filter((copy) => copy.kind === kind && copy.state === 'live');
    const stood = live.map(({ attempt, dueAt }) => ({ attempt, dueAt }));
    const statement = { ...wave, kind, to, copies: stood };
    const act = { act: 'clock', update: moveClockUpdate, workflowId, statement, domain } as const;
    return perform(client, act, flags, env, say, ({ moved, officers, needed }) =>
      officers < needed
        ? [
            `signed: ${String(officers)} of ${String(needed)} officers; nothing is moved yet`,
            `  another officer signs the same: npx cordon clock ${id} --kind ${kind} --until ${to}`,
          ]
        : [`${String(moved)} ${moved === 1 ? 'clock' : 'clocks'} moved to ${to}`],
    );
  });
};
