// The slot against the month it draws from. A report of the month's last day MUST be older than the opt-out window
// when the slot comes, or the people of those days could never be drawn, in any month.
import { longestDays, parts } from '../duration.ts';
import type { Check } from './context.ts';

const earliest = '06:00';
const latest = '20:00';
const lastDayOfEveryMonth = 28;

export const checkSchedule: Check = ({ pipeline: { every, notice, extract }, say }) => {
  if (notice?.optOutWindow && extract?.window === 'all')
    say({
      path: ['notice', 'opt_out_window'],
      code: 'wrong-value',
      expected: 'none: extract.window is all, and no row says how old it is',
    });
  if (!every) return;
  if (every.day > lastDayOfEveryMonth)
    say({
      path: ['every', 'day'],
      code: 'day-not-in-every-month',
      expected: `a day from 1 to ${lastDayOfEveryMonth}: February has no other`,
    });
  if (every.at < earliest || every.at > latest)
    say({
      path: ['every', 'at'],
      code: 'outside-hours',
      expected: `a time from ${earliest} to ${latest}: clocks change at night, and officers must be there`,
    });
  if (every.day === 1 && isDayBefore(every))
    say({
      path: ['every', 'zone'],
      code: 'outside-hours',
      found: `${every.zone}, where day 1 at ${every.at} is the month before in UTC`,
      expected: 'a slot whose month is the same in UTC: whose reports are surveyed is told by it',
      remedy: 'day: 2',
    });
  if (longestDays(every.catchUp) > 27)
    say({
      path: ['every', 'catch_up'],
      code: 'bad-duration',
      expected: 'at most P27D: the next slot comes after a month',
    });
  if (!notice?.optOutWindow || every.day > lastDayOfEveryMonth) return;

  const window = longestDays(notice.optOutWindow);
  const [hour = 0, minute = 0] = every.at.split(':').map(Number);
  const timeOfDay = (hour * 60 + minute) / 1440;
  if (every.day - 1 + timeOfDay >= window) return;
  const day = Math.ceil(window - timeOfDay) + 1;
  const possible = day <= lastDayOfEveryMonth && parts(notice.optOutWindow).months === 0;
  say({
    path: ['every', 'day'],
    code: 'undrawable-days',
    found: `day ${every.day} at ${every.at}, when a report of the month before's last evening is ${age(every.day - 1)} old`,
    expected: possible
      ? `day ${day} or later, when it is older than the opt-out window of ${notice.optOutWindow}`
      : `an opt-out window that ends before day ${lastDayOfEveryMonth}`,
    remedy: possible ? `day: ${day}` : `shorten notice.opt_out_window (${notice.optOutWindow})`,
  });
};

/** In winter or in summer: the clocks of a zone change. */
const isDayBefore = ({ at, zone }: { readonly at: string; readonly zone: string }): boolean =>
  ['2026-01-15', '2026-07-15'].some((day) => {
    const parts = { timeZone: zone, timeZoneName: 'longOffset' } as const;
    const text = new Intl.DateTimeFormat('en', parts).format(new Date(`${day}T12:00:00Z`));
    const [, ahead = ''] = /GMT\+(\d\d:\d\d)$/.exec(text) ?? [];
    return at < ahead;
  });

const age = (days: number): string => (days === 1 ? '1 day' : `${days} days`);
