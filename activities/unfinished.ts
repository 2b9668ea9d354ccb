// What earlier runs of waves have left open: somebody terminated them, or Temporal lost them. Nobody else will close
// such an attempt, read its receipt or hear an officer about it.
import type { Left, WaveKey } from '../schemas/ref.ts';
import type { Deps } from './deps.ts';
import { domainOf } from './domain.ts';

interface Row {
  attempt: number;
  nonce_sha256: string;
  package: string | null;
  rows: number | null;
  delivered: boolean;
}

/** The wave's open attempt, and how far it came with a package that was intended. */
export const unfinished =
  (deps: Deps) =>
  async ({ survey, period }: WaveKey): Promise<{ left: Left | null }> => {
    const { rows } = await deps.pool.query<Row>(
      `select a.attempt, a.nonce_sha256, i.package, k.rows, i.delivered_at is not null as delivered
       from cordon.attempt a
         left join cordon.intent i on (i.survey, i.period, i.attempt) = (a.survey, a.period, a.attempt)
           and i.voided_at is null
         left join cordon.package k on (k.survey, k.period, k.attempt, k.ciphertext_sha256)
           = (i.survey, i.period, i.attempt, i.package)
       where (a.survey, a.period) = ($1, $2) and a.closed_at is null`,
      [survey, period],
    );
    const [row] = rows;
    if (!row) return { left: null };
    const domain = await domainOf(deps.pool);
    const here = { survey, period, ...(domain !== undefined && { domain }) };
    const { attempt, nonce_sha256: nonce, package: sha256, rows: packed, delivered } = row;
    if (sha256 === null) return { left: { ...here, attempt } };
    const minimised = {
      survey,
      period,
      attempt,
      stage: 'minimised',
      rows: packed ?? 0,
      sha256,
      nonce,
    } as const;
    return { left: { ...here, attempt, intended: { minimised, delivered } } };
  };

export const wavesToFinish = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<WaveKey & { planHash: string }>(
    `select survey, period, plan_hash as "planHash" from cordon.attempt where closed_at is null
     order by survey, period`,
  );
  return { waves: rows };
};
