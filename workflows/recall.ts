// A recall: sent, then looked after until the processor has acknowledged it or its deadline has passed. The sweep starts
// it again every day until it is acknowledged, and raises the exception.
import { sleep } from '@temporalio/workflow';
import { codeOf, recallDoors } from './doors.ts';
import type { RecallInput, RecallResult } from './messages.ts';

export async function recall({ id, timings }: RecallInput): Promise<RecallResult> {
  const acts = recallDoors(timings);
  for (;;) {
    let dueAt = 0;
    try {
      const answer = await acts.recall({ id });
      if (!answer.ok) return { acknowledged: false, code: answer.refusal.code };
      if (answer.value.acknowledged) return { acknowledged: true };
      dueAt = Date.parse(answer.value.dueAt);
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      // the processor's server is away for longer than an activity tries: tomorrow's sweep goes on
      return { acknowledged: false, code };
    }
    if (Date.now() >= dueAt) return { acknowledged: false };
    await sleep(timings.receiptPollMs, { summary: 'until the acknowledgement is looked for again' });
  }
}
