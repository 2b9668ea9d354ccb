// Today's code must replay the histories that earlier code wrote, or open waves break on the day of the deployment. Those
// named `-unsigned` are of officers whose acts were not signed yet.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReplay } from '../../worker/histories.ts';
import { installLogger } from '../../worker/logger.ts';
import { workflowBundle } from '../servers.ts';
import { searchable } from '../history.ts';

installLogger('WARN');
const folder = join(import.meta.dirname, '../golden/histories');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

let replay: ReturnType<typeof createReplay>;
beforeAll(async () => {
  replay = createReplay(await workflowBundle());
});
afterAll(() => replay.end());
const agrees = (history: string, workflowId: string): Promise<boolean> =>
  replay.agrees({ workflowId, history: JSON.parse(history) as unknown });

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
  expect(await agrees(read(name), name.replace('.json', ''))).toBe(true);
});

test('one that the code of today would not have written is refused, and one that is none; the next is replayed', async () => {
  const right = read('wave_delivered.json');
  const changed = right.replaceAll('"screen"', '"explain"');
  expect(changed).not.toBe(right);
  expect(await agrees(changed, 'wave/delivered')).toBe(false);
  expect(await agrees('{"events":[]}', 'wave/delivered')).toBe(false);
  expect(await agrees('{"events":[]}', 'wave/delivered')).toBe(false);
  expect(await agrees(right, 'wave/delivered')).toBe(true);
});

test('a golden history holds codes, counts and hashes: no word of free text and no path', () => {
  const said = names.flatMap(
    (name) =>
      searchable(read(name)).match(/\/(home|root|work|tmp|Users)\/[^"\s]*|@[a-z0-9-]+\.(com|org|net)/gi) ??
      [],
  );
  expect(said).toEqual([]);
});
