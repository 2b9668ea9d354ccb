// What PostgreSQL keeps of one wave: its copies, those that are long gone too, and why it was refused. Temporal
// forgets a closed workflow.
import type { CopyState } from '../activities/activities.ts';
import type { HoldReason } from '../schemas/hold.ts';
import type { Refusal } from '../schemas/failure.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { withConnection } from '../sql/connect.ts';

/** A dry run is of no attempt, nor is what is kept of a month as a whole. */
export const ofAttempt = ({ kind, attempt }: Pick<Copy, 'kind' | 'attempt'>): string =>
  attempt > 0 ? `attempt ${String(attempt)}` : kind === 'staging' ? 'dry run' : 'no attempt';

export type Copy = Omit<CopyState, 'survey' | 'period'>;

interface Row {
  id: number;
  attempt: number;
  kind: CopyKind;
  due_at: Date;
  held_for: HoldReason[] | null;
  state: CopyState['state'];
  verified: boolean;
}

/** @param url of the auditor's role */
export const readCopies = (url: string, { survey, period }: WaveKey): Promise<readonly Copy[]> =>
  withConnection(url, 'cordon inventory', async (db) => {
    const { rows } = await db.query<Row>(
      `select id, attempt, kind, due_at, state, verified_at is not null as verified,
         (select array_agg(h.because order by h.id) from cordon.hold h where h.copy = c.id and h.lifted_at is null) as held_for
       from cordon.copy c where (survey, period) = ($1, $2) order by attempt, due_at, id`,
      [survey, period],
    );
    return rows.map(({ due_at, held_for, ...copy }) => ({
      ...copy,
      dueAt: due_at.toISOString(),
      ...(held_for && { heldFor: held_for }),
    }));
  });

/** Of the newest refusal, in the ledger's own words. @param url of the auditor's role */
export const readRefusal = (url: string, { survey, period }: WaveKey): Promise<Refusal | undefined> =>
  withConnection(url, 'cordon refusal', async (db) => {
    const { rows } = await db.query<Refusal>(
      `select said->>'code' as code, said->>'found' as found, said->>'expected' as expected, said->>'remedy' as remedy
       from (select index, convert_from(leaf, 'UTF8')::jsonb as said from ledger.entry) as entry
       where said @> $1 order by index desc limit 1`,
      [JSON.stringify({ type: 'refused', survey, period })],
    );
    return rows[0];
  });

/** `erased, proved` once the verifier has proved it. */
export const stateOf = ({
  state,
  verified,
  heldFor,
}: Pick<Copy, 'state' | 'verified' | 'heldFor'>): string =>
  verified ? `${state}, proved` : heldFor ? `${state}, held` : state;
