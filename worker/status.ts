// `cordon status`: where waves stand, from Temporal; what they counted, from the ledger's side.
import type { Client } from '@temporalio/client';
import { stageKey, surveyKey } from '../workflows/attributes.ts';
import { retentionId, waveId } from '../workflows/ids.ts';
import type { Progress } from '../workflows/messages.ts';
import { clocksQuery, progressQuery } from '../workflows/messages.ts';
import type { Environment } from './config.ts';
import { optional } from './config.ts';
import { exitCodes } from './exit.ts';
import { waveNamed } from './release.ts';
import { connectClient, temporalConfig } from './temporal.ts';
import { alarmLines, overlapTable, readScreening } from './screening.ts';
import { readWaterfall, waterfallTable } from './waterfall.ts';
import { wrap } from './wrap.ts';

type Say = (line: string) => void;

export interface StatusFlags {
  readonly json?: boolean;
  /** also which reasons met in one row */
  readonly overlap?: boolean;
}

export const statusCommand = async (
  id: string | undefined,
  { json, overlap }: StatusFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    if (id === undefined) await listWaves(client, json ?? false, say);
    else await showWave(client, id, { json: json ?? false, overlap: overlap ?? false }, env, say);
    return exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};

const listWaves = async (client: Client, json: boolean, say: Say): Promise<void> => {
  const waves: { wave: string; status: string; stage: string; started: string }[] = [];
  for await (const run of client.workflow.list({ query: 'WorkflowType = "wave"' })) {
    if (run.typedSearchAttributes.get(surveyKey) === undefined) continue;
    waves.push({
      wave: run.workflowId,
      status: run.status.name.toLowerCase(),
      stage: run.typedSearchAttributes.get(stageKey) ?? '',
      started: run.startTime.toISOString().slice(0, 16),
    });
  }
  if (json) return say(JSON.stringify(waves, null, 2));
  if (waves.length === 0) return say('No wave has run in this namespace.');
  for (const { wave, status, stage, started } of waves)
    say(`${wave.padEnd(44)} ${status.padEnd(10)} ${stage.padEnd(8)} ${started}`);
};

const showWave = async (
  client: Client,
  id: string,
  { json, overlap }: Required<StatusFlags>,
  env: Environment,
  say: Say,
): Promise<void> => {
  const wave = waveNamed(id);
  const ask = <T>(work: () => Promise<T>): Promise<T> => client.withDeadline(Date.now() + 15_000, work);
  const progress = await ask(() => client.workflow.getHandle(waveId(wave)).query(progressQuery));
  const clocks = await ask(() => client.workflow.getHandle(retentionId(wave)).query(clocksQuery)).catch(
    () => [],
  );
  const url = optional(env, 'CORDON_AUDITOR_URL');
  const waterfall = url === undefined ? undefined : await readWaterfall(url, wave);
  const found =
    url === undefined || progress.attempt === 0
      ? undefined
      : await readScreening(url, { ...wave, attempt: progress.attempt });
  if (json) return say(JSON.stringify({ ...wave, progress, clocks, waterfall, ...found }, null, 2));
  for (const line of standing(waveId(wave), progress)) say(line);
  if (clocks.length > 0) say('clocks');
  for (const { kind, dueAt, state } of clocks)
    say(`  ${kind.padEnd(17)} ${state.padEnd(8)} until ${minute(dueAt)}`);
  if (waterfall) say('waterfall');
  if (waterfall) for (const line of waterfallTable(waterfall)) say(line);
  if (!found) return;
  if (found.quarantine.length > 0) say('quarantine');
  for (const { code, rows } of found.quarantine) say(`  ${code.padEnd(38)}${String(rows).padStart(8)}`);
  if (found.alarms.length > 0) say('alarms');
  for (const line of alarmLines(found.alarms)) for (const part of wrap(line, 4)) say(part);
  if (overlap) for (const line of ['overlap of reasons', ...overlapTable(found.overlap)]) say(line);
};

const standing = (id: string, { stage, since, attempt, done, outcome, code, dueAt }: Progress): string[] => [
  `${id}, attempt ${String(attempt)}`,
  `${outcome ?? stage}${code ? ` (${code})` : ''} since ${minute(since)}${dueAt ? `, until ${minute(dueAt)}` : ''}`,
  ...done.map(
    (d) =>
      `  ${d.stage.padEnd(9)} ${String(d.rows).padStart(8)} rows ${(d.tookMs / 1000).toFixed(1).padStart(8)} s`,
  ),
];

/** `2026-10-16 05:30 UTC` */
const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
