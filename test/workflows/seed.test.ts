// A seed that officers type, as a wave waits for it: after the frame, before the draw, and not for ever.
import { expect, test } from 'vitest';
import { timings } from '../../workflows/timings.ts';
import { givenBy, input, key, no, ok, ref, statementSha256, wave as good } from './answers.ts';
import type { Answers } from './sandbox.ts';
import { Run, silent } from './sandbox.ts';

const awaited = (from: Parameters<ReturnType<typeof ref>>[0]) => {
  const { value } = ref('screened', 3000)(from);
  return ok({ ...value, awaits: 'dice' });
};
const start = (answers: Answers = {}): Promise<Run> =>
  Run.start('wave', input, { ...good, screen: awaited, ...answers });
const digits = '31415926535897932384';
const type = (run: Run, officer: string, given = digits, attempt = 1) =>
  run.update('seed', givenBy(officer, { ...key, attempt, digits: given }));
const order = (run: Run): string[] => run.activities.map(({ type: name }) => name);
const rejected = (code: string) => ({ how: 'rejected', code });

test('nothing is drawn until two officers have typed, and then the month goes on', async () => {
  const run = await start();
  expect(order(run)).toEqual(['openAttempt', 'extract', 'screen']);
  expect(run.attributes).toMatchObject({ CordonStage: 'seed' });
  expect(await run.query('progress')).toMatchObject({ stage: 'seed' });
  await type(run, 'j.smith');
  expect(order(run)).not.toContain('sample');
  await type(run, 'a.jones');
  expect(order(run)).toEqual([
    'openAttempt',
    'extract',
    'screen',
    'witness',
    'typeSeed',
    'witness',
    'typeSeed',
    'sample',
    'minimise',
    'state',
  ]);
  expect(run.called('typeSeed')).toEqual([
    { ...key, attempt: 1, officer: 'j.smith', statementSha256 },
    { ...key, attempt: 1, officer: 'a.jones', statementSha256 },
  ]);
});

test('what cannot be a seed is refused at the door and leaves no trace', async () => {
  const run = await start();
  for (const given of ['', '123', '0770090012', 'abc', `${digits} `, 'A'.repeat(64)])
    expect(await type(run, 'j.smith', given)).toMatchObject(rejected('INPUT'));
  const unsigned = { statement: { ...key, attempt: 1, digits }, signature: 'J Smith' };
  expect(await run.update('seed', unsigned)).toMatchObject(rejected('INPUT'));
  expect(await type(run, 'j.smith', digits, 2)).toMatchObject(rejected('RELEASE_MISMATCH'));
  expect(run.called('typeSeed')).toEqual([]);
});

test('PostgreSQL’s no is the officer’s answer, and counts for nothing', async () => {
  const run = await start({ typeSeed: () => no('SEED_ORDER') });
  await type(run, 'j.smith');
  await type(run, 'a.jones');
  expect(order(run)).not.toContain('sample');
});

test('a seed that does not come in time ends the wave, which may be run again', async () => {
  const run = await start();
  await type(run, 'j.smith');
  await run.advance(timings.releaseValidForMs);
  expect(run.closed).toMatchObject({
    result: { ...key, outcome: 'refused', again: true, attempt: 1, code: 'SEED_EXPIRED' },
  });
  expect(order(run)).not.toContain('sample');
});

test('digits that are being recorded when the time runs out still count', async () => {
  const run = await start({
    typeSeed: (_: unknown, nth: number) => (nth === 1 ? ok({ officers: 1 }) : silent),
  });
  await type(run, 'j.smith');
  await type(run, 'a.jones');
  await run.advance(timings.releaseValidForMs);
  await run.answer('typeSeed', ok({ officers: 2 }));
  expect(order(run)).toContain('sample');
});

test('where the generator makes the seed nobody is asked, and digits are refused', async () => {
  const run = await Run.start('wave', input, good);
  expect(run.attributes).toMatchObject({ CordonStage: 'release' });
  expect(await type(run, 'j.smith')).toMatchObject(rejected('NOT_WAITING'));
});
