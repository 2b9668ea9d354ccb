// A month whose seed is rolled: real servers and processes, officers at the command line, and the auditor after them.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waveId } from '../workflows/ids.ts';
import type { Month } from './month.ts';
import { createMonth } from './month.ts';
import { cordon } from './worker/command.ts';

let month: Month;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-seed-'));
  month = await createMonth({
    edit: (text) => text.replace('promote: before-packaging', 'promote: before-packaging\n  seed: dice'),
  });
  await Promise.all([month.startWorker(), month.startVerifier()]);
  await month.begin();
});
afterAll(async () => {
  await month.stop();
  await rm(folder, { recursive: true, force: true });
});

test(
  'waits for two officers’ digits, draws with both, and is delivered and drawn again',
  { timeout: 180_000 },
  async () => {
    const { env } = month.installation;
    const id = waveId(month.wave);
    await month.reach('seed');
    const type = (officer: string, input: string) =>
      cordon(['seed', id, '--officer', officer], env, { input });
    const wrong = await type('a.officer', '12345');
    expect(wrong.code).toBe(1);
    expect(`${wrong.out}${wrong.err}`).toContain('no digits of a seed');
    const [first, second] = ['31415 92653 58979 32384\n', '27182818284590452353'];
    expect(await type('a.officer', first)).toMatchObject({
      code: 0,
      out: 'typed by a.officer: 1 of 2 officers\n',
    });
    expect((await type('a.officer', second)).code).toBe(1);
    expect(await type('b.officer', second)).toMatchObject({
      code: 0,
      out: 'typed by b.officer: 2 of 2 officers\n',
    });
    const { statement } = await month.stated();
    expect(statement.seed).toBe('3141592653589793238427182818284590452353');
    await month.release();
    await month.respond('receipt', await month.arrived());
    expect(await month.result()).toMatchObject({ outcome: 'delivered' });
    const bundle = join(folder, 'bundle');
    const again = await cordon(['recheck', id, '--json', '--bundle', bundle], env);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, attempts: [{ attempt: 1, seedSource: 'dice' }] });
    expect(await readFile(join(bundle, 'seed.txt'), 'utf8')).toBe(statement.seed);
  },
);
