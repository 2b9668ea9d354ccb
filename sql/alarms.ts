// What is out of the ordinary in a month's counts, against the last waves of the same survey. Counts alone: an alarm
// names a rule, never a row.
import type { Alarm } from '../schemas/alarm.ts';
import type { ReasonCount } from '../schemas/leaf.ts';
import type { Pipeline } from '../schemas/pipeline.ts';

/** One wave's screening: how many rows, and how many matched each reason, first or not. */
export interface Screening {
  readonly intake: number;
  readonly reasons: Readonly<Record<string, number>>;
}

/** So many earlier waves are looked at. */
export const wavesBack = 6;

/** A count of rare events varies by its own square root (Poisson): four of these are no chance of one month. */
const deviations = 4;

export const alarmsOf = (
  alarms: Pipeline['alarms'],
  intake: number,
  counts: readonly ReasonCount[],
  earlier: readonly Screening[],
): Alarm[] =>
  counts.flatMap((count) => {
    const before = earlier.flatMap(({ intake, reasons }) => {
      const all = Object.hasOwn(reasons, count.reason) ? reasons[count.reason] : undefined;
      return all === undefined ? [] : [{ intake, all }];
    });
    const nothing = removesNothing(alarms, intake, count, before);
    if (nothing) return [nothing];
    return [removesOver(alarms, intake, count), changed(alarms, intake, count, before)].filter(
      (alarm) => alarm !== undefined,
    );
  });

type Before = readonly { readonly intake: number; readonly all: number }[];

const removesNothing = (
  { removesNothing = [] }: Pipeline['alarms'],
  intake: number,
  { reason, all }: ReasonCount,
  before: Before,
): Alarm | undefined => {
  const most = Math.max(0, ...before.map(({ all }) => all));
  if (all > 0 || most === 0 || !removesNothing.includes(reason)) return undefined;
  const least = Math.min(...before.map(({ all }) => all));
  return {
    code: 'RULE_REMOVES_NOTHING',
    reason,
    found: `${reason} matches nobody of ${String(intake)} rows`,
    expected: `as in earlier waves: ${least === most ? '' : `${String(least)} to `}${String(most)} rows`,
  };
};

const removesOver = (
  { removesOver }: Pipeline['alarms'],
  intake: number,
  { reason, all }: ReasonCount,
): Alarm | undefined =>
  removesOver === undefined || all <= removesOver * intake
    ? undefined
    : {
        code: 'RULE_REMOVES_OVER',
        reason,
        found: `${reason} matches ${String(all)} of ${String(intake)} rows`,
        expected: `at most ${percent(removesOver)}`,
      };

const changed = (
  { changesOver }: Pipeline['alarms'],
  intake: number,
  { reason, all }: ReasonCount,
  before: Before,
): Alarm | undefined => {
  const rows = before.reduce((sum, w) => sum + w.intake, 0);
  if (changesOver === undefined || rows === 0) return undefined;
  const usual = (before.reduce((sum, w) => sum + w.all, 0) / rows) * intake;
  const by = Math.abs(all - usual);
  if (by <= changesOver * usual || by <= deviations * Math.sqrt(Math.max(usual, 1))) return undefined;
  return {
    code: 'RULE_CHANGED',
    reason,
    found: `${reason} matches ${String(all)} of ${String(intake)} rows`,
    expected: `about ${String(Math.round(usual))} as in earlier waves, give or take ${percent(changesOver)}`,
  };
};

const percent = (fraction: number): string => `${String(Math.round(fraction * 100_000) / 1000)}%`;
