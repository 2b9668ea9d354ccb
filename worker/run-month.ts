// `cordon run SURVEY yyyy-mm`: what the schedule's past slot would start, by hand, where it can start anything.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { refuse } from '../schemas/failure.ts';
import type { RunReason } from '../schemas/leaf.ts';
import { isPeriod } from '../schemas/period.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { outcomes } from '../schemas/ref.ts';
import { outcomeKey } from '../workflows/attributes.ts';
import { waveId } from '../workflows/ids.ts';
import type { Environment } from './config.ts';
import { optional } from './config.ts';
import { exitCodes } from './exit.ts';
import { mustNotBeForgone } from './forgo.ts';
import { login } from './login.ts';
import { kickOff, slotOf } from './schedule.ts';
import { connectClient, temporalConfig } from './temporal.ts';

type Say = (line: string) => void;

export const runCommand = async (
  wave: WaveKey,
  { because, json }: { because: RunReason; json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  if (!isPeriod(wave.period))
    throw refuse({
      code: 'INPUT',
      found: 'no calendar month of our time',
      expected: 'yyyy-mm, such as 2026-10',
      remedy: 'give the month whose reports are surveyed, not the month of the schedule',
    });
  const id = waveId(wave);
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    await mayStart(client, wave);
    // without it the wave answers the same, and closes as refused
    if (optional(env, 'CORDON_AUDITOR_URL') !== undefined)
      await mustNotBeForgone(await login(env, 'auditor'), wave);
    const before = await runOf(client, wave);
    await kickOff(client, wave, because);
    const started = await startedWithin(client, wave, before?.runId);
    if (json) say(JSON.stringify({ wave: id, started }));
    else {
      say(
        started
          ? `${id} is started: ${because}`
          : `${id} is asked for; no worker has started it yet: npx cordon worker`,
      );
      say(`  npx cordon status ${id}`);
    }
    return exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};

/** The wave's newest run, if Temporal knows one. */
const runOf = async (client: Client, wave: WaveKey): Promise<WorkflowExecutionDescription | undefined> => {
  try {
    return await client.workflow.getHandle(waveId(wave)).describe();
  } catch (e) {
    if (e instanceof WorkflowNotFoundError) return undefined;
    throw e;
  }
};

/** The kickoff would answer the same, later and to nobody. @throws INPUT, ALREADY_DISCLOSED */
const mayStart = async (client: Client, wave: WaveKey): Promise<void> => {
  const id = waveId(wave);
  const { at, zone, past } = await slotOf(client, wave);
  if (!past)
    throw refuse({
      code: 'INPUT',
      found: `a month whose slot, ${at} in ${zone}, is yet to come`,
      expected: 'a month whose slot is past',
      remedy: 'wait: the schedule starts it by itself then',
    });
  const run = await runOf(client, wave);
  if (run?.status.name === 'RUNNING')
    throw refuse({
      code: 'INPUT',
      found: `${id} is already running`,
      expected: 'a month that nothing runs',
      remedy: `see npx cordon status ${id}`,
    });
  const outcome = run?.typedSearchAttributes.get(outcomeKey);
  const known = Object.entries(outcomes).find(([name]) => name === outcome);
  if (known && !known[1].again)
    throw refuse({
      code: 'ALREADY_DISCLOSED',
      found: `${id} is already closed as ${known[0]}: ${known[1].says}`,
      expected: 'a month of which nothing has left',
      remedy: `nothing: a month is disclosed once; see npx cordon status ${id}`,
    });
};

/** A kickoff takes a second where a worker polls, and waits for one without end where none does. */
const startedWithin = async (
  client: Client,
  wave: WaveKey,
  before: string | undefined,
  withinMs = 10_000,
): Promise<boolean> => {
  for (const until = Date.now() + withinMs; Date.now() < until; await wait(200)) {
    const run = await runOf(client, wave);
    if (run && run.runId !== before) return true;
  }
  return false;
};
