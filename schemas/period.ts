// A period is one calendar month, "2026-10". Arithmetic is on the ISO text: a Date would bring in the host's zone.
import { failure } from './failure.ts';

/** `yyyy-mm` */
export type Period = string;

const monthPattern = /^(\d{4})-(0[1-9]|1[0-2])/;

/** @throws INPUT unless the text starts with a calendar month */
const month = (iso: string): { year: number; month: number } => {
  const [, year, month] = monthPattern.exec(iso) ?? [];
  if (!year || !month) throw failure('INPUT', { expected: 'a month such as 2026-10' });
  return { year: Number(year), month: Number(month) };
};

/** `shift('2026-01', -1)` is `'2025-12'`. */
export const shiftMonth = (iso: string, by: number): Period => {
  const { year, month: m } = month(iso);
  const count = year * 12 + (m - 1) + by;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
};

/** The wave that a schedule's slot starts: the calendar month before it. */
export const monthBefore = (slot: string): Period => shiftMonth(slot, -1);

/** Of our time: the guard of what Temporal is told knows no other years. */
export const isPeriod = (text: string): text is Period => /^20[2-9]\d-(0[1-9]|1[0-2])$/.test(text);
