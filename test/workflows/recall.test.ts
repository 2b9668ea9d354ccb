// Short workflows. A recall is sent, then asked after until it is acknowledged or late, and never for ever. What officers
// sign about what no workflow waits for is done by one look of the verifier, and told in words on its page.
import { expect, test } from 'vitest';
import { timings } from '../../workflows/timings.ts';
import { day, givenBy, no, ok } from './answers.ts';
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

const wave = { survey: 'x', period: '2026-10' };
const given = (statement: object) => givenBy('a.o', { ...wave, ...statement });
const hold = { copy: 3, because: 'complaint', owner: 'd.po', reviewOn: '2027-01-31' };
const dueAt = '2027-12-16T06:30:00.000Z';
const keep = { copy: 3, dueAt, decision: 'extend', because: 'audit', reviewOn: '2028-01-31' };

test.each([
  ['hold', hold, 'holdCopy', ok({ hold: 7, officer: 'a.o' }), /^Hold 7 keeps it, set by a\.o/],
  [
    'lift',
    { hold: 7 },
    'liftHold',
    ok({ officer: 'a.o', officers: 1, lifted: false }),
    /^Signed by a\.o: 1 of 2/,
  ],
  ['lift', { hold: 7 }, 'liftHold', ok({ officer: 'b.o', officers: 2, lifted: true }), /^It is lifted/],
  [
    'dispose',
    keep,
    'disposeCopy',
    ok({ officers: 1, needed: 2, dueAt }),
    /1 of 2 .* as it was: 2027-12-16 06:30/,
  ],
  [
    'dispose',
    keep,
    'disposeCopy',
    ok({ officers: 2, needed: 2, dueAt }),
    /^Decided\. Its clock ends 2027-12-16/,
  ],
  [
    'forgo',
    { ordinal: 1, because: 'too-late' },
    'forgoMonth',
    ok({ officers: 1, needed: 1 }),
    /^The month is forgone/,
  ],
  [
    'close',
    { exception: 9, code: 'CONTACT_DISTRESSED', because: 'dealt-with' },
    'closeException',
    ok({ officer: 'a.o' }),
    /next sweep closes it/,
  ],
  ['hold', hold, 'holdCopy', no('INPUT'), /^\*\*Nothing was done\*\* \(`INPUT`\)/],
  ['hold', hold, 'holdCopy', broken('SQL'), /^\*\*Nothing was done\*\* \(`SQL`\)/],
] as const)(
  '%s says first what came of it, then what was signed',
  async (type, statement, activity, answer, says) => {
    const run = await Run.start(type, given(statement), { [activity]: () => answer });
    expect(run.called(activity)).toEqual([given(statement)]);
    const page = await run.details();
    expect(page).toMatch(says);
    expect(page).toMatch(/\n\nAn officer has signed .*x 2026-10/);
    expect(run.closed).toMatchObject({ how: 'completed' });
  },
);

test('a clock and a finding are the verifier’s first, and the worker does what it has recorded', async () => {
  const by = { officer: 'a.o', statementSha256: '0'.repeat(64) };
  const clock = { kind: 'package', to: dueAt, copies: [{ attempt: 1, dueAt }] };
  const moving = await Run.start('clock', given(clock), {
    witness: () => ok(by),
    moveClock: () => ok({ moved: 0, officers: 1, needed: 2 }),
  });
  expect(moving.called('moveClock')).toEqual([{ ...wave, ...by }]);
  expect(await moving.details()).toMatch(/^Signed: 1 of 2 officers\. Nothing is moved yet\./);
  const settling = await Run.start('settle', given({ attempt: 1, finding: 'not-arrived' }), {
    witness: () => no('NOT_AN_OFFICER'),
  });
  expect(settling.called('settleClosed')).toEqual([]);
  expect(await settling.details()).toMatch(/NOT_AN_OFFICER(.|\n)*attempt 1, has not arrived\.$/);
});
