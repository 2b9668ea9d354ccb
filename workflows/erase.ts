// Erases one copy and has it proved. Never throws for broken machinery: whoever asked comes back to it.
import type { CopyState, RetentionActivities, VerifierActivities } from '../activities/activities.ts';
import { codeOf } from './doors.ts';

export type Erased = 'erased' | 'awaited' | 'failed';

/** A hold stops a clock for as long as it lives; what is erased is still to be proved. */
export const isDue = ({ dueAt, heldFor, state, verified }: CopyState, now: string): boolean => {
  if (state === 'erased') return !verified;
  return heldFor === undefined && (state === 'erasing' || Date.parse(dueAt) <= Date.parse(now));
};

/** `awaited`: the processor's certificate is not there yet. */
export const erase = async (
  acts: Pick<RetentionActivities, 'purge'> & Pick<VerifierActivities, 'verifyErasure'>,
  { id, state }: CopyState,
): Promise<Erased> => {
  try {
    if (state !== 'erased') {
      const purged = await acts.purge({ id });
      if (!purged.ok) return 'failed';
      if (purged.value.outcome === 'awaiting-certificate') return 'awaited';
    }
    return (await acts.verifyErasure({ id })).ok ? 'erased' : 'failed';
  } catch (e) {
    if (!codeOf(e)) throw e;
    return 'failed';
  }
};
