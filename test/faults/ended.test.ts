// Waves that are ended from outside, and what goes on without them: the clocks, and whoever restarts the keeper of the
// clocks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retentionId, sweepScheduleId, waveId } from '../../workflows/ids.ts';
import type { Month } from '../month.ts';
import { createMonth } from '../month.ts';
import { ask, intents, ledger, orphans, settled } from './account.ts';

let month: Month;
let admin: string;

beforeAll(async () => {
  month = await createMonth({ rows: 2_000 });
  admin = month.installation.urls.admin;
  await Promise.all([month.startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(() => month.stop());

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
