// What `cordon status` says of screening beside the waterfall: within eighty columns, and never more than counts.
import { expect, test } from 'vitest';
import { alarmLines, overlapTable } from '../../worker/screening.ts';
import { wrap } from '../../worker/wrap.ts';

test('pairs of reasons stand with the rows that matched both, as they are given', () => {
  const table = overlapTable([
    { reasons: ['under-16', 'not-a-person'], rows: 412 },
    { reasons: ['x'.repeat(30), 'y'.repeat(30)], rows: 10_000_000 },
  ]);
  expect(table).toEqual([
    '      rows  matched both',
    '       412  under-16 and not-a-person',
    `  10000000  ${'x'.repeat(30)} and ${'y'.repeat(30)}`,
  ]);
  expect(table.filter((line) => line.length > 80)).toEqual([]);
});

test('an alarm says what was found and expected, and who accepted it or that it waits', () => {
  const alarm = {
    stage: 'screen',
    code: 'RULE_CHANGED',
    subject: 'shared-phone',
    found: 'shared-phone matches 400 of 4000 rows',
    expected: 'about 120 as in earlier waves, give or take 50%',
    acceptedBy: null,
    because: null,
  };
  expect(alarmLines([alarm, { ...alarm, acceptedBy: 'd.officer', because: 'seasonal' }])).toEqual([
    '  RULE_CHANGED: shared-phone matches 400 of 4000 rows',
    '    expected about 120 as in earlier waves, give or take 50%',
    '    waits for an officer',
    '  RULE_CHANGED: shared-phone matches 400 of 4000 rows',
    '    expected about 120 as in earlier waves, give or take 50%',
    '    accepted by d.officer: seasonal',
  ]);
  expect(
    alarmLines([{ ...alarm, found: 'unreadable rows '.repeat(9) }])
      .flatMap((line) => wrap(line, 4))
      .filter((line) => line.length > 80),
  ).toEqual([]);
});
