// One month whose PostgreSQL server is killed in every stage, on a server of its own. The worker lives: it is the
// emptied staging schema that must be noticed, before the first byte by starting over, after it by sending no more.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Postgres } from '../../worker/stack/postgres.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import type { RunFolder } from '../../worker/stack/runfolder.ts';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import type { Watchdog } from '../../worker/stack/watchdog.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { moveClockBy, releaseBy, signedBy } from '../../worker/demo/officers.ts';
import { send } from '../../worker/officer.ts';
import { waveId } from '../../workflows/ids.ts';
import { settleUpdate } from '../../workflows/messages.ts';
import type { Month } from '../month.ts';
import { some } from '../declaration.ts';
import { brisk, createMonth } from '../month.ts';
import { expectOneDelivery, inbound, intents, ledger, orphans, settled, story, storyOf } from './account.ts';
import type { Hold } from './hold.ts';
import { advance, claimOfTransfer, hold, intendThere, openIntent, storedBytes } from './hold.ts';

let watchdog: Watchdog;
let folder: RunFolder;
let server: Postgres;
let month: Month;
let admin: string;
let held: Hold;

beforeAll(async () => {
  const { DATABASE_URL: _, ...env } = process.env;
  watchdog = await startWatchdog();
  folder = await createRunFolder({ kind: 'test', env });
  watchdog.remove(folder.path);
  server = await startPostgres({ folder: folder.path, env, watchdog, progress: () => undefined });
  month = await createMonth({
    rows: 400,
    edit: some,
    adminUrl: server.adminUrl,
    timings: { ...brisk, attempts: 20 },
  });
  admin = month.installation.urls.admin;
  held = await hold(
    month.installation.urls.records,
    'lock table survey.victim_offence in access exclusive mode',
  );
  await held.held;
  await Promise.all([month.startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(async () => {
  await held.release();
  await month.stop();
  await server.stop();
  await watchdog.stop();
});

/** Kills the server under whoever waits, starts it again, and holds what the next stage will wait for. */
const crash = async (next?: string): Promise<void> => {
  await server.crash();
  await server.restart();
  await held.release();
  if (next === undefined) return;
  held = await hold(admin, next);
  await held.held;
};
const on = async (lock: string, queued?: 'queued'): Promise<void> => {
  held = await advance(held, admin, lock, queued);
};

const attempts = () =>
  month.query<{
    attempt: number;
    outcome: string | null;
    nonce: string;
    root: string | null;
    seed: string | null;
  }>(
    `select attempt, outcome, nonce_sha256 as nonce, frame_root as root, seed from cordon.attempt order by attempt`,
  );

describe('a PostgreSQL server killed with SIGKILL, before the first byte,', () => {
  it.each([
    ['extract', 'cordon.exclusion_count'],
    ['screen', 'cordon.stratum_count'],
    ['sample', 'cordon.package'],
  ])('in %s loses that attempt, and a new one starts over', async (_, next) => {
    await held.waiting();
    await crash(`lock table ${next} in access exclusive mode`);
  });

  it('in minimise, too', async () => {
    await held.waiting();
    await crash();
    expect((await month.stated()).statement).toMatchObject({ attempt: 5 });
  });

  it('while officers release makes void what was released before', async () => {
    const before = await month.stated();
    const { hands } = month.installation;
    const late = () => releaseBy(month.client, waveId(month.wave), hands.of['b.officer'], before);
    expect(await month.sign('a.officer')).toMatchObject({ ok: true });
    await crash();
    expect(await late()).toMatchObject({ ok: true });
    const again = await settled(
      () => month.stated(),
      ({ statement, waiting }) => waiting && statement.attempt === 6,
    );
    expect(again).toMatchObject({ statement: { attempt: 6 }, released: [] });
    expect(await intents(month)).toEqual([]);
    expect(await late()).toMatchObject({ ok: false, refusal: { code: 'RELEASE_MISMATCH' } });
  });

  it('between intent and first byte voids the intent and starts over', async () => {
    held = await hold(admin, storedBytes);
    await month.release();
    held = await intendThere(held, admin);
    expect(await intents(month)).toMatchObject([{ attempt: 6, began: false, voided: false }]);
    await crash();
    const { statement } = await settled(
      () => month.stated(),
      ({ statement, waiting }) => waiting && statement.attempt === 7,
    );
    expect(statement.attempt).toBe(7);
    expect(await intents(month)).toMatchObject([{ attempt: 6, began: false, voided: true }]);
    expect(await inbound(month)).toEqual([]);
  });
});

describe('a PostgreSQL server killed with SIGKILL, after the first byte,', () => {
  it('sends nothing again when nothing is found at the processor: an officer settles it', async () => {
    held = await hold(admin, storedBytes);
    await month.release();
    held = await intendThere(held, admin);
    await on(claimOfTransfer, 'queued');
    await held.waiting();
    const drafts = await inbound(month);
    expect(drafts).toHaveLength(1);
    for (const name of drafts) await rm(join(month.installation.processor.inbound, name));
    await crash();
    expect(await month.reach('settle')).toMatchObject({
      code: 'DELIVERY_UNKNOWN',
      attempt: 7,
      attention: true,
    });
    expect(await inbound(month)).toEqual([]);
    expect(await intents(month)).toMatchObject([
      { voided: true },
      { attempt: 7, began: true, voided: false },
    ]);
    const statement = { ...month.wave, attempt: 7, finding: 'not-arrived' } as const;
    const finding = signedBy(month.installation.hands.of['a.officer'], 'settle', statement);
    expect(await send(month.client, waveId(month.wave), settleUpdate, finding)).toMatchObject({ ok: true });
    expect(await month.result()).toMatchObject({ outcome: 'failed', code: 'DELIVERY_UNKNOWN', again: true });
    expect(await inbound(month)).toEqual([]);
  });

  it('records what the processor has already, of a month that was run again', async () => {
    await month.begin();
    await month.reach('release');
    held = await hold(admin, storedBytes);
    await month.release();
    held = await intendThere(held, admin);
    await on(openIntent, 'queued');
    await held.waiting();
    const [name = ''] = await inbound(month);
    await crash();
    const arrived = await month.arrived();
    expect(arrived.name).toBe(name);
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 8 });
    await expectOneDelivery(month, arrived, 8);
  });
});

describe('afterwards', () => {
  it('every attempt had a key, a frame and a seed of its own, and the ledger says how each ended', async () => {
    const all = await attempts();
    expect(all.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 6 }, () => 'stale-staging'),
      'failed',
      'delivered',
    ]);
    for (const field of ['nonce', 'root', 'seed'] as const) {
      const known = all.flatMap((attempt) => attempt[field] ?? []);
      expect(new Set(known).size).toBe(known.length);
      expect(known.length).toBeGreaterThanOrEqual(4);
    }
    const leaves = await ledger(month);
    expect(storyOf(leaves, 8)).toEqual(story);
    for (const { attempt, outcome } of all)
      expect(
        leaves.flatMap((leaf) =>
          leaf.type === 'attempt-closed' && leaf.attempt === attempt ? [leaf.outcome] : [],
        ),
      ).toEqual([outcome]);
  });

  it('each staging schema ends as lost in the crash, proved by the verifier, and nothing is left over', async () => {
    const to = new Date().toISOString();
    const hand = month.installation.hands.of['a.officer'];
    expect(await moveClockBy(month.client, month.wave, hand, 'staging', to)).toMatchObject({ ok: true });
    const copies = await settled(
      () =>
        month.query<{ attempt: number; outcome: string; proved: boolean }>(
          `select attempt, outcome, verified_at is not null as proved from cordon.copy
           where kind = 'staging' order by attempt`,
        ),
      (all) => all.every(({ proved }) => proved),
    );
    expect(copies).toEqual(
      Array.from({ length: 8 }, (_, i) => ({ attempt: i + 1, outcome: 'lost-in-crash', proved: true })),
    );
    expect(await orphans(month)).toEqual([]);
  });
});
