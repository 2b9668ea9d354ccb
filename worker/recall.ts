// `cordon recall`: somebody who was disclosed must not be contacted any more. Each wave that may have left with them is
// noted, and its processor told by a durable workflow; what identifies the person comes by prompt or standard input.
import { text } from 'node:stream/consumers';
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RecallReason } from '../schemas/leaf.ts';
import { refuse } from '../schemas/failure.ts';
import { append } from '../sql/ledger/append.ts';
import type { KeyRing } from '../sql/token.ts';
import { ofWave } from '../workflows/attributes.ts';
import { recallId } from '../workflows/ids.ts';
import type { RecallInput } from '../workflows/messages.ts';
import { timings } from '../workflows/timings.ts';
import type { Timings } from '../workflows/timings.ts';
import type { Input } from './ask.ts';
import { moment } from './calendar.ts';
import type { Environment } from './config.ts';
import { keyRingOf, officerOf, taskQueue } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { withRegister } from './register.ts';
import { parseGiven } from './register-add.ts';
import { identifiersOf, unreadable } from './register-identify.ts';
import type { Given } from './register-terms.ts';
import { connectClient, temporalConfig } from './temporal.ts';
import { prompted } from './trace.ts';
import { wrap } from './wrap.ts';

export interface Recalled {
  readonly id: number;
  readonly survey: string;
  readonly period: string;
  readonly recipient: string;
  readonly company: string;
  /** by when the company must have acknowledged it */
  readonly dueAt: string;
  /** false when it was asked before */
  readonly fresh: boolean;
}

/**
 * @param url of the clerk's role
 * @throws INPUT for what cannot be read; REGISTER_UNREADABLE under other keys: nobody would be found
 */
export const askRecall = (
  url: string,
  ring: KeyRing,
  given: Given,
  { officer, because }: { readonly officer: string; readonly because: RecallReason },
): Promise<readonly Recalled[]> =>
  withRegister(url, ring, officer, async (session) => {
    const [identifiers] = await identifiersOf(session, [{ given, scope: 'standing' }]);
    if (!identifiers || 'unreadable' in identifiers)
      throw refuse({ code: 'INPUT', ...unreadable(identifiers?.unreadable) });
    const { rows } = await session.tx.query<Omit<Recalled, 'dueAt'> & { due_at: Date }>(
      'select id, survey, period, recipient, company, due_at, fresh from cordon.ask_recall($1, $2, $3)',
      [identifiers.flatMap(({ every }) => every), because, officer],
    );
    for (const { id, survey, period, fresh } of rows)
      if (fresh)
        await append(
          session.tx,
          'clerk',
          { survey, period },
          { type: 'recall', recall: id, because, officer },
        );
    return rows.map(({ due_at: dueAt, ...row }) => ({ ...row, dueAt: dueAt.toISOString() }));
  });

/** Starts what is not running yet. */
export const startRecalls = async (
  client: Client,
  queue: string,
  recalls: readonly Pick<Recalled, 'id' | 'survey' | 'period'>[],
  given: Timings = timings,
): Promise<void> => {
  for (const { id, survey, period } of recalls) {
    const input: RecallInput = { id, timings: given };
    try {
      await client.workflow.start('recall', {
        workflowId: recallId({ survey, period }, id),
        taskQueue: queue,
        args: [input],
        staticSummary: `recall ${survey} ${period}`,
        typedSearchAttributes: ofWave({ survey, period }),
      });
    } catch (e) {
      if (!(e instanceof WorkflowExecutionAlreadyStartedError)) throw e;
    }
  }
};

export interface RecallFlags {
  readonly because: RecallReason;
  readonly officer?: string;
  readonly json?: boolean;
}

/** Code 1 when no wave on record names this person. */
export const recallCommand = async (
  flags: RecallFlags,
  env: Environment,
  say: (line: string) => void,
  input: Input,
): Promise<number> => {
  const officer = officerOf(flags.officer, env);
  const ring = keyRingOf(env);
  const url = await login(env, 'clerk');
  const config = temporalConfig(env);
  const given = input.isTTY ? await prompted() : parseGiven(await text(input)).given;
  const recalls = await askRecall(url, ring, given, { officer, because: flags.because });
  const started = recalls.length === 0 || (await start(config, taskQueue(env), recalls));
  if (flags.json) say(JSON.stringify({ recalls, started }, null, 2));
  else for (const line of readable(recalls, started).flatMap((each) => wrap(each, 2))) say(line);
  return recalls.length > 0 ? exitCodes.done.code : exitCodes.no.code;
};

/** What is noted is sent in any case: the sweep starts whatever does not run. */
const start = async (
  config: ReturnType<typeof temporalConfig>,
  queue: string,
  recalls: readonly Recalled[],
): Promise<boolean> => {
  try {
    const client = await connectClient(config, 'cli');
    try {
      await startRecalls(client, queue, recalls);
      return true;
    } finally {
      await client.connection.close();
    }
  } catch {
    return false;
  }
};

const readable = (recalls: readonly Recalled[], started: boolean): string[] => {
  if (recalls.length === 0) return ['no wave on record that may have left names this person'];
  return [
    ...recalls.map(
      ({ survey, period, company, dueAt, fresh }) =>
        `wave/${survey}/${period}: ${company} ${fresh ? 'is told' : 'was told before'} to stop and delete, and must acknowledge it by ${moment(dueAt)}`,
    ),
    ...(started
      ? []
      : [
          'Temporal does not answer: it is noted, and the daily sweep sends it. If that is too late, ring the company',
        ]),
  ];
};
