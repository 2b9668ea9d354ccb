// Draws a wave again from what the auditor's role can read: the public frame, the seed and the plan, checked against
// the ledger leaf by leaf. Nothing here asks the database who was drawn.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { eachRow } from '../activities/rows.ts';
import { readPlan } from '../activities/plan.ts';
import { isOurs } from '../schemas/failure.ts';
import type { Body, StratumCount } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { allocate } from '../sql/allocate.ts';
import { Draw, drawnLine } from '../sql/draw.ts';
import { leafHash, MerkleRoot } from '../sql/ledger/merkle.ts';

export interface Check {
  readonly check: string;
  readonly ok: boolean;
}

/** One try at the wave; `checks` is empty when it drew nobody. */
export interface Redrawn {
  readonly attempt: number;
  readonly outcome: string | null;
  readonly seedSource?: string;
  readonly counts?: Pick<Body<'sampled'>, 'frame' | 'withheld' | 'sample' | 'reserve' | 'notDrawn'>;
  readonly checks: readonly Check[];
}

export interface LedgerLeaf {
  readonly index: number;
  /** the stored bytes, as text */
  readonly text: string;
  readonly hashed: boolean;
  readonly leaf: Readonly<Record<string, unknown>> & { readonly type: string };
}

interface Attempt {
  readonly attempt: number;
  readonly outcome: string | null;
  readonly plan_hash: string;
}

/** Every attempt, the aborted ones too: a draw that was thrown away is never hidden. */
export const redraw = async (db: pg.Client, wave: WaveKey): Promise<Redrawn[]> => {
  const { rows } = await db.query<Attempt>(
    'select attempt, outcome, plan_hash from cordon.attempt where (survey, period) = ($1, $2) order by attempt',
    [wave.survey, wave.period],
  );
  const all: Redrawn[] = [];
  for (const attempt of rows) all.push(await again(db, wave, attempt));
  return all;
};

const again = async (db: pg.Client, wave: WaveKey, at: Attempt): Promise<Redrawn> => {
  const { attempt, outcome } = at;
  const leaves = await drawLeaves(db, wave, attempt);
  const seeds = leaves.filter(({ leaf }) => leaf.type === 'seed-drawn');
  const frames = leaves.filter(({ leaf }) => leaf.type === 'frame-committed');
  const draws = leaves.filter(({ leaf }) => leaf.type === 'sampled');
  const [said, seed, frame] = [draws[0], seeds[0], frames[0]];
  if (!said || !seed || !frame)
    return {
      attempt,
      outcome,
      checks: said ? [{ check: 'frame and seed are in the ledger', ok: false }] : [],
    };
  const sampled = said.leaf as unknown as Body<'sampled'>;
  const drawn = seed.leaf as unknown as Body<'seed-drawn'>;
  const committed = frame.leaf as unknown as Body<'frame-committed'>;
  const found = await fromFrame(db, wave, attempt, drawn.seed, sampled.strata);
  const sizes = await sizesOf(db, at, found.strata);
  return {
    attempt,
    outcome,
    seedSource: drawn.source,
    counts: {
      frame: sampled.frame,
      withheld: sampled.withheld,
      sample: sampled.sample,
      reserve: sampled.reserve,
      notDrawn: sampled.notDrawn,
    },
    checks: [
      { check: 'every leaf has its hash', ok: leaves.every(({ hashed }) => hashed) },
      {
        check: 'one frame, then one seed for it, then one draw',
        ok:
          Math.max(frames.length, seeds.length, draws.length) === 1 &&
          frame.index < seed.index &&
          seed.index < said.index &&
          drawn.frameRoot === committed.root &&
          sampled.seed === drawn.seed,
      },
      {
        check: 'the public frame has the root of the ledger',
        ok: found.root === committed.root && found.size === committed.size && found.inOrder,
      },
      {
        check: 'those withheld are of the frame, and as the ledger says',
        ok: found.withheldSha256 === sampled.withheldSha256 && found.withheldInFrame === sampled.withheld,
      },
      { check: 'the sizes are those of the plan', ok: sizes === JSON.stringify(sampled.strata) },
      { check: 'the same are drawn, in the same order', ok: found.drawnSha256 === sampled.drawnSha256 },
    ],
  };
};

/** What the ledger says of one attempt's draw, in its order. */
export const drawLeaves = async (db: pg.Client, wave: WaveKey, attempt: number): Promise<LedgerLeaf[]> => {
  const { rows } = await db.query<{ index: number; leaf: Buffer; leaf_hash: Buffer }>(
    `select e.index, e.leaf, e.leaf_hash from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as j) l
     where l.j @> jsonb_build_object('survey', $1::text, 'period', $2::text, 'attempt', $3::int)
       and l.j->>'type' in ('frame-committed', 'seed-awaited', 'seed-drawn', 'sampled')
     order by e.index`,
    [wave.survey, wave.period, attempt],
  );
  return rows.map(({ index, leaf, leaf_hash: stored }) => ({
    index,
    text: leaf.toString('utf8'),
    hashed: leafHash(leaf).equals(stored),
    leaf: JSON.parse(leaf.toString('utf8')) as LedgerLeaf['leaf'],
  }));
};

/** The frame in the order of its ids. COPY takes no parameters; survey, month and number are public. */
export const eachOfFrame = (
  db: pg.Client,
  wave: WaveKey,
  attempt: number,
  take: (stratum: string, frameId: string) => void,
): Promise<void> =>
  eachRow(
    db,
    `select stratum, frame_id from cordon.public_frame where survey = ${pg.escapeLiteral(wave.survey)}
       and period = ${pg.escapeLiteral(wave.period)} and attempt = ${String(Math.trunc(attempt))}
     order by frame_id collate "C"`,
    (stratum = '', frameId = '') => {
      take(stratum, frameId);
    },
  );

export const withheldOf = async (db: pg.Client, wave: WaveKey, attempt: number): Promise<string[]> => {
  const { rows } = await db.query<{ frame_id: string }>(
    `select frame_id from cordon.withheld where (survey, period, attempt) = ($1, $2, $3)
     order by frame_id collate "C"`,
    [wave.survey, wave.period, attempt],
  );
  return rows.map((row) => row.frame_id);
};

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const fromFrame = async (
  db: pg.Client,
  wave: WaveKey,
  attempt: number,
  seed: string,
  sizes: readonly StratumCount[],
) => {
  const withheld = await withheldOf(db, wave, attempt);
  const out = new Set(withheld);
  const draws = new Map(sizes.map((s) => [s.stratum, new Draw(seed, s.sample + s.reserve)]));
  const strata = new Map<string, { frame: number; withheld: number }>();
  const tree = new MerkleRoot();
  let [last, inOrder, withheldInFrame] = ['', true, 0];
  await eachOfFrame(db, wave, attempt, (stratum, frameId) => {
    // bytes of ids are letters and digits: their order is that of code units
    inOrder &&= last < frameId;
    last = frameId;
    tree.add(`${stratum}\t${frameId}`);
    const of = strata.get(stratum) ?? { frame: 0, withheld: 0 };
    strata.set(stratum, of);
    of.frame += 1;
    if (out.has(frameId)) {
      of.withheld += 1;
      withheldInFrame += 1;
    } else draws.get(stratum)?.add(frameId);
  });
  const lines = sizes.flatMap(({ stratum }) =>
    (draws.get(stratum)?.ids() ?? []).map((id, i) => drawnLine(stratum, i + 1, id)),
  );
  return {
    root: tree.root().toString('hex'),
    size: tree.count,
    inOrder,
    withheldInFrame,
    withheldSha256: sha256(withheld.map((id) => `${id}\n`).join('')),
    drawnSha256: sha256(lines.join('')),
    strata,
  };
};

/** The plan's own arithmetic over the strata as they were found, in the leaf's form. */
const sizesOf = async (
  db: pg.Client,
  { plan_hash: planHash }: Attempt,
  found: ReadonlyMap<string, { frame: number; withheld: number }>,
): Promise<string> => {
  const { declaration } = await readPlan(db, planHash);
  const strata = [...found].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  try {
    const sizes = allocate(
      declaration.sample,
      strata.map(([stratum, { frame, withheld }]) => ({ stratum, frame: frame - withheld })),
    );
    return JSON.stringify(
      sizes.map(({ stratum, sample, reserve }) => {
        const { frame, withheld } = found.get(stratum) ?? { frame: 0, withheld: 0 };
        // canonical JSON sorts keys
        return { frame, reserve, sample, stratum, withheld };
      }),
    );
  } catch (e) {
    if (isOurs(e)) return 'infeasible';
    throw e;
  }
};
