// The draw. The seed comes from the system's generator after the frame's root is in the ledger, is recorded
// before it is used, and is the attempt's for ever: a repeated start draws the same people.
import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../schemas/failure.ts';
import type { Answer, Ref } from '../schemas/ref.ts';
import { allocate } from '../sql/allocate.ts';
import type { Deps } from './deps.ts';
import type { StepContext } from './step.ts';
import { names, step } from './step.ts';

type Sampled = Ref<'sampled'>;

export const sample =
  (deps: Deps) =>
  (screened: Ref<'screened'>): Promise<Answer<Sampled>> =>
    step<Sampled>(deps, screened, 'sample', async (s) => {
      const { plan, attempt } = s;
      const { survey, period, attempt: number, nonceSha256 } = attempt;
      const seed = await seedOf(s);
      const strata = await s.staged(async ({ run }) => {
        await run(plan.sample.reset);
        const frames = await run<{ stratum: string; frame: number }>(plan.sample.strata);
        const drawn = allocate(plan.declaration.sample, frames);
        await run(plan.sample.draw, {
          seedHash: createHash('sha256').update(seed, 'utf8').digest('hex'),
          strata: drawn.map((d) => d.stratum),
          quotas: drawn.map((d) => d.sample),
          reserves: drawn.map((d) => d.reserve),
        });
        return drawn;
      });
      const sum = (of: 'frame' | 'sample' | 'reserve') => strata.reduce((n, stratum) => n + stratum[of], 0);
      const [frame, drawn, reserve] = [sum('frame'), sum('sample'), sum('reserve')];
      const ref: Sampled = {
        survey,
        period,
        attempt: number,
        stage: 'sampled',
        rows: drawn,
        nonce: nonceSha256,
      };
      return s.finish(ref, async ({ tx, run, leaves }) => {
        await run(plan.sample.cut);
        const notDrawn = frame - drawn - reserve;
        await tx.query(
          `update cordon.waterfall set sample = $4, reserve = $5, not_drawn = $6
           where (survey, period, attempt) = ($1, $2, $3)`,
          [...names(attempt), drawn, reserve, notDrawn],
        );
        await tx.query(
          `insert into cordon.stratum_count (survey, period, attempt, stratum, frame, sample, reserve)
           select $1, $2, $3, r.* from jsonb_to_recordset($4)
             r(stratum text, frame bigint, sample bigint, reserve bigint)`,
          [...names(attempt), JSON.stringify(strata)],
        );
        await leaves({ type: 'sampled', seed, frame, sample: drawn, reserve, notDrawn, strata });
      });
    });

const seedOf = (s: StepContext): Promise<string> =>
  s.staged(async ({ tx, leaves }) => {
    const { rows } = await tx.query<{ seed: string; is_new: boolean; frame_root: string | null }>(
      'select * from cordon.set_seed($1, $2, $3, $4)',
      [...names(s.attempt), randomBytes(32).toString('hex')],
    );
    const [given] = rows;
    if (!given?.frame_root) throw failure('FENCED', { expected: 'a frame root before a seed' });
    if (given.is_new)
      await leaves({ type: 'seed-drawn', seed: given.seed, source: 'csprng', frameRoot: given.frame_root });
    return given.seed;
  });
