// A recall as its workflow waits: sent, then asked after until it is acknowledged or late, and never for ever.
import { expect, test } from 'vitest';
import { timings } from '../../workflows/timings.ts';
import { day, no, ok } from './answers.ts';
import type { Answers } from './sandbox.ts';
import { broken, Run } from './sandbox.ts';

const start = (answers: Answers): Promise<Run> => Run.start('recall', { id: 7, timings }, answers);
const result = (run: Run) => (run.closed?.how === 'completed' ? run.closed.result : run.closed);
const dueIn = (run: { nowMs: number } | undefined, days: number): string =>
  new Date((run?.nowMs ?? Date.parse('2026-11-16T06:30:00Z')) + days * day).toISOString();

test('ends once the company has acknowledged it', async () => {
  const run = await start({
    recall: (_: unknown, nth: number) => ok({ acknowledged: nth === 3, dueAt: '2999-01-01T00:00:00Z' }),
  });
  expect(run.called('recall')).toEqual([{ id: 7 }]);
  await run.advance(timings.receiptPollMs * 2);
  expect(run.called('recall')).toHaveLength(3);
  expect(result(run)).toEqual({ acknowledged: true });
});

test('ends unacknowledged when its deadline has passed: the sweep goes on with it', async () => {
  let run: Run | undefined;
  const dueAt = dueIn(run, 2);
  run = await start({ recall: () => ok({ acknowledged: false, dueAt: run ? dueAt : dueIn(undefined, -1) }) });
  expect(result(run)).toEqual({ acknowledged: false });
  expect(run.called('recall')).toHaveLength(1);
});

test.each([
  ['a no of the far side', () => no('HOST_KEY'), 'HOST_KEY'],
  ['a server that stays away', () => broken('DELIVERY_UNREACHABLE'), 'DELIVERY_UNREACHABLE'],
])('ends with the code of %s', async (_, recall, code) => {
  const run = await start({ recall });
  expect(result(run)).toEqual({ acknowledged: false, code });
});
