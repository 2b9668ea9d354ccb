// An officer's act at a running workflow: the statement is made from what stands there now, signed where the officer's key
// is, and sent. Who has signed is what the verifier finds in the signature.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { Given, Statements, Witnessed } from '../schemas/act.ts';
import { statementText } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import { namespaceOf } from '../schemas/officers.ts';
import type { Answer } from '../schemas/ref.ts';
import { noOfficers } from '../sql/officers.ts';
import type { LoneAct } from '../workflows/ids.ts';
import { actId } from '../workflows/ids.ts';
import { progressQuery } from '../workflows/messages.ts';
import type { Progress } from '../workflows/messages.ts';
import { atTerminal } from './ask.ts';
import type { Environment } from './config.ts';
import { taskQueue } from './config.ts';
import { exitCodes } from './exit.ts';
import { query, send, unanswered } from './officer.ts';
import type { SignFlags } from './ssh-sign.ts';
import { signatureBy } from './ssh-sign.ts';
import { causeOf, connectClient, temporalConfig } from './temporal.ts';
import { shorter } from './wrap.ts';

export type Say = (line: string) => void;

export interface ActFlags extends SignFlags {
  /** only write what would be signed, to be signed elsewhere */
  readonly to?: string;
  readonly json?: boolean;
}

interface Act<A extends Witnessed, R> {
  readonly act: A;
  readonly statement: Statements[A];
  readonly domain: string | undefined;
  readonly send: (given: Given<A>) => Promise<Answer<R>>;
}

/** To the workflow that waits for it. */
export const toUpdate =
  <A extends Witnessed, R>(
    client: Client,
    workflowId: string,
    update: UpdateDefinition<Answer<R>, [Given<A>]>,
  ) =>
  (given: Given<A>): Promise<Answer<R>> =>
    send(client, workflowId, update, given);

/** To a workflow of its own, for what outlives those of its wave; sent twice it is the same one. */
export const toWorkflow =
  <A extends LoneAct, R>(client: Client, act: A, env: Environment, withinMs = 20_000) =>
  async (given: Given<A>): Promise<Answer<R>> => {
    const { survey, period } = given.statement;
    const hash = createHash('sha256').update(statementText(given.statement)).update(given.signature);
    const wave = survey === undefined || period === undefined ? undefined : { survey, period };
    const workflowId = actId(act, wave, hash.digest('hex'));
    const options = {
      workflowId,
      taskQueue: taskQueue(env),
      args: [given],
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: wave ? `${act} ${wave.survey} ${wave.period}` : `${act} registers`,
    } as const;
    try {
      return (await client.withDeadline(Date.now() + withinMs, () =>
        client.workflow.execute(act, options),
      )) as Answer<R>;
    } catch (e) {
      if (!isGrpcServiceError(causeOf(e))) throw e;
      return { ok: false, refusal: unanswered };
    }
  };

export const withClient = async (
  env: Environment,
  work: (client: Client) => Promise<number>,
): Promise<number> => {
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    return await work(client);
  } finally {
    await client.connection.close();
  }
};

/** Where a wave stands: which attempt, and of which force its signatures are. */
export const progressOf = (client: Client, workflowId: string): Promise<Progress> =>
  query(client, workflowId, progressQuery);

/** @throws NO_OFFICERS, INPUT, SIGNATURE */
export const perform = async <A extends Witnessed, R>(
  { act, statement, domain, send: bring }: Act<A, R>,
  flags: ActFlags,
  env: Environment,
  say: Say,
  lines: (value: R) => readonly string[],
): Promise<number> => {
  if (domain === undefined) throw noOfficers();
  const text = statementText(statement);
  const namespace = namespaceOf(act, domain);
  if (flags.to !== undefined) {
    await keepStatement(flags.to, text, namespace, flags, say);
    return exitCodes.done.code;
  }
  const signature = await signatureBy(flags, env, text, namespace);
  return told(await bring({ statement, signature }), flags, say, lines);
};

/** What is signed, written to a file to be signed elsewhere. */
export const keepStatement = async (
  file: string,
  text: string,
  namespace: string,
  { json }: { readonly json?: boolean },
  say: Say,
): Promise<void> => {
  await writeFile(file, text, { mode: 0o600 });
  if (json) return say(JSON.stringify({ file, namespace }));
  say(`the statement is in ${shorter(file)}; sign it, then give --signature`);
  say(`  ssh-keygen -Y sign -n ${namespace} -f KEY ${shorter(file)}`);
};

/** @throws the no that came back, which is told as every other one */
export const told = <R>(
  answer: Answer<R>,
  { json }: { readonly json?: boolean },
  say: Say,
  lines: (value: R) => readonly string[],
): number => {
  if (!answer.ok) throw refuse(answer.refusal);
  if (json) say(JSON.stringify(answer.value ?? {}));
  else for (const line of lines(answer.value)) say(line);
  return exitCodes.done.code;
};

/**
 * Whether somebody who has read what stands above says yes.
 * @param done what would be done, such as `signed`
 * @throws INPUT where nobody can be asked
 */
export const agreed = async (
  question: string,
  done: string,
  { yes, json }: { readonly yes?: boolean; readonly json?: boolean },
  say: Say,
): Promise<boolean> => {
  if (yes) return true;
  // a question would stand between the data
  if (json || !process.stdin.isTTY)
    throw refuse({
      code: 'INPUT',
      found: `nobody asked whether to sign; nothing was ${done}`,
      expected: 'an officer who has read it',
      remedy: 'run it in a terminal without --json, or give --yes',
    });
  const nothing = `Nothing was ${done}.`;
  const said = await atTerminal(nothing, (ask) => ask(`${question} Type yes: `));
  if (said !== 'yes') say(nothing);
  return said === 'yes';
};
