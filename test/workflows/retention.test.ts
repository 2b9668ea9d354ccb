// A year of clocks in milliseconds: what a retention erases, when, and what it never does early. Real sandbox.
import { describe, expect, test } from 'vitest';
import type { CopyState } from '../../activities/activities.ts';
import { timings } from '../../workflows/timings.ts';
import { copy, day, givenBy, hour, key, minute, no, ok, signerOf, statementSha256 } from './answers.ts';
import type { Answers } from './sandbox.ts';
import { broken, Run, silent } from './sandbox.ts';

const at = '2026-11-16T06:30:00Z';
const iso = (ms: number): string => new Date(Date.parse(at) + ms).toISOString();

/** What the inventory in PostgreSQL would answer: the copies that are left, by PostgreSQL's clock. */
const inventory = (...copies: readonly CopyState[]) => {
  const shelf = new Map(copies.map((c) => [c.id, c]));
  const state = { closed: true, now: (): string => at, signed: { kind: '', to: '' } };
  const answers: Answers = {
    copies: () => ({ copies: [...shelf.values()], closed: state.closed, now: state.now() }),
    purge: () => ok({ outcome: 'erased' }),
    verifyErasure: ({ id }: { id: number }) => {
      shelf.delete(id);
      return ok({ outcome: 'erased' });
    },
    witness: (given: { statement: { kind: string; to: string }; signature: string }) => {
      state.signed = given.statement;
      return ok({ officer: signerOf(given), statementSha256 });
    },
    moveClock: () => {
      const { kind, to } = state.signed;
      const moved = [...shelf.values()].filter((c) => c.kind === kind);
      for (const c of moved) shelf.set(c.id, { ...c, dueAt: to });
      return ok({ moved: moved.length, officers: 1, needed: 1 });
    },
  };
  return { shelf, state, answers };
};

const start = async (
  kept: ReturnType<typeof inventory>,
  answers: Answers = {},
  more: object = {},
): Promise<Run> => {
  const input = { ...key, timings, ...more };
  let run: Run | undefined;
  kept.state.now = () => (run ? new Date(run.nowMs).toISOString() : at);
  run = await Run.start(
    'retention',
    input,
    { ...kept.answers, ...answers },
    { at, workflowId: 'retention/x/2026-10' },
  );
  return run;
};
const move = (run: Run, said: object) =>
  run.update('moveClock', givenBy('j.smith', { ...key, kind: 'package', copies: [], ...said }));
const purged = (run: Run): number[] => run.called('purge').map((given) => (given as { id: number }).id);

describe('the clocks of a wave', () => {
  test('each run out at their own time, a year long, and the retention ends with the last', async () => {
    const run = await start(
      inventory(
        copy(1, 'staging', iso(14 * day)),
        copy(2, 'package', iso(30 * day)),
        copy(3, 'delivered', iso(365 * day)),
      ),
    );
    await run.advance(14 * day - minute);
    expect(purged(run)).toEqual([]);
    await run.advance(minute);
    expect(purged(run)).toEqual([1]);
    await run.advance(16 * day);
    expect(purged(run)).toEqual([1, 2]);
    expect(run.closed).toBeUndefined();
    await run.advance(335 * day);
    expect(purged(run)).toEqual([1, 2, 3]);
    expect(run.closed).toEqual({ how: 'completed', result: { erased: 3 } });
  });

  test('go by the clock of PostgreSQL, not by that of the workflow', async () => {
    const kept = inventory(copy(1, 'staging', iso(hour)));
    const run = await start(kept);
    kept.state.now = () => iso(0);
    await run.advance(3 * hour);
    expect(purged(run)).toEqual([]);
    kept.state.now = () => iso(hour);
    await run.advance(hour);
    expect(purged(run)).toEqual([1]);
  });

  test('are kept open while the wave is, with nothing left to erase', async () => {
    const kept = inventory();
    kept.state.closed = false;
    const run = await start(kept);
    await run.advance(3 * day);
    expect(run.closed).toBeUndefined();
    kept.state.closed = true;
    await run.signal('copiesChanged');
    expect(run.closed).toEqual({ how: 'completed', result: { erased: 0 } });
  });

  test('are read again on a signal, and once a day without one', async () => {
    const kept = inventory(copy(1, 'staging', iso(14 * day)));
    const run = await start(kept);
    expect(run.called('copies')).toHaveLength(1);
    await run.signal('copiesChanged');
    expect(run.called('copies')).toHaveLength(2);
    await run.advance(timings.retentionCapMs);
    expect(run.called('copies')).toHaveLength(3);
  });

  test('are stopped by a hold until it is lifted, past its review too, and are awaited without haste', async () => {
    const held = { heldFor: ['complaint'], reviewAt: iso(2 * day) } as const;
    const kept = inventory(
      copy(1, 'package', iso(-day), held),
      copy(2, 'delivered', iso(-day), { ...held, state: 'erasing' }),
    );
    const run = await start(kept);
    await run.advance(5 * day);
    expect(purged(run)).toEqual([]);
    expect(run.called('copies')).toHaveLength(6);
    expect(await run.details()).toContain(
      'Nothing else comes due. Held: 2, until the last hold on each is lifted.',
    );
    expect(await run.details()).toContain('| live, held for complaint; review 2026-11-18 |');
    for (const { heldFor: _, reviewAt: __, ...freed } of kept.shelf.values()) kept.shelf.set(freed.id, freed);
    await run.signal('copiesChanged');
    expect(purged(run)).toEqual([1, 2]);
  });
});

describe('an erasure', () => {
  test('is proved on the verifier’s own queue, after it', async () => {
    const run = await start(inventory(copy(1, 'staging', iso(-1))));
    const [, purge, verify] = run.activities;
    expect([purge?.type, verify?.type]).toEqual(['purge', 'verifyErasure']);
    expect([purge?.command.taskQueue, verify?.command.taskQueue]).toEqual(['corridor', 'corridor-verifier']);
  });

  test('that was done but not proved is proved, and not done again', async () => {
    const run = await start(inventory(copy(1, 'staging', iso(-1), { state: 'erased' })));
    expect(purged(run)).toEqual([]);
    expect(run.called('verifyErasure')).toEqual([{ id: 1 }]);
  });

  test('waits for the certificate by a short timer, long before the daily look', async () => {
    const run = await start(inventory(copy(1, 'delivered', iso(-1))), {
      purge: (_: unknown, nth: number) => ok({ outcome: nth < 3 ? 'awaiting-certificate' : 'erased' }),
    });
    expect(run.called('verifyErasure')).toEqual([]);
    await run.advance(2 * timings.certificatePollMs);
    expect(run.called('purge')).toHaveLength(3);
    expect(run.closed).toEqual({ how: 'completed', result: { erased: 1 } });
  });

  test('that breaks off holds up no other copy, asks for attention and is tried again', async () => {
    const run = await start(inventory(copy(1, 'package', iso(-1)), copy(2, 'staging', iso(-1))), {
      purge: ({ id }: { id: number }, nth: number) =>
        id === 1 && nth < 3 ? broken('SQL') : ok({ outcome: 'erased' }),
    });
    expect(run.called('verifyErasure')).toEqual([{ id: 2 }]);
    expect(run.attributes).toMatchObject({ CordonAttention: true });
    await run.advance(timings.purgeAgainMs);
    expect(run.closed).toEqual({ how: 'completed', result: { erased: 2 } });
  });

  test('that cannot be proved is not taken for done', async () => {
    const run = await start(inventory(copy(1, 'staging', iso(-1))), {
      verifyErasure: () => no('ERASURE_UNPROVEN'),
    });
    await run.advance(3 * day);
    expect(run.closed).toBeUndefined();
    expect(run.attributes).toMatchObject({ CordonAttention: true });
  });

  test('is not taken for done while no verifier works', async () => {
    const run = await start(inventory(copy(1, 'staging', iso(-1))), {
      verifyErasure: () => broken('TIMEOUT'),
    });
    await run.advance(day);
    expect(run.closed).toBeUndefined();
    expect(
      run.activities.find(({ type }) => type === 'verifyErasure')?.command.scheduleToStartTimeout,
    ).toMatchObject({
      seconds: expect.objectContaining({ low: timings.purgeAgainMs / 1000 }) as unknown,
    });
  });
});

describe('the clocks that a retention answers', () => {
  const states = async (run: Run) =>
    ((await run.query('clocks')) as CopyState[]).map(({ id, state, verified }) => [id, state, verified]);

  test('show no copy alive that was erased and proved, not even after it has closed', async () => {
    const run = await start(inventory(copy(1, 'staging', iso(-1)), copy(2, 'package', iso(day))));
    expect(await states(run)).toEqual([
      [1, 'erased', true],
      [2, 'live', false],
    ]);
    await run.advance(day);
    expect(run.closed).toBeDefined();
    expect(await states(run)).toEqual([[2, 'erased', true]]);
  });

  test('show as erasing what waits for its certificate, and as it was what could not be erased', async () => {
    const run = await start(inventory(copy(1, 'delivered', iso(-1)), copy(2, 'staging', iso(-1))), {
      purge: ({ id }: { id: number }) =>
        id === 1 ? ok({ outcome: 'awaiting-certificate' }) : no('ERASURE_UNPROVEN'),
    });
    expect(await states(run)).toEqual([
      [1, 'erasing', false],
      [2, 'live', false],
    ]);
  });
});

describe('moving a clock', () => {
  test('takes effect at once', async () => {
    const run = await start(inventory(copy(1, 'package', iso(30 * day)), copy(2, 'staging', iso(14 * day))));
    expect(await move(run, { to: iso(0) })).toMatchObject({
      how: 'completed',
      result: { ok: true, value: { moved: 1 } },
    });
    expect(purged(run)).toEqual([1]);
    expect(run.closed).toBeUndefined();
  });

  test.each([
    ['a kind that there is not', { kind: 'phones', to: iso(0) }],
    ['a day that is no instant', { to: '2026-11-16' }],
    ['an instant with a name in it', { to: `${iso(0)} Jane Smith` }],
  ])('is refused for %s, before anything is recorded', async (_, said) => {
    const run = await start(inventory(copy(1, 'package', iso(30 * day))));
    expect(await move(run, said)).toMatchObject({ how: 'rejected', code: 'INPUT' });
    expect(run.called('moveClock')).toEqual([]);
  });

  test('that PostgreSQL refuses is answered as such and changes nothing', async () => {
    const run = await start(inventory(copy(1, 'package', iso(30 * day))), {
      moveClock: () => no('COPY_HELD'),
    });
    expect(await move(run, { to: iso(0) })).toMatchObject({
      result: { ok: false, refusal: { code: 'COPY_HELD' } },
    });
    expect(purged(run)).toEqual([]);
  });

  test('is answered even when it is the last thing that happens', async () => {
    const kept = inventory(copy(1, 'staging', iso(hour)));
    const run = await start(kept, { moveClock: () => silent });
    const asked = await move(run, { kind: 'staging', to: iso(day) });
    expect(asked).toEqual({ how: 'pending' });
    await run.advance(hour);
    expect(run.closed).toBeUndefined();
    await run.answer('moveClock', ok({ moved: 0 }));
    expect(run.closed).toMatchObject({ how: 'completed' });
  });
});

test('a long history is continued as new, with what was erased so far, and no clock is lost', async () => {
  const run = await start(inventory(copy(1, 'staging', iso(-1)), copy(2, 'package', iso(30 * day))));
  run.suggestContinueAsNew();
  await run.advance(timings.retentionCapMs);
  expect(run.closed).toMatchObject({ how: 'continued', arg: { ...key, erased: 1 } });
  const next = await start(inventory(copy(2, 'package', iso(30 * day))), {}, { erased: 1 });
  await next.advance(30 * day);
  expect(next.closed).toEqual({ how: 'completed', result: { erased: 2 } });
});
