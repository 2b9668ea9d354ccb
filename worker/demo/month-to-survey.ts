// Which month a demonstration runs, whatever day it is.
import { shiftMonth } from '../../schemas/period.ts';
import type { Period } from '../../schemas/period.ts';

/**
 * The newest month of which every report is past the shipped notice window of 14 days and whose own slot, the 16th
 * of the month after it, has been: a slot that lies ahead cannot be run by `backfill`.
 */
export const monthToSurvey = (today: Date): Period =>
  shiftMonth(today.toISOString(), today.getUTCDate() >= 17 ? -1 : -2);
