// The draw. The seed comes after the frame's root is in the ledger, is recorded before it is used, and is the
// attempt's for ever: a repeated start draws the same people. Whoever another survey has drawn is not drawn again.
import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../schemas/failure.ts';
import type { StratumCount } from '../schemas/leaf.ts';
import type { Answer, Ref } from '../schemas/ref.ts';
import { allocate } from '../sql/allocate.ts';
import type { StratumSizes } from '../sql/allocate.ts';
import { Draw, drawnLine } from '../sql/draw.ts';
import type { Deps } from './deps.ts';
import { eachRow } from './rows.ts';
import { instantOfDraw } from './screen.ts';
import type { StageTx, StepContext } from './step.ts';
import { names, step } from './step.ts';

type Sampled = Ref<'sampled'>;

export const sample =
  (deps: Deps) =>
  (screened: Ref<'screened'>): Promise<Answer<Sampled>> =>
    step<Sampled>(deps, screened, 'sample', async (s) => {
      const { plan, attempt } = s;
      const { survey, period, attempt: number, nonceSha256: nonce } = attempt;
      const seed = await seedOf(s);
      const strata = await s.staged((stage) => draw(s, stage, seed));
      const sum = (of: Exclude<keyof StratumCount, 'stratum'>) => strata.reduce((n, each) => n + each[of], 0);
      const [frame, withheld, drawn, reserve] = [
        sum('frame'),
        sum('withheld'),
        sum('sample'),
        sum('reserve'),
      ];
      const notDrawn = frame - drawn - reserve;
      const ref: Sampled = { survey, period, attempt: number, stage: 'sampled', rows: drawn, nonce };
      return s.finish(ref, async ({ tx, run, leaves }) => {
        const digests = { drawnSha256: await drawnOf(tx), withheldSha256: await withheldOf(tx, s) };
        await run(plan.sample.cut);
        await tx.query(
          `update cordon.waterfall set sample = $4, reserve = $5, not_drawn = $6, withheld = $7
           where (survey, period, attempt) = ($1, $2, $3)`,
          [...names(attempt), drawn, reserve, notDrawn, withheld],
        );
        await tx.query(
          `insert into cordon.stratum_count (survey, period, attempt, stratum, frame, withheld, sample, reserve)
           select $1, $2, $3, r.* from jsonb_to_recordset($4)
             r(stratum text, frame bigint, withheld bigint, sample bigint, reserve bigint)`,
          [...names(attempt), JSON.stringify(strata)],
        );
        const counts = { frame, withheld, sample: drawn, reserve, notDrawn };
        await leaves({ type: 'sampled', seed, ...counts, ...digests, strata });
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
      await leaves({ type: 'seed-drawn', seed: given.seed, source: 'system', frameRoot: given.frame_root });
    return given.seed;
  });

/** Under the lock of all draws from the look at who is free until the drawn are reserved: two surveys may start at once. */
const draw = async (s: StepContext, stage: StageTx, seed: string): Promise<StratumCount[]> => {
  const { tx, run } = stage;
  const { sample: plan } = s.plan;
  const { period, attempt } = s.attempt;
  // the frame has no statistics: the planner would sort the whole of it to find the drawn
  await tx.query('set local enable_mergejoin = off');
  await tx.query("select pg_advisory_xact_lock(hashtextextended('cordon contacts', 0))");
  const values = { period, attempt, drawnAt: await instantOfDraw(s, tx) };
  await run(plan.reset);
  for (const statement of plan.withhold) await run(statement, values);
  const found = await run<{ stratum: string; frame: number; withheld: number }>(plan.strata, values);
  const sizes = allocate(s.plan.declaration.sample, found);
  await keep(stage, s, seed, sizes);
  await tx.query('select cordon.reserve_drawn($1, $2, $3)', names(s.attempt));
  return sizes.map(({ stratum, frame, sample: drawn, reserve }, i) => {
    const withheld = found[i]?.withheld ?? 0;
    return { stratum, frame: frame + withheld, withheld, sample: drawn, reserve };
  });
};

/** A statement's parameters hold this many ids at once; each statement looks through the frame. */
const atOnce = 150_000;

const keep = async (
  { tx, run }: StageTx,
  { plan }: StepContext,
  seed: string,
  sizes: readonly StratumSizes[],
): Promise<void> => {
  const draws = new Map(sizes.map((z) => [z.stratum, new Draw(seed, z.sample + z.reserve)]));
  await eachRow(tx, plan.sample.frame, (stratum = '', id = '') => void draws.get(stratum)?.add(id));
  const drawn = sizes.flatMap(({ stratum, sample: quota }) =>
    (draws.get(stratum)?.ids() ?? []).map((id, i) => ({
      id,
      rank: i + 1,
      part: i < quota ? 'sample' : 'reserve',
    })),
  );
  for (let from = 0; from < drawn.length; from += atOnce) {
    const some = drawn.slice(from, from + atOnce);
    await run(plan.sample.draw, {
      frameIds: some.map(({ id }) => id),
      ranks: some.map(({ rank }) => rank),
      parts: some.map(({ part }) => part),
    });
  }
};

const drawnOf = async (tx: StageTx['tx']): Promise<string> => {
  const digest = createHash('sha256');
  await eachRow(
    tx,
    'select stratum, rank, frame_id from sampled order by stratum collate "C", rank',
    (stratum = '', rank = '', frameId = '') => void digest.update(drawnLine(stratum, Number(rank), frameId)),
  );
  return digest.digest('hex');
};

const withheldOf = async (tx: StageTx['tx'], { attempt }: StepContext): Promise<string> => {
  const { rows } = await tx.query<{ frame_id: string }>(
    `select frame_id from cordon.withheld where (survey, period, attempt) = ($1, $2, $3)
     order by frame_id collate "C"`,
    names(attempt),
  );
  return createHash('sha256')
    .update(rows.map((row) => `${row.frame_id}\n`).join(''))
    .digest('hex');
};
