// The rounds: contenders take turns, each after a checkpoint, so that what slows the machine for a while slows all of
// them. The first round warms caches and is dropped when there are others. A time counts only for whoever selected
// exactly the people that our own run selected.
import { isDeepStrictEqual } from 'node:util';
import { withConnection, withTransaction, createPool } from '../../sql/connect.ts';
import { openSource } from '../../activities/source/source.ts';
import { readPlan } from '../../activities/plan.ts';
import { windowOf } from '../../activities/window.ts';
import { settings } from '../../sql/plan.ts';
import { runChild } from './child.ts';
import type { Peer } from './contenders.ts';
import { stages } from './corridor-stages.ts';
import { crude, floor } from './floor.ts';
import { runOurs } from './ours.ts';
import type { LedgerCost, Ours, Verdict } from './ours.ts';
import { makePlace } from './place.ts';
import type { Place } from './place.ts';
import type { Answer, Job } from './peers/job.ts';

export interface Options {
  /** a superuser's address */
  readonly adminUrl: string;
  /** for what is built and thrown away */
  readonly folder: string;
  readonly sizes: readonly number[];
  /** the first of several is dropped */
  readonly rounds: number;
  readonly peers: readonly Peer[];
  readonly progress: (line: string) => void;
}

export interface Line {
  readonly name: string;
  readonly kind: 'floor' | 'reference' | 'ours' | 'stage' | 'peer';
  /** one for each round that counts */
  readonly seconds: readonly number[];
  readonly maxRssKb?: number;
  /** why no time counts */
  readonly rejected?: string;
}

export interface Sized {
  readonly rows: number;
  readonly rounds: number;
  readonly verdict: Verdict;
  readonly lines: readonly Line[];
  readonly worker: { readonly maxRssKb: number; readonly startRssKb: number };
  readonly backendKb: number | null;
  readonly walBytes: number;
  readonly ledger: LedgerCost;
}

export const bench = async (options: Options): Promise<readonly Sized[]> => {
  const all: Sized[] = [];
  for (const rows of options.sizes) all.push(await benchSize(options, rows));
  return all;
};

const benchSize = async (options: Options, rows: number): Promise<Sized> => {
  const { adminUrl, folder, progress } = options;
  progress(`${said(rows)} rows: building the records system and the registers`);
  const place = await makePlace(adminUrl, folder, rows);
  try {
    const tally = newTally();
    let last: Ours | undefined;
    for (let round = 1; round <= options.rounds; round++) {
      const dropped = round === 1 && options.rounds > 1;
      const ours = await oneRound(options, place, tally, (line) =>
        progress(`${said(rows)} rows, round ${String(round)} of ${String(options.rounds)}: ${line}`),
      );
      if (dropped) tally.forgetTimes();
      last = ours;
    }
    if (!last) throw new Error('at least one round');
    return {
      rows,
      rounds: Math.max(1, options.rounds - 1),
      verdict: last.verdict,
      lines: tally.lines(),
      worker: { maxRssKb: tally.most('worker'), startRssKb: last.startRssKb },
      backendKb: tally.most('backend') || null,
      walBytes: tally.most('wal'),
      ledger: last.ledger,
    };
  } finally {
    await place.drop();
  }
};

const oneRound = async (
  { adminUrl, peers }: Options,
  place: Place,
  tally: Tally,
  progress: (line: string) => void,
): Promise<Ours> => {
  const checkpoint = () =>
    withConnection(adminUrl, 'bench', async (db) => void (await db.query('checkpoint')));
  await checkpoint();
  tally.add('floor', 'floor', await floor(place));
  await checkpoint();
  const references = await crude(place);
  tally.add('create table as', 'reference', references.ctas);
  tally.add('delete and vacuum', 'reference', references.erase);
  await checkpoint();
  tally.add('extract, transport alone', 'stage', await transport(place));
  const ours = await runOurs(adminUrl, place);
  tally.add('ours', 'ours', ours.seconds, ours.maxRssKb);
  const inProcess = Object.values(ours.stages).reduce((a, b) => a + b, 0);
  tally.add('ours, without start-up', 'ours', inProcess);
  for (const stage of stages) tally.add(stage, 'stage', ours.stages[stage]);
  tally.see('worker', ours.maxRssKb);
  tally.see('backend', ours.backendKb ?? 0);
  tally.see('wal', ours.walBytes);
  progress(`ours ${ours.seconds.toFixed(2)} s, ${(ours.seconds / tally.last('floor')).toFixed(1)} x floor`);
  for (const peer of peers) {
    if (place.rows > (peer.most ?? Number.POSITIVE_INFINITY)) continue;
    await checkpoint();
    const [program, args] = peer.command;
    const job: Job = peer.job?.(ours.job) ?? ours.job;
    const { answer, seconds } = await runChild<Answer>(program, args, job);
    const fault = difference(ours.verdict, answer);
    if (fault === undefined) tally.add(peer.name, 'peer', seconds, answer.maxRssKb);
    else tally.reject(peer.name, fault);
    progress(
      `${peer.name} ${fault ?? `${seconds.toFixed(2)} s, ${(seconds / ours.seconds).toFixed(1)} x ours`}`,
    );
  }
  return ours;
};

/** undefined when both selected the same people for the same reasons */
export const difference = (ours: Verdict, theirs: Verdict): string | undefined => {
  const counted = Object.entries(ours.counts).filter(([reason, n]) => theirs.counts[reason] !== n);
  const [first] = counted;
  if (first) return `counts ${String(theirs.counts[first[0]] ?? 0)} for ${first[0]}, not ${String(first[1])}`;
  if (!isDeepStrictEqual(Object.keys(theirs.counts).toSorted(), Object.keys(ours.counts).toSorted()))
    return 'counts other reasons';
  if (theirs.frame !== ours.frame) return `has a frame of ${String(theirs.frame)}, not ${String(ours.frame)}`;
  return theirs.selected === ours.selected ? undefined : 'selected other people';
};

/** The needed columns from the source into the session's table, and no further. */
const transport = async (place: Place): Promise<number> => {
  const work = await place.work();
  const pool = createPool(work.url, 'bench', 1);
  try {
    const plan = await readPlan(pool, place.planHash);
    const source = await openSource(place.records, place.period);
    const start = performance.now();
    await withTransaction(pool, async (tx) => {
      const { windowFrom, windowTo } = await windowOf(plan, place.period, tx);
      await tx.query(plan.extract.arrived.text);
      await source.load(
        [tx],
        {
          relation: plan.extract.relation,
          columns: plan.extract.columns,
          select: plan.extract.read,
          settings: { [settings.windowFrom]: windowFrom, [settings.windowTo]: windowTo },
        },
        { signal: new AbortController().signal, heartbeat: () => undefined },
      );
    });
    const seconds = (performance.now() - start) / 1000;
    await source.close();
    return seconds;
  } finally {
    await pool.end();
    await work.drop();
  }
};

type Seen = 'worker' | 'backend' | 'wal';

interface Tally {
  add(name: string, kind: Line['kind'], seconds: number, maxRssKb?: number): void;
  reject(name: string, why: string): void;
  see(what: Seen, amount: number): void;
  most(what: Seen): number;
  last(name: string): number;
  /** what the first round took; whoever was wrong in it stays wrong */
  forgetTimes(): void;
  lines(): readonly Line[];
}

const newTally = (): Tally => {
  const lines = new Map<
    string,
    { kind: Line['kind']; seconds: number[]; maxRssKb?: number; rejected?: string }
  >();
  const seen = new Map<Seen, number>();
  const line = (name: string, kind: Line['kind']) => {
    const found = lines.get(name) ?? { kind, seconds: [] };
    lines.set(name, found);
    return found;
  };
  return {
    add: (name, kind, seconds, maxRssKb) => {
      const of = line(name, kind);
      of.seconds.push(seconds);
      if (maxRssKb !== undefined) of.maxRssKb = Math.max(of.maxRssKb ?? 0, maxRssKb);
    },
    reject: (name, why) => {
      line(name, 'peer').rejected ??= why;
    },
    see: (what, amount) => void seen.set(what, Math.max(seen.get(what) ?? 0, amount)),
    most: (what) => seen.get(what) ?? 0,
    last: (name) => lines.get(name)?.seconds.at(-1) ?? Number.NaN,
    forgetTimes: () => {
      for (const of of lines.values()) of.seconds = [];
    },
    lines: () =>
      [...lines].map(([name, of]) => ({ name, ...of, seconds: of.rejected === undefined ? of.seconds : [] })),
  };
};

/** `80k`, `1M`, `600` */
export const said = (rows: number): string =>
  rows % 1_000_000 === 0
    ? `${String(rows / 1_000_000)}M`
    : rows % 1_000 === 0
      ? `${String(rows / 1_000)}k`
      : String(rows);
