// A month that waits for its officers thrice, on real servers: an alarm has stopped it, its seed is rolled, and it must
// be released. By the commands that an officer would type, and those of the auditor afterwards.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waveId } from '../workflows/ids.ts';
import type { Month, Stoppable } from './month.ts';
import { createMonthHere } from './month.ts';
import { tooLong, typed } from './worker/command.ts';

let month: Month<Stoppable>;
let id: string;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-waits-'));
  month = await createMonthHere({
    edit: (text) =>
      text
        .replace('removes_over: 80%', 'removes_over: 12%')
        .replace('promote: before-packaging', 'promote: before-packaging\n  seed: dice'),
  });
  id = waveId(month.wave);
  await Promise.all([month.startWorker(), month.startVerifier()]);
  await month.begin();
  await month.reach('alarm');
});
afterAll(async () => {
  await month.stop();
  await rm(folder, { recursive: true, force: true });
});

const keyOf = (officer: string): string => join(month.installation.folder, `${officer}.key`);
const type = (...args: string[]) => typed([...args, '--key', keyOf('d.officer')], month.installation.env);
const status = (...flags: string[]) => typed(['status', id, ...flags], month.installation.env);

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
  expect(other.err).toContain('RULE_REMOVES_OVER');
});

it('goes on once an officer accepts with a reason, which status and ledger keep', async () => {
  const accepted = await type('accept', id, '--alarm', 'RULE_REMOVES_OVER', '--because', 'checked-at-source');
  expect(accepted).toMatchObject({ code: 0, err: '' });
  expect(accepted.out).toContain('the wave goes on');
  await month.reach('seed');

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
});

it('waits for two officers’ digits, draws with both, and is delivered and drawn again', async () => {
  const { env } = month.installation;
  const digits = (officer: string, input: string) =>
    typed(['seed', id, '--key', keyOf(officer)], env, { input });
  const wrong = await digits('a.officer', '12345');
  expect(wrong.code).toBe(1);
  expect(`${wrong.out}${wrong.err}`).toContain('no digits of a seed');
  const [first, second] = ['31415 92653 58979 32384\n', '27182818284590452353'];
  expect(await digits('a.officer', first)).toMatchObject({
    code: 0,
    out: 'typed and signed: 1 of 2 officers\n',
  });
  expect((await digits('a.officer', second)).code).toBe(1);
  expect(await digits('b.officer', second)).toMatchObject({
    code: 0,
    out: 'typed and signed: 2 of 2 officers\n',
  });
  const { statement } = await month.stated();
  expect(statement.seed).toBe('3141592653589793238427182818284590452353');
  await month.release();
  await month.respond('receipt', await month.arrived());
  expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 1 });
  const bundle = join(folder, 'bundle');
  const again = await typed(['recheck', id, '--json', '--bundle', bundle], env);
  expect(again).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(again.out)).toMatchObject({ ok: true, attempts: [{ attempt: 1, seedSource: 'dice' }] });
  expect(await readFile(join(bundle, 'seed.txt'), 'utf8')).toBe(statement.seed);
});

it('has all of it in the ledger, in that order', async () => {
  const leaves = await month.query<{ type: string }>(
    `select convert_from(leaf, 'UTF8')::jsonb->>'type' as type from ledger.entry order by index`,
  );
  const order = leaves.map((leaf) => leaf.type);
  expect(order.indexOf('alarm')).toBeGreaterThan(order.indexOf('frame-committed'));
  expect(order.indexOf('alarm-accepted')).toBeGreaterThan(order.lastIndexOf('alarm'));
  expect(order.indexOf('seed-drawn')).toBeGreaterThan(order.indexOf('alarm-accepted'));
});
