// What is in the wrong hands, told in hours: of one wave, of everything that a company was sent, and of what nobody can
// name any more.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import type { Breach } from '../../worker/breach-make.ts';
import type { BreachFlags } from '../../worker/breach.ts';
import { breachCommand } from '../../worker/breach.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { coded, here, tooLong } from './command.ts';

let hands: Hands;
let first: WaveKey;
let second: WaveKey;
beforeAll(async () => {
  hands = await openHands();
  first = await hands.month();
  await hands.upTo(await hands.open(first), 'transfer');
  second = await hands.month();
  await hands.upTo(await hands.open(second), 'transfer');
  await hands.upTo(await hands.open(await hands.month()), 'minimise');
});
afterAll(() => hands.close());

const hoursAgo = (hours: number): string =>
  `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 16)}Z`;
const ask = (id: string | undefined, flags: Partial<BreachFlags> = {}) =>
  here((say) =>
    breachCommand(id, { aware: hoursAgo(30), officer: 'a.officer', ...flags }, hands.installation.env, say),
  );
const data = async (id: string | undefined, flags: Partial<BreachFlags> = {}): Promise<Breach> =>
  JSON.parse((await ask(id, { ...flags, json: true })).out) as Breach;
const wave = ({ survey, period }: WaveKey) => `wave/${survey}/${period}`;

test('of a wave it says how many, which fields, which file, to whom, and what is left of 72 hours', async () => {
  const said = await ask(wave(first));
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(said.out).toMatch(/^aware {7}.* UTC, 30 hours ago\n/);
  expect(said.out.replaceAll(/\n +/g, ' ')).toMatch(/^notify {6}.*: 41 hours are left$/m);
  expect(said.out).toMatch(/^people {6}12 in 1 file$/m);
  expect(said.out).toMatch(/^ {2}fields {4}survey_ref, title, surname, phone/m);
  expect(said.out).toMatch(/^ {2}destroyed not certified: the company may still hold it$/m);
  expect(tooLong(said.out)).toEqual([]);
  expect((await ask(wave(first), { aware: hoursAgo(73) })).out).toContain('that time is over; say why');
});

test('of a company it is every file that has left, and none that has not; each question is in the ledger', async () => {
  const found = await data(undefined, { processor: 'smsr' });
  expect(found.waves.map(wave)).toEqual([wave(first), wave(second)]);
  expect((await data(undefined, { processor: 'another' })).waves).toEqual([]);
  expect((await ask(undefined, { processor: 'another' })).code).toBe(1);
  const asked = await hands.query<{ leaf: object }>(
    `select l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'command' = 'breach' order by e.index`,
  );
  expect(asked).toHaveLength(5);
  expect(asked[0]?.leaf).toMatchObject({
    type: 'consulted',
    operation: 'consultation',
    officer: 'a.officer',
  });
});

test('the pack has words, data and the references of these people, and no name or number of anybody', async () => {
  const to = join(hands.installation.folder, 'pack');
  await ask(wave(first), { to });
  const [words, json, csv] = await Promise.all(
    ['breach.txt', 'breach.json', 'references.csv'].map((name) => readFile(join(to, name), 'utf8')),
  );
  const refs = await hands.query<{ ref: string }>(
    'select distinct survey_ref as ref from cordon.disclosure_index where period = $1',
    [first.period],
  );
  const [header, ...lines] = (csv ?? '').trimEnd().split('\n');
  expect(header).toBe('survey,period,survey_ref');
  expect(new Set(lines.map((line) => line.split(',')[2]))).toEqual(new Set(refs.map(({ ref }) => ref)));
  const people = await hands.atSource('select surname, phone_mobile from survey.victim_offence');
  for (const text of [words, json, csv])
    for (const { surname, phone_mobile: phone } of people)
      expect([String(surname), String(phone)].some((value) => text?.includes(value))).toBe(false);
});

test('with --people the pack says who they were, by the records system’s own keys, asked of it again', async () => {
  const to = join(hands.installation.folder, 'people');
  coded(await ask(wave(first), { people: true }), 1, 'no folder for who they were');
  const [gone] = await hands.query<{ key: string[] }>(
    `select key from wave_warwickshire_victims_${first.period.replace('-', '')}_1.sampled where state = 'in' limit 1`,
  );
  await hands.atSource('delete from survey.victim_offence where victim_ref = $1', [gone?.key[0]]);
  const said = await ask(wave(first), { to, people: true });
  expect(said.out).toContain("people.csv has the records system's keys of 11 of them");
  expect(tooLong(said.out.replace(/^breach\.txt.*$/m, ''))).toEqual([]);
  const rows = (await readFile(join(to, 'people.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  const drawn = await hands.query<{ ref: string; key: string[] }>(
    `select c.survey_ref as ref, c.key from wave_warwickshire_victims_${first.period.replace('-', '')}_1.contact c
     join wave_warwickshire_victims_${first.period.replace('-', '')}_1.sampled s on s.key = c.key where s.state = 'in'`,
  );
  expect(rows.toSorted()).toEqual(
    drawn
      .map(({ ref, key: [victim, crime] }) =>
        victim === gone?.key[0]
          ? `${first.survey},${first.period},${ref},`
          : `${first.survey},${first.period},${ref},"victim_ref ${victim ?? ''}, crime_no ${crime ?? ''}"`,
      )
      .toSorted(),
  );
});

test('once the index is erased it still says how many, and that nobody can name them', async () => {
  await hands.query(`update cordon.copy set due_at = now() where kind = 'disclosure-index' and period = $1`, [
    first.period,
  ]);
  const { copies } = await hands.acts.dueCopies();
  for (const { id, kind } of copies) if (kind === 'disclosure-index') await hands.acts.purge({ id });
  const found = await data(undefined, { processor: 'smsr' });
  expect(found.waves.map(({ people, told }) => ({ people, told }))).toEqual([
    { people: 12, told: false },
    { people: 12, told: true },
  ]);
});

test('of what has never left it says so', async () => {
  const said = await ask('wave/nowhere/2026-10');
  expect(said).toMatchObject({ code: 1, err: '' });
  expect(said.out).toContain('nothing on record under this name');
});

test.each([
  ['nothing', undefined, {}, 'neither a wave nor a processor'],
  ['both', 'wave/x/2026-10', { processor: 'smsr' }, 'a wave and a processor'],
  ['a time to come', 'wave/x/2026-10', { aware: '2099-01-01T00:00Z' }, 'no time that has been'],
  ['no time', 'wave/x/2026-10', { aware: 'yesterday' }, 'no time that has been'],
])('%s is no question', async (_, id, flags, found) => {
  coded(await ask(id, flags), 1, found);
});
