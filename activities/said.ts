// Whether the ledger says something already: an answer may be lost after its transaction was committed, and the
// same thing said again is not said twice.
import type { LeafType } from '../schemas/leaf.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import type { LeafOf } from '../sql/ledger/append.ts';

/** Whether a leaf of this attempt has all these fields. Whoever asks the same in another transaction waits for this one's end. */
export const isSaid = async <T extends LeafType>(
  tx: Pick<Connection, 'query'>,
  { survey, period, attempt }: AttemptKey,
  body: { readonly type: T } & Partial<LeafOf<T>>,
): Promise<boolean> => {
  const leaf = JSON.stringify({ survey, period, attempt, ...body });
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`cordon said ${leaf}`]);
  const { rows } = await tx.query<{ said: boolean }>(
    `select exists (select from ledger.entry e where convert_from(e.leaf, 'UTF8')::jsonb @> $1::jsonb) as said`,
    [leaf],
  );
  return rows[0]?.said === true;
};
