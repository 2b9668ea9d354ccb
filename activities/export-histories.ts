// History outlives Temporal: each closed run is fetched, replayed with the code that ran, hashed into the ledger
// and kept under a clock of its own.
import { createHash } from 'node:crypto';
import { monthBefore } from '../schemas/period.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { sayOpened } from './open-copy.ts';
import { retainOf } from './retain.ts';
import type { StageTx } from './step.ts';
import { appendAll } from './step.ts';
import { transact } from './transact.ts';

// A kickoff belongs to the month before its slot. A sweep belongs to no wave: what it did stands in the ledger.
const ofWave =
  /^(?:wave|retention|recall|hold|lift|clock|dispose|forgo|close|settle)\/(?<survey>[a-z0-9-]+)\/(?<period>\d{4}-\d{2})(?:\/[0-9a-f]+)?$/;
const ofSlot = /^kickoff\/(?<survey>[a-z0-9-]+)-(?<slot>\d{4}-\d{2}-\d{2}T[\d:]+Z)$/;

const belongs = (workflowId: string): { survey?: string; period?: string } => {
  const { survey, slot } = ofSlot.exec(workflowId)?.groups ?? {};
  if (survey && slot) return { survey, period: monthBefore(slot) };
  return { ...ofWave.exec(workflowId)?.groups };
};

export const exportHistories = (deps: Deps) => async () => {
  let exported = 0;
  let failed = 0;
  if (!deps.histories) return { exported, failed };
  for await (const { workflowId, runId } of deps.histories.closed()) {
    const { survey, period } = belongs(workflowId);
    if (!survey || !period || (await isKept(deps, runId))) continue;
    const fetched = await deps.histories.fetch(workflowId, runId).catch(() => undefined);
    if (!fetched) {
      // one that cannot be fetched holds up no other; tomorrow's sweep asks again
      failed += 1;
      continue;
    }
    const { json, replayed } = fetched;
    const keep = (await retainOf(deps.pool, { survey, period }, ['exported-history', 'for'])) ?? 'P84M';
    await transact(deps.pool, async (tx) => {
      const { rows } = await tx.query<{ id: number | null }>(
        'select cordon.keep_history($1, $2, $3, $4, $5, $6::interval) as id',
        [survey, period, workflowId, runId, json, keep],
      );
      const id = rows[0]?.id;
      if (id === null || id === undefined) return;
      const sha256 = createHash('sha256').update(json).digest('hex');
      const bytes = Buffer.byteLength(json);
      const leaf = {
        type: 'history-exported',
        workflow: workflowId,
        run: runId,
        sha256,
        bytes,
        replayed,
      } as const;
      await append(tx, 'worker', { survey, period }, leaf);
      const leaves: StageTx['leaves'] = (...bodies) => appendAll(tx, { survey, period, attempt: 0 }, bodies);
      await sayOpened({ tx, leaves }, id);
    });
    exported += 1;
    if (!replayed) failed += 1;
  }
  return { exported, failed };
};

const isKept = async (deps: Deps, runId: string): Promise<boolean> => {
  const { rows } = await deps.pool.query<{ kept: boolean }>(
    "select exists (select from cordon.copy where kind = 'exported-history' and place = $1) as kept",
    [`history_${runId}`],
  );
  return rows[0]?.kept === true;
};
