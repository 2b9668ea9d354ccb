// The corridor as commands: what a wave does, in which order, and what it never does. Real sandbox, virtual time.
import { describe, expect, test } from 'vitest';
import { codes } from '../../schemas/failure.ts';
import { outcomes } from '../../schemas/ref.ts';
import { timings } from '../../workflows/timings.ts';
import {
  day,
  givenBy,
  hour,
  input,
  key,
  minute,
  no,
  ok,
  releaseOf,
  signatureOf,
  signerOf,
  statementSha256,
  wave as good,
} from './answers.ts';
import type { Answers } from './sandbox.ts';
import { broken, Run, silent } from './sandbox.ts';

const start = (answers: Answers = {}, options: { running?: readonly string[] } = {}): Promise<Run> =>
  Run.start('wave', input, { ...good, ...answers }, options);

const releaseBy = (run: Run, officer: string) => run.update('release', releaseOf(officer));
const releaseByTwo = async (run: Run): Promise<void> => {
  await releaseBy(run, 'j.smith');
  await releaseBy(run, 'a.jones');
};
const order = (run: Run): string[] => run.activities.map(({ type }) => type);
const settle = (run: Run, finding: string) =>
  run.update('settle', givenBy('j.smith', { ...key, attempt: 1, finding }));
const rejected = (code: string) => ({ how: 'rejected', code });
const outcome = (run: Run) => (run.closed?.how === 'completed' ? run.closed.result : run.closed);

describe('a good month', () => {
  test('goes through the five verbs and the release in order, each once and nothing else', async () => {
    const run = await start();
    await releaseByTwo(run);
    expect(order(run)).toEqual([
      'openAttempt',
      'extract',
      'screen',
      'sample',
      'minimise',
      'state',
      'release',
      'release',
      'transfer',
      'receive',
      'closeAttempt',
    ]);
    expect(outcome(run)).toEqual({ ...key, outcome: 'delivered', again: false, attempt: 1 });
    expect(run.called('closeAttempt')).toEqual([{ ...key, attempt: 1, outcome: 'delivered' }]);
  });

  test('starts its retention before the first row is read, abandoned, and not with its own cancellation', async () => {
    const run = await start({ extract: () => silent });
    expect(order(run)).toEqual(['openAttempt', 'extract']);
    expect(run.children).toMatchObject([{ workflowId: 'retention/x/2026-10', parentClosePolicy: 2 }]);
    await run.cancel();
    expect(run.cancelledChildren).toEqual([]);
  });

  test('wakes a retention that runs already, and starts no other', async () => {
    const run = await start({ extract: () => silent }, { running: ['retention/x/2026-10'] });
    expect(run.children).toHaveLength(1);
    expect(run.signals.map(({ signalName }) => signalName)).toEqual(['copiesChanged']);
    expect(order(run)).toContain('extract');
  });

  test('shows survey, stage, due date and outcome in search attributes', async () => {
    const run = await start();
    expect(run.attributes).toMatchObject({ CordonStage: 'release', CordonAttention: false });
    expect(Date.parse(String(run.attributes['CordonDueAt']))).toBe(run.nowMs + timings.releaseValidForMs);
    await releaseByTwo(run);
    expect(run.attributes).toMatchObject({
      CordonStage: 'closed',
      CordonOutcome: 'delivered',
      CordonAttention: false,
    });
  });

  test('answers progress with rows of the stages that are done', async () => {
    const run = await start();
    expect(await run.query('progress')).toMatchObject({
      stage: 'release',
      attempt: 1,
      rows: 1200,
      done: [
        { stage: 'extract', rows: 4000 },
        { stage: 'screen', rows: 3000 },
        { stage: 'sample', rows: 1440 },
        { stage: 'minimise', rows: 1200 },
      ],
    });
  });

  test('says on its page how many officers have released, for as long as it waits', async () => {
    const run = await start({ transfer: () => silent });
    expect(await run.details()).toContain('0 of 2 officers have released it.');
    await releaseBy(run, 'j.smith');
    expect(await run.details()).toContain('1 of 2 officers have released it.');
    expect(await run.query('progress')).toMatchObject({ releases: { count: 1, officers: 2 } });
    await releaseBy(run, 'a.jones');
    expect(await run.details()).not.toContain('officers have released');
    expect(await run.query('progress')).not.toHaveProperty('releases');
  });

  // A replay does not notice another timeout or heartbeat: this does.
  test('gives every activity a timeout, a heartbeat and a retry policy', async () => {
    const run = await start();
    await releaseByTwo(run);
    const policy = Object.fromEntries(
      run.activities.map(({ type, command: c }) => [
        type,
        [
          c.startToCloseTimeout?.seconds?.toNumber(),
          c.heartbeatTimeout?.seconds?.toNumber(),
          c.retryPolicy?.maximumAttempts,
        ],
      ]),
    );
    expect(policy).toEqual({
      openAttempt: [300, 30, 20],
      extract: [7200, 30, 20],
      screen: [300, 30, 20],
      sample: [300, 30, 20],
      minimise: [7200, 30, 20],
      state: [300, 30, 20],
      release: [300, 30, 3],
      transfer: [3600, 30, 30],
      receive: [300, 30, 1],
      closeAttempt: [300, 30, 10],
    });
    const never = new Set(
      run.activities.flatMap(({ command }) => command.retryPolicy?.nonRetryableErrorTypes ?? []),
    );
    expect([...never].filter((code) => !codes.some((known) => known === code))).toEqual([]);
    expect(never).toContain('STALE_STAGING');
    expect(never).not.toContain('SQL');
  });
});

describe('an expected no', () => {
  const stages = ['extract', 'screen', 'sample', 'minimise', 'transfer'] as const;
  test.each(stages)(
    'from %s closes the wave as refused with its code, and no later stage runs',
    async (stage) => {
      const run = await start({ [stage]: () => no('REGISTER_STALE') });
      await releaseByTwo(run);
      expect(outcome(run)).toEqual({
        ...key,
        outcome: 'refused',
        again: true,
        attempt: 1,
        code: 'REGISTER_STALE',
      });
      const later = stages.slice(stages.indexOf(stage) + 1);
      expect(order(run).filter((type) => later.some((name) => name === type))).toEqual([]);
      expect(run.called('closeAttempt')).toEqual([{ ...key, attempt: 1, outcome: 'refused' }]);
    },
  );

  test('is shown with what was found, expected and to be done, to who asks and on the page', async () => {
    const refusal = {
      code: 'REGISTER_STALE',
      found: 'a register of 40 days',
      expected: 'one of 31 days > at most.',
      remedy: 'ask the clerk',
    };
    const run = await start({ sample: () => ({ ok: false, refusal }) });
    expect(await run.query('progress')).toMatchObject({ outcome: 'refused', refusal });
    expect(await run.details()).toContain(
      'Found: a register of 40 days. Expected: one of 31 days at most. To do: ask the clerk.',
    );
    // what a result holds is for ever in the history: its code is enough there
    expect(outcome(run)).not.toHaveProperty('refusal');
  });

  test('ALREADY_DISCLOSED closes the wave as such, with no attempt, no retention and no way to run it again', async () => {
    const run = await start({ openAttempt: () => no('ALREADY_DISCLOSED') });
    expect(outcome(run)).toEqual({
      ...key,
      outcome: 'already-disclosed',
      again: false,
      attempt: 0,
      code: 'ALREADY_DISCLOSED',
    });
    expect(order(run)).toEqual(['openAttempt', 'unfinished']);
    expect(run.children).toEqual([]);
  });

  test.each(['ALREADY_DISCLOSED', 'DELIVERY_UNKNOWN'] as const)(
    '%s never lets the month run again',
    async (code) => {
      const run = await start({ minimise: () => no(code) });
      expect(outcome(run)).toMatchObject({ again: false, code });
    },
  );
});

describe('broken machinery', () => {
  test('before any byte left closes the wave as Failed with its code and result, after closing the attempt', async () => {
    const run = await start({ sample: () => broken('SQL') });
    expect(run.closed).toEqual({
      how: 'failed',
      code: 'SQL',
      details: { ...key, outcome: 'failed', again: true, attempt: 1, code: 'SQL' },
    });
    expect(run.called('closeAttempt')).toEqual([{ ...key, attempt: 1, outcome: 'failed' }]);
  });

  test('that also keeps the attempt from being closed does not keep the wave open', async () => {
    const run = await start({ extract: () => broken('TIMEOUT'), closeAttempt: () => broken('SQL') });
    expect(run.closed).toMatchObject({ how: 'failed', code: 'SQL' });
  });
});

describe('an emptied staging schema', () => {
  test.each(['extract', 'screen', 'sample', 'minimise', 'state', 'transfer'] as const)(
    'found by %s starts a new attempt from the beginning, recorded',
    async (stage) => {
      const run = await start({
        [stage]: (given: { attempt: number }) =>
          given.attempt === 1 ? broken('STALE_STAGING') : good[stage](given as never),
      });
      await releaseByTwo(run);
      if (stage === 'transfer') await releaseByTwo(run);
      expect(outcome(run)).toMatchObject({ outcome: 'delivered', attempt: 2 });
      expect(run.called('closeAttempt')).toEqual([
        { ...key, attempt: 1, outcome: 'stale-staging' },
        { ...key, attempt: 2, outcome: 'delivered' },
      ]);
      expect(run.called('openAttempt').map((given) => (given as { ordinal: number }).ordinal)).toEqual([
        1, 2,
      ]);
      expect(run.called('extract')).toHaveLength(2);
    },
  );

  test('voids the releases of the attempt that is gone', async () => {
    const run = await start({
      transfer: (given: { attempt: number }) =>
        given.attempt === 1 ? broken('STALE_STAGING') : good.transfer(given as never),
    });
    await releaseByTwo(run);
    expect(await run.query('statement')).toMatchObject({
      released: [],
      waiting: true,
      statement: { attempt: 2 },
    });
    expect(await releaseBy(run, 'j.smith')).toMatchObject({ how: 'completed', result: { ok: true } });
  });

  test('gives up after a bounded number of attempts', async () => {
    const run = await start({ screen: () => broken('STALE_STAGING') });
    expect(run.called('openAttempt')).toHaveLength(timings.attempts);
    expect(run.closed).toMatchObject({ how: 'failed', code: 'STALE_STAGING' });
  });

  test('that a release discovers is heard by the wave, not only by the officer', async () => {
    const run = await start({
      release: (given: { signature: string }, nth: number) =>
        nth === 1 ? broken('STALE_STAGING') : ok({ officer: signerOf(given), officers: nth - 1 }),
    });
    expect(await releaseBy(run, 'j.smith')).toMatchObject({
      result: { ok: false, refusal: { code: 'STALE_STAGING' } },
    });
    expect(await run.query('statement')).toMatchObject({ waiting: true, statement: { attempt: 2 } });
  });
});

describe('the release', () => {
  test('is refused before anything is recorded: out of turn, malformed, another statement', async () => {
    const early = await start({ extract: () => silent });
    expect(await releaseBy(early, 'j.smith')).toMatchObject(rejected('NOT_WAITING'));
    const run = await start();
    const signature = 'Jane Smith';
    expect(await run.update('release', { statementSha256, signature })).toMatchObject(rejected('INPUT'));
    expect(
      await run.update('release', { ...releaseOf('j.smith'), statementSha256: '0'.repeat(64) }),
    ).toMatchObject(rejected('RELEASE_MISMATCH'));
    expect(run.called('release')).toEqual([]);
    expect(run.called('transfer')).toEqual([]);
  });

  test('by one officer twice is one, and the officer hears it', async () => {
    const run = await start({
      release: (given: { signature: string }) => ok({ officer: signerOf(given), officers: 1 }),
    });
    await releaseBy(run, 'j.smith');
    expect(await releaseBy(run, 'j.smith')).toMatchObject({
      how: 'completed',
      result: { ok: false, refusal: { code: 'SAME_OFFICER' } },
    });
    expect(run.called('transfer')).toEqual([]);
  });

  test('is refused by one officer with a reason: the wave closes so, whoever has released', async () => {
    const run = await start();
    await releaseBy(run, 'j.smith');
    const no = { statementSha256, signature: signatureOf('a.jones') };
    expect(await run.update('refuse', { ...no, because: 'Jane Smith' })).toMatchObject(rejected('INPUT'));
    expect(await run.update('refuse', { ...no, because: 'wrong-counts' })).toMatchObject({
      how: 'completed',
      result: { ok: true, value: { officer: 'a.jones' } },
    });
    expect(outcome(run)).toMatchObject({ outcome: 'refused', code: 'RELEASE_REFUSED', again: true });
    expect(run.called('refuseRelease')).toEqual([{ ...key, attempt: 1, ...no, because: 'wrong-counts' }]);
    expect(run.called('transfer')).toEqual([]);
    expect(run.called('expireRelease')).toEqual([]);
  });

  test('by one officer sends nothing; by two it sends once', async () => {
    const run = await start();
    await releaseBy(run, 'j.smith');
    expect(run.called('transfer')).toEqual([]);
    expect(await run.query('statement')).toMatchObject({ released: ['j.smith'], officers: 2, waiting: true });
    await releaseBy(run, 'a.jones');
    expect(run.called('transfer')).toHaveLength(1);
  });

  test("goes by PostgreSQL's count of officers, not by the number of messages", async () => {
    const run = await start({
      release: (given: { signature: string }) => ok({ officer: signerOf(given), officers: 1 }),
    });
    await releaseByTwo(run);
    expect(run.called('transfer')).toEqual([]);
  });

  test('that PostgreSQL refuses counts for nothing, and the officer reads why', async () => {
    const run = await start({ release: () => no('SAME_OFFICER') });
    expect(await releaseBy(run, 'j.smith')).toMatchObject({
      how: 'completed',
      result: { ok: false, refusal: { code: 'SAME_OFFICER' } },
    });
    expect(await run.query('statement')).toMatchObject({ released: [] });
  });

  test('that does not come is asked for again, expires, is recorded and sends nothing', async () => {
    const run = await start();
    await releaseBy(run, 'j.smith');
    await run.advance(timings.releaseRemindMs);
    expect(run.attributes).toMatchObject({ CordonStage: 'release', CordonAttention: true });
    await run.advance(timings.releaseValidForMs - timings.releaseRemindMs - minute);
    expect(run.closed).toBeUndefined();
    await run.advance(minute);
    expect(outcome(run)).toEqual({
      ...key,
      outcome: 'release-expired',
      again: true,
      attempt: 1,
      code: 'RELEASE_EXPIRED',
    });
    expect(run.called('expireRelease')).toEqual([{ ...key, attempt: 1, statementSha256 }]);
    expect(run.called('transfer')).toEqual([]);
    expect(run.days).toBe(5);
  });

  test('still counts when it was being recorded as the time ran out', async () => {
    const run = await start({
      release: (_: unknown, nth: number) => (nth === 1 ? ok({ officer: 'j.smith', officers: 1 }) : silent),
    });
    await releaseByTwo(run);
    await run.advance(timings.releaseValidForMs);
    expect(run.called('expireRelease')).toEqual([]);
    await run.answer('release', ok({ officer: 'a.jones', officers: 2 }));
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });

  test('that comes after the end is refused', async () => {
    const run = await start({ expireRelease: () => silent });
    await run.advance(timings.releaseValidForMs);
    expect(await releaseBy(run, 'j.smith')).toMatchObject(rejected('NOT_WAITING'));
  });
});

describe('cancellation', () => {
  test('before the transfer closes the attempt as cancelled, even though everything else is cancelled', async () => {
    const run = await start({ screen: () => silent });
    await run.cancel();
    expect(run.closed).toEqual({ how: 'cancelled' });
    expect(run.called('closeAttempt')).toEqual([{ ...key, attempt: 1, outcome: 'cancelled' }]);
    expect(run.attributes).toMatchObject({ CordonOutcome: 'cancelled' });
  });

  test('while it waits for its release sends nothing', async () => {
    const run = await start();
    await run.cancel();
    expect(run.closed).toEqual({ how: 'cancelled' });
    expect(run.called('transfer')).toEqual([]);
  });

  test('after the transfer has begun stops nothing: the outcome is what happened to the bytes', async () => {
    const run = await start({ transfer: () => silent });
    await releaseByTwo(run);
    await run.cancel();
    expect(run.closed).toBeUndefined();
    await run.answer('transfer', good.transfer({ ...key, attempt: 1 }));
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });
});

describe('the receipt', () => {
  test('is looked for by timers until it agrees', async () => {
    const run = await start({
      receive: (_: unknown, nth: number) => ok({ receipt: nth < 4 ? 'awaited' : 'agrees' }),
    });
    await releaseByTwo(run);
    expect(run.attributes).toMatchObject({ CordonStage: 'receipt' });
    await run.advance(3 * timings.receiptPollMs);
    expect(run.called('receive')).toHaveLength(4);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });

  test('that is late leaves the month delivered without one, never to be run again', async () => {
    const run = await start({ receive: () => ok({ receipt: 'awaited' }) });
    await releaseByTwo(run);
    await run.advance(timings.receiptWithinMs);
    expect(outcome(run)).toEqual({ ...key, outcome: 'delivered-without-receipt', again: false, attempt: 1 });
  });

  test('that does not agree asks for attention, and a later one that does is taken', async () => {
    const run = await start({
      receive: (_: unknown, nth: number) => (nth === 1 ? no('RECEIPT_MISMATCH') : ok({ receipt: 'agrees' })),
    });
    await releaseByTwo(run);
    expect(run.attributes).toMatchObject({ CordonAttention: true });
    expect(await run.query('progress')).toMatchObject({ code: 'RECEIPT_MISMATCH' });
    await run.advance(timings.receiptPollMs);
    expect(outcome(run)).toEqual({ ...key, outcome: 'delivered', again: false, attempt: 1 });
  });

  test('is asked for a bounded number of times, however long it may take', async () => {
    const long = { ...input, timings: { ...timings, receiptWithinMs: 300 * day, receiptPollMs: minute } };
    const run = await Run.start('wave', long, { ...good, receive: () => ok({ receipt: 'awaited' }) });
    await releaseByTwo(run);
    await run.advance(300 * day);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered-without-receipt' });
    expect(run.called('receive').length).toBeLessThanOrEqual(302);
  });

  test('is still looked for when a look breaks off', async () => {
    const run = await start({
      receive: (_: unknown, nth: number) =>
        nth === 1 ? broken('DELIVERY_UNREACHABLE') : ok({ receipt: 'agrees' }),
    });
    await releaseByTwo(run);
    await run.advance(timings.receiptPollMs);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });
});

describe('what an earlier run has left open', () => {
  const { value: minimised } = good.minimise({ ...key, attempt: 1 });
  const left = (delivered?: boolean) => ({
    unfinished: () => ({
      left: { ...key, attempt: 1, ...(delivered !== undefined && { intended: { minimised, delivered } }) },
    }),
  });
  const disclosed = { openAttempt: () => no('ALREADY_DISCLOSED') };
  const finishing = (answers: Answers) =>
    Run.start('wave', { ...input, finish: true }, { ...good, ...answers });

  test('and is delivered, waits for its receipt, and nothing is sent', async () => {
    const run = await start({ ...disclosed, ...left(true) });
    expect(order(run)).toEqual(['openAttempt', 'unfinished', 'receive', 'closeAttempt']);
    expect(run.children).toMatchObject([{ workflowId: 'retention/x/2026-10' }]);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered', attempt: 1 });
  });

  test('and of which bytes may have left, is settled by a receipt or an officer, and nothing is sent', async () => {
    const run = await start({
      ...disclosed,
      ...left(false),
      withdraw: () => no('DELIVERY_UNKNOWN'),
      receive: () => ok({ receipt: 'awaited' }),
    });
    expect(run.attributes).toMatchObject({ CordonStage: 'settle', CordonAttention: true });
    await settle(run, 'not-arrived');
    expect(outcome(run)).toMatchObject({ outcome: 'failed', again: true, attempt: 1 });
    expect(order(run)).not.toContain('transfer');
  });

  test('and of which no byte was written, is withdrawn, and the month goes on with a new attempt', async () => {
    const run = await start({
      openAttempt: (_: unknown, nth: number) =>
        nth === 1 ? no('ALREADY_DISCLOSED') : good.openAttempt(undefined, nth),
      ...left(false),
    });
    await releaseByTwo(run);
    expect(order(run).slice(0, 5)).toEqual([
      'openAttempt',
      'unfinished',
      'withdraw',
      'openAttempt',
      'extract',
    ]);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered', attempt: 2 });
  });

  test('and never came to an intent, is closed by a run that only finishes, and nothing begins', async () => {
    const run = await finishing(left());
    expect(order(run)).toEqual(['unfinished', 'closeAttempt']);
    expect(outcome(run)).toMatchObject({ outcome: 'cancelled', again: true, attempt: 1 });
  });

  test('and is closed meanwhile, leaves a run that only finishes nothing to do', async () => {
    const run = await finishing({});
    expect(order(run)).toEqual(['unfinished']);
    expect(outcome(run)).toMatchObject({ outcome: 'cancelled', attempt: 0 });
  });
});

describe('a delivery that nobody knows of', () => {
  const unknown = {
    transfer: () => no('DELIVERY_UNKNOWN'),
    receive: () => ok({ receipt: 'awaited' }),
  };
  const left = { withdraw: () => no('DELIVERY_UNKNOWN') };

  test.each([
    ['a refusal DELIVERY_UNKNOWN', unknown],
    ['a transfer that broke off', { ...unknown, ...left, transfer: () => broken('DELIVERY_UNREACHABLE') }],
    ['a worker that died in it', { ...unknown, ...left, transfer: () => broken('TIMEOUT') }],
    [
      'a refusal by a later start than the one that sent',
      { ...unknown, ...left, transfer: () => no('HOST_KEY') },
    ],
    [
      'a transfer that broke off and a database that cannot tell',
      { ...unknown, transfer: () => broken('SQL'), withdraw: () => broken('SQL') },
    ],
    [
      'a server that stays away and a database that cannot tell',
      { ...unknown, transfer: () => no('DELIVERY_UNREACHABLE'), withdraw: () => broken('SQL') },
    ],
  ] as const)('after %s is never sent again, stays open and asks for attention', async (_, answers) => {
    const run = await start(answers);
    await releaseByTwo(run);
    await run.advance(2 * day);
    expect(run.called('transfer')).toHaveLength(1);
    expect(run.called('openAttempt')).toHaveLength(1);
    expect(run.closed).toBeUndefined();
    expect(run.attributes).toMatchObject({ CordonStage: 'settle', CordonAttention: true });
  });

  test('is shown with the words of what was found, until it is settled', async () => {
    const words = 'Found: something. Expected: something else. To do: ask.';
    const run = await start({ ...unknown, ...left, transfer: () => no('DELIVERY_UNREACHABLE') });
    await releaseByTwo(run);
    expect(await run.details()).toContain(words);
    await settle(run, 'arrived');
    expect(await run.details()).not.toContain(words);
  });

  test('is none when no byte was written: the intent is withdrawn and the month may run again', async () => {
    const run = await start({ ...unknown, transfer: () => broken('DELIVERY_UNREACHABLE') });
    await releaseByTwo(run);
    expect(run.called('withdraw')).toEqual([{ ...key, attempt: 1 }]);
    expect(run.closed).toMatchObject({ how: 'failed', details: { outcome: 'failed', again: true } });
  });

  test('is settled by an officer who found it: then only the receipt is awaited', async () => {
    const run = await start(unknown);
    await releaseByTwo(run);
    expect(await settle(run, 'arrived')).toMatchObject({ how: 'completed', result: { ok: true } });
    expect(run.called('settle')).toEqual([{ ...key, attempt: 1, officer: 'j.smith', statementSha256 }]);
    await run.advance(timings.receiptWithinMs);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered-without-receipt', again: false });
  });

  test('is settled by an officer who proved that nothing arrived: the month may run again', async () => {
    const run = await start({ ...unknown, ...left, transfer: () => broken('DELIVERY_UNREACHABLE') });
    await releaseByTwo(run);
    await settle(run, 'not-arrived');
    expect(outcome(run)).toMatchObject({ outcome: 'failed', again: true, code: 'DELIVERY_UNREACHABLE' });
  });

  test('is settled by a receipt', async () => {
    const run = await start({
      ...unknown,
      receive: (_: unknown, nth: number) => ok({ receipt: nth === 1 ? 'awaited' : 'agrees' }),
    });
    await releaseByTwo(run);
    await run.advance(timings.settleWithinMs / 300 + hour);
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });

  test('that nobody settles closes as unknown and may never run again', async () => {
    const run = await start(unknown);
    await releaseByTwo(run);
    await run.advance(timings.settleWithinMs);
    expect(outcome(run)).toMatchObject({
      outcome: 'delivery-unknown',
      again: false,
      code: 'DELIVERY_UNKNOWN',
    });
  });

  test('takes no finding when delivery is not in doubt, and no other word', async () => {
    const calm = await start();
    expect(await settle(calm, 'arrived')).toMatchObject({ how: 'rejected', code: 'NOT_WAITING' });
    const run = await start(unknown);
    await releaseByTwo(run);
    expect(await settle(run, 'perhaps')).toMatchObject({ how: 'rejected', code: 'INPUT' });
    expect(run.called('settle')).toEqual([]);
  });
});

test('every outcome of the closed list is one that a wave can have, with the same word on running again', async () => {
  const ends: [string, boolean][] = [];
  const note = (run: Run): void => {
    const { closed } = run;
    const said =
      closed?.how === 'completed' ? closed.result : closed?.how === 'failed' ? closed.details : undefined;
    const { outcome, again } = (said ?? { outcome: 'cancelled', again: true }) as {
      outcome: string;
      again: boolean;
    };
    ends.push([outcome, again]);
  };
  const late = { receive: () => ok({ receipt: 'awaited' }) };
  for (const answers of [
    {},
    late,
    { ...late, transfer: () => no('DELIVERY_UNKNOWN') },
    { screen: () => no('ALARM') },
  ]) {
    const run = await start(answers);
    await releaseByTwo(run);
    await run.advance(timings.settleWithinMs);
    note(run);
  }
  const expired = await start();
  await expired.advance(timings.releaseValidForMs);
  note(expired);
  const cancelled = await start();
  await cancelled.cancel();
  note(cancelled);
  note(await start({ sample: () => broken('SQL') }));
  note(await start({ openAttempt: () => no('ALREADY_DISCLOSED') }));
  expect(Object.fromEntries(ends)).toEqual(
    Object.fromEntries(Object.entries(outcomes).map(([name, { again }]) => [name, again])),
  );
});
