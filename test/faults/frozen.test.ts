// Workers that freeze in the middle of a stage, and come back after another has finished it.
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../worker/processes.ts';
import type { Month } from '../month.ts';
import { createMonth } from '../month.ts';
import { expectOneDelivery, intents, ledger, orphans, settled, story, storyOf } from './account.ts';
import type { Hold } from './hold.ts';
import { advance, claimOfTransfer, hold, intendThere, storedBytes } from './hold.ts';

let month: Month;
let admin: string;
let worker: Running;
let held: Hold;

beforeAll(async () => {
  month = await createMonth({ people: 60 });
  admin = month.installation.urls.admin;
  [worker] = await Promise.all([month.startWorker(), month.startVerifier()]);
});
afterAll(async () => {
  await held.release();
  await month.stop();
});

/** Freezes the worker, which waits, and starts another. */
const freeze = async (): Promise<Running> => {
  await held.waiting();
  const zombie = worker;
  zombie.process.kill('SIGTERM');
  // until it no longer polls, on a busy machine too: a frozen poll would swallow the work that another is to do
  await wait(2_000);
  zombie.process.kill('SIGSTOP');
  worker = await month.startWorker();
  return zombie;
};

/** Lets it go on, and waits until it has ended by itself. */
const wake = async (zombie: Running): Promise<void> => {
  const ended = once(zombie.process, 'exit');
  zombie.process.kill('SIGCONT');
  await ended;
};

const finished = (stage: string) =>
  settled(
    () =>
      month.query(
        `select stage from cordon.claim where stage = $1 and result is not null
           and attempt = (select max(attempt) from cordon.attempt)`,
        [stage],
      ),
    ({ length }) => length > 0,
  );

/** Everything that a zombie could change. */
const world = async () => {
  const folder = month.installation.processor.inbound;
  const names = (await readdir(folder)).toSorted();
  return {
    files: await Promise.all(
      names.map(async (name) => {
        const { ino, mtimeMs, size } = await stat(join(folder, name));
        return { name, ino, mtimeMs, size };
      }),
    ),
    intents: await intents(month),
    claims: await month.query('select stage, claim, result from cordon.claim order by stage'),
    counts: await month.query('select * from cordon.waterfall'),
    leaves: await ledger(month),
  };
};

describe('a worker that froze, and wakes when another has done its work, changes nothing:', () => {
  it('neither in extract, in the middle of a load', async () => {
    held = await hold(
      month.installation.urls.records,
      'lock table survey.victim_offence in access exclusive mode',
    );
    await held.held;
    await month.begin();
    const zombie = await freeze();
    held = await advance(held, admin, 'lock table cordon.exclusion_count in access exclusive mode');
    expect(await finished('extract')).toEqual([{ stage: 'extract' }]);
    await held.waiting();
    const before = await world();
    await wake(zombie);
    expect(await world()).toEqual(before);
  });

  it('nor in transfer, with every byte in its draft and the rename to come', async () => {
    await held.release();
    await month.stated();
    held = await hold(admin, storedBytes);
    await month.release();
    held = await intendThere(held, admin);
    held = await advance(held, admin, claimOfTransfer, 'queued');
    const zombie = await freeze();
    await held.release();
    await month.arrived();
    expect(await finished('transfer')).toEqual([{ stage: 'transfer' }]);
    const before = await world();
    await wake(zombie);
    expect(await world()).toEqual(before);
  });
});

it('ends as a month in which nobody froze', async () => {
  const arrived = await month.arrived();
  await month.respond('receipt', arrived);
  expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 1 });
  await expectOneDelivery(month, arrived, 1);
  expect(storyOf(await ledger(month), 1)).toEqual(story);
  expect(await orphans(month)).toEqual([]);
});
