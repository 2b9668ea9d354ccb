import { expect, test } from 'vitest';
import { nearest } from '../../schemas/nearest.ts';

const words = ['window', 'read', 'recognise', 'opt-outs', 'missing_means', 'boolean'];

test.each([
  ['widnow', 'window'],
  ['Window', 'window'],
  ['recognize', 'recognise'],
  ['opt_outs', 'opt-outs'],
  ['missing-mean', 'missing_means'],
  ['bool', 'boolean'],
])('%s was meant to be %s', (word, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test.each(['elephant', '', 'x', 'window', 'w'.repeat(10_000)])(
  '%.20s was meant to be none of them',
  (word) => {
    expect(
      nearest(
        word,
        words.filter((each) => each !== word),
      ),
    ).toBeUndefined();
  },
);
