// `cordon release WAVE`: an officer reads the statement of what may leave, and gives its hash.
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { waveId, waveOf } from '../workflows/ids.ts';
import type { Stated } from '../workflows/messages.ts';
import { releaseUpdate, statementQuery } from '../workflows/messages.ts';
import { atTerminal } from './ask.ts';
import type { Environment } from './config.ts';
import { officerOf } from './config.ts';
import { exitCodes, refused } from './exit.ts';
import { send } from './officer.ts';
import { connectClient, temporalConfig } from './temporal.ts';
import { wrap } from './wrap.ts';

/** @throws INPUT */
export const waveNamed = (id: string): WaveKey => {
  const wave = waveOf(id.startsWith('wave/') ? id : `wave/${id}`);
  if (!wave)
    throw refuse({
      code: 'INPUT',
      found: 'no wave of such a name',
      expected: 'wave/<survey>/<yyyy-mm>',
      remedy: 'see npx cordon status for the open waves',
    });
  return wave;
};

export const releaseCommand = async (
  id: string,
  options: { officer?: string; yes?: boolean; json?: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const officer = officerOf(options.officer, env);
  const workflowId = waveId(waveNamed(id));
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    const stated = await client.withDeadline(Date.now() + 15_000, () =>
      client.workflow.getHandle(workflowId).query(statementQuery),
    );
    if (!stated?.waiting)
      throw refuse({
        code: 'NOT_WAITING',
        found: stated
          ? 'a wave that has its release, or can have none any more'
          : 'a wave with nothing to release yet',
        expected: 'a wave that waits for its release',
        remedy: `see npx cordon status ${workflowId}`,
      });
    if (!options.json) for (const line of readable(stated).flatMap((each) => wrap(each, 11))) say(line);
    else if (!options.yes) say(JSON.stringify(stated, null, 2));
    if (!options.yes) {
      // a question would stand between the data
      if (options.json || !process.stdin.isTTY) throw refuse(unasked);
      if (!(await agrees(officer))) {
        say('Nothing was released.');
        return exitCodes.no.code;
      }
    }
    const { statementSha256 } = stated;
    const answer = await send(client, workflowId, releaseUpdate, { officer, statementSha256 });
    if (!answer.ok) {
      if (options.json) say(JSON.stringify(answer));
      else for (const line of refused({ refusal: answer.refusal, exit: 1 }).lines) say(line);
      return exitCodes.no.code;
    }
    const { officers } = answer.value;
    say(
      options.json
        ? JSON.stringify({ ...answer.value, statementSha256 })
        : `released by ${officer}: ${String(officers)} of ${String(stated.officers)} officers`,
    );
    return exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};

const unasked: Refusal = {
  code: 'INPUT',
  found: 'nobody asked whether to release; nothing was released',
  expected: 'an officer who has read the statement',
  remedy: 'run it in a terminal without --json, or give --yes',
};

export const readable = ({ statement, statementSha256, released, officers }: Stated): string[] => [
  `wave       ${statement.survey} ${statement.period}, attempt ${String(statement.attempt)}`,
  `rows       ${String(statement.rows)}`,
  `fields     ${statement.fields.join(', ')}`,
  `recipient  ${statement.recipient}`,
  `expires    ${statement.expiresAt}`,
  `frame      ${statement.frameRoot}`,
  `seed       ${statement.seed}`,
  `rows root  ${statement.rowsRoot}`,
  `plan       ${statement.planHash}`,
  `statement  ${statementSha256}`,
  `released   ${released.length === 0 ? 'by nobody' : `by ${released.join(', ')}`}; ${String(officers)} needed`,
];

const agrees = (officer: string): Promise<boolean> =>
  atTerminal(
    'Nothing was released.',
    async (ask) => (await ask(`Release these rows as ${officer}? Type yes: `)) === 'yes',
  );
