// A month that an alarm has stopped, on real servers: what an officer sees, what an officer may say, and that the
// month then goes its way. By the commands that an officer would type.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waveId } from '../workflows/ids.ts';
import type { Month } from './month.ts';
import { createMonth } from './month.ts';
import { cordon, tooLong } from './worker/command.ts';

let month: Month;
let id: string;
beforeAll(async () => {
  month = await createMonth({ edit: (text) => text.replace('removes_over: 80%', 'removes_over: 12%') });
  id = waveId(month.wave);
  await Promise.all([month.startWorker(), month.startVerifier()]);
  await month.begin();
  await month.reach('alarm');
});
afterAll(() => month.stop());

const type = (...args: string[]) => cordon([...args, '--officer', 'd.officer'], month.installation.env);
const status = async (...flags: string[]) => cordon(['status', id, ...flags], month.installation.env);

it('waits, shows what an officer must accept, and draws nobody meanwhile', async () => {
  const { out, code } = await status('--overlap');
  expect(code).toBe(0);
  expect(out).toMatch(/^alarm \(RULE_REMOVES_OVER\) since .*, until /m);
  expect(out).toMatch(
    /RULE_REMOVES_OVER: domestic-abuse matches \d+ of \d+ rows\n {4}expected at most 12%\n {4}waits for an officer/,
  );
  expect(out).toMatch(/overlap of reasons\n +rows {2}matched both\n +\d+ {2}[a-z0-9-]+ and [a-z0-9-]+/);
  expect(out).toContain('3 canaries, planted and removed, in no line above');
  expect(tooLong(out)).toEqual([]);
  expect(await month.query('select seed from cordon.attempt')).toEqual([{ seed: null }]);
});

it('is not moved by a word that is none, nor by an alarm that it does not have', async () => {
  expect((await type('accept', id, '--alarm', 'RULE_CHANGED', '--because', 'because')).code).toBe(2);
  expect((await type('accept', id, '--alarm', 'CANARY_SURVIVED', '--because', 'seasonal')).code).toBe(2);
  const other = await type('accept', id, '--alarm', 'RULE_CHANGED', '--because', 'seasonal');
  expect(other.code).toBe(1);
  expect(other.out).toContain('RULE_REMOVES_OVER');
});

it('goes on once an officer accepts with a reason, which status and ledger keep, and is delivered', async () => {
  const accepted = await type('accept', id, '--alarm', 'RULE_REMOVES_OVER', '--because', 'checked-at-source');
  expect(accepted).toMatchObject({ code: 0, err: '' });
  expect(accepted.out).toContain('the wave goes on');
  await month.release();
  const arrived = await month.arrived();
  await month.respond('receipt', arrived);
  expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 1 });

  const { alarms, overlap, quarantine } = JSON.parse((await status('--json')).out) as {
    alarms: { acceptedBy: string; because: string }[];
    overlap: { reasons: string[]; rows: number }[];
    quarantine: unknown[];
  };
  expect(new Set(alarms.map(({ acceptedBy, because }) => `${acceptedBy} ${because}`))).toEqual(
    new Set(['d.officer checked-at-source']),
  );
  expect(overlap.length).toBeGreaterThan(10);
  expect(quarantine).toEqual([]);
  const leaves = await month.query<{ type: string }>(
    `select convert_from(leaf, 'UTF8')::jsonb->>'type' as type from ledger.entry order by index`,
  );
  const order = leaves.map((leaf) => leaf.type);
  expect(order.indexOf('alarm')).toBeGreaterThan(order.indexOf('frame-committed'));
  expect(order.indexOf('alarm-accepted')).toBeGreaterThan(order.lastIndexOf('alarm'));
  expect(order.indexOf('seed-drawn')).toBeGreaterThan(order.indexOf('alarm-accepted'));
});
