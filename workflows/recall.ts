// A recall: sent, then looked after until the processor has acknowledged it or its deadline has passed. The sweep starts
// it again every day until it is acknowledged, and raises the exception.
import { setCurrentDetails, sleep } from '@temporalio/workflow';
import { ahead, said } from './board.ts';
import { codeOf, recallDoors } from './doors.ts';
import type { RecallInput, RecallResult } from './messages.ts';

export async function recall({ id, timings }: RecallInput): Promise<RecallResult> {
  const acts = recallDoors(timings);
  for (;;) {
    let dueAt = 0;
    try {
      const answer = await acts.recall({ id });
      if (!answer.ok) {
        setCurrentDetails(`**Not done** (\`${answer.refusal.code}\`). ${said(answer.refusal)}`);
        return { acknowledged: false, code: answer.refusal.code };
      }
      if (answer.value.acknowledged) {
        setCurrentDetails(`The company has acknowledged recall ${id}: it has stopped and deleted.`);
        return { acknowledged: true };
      }
      setCurrentDetails(
        `Recall ${id} is sent. The company must acknowledge it ${ahead(answer.value.dueAt)}; its answer is looked for until then.`,
      );
      dueAt = Date.parse(answer.value.dueAt);
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      // the processor's server is away for longer than an activity tries: tomorrow's sweep goes on
      setCurrentDetails(`The company was not reached (\`${code}\`). Tomorrow's sweep tries again.`);
      return { acknowledged: false, code };
    }
    if (Date.now() >= dueAt) return { acknowledged: false };
    await sleep(timings.receiptPollMs, { summary: 'until the acknowledgement is looked for again' });
  }
}
