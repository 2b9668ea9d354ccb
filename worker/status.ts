// `cordon status`: what needs somebody, first; then where waves stand, from Temporal; what they counted, from the
// ledger's side.
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Refusal } from '../schemas/failure.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { attentionKey, outcomeKey, stageKey, surveyKey } from '../workflows/attributes.ts';
import { retentionId, waveId } from '../workflows/ids.ts';
import type { Progress } from '../workflows/messages.ts';
import { clocksQuery, progressQuery } from '../workflows/messages.ts';
import type { Environment } from './config.ts';
import { optional, taskQueue } from './config.ts';
import type { Looked } from './exceptions.ts';
import { exceptionLines, lookAtExceptions } from './exceptions.ts';
import { exitCodes, words } from './exit.ts';
import type { Copy } from './inventory.ts';
import { readCopies, readRefusal, stateOf } from './inventory.ts';
import { login } from './login.ts';
import { lookAtTemporal } from './look-at-temporal.ts';
import { query } from './officer.ts';
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
  /** again every few seconds, until Ctrl-C */
  readonly watch?: boolean;
}

export const statusCommand = async (
  id: string | undefined,
  { watch, ...flags }: StatusFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const look = (to: Say): Promise<number> => lookOnce(id, flags, env, to);
  if (!watch) return look(say);
  const { watching } = await import('./watching.ts');
  return watching(look, say);
};

const lookOnce = async (
  id: string | undefined,
  { json = false, overlap = false }: StatusFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const wave = id === undefined ? undefined : waveNamed(id);
  const url = optional(env, 'CORDON_AUDITOR_URL') === undefined ? undefined : await login(env, 'auditor');
  const client = await connectClient(temporalConfig(env), 'cli').catch(async (e: unknown) => {
    // what PostgreSQL knows is worth more when Temporal is away
    if (url !== undefined && !json) for (const line of exceptionLines(await lookAtExceptions(url))) say(line);
    throw e;
  });
  try {
    const looked = wave
      ? await lookAtExceptions(url, undefined, wave)
      : await lookAtExceptions(url, await lookAtTemporal(client, taskQueue(env)));
    if (wave) await showWave(client, wave, looked, { json, overlap }, url, say);
    else await listWaves(client, looked, json, say);
    return looked.exceptions.some(({ overdue }) => overdue) ? exitCodes.overdue.code : exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};

interface Listed {
  readonly wave: string;
  readonly status: string;
  readonly stage: string;
  /** once it has closed */
  readonly outcome?: string;
  /** somebody must look */
  readonly attention: boolean;
  readonly started: string;
}

const listWaves = async (client: Client, looked: Looked, json: boolean, say: Say): Promise<void> => {
  const waves: Listed[] = [];
  for await (const run of client.workflow.list({ query: 'WorkflowType = "wave"' })) {
    const attributes = run.typedSearchAttributes;
    if (attributes.get(surveyKey) === undefined) continue;
    const outcome = attributes.get(outcomeKey);
    waves.push({
      wave: run.workflowId,
      status: run.status.name.toLowerCase(),
      stage: attributes.get(stageKey) ?? '',
      ...(outcome !== undefined && { outcome }),
      attention: attributes.get(attentionKey) ?? false,
      started: run.startTime.toISOString().slice(0, 16),
    });
  }
  if (json) return say(JSON.stringify({ ...looked, waves }, null, 2));
  for (const line of [...exceptionLines(looked), '']) say(line);
  if (waves.length === 0) return say('No wave has run in this namespace.');
  for (const line of waveTable(waves)) say(line);
};

/** At most 80 columns wide, whatever a survey is called: a name gives up its `wave/`, then the line its date. */
export const waveTable = (waves: readonly Listed[]): string[] => {
  const longest = Math.max(...waves.map(({ wave }) => wave.length));
  const whole = longest <= 33;
  const width = whole ? longest : longest - 'wave/'.length;
  const lines = waves.map(({ wave, status, stage, outcome, attention, started }) => {
    const name = whole ? wave : wave.slice('wave/'.length);
    // one that was terminated could not say how it ended
    const stands = outcome ?? (status === 'running' ? stage : status);
    const line = `${attention ? '!' : ' '} ${name.padEnd(width)}  ${stands.padEnd(25)}`;
    return (width <= 40 ? `${line}  ${started.slice(0, 10)}` : line).trimEnd();
  });
  return waves.some(({ attention }) => attention)
    ? [...lines, '! needs somebody to look: npx cordon status WAVE']
    : lines;
};

const showWave = async (
  client: Client,
  wave: WaveKey,
  looked: Looked,
  { json, overlap }: Required<Pick<StatusFlags, 'json' | 'overlap'>>,
  url: string | undefined,
  say: Say,
): Promise<void> => {
  const { exceptions } = looked;
  // PostgreSQL keeps both for as long as they matter, Temporal for as long as its namespace keeps what is closed
  const waterfall = url === undefined ? undefined : await readWaterfall(url, wave);
  const kept = url === undefined ? undefined : await readCopies(url, wave);
  const progress = await query(client, waveId(wave), progressQuery).catch((e: unknown) => {
    if (e instanceof WorkflowNotFoundError && kept && kept.length > 0) return undefined;
    throw e;
  });
  const clocks: readonly Copy[] =
    kept ?? (await query(client, retentionId(wave), clocksQuery).catch(() => []));
  const refusal = await refusalOf(wave, progress, url);
  const found =
    url === undefined || !progress?.attempt
      ? undefined
      : await readScreening(url, { ...wave, attempt: progress.attempt });
  if (json)
    return say(
      JSON.stringify({ ...wave, exceptions, progress, refusal, clocks, waterfall, ...found }, null, 2),
    );
  if (exceptions.length > 0) for (const line of [...exceptionLines(looked), '']) say(line);
  if (progress) for (const line of standing(waveId(wave), progress)) say(line);
  else say(`${waveId(wave)}: Temporal keeps nothing of it any more`);
  if (refusal) say(`refused: ${refusal.code}`);
  if (refusal) for (const line of words(refusal)) say(line);
  if (clocks.length > 0) say('clocks');
  for (const copy of clocks)
    say(`  ${kindOf(copy).padEnd(17)} ${stateOf(copy).padEnd(14)} until ${minute(copy.dueAt)}`);
  if (waterfall) say('waterfall');
  if (waterfall) for (const line of waterfallTable(waterfall)) say(line);
  if (!found) return;
  if (found.quarantine.length > 0) say('quarantine');
  for (const { code, rows } of found.quarantine) say(`  ${code.padEnd(38)}${String(rows).padStart(8)}`);
  if (found.alarms.length > 0) say('alarms');
  for (const line of alarmLines(found.alarms)) for (const part of wrap(line, 4)) say(part);
  if (overlap) for (const line of ['overlap of reasons', ...overlapTable(found.overlap)]) say(line);
};

const kindOf = ({ kind, attempt }: Copy): string =>
  kind === 'staging' && attempt === 0 ? 'staging, dry run' : kind;

/** The ledger has the words that the guard kept from Temporal; the wave's own answer serves where it is not asked. */
const refusalOf = async (
  wave: WaveKey,
  progress: Progress | undefined,
  url: string | undefined,
): Promise<Refusal | undefined> => {
  if (progress && !progress.refusal) return undefined;
  const recorded = url === undefined ? undefined : await readRefusal(url, wave);
  return progress?.refusal && recorded?.code !== progress.refusal.code ? progress.refusal : recorded;
};

const standing = (id: string, progress: Progress): string[] => {
  const { stage, since, attempt, done, outcome, code, dueAt, releases } = progress;
  return [
    `${id}, attempt ${String(attempt)}`,
    `${outcome ?? stage}${code ? ` (${code})` : ''} since ${minute(since)}${dueAt ? `, until ${minute(dueAt)}` : ''}`,
    ...(releases
      ? [`${String(releases.count)} of ${String(releases.officers)} officers have released it`]
      : []),
    ...done.map(
      (d) =>
        `  ${d.stage.padEnd(9)} ${String(d.rows).padStart(8)} rows ${(d.tookMs / 1000).toFixed(1).padStart(8)} s`,
    ),
  ];
};

/** `2026-10-16 05:30 UTC` */
const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
