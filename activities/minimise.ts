// Strikes, promotes, and only then reads contact details: those of the people who will be sent, in the fields
// that the declaration allows. What comes out is the stored package and the statement officers release.
import type pg from 'pg';
import { refuse } from '../schemas/failure.ts';
import type { Answer, Ref, ReleaseStatement } from '../schemas/ref.ts';
import { incomplete } from '../sql/plan.ts';
import type { Deps } from './deps.ts';
import { canonicalStatement, pack, storePackage } from './pack.ts';
import type { Packed } from './pack.ts';
import type { StrikeCount } from './recheck.ts';
import { countStrikes, merge, recheck, reread, strike, sum } from './recheck.ts';
import type { StepContext } from './step.ts';
import { names, step } from './step.ts';

type Minimised = Ref<'minimised'>;

export const minimise =
  (deps: Deps) =>
  (sampled: Ref<'sampled'>): Promise<Answer<Minimised>> =>
    step<Minimised>(deps, sampled, 'minimise', async (s) => {
      const { plan, attempt } = s;
      const { survey, period, attempt: number, nonceSha256 } = attempt;
      const counted = await s.staged(async (stage) => {
        const { tx, run } = stage;
        await run(plan.minimise.reset);
        await tx.query(
          "update sampled set state = case part when 'sample' then 'in' else 'idle' end, struck_by = null",
        );
        const may = plan.declaration.sample.promote === 'before-packaging';
        const struck = await recheck(deps, s, stage, may ? ['in', 'idle'] : ['in']);
        const promoted = may ? await promote(tx) : 0;
        await reread(deps, s, stage, plan.minimise, ['in']);
        const vanished = await strikeUnread(tx);
        const unusable = await strike(tx, await run<{ key: string[] }>(plan.minimise.incomplete), incomplete);
        const { rows } = await tx.query<{ n: number }>(
          "select count(*)::int as n from sampled where state = 'in'",
        );
        return {
          sample: sampled.rows,
          promoted,
          struck: merge(struck, vanished, unusable),
          package: rows[0]?.n ?? 0,
        };
      });
      if (counted.package === 0)
        throw refuse({
          code: 'FRAME_EMPTY',
          found: 'nobody left after strikes',
          expected: 'at least one person to send',
          remedy: 'see the strikes by reason; run the month again once the source is right',
        });
      const packed = await pack(deps, s);
      const statement = await state(s, packed);
      const { sha256 } = packed.consignment.package;
      const ref: Minimised = {
        survey,
        period,
        attempt: number,
        stage: 'minimised',
        rows: packed.rows,
        sha256,
        nonce: nonceSha256,
      };
      return s.finish(ref, async (stage) => {
        const { promoted, struck } = counted;
        await stage.tx.query(
          `update cordon.waterfall set promoted = $4, struck = $5, package = $6
           where (survey, period, attempt) = ($1, $2, $3)`,
          [...names(attempt), promoted, sum(struck), packed.rows],
        );
        await countStrikes(stage, names(attempt), 'minimise', struck);
        await stage.leaves({ type: 'minimised', ...counted });
        await storePackage(stage, s, packed, 1, statement);
      });
    });

/** For each one struck, the next in line of the same stratum, who has just passed the same check. */
const promote = async (tx: pg.PoolClient): Promise<number> => {
  const { rowCount } = await tx.query(
    `update sampled s set state = 'in'
     from (select r.frame_id, row_number() over (partition by r.stratum order by r.rank) as place, v.vacant
           from sampled r join (select stratum, count(*) as vacant from sampled
             where part = 'sample' and state = 'struck' group by stratum) v using (stratum)
           where r.part = 'reserve' and r.state = 'idle') n
     where n.frame_id = s.frame_id and n.place <= n.vacant`,
  );
  return rowCount ?? 0;
};

/** Whose row went from the source between the check and this reading. */
const strikeUnread = async (tx: pg.PoolClient): Promise<readonly StrikeCount[]> => {
  const { rowCount } = await tx.query(
    `update sampled s set state = 'struck', struck_by = 'gone'
     where s.state = 'in' and not exists (select from contact c where c.key = s.key)`,
  );
  return rowCount ? [{ reason: 'gone', count: rowCount }] : [];
};

const state = async (s: StepContext, packed: Packed): Promise<{ text: string; sha256: string }> => {
  const { plan, attempt } = s;
  const { survey, period, attempt: number, planHash } = attempt;
  const said = await s.fenced(async ({ tx }) => {
    const { rows } = await tx.query<{ frame_root: string; seed: string; expires: Date }>(
      `select frame_root, seed, now() + $4::interval as expires from cordon.attempt
       where (survey, period, attempt) = ($1, $2, $3)`,
      [...names(attempt), plan.declaration.release.validFor],
    );
    return rows[0];
  });
  const statement: ReleaseStatement = {
    survey,
    period,
    attempt: number,
    planHash,
    frameRoot: said?.frame_root ?? '',
    seed: said?.seed ?? '',
    rows: packed.rows,
    fields: plan.minimise.fields.map(({ name }) => name),
    recipient: plan.processor.processor,
    rowsRoot: packed.rowsRoot,
    expiresAt: said?.expires.toISOString() ?? '',
  };
  return canonicalStatement(statement);
};
