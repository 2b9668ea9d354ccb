// Where a delivery of ours lies, for whoever looks for answers to it, years later too: a company's server has another host
// key by then, which two officers have applied since. What is yet to be sent goes to the key of its own plan alone.
import { isOurs } from '../schemas/failure.ts';
import type { Connection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';

/** @throws HOST_KEY where it is neither the key of the wave's plan nor that of the plan in force */
export const reopenTarget = async <T>(
  { pool, openTarget }: { readonly pool: Pick<Connection, 'query'>; openTarget: (plan: Plan) => Promise<T> },
  plan: Plan,
): Promise<T> => {
  try {
    return await openTarget(plan);
  } catch (e) {
    const renewed = isOurs(e) && e.type === 'HOST_KEY' ? await repinned(pool, plan) : undefined;
    if (!renewed) throw e;
    return await openTarget(renewed);
  }
};

/** The same server's, in the plan in force of the same survey; where it has moved, nothing of ours lies. */
const repinned = async (db: Pick<Connection, 'query'>, plan: Plan): Promise<Plan | undefined> => {
  const { survey, processor } = plan;
  if (!('sftp' in processor.deliver)) return undefined;
  const { rows } = await db.query<{ processor: Plan['processor'] }>(
    `select p.declared->'processor' as processor
     from cordon.plan_in_force f join cordon.plan p using (plan_hash) where f.survey = $1`,
    [survey],
  );
  const { deliver } = rows[0]?.processor ?? {};
  const { sftp } = processor.deliver;
  if (!deliver || !('sftp' in deliver) || deliver.sftp.host !== sftp.host || deliver.sftp.port !== sftp.port)
    return undefined;
  const { hostKey } = deliver.sftp;
  return { ...plan, processor: { ...processor, deliver: { sftp: { ...sftp, hostKey } } } };
};
