// Opens a copy with its clock running, and says so. MUST come last in a transaction, with the other leaves.
import type { CopyKind } from '../schemas/leaf.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { names } from './step.ts';
import type { StageTx } from './step.ts';

/**
 * @param keep an ISO 8601 duration
 * @param owner who answers for it, where the declaration names one
 */
export const openCopy = async (
  s: Pick<StageTx, 'tx' | 'leaves'>,
  key: AttemptKey,
  kind: CopyKind,
  place: string,
  keep: string,
  owner?: string,
): Promise<void> => {
  const { rows } = await s.tx.query<{ id: number }>(
    'select cordon.open_copy($1, $2, $3, $4, $5, $6::interval) as id',
    [...names(key), kind, place, keep],
  );
  await sayOpened(s, rows[0]?.id, owner);
};

export const sayOpened = async (
  { tx, leaves }: Pick<StageTx, 'tx' | 'leaves'>,
  id?: number | null,
  owner?: string,
): Promise<void> => {
  // a statement of its own: what a function has inserted is not visible to the statement that called it
  const { rows } = await tx.query<{
    kind: CopyKind;
    place: string;
    due_at: Date;
    review_at: Date | null;
    extendable_to: Date | null;
  }>('select kind, place, due_at, review_at, extendable_to from cordon.copy where id = $1', [id]);
  for (const { kind, place, due_at: dueAt, review_at: reviewAt, extendable_to: extendableTo } of rows)
    await leaves({
      type: 'copy-opened',
      kind,
      place,
      dueAt: dueAt.toISOString(),
      ...(owner && { owner }),
      ...(reviewAt && { reviewAt: reviewAt.toISOString() }),
      ...(extendableTo && { extendableTo: extendableTo.toISOString() }),
    });
};

/** Of a register, from its first entry: of no wave. MUST come with the other leaves of the transaction that entered it. */
export const sayRegisterOpened = async (
  tx: Connection,
  appender: 'clerk' | 'worker',
  register: string,
): Promise<void> => {
  const { rows } = await tx.query<{ place: string; due_at: Date }>(
    'select place, due_at from cordon.register_opened($1)',
    [register],
  );
  for (const { place, due_at: dueAt } of rows)
    await append(
      tx,
      appender,
      {},
      { type: 'copy-opened', kind: 'registers', place, dueAt: dueAt.toISOString() },
    );
};

/** A relation's name has at most 63 bytes, a survey's up to 40. */
const short: Readonly<Record<string, string>> = {
  'disclosure-index': 'index',
  'public-frame': 'frame',
  'source-drop': 'drop',
};

/** Names a copy of this wave uniquely: kind, survey, month, attempt, number. */
export const place = (kind: string, { survey, period, attempt }: AttemptKey, number: number): string =>
  `${short[kind] ?? kind}_${survey.replaceAll('-', '_')}_${period.replace('-', '')}_${String(attempt)}_${String(number)}`;
