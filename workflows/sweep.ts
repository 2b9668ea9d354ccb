// Daily, and the only net under a terminated workflow: it knows nothing but the ledger and the inventory. Its parts
// are apart, so that one which fails stops no other; then it closes as Failed, where a person sees it.
import { setCurrentDetails } from '@temporalio/workflow';
import type { CopyState } from '../activities/activities.ts';
import { failure } from '../schemas/failure.ts';
import type { Code } from '../schemas/failure.ts';
import { ahead } from './board.ts';
import { codeOf, sweepDoors } from './doors.ts';
import { erase } from './erase.ts';
import { exceptionsPage } from './exceptions-page.ts';
import { startRecall, startRetention } from './keeper.ts';
import { startWave } from './kickoff.ts';
import type { SweepInput, SweepResult } from './messages.ts';

/** Long clocks are nobody else's: what this erased, and which comes next. */
const longClocks = (due: number, next: CopyState | undefined): string =>
  `Due today: ${due}. ${next ? `Next long clock: ${next.kind} of ${next.survey} ${next.period}, ${ahead(next.dueAt)}.` : 'No other long clock runs.'}`;

export async function sweep({ timings }: SweepInput): Promise<SweepResult> {
  const acts = sweepDoors(timings);
  let broken: Code | undefined;
  let failed = 0;
  const part = async (work: () => Promise<number>): Promise<number> => {
    try {
      return await work();
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      broken ??= code;
      failed++;
      return 0;
    }
  };

  const finishing = await part(async () => {
    const { waves } = await acts.wavesToFinish();
    const started = await Promise.all(waves.map((wave) => startWave({ ...wave, timings, finish: true })));
    return started.filter(Boolean).length;
  });
  const restarted = await part(async () => {
    const { waves } = await acts.wavesToRetain();
    const started = await Promise.all(waves.map((wave) => startRetention(wave, timings)));
    return started.filter(Boolean).length;
  });
  const recalling = await part(async () => {
    const { recalls } = await acts.recallsToSend();
    const started = await Promise.all(
      recalls.map(({ survey, period, id }) => startRecall({ survey, period }, id, timings)),
    );
    return started.filter(Boolean).length;
  });
  const heard = await part(async () => {
    const { deliveries } = await acts.deliveriesOut();
    // side by side: a company that cannot be reached holds up no other
    const taken = await Promise.all(
      deliveries.map((delivery) =>
        part(async () => {
          const answer = await acts.outcomes(delivery);
          return answer.ok ? answer.value.taken : 0;
        }),
      ),
    );
    return taken.reduce((n, m) => n + m, 0);
  });
  let page: readonly string[] = [];
  const purged = await part(async () => {
    const { copies, next } = await acts.dueCopies();
    page = [longClocks(copies.length, next)];
    setCurrentDetails(page.join('\n\n'));
    const ends = await Promise.all(copies.map((copy) => erase(acts, copy)));
    if (ends.includes('failed')) {
      broken ??= 'ERASURE_UNPROVEN';
      failed++;
    }
    return ends.filter((end) => end === 'erased').length;
  });
  let cleared = 0;
  const raised = await part(async () => {
    const { exceptions, ...changed } = await acts.raiseExceptions();
    setCurrentDetails([...page, exceptionsPage(exceptions, Date.now())].join('\n\n'));
    cleared = changed.cleared;
    return changed.raised;
  });
  const told = await part(async () => (await acts.notify()).told);
  const exported = await part(async () => {
    const kept = await acts.exportHistories();
    failed += kept.failed;
    return kept.exported;
  });

  const result = { finishing, restarted, recalling, heard, purged, raised, cleared, told, exported, failed };
  if (broken) throw failure(broken, result);
  return result;
}
