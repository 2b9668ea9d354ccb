// `npm run demo`: one real month, end to end. It plays the officers and the processor itself, and says so; every
// act of theirs goes through the very Updates and files that people use.
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { WaveKey } from '../../schemas/ref.ts';
import { statementQuery } from '../../workflows/messages.ts';
import type { Stated } from '../../workflows/messages.ts';
import { waveId } from '../../workflows/ids.ts';
import { timings } from '../../workflows/timings.ts';
import type { Environment } from '../config.ts';
import { keyRingOf, taskQueue } from '../config.ts';
import { exitCodes } from '../exit.ts';
import { installLogger } from '../logger.ts';
import { waveResult } from '../officer.ts';
import { createRecords } from '../records.ts';
import { addToRegister } from '../register-act.ts';
import { readable } from '../release.ts';
import { backfillWave } from '../schedule.ts';
import { scheduleOf } from '../schedules.ts';
import { connectClient } from '../temporal.ts';
import { applyHere } from './installation.ts';
import { moveClockBy, releaseBy } from './officers.ts';
import { erasures, otherPhoneOfSomebodyDrawn, somePhones } from './look.ts';
import { monthToSurvey } from './month-to-survey.ts';
import type { Arrived } from './processor.ts';
import { collect, reportOutcomes, respond } from './processor.ts';
import { ours, report, reported } from './report.ts';
import { counted, createTeller } from './teller.ts';
import type { Teller } from './teller.ts';
import type { Stack } from './stack.ts';
import { pagesOf } from '../stack/temporal.ts';
import { ended, stopSignal } from '../stopping.ts';
import { startStack } from './stack.ts';

/** Polls of seconds, where a force waits hours; every clock and rule is the shipped declaration's. */
export const brisk = {
  ...timings,
  receiptPollMs: 400,
  certificatePollMs: 400,
  retentionCapMs: 5_000,
  purgeAgainMs: 1_000,
};

const opening = `One month of a victim survey, end to end: from a police records system to the
survey company, with proof at the end that every copy is gone. Nobody in it
exists.

Real PostgreSQL and Temporal servers, a worker and a verifier run for it here.
Lines marked (played) are acts of officers, victims and the survey company: the
demonstration acts for them, by the same means. It takes about ten seconds, and
minutes where a Temporal server has to be built first, which happens once.
`;

export const demo = async (
  options: { exit: boolean; fresh: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  installLogger('ERROR');
  const stopped = stopSignal();
  const teller = createTeller(say, stopped);
  let stack: Stack | undefined;
  teller.say(opening);
  try {
    stack = await teller.during('starting PostgreSQL and Temporal', (progress) =>
      startStack('demo', options.fresh, env, progress, stopped),
    );
    await Promise.race([month(stack, teller), ended(stopped)]);
    if (!options.exit && process.stdout.isTTY) {
      teller.say('\nIt stays up for you to look around. Ctrl-C ends it and leaves nothing running.');
      await ended(stopped).catch(() => undefined);
      say('\nStopping.');
    }
    return exitCodes.done.code;
  } catch (e) {
    if (!stopped.aborted) throw e;
    say('\nStopping.');
    return exitCodes.stopped.code;
  } finally {
    teller.clear();
    await stack?.stop();
  }
};

const month = async (stack: Stack, teller: Teller): Promise<void> => {
  const { installation, temporal } = stack;
  const pages = pagesOf(temporal);
  if (pages !== undefined) teller.say(`  its pages: ${pages}`);
  const period = monthToSurvey(new Date());
  const { rows } = await teller.during('making a synthetic records system', () =>
    createRecords(installation.urls.records, { period, rows: 4_000, zone: 'Europe/London' }),
  );
  teller.say(`Records system: ${counted(rows)} rows around ${period}, in a second database`);
  const client = await connectClient(temporal, 'demo');
  try {
    const applied = await applyHere(installation);
    await scheduleOf(client, applied.planHash, applied.plan, taskQueue(installation.env), brisk);
    teller.say('(played) the data protection officer signs the officers file: who may release');
    teller.say(`(played) d.officer applies ${applied.survey}: plan ${applied.planHash.slice(0, 12)}…`);
    const phones = await somePhones(installation, 20);
    for (const phone of phones) await optOut(stack, phone);
    teller.say(`(played) ${String(phones.length)} people have opted out; the register holds tokens only`);
    await teller.during('starting worker and verifier', () => stack.startWorkers());
    const wave = { survey: applied.survey, period };
    await backfillWave(client, wave);
    teller.say(`\nThe schedule starts ${waveId(wave)}`);
    await tell(stack, client, wave, teller);
  } finally {
    await client.connection.close();
  }
};

const optOut = ({ installation }: Stack, phone: string) =>
  addToRegister(installation.urls.clerk, keyRingOf(installation.env), 'opt-outs', { phone }, 'd.clerk');

const tell = async (stack: Stack, client: Client, wave: WaveKey, teller: Teller): Promise<void> => {
  const { installation } = stack;
  await teller.follow(client, waveId(wave), 'release');
  const stated = await ask(client, wave);
  teller.say('\nTwo officers are asked to release this, and nothing else:');
  for (const line of readable(stated)) teller.say(`  ${line}`, 13);
  const late = await otherPhoneOfSomebodyDrawn(installation);
  if (late !== undefined) {
    await optOut(stack, late);
    teller.say('\n(played) somebody who was drawn opts out now, by another telephone number');
  }
  for (const officer of ['a.officer', 'b.officer'] as const) {
    const answer = await releaseBy(client, waveId(wave), installation.hands.of[officer], stated);
    if (!answer.ok) throw new Error(`the release was refused: ${answer.refusal.code}`);
    teller.say(
      `(played) ${officer} signs the release: ${String(answer.value.officers)} of ${String(stated.officers)}`,
    );
  }
  await teller.follow(client, waveId(wave), 'receipt');
  const arrived = await arrival(stack);
  await respond(installation, 'receipt', wave, arrived);
  teller.say('(played) the processor decrypts it and answers with a signed receipt');
  await teller.follow(client, waveId(wave), 'closed');
  const result = await waveResult(client, wave);
  teller.say(`closed   ${result.outcome}`);
  await reportOutcomes(installation, wave, arrived, reported);
  teller.say(`\n(played) the processor rings, and reports by reference: ${reported.join(', ')}`);
  const kept = await erase(stack, client, wave, arrived, teller);
  await report(stack, { wave, arrived: kept, result, stated }, teller);
};

const ask = async (client: Client, wave: WaveKey): Promise<Stated> => {
  for (;;) {
    const stated = await client.workflow.getHandle(waveId(wave)).query(statementQuery);
    if (stated?.waiting) return stated;
    await wait(50);
  }
};

const arrival = async ({ installation }: Stack): Promise<Arrived> => {
  for (;;) {
    const arrived = await collect(installation);
    if (arrived) return arrived;
    await wait(100);
  }
};

/** Clocks come forward by the Update an officer would use; the processor certifies; the verifier proves. */
const erase = async (
  stack: Stack,
  client: Client,
  wave: WaveKey,
  arrived: Arrived,
  teller: Teller,
): Promise<Arrived> => {
  const to = new Date().toISOString();
  for (const kind of ours) {
    const answer = await moveClockBy(client, wave, stack.installation.hands.of['a.officer'], kind, to);
    if (!answer.ok) throw new Error(`the clock was not moved: ${answer.refusal.code}`);
  }
  teller.say(`(played) a.officer moves the clocks of ${ours.join(', ')} to now`);
  const kept = await respond(stack.installation, 'certificate', wave, arrived);
  teller.say('(played) the processor certifies that its copy is destroyed');
  const since = Date.now();
  const left = async () =>
    (await erasures(stack.installation, wave)).filter(({ kind, verified }) => isOurs(kind) && !verified);
  await teller.during('erasing, and proving it by another role', async () => {
    while ((await left()).length > 0) await wait(100);
  });
  const all = (await erasures(stack.installation, wave)).filter(({ kind }) => isOurs(kind));
  const took = ((Date.now() - since) / 1000).toFixed(1);
  teller.say(
    `purge    ${String(all.length).padStart(7)} copies${took.padStart(5)} s   erased, and proved by the verifier`,
  );
  return kept;
};

const isOurs = (kind: string): boolean => ours.some((each) => each === kind);
