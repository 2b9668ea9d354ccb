// A ledger that began before acts were signed stays whole, and nothing unsigned is whole after the first signature.
import { expect, test } from 'vitest';
import type { Leaf } from '../../schemas/leaf.ts';
import { Story } from '../../sql/ledger/story.ts';

const at = '2026-10-16T05:30:00.000Z';
const hash = (digit: string): string => digit.repeat(64);
const wave = { survey: 'general', period: '2026-09', attempt: 1 };
const leaf = (body: object): Leaf => ({ v: 1, at, ...body }) as unknown as Leaf;

const place = 'delivered_general_202609_1_1';
const officers = leaf({ type: 'officers', version: 1, domain: 'p.example', sha256: hash('0'), dpo: 'd.po' });
const applied = { type: 'plan-applied', survey: 'general', planHash: hash('1'), by: 'd.officer' };
const opened = leaf({
  ...wave,
  type: 'copy-opened',
  kind: 'delivered',
  place,
  dueAt: '2027-01-01T00:00:00.000Z',
});
const moved = {
  ...wave,
  type: 'clock-moved',
  kind: 'delivered',
  place,
  to: '2026-12-01T00:00:00.000Z',
  officer: 'a.officer',
};
const signed = leaf({
  ...wave,
  type: 'signed',
  act: 'clock',
  officer: 'a.officer',
  statementSha256: hash('2'),
  signatureSha256: hash('3'),
});
const attempt = leaf({ ...wave, type: 'attempt-opened', planHash: hash('1') });

const tell = (...leaves: readonly Leaf[]) => {
  const story = new Story();
  return { story, faults: leaves.map((each) => story.tell(each).map(({ found }) => found)) };
};

test('what officers did before any act was signed is no fault, and after the first signature it is one', () => {
  const { faults } = tell(officers, leaf(applied), attempt, opened, leaf(moved), signed, leaf(moved));
  expect(faults.slice(0, -1).flat()).toEqual([]);
  expect(faults.at(-1)).toEqual(['clock-moved by a.officer, who has not signed it']);
});

test('a review is decided by who has signed it, kept longer by two and no longer than was declared', () => {
  const signs = (act: string, officer: string) =>
    leaf({ type: 'signed', act, officer, statementSha256: hash('2'), signatureSha256: hash('3') });
  const copy = { ...wave, kind: 'contacts', place: 'contacts_general_202609_1_1' };
  const [first, then, last] = ['2027-11-01', '2028-01-01', '2028-11-01'].map((day) => `${day}T00:00:00.000Z`);
  const kept = leaf({ ...copy, type: 'copy-opened', dueAt: first, reviewAt: at, extendableTo: then });
  const disposed = {
    ...copy,
    type: 'disposed',
    decision: 'extend',
    because: 'audit',
    statementSha256: hash('2'),
  };
  const decided = (from: string | undefined, to: string | undefined, ...officers: string[]) =>
    leaf({ ...disposed, from, to, reviewAt: to, officers });
  const before = [officers, leaf(applied), attempt, kept, signs('dispose', 'a.o'), signs('dispose', 'b.o')];
  const said = (...leaves: readonly Leaf[]) => tell(...before, ...leaves).faults.at(-1);
  expect(said(decided(first, then, 'a.o', 'b.o'))).toEqual([]);
  expect(said(decided(first, then, 'a.o'))).toEqual([`contacts ${copy.place} kept longer by one officer`]);
  expect(said(decided(first, last, 'a.o', 'b.o'))).toEqual([
    `contacts ${copy.place} reviewed, now due ${last}`,
  ]);
  expect(said(decided(then, then, 'a.o', 'b.o'))).toHaveLength(2);
  expect(said(decided(first, then, 'a.o', 'c.o'))).toEqual(['disposed by c.o, who has not signed it']);
});

test('no attempt opens in a month that is forgone, until two officers have taken that back', () => {
  const signs = (officer: string) =>
    leaf({ type: 'signed', act: 'forgo', officer, statementSha256: hash('2'), signatureSha256: hash('3') });
  const { attempt: _, ...month } = wave;
  const forgone = (because: string, ...by: string[]) =>
    leaf({ ...month, type: 'forgone', ordinal: 1, because, officers: by, statementSha256: hash('2') });
  const before = [officers, leaf(applied), signs('a.o'), signs('b.o'), forgone('too-late', 'a.o')];
  const faultsOf = (...leaves: readonly Leaf[]) => tell(...before, ...leaves).faults.flat();
  expect(faultsOf(forgone('taken-back', 'a.o', 'b.o'), attempt)).toEqual([]);
  expect(faultsOf(attempt)).toEqual(['attempt general/2026-09 1 of a month forgone']);
  expect(faultsOf(forgone('taken-back', 'a.o'))).toEqual(['general/2026-09 taken back by one officer']);
  expect(faultsOf(forgone('too-late', 'a.o'))).toEqual(['general/2026-09 forgone']);
  // a survey that has ended has no later month either, and others go on
  const end = [officers, leaf(applied), signs('a.o'), forgone('survey-ended', 'a.o')];
  const opens = (survey: string, period: string) =>
    leaf({ ...wave, survey, period, type: 'attempt-opened', planHash: hash('1') });
  const after = ['2026-08', '2026-12'].map((period) => opens('general', period));
  expect(tell(...end, ...after, opens('other', '2026-12')).faults.flat()).toEqual([
    'attempt general/2026-12 1 of a month forgone',
  ]);
});

test('what names a statement is a fault without its signature, however early', () => {
  const { faults } = tell(officers, leaf({ ...applied, statementSha256: hash('4') }));
  expect(faults.flat()).toEqual(['plan-applied by d.officer, who has not signed it']);
});

test('what a rehearsal staged is due when it ends, and its counts add up', () => {
  const staged = {
    survey: 'general',
    period: '2026-09',
    attempt: 0,
    kind: 'staging',
    place: 'wave_general_202609_01',
  };
  const opening = leaf({ ...staged, type: 'copy-opened', dueAt: '2026-10-16T07:30:00.000Z' });
  const counts = {
    read: 12,
    quarantined: 2,
    intake: 10,
    frame: 7,
    exclusions: [{ reason: 'deceased', first: 3, all: 3 }],
    strata: [{ stratum: 'all', frame: 7 }],
    stops: [],
  };
  const rehearsed = {
    ...staged,
    type: 'rehearsed',
    rehearsal: 1,
    planHash: hash('1'),
    by: 'd.officer',
    counts,
  };
  const { faults, story } = tell(opening, leaf(rehearsed));
  expect(faults.flat()).toEqual([]);
  expect(story.copies.get(`staging ${staged.place}`)?.dueAt).toBe(at);
  expect(tell(leaf(rehearsed)).faults.flat()).toEqual([`rehearsed of staging ${staged.place}`]);
  const wrong = { ...counts, read: 13, frame: 8, strata: [] };
  expect(tell(opening, leaf({ ...rehearsed, counts: wrong })).faults.flat()).toEqual([
    'read 13',
    'frame 8',
    'frame of all strata 0',
  ]);
});
