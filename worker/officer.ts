// What a person sends to a running workflow, and what comes back. A validator's refusal, a closed workflow and a
// missing worker are answers like any other "no": found, expected, what to do.
import type { Client } from '@temporalio/client';
import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { CODES } from '../schemas/failure.ts';
import type { Code, Refusal } from '../schemas/failure.ts';
import type { Answer, WaveKey, WaveResult } from '../schemas/ref.ts';
import { waveId } from '../workflows/ids.ts';
import { causeOf } from './temporal.ts';

/** Without a live worker an Update would wait for ever, and a question for long. */
const answerWithinMs = 15_000;
/** A lost question is asked again soon, and one that takes long is left the most of it. */
const soonMs = [2_000, 3_000] as const;

/**
 * Of several questions at once to a wave that no worker holds in its memory, Temporal's SDK answers some and drops the
 * others, which get no answer at all: they are asked again.
 */
export const query = async <R>(
  client: Client,
  workflowId: string,
  question: QueryDefinition<R>,
): Promise<R> => {
  const last = Date.now() + answerWithinMs;
  const askUntil = (deadline: number): Promise<R> =>
    client.withDeadline(deadline, () => client.workflow.getHandle(workflowId).query(question));
  for (const withinMs of soonMs) {
    try {
      return await askUntil(Date.now() + withinMs);
    } catch (e) {
      if (!isGrpcDeadlineError(causeOf(e))) throw e;
    }
  }
  return askUntil(last);
};

/** `updateId` makes a repeat get the first answer: give the hash of what is sent. */
export const send = async <R, A>(
  client: Client,
  workflowId: string,
  update: UpdateDefinition<Answer<R>, [A]>,
  said: A,
  options: { readonly updateId?: string; readonly withinMs?: number } = {},
): Promise<Answer<R>> => {
  const { updateId, withinMs = answerWithinMs } = options;
  try {
    return await client.withDeadline(Date.now() + withinMs, () =>
      client.workflow
        .getHandle(workflowId)
        .executeUpdate(update, { args: [said], ...(updateId === undefined ? {} : { updateId }) }),
    );
  } catch (e) {
    const refusal = refusalOf(e);
    if (!refusal) throw e;
    return { ok: false, refusal };
  }
};

/** How a wave has closed, whichever way: a broken or cancelled one carries no result of its own. */
export const waveResult = async (client: Client, wave: WaveKey): Promise<WaveResult> => {
  try {
    return (await client.workflow.getHandle(waveId(wave)).result()) as WaveResult;
  } catch (e) {
    if (!(e instanceof WorkflowFailedError)) throw e;
    const { survey, period } = wave;
    if (e.cause instanceof CancelledFailure) {
      return { survey, period, outcome: 'cancelled', again: true, attempt: 0 };
    }
    const [said] = e.cause instanceof ApplicationFailure ? (e.cause.details ?? []) : [];
    if (!isResult(said)) throw e;
    return said;
  }
};

const isResult = (said: unknown): said is WaveResult =>
  typeof said === 'object' && said !== null && 'outcome' in said && 'again' in said;

const refusalOf = (e: unknown): Refusal | undefined => {
  if (e instanceof WorkflowNotFoundError) return closed;
  if (e instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcServiceError(e)) return unanswered;
  if (!(e instanceof WorkflowUpdateFailedError) || !(e.cause instanceof ApplicationFailure)) return undefined;
  const { type, details } = e.cause;
  const [said] = (details ?? []) as readonly Partial<Refusal>[];
  const { found = 'something else', expected = 'what the workflow waits for', remedy = '' } = said ?? {};
  return { code: type && CODES.has(type) ? (type as Code) : 'REDACTED', found, expected, remedy };
};

const closed: Refusal = {
  code: 'NOT_WAITING',
  found: 'no running workflow of this name',
  expected: 'a wave that is open',
  remedy: 'see npx cordon status',
};

export const unanswered: Refusal = {
  code: 'NOT_WAITING',
  found: 'no answer: nobody may be working, or the step takes long',
  expected: 'a running worker and a running verifier',
  remedy: 'see npx cordon status, start what does not run, then send it again; it counts once',
};
