// Every rule over every row, then the frame and its root. The attempt's frame key exists in this function alone:
// once the frame is committed nobody can compute a frame id again, and everyone screened out is gone.
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { Refusal } from '../schemas/failure.ts';
import { failure, refuse } from '../schemas/failure.ts';
import type { ReasonCount } from '../schemas/leaf.ts';
import type { Answer, Ref } from '../schemas/ref.ts';
import { alarmsOf } from '../sql/alarms.ts';
import { MerkleRoot } from '../sql/ledger/merkle.ts';
import type { Plan } from '../sql/plan.ts';
import { settings } from '../sql/plan.ts';
import type { RunValues } from '../sql/plan.ts';
import { hmacPads } from '../sql/token.ts';
import { earlierScreenings, raiseAlarms, registerAlarms } from './alarms.ts';
import { beside } from './beside.ts';
import { plantCanaries, removeCanaries } from './canaries.ts';
import type { Deps } from './deps.ts';
import { joinByHash } from './hash-joins.ts';
import { place } from './open-copy.ts';
import {
  emptiedRegisters,
  keepTokenKey,
  readRegisters,
  recordRegisters,
  registersSeen,
  withSeen,
} from './registers.ts';
import type { Seen } from './registers.ts';
import { eachRow } from './rows.ts';
import type { StageTx, StepContext } from './step.ts';
import { names, set, step } from './step.ts';
import { transact } from './transact.ts';
import { windowOf } from './window.ts';

type Screened = Ref<'screened'>;

export const screen =
  (deps: Deps) =>
  (extracted: Ref<'extracted'>): Promise<Answer<Screened>> =>
    step<Screened>(deps, extracted, 'screen', async (s) => {
      const { plan, attempt } = s;
      const { survey, period, attempt: number, staging, nonceSha256 } = attempt;
      const screened = await s.staged(async ({ tx, run, leaves }) => {
        await keepTokenKey(tx);
        const drawnAt = await instantOfDraw(s, tx);
        const values = { ...(await windowOf(plan, period, tx)), drawnAt, period };
        await joinByHash(tx);
        const { inner, outer } = hmacPads(randomBytes(32));
        await set(tx, { [settings.frameInner]: inner, [settings.frameOuter]: outer });
        await run(plan.screen.reset);
        // registers are reckoned while the intake meets them
        const [read, { seen, hasOptOuts, planted }] = await beside(
          transact(deps.pool, (other) => readRegisters(deps, s, other)),
          meet(s, { tx, run }, values),
        );
        const faults = registerAlarms(read);
        const isEmpty = read.faults.some(
          ({ code, register }) => code === 'REGISTER_EMPTIED' && register === 'opt-outs',
        );
        if (isEmpty === hasOptOuts)
          throw failure(
            'FENCED',
            { found: 'registers that were emptied or filled while they were read' },
            false,
          );
        const registers = withSeen(read, seen);
        if (faults.length === 0) await recordRegisters(tx, s, registers);
        await run(plan.screen.rows, values);
        const canaries = hasOptOuts ? await removeCanaries(s, { tx, run }, values) : 0;
        // how many are left, without which the planner takes them for a few
        await tx.query('select cordon.analyze_stage($1)', [staging]);
        for (const statement of plan.screen.population) await run(statement, values);
        const exclusions = await run<ReasonCount & pg.QueryResultRow>(plan.screen.counts, values);
        const overlaps = await run<Pair & pg.QueryResultRow>(plan.screen.overlaps, values);
        const [balance] = await run<{ intake: number; frame: number }>(plan.screen.balance, values);
        await run(plan.screen.frame, values);
        const { intake, frame } = balance ?? { intake: 0, frame: 0 };
        const usual = await earlierScreenings(tx, attempt);
        const alarms = [...faults, ...alarmsOf(plan.declaration.alarms, intake, exclusions, usual)];
        for (const kind of planted) await leaves({ type: 'canary-planted', kind });
        const { counts } = registers;
        return { exclusions: exclusions.map(plain), overlaps, canaries, alarms, intake, frame, counts };
      });
      if (screened.frame === 0) throw refuse(nobodyLeft);
      const { root, strata } = await s.staged(({ tx }) => rootOf(tx, plan.screen.frameRows.text));
      const ref: Screened = {
        survey,
        period,
        attempt: number,
        stage: 'screened',
        rows: screened.frame,
        nonce: nonceSha256,
        ...(plan.declaration.sample.seed.by !== 'system' && { awaits: plan.declaration.sample.seed.by }),
        ...(screened.alarms.length > 0 && { alarms: screened.alarms }),
      };
      return s.finish(ref, async ({ tx, leaves }) => {
        const { exclusions, overlaps, canaries, alarms, intake, frame, counts } = screened;
        await tx.query(
          `update cordon.waterfall set excluded = $4, frame = $5, canaries = $6
           where (survey, period, attempt) = ($1, $2, $3)`,
          [...names(attempt), intake - frame, frame, canaries],
        );
        const reviewed = new Set(
          plan.screen.rules.filter(({ review }) => review).map(({ reason }) => reason),
        );
        await tx.query(
          `insert into cordon.exclusion_count
             (survey, period, attempt, ordinal, reason, first_reason, any_reason, review)
           select $1, $2, $3, r.n, r.item->>'reason', (r.item->>'first')::bigint, (r.item->>'all')::bigint,
             (r.item->>'review')::boolean
           from jsonb_array_elements($4::jsonb) with ordinality r(item, n)`,
          [
            ...names(attempt),
            JSON.stringify(exclusions.map((count) => ({ ...count, review: reviewed.has(count.reason) }))),
          ],
        );
        await tx.query(
          `insert into cordon.exclusion_overlap (survey, period, attempt, ordinal, other, rows)
           select $1, $2, $3, o.* from jsonb_to_recordset($4) o(ordinal int, other int, rows bigint)`,
          [...names(attempt), JSON.stringify(overlaps)],
        );
        const copy = place('public-frame', attempt, 1);
        await tx.query("select cordon.open_copy($1, $2, $3, 'public-frame', $4, interval '1 day')", [
          ...names(attempt),
          copy,
        ]);
        await tx.query(
          `insert into copies."${copy}" (survey, period, attempt, frame_id, stratum)
           select $1, $2, $3, frame_id, stratum from frame_key order by frame_id collate "C"`,
          names(attempt),
        );
        await tx.query('select cordon.set_frame_root($1, $2, $3, $4)', [...names(attempt), root]);
        await tx.query('select cordon.drop_intake($1)', [staging]);
        const reasonAt = (ordinal: number): string => plan.screen.rules[ordinal - 1]?.reason ?? '';
        await leaves({
          type: 'screened',
          intake,
          frame,
          exclusions,
          overlaps: overlaps.map(({ ordinal, other, rows }) => ({
            reasons: [reasonAt(ordinal), reasonAt(other)] as const,
            rows,
          })),
          canaries,
          registers: counts,
        });
        await leaves({ type: 'frame-committed', root, size: frame, strata });
        await awaitSeed({ tx, leaves }, plan, root);
        await raiseAlarms({ tx, leaves }, attempt, 'screen', alarms);
      });
    });

interface Pair {
  readonly ordinal: number;
  readonly other: number;
  readonly rows: number;
}

/** An empty register has lost its canaries too: that is the alarm, and what an officer accepts. */
const meet = async (s: StepContext, { tx, run }: Pick<StageTx, 'tx' | 'run'>, values: RunValues) => {
  const hasOptOuts = !(await emptiedRegisters(tx)).includes('opt-outs');
  const planted = hasOptOuts ? await plantCanaries(s, { tx, run }, values) : [];
  for (const statement of s.plan.screen.meet) await run(statement, values);
  return { hasOptOuts, planted, seen: await run<Seen & pg.QueryResultRow>(registersSeen) };
};

const plain = ({ reason, first, all }: ReasonCount): ReasonCount => ({ reason, first, all });

/** Where the seed will come from is said with the frame, before anybody can know it. @throws SEED_ORDER */
const awaitSeed = async (
  { tx, leaves }: Pick<StageTx, 'tx' | 'leaves'>,
  { declaration }: Plan,
  frameRoot: string,
): Promise<void> => {
  const { seed } = declaration.sample;
  if (seed.by === 'system') return;
  if (seed.by !== 'public') return leaves({ type: 'seed-awaited', source: 'dice', frameRoot });
  const { date, source: named } = seed;
  const { rows } = await tx.query<{ late: boolean; far: boolean }>(
    'select now() >= $1::date as late, $1::date > now() + $2::interval as far',
    [date, declaration.release.validFor],
  );
  if (rows[0]?.far !== false)
    throw refuse({
      code: 'SEED_ORDER',
      found: `a public value of ${date}, for which a wave does not wait`,
      expected: `a day within ${declaration.release.validFor}, as long as a release may take`,
      remedy: 'name an earlier day in sample.seed and apply again',
    });
  if (rows[0].late)
    throw refuse({
      code: 'SEED_ORDER',
      found: `a frame that is committed on or after ${date}, when its seed is published`,
      expected: 'a public value that nobody can know yet',
      remedy: 'name a later day in sample.seed and apply again',
    });
  await leaves({ type: 'seed-awaited', source: 'public', frameRoot, named, date });
};

/** One stored instant for every rule that asks the time, in this stage and in the checks that come later. */
export const instantOfDraw = async (
  { attempt }: Pick<StepContext, 'attempt'>,
  tx: pg.PoolClient,
): Promise<string> => {
  const { rows } = await tx.query<{ at: string }>(
    'select cordon.set_drawn_at($1, $2, $3)::text as at',
    names(attempt),
  );
  return rows[0]?.at ?? '';
};

/** RFC 6962 root over one leaf a frame unit, in the order of frame ids: stratum, TAB, frame id, as UTF-8. */
const rootOf = async (tx: pg.PoolClient, frameRows: string): Promise<{ root: string; strata: number }> => {
  const tree = new MerkleRoot();
  const strata = new Set<string>();
  let last: string | undefined;
  await eachRow(tx, frameRows, (stratum = '', frameId = '') => {
    // they come in their order: an id that comes twice would have two chances
    if (frameId === last) throw failure('FENCED', { found: 'a frame id that comes twice' });
    last = frameId;
    strata.add(stratum);
    tree.add(`${stratum}\t${frameId}`);
  });
  return { root: tree.root().toString('hex'), strata: strata.size };
};

export const nobodyLeft: Refusal = {
  code: 'FRAME_EMPTY',
  found: 'nobody left after screening',
  expected: 'at least one eligible person',
  remedy: 'compare the waterfall with earlier months; a rule or the source has changed',
};
