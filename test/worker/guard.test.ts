// Synthetic people are planted wherever an activity, a client or an error could carry one, and searched for in every
// history and log line. Without the guard the same search finds every one of them: so it can find.
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, defaultPayloadConverter, RawValue } from '@temporalio/common';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exceptionKinds } from '../../schemas/exception.ts';
import { failure } from '../../schemas/failure.ts';
import { failureConverter, isOurText, payloadConverter } from '../../worker/guard.ts';
import { kept } from '../../worker/kept.ts';
import { createLogger } from '../../worker/logger.ts';
import { send } from '../../worker/officer.ts';
import { projectRoot } from '../../worker/stack/runfolder.ts';
import { workflowsPath } from '../../worker/temporal.ts';
import { sourcesSha256 } from '../../worker/workflow-code.ts';
import { moveClockUpdate, releaseUpdate } from '../../workflows/messages.ts';
import { everyHistory } from '../history.ts';
import { createNamespace } from '../namespace.ts';
import {
  copy,
  input,
  key,
  no,
  ok,
  planHash,
  quick,
  ref,
  releaseOf,
  signatureOf,
  stated,
  statementSha256,
  wave as good,
} from '../workflows/answers.ts';
import { attended, logLines, openStand, taskQueue } from '../workflows/corridor.ts';
import type { GivenActivities, Stand } from '../workflows/corridor.ts';

const letters = (n: number): string =>
  Array.from({ length: n }, () => 'bcdfghjklmnpqrstvwxz'[randomInt(20)] ?? 'q').join('');
const person = () => {
  const surname = `${letters(1).toUpperCase()}${letters(8)}`;
  const phone = `07700900${String(randomInt(1000)).padStart(3, '0')}`;
  return {
    surname,
    phone,
    spaced: `${phone.slice(0, 5)} ${phone.slice(5)}`,
    dialled: `+44${phone.slice(1)}`,
    mail: `${letters(8)}@example.org`,
    postcode: `ZZ99 ${String(randomInt(10))}${letters(2).toUpperCase()}`,
    urn: `23${letters(2).toUpperCase()}/${String(randomInt(10_000, 99_999))}/26`,
    born: `19${String(randomInt(30, 99))}-0${String(randomInt(1, 9))}-${String(randomInt(10, 28))}`,
  };
};
type Person = ReturnType<typeof person>;
const kinds = Object.keys(person()) as (keyof Person)[];

const passes = (value: unknown): boolean => {
  try {
    payloadConverter.toPayload(value);
    return true;
  } catch {
    return false;
  }
};
const acceptance = { ...key, attempt: 1, alarm: 'RULE_CHANGED', reasons: ['shared-phone', ''] };
const sent = (value: unknown): unknown =>
  defaultPayloadConverter.fromPayload(payloadConverter.toPayload(value));

describe('a payload', () => {
  test.each([
    ['arguments of a wave', input],
    ['an attempt', good.openAttempt(undefined, 1)],
    ['a reference', ref('minimised', 1200)({ ...input, attempt: 1 })],
    [
      'a reference that an alarm holds up',
      {
        ...ref('screened', 1200)({ ...input, attempt: 1 }).value,
        alarms: [
          {
            code: 'RULE_CHANGED',
            reason: 'shared-phone',
            found: 'shared-phone matches 400 of 4000 rows',
            expected: 'about 120 as in earlier waves, give or take 50%',
          },
          {
            code: 'RULE_REMOVES_NOTHING',
            reason: 'opted-out',
            found: 'opted-out matches nobody of 4000 rows',
            expected: 'as in earlier waves: 9 to 14 rows',
          },
          { code: 'RULE_REMOVES_OVER', reason: 'under-16', found: 'x', expected: 'at most 12.5%' },
        ],
      },
    ],
    [
      'an acceptance',
      { act: 'accept', statement: { ...acceptance, because: 'seasonal' }, signature: signatureOf('j.smith') },
    ],
    [
      'a clock',
      {
        statement: {
          ...key,
          kind: 'package',
          to: '2026-11-16T06:30:00Z',
          copies: [{ attempt: 1, dueAt: '2026-11-30T06:30:00.123Z' }],
        },
      },
    ],
    ['what still waits', ok({ unanswered: 2 })],
    ['a statement', stated({ ...input, attempt: 3 })],
    [
      'a frame that waits for its seed',
      { ...ref('screened', 3000)({ ...input, attempt: 1 }), awaits: 'dice' },
    ],
    ['digits of a seed', { officer: 'j.smith', digits: '31415926535897932384' }],
    ['a public value', { officer: 'j.smith', digits: 'ab'.repeat(64) }],
    ['a seed of two officers', { seed: '31415926535897932384'.repeat(4) }],
    ['a refusal', no('REGISTER_STALE')],
    [
      'copies',
      {
        copies: [copy(1, 'staging', '2026-11-30T06:30:00.123Z')],
        closed: false,
        now: '2026-11-16T06:30:00Z',
      },
    ],
    ['a run that only finishes', { ...input, finish: true }],
    [
      'what a run has left open',
      {
        left: {
          ...key,
          attempt: 1,
          intended: { minimised: ref('minimised', 12)({ ...key, attempt: 1 }).value, delivered: false },
        },
      },
    ],
    [
      'a sweep',
      {
        finishing: 5,
        restarted: 1,
        recalling: 1,
        purged: 2,
        raised: 3,
        cleared: 1,
        told: 4,
        exported: 4,

        failed: 0,
      },
    ],
    [
      'every exception, in its words',
      {
        raised: 1,
        cleared: 0,
        exceptions: Object.entries(exceptionKinds).map(([code, { owner, says, remedy }]) => ({
          code,
          survey: 'warwickshire-victims',
          period: '2026-10',
          owner,
          found: says,
          remedy,
          dueAt: '2026-11-16T06:30:00.123Z',
        })),
      },
    ],
    ['nothing', undefined],
    ['null', null],
    ['a summary', 'wave warwickshire-victims 2026-10'],
  ])('of %s passes unchanged', (_, value) => {
    expect(sent(value)).toEqual(value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  });

  test.each(kinds)('with a %s is refused in every field, at every depth and as a key', (kind) => {
    const value = person()[kind];
    const places: unknown[] = [
      value,
      [value],
      { [value]: 1 },
      { surname: value },
      { value: { surname: value } },
    ];
    // every field whose texts are not free
    for (const field of [
      'survey',
      'period',
      'planHash',
      'sha256',
      'alarm',
      'because',
      'stage',
      'kind',
      'outcome',
      'code',
      'dueAt',
      'now',
      'run',
      'state',
      'wave',
      'officer',
      'recipient',
      'fields',
      'rule',
      'step',
      'reason',
      'reasons',
      'act',
      'sqlstate',
      'seed',
      'digits',
      'awaits',
    ]) {
      places.push({ [field]: value }, { [field]: [value] }, { copies: [{ [field]: value }] });
    }
    expect(places.filter(passes)).toEqual([]);
  });

  test('with a telephone number as a number is refused', () => {
    expect(
      [7700900123, 447700900123]
        .flatMap((n) => [n, { rows: n }, { id: n }, { releaseValidForMs: n }])
        .filter(passes),
    ).toEqual([]);
    expect(
      ['07700900123', '447700900123', '00447700900123']
        .flatMap((digits) => [{ digits }, { seed: digits }])
        .filter(passes),
    ).toEqual([]);
  });

  test('that is no plain value is refused: Map, Set, Date, Error, bytes, a function, BigInt, a raw payload', () => {
    const values = [
      new Map([['a', 1]]),
      new Set(['a']),
      new Date(),
      new Error('a'),
      new Uint8Array(4),
      () => 1,
      1n,
      new RawValue('a'),
    ];
    expect(values.flatMap((value) => [value, { rows: value }]).filter(passes)).toEqual([]);
  });

  test('with a birth date at midnight is refused where an instant may stand', () => {
    expect(passes({ dueAt: '1987-03-14T00:00:00Z' })).toBe(false);
    expect(passes({ dueAt: '2026-11-16T00:00:00Z' })).toBe(true);
  });

  test.each(kinds)('of a refusal that quotes a %s passes without the quoting text', (kind) => {
    const value = person()[kind];
    const refusal = {
      code: 'SOURCE_COLUMN_TYPE',
      found: `${value} is no date`,
      expected: 'a date',
      remedy: 'mend it',
    };
    expect(sent({ ok: false, refusal })).toEqual({
      ok: false,
      refusal: { ...refusal, found: 'see the ledger' },
    });
  });
});

test('the texts of refusals are small words, single numbers and names of things, and nothing else', () => {
  const ours = [
    '4012 rows',
    '1500 to 8000 rows',
    'at most 2 per cent',
    'a day from 2025-04-01 to 2028-03-31',
    'opt-outs, safety markers and contact history, readable',
    'ask the processor, by another channel, whether its host key has changed; then apply the new one',
    'a key that the processor’s server accepts for our user',
    'widen expect.rows and apply',
    'an extract of 2026-11-16T05:30:00.000Z',
    'run npx cordon apply, then start wave/x/2026-10 again',
  ];
  expect(ours.filter((text) => !isOurText(text))).toEqual([]);
  const theirs = [
    '7700 900123',
    '7700-900123 x',
    '7700 - 900123',
    'call Smith',
    'J Smith',
    'a@example.org',
    'born 1987-03-14',
    '14/03/1987',
    'ZZ99 3AB',
    '004/01/26',
    'x'.repeat(301),
  ];
  expect(theirs.filter(isOurText)).toEqual([]);
});

test('a failure keeps its code and the details that may travel, and loses message, stack and everything else', () => {
  const who = person();
  const ours = Object.assign(failure('SQL', { sqlstate: '22P02', found: who.surname, [who.surname]: 1 }), {
    stack: who.phone,
  });
  const proto = failureConverter.errorToFailure(ours, payloadConverter);
  expect(proto).toMatchObject({
    message: 'SQL',
    stackTrace: '',
    applicationFailureInfo: { type: 'SQL', nonRetryable: true },
  });
  expect(
    defaultPayloadConverter.fromPayload(proto.applicationFailureInfo?.details?.payloads?.[0] ?? {}),
  ).toEqual({
    sqlstate: '22P02',
    found: 'see the ledger',
  });
  const impostor = ApplicationFailure.create({ type: 'SQL', message: who.surname, details: [who.phone] });
  const redacted = failureConverter.errorToFailure(impostor, payloadConverter);
  expect(redacted).toMatchObject({ message: 'REDACTED', applicationFailureInfo: { type: 'REDACTED' } });
  expect(JSON.stringify(redacted)).not.toContain(who.surname);
});

test('the log writes codes and places of an error and no word of it', () => {
  const who = person();
  const from = logLines.length;
  const log = createLogger('INFO');
  const error = Object.assign(new Error(`invalid: ${who.surname}`, { cause: failure('STALE_STAGING') }), {
    code: '22P02',
  });
  log.warn('Activity failed', {
    sdkComponent: 'worker',
    error,
    workflowId: who.surname,
    durationMs: 12,
    note: who.phone,
  });
  log.error(`Error while processing: ${who.surname}`, { sdkComponent: 'worker' });
  log.warn(`met ${who.surname}`, { sdkComponent: 'activity' });
  const lines = logLines.slice(from).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toMatchObject([
    { msg: 'Activity failed', durationMs: 12, sqlstate: '22P02', code: 'STALE_STAGING' },
    { msg: 'Error while processing' },
    { msg: 'a message that is not shown' },
  ]);
  expect(Object.keys(lines[0] ?? {}).sort()).toEqual(
    ['at', 'code', 'durationMs', 'level', 'msg', 'sdkComponent', 'sqlstate', 'time'].filter(
      (k) => k in (lines[0] ?? {}),
    ),
  );
  expect(JSON.stringify(lines)).not.toContain(who.surname);
  expect(JSON.stringify(lines)).not.toContain(who.phone);
});

/** Each plants one person in one place; what it throws first it answers with a plain "no" afterwards. */
const leaks: Readonly<Record<string, (who: Person) => unknown>> = {
  'a-message': (who) => {
    throw new Error(`could not cast ${who.surname} ${who.spaced}`);
  },
  'a-cause': (who) => {
    throw new Error('broken', { cause: new Error(who.surname) });
  },
  'a-database-error': (who) => {
    throw Object.assign(new Error(`invalid input syntax for type date: "${who.born} ${who.surname}"`), {
      code: '22007',
      detail: who.phone,
      where: `COPY intake, line 7: ${who.urn}`,
    });
  },
  'a-coded-failure': (who) => {
    throw ApplicationFailure.create({ type: who.surname, message: who.phone, details: [who.urn] });
  },
  'details-of-ours': (who) => {
    throw failure('SQL', { found: who.surname, [who.surname]: true }, false);
  },
  'a-thrown-text': (who) => {
    throw who.surname;
  },
  'a-cancellation': (who) => {
    throw new CancelledFailure(who.surname, [who.phone]);
  },
  'a-result': (who) =>
    ok({ ...input, attempt: 1, stage: 'extracted', rows: 1, nonce: planHash, surname: who.surname }),
  'a-listed-field': (who) => ok({ ...input, attempt: 1, stage: 'extracted', rows: 1, nonce: who.surname }),
  'a-refusal': (who) => ({
    ok: false,
    refusal: { code: 'ALARM', found: who.surname, expected: who.phone, remedy: 'ask' },
  }),
  'a-heartbeat': async (who) => {
    Context.current().heartbeat({ surname: who.surname });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    throw failure('SQL', {}, false);
  },
};
const names = Object.keys(leaks);

const openAttempt = ({ survey }: { survey: string }) =>
  ok({ survey, period: '2026-10', attempt: 1, planHash, nonce: planHash });

/** One wave per leak; the planted person answers for its `extract`. */
const planted = (people: Readonly<Record<string, Person>>): GivenActivities => {
  const calm = { copies: () => ({ copies: [], closed: true, now: '2026-11-16T06:30:00Z' }) };
  const extract = ({ survey }: { survey: string }): unknown => {
    const leak = leaks[survey];
    const who = people[survey];
    if (!leak || !who) throw failure('INPUT');
    return Context.current().info.attempt > 1 ? no('ALARM') : leak(who);
  };
  return Object.fromEntries(
    Object.entries<(...args: never[]) => unknown>({ ...good, ...calm, openAttempt, extract }).map(
      ([name, answer]) => [name, async (...args: never[]) => answer(...args)],
    ),
  );
};

const runAll = (client: Client): Promise<unknown> =>
  Promise.all(
    names.map(async (survey) => {
      const args: [object] = [{ ...input, survey, timings: brief }];
      const run = await client.workflow.start('wave', {
        workflowId: `wave/${survey}/2026-10`,
        taskQueue,
        args,
      });
      await run.result().catch(() => undefined);
    }),
  );

/** What gets past `extract` waits for nobody. */
const brief = { ...quick, releaseValidForMs: 200, releaseRemindMs: 100 };

const traces = (text: string, who: Person): string[] => kinds.filter((kind) => text.includes(who[kind]));

describe('on the real server', () => {
  const people = Object.fromEntries(names.map((name) => [name, person()]));
  let stand: Stand;
  let histories = '';
  let logs = '';
  beforeAll(async () => {
    stand = await openStand(await createNamespace('guard'));
    const from = logLines.length;
    await attended(stand, planted(people), () => runAll(stand.client));
    histories = await everyHistory(stand.client);
    logs = logLines.slice(from).join('');
  });
  afterAll(() => stand.stop());

  test.each(names)('%s with a person in it leaves no trace of them in any history or log', (name) => {
    expect(traces(histories, people[name] ?? person())).toEqual([]);
    expect(traces(logs, people[name] ?? person())).toEqual([]);
  });

  test('what happened can still be told: codes, states and places stand in histories and log', () => {
    expect(histories).toContain('"sqlstate":"22007"');
    expect(histories).toContain('PERSONAL_DATA');
    expect(histories).toContain('see the ledger');
    expect(logs).toContain('"activityType":"extract"');
    expect(logs).toContain('"sqlstate":"22007"');
  });

  test('a client refuses before it sends: arguments, ids, update ids and reasons', async () => {
    const { client } = stand;
    const who = person();
    const waves = { taskQueue, args: [{ ...input, survey: who.surname }] as [object] };
    await expect(
      client.workflow.start('wave', { ...waves, workflowId: 'wave/planted/2026-10' }),
    ).rejects.toMatchObject({ type: 'PERSONAL_DATA' });
    await expect(
      client.workflow.start('wave', { taskQueue, args: [input], workflowId: who.surname }),
    ).rejects.toMatchObject({ type: 'PERSONAL_DATA' });
    const handle = client.workflow.getHandle('wave/planted/2026-10');
    await expect(handle.terminate(`asked by ${who.surname}`)).rejects.toMatchObject({
      type: 'PERSONAL_DATA',
    });
    await expect(
      handle.executeUpdate(releaseUpdate, { args: [{ statementSha256, signature: who.surname }] }),
    ).rejects.toMatchObject({ type: 'PERSONAL_DATA' });
    await expect(
      handle.executeUpdate(releaseUpdate, {
        args: [releaseOf('j.smith')],
        updateId: who.surname,
      }),
    ).rejects.toMatchObject({ type: 'PERSONAL_DATA' });
    await expect(
      client.schedule.create({
        scheduleId: who.surname,
        spec: {},
        action: {
          type: 'startWorkflow',
          workflowType: 'kickoff',
          workflowId: 'kickoff/x',
          taskQueue,
          args: [],
        },
      }),
    ).rejects.toMatchObject({ type: 'PERSONAL_DATA' });
    expect(traces(await everyHistory(client), who)).toEqual([]);
  });

  // The dialogs of the UI and the Temporal CLI know nothing of our client.
  test('an Update from a client without the guard that holds a name is refused by the validator and not recorded', async () => {
    const who = person();
    const unguarded = new Client({ connection: stand.client.connection, namespace: stand.config.namespace });
    const activities = { ...planted({}), extract: () => new Promise<unknown>(() => {}) };
    const alone = {
      ...activities,
      copies: async () => ({ copies: [], closed: false, now: '2026-11-16T06:30:00Z' }),
    };
    await attended(stand, alone, async () => {
      await stand.client.workflow.start('retention', {
        workflowId: 'retention/dialog/2026-10',
        taskQueue,
        args: [{ ...input, survey: 'dialog', planHash: undefined }],
      });
      const said = {
        statement: { survey: 'dialog', period: '2026-10', kind: 'staging', to: who.surname, copies: [] },
        signature: signatureOf('j.smith'),
      } as const;
      expect(await send(unguarded, 'retention/dialog/2026-10', moveClockUpdate, said)).toMatchObject({
        ok: false,
        refusal: { code: 'INPUT' },
      });
      expect(traces(await everyHistory(stand.client), who)).toEqual([]);
      await stand.client.workflow.getHandle('retention/dialog/2026-10').terminate('test-ended');
    });
  });
});

test('with the guard removed the same search finds every planted person', async () => {
  const people = Object.fromEntries(names.map((name) => [name, person()]));
  const stand = await openStand(await createNamespace('unguarded'));
  try {
    const client = new Client({ connection: stand.client.connection, namespace: stand.config.namespace });
    const code = await kept(
      join(projectRoot, '.cordon', 'unguarded-workflow-code.js'),
      () => sourcesSha256(projectRoot),
      async () => (await bundleWorkflowCode({ workflowsPath, logger: createLogger('WARN') })).code,
    );
    const bare = { dataConverter: {}, interceptors: {}, workflowBundle: { code } };
    await attended(stand, planted(people), () => runAll(client), bare);
    const histories = await everyHistory(client);
    // heartbeats never reach a history: for them the guard is tested where it refuses
    const unseen = names.filter(
      (name) => name !== 'a-heartbeat' && traces(histories, people[name] ?? person()).length === 0,
    );
    expect(unseen).toEqual([]);
  } finally {
    await stand.stop();
  }
});
