import { expect, test } from 'vitest';
import { monthBefore, shiftMonth } from '../../schemas/period.ts';
import { monthToSurvey } from '../../worker/demo/month-to-survey.ts';
import { startOfMonth } from '../../worker/synthetic.ts';

const day = 86_400_000;

test('on each of eight hundred days the demonstration’s month is past its notice and its slot has been', () => {
  const first = Date.parse('2026-01-01T00:00:00Z');
  const days = Array.from({ length: 800 * 4 }, (_, n) => new Date(first + (n * day) / 4));
  const wrong = days.filter((today) => {
    const period = monthToSurvey(today);
    const ends = startOfMonth(shiftMonth(period, 1), 'Europe/London');
    // 16th of the month after, 06:30 on London's clocks, which are never behind UTC
    const slot = `${shiftMonth(period, 1)}-16T06:30:00Z`;
    const noticeOver = today.getTime() - (ends - 1_000) > 14 * day;
    const slotHasBeen = Date.parse(slot) < today.getTime();
    return !noticeOver || !slotHasBeen || monthBefore(slot) !== period;
  });
  expect(wrong.map((today) => today.toISOString())).toEqual([]);
});

test('it is the newest such month: the one after it would not do', () => {
  for (const [today, month] of [
    ['2026-11-16T23:59:59Z', '2026-09'],
    ['2026-11-17T00:00:00Z', '2026-10'],
    ['2027-01-01T12:00:00Z', '2026-11'],
    ['2028-02-29T12:00:00Z', '2028-01'],
  ] as const)
    expect(monthToSurvey(new Date(today))).toBe(month);
});
