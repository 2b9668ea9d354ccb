// History outlives Temporal: each closed run is fetched, replayed with the code that ran, hashed into the ledger
// and kept under a clock of its own.
import { createHash } from 'node:crypto';
import { monthBefore } from '../schemas/period.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import type { Deps, Histories, Run } from './deps.ts';
import { sayOpened } from './open-copy.ts';
import { retainOf } from './retain.ts';
import type { StageTx } from './step.ts';
import { appendAll } from './step.ts';
import { transact } from './transact.ts';

// A kickoff belongs to the month before its slot. A sweep belongs to no wave: what it did stands in the ledger.
const ofWave =
  /^(?:wave|retention|recall|rehearsal|hold|lift|clock|dispose|forgo|close|settle)\/(?<survey>[a-z0-9-]+)\/(?<period>\d{4}-\d{2})(?:\/[0-9a-f]+)?$/;
const ofSlot = /^kickoff\/(?<survey>[a-z0-9-]+)-(?<slot>\d{4}-\d{2}-\d{2}T[\d:]+Z)$/;

const belongs = (workflowId: string): { survey?: string; period?: string } => {
  const { survey, slot } = ofSlot.exec(workflowId)?.groups ?? {};
  if (survey && slot) return { survey, period: monthBefore(slot) };
  return { ...ofWave.exec(workflowId)?.groups };
};

export const exportHistories = (deps: Deps) => async () => {
  let exported = 0;
  let failed = 0;
  const histories = deps.openHistories?.();
  if (!histories) return { exported, failed };
  try {
    for (const run of await unkept(deps, histories)) {
      const fetched = await histories.fetch(run).catch(() => undefined);
      if (fetched) await keep(deps, run, fetched);
      // one that cannot be fetched holds up no other; tomorrow's sweep asks again
      if (fetched) exported += 1;
      if (!fetched?.replayed) failed += 1;
    }
  } finally {
    await histories.end();
  }
  return { exported, failed };
};

type Closed = Run & WaveKey;

const unkept = async (deps: Deps, histories: Histories): Promise<Closed[]> => {
  const closed: Closed[] = [];
  for await (const run of histories.closed()) {
    const { survey, period } = belongs(run.workflowId);
    if (survey && period) closed.push({ ...run, survey, period });
  }
  const { rows } = await deps.pool.query<{ place: string }>(
    "select place from cordon.copy where kind = 'exported-history' and place = any($1)",
    [closed.map(placeOf)],
  );
  const kept = new Set(rows.map(({ place }) => place));
  return closed.filter((run) => !kept.has(placeOf(run)));
};

const placeOf = ({ runId }: Run): string => `history_${runId}`;

const keep = async (
  deps: Deps,
  { survey, period, workflowId, runId }: Closed,
  { json, replayed }: { json: string; replayed: boolean },
): Promise<void> => {
  const wave = { survey, period };
  const until = (await retainOf(deps.pool, wave, ['exported-history', 'for'])) ?? 'P84M';
  await transact(deps.pool, async (tx) => {
    const { rows } = await tx.query<{ id: number | null }>(
      'select cordon.keep_history($1, $2, $3, $4, $5, $6::interval) as id',
      [survey, period, workflowId, runId, json, until],
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
    await append(tx, 'worker', wave, leaf);
    const leaves: StageTx['leaves'] = (...bodies) => appendAll(tx, { ...wave, attempt: 0 }, bodies);
    await sayOpened({ tx, leaves }, id);
  });
};
