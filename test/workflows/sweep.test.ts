// The daily net: what it restarts and erases, and that one broken part stops no other. Real sandbox.
import { expect, test } from 'vitest';
import { timings } from '../../workflows/timings.ts';
import { copy, no, ok, planHash } from './answers.ts';
import type { Answers } from './sandbox.ts';
import { broken, Run } from './sandbox.ts';

const at = '2026-11-16T05:00:00Z';
const calm: Answers = {
  wavesToFinish: () => ({ waves: [] }),
  wavesToRetain: () => ({ waves: [] }),
  recallsToSend: () => ({ recalls: [] }),
  deliveriesOut: () => ({ deliveries: [] }),
  dueCopies: () => ({ copies: [] }),
  raiseExceptions: () => ({ raised: 0, cleared: 0, exceptions: [] }),
  notify: () => ({ told: 0 }),
  exportHistories: () => ({ exported: 0, failed: 0 }),
  purge: () => ok({ outcome: 'erased' }),
  verifyErasure: () => ok({ outcome: 'erased' }),
};
const start = (answers: Answers = {}, running: readonly string[] = []): Promise<Run> =>
  Run.start('sweep', { timings }, { ...calm, ...answers }, { at, running, workflowId: 'sweep' });
const result = (run: Run) => (run.closed?.how === 'completed' ? run.closed.result : run.closed);

test('a calm day does each part once and changes nothing', async () => {
  const run = await start();
  expect(run.activities.map(({ type }) => type)).toEqual([
    'wavesToFinish',
    'wavesToRetain',
    'recallsToSend',
    'deliveriesOut',
    'dueCopies',
    'raiseExceptions',
    'notify',
    'exportHistories',
  ]);
  expect(result(run)).toEqual({
    finishing: 0,
    restarted: 0,
    recalling: 0,
    heard: 0,
    purged: 0,
    raised: 0,
    cleared: 0,
    told: 0,
    exported: 0,
    failed: 0,
  });
});

test('starts a retention for every wave that has none, abandoned, and leaves the running ones alone', async () => {
  const waves = [
    { survey: 'x', period: '2026-09' },
    { survey: 'x', period: '2026-10' },
  ];
  const run = await start({ wavesToRetain: () => ({ waves }) }, ['retention/x/2026-10']);
  expect(result(run)).toMatchObject({ restarted: 1, failed: 0 });
  expect(run.children.map(({ workflowId }) => workflowId)).toEqual([
    'retention/x/2026-09',
    'retention/x/2026-10',
  ]);
  expect(run.children.map(({ parentClosePolicy }) => parentClosePolicy)).toEqual([2, 2]);
});

test('looks after every recall that nobody has acknowledged, and leaves those alone that run', async () => {
  const recalls = [3, 4].map((id) => ({ id, survey: 'x', period: '2026-10' }));
  const run = await start({ recallsToSend: () => ({ recalls }) }, ['recall/x/2026-10/4']);
  expect(result(run)).toMatchObject({ recalling: 1, failed: 0 });
  expect(run.children.map(({ workflowId }) => workflowId)).toEqual([
    'recall/x/2026-10/3',
    'recall/x/2026-10/4',
  ]);
});

test('reads what every company reports; one that cannot be reached, or is not believed, holds up no other', async () => {
  const deliveries = ['2026-08', '2026-09', '2026-10'].map((period) => ({ survey: 'x', period, attempt: 1 }));
  const answers = [broken('DELIVERY_UNREACHABLE'), no('RECEIPT_MISMATCH'), ok({ taken: 3 })];
  const run = await start({
    deliveriesOut: () => ({ deliveries }),
    outcomes: (_, nth) => answers[nth - 1],
  });
  expect(run.called('outcomes')).toEqual(deliveries);
  expect(run.closed).toMatchObject({ code: 'DELIVERY_UNREACHABLE', details: { heard: 3, failed: 1 } });
});

test('takes up every wave that was left open, to finish it and no more, and leaves the running ones alone', async () => {
  const waves = ['2026-09', '2026-10'].map((period) => ({ survey: 'x', period, planHash }));
  const run = await start({ wavesToFinish: () => ({ waves }) }, ['wave/x/2026-10']);
  expect(result(run)).toMatchObject({ finishing: 1, failed: 0 });
  expect(run.children).toMatchObject(
    waves.map(({ period }) => ({ workflowId: `wave/x/${period}`, parentClosePolicy: 2 })),
  );
  expect(run.childInput('wave/x/2026-09')).toMatchObject({ ...waves[0], finish: true });
});

test('erases what is due and has it proved', async () => {
  const copies = [copy(7, 'contacts', at), copy(8, 'disclosure-index', at)];
  const run = await start({
    dueCopies: () => ({ copies, next: copy(9, 'analysis', '2028-11-16T06:30:00.000Z') }),
  });
  expect(result(run)).toMatchObject({ purged: 2, failed: 0 });
  expect(await run.details()).toMatch(
    /^Due today: 2\. Next long clock: analysis of x 2026-10, in \d+ days \(2028-11-16 06:30 UTC\)\.\n\nNo exception is open\.$/,
  );
  expect(run.called('verifyErasure')).toEqual([{ id: 7 }, { id: 8 }]);
});

test.each([
  'wavesToFinish',
  'wavesToRetain',
  'recallsToSend',
  'deliveriesOut',
  'dueCopies',
  'raiseExceptions',
  'notify',
  'exportHistories',
])('%s that breaks off stops no other part, and the sweep then closes as Failed', async (part) => {
  const run = await start({ [part]: () => broken('SQL') });
  expect(run.activities).toHaveLength(8);
  expect(run.closed).toMatchObject({ how: 'failed', code: 'SQL', details: { failed: 1 } });
});

test('its page says in words what is open, whose it is and what to do, and what is overdue', async () => {
  const about = { owner: 'data-officer', found: 'the month was not sent', remedy: 'run it' };
  const run = await start({
    raiseExceptions: () => ({
      raised: 1,
      cleared: 2,
      exceptions: [
        {
          ...about,
          code: 'MONTH_MISSING',
          survey: 'x',
          period: '2026-10',
          dueAt: '2026-11-16T05:00:00.000Z',
        },
        { ...about, code: 'CONTRACT_ENDING', survey: 'x', dueAt: '2026-12-01T00:00:00.000Z' },
      ],
    }),
  });
  expect(result(run)).toMatchObject({ raised: 1, cleared: 2, failed: 0 });
  const lines = (await run.details()).split('\n');
  expect([lines[2], ...lines.slice(-2)]).toEqual([
    '**2 open, 1 overdue.** All of them: `npx cordon status`',
    '| `MONTH_MISSING` the month was not sent | x 2026-10 | 2026-11-16, overdue | data-officer | run it |',
    '| `CONTRACT_ENDING` the month was not sent | x | 2026-12-01 | data-officer | run it |',
  ]);
});

test('an erasure that cannot be proved makes the sweep fail, after the rest is done', async () => {
  const run = await start({
    dueCopies: () => ({ copies: [copy(7, 'contacts', at)] }),
    verifyErasure: () => no('ERASURE_UNPROVEN'),
    raiseExceptions: () => ({ raised: 3, cleared: 1, exceptions: [] }),
  });
  expect(run.closed).toMatchObject({
    how: 'failed',
    code: 'ERASURE_UNPROVEN',
    details: { raised: 3, purged: 0 },
  });
});
