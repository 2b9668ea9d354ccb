// What the ledger says of each fault of a delivery by SFTP, and what an officer is told: the activities themselves, on
// PostgreSQL and against a real OpenSSH server.
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sftpShelf } from '../../activities/delivery/sftp.ts';
import type { SftpPlace } from '../../activities/delivery/sftp.ts';
import { deliveryTarget } from '../../activities/delivery/target.ts';
import { readPlan } from '../../activities/plan.ts';
import type { Processor } from '../../schemas/processor.ts';
import type { Opened, Ref, WaveKey } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { createDeps } from '../../worker/deps.ts';
import { chance } from '../chance.ts';
import type { Line } from '../line.ts';
import { openLine } from '../line.ts';
import type { Sshd } from '../sshd.ts';
import { blind, cramped, openSshd, refusing } from '../sshd.ts';
import type { Meet } from './delivery.around.ts';
import { around } from './delivery.around.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
let sshd: Sshd;
beforeAll(async () => {
  [hands, sshd] = await Promise.all([openHands(), openSshd()]);
});
afterAll(() => Promise.all([hands.close(), sshd[Symbol.asyncDispose]()]));

interface Released extends WaveKey {
  readonly opened: Opened;
  readonly minimised: Ref<'minimised'>;
  /** the package's file name */
  readonly name: string;
}

const released = async (): Promise<Released> => {
  const wave = await hands.month();
  const opened = await hands.open(wave);
  const minimised = await hands.upTo(opened, 'minimise');
  await hands.release(minimised);
  const [row] = await hands.query<{ name: string }>('select name from cordon.package where period = $1', [
    wave.period,
  ]);
  return { ...wave, opened, minimised, name: row?.name ?? '' };
};

interface Way {
  readonly over?: Partial<SftpPlace>;
  readonly meet?: (line: Line) => Meet;
}

/** One start of the transfer; `last` when the workflow would not try again. */
const transfer = async ({ minimised }: Released, { over, meet }: Way = {}, last = false) => {
  await using line = await openLine(sshd);
  const { inbound, outbound } = hands.installation.processor;
  const openTarget = async () => {
    const shelf = await sftpShelf({
      host: line.host,
      port: line.port,
      user: sshd.user,
      hostKey: sshd.hostKeys.ed25519,
      privateKey: sshd.privateKey,
      directory: inbound,
      answers: outbound,
      ...over,
    });
    return deliveryTarget(around(shelf, meet?.(line) ?? (() => {})), over?.writeOnly);
  };
  const info = { attempt: last ? 2 : 1, retryPolicy: { maximumAttempts: 2 } };
  return await actsOf({ ...hands.deps, openTarget }, { info }).transfer(minimised);
};

const lying = async ({ period }: WaveKey) =>
  (await readdir(hands.installation.processor.inbound)).filter((name) => name.includes(period)).toSorted();
/** Those that are not void. */
const standing = ({ period }: WaveKey) =>
  hands.query(
    `select first_byte_at is not null as began, delivered_at is not null as delivered
     from cordon.intent where period = $1 and voided_at is null`,
    [period],
  );
const withdraw = ({ survey, period, opened: { attempt } }: Released) =>
  hands.acts.withdraw({ survey, period, attempt });
const refusals = (wave: WaveKey) => hands.leaves(wave, 'refused');

const begun = { began: true, delivered: false };

const drawn = chance();
/** one month, on which everything that can be tried again is tried */
let wave: Released;
beforeAll(async () => {
  wave = await released();
});

describe('before the first byte', () => {
  const expectNothing = async (words: object): Promise<void> => {
    expect((await refusals(wave)).at(-1)).toMatchObject({ stage: 'transfer', ...words });
    expect(await withdraw(wave)).toMatchObject({ ok: true });
    expect(await standing(wave)).toEqual([]);
    expect(await hands.leaves(wave, 'disclosure')).toEqual([]);
  };

  it('another host key is refused without an intent', async () => {
    await sshd.stop();
    await sshd.start('changed');
    const answer = await transfer(wave);
    await sshd.stop();
    await sshd.start();
    const words = { code: 'HOST_KEY', expected: sshd.hostKeys.ed25519 };
    expect(answer).toMatchObject({ ok: false, refusal: words });
    await expectNothing(words);
    expect(await hands.leaves(wave, 'intent')).toEqual([]);
  });

  it('a permission denied is tried again, and said at the last try; its intent is void', async () => {
    await sshd.serve(refusing('open'));
    await expect(transfer(wave)).rejects.toMatchObject({ type: 'DELIVERY_UNREACHABLE', nonRetryable: false });
    expect(await refusals(wave)).toHaveLength(1);
    const answer = await transfer(wave, {}, true);
    await sshd.serve();
    const words = { code: 'DELIVERY_UNREACHABLE', found: 'permission denied while opening the draft' };
    expect(answer).toMatchObject({ ok: false, refusal: words });
    await expectNothing(words);
    expect(await hands.leaves(wave, 'intent-voided')).toHaveLength(2);
  });

  it('other bytes under the name are left as they are, and refused', async () => {
    const there = join(hands.installation.processor.inbound, wave.name);
    await writeFile(there, 'not ours');
    const words = {
      code: 'DELIVERY_CONFLICT',
      found: 'other bytes under the very name of what is to be delivered',
    };
    expect(await transfer(wave)).toMatchObject({ ok: false, refusal: words });
    await expectNothing(words);
    await rm(there);
    expect(await lying(wave)).toEqual([]);
  });
});

describe(`after the first byte (CORDON_TEST_SEED=${drawn.seed})`, () => {
  const unreachable = { type: 'DELIVERY_UNREACHABLE', nonRetryable: false };
  const expectBegun = async (): Promise<void> => {
    expect(await standing(wave)).toEqual([begun]);
    expect(await lying(wave)).toEqual([`${wave.name}.part`]);
    expect(await hands.leaves(wave, 'disclosure')).toEqual([]);
  };

  it('a full disk leaves a draft and one intent, which stands', async () => {
    await sshd.serve(cramped(1));
    await expect(transfer(wave)).rejects.toMatchObject({ ...unreachable, details: [{ step: 'write' }] });
    await sshd.serve();
    await expectBegun();
  });

  it('so does a line that is cut, or falls silent', async () => {
    const operation = drawn.one(['write', 'sync', 'close'] as const);
    const at = (act: (line: Line) => void) => (line: Line) => (_: unknown, each: string) =>
      void (each === operation && act(line));
    await expect(transfer(wave, { meet: at((line) => line.cut()) })).rejects.toMatchObject({
      ...unreachable,
      details: [{ found: expect.stringMatching(/^the connection was lost while /) as string }],
    });
    await expectBegun();
    const silent: Way = { meet: at((line) => line.mute()), over: { operationMs: 200 } };
    await expect(transfer(wave, silent)).rejects.toMatchObject({
      ...unreachable,
      details: [{ found: expect.stringMatching(/^no answer in time while /) as string }],
    });
    await expectBegun();
  });

  it('a rename that is refused to the last is said, and waits to be settled', async () => {
    await sshd.serve(refusing('rename', 'posix-rename'));
    const words = { code: 'DELIVERY_UNREACHABLE', found: 'permission denied while renaming the draft' };
    expect(await transfer(wave, {}, true)).toMatchObject({ ok: false, refusal: words });
    await sshd.serve();
    expect((await refusals(wave)).at(-1)).toMatchObject({ stage: 'transfer', ...words });
    expect(await withdraw(wave)).toMatchObject({ ok: false, refusal: { code: 'DELIVERY_UNKNOWN' } });
    await expectBegun();
  });

  it('a start that nothing disturbs delivers it once, under the same intent', async () => {
    expect(await transfer(wave)).toMatchObject({ ok: true });
    const { name } = wave;
    expect(await lying(wave)).toEqual([name, `${name}.manifest.json`, `${name}.manifest.json.sig`]);
    expect(await standing(wave)).toEqual([{ began: true, delivered: true }]);
    expect(await hands.leaves(wave, 'disclosure')).toHaveLength(1);
    expect(await hands.leaves(wave, 'delivered')).toMatchObject([{ name }]);
  });
});

describe('a package that nobody sees', () => {
  const unknown = async (of: Released, found: string, way: Way = {}): Promise<void> => {
    const words = { code: 'DELIVERY_UNKNOWN', found };
    const there = await lying(of);
    expect(await transfer(of, way)).toMatchObject({ ok: false, refusal: words });
    expect(await refusals(of)).toMatchObject([{ stage: 'transfer', ...words }]);
    expect(await standing(of)).toEqual([begun]);
    expect(await lying(of)).toEqual(there);
  };
  const settle = async (
    { survey, period, opened: { attempt } }: Released,
    finding: 'arrived' | 'not-arrived',
  ) => {
    const key = { survey, period, attempt };
    return hands.acts.settle({ ...key, ...(await hands.signed('a.officer', 'settle', { ...key, finding })) });
  };

  it('because it was collected behind a rename whose answer was lost, is unknown until somebody says it arrived', async () => {
    const month = await released();
    const { inbound, outbound } = hands.installation.processor;
    const meet =
      (line: Line): Meet =>
      async ({ when }, operation) => {
        if (operation !== 'rename' || when !== 'after') return;
        await rename(join(inbound, month.name), join(outbound, month.name));
        line.cut();
      };
    await expect(transfer(month, { meet })).rejects.toMatchObject({ type: 'DELIVERY_UNREACHABLE' });
    await unknown(
      month,
      'bytes of this package were written before, and no trace of it is at the processor now',
    );
    expect(await settle(month, 'arrived')).toMatchObject({ ok: true });
    expect(await hands.leaves(month, 'delivered')).toHaveLength(1);
  });

  it('because the drop may only be written, is unknown after any doubt, until somebody says it did not arrive', async () => {
    await sshd.serve(blind);
    const month = await released();
    const over = { writeOnly: true };
    const meet = (line: Line) => (_: unknown, operation: string) => void (operation === 'sync' && line.cut());
    await expect(transfer(month, { over, meet })).rejects.toMatchObject({ type: 'DELIVERY_UNREACHABLE' });
    await unknown(
      month,
      'bytes of this package were written before, and the processor lets nobody see what became of them',
      { over },
    );
    expect(await settle(month, 'not-arrived')).toMatchObject({ ok: true });
    expect(await hands.leaves(month, 'intent-voided')).toHaveLength(1);
    await sshd.serve();
  });
});

it('a drop that the processor file declares write-only is opened as one', async () => {
  const plan = await readPlan(hands.deps.pool, hands.planHash);
  const { host, port, user, hostKeys, privateKey } = sshd;
  const sftp = { host, port, user, directory: sshd.root, hostKey: hostKeys.ed25519, key: 'env' } as const;
  const deps = createDeps({ ...hands.installation.env, CORDON_SFTP_KEY: privateKey });
  for (const [writeOnly, state] of [
    [true, 'unseen'],
    [false, 'absent'],
  ] as const) {
    const processor: Processor = { ...plan.processor, deliver: { sftp: { ...sftp, writeOnly } } };
    const target = await deps.openTarget({ ...plan, processor });
    expect(await target.look('a.json')).toEqual({ state });
    await target.close();
  }
  await deps.close();
});

it('the ledger of all this is in order', async () => {
  const told = await withConnection(hands.installation.urls.auditor, 'test', (db) => verifyDatabase(db));
  expect(told.faults).toEqual([]);
});
