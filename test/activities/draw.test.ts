// The draw between surveys, and what stays of it: nobody is drawn twice, every draw can be drawn again, every one
// sent has a weight.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Opened, Ref, WaveKey } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import { ledgerCheckpointCommand, ledgerKeyCommand } from '../../worker/ledger-checkpoint.ts';
import { proofCommand } from '../../worker/ledger-prove.ts';
import { recheckCommand } from '../../worker/recheck.ts';
import { redraw } from '../../worker/redraw.ts';
import { needsSampler } from '../tools.ts';
import { tooLong } from '../worker/command.ts';
import type { Hands } from './hands.ts';
import { openHands, value } from './hands.ts';

let hands: Hands;
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const folder = mkdtempSync(join(tmpdir(), 'cordon-draw-'));
beforeAll(async () => {
  hands = await openHands();
  await hands.survey('another-survey');
  await hands.survey('any-survey', [
    ['  - { reason: surveyed-recently, when: { in_register: contacts, within: P12M } }\n', ''],
    ['removes_nothing: [opted-out, surveyed-recently]', 'removes_nothing: [opted-out]'],
  ]);
  await hands.survey('dice-survey', [['promote: before-packaging', 'promote: never\n  seed: dice']]);
  await hands.survey('beacon-survey', [
    [
      'promote: before-packaging',
      "promote: never\n  seed: { public: { source: 'a beacon, in hexadecimal digits', date: 2026-01-01 } }",
    ],
  ]);
  await hands.survey('named-survey', [
    [
      'promote: before-packaging',
      `promote: never\n  seed: { public: { source: 'a beacon, in hexadecimal digits', date: ${tomorrow} } }`,
    ],
  ]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await hands.close();
});

/** Telephone numbers come round again after ten months: whom one test has drawn must be free in the next. */
afterEach(async () => {
  await hands.query(
    "update cordon.attempt set closed_at = now(), outcome = 'cancelled' where closed_at is null",
  );
});

const stagingOf = ({ survey, period }: WaveKey, attempt = 1): string =>
  `wave_${survey.replaceAll('-', '_')}_${period.replace('-', '')}_${String(attempt)}`;

const screened = async (wave: WaveKey): Promise<{ opened: Opened; screened: Ref<'screened'> }> => {
  const opened = await hands.open(wave);
  return { opened, screened: await hands.upTo(opened, 'screen') };
};

/** keys of whom a wave has drawn, the reserve too */
const people = async (wave: WaveKey): Promise<string[]> =>
  (await hands.query<{ ref: string }>(`select key[1] as ref from ${stagingOf(wave)}.sampled order by 1`)).map(
    ({ ref }) => ref,
  );

const counts = async (wave: WaveKey) =>
  (
    await hands.query(
      `select frame::int, sample::int, reserve::int, withheld::int, not_drawn::int from cordon.waterfall
       where (survey, period) = ($1, $2)`,
      [wave.survey, wave.period],
    )
  )[0];

const checksOf = async (wave: WaveKey) =>
  (await withConnection(hands.installation.urls.auditor, 'recheck', (db) => redraw(db, wave))).map(
    ({ checks }) => checks.filter(({ ok }) => !ok).map(({ check }) => check),
  );

describe('two surveys over one month of people', () => {
  test('that draw in the same second draw nobody twice, whichever comes second', async () => {
    const one = await hands.month(40);
    const two = { ...one, survey: 'another-survey' };
    const [first, second] = [await screened(one), await screened(two)];
    const answers = await Promise.all([
      hands.acts.sample(first.screened),
      hands.acts.sample(second.screened),
    ]);
    expect(answers.map((answer) => value(answer).rows)).toEqual([12, 12]);
    const [mine, theirs] = [await people(one), await people(two)];
    expect([mine.length, theirs.length]).toEqual([18, 18]);
    expect(mine.filter((ref) => theirs.includes(ref))).toEqual([]);
    // whoever came second says whom it left out, by number in the account and by frame id in public
    const withheld = [await counts(one), await counts(two)].map((c) => c?.['withheld']);
    expect(withheld.toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 18]);
    expect(await hands.query('select from cordon.waterfall_unbalanced')).toEqual([]);
    expect([...(await checksOf(one)), ...(await checksOf(two))]).toEqual([[], []]);
  });

  test('one after the other leave each other’s people alone until a wave dies; then they are free again', async () => {
    const one = await hands.month(30);
    const two = { ...one, survey: 'another-survey' };
    const first = await screened(one);
    value(await hands.acts.sample(first.screened));
    const second = await screened(two);
    await hands.acts.closeAttempt({ ...one, attempt: 1, outcome: 'cancelled' });
    value(await hands.acts.sample(second.screened));
    expect(await counts(two)).toMatchObject({ withheld: 0, sample: 12, reserve: 6 });

    // and the wave that died draws again, from whom the other has not drawn
    const again = await hands.open(one, 'second');
    value(await hands.acts.sample(await hands.upTo(again, 'screen')));
    const mine = await hands.query<{ ref: string }>(`select key[1] as ref from ${stagingOf(one, 2)}.sampled`);
    const theirs = await people(two);
    expect(mine.length).toBe(12);
    expect(mine.filter(({ ref }) => theirs.includes(ref))).toEqual([]);
    // the thrown away draw is still told: two seeds, two draws, one of them of an attempt that was cancelled
    expect((await hands.leaves(one, 'seed-drawn')).map((l) => l['attempt'])).toEqual([1, 2]);
    expect((await hands.leaves(one, 'sampled')).map((l) => l['attempt'])).toEqual([1, 2]);
    expect((await hands.leaves(one, 'attempt-closed')).map((l) => l['outcome'])).toEqual(['cancelled']);
    expect(await checksOf(one)).toEqual([[], []]);
  });

  test('a person whom another survey disclosed after the screening is not drawn, though that wave is closed', async () => {
    const one = await hands.month(30);
    const two = { ...one, survey: 'another-survey' };
    const second = await screened(two);
    const first = await hands.open(one);
    await hands.upTo(first, 'transfer');
    const sent = await hands.query<{ ref: string }>(
      `select key[1] as ref from ${stagingOf(one)}.sampled where state = 'in'`,
    );
    await hands.acts.closeAttempt({ ...one, attempt: 1, outcome: 'delivered' });
    value(await hands.acts.sample(second.screened));
    const theirs = await people(two);
    expect(sent.filter(({ ref }) => theirs.includes(ref))).toEqual([]);
    expect(await counts(two)).toMatchObject({ withheld: 12 });
  });

  test('a survey without the rule draws whom it likes, and PostgreSQL refuses an overlap to one that has it', async () => {
    const one = await hands.month(20);
    const any = { ...one, survey: 'any-survey' };
    value(await hands.acts.sample((await screened(one)).screened));
    value(await hands.acts.sample((await screened(any)).screened));
    expect(await counts(any)).toMatchObject({ withheld: 0, sample: 12 });
    const mine = await people(one);
    expect((await people(any)).filter((ref) => mine.includes(ref)).length).toBeGreaterThan(0);
    await expect(
      hands.query('select cordon.reserve_drawn($1, $2, 1)', [one.survey, one.period]),
    ).rejects.toMatchObject({ code: 'CRD12' });
  });

  test('the reservation is nowhere but in the staging schema, unlogged, and goes with it', async () => {
    const one = await hands.month(24);
    value(await hands.acts.sample((await screened(one)).screened));
    const held = () =>
      hands.query(
        'select distinct tableoid::regclass::text as at from cordon.reservation where period = $1',
        [one.period],
      );
    expect(await held()).toEqual([{ at: `${stagingOf(one)}.reserved` }]);
    await hands.acts.closeAttempt({ ...one, attempt: 1, outcome: 'cancelled' });
    const { copies } = await hands.acts.copies(one);
    value(await hands.acts.purge({ id: copies.find(({ kind }) => kind === 'staging')?.id ?? 0 }));
    expect(await held()).toEqual([]);
  });
});

describe('a draw that is done', () => {
  let wave: WaveKey;
  beforeAll(async () => {
    wave = await hands.month(60);
    await hands.upTo(await hands.open(wave), 'transfer');
  });

  test('came after its seed, and the seed after the frame, by the numbers of the ledger', async () => {
    const rows = await hands.query<{ type: string; leaf: Record<string, unknown> }>(
      `select l.leaf->>'type' as type, l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
       where l.leaf->>'survey' = $1 and l.leaf->>'period' = $2
         and l.leaf->>'type' in ('frame-committed', 'seed-drawn', 'sampled') order by e.index`,
      [wave.survey, wave.period],
    );
    expect(rows.map(({ type }) => type)).toEqual(['frame-committed', 'seed-drawn', 'sampled']);
    const [frame, seed, draw] = rows.map(({ leaf }) => leaf);
    expect(seed).toMatchObject({ source: 'system', frameRoot: frame?.['root'] });
    expect(draw?.['seed']).toBe(seed?.['seed']);
  });

  test('gives every one sent a weight, and the weights add up to whoever could be drawn, stratum by stratum', async () => {
    const rows = await hands.query<{ stratum: string; sum: number; available: number; chance: number }>(
      `select a.stratum, sum(a.weight)::float8 as sum, w.available::int, (w.inclusion_probability * w.design_weight)::float8 as chance
       from cordon.analysis a join cordon.stratum_weight w using (survey, period, stratum)
       where (a.survey, a.period) = ($1, $2) group by 1, 3, 4 order by 1`,
      [wave.survey, wave.period],
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { sum, available, chance } of rows) {
      expect(sum).toBeCloseTo(available, 9);
      expect(chance).toBeCloseTo(1, 12);
    }
    const all = (await counts(wave)) as { frame: number; withheld: number };
    expect(rows.reduce((n, { sum }) => n + sum, 0)).toBeCloseTo(all.frame - all.withheld, 9);
  });

  test('leaves an analysis copy of reference, stratum and weight alone, under its clock and its owner', async () => {
    const columns = await hands.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'cordon.analysis'::regclass and attnum > 0`,
    );
    expect(columns.map(({ name }) => name)).toEqual(['survey', 'period', 'survey_ref', 'stratum', 'weight']);
    const [copy] = await hands.query(
      `select due_at > now() + interval '23 months' as kept from cordon.copy
       where kind = 'analysis' and (survey, period) = ($1, $2)`,
      [wave.survey, wave.period],
    );
    expect(copy).toEqual({ kept: true });
    const opened = await hands.leaves(wave, 'copy-opened');
    expect(opened.find((leaf) => leaf['kind'] === 'analysis')).toMatchObject({ owner: 'insight-team' });
  });

  test('is drawn again by the auditor, to the same people', async () => {
    const said: string[] = [];
    const env = { CORDON_AUDITOR_URL: hands.installation.urls.auditor };
    const code = await recheckCommand(`wave/${wave.survey}/${wave.period}`, {}, env, (line) =>
      said.push(line),
    );
    expect(code).toBe(0);
    expect(said.filter((line) => line.startsWith('  yes'))).toHaveLength(6);
    expect(tooLong(said.join('\n'))).toEqual([]);
  });

  test.each([
    [
      'a unit that was not in the frame',
      'the public frame has the root of the ledger',
      (w: WaveKey) =>
        hands.query(
          `insert into copies."frame_${w.survey.replaceAll('-', '_')}_${w.period.replace('-', '')}_1_1" values ($1, $2, 1, 'ffff', 'x')`,
          [w.survey, w.period],
        ),
    ],
    [
      'somebody said to be with another survey',
      'those withheld are of the frame, and as the ledger says',
      (w: WaveKey) =>
        hands.query(
          `insert into cordon.withheld select survey, period, attempt, frame_id, stratum from cordon.public_frame
         where (survey, period) = ($1, $2) limit 1`,
          [w.survey, w.period],
        ),
    ],
  ])('does not stand when the database gains %s', async (_, check, tamper) => {
    const other = await hands.month(30);
    await hands.upTo(await hands.open(other), 'sample');
    expect(await checksOf(other)).toEqual([[]]);
    await tamper(other);
    expect((await checksOf(other))[0]).toContain(check);
  });

  test('is drawn again by a stranger, by the lines of the bundle’s README and the published package', async (ctx) => {
    const python = needsSampler(ctx);
    const bundle = join(folder, 'bundle');
    const env = { CORDON_AUDITOR_URL: hands.installation.urls.auditor };
    const id = `wave/${wave.survey}/${wave.period}`;
    expect(await recheckCommand(id, { bundle }, env, () => undefined)).toBe(0);
    const lines = /```python\n(.*?)```/s.exec(readFileSync(join(bundle, 'README.md'), 'utf8'))?.[1] ?? '';
    const run = (): string =>
      execFileSync(python, ['-c', lines], { cwd: bundle, encoding: 'utf8', stdio: 'pipe' });
    const drawn = await hands.query<{ line: string }>(
      `select concat_ws(E'\t', stratum, rank, frame_id) as line from ${stagingOf(wave)}.sampled
       order by stratum collate "C", rank`,
    );
    expect(run()).toBe(drawn.map(({ line }) => `${line}\n`).join(''));
    // and they do notice: another seed, another frame
    const change = (name: string, to: (text: string) => string): void => {
      const file = join(bundle, name);
      const was = readFileSync(file, 'utf8');
      writeFileSync(file, to(was));
      expect(run, name).toThrow(/AssertionError/);
      writeFileSync(file, was);
    };
    change('seed.txt', (seed) => `${seed}0`);
    change('frame.csv', (frame) => frame.split('\n').toSpliced(3, 1).join('\n'));
    change('sizes.csv', (sizes) =>
      sizes.replace(/(\d+),(\d+)\n/, (_, a: string, b: string) => `${Number(a) + 1},${b}\n`),
    );
    await expect(recheckCommand(id, { bundle }, env, () => undefined)).rejects.toThrow('INPUT');
  });

  test('is proved to have been said by the ledger, to a stranger with a checkpoint and the lines of the README', async (ctx) => {
    const python = needsSampler(ctx);
    const { env } = hands.installation;
    const bundle = join(folder, 'proved');
    const kept = join(folder, 'kept');
    const key = join(folder, 'ledger.key');
    await ledgerCheckpointCommand({ to: kept }, env, () => undefined);
    ledgerKeyCommand(env, (line) => writeFileSync(key, `${line}\n`));
    const [name = ''] = readdirSync(kept);
    const flags = { bundle, checkpoint: join(kept, name), key };
    const id = `wave/${wave.survey}/${wave.period}`;
    await expect(recheckCommand(id, { bundle, key }, env, () => undefined)).rejects.toThrow('INPUT');
    expect(await recheckCommand(id, flags, env, () => undefined)).toBe(0);
    const readme = readFileSync(join(bundle, 'README.md'), 'utf8');
    const [, lines = ''] = [...readme.matchAll(/```python\n(.*?)```/gs)].map(([, text = '']) => text);
    const run = (): string =>
      execFileSync(python, ['-c', lines], { cwd: bundle, encoding: 'utf8', stdio: 'pipe' });
    expect(run().trimEnd().split('\n')).toHaveLength(3);
    const proofs = readdirSync(bundle).filter((file) => file.endsWith('.proof'));
    expect(proofs).toHaveLength(3);
    for (const proof of proofs)
      expect(
        await proofCommand(join(bundle, proof), { key: join(bundle, 'ledger.key') }, () => undefined),
      ).toBe(0);
    const [first = ''] = proofs;
    const was = readFileSync(join(bundle, first), 'utf8');
    writeFileSync(join(bundle, first), was.replace(/"at\\":\\"20/, '"at\\":\\"21'));
    expect(run).toThrow(/AssertionError/);
  });

  test('tells a stranger nothing about a person: no token, no key, no officer', async () => {
    const bundle = join(folder, 'silent');
    const env = { CORDON_AUDITOR_URL: hands.installation.urls.auditor };
    await recheckCommand(`wave/${wave.survey}/${wave.period}`, { bundle }, env, () => undefined);
    const text = ['README.md', 'frame.csv', 'withheld.csv', 'sizes.csv', 'seed.txt', 'ledger.txt']
      .map((name) => readFileSync(join(bundle, name), 'utf8'))
      .join('\n');
    const staged = await hands.query<{ key: string[]; tokens: string[] }>(
      `select key, array(select encode(t, 'hex') from unnest(phone_tokens || person_tokens || reference_tokens) t) as tokens
       from ${stagingOf(wave)}.sampled`,
    );
    for (const { key, tokens } of staged)
      for (const secret of [...key, ...tokens]) expect(text).not.toMatch(new RegExp(`\\b${secret}\\b`));
    expect(text).not.toMatch(/\b[a-z]\.officer\b/);
  });
});

describe('a seed that is typed', () => {
  const [ones, twos] = ['1'.repeat(20), '2345678901'.repeat(2)];
  const type = async (wave: WaveKey, officer: 'a.officer' | 'b.officer' | 'c.officer', digits: string) => {
    const key = { ...wave, attempt: 1 };
    return hands.acts.typeSeed({ ...key, ...(await hands.signed(officer, 'seed', { ...key, digits })) });
  };
  const month = async (survey: string): Promise<WaveKey> => ({ ...(await hands.month(30)), survey });

  test('is asked for with the frame, made of two officers’ digits in their order, and then drawn with', async () => {
    const wave = await month('dice-survey');
    const { screened: frame } = await screened(wave);
    expect(frame.awaits).toBe('dice');
    expect(await hands.acts.sample(frame)).toMatchObject({ ok: false, refusal: { code: 'SEED_ORDER' } });
    expect(await type(wave, 'b.officer', twos)).toEqual({ ok: true, value: { officers: 1 } });
    // one officer is not two
    expect(await type(wave, 'b.officer', ones)).toMatchObject({ refusal: { code: 'SEED_ORDER' } });
    expect(await hands.acts.sample(frame)).toMatchObject({ ok: false });
    expect(await type(wave, 'a.officer', ones)).toEqual({ ok: true, value: { officers: 2 } });
    value(await hands.acts.sample(frame));
    const [awaited] = await hands.leaves(wave, 'seed-awaited');
    const [root] = await hands.leaves(wave, 'frame-committed');
    expect(awaited).toMatchObject({ source: 'dice', frameRoot: root?.['root'] });
    expect(await hands.leaves(wave, 'seed-drawn')).toMatchObject([
      { seed: `${twos}${ones}`, source: 'dice' },
    ]);
    expect(await hands.leaves(wave, 'seed-typed')).toMatchObject([
      { officer: 'b.officer', digitsSha256: createHash('sha256').update(twos).digest('hex') },
      { officer: 'a.officer' },
    ]);
    expect(await checksOf(wave)).toEqual([[]]);
  });

  test('has no digits of an officer who may not sign any more', async () => {
    const wave = await month('dice-survey');
    await screened(wave);
    value(await type(wave, 'a.officer', ones));
    const may = (change: string) =>
      hands.query(`alter table cordon.officer disable trigger user;
        update cordon.officer set may = ${change} where officer = 'a.officer';
        alter table cordon.officer enable trigger user`);
    await may(`array_remove(may, 'seed')`);
    try {
      expect(await type(wave, 'b.officer', twos)).toMatchObject({ value: { officers: 1 } });
      expect(await type(wave, 'c.officer', '7'.repeat(20))).toMatchObject({ value: { officers: 2 } });
    } finally {
      await may(`may || '{seed}'::text[]`);
    }
    expect(await hands.leaves(wave, 'seed-drawn')).toMatchObject([{ seed: `${twos}${'7'.repeat(20)}` }]);
  });

  test('comes after the frame: before it PostgreSQL takes no digits, and afterwards it keeps the first seed', async () => {
    const wave = await month('dice-survey');
    const opened = await hands.open(wave);
    expect(await type(wave, 'a.officer', ones)).toMatchObject({ refusal: { code: 'SEED_ORDER' } });
    await hands.upTo(opened, 'screen');
    value(await type(wave, 'a.officer', ones));
    value(await type(wave, 'b.officer', twos));
    value(await type(wave, 'c.officer', '7'.repeat(20)));
    const [attempt] = await hands.query('select seed from cordon.attempt where (survey, period) = ($1, $2)', [
      wave.survey,
      wave.period,
    ]);
    expect(attempt).toEqual({ seed: `${ones}${twos}` });
    expect(await hands.leaves(wave, 'seed-drawn')).toHaveLength(1);
  });

  test('is refused where the generator makes it', async () => {
    const wave = await hands.month(30);
    await screened(wave);
    expect(await type(wave, 'a.officer', ones)).toMatchObject({ refusal: { code: 'SEED_ORDER' } });
  });

  test('when public, is named with its day in the ledger beforehand, and taken on that day from two who agree', async () => {
    const wave = await month('named-survey');
    const { screened: frame } = await screened(wave);
    expect(await hands.leaves(wave, 'seed-awaited')).toMatchObject([
      { source: 'public', named: 'a beacon, in hexadecimal digits', date: tomorrow },
    ]);
    const beacon = 'ab'.repeat(64);
    expect(await type(wave, 'a.officer', beacon)).toMatchObject({ refusal: { code: 'SEED_ORDER' } });
    // the day comes
    await hands.query(`create or replace function cordon.declared_seed(in_survey text, in_period text, in_attempt int) returns jsonb
      language sql stable set search_path = pg_catalog, pg_temp as
      $$ select jsonb_build_object('by', 'public', 'date', current_date) $$`);
    await hands.query("update cordon.attempt set framed_at = now() - interval '2 days' where survey = $1", [
      wave.survey,
    ]);
    value(await type(wave, 'a.officer', beacon));
    expect(await type(wave, 'b.officer', 'ac'.repeat(64))).toEqual({ ok: true, value: { officers: 1 } });
    expect(await type(wave, 'b.officer', beacon)).toEqual({ ok: true, value: { officers: 2 } });
    value(await hands.acts.sample(frame));
    expect(await hands.leaves(wave, 'seed-drawn')).toMatchObject([{ seed: beacon, source: 'public' }]);
    expect(await checksOf(wave)).toEqual([[]]);
  });

  test('when public and known already, stops the wave before it has a frame', async () => {
    const wave = await month('beacon-survey');
    const opened = await hands.open(wave);
    expect(await hands.acts.screen(await hands.upTo(opened, 'extract'))).toMatchObject({
      ok: false,
      refusal: { code: 'SEED_ORDER' },
    });
    expect(await hands.leaves(wave, 'frame-committed')).toEqual([]);
  });
});
