// `cordon dev`: the demonstration's stack without its story, to develop against until Ctrl-C. Only the processor is
// played: it answers each delivery with a receipt, as otherwise every wave would wait for one.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { WaveKey } from '../schemas/ref.ts';
import type { Environment } from './config.ts';
import { taskQueue } from './config.ts';
import { applyHere } from './demo/installation.ts';
import { monthToSurvey } from './demo/month-to-survey.ts';
import { collect, respond } from './demo/processor.ts';
import type { Stack } from './demo/stack.ts';
import { startStack } from './demo/stack.ts';
import { brisk } from './demo/demo.ts';
import { exitCodes } from './exit.ts';
import { installLogger } from './logger.ts';
import { createRecords } from './records.ts';
import { scheduleOf } from './schedules.ts';
import { pagesOf } from './stack/temporal.ts';
import { ended, stopSignal } from './stopping.ts';
import { connectClient } from './temporal.ts';
import { shorter } from './wrap.ts';

export const dev = async (
  { fresh }: { fresh: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  installLogger('ERROR');
  const stopped = stopSignal();
  let stack: Stack | undefined;
  try {
    stack = await startStack('dev', fresh, env, say, stopped);
    const wave = await Promise.race([prepare(stack), ended(stopped)]);
    for (const line of await instructions(stack, wave)) say(line);
    await Promise.race([playProcessor(stack, wave), ended(stopped)]);
    return exitCodes.done.code;
  } catch (e) {
    if (!stopped.aborted) throw e;
    say('Stopping.');
    return exitCodes.done.code;
  } finally {
    await stack?.stop();
  }
};

const prepare = async (stack: Stack): Promise<WaveKey> => {
  const { installation, temporal } = stack;
  const period = monthToSurvey(new Date());
  await createRecords(installation.urls.records, { period, rows: 4_000, zone: 'Europe/London' });
  const client = await connectClient(temporal, 'cli');
  try {
    const { survey, planHash, plan } = await applyHere(installation);
    await scheduleOf(client, planHash, plan, taskQueue(installation.env), brisk);
    await stack.startWorkers();
    return { survey, period };
  } finally {
    await client.connection.close();
  }
};

const instructions = async (
  { installation, temporal, run }: Stack,
  { survey, period }: WaveKey,
): Promise<string[]> => {
  const file = join(run.path, 'environment.sh');
  const exports = Object.entries(installation.env).map(
    ([name, value]) => `export ${name}=${quoted(value ?? '')}`,
  );
  await writeFile(file, `${exports.join('\n')}\n`, { mode: 0o600 });
  const id = `wave/${survey}/${period}`;
  return [
    `Temporal: ${pagesOf(temporal) ?? `${temporal.address}, namespace ${temporal.namespace}`}`,
    '',
    '4,000 synthetic rows are in the records system, the shipped survey is applied,',
    'worker and verifier run, and a played processor answers each delivery.',
    'In another terminal, in this folder:',
    '',
    `  source ${shorter(file)}`,
    `  npx cordon run ${survey} ${period} --because requested`,
    `  npx cordon status ${id}`,
    ...['a.officer', 'b.officer'].flatMap((who) => [
      `  npx cordon release sign ${id} \\`,
      `    --key ${shorter(join(installation.folder, `${who}.key`))}`,
    ]),
    '  npx cordon register add --officer c.clerk',
    `  npx cordon apply ${pipeline} \\`,
    `    --processor ${shorter(installation.processor.file)} \\`,
    `    --key ${shorter(join(installation.folder, 'd.officer.key'))}`,
    '',
    'Ctrl-C here ends it and leaves nothing running.',
  ];
};

const pipeline = 'schemas/pipelines/warwickshire-victims.yaml';

const playProcessor = async ({ installation }: Stack, wave: WaveKey): Promise<never> => {
  const answered = new Set<string>();
  for (;;) {
    const arrived = await collect(installation);
    if (arrived && !answered.has(arrived.name)) {
      answered.add(arrived.name);
      await respond(installation, 'receipt', wave, arrived);
    }
    await wait(500);
  }
};

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
