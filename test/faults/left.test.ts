// A wave that somebody terminates once bytes may have left: the sweep takes it up again, and a receipt or an officer
// settles it as if nothing had happened to the workflow.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send } from '../../worker/officer.ts';
import { sweepScheduleId, waveId } from '../../workflows/ids.ts';
import { settleUpdate } from '../../workflows/messages.ts';
import type { Month } from '../month.ts';
import { createMonth, until } from '../month.ts';
import type { Running } from '../../worker/processes.ts';
import { ask, expectOneDelivery, inbound, intents, ledger, orphans } from './account.ts';
import { advance, claimOfTransfer, hold, intendThere, storedBytes } from './hold.ts';

let month: Month;
let admin: string;
let worker: Running;

beforeAll(async () => {
  month = await createMonth();
  admin = month.installation.urls.admin;
  [worker] = await Promise.all([month.startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(() => month.stop());

const terminate = () => month.client.workflow.getHandle(waveId(month.wave)).terminate('test-ended');
/** Resolves once another run of the wave is there than the one that was terminated. */
const sweep = async (): Promise<void> => {
  await month.client.schedule.getHandle(sweepScheduleId).trigger();
  await until('the next run', async () => {
    const { status } = await month.client.workflow.getHandle(waveId(month.wave)).describe();
    return status.name === 'TERMINATED' ? undefined : true;
  });
};

describe('a wave that is terminated', () => {
  it('after its first byte is taken up by the sweep, and an officer settles it', async () => {
    await month.stated();
    const bytes = await hold(admin, storedBytes);
    await month.release();
    const mark = await intendThere(bytes, admin);
    const begun = await advance(mark, admin, claimOfTransfer, 'queued');
    await begun.waiting();
    await worker.kill();
    await begun.release();
    expect(await intents(admin)).toMatchObject([{ attempt: 1, began: true, voided: false }]);
    await terminate();
    worker = await month.startWorker();
    await sweep();
    await month.reach('settle');
    const [draft = '', ...others] = await inbound(month);
    expect([draft.endsWith('.pgp.part'), others]).toEqual([true, []]);
    await rm(join(month.installation.processor.inbound, draft));
    const finding = { officer: 'a.officer', finding: 'not-arrived' } as const;
    expect(await send(month.client, waveId(month.wave), settleUpdate, finding)).toMatchObject({ ok: true });
    expect(await month.result()).toMatchObject({ outcome: 'failed', again: true, attempt: 1 });
    expect(await intents(admin)).toMatchObject([{ attempt: 1, voided: true }]);
    expect((await ledger(admin)).filter(({ type }) => type === 'disclosure')).toEqual([]);
  });

  it('while it waits for its receipt is taken up, and the receipt is read; nothing is sent again', async () => {
    await month.begin();
    await month.release();
    const arrived = await month.arrived();
    await month.reach('receipt');
    await terminate();
    const there = await inbound(month);
    await month.respond('receipt', arrived);
    await sweep();
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 2 });
    expect(await inbound(month)).toEqual(there);
    await expectOneDelivery(month, arrived, 2);
    expect(await ask(admin, 'select from cordon.attempt where closed_at is null')).toEqual([]);
    expect(await orphans(admin)).toEqual([]);
  });
});
