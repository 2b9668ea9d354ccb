// The inventory as retention and sweep see it. PostgreSQL says what is due: clocks are its own.
import type { HoldReason } from '../schemas/hold.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { CopyState } from './activities.ts';
import type { Deps } from './deps.ts';

/** Clocks that run for a wave's own time; the rest live for years and are the sweep's. */
export const wavesOwn: readonly CopyKind[] = ['staging', 'package', 'delivered', 'source-drop'];

interface Row {
  id: number;
  survey: string;
  period: string;
  attempt: number;
  kind: CopyKind;
  due_at: Date;
  held_for: HoldReason[] | null;
  review_at: Date | null;
  state: CopyState['state'];
  verified: boolean;
}

const unproved = `
  select c.id, c.survey, c.period, c.attempt, c.kind, c.due_at, c.state, c.verified_at is not null as verified,
    h.held_for, h.review_at
  from cordon.copy c, lateral (
    select array_agg(h.because order by h.review_on, h.id) as held_for,
      min(h.review_on)::timestamp at time zone 'UTC' as review_at
    from cordon.hold h where h.copy = c.id and h.lifted_at is null) h
  where c.verified_at is null`;

const stateOf = (row: Row): CopyState => ({
  id: row.id,
  survey: row.survey,
  period: row.period,
  attempt: row.attempt,
  kind: row.kind,
  dueAt: row.due_at.toISOString(),
  state: row.state,
  ...(row.held_for && { heldFor: row.held_for }),
  ...(row.review_at && { reviewAt: row.review_at.toISOString() }),
  verified: row.verified,
});

export const copies =
  (deps: Deps) =>
  async ({ survey, period }: WaveKey) => {
    const { rows } = await deps.pool.query<Row>(
      `${unproved} and c.survey = $1 and c.period = $2 and c.kind = any($3) order by c.due_at, c.id`,
      [survey, period, wavesOwn],
    );
    const { rows: about } = await deps.pool.query<{ closed: boolean; now: Date }>(
      `select not exists (select from cordon.attempt
         where survey = $1 and period = $2 and closed_at is null) as closed, now() as now`,
      [survey, period],
    );
    return {
      copies: rows.map(stateOf),
      closed: about[0]?.closed === true,
      now: about[0]?.now.toISOString() ?? '',
    };
  };

export const wavesToRetain = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<{ survey: string; period: string }>(
    `select distinct survey, period from cordon.copy where kind = any($1) and verified_at is null
     order by survey, period`,
    [wavesOwn],
  );
  return { waves: rows.map(({ survey, period }) => ({ survey, period })) };
};

/** The sweep's own clocks, and whatever a retention should have purged an hour ago and has not. Registers are reviewed. */
export const dueCopies = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<Row>(
    `${unproved} and c.kind <> 'registers' and h.held_for is null
       and c.due_at <= now() - case when c.kind = any($1) then interval '1 hour' else interval '0' end
     order by c.due_at, c.id limit 500`,
    [wavesOwn],
  );
  const { rows: later } = await deps.pool.query<Row>(
    `${unproved} and c.kind <> all($1) and c.kind <> 'registers' and h.held_for is null and c.due_at > now()
     order by c.due_at, c.id limit 1`,
    [wavesOwn],
  );
  const [next] = later.map(stateOf);
  return { copies: rows.map(stateOf), ...(next && { next }) };
};
