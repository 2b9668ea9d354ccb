// One reference, explained: on the real source, in words of rules alone, and leaving nothing behind but that somebody
// asked.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '../../activities/explain.ts';
import type { Explanation } from '../../activities/explain.ts';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { ticket } from '../../sql/ticket.ts';
import { readable } from '../../worker/explain.ts';
import { wrap } from '../../worker/wrap.ts';
import { typed } from '../worker/command.ts';
import type { Hands } from './hands.ts';
import { openHands } from './hands.ts';

let hands: Hands;
let wave: WaveKey;
let sampled: Ref<'sampled'>;
let references: string[];
beforeAll(async () => {
  hands = await openHands();
  wave = await hands.month();
  const rows = await hands.atSource('select urn from survey.victim_offence order by victim_ref');
  references = rows.map(({ urn }) => String(urn));
  await hands.atSource(
    'update survey.victim_offence set deceased = true, phone_mobile = null, phone_home = null where urn = $1',
    [references[0]],
  );
  await hands.atSource(`update survey.victim_offence set occurred_on = '1066-10-14' where urn = $1`, [
    references[1],
  ]);
  const extracted = await hands.upTo(await hands.open(wave), 'extract');
  // one row of twenty-four is more than two of a hundred
  const key = { ...wave, attempt: 1 };
  const statement = {
    ...key,
    alarm: 'QUARANTINE_OVER_TOLERANCE',
    because: 'known-event',
    reasons: [''],
  } as const;
  await hands.acts.accept({ ...key, ...(await hands.signed('d.officer', 'accept', statement)) });
  const screened = await hands.acts.screen(extracted);
  const answer = screened.ok ? await hands.acts.sample(screened.value) : screened;
  if (!answer.ok) throw new Error(answer.refusal.code);
  sampled = answer.value;
});
afterAll(() => hands.close());

const ask = (reference: string): Promise<Explanation> =>
  explain(hands.deps, wave, { reference, officer: 'd.officer' });

test('a row that was left out is answered with every rule that matches, and with the one that counts', async () => {
  const found = await ask(references[0] ?? '');
  expect(found).toEqual({
    attempt: 1,
    unreadable: [],
    rows: [{ matched: ['deceased', 'no-usable-phone'], first: 'deceased' }],
    notAsked: ['shared-phone', 'same-person'],
    stagingLives: true,
  });
});

test('a row in quarantine is answered with its code', async () => {
  expect(await ask(references[1] ?? '')).toMatchObject({ unreadable: ['DATE:occurred_on'], rows: [] });
});

test('a reference is found however it is written, and another is not', async () => {
  const written = ` ${(references[0] ?? '').toLowerCase().replace(/(\d)/, ' $1-')} `;
  expect((await ask(written)).rows).toHaveLength(1);
  expect((await ask(`${references[0] ?? ''}0`)).rows).toEqual([]);
});

test('whoever was drawn is answered with rank, ticket and cut-off, as anybody would compute them', async () => {
  const [seed] = await hands.query<{ seed: string; staging: string }>(
    'select seed, staging from cordon.attempt where period = $1',
    [wave.period],
  );
  const drawn = await hands.query<{
    urn: string;
    frame_id: string;
    stratum: string;
    part: string;
    rank: number;
  }>(
    `select key[1] as ref, frame_id, stratum, part, rank from ${seed?.staging ?? ''}.sampled where part = 'sample'`,
  );
  expect(drawn).toHaveLength(sampled.rows);
  const answers = await Promise.all(references.slice(2).map(ask));
  const places = answers.flatMap(({ rows }) => rows.flatMap((row) => (row.drawn ? [row.drawn] : [])));
  const tickets = places.filter(({ part }) => part === 'sample').map((place) => place.ticket);
  expect(tickets.toSorted()).toEqual(drawn.map((row) => ticket(seed?.seed ?? '', row.frame_id)).toSorted());
  for (const { part, ticket: own, cutOff } of places)
    expect([part, own <= cutOff]).toEqual([part, part === 'sample']);
  expect(answers.filter(({ rows }) => rows[0]?.drawn === undefined).length).toBeGreaterThan(0);
});

test('every question is a leaf of consultation that names nobody, and its tables are gone with it', async () => {
  const before = (await hands.leaves(wave, 'consulted')).length;
  await ask(references[0] ?? '');
  await ask('no such reference');
  const leaves = (await hands.leaves(wave, 'consulted')).slice(before);
  expect(leaves).toMatchObject([
    { operation: 'consultation', command: 'explain', officer: 'd.officer', found: true },
    { operation: 'consultation', found: false },
  ]);
  expect(JSON.stringify(leaves)).not.toContain(references[0]);
  const temporary = await hands.query(
    `select relname from pg_class where relname in ('recheck', 'arrived') and relpersistence = 't'`,
  );
  expect(temporary).toEqual([]);
});

test('the command takes the reference from standard input, never echoes it, and says no with code 1', async () => {
  const { env } = hands.installation;
  const id = `${wave.survey}/${wave.period}`;
  const found = await typed(['explain', id, '--officer', 'd.officer'], env, {
    input: `${references[0] ?? ''}\n`,
  });
  expect(found).toMatchObject({ code: 0, err: '' });
  expect(found.out).toContain('matched   deceased, no-usable-phone');
  expect(found.out).not.toContain(references[0]);
  const none = await typed(['explain', id, '--officer', 'd.officer', '--json'], env, { input: 'nobody\n' });
  expect(none.code).toBe(1);
  expect(JSON.parse(none.out)).toMatchObject({ rows: [], unreadable: [] });
  const two = await typed(['explain', id, '--officer', 'd.officer'], env, { input: 'a\nb\n' });
  expect(two.code).toBe(1);
  expect(two.err).toContain('one reference on one line');
});

test('once staging is erased it says so, and still asks the rules', async () => {
  await hands.acts.closeAttempt({ ...wave, attempt: 1, outcome: 'refused' });
  const [copy] = await hands.query<{ id: string }>(
    `select id from cordon.copy where kind = 'staging' and period = $1`,
    [wave.period],
  );
  await hands.acts.purge({ id: Number(copy?.id) });
  const found = await ask(references[2] ?? '');
  expect(found).toMatchObject({ stagingLives: false, rows: [{ matched: [] }] });
  expect(found.rows[0]?.drawn).toBeUndefined();
});

test('what is shown stays within eighty columns', () => {
  const drawn = {
    part: 'sample',
    stratum: 'Nuneaton and Bedworth / stalking-harassment',
    rank: 312,
    ticket: `0.${'1'.repeat(76)}`,
    cutOff: `0.${'2'.repeat(76)}`,
    struckBy: 'changed',
  } as const;
  const lines = readable({
    attempt: 1,
    unreadable: ['CAST:born_on'],
    rows: [
      { matched: Array.from({ length: 9 }, (_, i) => `reason-${String(i)}`), first: 'reason-0' },
      { matched: [], drawn },
    ],
    notAsked: ['shared-phone', 'same-person'],
    stagingLives: true,
  }).flatMap((line) => wrap(line, 12));
  // a ticket is copied whole
  expect(lines.filter((line) => line.length > 80 && !line.includes('0.'))).toEqual([]);
});
