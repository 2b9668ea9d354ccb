// `node test/bench/draw.ts`: the draw of a frame of 475,000 against the COPY floor, side by side in one run.
// Floor: `psql -c "copy victim to stdout" | psql -c "copy floor from stdin"`, 1,000,000 rows of 25 columns, 303 bytes
// each. Gate: half of it. The draw is the compiled SQL with the tickets of sql/draw.ts, as activities/sample.ts does it.
import { execSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eachRow } from '../../activities/rows.ts';
import { withConnection } from '../../sql/connect.ts';
import { Draw } from '../../sql/draw.ts';
import { bind } from '../../sql/plan.ts';
import type { RunValues, Statement } from '../../sql/plan.ts';
import { compile } from '../../sql/compile.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { shipped } from '../sql/stage.ts';

const rounds = Number(process.argv[2] ?? 5);
const [quota, reserve] = [50, 10];
const { DATABASE_URL: _, ...env } = process.env;
const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'));
const watchdog = await startWatchdog();
const server = await startPostgres({
  folder,
  env,
  watchdog,
  progress: () => undefined,
  settings: { fsync: 'off' },
});
const urlOf = (database: string): string =>
  Object.assign(new URL(server.adminUrl), { pathname: `/${database}` }).href;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { plan } = compile(shipped());

const build = async (): Promise<void> => {
  await withConnection(server.adminUrl, 'bench', async (db) => {
    await db.query('create database source');
    await db.query('create database work');
  });
  const columns = Array.from({ length: 25 }, (_, i) => `c${i} text`).join(', ');
  await withConnection(urlOf('source'), 'bench', async (db) => {
    await db.query(`create table victim (${columns})`);
    const cells = Array.from({ length: 25 }, (_, i) => `left(md5((g + ${i})::text), ${i < 3 ? 12 : 11})`);
    await db.query(`insert into victim select ${cells.join(', ')} from generate_series(1, 1000000) g`);
    await db.query('analyze victim');
  });
  await withConnection(urlOf('work'), 'bench', async (db) => {
    await db.query(`create unlogged table floor (${columns})`);
    for (const { name, columns: of } of plan.staging.filter((t) => ['frame_key', 'sampled'].includes(t.name)))
      await db.query(
        `create unlogged table ${name} (${of.map((c) => `${pg.escapeIdentifier(c.name)} ${c.type}`).join(', ')})`,
      );
    await db.query(`insert into frame_key (frame_id, stratum, key, shared, phone_tokens, reference_tokens, person_tokens)
      select encode(sha256(g::text::bytea), 'hex'), 'Area ' || g % 4 || ' / kind ' || g % 6, array['V' || g, 'C' || g],
        0, array[sha256(('p' || g)::bytea)], array[sha256(('r' || g)::bytea)], array[sha256(('n' || g)::bytea)]
      from generate_series(1, 475000) g`);
    await db.query('analyze frame_key (stratum)');
  });
};

const floor = (): void =>
  void execSync(
    `psql -q -d "$SOURCE" -c 'copy victim to stdout' | psql -q -d "$WORK" -c 'copy floor from stdin'`,
    { env: { ...process.env, SOURCE: urlOf('source'), WORK: urlOf('work') } },
  );

const draw = async (db: pg.Client): Promise<void> => {
  const run = (statement: Statement, values: RunValues = {}) => {
    const { text, values: bound } = bind(statement, values);
    return db.query<Record<string, unknown>>(text, bound);
  };
  const { rows: strata } = await db.query<{ stratum: string }>('select distinct stratum from frame_key');
  const draws = new Map(strata.map(({ stratum }) => [stratum, new Draw('seed', quota + reserve)]));
  await eachRow(db, plan.sample.frame, (stratum = '', id = '') => void draws.get(stratum)?.add(id));
  const drawn = [...draws.values()].flatMap((each) => each.ids().map((id, i) => ({ id, rank: i + 1 })));
  await run(plan.sample.draw, {
    frameIds: drawn.map(({ id }) => id),
    ranks: drawn.map(({ rank }) => rank),
    parts: drawn.map(({ rank }) => (rank <= quota ? 'sample' : 'reserve')),
  });
};

try {
  await build();
  await withConnection(urlOf('work'), 'bench', async (db) => {
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      await db.query('truncate floor, sampled');
      await db.query('checkpoint');
      const a = performance.now();
      floor();
      const b = performance.now();
      await draw(db);
      const d = performance.now();
      // the first round warms up
      if (round > 0) ratios.push((d - b) / (b - a));
      say(`${String(round)}  floor ${(b - a).toFixed(0)} ms  draw ${(d - b).toFixed(0)} ms`);
    }
    const sorted = ratios.toSorted((x, y) => x - y);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
    say(`draw / floor: ${at(0)} least, ${at(0.5)} median, ${at(1)} most; gate 0.50`);
    say(`largest resident set of this process: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  });
} finally {
  await server.stop();
  await watchdog.stop();
  await rm(folder, { recursive: true, force: true });
}
