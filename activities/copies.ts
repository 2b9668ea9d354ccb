// The inventory as retention and sweep see it. PostgreSQL says what is due: clocks are its own.
import type { CopyKind } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { CopyState } from './activities.ts';
import type { Deps } from './deps.ts';
import { domainOf } from './domain.ts';

/** Clocks that run for a wave's own time; the rest live for years and are the sweep's. */
export const wavesOwn: readonly CopyKind[] = ['staging', 'package', 'delivered', 'source-drop'];

interface Row {
  id: number;
  survey: string;
  period: string;
  attempt: number;
  kind: CopyKind;
  due_at: Date;
  held_until: Date | null;
  state: CopyState['state'];
  verified: boolean;
}

const columns = `id, survey, period, attempt, kind, due_at, held_until, state, verified_at is not null as verified`;

const stateOf = (row: Row): CopyState => ({
  id: row.id,
  survey: row.survey,
  period: row.period,
  attempt: row.attempt,
  kind: row.kind,
  dueAt: row.due_at.toISOString(),
  state: row.state,
  ...(row.held_until && { heldUntil: row.held_until.toISOString() }),
  verified: row.verified,
});

export const copies =
  (deps: Deps) =>
  async ({ survey, period }: WaveKey) => {
    const { rows } = await deps.pool.query<Row>(
      `select ${columns} from cordon.copy
       where survey = $1 and period = $2 and kind = any($3) and verified_at is null order by due_at, id`,
      [survey, period, wavesOwn],
    );
    const domain = await domainOf(deps.pool);
    const { rows: about } = await deps.pool.query<{ closed: boolean; now: Date }>(
      `select not exists (select from cordon.attempt
         where survey = $1 and period = $2 and closed_at is null) as closed, now() as now`,
      [survey, period],
    );
    return {
      copies: rows.map(stateOf),
      closed: about[0]?.closed === true,
      now: about[0]?.now.toISOString() ?? '',
      ...(domain !== undefined && { domain }),
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

/** The sweep's own clocks, and whatever a retention should have purged an hour ago and has not. */
export const dueCopies = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<Row>(
    `select ${columns} from cordon.copy
     where verified_at is null and (held_until is null or held_until <= now())
       and due_at <= now() - case when kind = any($1) then interval '1 hour' else interval '0' end
     order by due_at, id limit 500`,
    [wavesOwn],
  );
  return { copies: rows.map(stateOf) };
};
