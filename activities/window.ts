// The wave's window as instants: whole calendar months in the survey's zone. Summer time is the zone's business.
import type { Period } from '../schemas/period.ts';
import type { Connection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';

export interface Window {
  readonly windowFrom: string;
  /** the first instant after the window */
  readonly windowTo: string;
}

export const windowOf = async (
  plan: Plan,
  period: Period,
  db: Pick<Connection, 'query'>,
): Promise<Window> => {
  const { every, extract } = plan.declaration;
  const { rows } = await db.query<{ from: string; to: string }>(
    `select ((m.first + interval '1 month' - make_interval(months => $3)) at time zone $2)::text as "from",
       ((m.first + interval '1 month') at time zone $2)::text as "to"
     from (select ($1 || '-01')::timestamp as first) m`,
    [period, every.zone, extract.window === 'all' ? 1 : extract.window.months],
  );
  return { windowFrom: rows[0]?.from ?? '', windowTo: rows[0]?.to ?? '' };
};
