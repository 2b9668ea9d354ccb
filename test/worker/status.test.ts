// What needs somebody comes first; then the list of waves, as a table.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cause } from '../../schemas/exception.ts';
import { recorded } from '../../schemas/exception.ts';
import type { RecordedCode } from '../../schemas/exception.ts';
import { withTransaction } from '../../sql/connect.ts';
import { reconcile } from '../../sql/exceptions.ts';
import { lookAtExceptions } from '../../worker/exceptions.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import { statusCommand, waveTable } from '../../worker/status.ts';
import { watching } from '../../worker/watching.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { createNamespace } from '../namespace.ts';
import { coded, here, tooLong } from './command.ts';

const wave = {
  wave: 'wave/my-survey/2026-10',
  status: 'completed',
  stage: 'closed',
  outcome: 'delivered-without-receipt',
  attention: true,
  started: '2026-11-16T06:30',
};

test('says how a wave ended, where an open one stands, and who needs somebody, within eighty columns', () => {
  const { outcome: _, ...open } = wave;
  const running = { ...open, status: 'running', stage: 'release', attention: false };
  const terminated = { ...open, status: 'terminated', stage: 'release' };
  for (const length of [3, 20, 27, 40]) {
    const name = `wave/${'x'.repeat(length)}/2026-10`;
    const lines = waveTable([wave, running, terminated].map((each) => ({ ...each, wave: name })));
    expect(tooLong(lines.join('\n'))).toEqual([]);
    expect(lines[0]).toMatch(/^! .*x\/2026-10 +delivered-without-receipt/);
    expect(lines[1]).toMatch(/^ {2}\S+ +release( |$)/);
    expect(lines[2]).toMatch(/^! \S+ +terminated( |$)/);
  }
});

test('a name that fits is one that can be typed as it stands', () => {
  expect(waveTable([wave])[0]).toBe('! wave/my-survey/2026-10  delivered-without-receipt  2026-11-16');
  expect(waveTable([{ ...wave, attention: false }])).toHaveLength(1);
});

describe('exceptions', () => {
  let cordon: Cordon;
  let env: Record<string, string>;
  beforeAll(async () => {
    cordon = await createCordon();
    const { address, namespace } = await createNamespace('status');
    env = {
      CORDON_PREFIX: cordon.names.auditor.replace(/_auditor$/, ''),
      CORDON_AUDITOR_URL: cordon.urls.auditor,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
    };
  });
  afterAll(() => cordon.drop());

  const stand = (...found: Cause[]) =>
    withTransaction(cordon.pool('worker'), (tx) =>
      reconcile(tx, [
        { looked: [...(Object.keys(recorded) as RecordedCode[]), 'WORKER_MISSING', 'TASK_FAILING'], found },
      ]),
    );
  const status = (id?: string, flags = {}, more = {}) =>
    here((say) => statusCommand(id, flags, { ...env, ...more }, say));
  const month: Cause = {
    code: 'MONTH_MISSING',
    survey: 'a-survey-of-forty-characters-at-the-most',
    period: '2026-10',
    dueAt: '2026-11-23T06:30:00.000Z',
  };
  const contract: Cause = {
    code: 'CONTRACT_ENDING',
    survey: 'my-survey',
    subject: 'contract',
    dueAt: '2999-01-01T00:00:00.000Z',
  };
  const noWorkers = ['WORKER_MISSING', 'VERIFIER_MISSING'];

  test('come first, the overdue before the others, with whose they are and what to do; one overdue is code 2', async () => {
    await stand(contract, month, { code: 'TASK_FAILING', subject: 'wave', survey: 'x', period: '2026-10' });
    const { code, out, err } = await status();
    expect({ code, err }).toEqual({ code: 2, err: '' });
    // what Temporal says now takes the place of what it said: nothing fails there
    expect(out).toMatch(
      /^exceptions: 4 open, 3 overdue; swept 20\d\d-\d\d-\d\d \d\d:\d\d UTC\n! MONTH_MISSING {2}high\s/,
    );
    expect([...out.matchAll(/^[ !] ([A-Z_]+) /gm)].map(([, each]) => each)).toEqual([
      'MONTH_MISSING',
      ...noWorkers,
      'CONTRACT_ENDING',
    ]);
    expect(out).toMatch(
      /\n {4}owner data-officer, deputy dpo\n {4}do: find out why; then npx cordon run, or never: npx cordon forgo\n/,
    );
    expect(out).toMatch(/\n\nNo wave has run in this namespace\.\n$/);
    expect(tooLong(out)).toEqual([]);
  });

  test('as data say the same; of a wave only its own', async () => {
    const { code, out } = await status(undefined, { json: true });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      complete: true,
      exceptions: [
        { ...month, overdue: true, owner: 'data-officer' },
        {},
        {},
        { ...contract, overdue: false },
      ],
      waves: [],
    });
    const wave = { survey: month.survey ?? '', period: '2026-10' };
    const own = await lookAtExceptions(cordon.urls.auditor, undefined, wave);
    expect(own.exceptions).toMatchObject([{ code: 'MONTH_MISSING' }]);
    expect(
      (await lookAtExceptions(cordon.urls.auditor, undefined, { ...wave, period: '2026-09' })).exceptions,
    ).toEqual([]);
  });

  test('that are not overdue are shown, and are code 0', async () => {
    await stand(contract);
    const seen = { looked: ['WORKER_MISSING', 'VERIFIER_MISSING'], found: [] } as const;
    expect((await lookAtExceptions(cordon.urls.auditor, seen)).exceptions).toMatchObject([
      { ...contract, overdue: false },
    ]);
  });

  test('are there while Temporal is away; without the table it is said that they are not all', async () => {
    const away = await status(undefined, {}, { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(away.out).toMatch(/^exceptions: 1 open, 0 overdue; swept .*\n {2}CONTRACT_ENDING /);
    coded({ ...away, out: '' }, 3, 'no Temporal server answers');
    const part = await status(undefined, {}, { CORDON_AUDITOR_URL: '' });
    expect(part.out).toMatch(
      /^exceptions: 2 open, 2 overdue; of Temporal alone: CORDON_AUDITOR_URL is not set\n/,
    );
    expect(part.code).toBe(2);
  });

  test('are watched until Ctrl-C, which is no error', async () => {
    const child = spawn(process.execPath, [join(projectRoot, 'worker', 'cli.ts'), 'status', '--watch'], {
      env: { ...process.env, ...env },
    });
    const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [out, err] = await said;
    expect({ code: child.exitCode, err }).toEqual({ code: 2, err: '' });
    expect(out).toMatch(/^exceptions: 3 open, 2 overdue; [^]*, Ctrl-C ends it\n$/);
  });

  test('a sweep that has not come for more than a day is one', async () => {
    await cordon.pool('admin').query(`update cordon.exception_look set at = now() - interval '25 hours'`);
    const codes = async () =>
      (await lookAtExceptions(cordon.urls.auditor)).exceptions.map(({ code }) => code);
    expect(await codes()).not.toContain('SWEEP_MISSING');
    await cordon.pool('admin').query(`update cordon.exception_look set at = now() - interval '27 hours'`);
    expect(await codes()).toContain('SWEEP_MISSING');
  });
});

test('watching looks again until it is stopped, says what does not answer, and ends with the last code', async () => {
  const stop = new AbortController();
  const drawn: string[] = [];
  let looks = 0;
  const code = await watching(
    (say) => {
      looks += 1;
      say(`look ${String(looks)}`);
      if (looks === 2) setTimeout(() => stop.abort(), 50);
      return looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve(2);
    },
    (line) => void drawn.push(line),
    { stopped: stop.signal, onScreen: true, everyMs: 10 },
  );
  expect(code).toBe(2);
  const [first, second] = drawn.map((said) => said.split('\u001B[H\u001B[2J'));
  expect(first?.[0]).toBe('');
  expect(first?.[1]).toMatch(/^look 1\ncordon: BROKEN\n/);
  expect(second?.[1]).toMatch(/^look 2\n\n20.*Z, Ctrl-C ends it$/);
});
