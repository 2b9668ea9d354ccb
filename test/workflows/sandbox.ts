// The real workflow code in the real sandbox, without a server: the test is what a server would be. It answers
// commands and moves the clock, so a year takes milliseconds. Leans on internals of the SDK, pinned to the digit.
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter, toPayloads, TypedSearchAttributes } from '@temporalio/common';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import { parseWorkflowCode } from '@temporalio/worker/lib/worker.js';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm.js';
import type { Code } from '../../schemas/failure.ts';
import { workflowBundle } from '../servers.ts';

type Command = proto.coresdk.workflow_commands.IWorkflowCommand;
type Payload = proto.temporal.api.common.v1.IPayload;
type Failure = proto.temporal.api.failure.v1.IFailure;

/** An activity that failed after all its retries, with this code. */
export const broken = (code: Code | 'TIMEOUT') => ({ broken: code }) as const;
/** An activity that has not answered yet; `answer` resolves it later. */
export const silent = { silent: true } as const;

/** What the test answers to an activity; `nth` counts its calls from 1. */
export type Answers = Readonly<Record<string, (arg: never, nth: number) => unknown>>;

export type Closed =
  | { readonly how: 'completed'; readonly result: unknown }
  | { readonly how: 'failed'; readonly code: string; readonly details: unknown }
  | { readonly how: 'cancelled' }
  | { readonly how: 'continued'; readonly arg: unknown };

export type Updated =
  | { readonly how: 'rejected'; readonly code: string; readonly details: unknown }
  | { readonly how: 'completed'; readonly result: unknown }
  | { readonly how: 'pending' };

let creator: Promise<ReusableVMWorkflowCreator> | undefined;
const sandbox = (): Promise<ReusableVMWorkflowCreator> =>
  (creator ??= workflowBundle().then((text) =>
    // no limit of time: the thread that would watch each activation costs more than the activation
    ReusableVMWorkflowCreator.create(parseWorkflowCode(text), undefined as never, new Set()),
  ));

const read = (payload: Payload | null | undefined): unknown =>
  payload ? defaultPayloadConverter.fromPayload(payload) : undefined;

type Workflow = Awaited<ReturnType<ReusableVMWorkflowCreator['createWorkflow']>>;

export interface Started {
  readonly type: string;
  readonly arg: unknown;
  readonly command: proto.coresdk.workflow_commands.IScheduleActivity;
}

export class Run {
  /** every activity in the order in which it was scheduled */
  readonly activities: Started[] = [];
  readonly children: proto.coresdk.workflow_commands.IStartChildWorkflowExecution[] = [];
  readonly cancelledChildren: number[] = [];
  readonly signals: proto.coresdk.workflow_commands.ISignalExternalWorkflowExecution[] = [];
  readonly timers = new Map<number, { dueMs: number; ms: number }>();
  /** every timer that was ever started, in milliseconds */
  readonly pauses: number[] = [];
  readonly attributes: Record<string, unknown> = {};
  closed: Closed | undefined;
  nowMs: number;

  readonly #answers: Answers;
  readonly #waiting = new Map<number, Started>();
  readonly #counts = new Map<string, number>();
  readonly #updates = new Map<string, Updated>();
  readonly #runId: string;
  readonly #startMs: number;
  /** children of these workflow ids are running already */
  readonly #running: ReadonlySet<string>;
  readonly #workflow: Workflow;
  #suggested = false;

  private constructor(
    workflow: Workflow,
    runId: string,
    answers: Answers,
    startMs: number,
    running: ReadonlySet<string>,
  ) {
    this.#workflow = workflow;
    this.#runId = runId;
    this.#answers = answers;
    this.#startMs = startMs;
    this.nowMs = startMs;
    this.#running = running;
  }

  static async start(
    workflowType: string,
    arg: unknown,
    answers: Answers,
    { at = '2026-11-16T06:30:00Z', running = [] as readonly string[], workflowId = 'wave/x/2026-10' } = {},
  ): Promise<Run> {
    const runId = randomUUID();
    const startMs = Date.parse(at);
    const maker = await sandbox();
    const workflow = await maker.createWorkflow({
      info: {
        workflowType,
        runId,
        workflowId,
        namespace: 'default',
        taskQueue: 'corridor',
        firstExecutionRunId: runId,
        attempt: 1,
        taskTimeoutMs: 10_000,
        searchAttributes: {},
        typedSearchAttributes: new TypedSearchAttributes(),
        historyLength: 3,
        historySize: 300,
        continueAsNewSuggested: false,
        unsafe: { isReplaying: false, now: Date.now },
        startTime: new Date(startMs),
        runStartTime: new Date(startMs),
      } as never,
      randomnessSeed: [1] as never,
      now: startMs,
      showStackTraceSources: false,
    });
    const run = new Run(workflow, runId, answers, startMs, new Set(running));
    const input = toPayloads(defaultPayloadConverter, arg);
    await run.#step({
      initializeWorkflow: { workflowId, workflowType, arguments: input, randomnessSeed: 7 },
    });
    return run;
  }

  async dispose(): Promise<void> {
    await this.#workflow.dispose();
  }

  /** Moves the clock, firing each timer at its own moment. */
  async advance(ms: number): Promise<void> {
    const end = this.nowMs + ms;
    for (;;) {
      const next = [...this.timers].sort(([, a], [, b]) => a.dueMs - b.dueMs)[0];
      if (!next || next[1].dueMs > end || this.closed) break;
      const [seq, { dueMs }] = next;
      this.timers.delete(seq);
      this.nowMs = Math.max(this.nowMs, dueMs);
      await this.#step({ fireTimer: { seq } });
    }
    this.nowMs = end;
  }

  async update(name: string, arg: unknown): Promise<Updated> {
    const id = randomUUID();
    this.#updates.set(id, { how: 'pending' });
    const input = toPayloads(defaultPayloadConverter, arg);
    await this.#step({ doUpdate: { id, protocolInstanceId: id, name, input, runValidator: true } });
    return this.#updates.get(id) ?? { how: 'pending' };
  }

  async signal(signalName: string): Promise<void> {
    await this.#step({ signalWorkflow: { signalName } });
  }

  async cancel(): Promise<void> {
    await this.#step({ cancelWorkflow: {} });
  }

  /** From the next activation on the server suggests to continue as new. */
  suggestContinueAsNew(): void {
    this.#suggested = true;
  }

  async query(queryType: string): Promise<unknown> {
    const [answer] = await this.#activate([{ queryWorkflow: { queryId: 'q', queryType } }]);
    return read(answer?.respondToQuery?.succeeded?.response);
  }

  /** The Markdown of its page. */
  async details(): Promise<string> {
    const said = (await this.query('__temporal_workflow_metadata')) as { currentDetails: string };
    return said.currentDetails;
  }

  /** Resolves the oldest activity of this type that was left silent. */
  async answer(type: string, result: unknown): Promise<void> {
    const [seq] = [...this.#waiting].find(([, started]) => started.type === type) ?? [];
    if (seq === undefined) throw new Error(`${type} is not waiting`);
    this.#waiting.delete(seq);
    await this.#step(resolved(seq, type, result));
  }

  called(type: string): readonly unknown[] {
    return this.activities.filter((activity) => activity.type === type).map(({ arg }) => arg);
  }

  /** What the child of this workflow id was started with. */
  childInput(workflowId: string): unknown {
    return read(this.children.find((child) => child.workflowId === workflowId)?.input?.[0]);
  }

  async #step(job: object): Promise<void> {
    let jobs: object[] = [job];
    while (jobs.length > 0 && !this.closed) {
      const commands = await this.#activate(jobs);
      jobs = commands.flatMap((command) => this.#take(command));
    }
  }

  async #activate(jobs: object[]): Promise<Command[]> {
    const done = await this.#workflow.activate(
      proto.coresdk.workflow_activation.WorkflowActivation.fromObject({
        runId: this.#runId,
        timestamp: msToTs(this.nowMs),
        jobs,
        continueAsNewSuggested: this.#suggested,
      }),
    );
    if (done.failed) throw new Error(`workflow task failed: ${done.failed.failure?.message ?? ''}`);
    return done.successful?.commands ?? [];
  }

  /** Takes one command and answers with the jobs it causes. */
  #take(command: Command): object[] {
    const { scheduleActivity, startTimer, cancelTimer, startChildWorkflowExecution: child } = command;
    if (scheduleActivity) return this.#schedule(scheduleActivity);
    if (startTimer) {
      const ms = tsToMs(startTimer.startToFireTimeout);
      this.pauses.push(ms);
      this.timers.set(startTimer.seq ?? 0, { dueMs: this.nowMs + ms, ms });
    }
    if (cancelTimer) this.timers.delete(cancelTimer.seq ?? 0);
    if (child) {
      this.children.push(child);
      const seq = child.seq ?? 0;
      if (!this.#running.has(child.workflowId ?? '')) {
        return [{ resolveChildWorkflowExecutionStart: { seq, succeeded: { runId: randomUUID() } } }];
      }
      const { workflowId, workflowType } = child;
      return [
        { resolveChildWorkflowExecutionStart: { seq, failed: { workflowId, workflowType, cause: 1 } } },
      ];
    }
    const { cancelChildWorkflowExecution: cancelled, signalExternalWorkflowExecution: signal } = command;
    if (cancelled) this.cancelledChildren.push(cancelled.childWorkflowSeq ?? 0);
    if (signal) {
      this.signals.push(signal);
      return [{ resolveSignalExternalWorkflow: { seq: signal.seq } }];
    }
    if (command.requestCancelActivity) return this.#cancelActivity(command.requestCancelActivity.seq ?? 0);
    if (command.updateResponse) this.#respond(command.updateResponse);
    const fields = command.upsertWorkflowSearchAttributes?.searchAttributes?.indexedFields ?? {};
    for (const [key, payload] of Object.entries(fields)) this.attributes[key] = read(payload);
    this.#close(command);
    return [];
  }

  #schedule(command: proto.coresdk.workflow_commands.IScheduleActivity): object[] {
    const type = command.activityType ?? '';
    const seq = command.seq ?? 0;
    const arg = read(command.arguments?.[0]);
    const started = { type, arg, command };
    this.activities.push(started);
    const nth = (this.#counts.get(type) ?? 0) + 1;
    this.#counts.set(type, nth);
    const answer = this.#answers[type];
    if (!answer) throw new Error(`the test has no answer to ${type}`);
    const result = answer(arg as never, nth);
    if (result === silent) {
      this.#waiting.set(seq, started);
      return [];
    }
    return [resolved(seq, type, result)];
  }

  #cancelActivity(seq: number): object[] {
    const started = this.#waiting.get(seq);
    if (!started) return [];
    this.#waiting.delete(seq);
    const failure = { ...activityFailure(started.type), cause: { canceledFailureInfo: {} } };
    return [{ resolveActivity: { seq, result: { cancelled: { failure } } } }];
  }

  #respond({
    protocolInstanceId,
    rejected,
    completed,
  }: proto.coresdk.workflow_commands.IUpdateResponse): void {
    const id = protocolInstanceId ?? '';
    if (rejected) this.#updates.set(id, { how: 'rejected', ...told(rejected) });
    if (completed) this.#updates.set(id, { how: 'completed', result: read(completed) });
  }

  #close(command: Command): void {
    if (command.completeWorkflowExecution) {
      this.closed = { how: 'completed', result: read(command.completeWorkflowExecution.result) };
    }
    if (command.failWorkflowExecution) {
      this.closed = { how: 'failed', ...told(command.failWorkflowExecution.failure) };
    }
    if (command.cancelWorkflowExecution) this.closed = { how: 'cancelled' };
    if (command.continueAsNewWorkflowExecution) {
      this.closed = { how: 'continued', arg: read(command.continueAsNewWorkflowExecution.arguments?.[0]) };
    }
  }

  /** Days since the start, by the virtual clock. */
  get days(): number {
    return (this.nowMs - this.#startMs) / 86_400_000;
  }
}

const told = (failure: Failure | null | undefined): { code: string; details: unknown } => ({
  code: failure?.applicationFailureInfo?.type ?? '',
  details: read(failure?.applicationFailureInfo?.details?.payloads?.[0]),
});

const activityFailure = (type: string) => ({
  message: 'ActivityFailure',
  activityFailureInfo: {
    activityType: { name: type },
    activityId: '1',
    scheduledEventId: 1,
    startedEventId: 1,
  },
});

const resolved = (seq: number, type: string, result: unknown): object => {
  if (typeof result === 'object' && result !== null && 'broken' in result) {
    const cause =
      result.broken === 'TIMEOUT'
        ? { message: 'timeout', timeoutFailureInfo: { timeoutType: 1 } }
        : {
            message: result.broken,
            applicationFailureInfo: { type: result.broken, nonRetryable: true },
          };
    return { resolveActivity: { seq, result: { failed: { failure: { ...activityFailure(type), cause } } } } };
  }
  return {
    resolveActivity: { seq, result: { completed: { result: defaultPayloadConverter.toPayload(result) } } },
  };
};
