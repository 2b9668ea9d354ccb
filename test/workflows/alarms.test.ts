// A wave that an alarm has stopped, as commands: what it waits for, who may end the waiting, and what never happens
// meanwhile. Real sandbox, virtual time.
import { describe, expect, test } from 'vitest';
import type { Alarm } from '../../schemas/alarm.ts';
import type { AttemptKey } from '../../schemas/ref.ts';
import { timings } from '../../workflows/timings.ts';
import {
  day,
  givenBy,
  input,
  key,
  no,
  ok,
  ref,
  releaseOf,
  statementSha256,
  wave as good,
} from './answers.ts';
import type { Answers } from './sandbox.ts';
import { broken, Run, silent } from './sandbox.ts';

const alarm = (code: Alarm['code'], reason?: string): Alarm => ({
  code,
  ...(reason !== undefined && { reason }),
  found: `${reason ?? 'rows'} of 4000 rows`,
  expected: 'about 120',
});
const raising =
  (stage: 'extracted' | 'screened', ...alarms: readonly Alarm[]) =>
  (from: AttemptKey) => ({ ok: true, value: { ...ref(stage, 3000)(from).value, alarms } });
const changed = alarm('RULE_CHANGED', 'shared-phone');
const nothing = alarm('RULE_REMOVES_NOTHING', 'opted-out');

const start = (answers: Answers): Promise<Run> => Run.start('wave', input, { ...good, ...answers });
const accept = (run: Run, of: string, more: object = {}) =>
  run.update(
    'accept',
    givenBy('d.officer', { ...key, attempt: 1, alarm: of, because: 'seasonal', reasons: [], ...more }),
  );
const order = (run: Run): string[] => run.activities.map(({ type }) => type);
const outcome = (run: Run) => (run.closed?.how === 'completed' ? run.closed.result : run.closed);
/** PostgreSQL's count of what still waits. */
const left =
  (...counts: readonly number[]) =>
  (_: unknown, nth: number) =>
    ok({ unanswered: counts[nth - 1] ?? 0 });

describe('a wave that an alarm of screening has stopped', () => {
  test('draws nobody until an officer accepts it with a reason, then goes on', async () => {
    const run = await start({ screen: raising('screened', changed), accept: left(0) });
    expect(order(run)).toEqual(['openAttempt', 'extract', 'screen']);
    expect(await run.query('alarms')).toEqual([changed]);
    expect(await run.query('progress')).toMatchObject({
      stage: 'alarm',
      attention: true,
      code: 'RULE_CHANGED',
    });
    expect(run.attributes).toMatchObject({ CordonStage: 'alarm', CordonAttention: true });
    expect(Date.parse(String(run.attributes['CordonDueAt']))).toBe(run.nowMs + timings.alarmWithinMs);

    expect(await accept(run, 'RULE_CHANGED')).toEqual({ how: 'completed', result: ok({ unanswered: 0 }) });
    expect(run.called('accept')).toEqual([{ ...key, attempt: 1, officer: 'd.officer', statementSha256 }]);
    expect(order(run).slice(3)).toEqual(['witness', 'accept', 'sample', 'minimise', 'state']);
    expect(await run.query('alarms')).toEqual([]);
    expect(run.attributes).toMatchObject({ CordonStage: 'release', CordonAttention: false });
    for (const officer of ['j.smith', 'a.jones']) await run.update('release', releaseOf(officer));
    expect(outcome(run)).toMatchObject({ outcome: 'delivered' });
  });

  test('waits for each code by itself', async () => {
    const run = await start({ screen: raising('screened', nothing, changed), accept: left(1, 0) });
    await accept(run, 'RULE_CHANGED');
    expect(await run.query('alarms')).toEqual([nothing]);
    expect(order(run)).not.toContain('sample');
    await accept(run, 'RULE_REMOVES_NOTHING');
    expect(order(run)).toContain('sample');
  });

  test('is refused with its code when nobody accepts in time, and may run again', async () => {
    const run = await start({ screen: raising('screened', nothing, changed), accept: left(1) });
    await accept(run, 'RULE_REMOVES_NOTHING');
    await run.advance(timings.alarmWithinMs - 1);
    expect(run.closed).toBeUndefined();
    await run.advance(1);
    expect(outcome(run)).toEqual({
      ...key,
      outcome: 'refused',
      again: true,
      attempt: 1,
      code: 'RULE_CHANGED',
    });
    expect(order(run)).toEqual(['openAttempt', 'extract', 'screen', 'witness', 'accept', 'closeAttempt']);
  });

  test('may be cancelled while it waits', async () => {
    const run = await start({ screen: raising('screened', changed) });
    await run.cancel();
    expect(run.closed).toEqual({ how: 'cancelled' });
    expect(run.called('closeAttempt')).toEqual([{ ...key, attempt: 1, outcome: 'cancelled' }]);
  });

  test('believes PostgreSQL: an acceptance that it did not take lets nothing pass', async () => {
    const run = await start({
      screen: raising('screened', changed),
      accept: (_: unknown, nth: number) => (nth === 1 ? no('NOT_WAITING') : broken('SQL')),
    });
    expect(await accept(run, 'RULE_CHANGED')).toMatchObject({
      result: { ok: false, refusal: { code: 'NOT_WAITING' } },
    });
    expect(await accept(run, 'RULE_CHANGED')).toMatchObject({
      result: { ok: false, refusal: { code: 'SQL' } },
    });
    expect(order(run)).not.toContain('sample');
  });

  test('lets an acceptance that is being recorded when time runs out still count', async () => {
    const run = await start({ screen: raising('screened', changed), accept: () => silent });
    await accept(run, 'RULE_CHANGED');
    await run.advance(timings.alarmWithinMs + day);
    expect(run.closed).toBeUndefined();
    await run.answer('accept', ok({ unanswered: 0 }));
    expect(order(run)).toContain('sample');
  });

  test.each([
    ['another attempt', { attempt: 2 }, 'RELEASE_MISMATCH'],
    ['another wave', { survey: 'y' }, 'RELEASE_MISMATCH'],
    ['a reason of its own', { because: 'it is fine' }, 'INPUT'],
    ['an alarm that does not wait', { alarm: 'RULE_REMOVES_OVER' }, 'INPUT'],
    ['a canary', { alarm: 'CANARY_SURVIVED' }, 'INPUT'],
    ['a register that cannot be read', { alarm: 'REGISTER_UNREADABLE' }, 'INPUT'],
  ])('records nothing of %s', async (_, more, code) => {
    const run = await start({ screen: raising('screened', changed) });
    expect(await accept(run, 'RULE_CHANGED', more)).toMatchObject({ how: 'rejected', code });
    expect(order(run)).not.toContain('witness');
  });

  test('does nothing that the verifier has not found to be signed', async () => {
    const run = await start({ screen: raising('screened', changed), witness: () => no('SIGNATURE') });
    expect(await accept(run, 'RULE_CHANGED')).toMatchObject({
      result: { ok: false, refusal: { code: 'SIGNATURE' } },
    });
    expect(order(run)).not.toContain('accept');
    expect(run.closed).toBeUndefined();
  });
});

test('an alarm of the extract is waited for before anybody is screened, and one of each is two waits', async () => {
  const unreadable = alarm('QUARANTINE_OVER_TOLERANCE');
  const run = await start({
    extract: raising('extracted', unreadable),
    screen: raising('screened', changed),
    accept: left(0, 0),
  });
  expect(order(run)).toEqual(['openAttempt', 'extract']);
  await accept(run, 'QUARANTINE_OVER_TOLERANCE');
  expect(order(run)).toEqual(['openAttempt', 'extract', 'witness', 'accept', 'screen']);
  await accept(run, 'RULE_CHANGED');
  expect(order(run)).toContain('sample');
});

test('a canary or a register that cannot be read is refused at once: there is nothing to accept', async () => {
  for (const code of ['CANARY_SURVIVED', 'REGISTER_UNREADABLE'] as const) {
    const run = await start({ screen: () => no(code) });
    expect(outcome(run)).toMatchObject({ outcome: 'refused', code });
    expect(run.pauses).toEqual([]);
  }
});

test('without an alarm nobody can accept anything, and no time passes', async () => {
  const run = await start({ sample: () => silent });
  expect(run.pauses).toEqual([]);
  expect(await accept(run, 'RULE_CHANGED')).toMatchObject({ how: 'rejected', code: 'NOT_WAITING' });
});
