// How long the plan of a wave keeps a kind of copy, where no attempt is at hand: the newest attempt's plan, else the one in force.
import type { WaveKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';

/** @returns an ISO 8601 duration; undefined where nobody has declared one */
export const retainOf = async (
  db: Pick<Connection, 'query'>,
  { survey, period }: WaveKey,
  path: readonly [kind: string, clock: string],
): Promise<string | undefined> => {
  const { rows } = await db.query<{ keep: string | null }>(
    `select p.declared #>> ('{declaration,retain}'::text[] || $3::text[]) as keep
     from (select plan_hash, attempt from cordon.attempt where (survey, period) = ($1, $2)
       union all select plan_hash, 0 from cordon.plan_in_force where survey = $1) known
     join cordon.plan p using (plan_hash) order by known.attempt desc limit 1`,
    [survey, period, path],
  );
  return rows[0]?.keep ?? undefined;
};
