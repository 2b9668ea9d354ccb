import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Draw } from '../../sql/draw.ts';
import { leadOf, shorten, ticket, ticketOf } from '../../sql/ticket.ts';

const ids = ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'B-3'];

/** The draw by its definition: every ticket written out, sorted as text. */
const byHand = (seed: string, of: readonly string[], take: number): string[] =>
  of
    .map((id) => ({ id, ticket: ticket(seed, id) }))
    .toSorted((a, b) => (a.ticket < b.ticket ? -1 : 1))
    .slice(0, take)
    .map(({ id }) => id);

const drawn = (seed: string, of: readonly string[], take: number): string[] => {
  const draw = new Draw(seed, take);
  for (const id of of) draw.add(id);
  return draw.ids();
};

test('the published draw: seed 314159 takes B-2 B-3 A-3 A-2 of six', () => {
  expect(drawn('314159', ids, 4)).toEqual(['B-2', 'B-3', 'A-3', 'A-2']);
});

test('the published tickets: examples of the package’s own documentation', () => {
  expect(ticket('01382438112797316654', 'AB-130')).toBe(
    '0.26299714122838008416507544297546663599715395525154425586041245287750224561854',
  );
  expect(ticket('xy()134!g2n', 'cat')).toBe(
    '0.24866413894129579898796850445568128508290132707747976039848637531569373309555',
  );
  expect(shorten('0.9991234567890', 4)).toBe('0.9991234');
  expect(shorten('0.99', 4)).toBe('0.99');
});

const hex = (x: bigint): string => x.toString(16).padStart(64, '0');

test('short decimals are padded and long ones are not cut', () => {
  expect(ticketOf(hex(0n))).toBe(`0.${'0'.repeat(64)}`);
  expect(ticketOf(hex(1n))).toBe(`0.1${'0'.repeat(63)}`);
  expect(ticketOf(hex(10n ** 63n))).toBe(`0.${'0'.repeat(63)}1`);
  expect(ticketOf(hex(2n ** 256n - 1n)).length).toBe(2 + 78);
});

test('a lead is the ticket’s first nine digits, at the edges and for many hashes', () => {
  const edges = [0n, 1n, 10n, 10n ** 9n - 1n, 10n ** 9n, 10n ** 63n - 1n, 10n ** 63n, 2n ** 256n - 1n];
  const many = Array.from({ length: 100_000 }, (_, i) =>
    createHash('sha256').update(String(i)).digest('hex'),
  );
  const wrong = [...edges.map(hex), ...many].filter(
    (hash) => leadOf(hash) !== Number(ticketOf(hash).slice(2, 11)),
  );
  expect(wrong).toEqual([]);
});

test('however many ids and however few are taken: the draw is the sorted list of whole tickets', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => `unit ${i}`);
  for (const take of [0, 1, 2, 300, 4_999, 5_000, 9_999])
    expect(drawn('s', many, take)).toEqual(byHand('s', many, take));
});

test('the order in which ids come changes nothing, and more ids only push others out', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 200 }),
      fc.nat(50),
      fc.string(),
      (list, take, seed) => {
        const straight = drawn(seed, list, take);
        expect(drawn(seed, list.toReversed(), take)).toEqual(straight);
        const fewer = list.filter((_, i) => i % 3 !== 0);
        const kept = straight.filter((id) => fewer.includes(id));
        expect(drawn(seed, fewer, take).slice(0, kept.length)).toEqual(kept);
      },
    ),
  );
});
