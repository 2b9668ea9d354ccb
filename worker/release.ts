// `cordon release show|sign|refuse WAVE`: an officer reads the statement of what may leave, and signs it, or says no.
import { writeFile } from 'node:fs/promises';
import type { Client } from '@temporalio/client';
import { refusalText } from '../activities/release.ts';
import { refuse } from '../schemas/failure.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import { namespaceOf } from '../schemas/officers.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { waveId, waveOf } from '../workflows/ids.ts';
import type { Stated } from '../workflows/messages.ts';
import { refuseUpdate, releaseUpdate, statementQuery } from '../workflows/messages.ts';
import type { Say } from './act.ts';
import { agreed, told, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { query, send } from './officer.ts';
import type { SignFlags } from './ssh-sign.ts';
import { signatureBy } from './ssh-sign.ts';
import { textOf } from './statement.ts';
import { shorter, wrap } from './wrap.ts';

export interface ShowFlags {
  readonly to?: string;
  readonly json?: boolean;
}
export interface ReleaseFlags extends SignFlags {
  readonly yes?: boolean;
  readonly json?: boolean;
}

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

export const releaseShowCommand = (id: string, flags: ShowFlags, env: Environment, say: Say) =>
  atWave(id, env, async ({ stated, text }) => {
    if (flags.json) say(JSON.stringify(stated, null, 2));
    else for (const line of readable(stated).flatMap((each) => wrap(each, 11))) say(line);
    if (flags.to === undefined) {
      if (!flags.json) for (const line of ['', ...bytes(text)]) say(line);
      return exitCodes.done.code;
    }
    await writeFile(flags.to, text, { mode: 0o600 });
    if (!flags.json) {
      say(`\nits ${String(Buffer.byteLength(text))} bytes are in ${shorter(flags.to)}; sign them with`);
      say(`  ssh-keygen -Y sign -n ${namespaceOf('release', stated.domain)} -f KEY ${shorter(flags.to)}`);
    }
    return exitCodes.done.code;
  });

export const releaseSignCommand = (id: string, flags: ReleaseFlags, env: Environment, say: Say) =>
  atWave(id, env, async ({ client, workflowId, stated, text }) => {
    if (!(await shownAndAgreed('Sign the release of exactly these rows?', stated, flags, say)))
      return exitCodes.no.code;
    const signature = await signatureBy(flags, env, text, namespaceOf('release', stated.domain));
    const { statementSha256 } = stated;
    const answer = await send(client, workflowId, releaseUpdate, { statementSha256, signature });
    return told(answer, flags, say, ({ officer, officers }) => [
      `released by ${officer}: ${String(officers)} of ${String(stated.officers)} officers`,
    ]);
  });

export const releaseRefuseCommand = (
  id: string,
  { because, ...flags }: ReleaseFlags & { readonly because: ReleaseDoubt },
  env: Environment,
  say: Say,
) =>
  atWave(id, env, async ({ client, workflowId, stated }) => {
    if (!(await shownAndAgreed(`Refuse this release: ${because}?`, stated, flags, say)))
      return exitCodes.no.code;
    const { statement, statementSha256, domain } = stated;
    const text = refusalText(statement, statementSha256, because);
    const signature = await signatureBy(flags, env, text, namespaceOf('refuse', domain));
    const given = { statementSha256, signature, because };
    const answer = await send(client, workflowId, refuseUpdate, given);
    return told(answer, flags, say, ({ officer }) => [
      `refused by ${officer}: ${because}`,
      '  nothing leaves; the wave closes, and what it holds is erased',
    ]);
  });

interface AtWave {
  readonly client: Client;
  readonly workflowId: string;
  readonly stated: Stated;
  /** what is signed */
  readonly text: string;
}

const atWave = async (
  id: string,
  env: Environment,
  work: (at: AtWave) => Promise<number>,
): Promise<number> => {
  const workflowId = waveId(waveNamed(id));
  return withClient(env, async (client) => {
    const stated = await query(client, workflowId, statementQuery);
    if (!stated?.waiting)
      throw refuse({
        code: 'NOT_WAITING',
        found: stated
          ? 'a wave that has its release, or can have none any more'
          : 'a wave with nothing to release yet',
        expected: 'a wave that waits for its release',
        remedy: `see npx cordon status ${workflowId}`,
      });
    return work({ client, workflowId, stated, text: textOf(stated) });
  });
};

/** Shows the statement and asks. @throws INPUT where nobody can be asked */
const shownAndAgreed = (
  question: string,
  stated: Stated,
  flags: ReleaseFlags,
  say: Say,
): Promise<boolean> => {
  if (!flags.json) for (const line of readable(stated).flatMap((each) => wrap(each, 11))) say(line);
  return agreed(question, 'signed', flags, say);
};

/** The statement byte for byte, in lines that fit. */
const bytes = (text: string): string[] => ['these bytes are signed:', ...(text.match(/.{1,78}/gu) ?? [])];

export const readable = ({ statement, statementSha256, released, officers, domain }: Stated): string[] => [
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
  `namespace  ${namespaceOf('release', domain)}`,
  `released   ${released.length === 0 ? 'by nobody' : `by ${released.join(', ')}`}; ${String(officers)} needed`,
];
