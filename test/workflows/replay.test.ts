// Today's code must replay the histories that earlier code wrote, or open waves break on the day of the deployment. Those
// named `-unsigned` are of officers whose acts were not signed yet.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import { workflowBundle } from '../servers.ts';
import { installLogger } from '../../worker/logger.ts';
import { dataConverter } from '../../worker/temporal.ts';
import { searchable } from '../history.ts';

installLogger('WARN');
const folder = join(import.meta.dirname, '../golden/histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

let code = '';
beforeAll(async () => {
  code = await workflowBundle();
});
const replay = (history: unknown, id: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: { code }, dataConverter }, history, id);

test('there is a history of every workflow, and of a wave with every way to end', () => {
  const outcomes = names.flatMap((name) =>
    [...searchable(read(name)).matchAll(/"outcome":"([a-z-]+)"/g)].map(([, o]) => o),
  );
  expect(new Set(outcomes)).toEqual(
    new Set([
      'delivered',
      'delivered-without-receipt',
      'delivery-unknown',
      'refused',
      'release-expired',
      'cancelled',
      'failed',
      'already-disclosed',
      'stale-staging',
      'erased',
      'awaiting-certificate',
      'started',
    ]),
  );
  expect(names.filter((name) => /^(kickoff|sweep|recall|retention|wave)/.test(name))).toEqual(names);
  expect(names.map((name) => name.split(/[_.]/)[0])).toEqual(
    expect.arrayContaining(['kickoff', 'sweep', 'recall', 'retention', 'wave']),
  );
});

test.each(names)('%s replays against the code of today', async (name) => {
  await expect(replay(JSON.parse(read(name)), name.replace('.json', ''))).resolves.toBeUndefined();
});

test('a history that the code of today would not have written is refused', async () => {
  const changed = read('wave_delivered.json').replaceAll('"screen"', '"explain"');
  await expect(replay(JSON.parse(changed), 'wave/delivered')).rejects.toThrow(/Nondeterminism|determinism/i);
});

test('a golden history holds codes, counts and hashes: no word of free text and no path', () => {
  const said = names.flatMap(
    (name) =>
      searchable(read(name)).match(/\/(home|root|work|tmp|Users)\/[^"\s]*|@[a-z0-9-]+\.(com|org|net)/gi) ??
      [],
  );
  expect(said).toEqual([]);
});
