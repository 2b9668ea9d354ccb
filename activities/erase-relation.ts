// Drops what PostgreSQL holds of a copy and says so, with what was counted under the lock of the drop; of what is no
// relation it is the word that it is gone.
import type { CopyKind, ErasureOutcome } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { openCopy } from './open-copy.ts';
import { retainOf } from './retain.ts';
import type { StageTx } from './step.ts';

type Counts = Record<'relations' | 'rows' | 'bytes', number>;
type Erased = WaveKey & { attempt: number; kind: CopyKind; place: string } & {
  [C in keyof Counts]: number | null;
};

/** MUST come last in a transaction. */
export const eraseRelation = async (
  s: Pick<StageTx, 'tx' | 'leaves'>,
  id: number,
): Promise<ErasureOutcome> => {
  // whoever comes after a drop that waits would wait with it
  await s.tx.query("set local lock_timeout = '5s'");
  const { rows } = await s.tx.query<{ outcome: ErasureOutcome }>('select cordon.purge_copy($1) as outcome', [
    id,
  ]);
  const outcome = rows[0]?.outcome ?? 'already-erased';
  if (outcome === 'already-erased') return outcome;
  const { rows: erased } = await s.tx.query<Erased>(
    'select survey, period, attempt, kind, place, relations, rows, bytes from cordon.copy where id = $1',
    [id],
  );
  for (const copy of erased) {
    if (logged.has(copy.kind)) await openBackups(s, copy);
    const { kind, place, relations, rows, bytes } = copy;
    const counts = Object.entries({ relations, rows, bytes }).filter(([, n]) => n !== null);
    await s.leaves({
      type: 'erased',
      kind,
      place,
      outcome,
      ...(Object.fromEntries(counts) as Partial<Counts>),
    });
  }
  return outcome;
};

const logged: ReadonlySet<CopyKind> = new Set([
  'package',
  'disclosure-index',
  'contacts',
  'analysis',
  'exported-history',
]);

/** ICO: deletion from a backup waits for its rotation; until then it is beyond use, and has a clock of its own. */
const openBackups = async (s: Pick<StageTx, 'tx' | 'leaves'>, copy: Erased): Promise<void> => {
  const keep = await retainOf(s.tx, copy, ['backups', 'beyondUseFor']);
  await openCopy(s, copy, 'backups', `backups of ${copy.place}`, keep ?? 'P35D');
};
