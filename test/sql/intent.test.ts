import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import type { OpenAttempt, Released } from './wave.ts';
import {
  as,
  closeSql,
  intend,
  key,
  keyOf,
  newWave,
  openAttempt,
  recordSql,
  releasePackage,
  sha256,
  sign,
} from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (release?: { officers: number; validFor: string }): Promise<OpenAttempt> =>
  openAttempt(cordon, await newWave(cordon, release));

const mark = async (attempt: OpenAttempt, what: string | null): Promise<unknown> =>
  (
    await as(cordon, 'worker', 'select cordon.mark_intent($1, $2, $3, $4) as fresh', [...key(attempt), what])
  )[0]?.['fresh'];

const intents = (attempt: OpenAttempt): Promise<Record<string, unknown>[]> =>
  as(
    cordon,
    'worker',
    `select ordinal, first_byte_at is not null as begun, disclosed_at is not null as disclosed,
       voided_at is not null as voided from cordon.intent where survey = $1 order by attempt, ordinal`,
    [attempt.survey],
  );

const gate = { code: 'CRD09' };
const unreleased = { code: 'CRD11' };

describe('an intent', () => {
  test('is recorded over as many officers as the plan asks, and no byte is marked', async () => {
    const attempt = await fresh();
    expect(await intend(cordon, attempt, await releasePackage(cordon, attempt))).toBe(1);
    expect(await intents(attempt)).toEqual([{ ordinal: 1, begun: false, disclosed: false, voided: false }]);
  });

  test.each([
    ['nobody', []],
    ['one officer', ['officer-1']],
  ])('is refused when %s has released, and nothing is recorded', async (_, officers) => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt, officers);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    expect(await intents(attempt)).toEqual([]);
  });

  test('is refused when one officer released twice', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt, ['officer-1']);
    expect(await sign(cordon, attempt, 'officer-1', released.text)).toEqual([{ fresh: false }]);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
  });

  test('is refused when one of two is who proposed the plan; a third officer suffices', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt, ['officer-1', 'd.officer']);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    await sign(cordon, attempt, 'officer-2', released.text);
    expect(await intend(cordon, attempt, released)).toBe(1);
  });

  test('is refused when officers released different statements; each may still release the other', async () => {
    const attempt = await fresh();
    const first = await releasePackage(cordon, attempt, ['officer-1'], 1);
    const second = await releasePackage(cordon, attempt, ['officer-2'], 2);
    for (const released of [first, second])
      await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    await sign(cordon, attempt, 'officer-1', second.text);
    expect(await intend(cordon, attempt, second)).toBe(1);
  });

  test('is refused over a statement that no package has, however many released it', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    const other = 'another statement';
    for (const officer of ['officer-1', 'officer-2'])
      await expect(sign(cordon, attempt, officer, other)).rejects.toMatchObject({ code: 'CRD10' });
    await expect(intend(cordon, attempt, { ...released, statement: sha256(other) })).rejects.toMatchObject(
      unreleased,
    );
  });

  test('is refused over releases of another attempt', async () => {
    const [attempt, other] = [await fresh(), await fresh()];
    const elsewhere = await releasePackage(cordon, other);
    await releasePackage(cordon, attempt, []);
    await expect(intend(cordon, attempt, elsewhere)).rejects.toMatchObject(unreleased);
  });

  test('is refused once a release is older than the plan allows, and one fresh release does not help', async () => {
    const attempt = await fresh({ officers: 2, validFor: 'P5D' });
    const released = await releasePackage(cordon, attempt);
    await as(
      cordon,
      'owner',
      `update cordon.release set signed_at = now() - interval '5 days' where survey = $1`,
      [attempt.survey],
    );
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    await sign(cordon, attempt, 'officer-3', released.text);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    await sign(cordon, attempt, 'officer-4', released.text);
    expect(await intend(cordon, attempt, released)).toBe(1);
  });

  test('counts a deputy and whom he stands in for as one, and neither for who proposed the plan', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt, ['officer-1', 'deputy-1', 'deputy-d']);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
    await sign(cordon, attempt, 'officer-2', released.text);
    expect(await intend(cordon, attempt, released)).toBe(1);
  });

  test('is refused once a newer officers file has left out whose word it needs', async () => {
    const own = await createCordon();
    try {
      const attempt = await openAttempt(own, await newWave(own));
      const released = await releasePackage(own, attempt);
      await as(
        own,
        'owner',
        `with v as (insert into cordon.officers (version, document, sha256, signature)
           values (2, 'second', encode(sha256('second'), 'hex'), 's') returning version)
         insert into cordon.officer (version, officer, keys, may, from_day, to_day)
           select v.version, o.officer, o.keys, o.may, o.from_day, o.to_day
           from v, cordon.officer o where o.officer <> 'officer-2'`,
      );
      await expect(intend(own, attempt, released)).rejects.toMatchObject(unreleased);
      await sign(own, attempt, 'officer-3', released.text);
      expect(await intend(own, attempt, released)).toBe(1);
    } finally {
      await own.drop();
    }
  });

  test('is refused once an officer has said no, however many have released', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    const no = ['refuse', 'no', 'officer-3', keyOf('officer-3'), `s ${attempt.survey}`, ...key(attempt)];
    expect(await as(cordon, 'verifier', recordSql, no)).toEqual([{ fresh: true }]);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
  });

  test.each([
    ['whose time is over', 'past', 'key of past'],
    ['by another key than theirs', 'officer-1', 'key of officer-2'],
    ['whom no file names', 'nobody', 'key of nobody'],
  ])('no release is recorded of somebody %s', async (_, officer, line) => {
    const attempt = await fresh();
    const { text } = await releasePackage(cordon, attempt, []);
    await expect(
      as(cordon, 'verifier', recordSql, ['release', text, officer, line, text, ...key(attempt)]),
    ).rejects.toMatchObject({ code: 'CRD16' });
  });

  test.each([
    ['no officers', '{"declaration":{"release":{"validFor":"P5D"}}}'],
    ['zero officers', '{"declaration":{"release":{"officers":0,"validFor":"P5D"}}}'],
    ['no validity', '{"declaration":{"release":{"officers":2}}}'],
  ])('is refused under a plan that says %s: the gate fails closed', async (_, text) => {
    const wave = await newWave(cordon);
    const document = `${text.slice(0, -1)},"survey":"${wave.survey}"}`;
    await as(
      cordon,
      'owner',
      `insert into cordon.plan (plan_hash, survey, declaration_hash, document, proposed_by) values ($1, $2, 'd', $3, '{d.officer}')`,
      [sha256(document), wave.survey, document],
    );
    const attempt = await openAttempt(cordon, { ...wave, plan: sha256(document) });
    const released = await releasePackage(cordon, attempt, ['officer-1', 'officer-2', 'officer-3']);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject(unreleased);
  });

  test('is recorded once a month: not twice by one attempt, and once by eight at once', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    const answers = await Promise.allSettled(
      Array.from({ length: 8 }, () => intend(cordon, attempt, released)),
    );
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    for (const answer of answers) if (answer.status === 'rejected') expect(answer.reason).toMatchObject(gate);
    expect(await intents(attempt)).toHaveLength(1);
  });

  test('is recorded once a month by the key itself, where no function is asked', async () => {
    const attempt = await fresh();
    await intend(cordon, attempt, await releasePackage(cordon, attempt));
    const second = as(
      cordon,
      'owner',
      `insert into cordon.intent (survey, period, attempt, ordinal, package, statement_sha256) values ($1, $2, $3, 2, 'x', 'x')`,
      key(attempt),
    );
    await expect(second).rejects.toMatchObject({ constraint: 'intent_once_a_month' });
  });

  test('of one month does not stand in the way of another', async () => {
    const wave = await newWave(cordon);
    for (const period of ['2026-10', '2026-11']) {
      const attempt = await openAttempt(cordon, { ...wave, period });
      expect(await intend(cordon, attempt, await releasePackage(cordon, attempt))).toBe(1);
    }
  });

  test('of a closed attempt is refused', async () => {
    const attempt = await fresh();
    const released = await releasePackage(cordon, attempt);
    await as(cordon, 'worker', closeSql, [...key(attempt), 'release-expired', true]);
    await expect(intend(cordon, attempt, released)).rejects.toMatchObject({ code: 'CRD08' });
  });
});

const voided = async (): Promise<{ attempt: OpenAttempt; released: Released }> => {
  const attempt = await fresh();
  const released = await releasePackage(cordon, attempt);
  await intend(cordon, attempt, released);
  await mark(attempt, 'voided');
  return { attempt, released };
};

describe('a voided intent', () => {
  test('lets the same attempt intend again, and stays on record', async () => {
    const { attempt, released } = await voided();
    expect(await intend(cordon, attempt, released)).toBe(2);
    expect((await intents(attempt)).map((intent) => intent['voided'])).toEqual([true, false]);
  });

  test('lets another attempt open and intend', async () => {
    const { attempt } = await voided();
    const next = await openAttempt(cordon, attempt);
    expect(next.attempt).toBe(2);
    expect(await intend(cordon, next, await releasePackage(cordon, next))).toBe(1);
  });

  test('takes no more marks: no byte begins under it', async () => {
    const { attempt } = await voided();
    for (const what of ['first-byte', 'disclosed', 'delivered', 'received', 'voided'])
      await expect(mark(attempt, what)).rejects.toMatchObject(gate);
  });
});

test('of a survey that has ended meanwhile nothing may be sent', async () => {
  const attempt = await fresh();
  const released = await releasePackage(cordon, attempt);
  await cordon.pool('admin').query(
    `insert into cordon.forgone (survey, period, ordinal, because, officer, statement_sha256)
     values ($1, '2020-01', 1, 'survey-ended', 'officer-1', 'of no statement')`,
    [attempt.survey],
  );
  await expect(intend(cordon, attempt, released)).rejects.toMatchObject({ code: 'CRD20' });
  expect(await intents(attempt)).toEqual([]);
});

const intended = async (): Promise<OpenAttempt> => {
  const attempt = await fresh();
  await intend(cordon, attempt, await releasePackage(cordon, attempt));
  return attempt;
};

describe('a mark on an intent', () => {
  test('is new once, and keeps its first time', async () => {
    const attempt = await intended();
    const times = () =>
      as(
        cordon,
        'worker',
        'select first_byte_at, disclosed_at, delivered_at, received_at from cordon.intent where survey = $1',
        [attempt.survey],
      );
    const marks = ['first-byte', 'disclosed', 'delivered', 'received'];
    for (const what of marks) expect(await mark(attempt, what)).toBe(true);
    const before = await times();
    for (const what of marks) expect(await mark(attempt, what)).toBe(false);
    expect(await times()).toEqual(before);
  });

  test('void is refused after disclosure, which stays disclosed', async () => {
    const attempt = await intended();
    await mark(attempt, 'first-byte');
    await mark(attempt, 'disclosed');
    await expect(mark(attempt, 'voided')).rejects.toMatchObject({ constraint: 'intent_void_or_disclosed' });
    expect(await intents(attempt)).toEqual([{ ordinal: 1, begun: true, disclosed: true, voided: false }]);
  });

  test('void after a first byte is refused until an officer has found that nothing arrived', async () => {
    const attempt = await intended();
    await mark(attempt, 'first-byte');
    await expect(mark(attempt, 'voided')).rejects.toMatchObject({ code: 'CRD16' });
    const finds = (finding: string) =>
      as(cordon, 'verifier', recordSql, [
        'settle',
        JSON.stringify({ finding, of: attempt.run }),
        'officer-1',
        keyOf('officer-1'),
        `${finding} of ${attempt.run}`,
        ...key(attempt),
      ]);
    await finds('arrived');
    await expect(mark(attempt, 'voided')).rejects.toMatchObject({ code: 'CRD16' });
    await finds('not-arrived');
    expect(await mark(attempt, 'voided')).toBe(true);
  });

  test.each(['sent', '', null])('that nobody knows is refused: %s', async (what) => {
    const attempt = await intended();
    await expect(mark(attempt, what)).rejects.toMatchObject({ code: 'CRD10' });
    expect(await intents(attempt)).toEqual([{ ordinal: 1, begun: false, disclosed: false, voided: false }]);
  });

  test('needs an intent', async () => {
    await expect(mark(await fresh(), 'first-byte')).rejects.toMatchObject(gate);
  });
});
