// `cordon accept WAVE`: an officer says why a wave that an alarm has stopped may go on.
import type { AlarmCode, Because } from '../schemas/alarm.ts';
import { waveId } from '../workflows/ids.ts';
import { acceptUpdate } from '../workflows/messages.ts';
import type { Environment } from './config.ts';
import { officerOf } from './config.ts';
import { exitCodes, refused } from './exit.ts';
import { send } from './officer.ts';
import { waveNamed } from './release.ts';
import { connectClient, temporalConfig } from './temporal.ts';

export interface AcceptFlags {
  readonly alarm: AlarmCode;
  readonly because: Because;
  readonly officer?: string;
  readonly json?: boolean;
}

/** Every alarm of that code that waits in the wave, each of which `cordon status` shows. */
export const acceptCommand = async (
  id: string,
  { alarm, because, json, ...options }: AcceptFlags,
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const officer = officerOf(options.officer, env);
  const workflowId = waveId(waveNamed(id));
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    const answer = await send(client, workflowId, acceptUpdate, { officer, alarm, because });
    if (!answer.ok) {
      if (json) say(JSON.stringify(answer));
      else for (const line of refused({ refusal: answer.refusal, exit: 1 }).lines) say(line);
      return exitCodes.no.code;
    }
    const { unanswered } = answer.value;
    if (json) say(JSON.stringify({ ...answer.value, alarm, because, officer }));
    else {
      say(`${alarm} accepted by ${officer}: ${because}`);
      say(
        unanswered === 0 ? '  the wave goes on' : `  ${String(unanswered)} more wait; see npx cordon status`,
      );
    }
    return exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};
