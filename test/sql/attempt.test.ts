import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outcomes } from '../../schemas/ref.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import type { OpenAttempt, Opening } from './wave.ts';
import { as, closeSql, key, newWave, openAttempt, openingSql, openingValues, sha256 } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

const fresh = async (): Promise<OpenAttempt> => openAttempt(cordon, await newWave(cordon));

const opening = async (...values: Parameters<typeof openingValues>): Promise<Opening> => {
  const [row] = await as<Opening & Record<string, unknown>>(
    cordon,
    'worker',
    openingSql,
    openingValues(...values),
  );
  if (!row) throw new Error('no attempt');
  return row;
};

const states = (wave: { survey: string }) =>
  as(
    cordon,
    'worker',
    `select a.attempt, a.outcome, c.state, c.due_at <= now() as due from cordon.attempt a
     left join cordon.copy c on c.place = a.staging where a.survey = $1 order by 1`,
    [wave.survey],
  );

describe('an attempt', () => {
  test('opens once for one run and ordinal: asked again, it answers the same and makes nothing', async () => {
    const wave = await newWave(cordon);
    const first = await opening(wave, 'run-1', 1);
    const again = await opening(wave, 'run-1', 1);
    expect(first).toMatchObject({ attempt: 1, opened: true, superseded: null });
    expect(again).toEqual({ attempt: 1, opened: false, superseded: null, nonce: first.nonce, copy_id: null });
    expect(await states(wave)).toEqual([{ attempt: 1, outcome: null, state: 'live', due: false }]);
  });

  test('keeps only the hash of its nonce outside staging', async () => {
    const wave = await newWave(cordon);
    const { nonce } = await opening(wave, wave.survey, 1);
    const [row] = await as<{ nonce_sha256: string }>(
      cordon,
      'worker',
      'select nonce_sha256 from cordon.attempt where survey = $1',
      [wave.survey],
    );
    expect(row?.nonce_sha256).toBe(sha256(Buffer.from(nonce ?? '', 'hex')));
  });

  test('supersedes the one that is open, whose staging is then due at once', async () => {
    const wave = await newWave(cordon);
    await opening(wave, wave.survey, 1);
    expect(await opening(wave, wave.survey, 2)).toMatchObject({ attempt: 2, opened: true, superseded: 1 });
    expect(await states(wave)).toEqual([
      { attempt: 1, outcome: 'superseded', state: 'live', due: true },
      { attempt: 2, outcome: null, state: 'live', due: false },
    ]);
  });

  test('does not touch another month or survey', async () => {
    const [wave, other] = [await newWave(cordon), await newWave(cordon)];
    await opening(wave, wave.survey, 1);
    await opening(other, other.survey, 1);
    await opening({ ...wave, period: '2026-11' }, wave.survey, 2);
    expect((await states(wave)).concat(await states(other))).toEqual(
      Array.from({ length: 3 }, () => ({ attempt: 1, outcome: null, state: 'live', due: false })),
    );
  });

  test('that was closed is not opened again by the start that opened it', async () => {
    const wave = await newWave(cordon);
    await opening(wave, wave.survey, 1);
    await opening(wave, wave.survey, 2);
    await expect(opening(wave, wave.survey, 1)).rejects.toMatchObject({ code: 'CRD08' });
    expect(await states(wave)).toHaveLength(2);
  });

  test('of one run is not found by a wave that is not its own', async () => {
    const [wave, other] = [await newWave(cordon), await newWave(cordon)];
    await opening(wave, wave.survey, 1);
    await expect(opening(other, wave.survey, 1)).rejects.toMatchObject({ code: 'CRD10' });
  });

  test('is not opened under another survey’s plan', async () => {
    const [wave, other] = [await newWave(cordon), await newWave(cordon)];
    await expect(opening({ ...wave, plan: other.plan }, wave.survey, 1)).rejects.toMatchObject({
      constraint: 'attempt_plan_is_of_survey',
    });
    expect(await states(wave)).toEqual([]);
  });

  test('is open once after eight openers at once; the others were superseded, and none is lost', async () => {
    const wave = await newWave(cordon);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => opening(wave, `${wave.survey}-${n}`, 1)),
    );
    expect(answers.map((answer) => answer.attempt).toSorted((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(await states(wave)).toEqual([
      ...Array.from({ length: 7 }, (_, n) => ({
        attempt: n + 1,
        outcome: 'superseded',
        state: 'live',
        due: true,
      })),
      { attempt: 8, outcome: null, state: 'live', due: false },
    ]);
  });

  test('is one after eight starts of the same run at once', async () => {
    const wave = await newWave(cordon);
    const answers = await Promise.all(Array.from({ length: 8 }, () => opening(wave, wave.survey, 1)));
    expect(answers.filter((answer) => answer.opened)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.nonce)).size).toBe(1);
    expect(await states(wave)).toEqual([{ attempt: 1, outcome: null, state: 'live', due: false }]);
  });

  test('whose staging a crash has emptied answers without a nonce, and is not opened anew', async () => {
    const attempt = await fresh();
    await as(cordon, 'admin', `truncate ${attempt.staging}.nonce`);
    expect(await opening(attempt, attempt.run, 1)).toMatchObject({ attempt: 1, opened: false, nonce: null });
    await as(cordon, 'admin', `drop schema ${attempt.staging} cascade`);
    expect(await opening(attempt, attempt.run, 1)).toMatchObject({ attempt: 1, opened: false, nonce: null });
  });

  test('whose staging cannot be made leaves no trace', async () => {
    const wave = await newWave(cordon);
    const bad = [{ name: 'intake', columns: [{ name: 'key', type: 'xml', statistics: false }] }];
    await expect(opening(wave, wave.survey, 1, bad)).rejects.toMatchObject({ code: 'CRD10' });
    expect(await states(wave)).toEqual([]);
    expect(
      await as(cordon, 'admin', 'select 1 from pg_namespace where nspname = cordon.staging_name($1, $2, 1)', [
        wave.survey,
        wave.period,
      ]),
    ).toEqual([]);
  });

  test('is refused where its staging’s name would be cut', async () => {
    const wave = await newWave(cordon);
    const survey = `long-${'x'.repeat(50)}`;
    const document = `{"survey":"${survey}"}`;
    await as(
      cordon,
      'owner',
      `insert into cordon.plan (plan_hash, survey, declaration_hash, document, proposed_by) values ($1, $2, 'd', $3, '{d.officer}')`,
      [sha256(document), survey, document],
    );
    await expect(opening({ ...wave, survey, plan: sha256(document) }, survey, 1)).rejects.toMatchObject({
      code: 'CRD10',
    });
  });

  test('closes once, with an outcome that schemas/ref.ts knows, and no other', async () => {
    const known = [...Object.keys(outcomes), 'stale-staging', 'superseded'];
    for (const outcome of known) {
      const attempt = await fresh();
      expect(await as(cordon, 'worker', closeSql, [...key(attempt), outcome, false])).toEqual([
        { closed: true },
      ]);
      expect(await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true])).toEqual([
        { closed: false },
      ]);
      expect(await states(attempt)).toEqual([{ attempt: 1, outcome, state: 'live', due: false }]);
    }
    const attempt = await fresh();
    await expect(as(cordon, 'worker', closeSql, [...key(attempt), 'done', false])).rejects.toMatchObject({
      constraint: 'attempt_outcome_is_known',
    });
    const [constraint] = await as<{ text: string }>(
      cordon,
      'admin',
      `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'attempt_outcome_is_known'`,
    );
    const said = [...(constraint?.text ?? '').matchAll(/'([a-z-]+)'/g)].map(([, word]) => word);
    expect(new Set(said)).toEqual(new Set(known));
  });

  test('that closes with nothing to keep makes staging and package due, and a longer clock no longer', async () => {
    const attempt = await fresh();
    await as(cordon, 'worker', closeSql, [...key(attempt), 'failed', true]);
    expect(await states(attempt)).toEqual([{ attempt: 1, outcome: 'failed', state: 'live', due: true }]);
  });

  test('keeps its first instant of draw and its first seed, and no seed before the frame’s root', async () => {
    const attempt = await fresh();
    const drawn = async () =>
      (
        await as<{ at: Date }>(cordon, 'worker', 'select cordon.set_drawn_at($1, $2, $3) as at', key(attempt))
      )[0]?.at;
    const seed = (text: string) =>
      as(cordon, 'worker', 'select * from cordon.set_seed($1, $2, $3, $4)', [...key(attempt), text]);
    expect(await drawn()).toEqual(await drawn());
    await expect(seed('early')).rejects.toMatchObject({ constraint: 'attempt_frame_before_seed' });
    await as(cordon, 'worker', 'select cordon.set_frame_root($1, $2, $3, $4)', [...key(attempt), 'root']);
    expect(await seed('first')).toEqual([{ seed: 'first', is_new: true, frame_root: 'root' }]);
    expect(await seed('second')).toEqual([{ seed: 'first', is_new: false, frame_root: 'root' }]);
    await as(cordon, 'worker', 'select cordon.set_frame_root($1, $2, $3, $4)', [...key(attempt), 'other']);
    expect(await seed('third')).toEqual([{ seed: 'first', is_new: false, frame_root: 'root' }]);
  });
});
