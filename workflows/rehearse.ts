// A plan tried on one month: read, counted, and dropped before anybody is answered, however it ends. The retention of the
// month is told first: it proves the erasure, and it erases what a rehearsal that is killed has left.
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { Answer } from '../schemas/ref.ts';
import { codeOf, rehearsalDoors } from './doors.ts';
import { keepClocks, wake } from './keeper.ts';
import type { RehearsalInput } from './messages.ts';

/** The counts are in the ledger: a stratum may be any word of the records system. */
export async function rehearse({ survey, period, id, timings }: RehearsalInput): Promise<Answer<null>> {
  const acts = rehearsalDoors(timings);
  try {
    const { copy } = await acts.openRehearsal({ id });
    try {
      await keepClocks({ survey, period }, timings);
      return await acts.rehearse({ id });
    } finally {
      await CancellationScope.nonCancellable(async () => {
        await acts.endRehearsal({ id });
        await acts.purge({ id: copy });
        await wake({ survey, period });
      });
    }
  } catch (e) {
    const code = codeOf(e);
    if (isCancellation(e) || !code) throw e;
    return { ok: false, refusal: { ...brokenOff, code } };
  }
}

const brokenOff = {
  found: 'a rehearsal that broke off',
  expected: 'a worker, a database and a source that answer to the end',
  remedy: 'see that they run, and try it again; what was read is dropped, or due',
};
