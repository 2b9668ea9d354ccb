// `cordon accept WAVE`: an officer says why a wave that an alarm has stopped may go on.
import type { AlarmCode, Because } from '../schemas/alarm.ts';
import { waveId } from '../workflows/ids.ts';
import { acceptUpdate, alarmsQuery } from '../workflows/messages.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, progressOf, toUpdate, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { query } from './officer.ts';
import { waveNamed } from './release.ts';

export interface AcceptFlags extends ActFlags {
  readonly alarm: AlarmCode;
  readonly because: Because;
}

/** Every alarm of that code that waits in the wave, each of which `cordon status` shows. */
export const acceptCommand = (
  id: string,
  { alarm, because, ...flags }: AcceptFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const wave = waveNamed(id);
  const workflowId = waveId(wave);
  return withClient(env, async (client) => {
    const [{ attempt, domain }, alarms] = await Promise.all([
      progressOf(client, workflowId),
      query(client, workflowId, alarmsQuery),
    ]);
    const reasons = alarms.filter(({ code }) => code === alarm).map(({ reason = '' }) => reason);
    const statement = { ...wave, attempt, alarm, because, reasons: reasons.toSorted() };
    const act = {
      act: 'accept',
      statement,
      domain,
      send: toUpdate(client, workflowId, acceptUpdate),
    } as const;
    return perform(act, flags, env, say, ({ unanswered }) => [
      `${alarm} accepted: ${because}`,
      unanswered === 0 ? '  the wave goes on' : `  ${String(unanswered)} more wait; see npx cordon status`,
    ]);
  });
};
