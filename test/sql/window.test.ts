// The edges of a month in which the clocks change, however the source writes its times.
import { afterEach, expect, test } from 'vitest';
import type { Pipeline } from '../../schemas/pipeline.ts';
import { settings } from '../../sql/plan.ts';
import { openStage, run, shipped, victim } from './stage.ts';
import type { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

type Read = Pipeline['extract']['read'][string];

/** The references of those whom the source sends, and of those who are then let in. */
const inside = async (read: Read, type: string, times: Readonly<Record<string, string>>) => {
  const { pipeline, ...rest } = shipped();
  const { extract } = pipeline;
  stage = await openStage({
    ...rest,
    pipeline: { ...pipeline, extract: { ...extract, read: { ...extract.read, reported_at: read } } },
  });
  const rows = Object.entries(times).map(([ref, reported_at]) => victim(ref, { reported_at }));
  const columns = Object.keys(rows[0] ?? {}).map((c) => `${c} ${c === 'reported_at' ? type : 'text'}`);
  await stage.rows('create schema survey');
  await stage.rows(`create table survey.victim_offence (${columns.join(', ')})`);
  for (const row of rows) {
    const places = Object.keys(row).map((_, i) => `$${i + 1}`);
    await stage.rows(`insert into survey.victim_offence values (${places.join(', ')})`, Object.values(row));
  }
  await stage.set(settings.windowFrom, String(run.windowFrom));
  await stage.set(settings.windowTo, String(run.windowTo));
  const { rows: sent } = await stage.client.query<string[]>({
    text: stage.plan.extract.read,
    rowMode: 'array',
  });
  const names = stage.plan.extract.columns.map(({ name }) => name);
  await stage.extract(
    sent.map((cells) => Object.fromEntries(cells.map((cell, i) => [names[i] ?? '', cell]))),
  );
  const kept = await stage.rows('select key[1] from intake order by 1');
  const { rows: counted } = await stage.client.query<{ rows: string }>(stage.plan.extract.sourceCounts);
  expect(counted[0]?.rows).toBe(String(sent.length));
  return [sent.map(([ref]) => String(ref)).toSorted(), kept.map(({ key }) => key)];
};

test('instants: from midnight in summer time to midnight in winter time', async () => {
  const found = await inside({ type: 'timestamp' }, 'timestamptz', {
    V1: '2026-09-30 22:59:59.999999Z',
    V2: '2026-09-30 23:00:00Z',
    V3: '2026-10-31 23:59:59.999999Z',
    V4: '2026-11-01 00:00:00Z',
  });
  expect(found).toEqual([
    ['V2', 'V3'],
    ['V2', 'V3'],
  ]);
});

test('times without a zone: midnight to midnight on the wall of the zone that is declared', async () => {
  const found = await inside({ type: 'timestamp', zone: 'Europe/London' }, 'timestamp', {
    V1: '2026-09-30 23:59:59.999999',
    V2: '2026-10-01 00:00:00',
    V3: '2026-10-31 23:59:59.999999',
    V4: '2026-11-01 00:00:00',
  });
  expect(found).toEqual([
    ['V2', 'V3'],
    ['V2', 'V3'],
  ]);
  const [first] = await stage.rows(`select c_reported_at::text as at from intake where key[1] = 'V2'`);
  expect(first).toEqual({ at: '2026-09-30 23:00:00+00' });
});

test('dates: from the first of the month to its last, and no other day', async () => {
  const found = await inside({ type: 'date' }, 'date', {
    V1: '2026-09-30',
    V2: '2026-10-01',
    V3: '2026-10-31',
    V4: '2026-11-01',
  });
  expect(found).toEqual([
    ['V2', 'V3'],
    ['V2', 'V3'],
  ]);
  await stage.screen({ ...run, drawnAt: '2026-11-16T06:30:00Z' });
  expect(await stage.reasons()).toEqual({ V2: 'in', V3: 'in' });
});
