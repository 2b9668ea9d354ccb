// One month whose worker is killed in every stage. Each test holds a lock that the stage must wait for, kills the
// worker there, starts another and lets go; the locks are of different tables, so the next is held before that.
import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../worker/processes.ts';
import type { Month } from '../month.ts';
import { some } from '../declaration.ts';
import { createMonth } from '../month.ts';
import {
  expectEnded,
  expectOneDelivery,
  intents,
  ledger,
  orphans,
  sessions,
  settled,
  story,
  storyOf,
} from './account.ts';
import type { Hold } from './hold.ts';
import { advance, claimOfTransfer, hold, intendThere, leaves, openIntent, storedBytes } from './hold.ts';

let month: Month;
let worker: Running;
let verifier: Running;
let admin: string;
/** what the stage at hand waits for */
let held: Hold;

beforeAll(async () => {
  month = await createMonth({ rows: 400, edit: some });
  admin = month.installation.urls.admin;
  held = await hold(
    month.installation.urls.records,
    'lock table survey.victim_offence in access exclusive mode',
  );
  await held.held;
  [worker, verifier] = await Promise.all([month.startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(async () => {
  await held.release();
  await month.stop();
});

/** Kills the worker, which waits; its sessions end while the lock is still held; another worker starts. */
const replace = async (): Promise<void> => {
  await held.waiting();
  const dead = await sessions(month);
  expect(dead).not.toEqual([]);
  await worker.kill();
  const next = month.startWorker();
  await expectEnded(month, dead);
  worker = await next;
};

const on = async (lock: string, queued?: 'queued'): Promise<void> => {
  held = await advance(held, admin, lock, queued);
};

const inbound = () => readdir(month.installation.processor.inbound);

describe('a worker killed with SIGKILL', () => {
  it.each([
    ['extract, at the source', 'cordon.waterfall'],
    ['extract, with rows in staging that nobody has counted', 'cordon.exclusion_count'],
    ['screen, with a frame that is not committed', 'cordon.stratum_count'],
    ['sample, with a seed that is in the ledger', 'cordon.package'],
  ])('in %s leaves no query behind, and the stage runs again', async (_, next) => {
    await replace();
    await on(`lock table ${next} in access exclusive mode`);
  });

  it('in minimise, before its package was stored, leaves no package behind', async () => {
    await replace();
    expect(await orphans(month)).toEqual([]);
    expect(await month.query(`select from cordon.copy where kind = 'package'`)).toEqual([]);
    await on('lock table cordon.release in access exclusive mode');
  });

  it('while an officer releases loses neither the officer before nor this one, nor does a verifier', async () => {
    await month.stated();
    const [first, second] = [month.sign('a.officer'), month.sign('b.officer')];
    await held.waiting();
    await Promise.all([worker.kill(), verifier.kill()]);
    [worker, verifier] = await Promise.all([month.startWorker(), month.startVerifier()]);
    await on(storedBytes);
    expect([await first, await second].map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('between intent and first byte voids that intent, checks again and intends again', async () => {
    held = await intendThere(held, admin);
    expect(await intents(month)).toMatchObject([{ ordinal: 1, began: false, voided: false }]);
    await replace();
    await held.waiting();
    await on(storedBytes);
    held = await intendThere(held, admin);
    expect(await intents(month)).toMatchObject([
      { ordinal: 1, began: false, voided: true },
      { ordinal: 2, began: false, voided: false },
    ]);
    expect((await inbound()).map((name) => name.replace(/^.*\.pgp/, ''))).toEqual(['.part']);
  });

  it('between the first byte and the last leaves a draft, which the next worker finishes', async () => {
    await on(claimOfTransfer, 'queued');
    await replace();
    expect(await intents(month)).toMatchObject([{ voided: true }, { began: true, delivered: false }]);
    const [draft = '', ...others] = await inbound();
    expect([draft.endsWith('.part'), others]).toEqual([true, []]);
    const path = join(month.installation.processor.inbound, draft);
    // the bytes of a worker that was killed between two writes
    await truncate(path, Math.floor((await stat(path)).size / 2));
    await on(storedBytes);
  });

  it('between rename and record has sent nothing twice: the manifest follows', async () => {
    await held.waiting();
    await on(openIntent);
    await held.waiting();
    // each file asks for its mark: the package's is let through, the signature's is not
    await on(openIntent, 'queued');
    await replace();
    expect((await inbound()).map((name) => name.replace(/^.*\.pgp/, ''))).toEqual([
      '',
      '.manifest.json.sig.part',
    ]);
    await on(leaves);
  });

  it('after the manifest has it recorded by the next worker', async () => {
    await replace();
    expect(await inbound()).toHaveLength(3);
    expect(await intents(month)).toMatchObject([{ voided: true }, { began: true, delivered: false }]);
    await held.release();
    await settled(
      () => intents(month),
      (all) => all.some(({ delivered }) => delivered),
    );
  });

  it('while it reads the receipt has it read again', async () => {
    held = await hold(admin, openIntent);
    await month.respond('receipt', await month.arrived());
    await replace();
    await held.release();
    expect(await month.result()).toMatchObject({ outcome: 'delivered', again: false, attempt: 1 });
  });

  it('has delivered once, with a balanced waterfall and a ledger in order, and nothing besides', async () => {
    await expectOneDelivery(month, await month.arrived(), 1);
    const said = await ledger(month);
    const [, ...rest] = story.slice(story.indexOf('intent'));
    expect(storyOf(said, 1)).toEqual([
      ...story.slice(0, story.indexOf('intent')),
      'intent',
      'intent',
      ...rest,
    ]);
    const voided = said.findIndex(({ type }) => type === 'intent-voided');
    const [first, second] = said.flatMap(({ type }, at) => (type === 'intent' ? [at] : []));
    expect([first, voided, second]).toEqual([first, voided, second].toSorted((a = 0, b = 0) => a - b));
    const drawn = said.flatMap((leaf) =>
      leaf.type === 'seed-drawn' || leaf.type === 'sampled' ? [leaf.seed] : [],
    );
    expect(new Set(drawn).size).toBe(1);
    expect(said.filter(({ type }) => type === 'refused')).toEqual([]);
    expect(await orphans(month)).toEqual([]);
  });
});
