// What officers do besides releasing: only what they have signed, once, about this wave, while the file in force lets them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CopyKind } from '../../schemas/leaf.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { createHand, signedBy } from '../../worker/demo/officers.ts';
import type { Hands } from './hands.ts';
import { openHands } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

const no = (code: string) => ({ ok: false, refusal: { code } });
const of = () => hands.installation.hands.of;

describe('a statement', () => {
  test('by a stranger, in another namespace or changed since is none, and the attempt is on record', async () => {
    const wave = await hands.month();
    const { attempt } = await hands.open(wave);
    const statement = { ...wave, attempt, finding: 'arrived' } as const;
    const given = { act: 'settle', ...signedBy(of()['a.officer'], 'settle', statement) } as const;
    const tries = [
      [{ ...given, ...signedBy(createHand('a.officer'), 'settle', statement) }, 'NOT_AN_OFFICER'],
      [{ ...given, signature: of()['a.officer'].sign('{}', 'settle') }, 'SIGNATURE'],
      [{ ...given, signature: of()['a.officer'].sign(JSON.stringify(statement), 'seed') }, 'SIGNATURE'],
      [{ ...given, statement: { ...statement, finding: 'not-arrived' } }, 'SIGNATURE'],
      [{ ...given, statement: { ...statement, attempt: attempt + 1 } }, 'SIGNATURE'],
    ] as const;
    for (const [said, code] of tries) expect(await hands.acts.witness(said)).toMatchObject(no(code));
    expect(await hands.leaves(wave, 'refused')).toHaveLength(tries.length);
    expect(await hands.leaves(wave, 'signed')).toEqual([]);
    expect(await hands.acts.witness(given)).toMatchObject({ value: { officer: 'a.officer' } });
    expect(await hands.acts.witness(given)).toMatchObject({ value: { officer: 'a.officer' } });
    expect(await hands.leaves(wave, 'signed')).toMatchObject([{ act: 'settle', officer: 'a.officer' }]);
  });

  test('of one attempt settles no other', async () => {
    const [one, other] = [await hands.open(await hands.month()), await hands.open(await hands.month())];
    const { survey, period, attempt } = one;
    const by = await hands.signed('a.officer', 'settle', { survey, period, attempt, finding: 'not-arrived' });
    const key = { survey: other.survey, period: other.period, attempt: other.attempt };
    expect(await hands.acts.settle({ ...key, ...by })).toMatchObject(no('NOT_AN_OFFICER'));
  });

  test('that nobody has signed does nothing, whatever the worker says', async () => {
    const wave = await hands.month();
    const { attempt } = await hands.open(wave);
    const by = { officer: 'a.officer', statementSha256: '0'.repeat(64) };
    const key = { ...wave, attempt };
    for (const act of ['accept', 'typeSeed', 'settle'] as const)
      expect(await hands.acts[act]({ ...key, ...by })).toMatchObject({ ok: false });
    expect(await hands.acts.moveClock({ ...wave, ...by })).toMatchObject(no('NOT_AN_OFFICER'));
    for (const call of [
      `cordon.accept_alarm('${wave.survey}', '${wave.period}', 1, 'a.officer', 'x')`,
      `cordon.type_seed('${wave.survey}', '${wave.period}', 1, 'a.officer', 'x')`,
      `cordon.move_clocks('${wave.survey}', '${wave.period}', 'a.officer', 'x')`,
    ])
      await expect(hands.deps.pool.query(`select * from ${call}`)).rejects.toMatchObject({ code: 'CRD16' });
  });

  test('of one wave moves nothing in another', async () => {
    const [one, other] = [await hands.month(), await hands.month()];
    for (const wave of [one, other]) await hands.open(wave);
    const by = await hands.signed('a.officer', 'clock', {
      ...one,
      kind: 'staging',
      to: new Date().toISOString(),
      copies: await standing(one, 'staging'),
    });
    expect(await hands.acts.moveClock({ ...other, ...by })).toMatchObject(no('NOT_AN_OFFICER'));
    await expect(
      hands.deps.pool.query('select * from cordon.move_clocks($1, $2, $3, $4)', [
        other.survey,
        other.period,
        by.officer,
        by.statementSha256,
      ]),
    ).rejects.toMatchObject({ code: 'CRD16' });
    expect(await hands.leaves(other, 'clock-moved')).toEqual([]);
  });
});

const standing = async ({ survey, period }: WaveKey, kind: CopyKind) => {
  const rows = await hands.query<{ attempt: number; due_at: Date }>(
    'select attempt, due_at from cordon.copy where (survey, period, kind) = ($1, $2, $3) order by id',
    [survey, period, kind],
  );
  return rows.map(({ attempt, due_at }) => ({ attempt, dueAt: due_at.toISOString() }));
};
const days = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();

describe('a clock', () => {
  const move = async (
    officer: 'a.officer' | 'b.officer',
    wave: WaveKey,
    to: string,
    copies?: Awaited<ReturnType<typeof standing>>,
  ) => {
    const statement = {
      ...wave,
      kind: 'staging',
      to,
      copies: copies ?? (await standing(wave, 'staging')),
    } as const;
    return hands.acts.moveClock({ ...wave, ...(await hands.signed(officer, 'clock', statement)) });
  };

  test('comes nearer on one word, and goes back on two, neither past what was declared', async () => {
    const wave = await hands.month();
    await hands.open(wave);
    const declared = await standing(wave, 'staging');
    const [near, back] = [days(1), days(2)];
    expect(await move('a.officer', wave, near)).toMatchObject({
      value: { moved: 1, officers: 1, needed: 1 },
    });
    expect(await move('a.officer', wave, back)).toMatchObject({
      value: { moved: 0, officers: 1, needed: 2 },
    });
    expect(await standing(wave, 'staging')).toMatchObject([{ dueAt: near }]);
    // the same officer once more is no second one
    expect(await move('a.officer', wave, back)).toMatchObject({ value: { moved: 0, officers: 1 } });
    expect(await move('b.officer', wave, back)).toMatchObject({ value: { moved: 1, officers: 2 } });
    expect(await standing(wave, 'staging')).toMatchObject([{ dueAt: back }]);
    const past = new Date(Date.parse(declared[0]?.dueAt ?? '') + 1_000).toISOString();
    expect(await move('a.officer', wave, past)).toMatchObject(no('CLOCK_INVALID'));
    expect(await hands.leaves(wave, 'clock-moved')).toMatchObject([
      { to: near, officer: 'a.officer' },
      { to: back, officer: 'b.officer' },
    ]);
  });

  test('is moved by nobody who has read another time, so that no signature serves a second time', async () => {
    const wave = await hands.month();
    await hands.open(wave);
    const stood = await standing(wave, 'staging');
    const [near, nearer] = [days(3), days(1)];
    expect(await move('a.officer', wave, near, stood)).toMatchObject({ value: { moved: 1 } });
    expect(await move('a.officer', wave, nearer)).toMatchObject({ value: { moved: 1 } });
    // the first word again would put it back by one officer
    expect(await move('a.officer', wave, near, stood)).toMatchObject(no('CLOCK_INVALID'));
    await expect(
      hands.deps.pool.query(
        `select * from cordon.move_clock((select id from cordon.copy where (survey, period, kind) = ($1, $2, 'staging')), $3)`,
        [wave.survey, wave.period, near],
      ),
    ).rejects.toMatchObject({ code: 'CRD04' });
    // nor does it once the clock stands there again: it has moved it already
    for (const officer of ['a.officer', 'b.officer'] as const)
      await move(officer, wave, stood[0]?.dueAt ?? '');
    expect(await move('a.officer', wave, near, stood)).toMatchObject(no('CLOCK_INVALID'));
    expect(await standing(wave, 'staging')).toEqual(stood);
  });
});
