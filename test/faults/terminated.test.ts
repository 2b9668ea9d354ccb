// A wave is terminated in Temporal's own UI, which runs no code of ours, at each stage in turn, and its retention with it.
// One sweep later each has come to its end, all that it held is erased, and the month may be run again where nothing left.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivities } from '../../activities/create.ts';
import { createVerifierActivities } from '../../activities/create-verifier.ts';
import type { Deps } from '../../activities/deps.ts';
import type { Ref, Stage, WaveKey } from '../../schemas/ref.ts';
import { createPool, withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { releaseBy, signedBy } from '../../worker/demo/officers.ts';
import { collect, respond } from '../../worker/demo/processor.ts';
import { send, waveResult } from '../../worker/officer.ts';
import { runWorker } from '../../worker/run.ts';
import { connectClient } from '../../worker/temporal.ts';
import { retentionId, waveId } from '../../workflows/ids.ts';
import { progressQuery, settleUpdate, statementQuery } from '../../workflows/messages.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { brisk, until } from '../month.ts';
import { createNamespace } from '../namespace.ts';
import { workflowBundle } from '../servers.ts';
import { ledger, settled, story, storyOf } from './account.ts';

const taskQueue = 'terminated';
/** What is held up is not to be started again. */
const patient = { ...brisk, heartbeatMs: 60_000, receiptPollMs: 1_000, retentionCapMs: 10_000 };
const stale = 'stale-survey';
const dice = 'dice-survey';

/** Where each is when it is ended: behind the work of a stage that nobody hears of, or waiting. */
const stuck = ['extract', 'screen', 'sample', 'minimise', 'intent', 'begun'] as const;
const waiting = ['alarm', 'seed', 'release', 'cancel', 'receipt'] as const;
type Place = (typeof stuck)[number] | (typeof waiting)[number];
const nothingLeft: readonly Place[] = [
  'extract',
  'screen',
  'alarm',
  'seed',
  'sample',
  'minimise',
  'release',
  'cancel',
  'intent',
];

let hands: Hands;
let client: Client;
let stop: () => Promise<void>;
const waves = new Map<Place, WaveKey>();
const reached = new Set<Place>();
/** what holds an activity up, until its wave is ended */
const gate = Promise.withResolvers<never>();
gate.promise.catch(() => undefined);

const waveOf = (place: Place): WaveKey => {
  const wave = waves.get(place);
  if (!wave) throw new Error(`no wave at ${place}`);
  return wave;
};
const holdUp = async (place: Place, period: string): Promise<void> => {
  if (waves.get(place)?.period !== period) return;
  reached.add(place);
  await gate.promise;
};
const heldUp = (deps: Deps): ReturnType<typeof createActivities> => {
  const real = createActivities({
    ...deps,
    openTarget: async (plan) => {
      const target = await deps.openTarget(plan);
      const period = (name: string) => /\d{4}-\d\d/.exec(name)?.[0] ?? '';
      return {
        ...target,
        put: (file, hooks) =>
          target.put(file, {
            ...hooks,
            firstByte: async () => {
              await holdUp('intent', period(file.name));
              await hooks.firstByte();
            },
            fence: async () => {
              await holdUp('begun', period(file.name));
              await hooks.fence();
            },
          }),
      };
    },
  });
  const behind = <S extends Exclude<Stage, 'transfer'>>(stage: S): (typeof real)[S] =>
    (async (from: Ref<'extracted'>) => {
      const done = await (real[stage] as (from: Ref<'extracted'>) => Promise<unknown>)(from);
      await holdUp(stage, from.period);
      return done;
    }) as (typeof real)[S];
  return {
    ...real,
    extract: behind('extract'),
    screen: behind('screen'),
    sample: behind('sample'),
    minimise: behind('minimise'),
  };
};

beforeAll(async () => {
  const temporal = await createNamespace('terminated');
  [hands, client] = await Promise.all([openHands(), connectClient(temporal, 'test')]);
  await hands.survey(dice, [['promote: before-packaging', 'promote: never\n  seed: dice']]);
  await hands.survey(stale, [['screen: #', 'registers: { opt-outs: { not_older_than: P7D } }\n\nscreen: #']]);
  for (const place of [...stuck, ...waiting]) {
    const wave = await hands.month();
    waves.set(place, {
      ...wave,
      ...(place === 'alarm' && { survey: stale }),
      ...(place === 'seed' && { survey: dice }),
    });
  }
  const verifier = createPool(hands.installation.urls.verifier, 'cordon verifier', 2);
  const ending = new AbortController();
  const common = { config: temporal, taskQueue, signal: ending.signal };
  const running = Promise.all([
    runWorker({
      ...common,
      role: 'worker',
      activities: heldUp(hands.deps),
      workflows: await workflowBundle(),
    }),
    runWorker({
      ...common,
      role: 'verifier',
      activities: createVerifierActivities({ ...hands.deps, pool: verifier }),
    }),
  ]);
  stop = async () => {
    ending.abort();
    await running;
    await verifier.end();
  };
});
afterAll(async () => {
  await stop();
  await client.connection.close();
  await hands.close();
});

const at = (place: Place) =>
  client.workflow
    .getHandle(waveId(waveOf(place)))
    .query(progressQuery)
    .then(({ stage }) => stage);
const inbound = async () => (await readdir(hands.installation.processor.inbound)).toSorted();
const opened = async (place: Place, run: string) => {
  const wave = waveOf(place);
  const [plan] = await hands.query<{ planHash: string }>(
    'select plan_hash as "planHash" from cordon.plan_in_force where survey = $1',
    [wave.survey],
  );
  return { ...wave, planHash: plan?.planHash ?? '', run, ordinal: 1 };
};
const copies = (place: Place) => {
  const { survey, period } = waveOf(place);
  return hands.query<{ kind: string; proved: boolean }>(
    `select kind, verified_at is not null as proved from cordon.copy
     where (survey, period) = ($1, $2) and kind in ('staging', 'package', 'disclosure-index', 'contacts')`,
    [survey, period],
  );
};

test('each is ended where it stands', async () => {
  await Promise.all(
    [...waves].map(async ([place, wave]) => {
      const { planHash } = await opened(place, '');
      const args: [object] = [{ ...wave, planHash, timings: patient }];
      const handle = await client.workflow.start('wave', { workflowId: waveId(wave), taskQueue, args });
      if (['release', 'cancel', 'receipt', 'intent', 'begun'].includes(place)) {
        const stated = await until('a statement', async () => {
          const now = await handle.query(statementQuery);
          return now?.waiting ? now : undefined;
        });
        const { of } = hands.installation.hands;
        if (place !== 'release' && place !== 'cancel')
          for (const officer of [of['a.officer'], of['b.officer']])
            expect(await releaseBy(client, waveId(wave), officer, stated)).toMatchObject({ ok: true });
      }
      const stands = stuck.some((each) => each === place)
        ? async () => reached.has(place) || undefined
        : async () => (await at(place)) === (place === 'cancel' ? 'release' : place) || undefined;
      await until(`${place} of ${wave.survey}`, stands);
    }),
  );
  for (const [place, wave] of waves) {
    const handle = client.workflow.getHandle(waveId(wave));
    if (place === 'cancel') await handle.cancel();
    else await handle.terminate('test-ended');
  }
  for (const [place, wave] of waves) {
    if (place === 'cancel') continue;
    const retention = client.workflow.getHandle(retentionId(wave));
    // the wave's end is not its clocks'
    expect((await retention.describe()).status.name).toBe('RUNNING');
    await retention.terminate('test-ended');
  }
  gate.reject(new Error('its wave is ended'));
});

test('the sweep closes those of which nothing left, has all they held erased, and takes up the others', async () => {
  const there = await inbound();
  await client.workflow.execute('sweep', { workflowId: 'sweep', taskQueue, args: [{ timings: patient }] });
  for (const place of nothingLeft)
    expect([place, await waveResult(client, waveOf(place))]).toMatchObject([
      place,
      { outcome: 'cancelled', again: true },
    ]);
  // a month that is closed while the sweep is at the clocks already has long ones that are due: tomorrow's
  await client.workflow.execute('sweep', {
    workflowId: 'sweep',
    taskQueue,
    args: [{ timings: patient }],
  });
  for (const place of nothingLeft) {
    const left = await settled(
      () => copies(place),
      (all) => all.every(({ proved }) => proved),
      // all are proved one after another, and a proof that meets a lock is tried again after seconds
      60_000,
    );
    expect([place, left.length > 0, left.filter(({ proved }) => !proved)]).toEqual([place, true, []]);
  }
  expect(
    await settled(
      () => at('begun'),
      (stage) => stage === 'settle',
    ),
  ).toBe('settle');
  expect(
    await settled(
      () => at('receipt'),
      (stage) => stage === 'receipt',
    ),
  ).toBe('receipt');
  expect(await inbound()).toEqual(there);
  for (const place of nothingLeft)
    expect([place, await hands.acts.openAttempt(await opened(place, `${place} again`))]).toMatchObject([
      place,
      { ok: true },
    ]);
  for (const place of ['begun', 'receipt'] as const)
    expect(await hands.acts.openAttempt(await opened(place, `${place} again`))).toMatchObject({
      ok: false,
      refusal: { code: 'ALREADY_DISCLOSED' },
    });
});

test('a doubt is settled by an officer, who finds that nothing arrived: the month may be run again', async () => {
  const { survey, period } = waveOf('begun');
  const [draft = '', ...others] = (await inbound()).filter((name) => name.includes(period));
  expect([draft.endsWith('.pgp.part'), others]).toEqual([true, []]);
  await rm(join(hands.installation.processor.inbound, draft));
  const statement = { survey, period, attempt: 1, finding: 'not-arrived' } as const;
  const finding = signedBy(hands.installation.hands.of['a.officer'], 'settle', statement);
  expect(await send(client, waveId({ survey, period }), settleUpdate, finding)).toMatchObject({ ok: true });
  expect(await waveResult(client, { survey, period })).toMatchObject({ outcome: 'failed', again: true });
  expect(await hands.leaves({ survey, period }, 'intent-voided')).toHaveLength(1);
  expect(await hands.leaves({ survey, period }, 'disclosure')).toEqual([]);
});

test('a receipt is read though its wave was ended, and nothing is sent again', async () => {
  const wave = waveOf('receipt');
  const there = await inbound();
  const arrived = await collect(hands.installation);
  if (!arrived) throw new Error('no package has arrived');
  await respond(hands.installation, 'receipt', wave, arrived);
  expect(await waveResult(client, wave)).toMatchObject({ outcome: 'delivered', again: false, attempt: 1 });
  const { planHash } = await opened('receipt', '');
  const args: [object] = [{ ...wave, planHash, timings: patient }];
  const again = await client.workflow.execute('wave', { workflowId: waveId(wave), taskQueue, args });
  expect(again).toMatchObject({ outcome: 'already-disclosed', again: false });
  expect(await inbound()).toEqual(there);
  const told = (await ledger(hands)).filter(({ period }) => period === wave.period);
  expect(storyOf(told, 1)).toEqual(story);
  const { faults } = await withConnection(hands.installation.urls.auditor, 'test', (db) =>
    verifyDatabase(db),
  );
  expect(faults).toEqual([]);
});
