import { expect, test } from 'vitest';
import { waterfallTable } from '../../worker/waterfall.ts';

test('a waterfall is a table: every line once, shares of what was read, the second count only where it differs', () => {
  const table = waterfallTable({
    attempt: 1,
    lines: [
      { step: 'read', rows: 4_000 },
      { step: '- quarantined', rows: 0 },
      { step: '- opted-out', rows: 20, matched: 20 },
      { step: '- not-a-person', rows: 600, matched: 612 },
      { step: 'frame', rows: 3_380 },
    ],
  });
  expect(table.map((line) => line.trim().split(/\s{2,}/))).toEqual([
    ['step', 'rows', 'of read', 'any reason'],
    ['read', '4000', '100.0 %'],
    ['- quarantined', '0', '0.0 %'],
    ['- opted-out', '20', '0.5 %'],
    ['- not-a-person', '600', '15.0 %', '612'],
    ['frame', '3380', '84.5 %'],
  ]);
  expect(table.filter((line) => line.length > 72 || line !== line.trimEnd())).toEqual([]);
});

test('a month without a row has no shares to compute, and says so without dividing', () => {
  expect(waterfallTable({ attempt: 1, lines: [{ step: 'read', rows: 0 }] }).at(-1)).toMatch(/0 {5}0\.0 %$/);
});

test('canaries are said below the table, and are in no line of it', () => {
  const table = waterfallTable({ attempt: 1, lines: [{ step: 'read', rows: 9 }], canaries: 3 });
  expect(table.at(-1)).toBe('  and 3 canaries, planted and removed, in no line above');
  expect(table.slice(0, -1).join('\n')).not.toMatch(/canar/);
});
