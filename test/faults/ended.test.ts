// Waves that are ended from outside, and what goes on without them: the clocks, whoever restarts the keeper of the
// clocks, and, once bytes may have left, the sweep that takes such a wave up again. And workers that freeze in the
// middle of a stage, and come back after another has finished it.
import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedBy } from '../../worker/demo/officers.ts';
import { send } from '../../worker/officer.ts';
import type { Running } from '../../worker/processes.ts';
import { retentionId, sweepScheduleId, waveId } from '../../workflows/ids.ts';
import { settleUpdate } from '../../workflows/messages.ts';
import type { Month } from '../month.ts';
import { createMonth, until } from '../month.ts';
import {
  ask,
  expectOneDelivery,
  inbound,
  intents,
  ledger,
  orphans,
  settled,
  story,
  storyOf,
} from './account.ts';
import type { Hold } from './hold.ts';
import { advance, claimOfTransfer, hold, intendThere, storedBytes } from './hold.ts';

let month: Month;
let admin: string;
let worker: Running;
let held: Hold;

beforeAll(async () => {
  month = await createMonth({ people: 60 });
  admin = month.installation.urls.admin;
  [worker] = await Promise.all([month.startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(async () => {
  await held.release();
  await month.stop();
});

const status = (id: string) =>
  month.client.workflow
    .getHandle(id)
    .describe()
    .then(({ status: { name } }) => name);

const copies = () =>
  ask<{ attempt: number; kind: string; outcome: string | null; proved: boolean }>(
    admin,
    `select attempt, kind, outcome, verified_at is not null as proved from cordon.copy
     where kind in ('staging', 'package') order by attempt, kind desc`,
  );
const proved = (attempt: number) =>
  ['staging', 'package'].map((kind) => ({ attempt, kind, outcome: 'erased', proved: true }));

describe('a wave that waits for its release', () => {
  it('and is terminated leaves its retention running', async () => {
    await month.stated();
    await month.client.workflow.getHandle(waveId(month.wave)).terminate('test-ended');
    expect(await status(waveId(month.wave))).toBe('TERMINATED');
    expect(await status(retentionId(month.wave))).toBe('RUNNING');
  });

  it('and whose retention is terminated too is closed by the sweep, and all it held is erased at once', async () => {
    await month.client.workflow.getHandle(retentionId(month.wave)).terminate('test-ended');
    expect(await status(retentionId(month.wave))).toBe('TERMINATED');
    await month.client.schedule.getHandle(sweepScheduleId).trigger();
    expect(await settled(copies, (all) => all.every((copy) => copy.proved))).toEqual(proved(1));
    expect(await orphans(admin)).toEqual([]);
  });

  it('may be run again; that run, cancelled, has all it held erased at once, and nothing has left', async () => {
    await month.begin();
    expect((await month.stated()).statement.attempt).toBe(2);
    await month.client.workflow.getHandle(waveId(month.wave)).cancel();
    expect(await month.result()).toMatchObject({ outcome: 'cancelled', again: true });
    expect(await settled(copies, (all) => all.every((copy) => copy.proved))).toEqual([
      ...proved(1),
      ...proved(2),
    ]);
    expect(
      await settled(
        () => status(retentionId(month.wave)),
        (name) => name === 'COMPLETED',
      ),
    ).toBe('COMPLETED');
    expect(await intents(admin)).toEqual([]);
    expect(await orphans(admin)).toEqual([]);
    const said = await ledger(admin);
    expect(said.filter(({ type }) => type === 'attempt-closed')).toMatchObject([
      // by the run that the sweep started to finish what was left open
      { attempt: 1, outcome: 'cancelled', again: true },
      { attempt: 2, outcome: 'cancelled', again: true },
    ]);
  });
});

const terminate = () => month.client.workflow.getHandle(waveId(month.wave)).terminate('test-ended');
/** Resolves once another run of the wave is there than the one that was terminated. */
const sweep = async (): Promise<void> => {
  await month.client.schedule.getHandle(sweepScheduleId).trigger();
  await until('the next run', async () => {
    const { status } = await month.client.workflow.getHandle(waveId(month.wave)).describe();
    return status.name === 'TERMINATED' ? undefined : true;
  });
};

describe('a wave that is terminated once bytes may have left', () => {
  it('is taken up by the sweep, and an officer settles it', async () => {
    await month.begin();
    await month.stated();
    const bytes = await hold(admin, storedBytes);
    await month.release();
    const mark = await intendThere(bytes, admin);
    const begun = await advance(mark, admin, claimOfTransfer, 'queued');
    await begun.waiting();
    await worker.kill();
    await begun.release();
    expect(await intents(admin)).toMatchObject([{ attempt: 3, began: true, voided: false }]);
    await terminate();
    worker = await month.startWorker();
    await sweep();
    await month.reach('settle');
    const [draft = '', ...others] = await inbound(month);
    expect([draft.endsWith('.pgp.part'), others]).toEqual([true, []]);
    await rm(join(month.installation.processor.inbound, draft));
    const statement = { ...month.wave, attempt: 3, finding: 'not-arrived' } as const;
    const finding = signedBy(month.installation.hands.of['a.officer'], 'settle', statement);
    expect(await send(month.client, waveId(month.wave), settleUpdate, finding)).toMatchObject({ ok: true });
    expect(await month.result()).toMatchObject({ outcome: 'failed', again: true, attempt: 3 });
    expect(await intents(admin)).toMatchObject([{ attempt: 3, voided: true }]);
    expect((await ledger(admin)).filter(({ type }) => type === 'disclosure')).toEqual([]);
  });
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
      ask(
        admin,
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
    intents: await intents(admin),
    claims: await ask(admin, 'select stage, claim, result from cordon.claim order by stage'),
    counts: await ask(admin, 'select * from cordon.waterfall'),
    // the clocks of the attempts before it go on meanwhile
    leaves: (await ledger(admin)).filter(({ attempt }) => attempt === 4),
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

describe('a wave that is terminated with everything delivered', () => {
  it('while it waits for its receipt is taken up by the sweep, and the receipt is read; nothing is sent again', async () => {
    const arrived = await month.arrived();
    await month.reach('receipt');
    await terminate();
    const there = await inbound(month);
    await month.respond('receipt', arrived);
    await sweep();
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 4 });
    expect(await inbound(month)).toEqual(there);
    await expectOneDelivery(month, arrived, 4);
    expect(storyOf(await ledger(admin), 4)).toEqual(story);
    expect(await ask(admin, 'select from cordon.attempt where closed_at is null')).toEqual([]);
    expect(await orphans(admin)).toEqual([]);
  });
});
