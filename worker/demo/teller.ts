// Tells what happens: finished things as lines, what is under way as one line that moves, where there is a terminal.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Progress, WaveStage } from '../../workflows/messages.ts';
import { progressQuery, waveStages } from '../../workflows/messages.ts';
import { wrap } from '../wrap.ts';

export interface Teller {
  /** @param hang columns by which a long line goes on; as far as it is itself indented unless given */
  say(line: string, hang?: number): void;
  /** Shows that something is under way, and its own progress lines. */
  during<T>(what: string, work: (progress: (line: string) => void) => Promise<T>): Promise<T>;
  /** Follows a wave until it has come to `stage`; one line for every stage that is done. */
  follow(client: Client, workflowId: string, stage: WaveStage): Promise<void>;
  clear(): void;
}

/** What each stage does, for somebody who reads it for the first time. */
const meaning: Readonly<Partial<Record<WaveStage, string>>> = {
  extract: 'read the month; identifiers become tokens',
  screen: 'leave out whom a rule excludes',
  sample: 'draw at random, per stratum',
  minimise: 'read the permitted fields of the drawn',
  transfer: 'look again, encrypt, deliver',
};

const waiting: Readonly<Partial<Record<WaveStage, string>>> = {
  open: 'opening an attempt',
  release: 'waiting for two officers',
  receipt: "waiting for the processor's receipt",
};

/** @param stopped from then on it says nothing: what is under way is being ended */
export const createTeller = (out: (line: string) => void, stopped: AbortSignal): Teller => {
  const moves = process.stdout.isTTY;
  let told = 0;
  const show = (line: string) => {
    if (moves && !stopped.aborted)
      process.stdout.write(`\r\u001B[K${line.slice(0, process.stdout.columns - 1)}`);
  };
  const clear = () => show('');
  const say = (line: string, hang?: number) => {
    if (stopped.aborted) return;
    clear();
    for (const part of line.split('\n').flatMap((each) => wrap(each, hang))) out(part);
  };
  return {
    say,
    clear,
    during: async (what, work) => {
      const since = Date.now();
      const line = () => `${what} … ${seconds(Date.now() - since)} s`;
      show(line());
      const ticking = setInterval(() => show(line()), 250);
      try {
        return await work((progress) => say(progress, 2));
      } finally {
        clearInterval(ticking);
        clear();
      }
    },
    follow: async (client, workflowId, stage) => {
      const handle = client.workflow.getHandle(workflowId);
      for (;;) {
        const progress = await handle.query(progressQuery).catch(() => undefined);
        if (progress) {
          for (const done of progress.done.slice(told)) say(finished(done.stage, done.rows, done.tookMs));
          told = progress.done.length;
          show(underWay(progress.stage, Date.now() - Date.parse(progress.since)));
          if (reached(progress, stage)) return clear();
        }
        await wait(100);
      }
    },
  };
};

/** @throws Error when the wave closed before it came there */
const reached = (progress: Progress, stage: WaveStage): boolean => {
  if (progress.stage === 'closed' && stage !== 'closed')
    throw new Error(
      `the wave closed as ${progress.outcome ?? 'unknown'}${progress.code ? ` (${progress.code})` : ''}`,
    );
  return waveStages.indexOf(progress.stage) >= waveStages.indexOf(stage);
};

export const counted = (n: number): string => n.toLocaleString('en-GB');
const seconds = (ms: number): string => (ms / 1000).toFixed(1);

const finished = (stage: WaveStage, rows: number, ms: number): string =>
  `${stage.padEnd(9)}${counted(rows).padStart(7)} rows${seconds(ms).padStart(7)} s   ${meaning[stage] ?? ''}`.trimEnd();

const underWay = (stage: WaveStage, ms: number): string =>
  `${stage.padEnd(9)}${'…'.padStart(7)}     ${seconds(ms).padStart(7)} s   ${waiting[stage] ?? meaning[stage] ?? ''}`;
