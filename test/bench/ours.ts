// Our own run as the bench sees it: the corridor in a child, looked at twice from outside as a superuser. What is
// read here is what every peer must come to as well.
import { createHash, hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { loadDeclaration } from '../../schemas/load.ts';
import { shiftMonth } from '../../schemas/period.ts';
import { withConnection } from '../../sql/connect.ts';
import { readHeads } from '../../sql/ledger/checkpoint.ts';
import { leafHash, verifyInclusion } from '../../sql/ledger/merkle.ts';
import { proveInclusion } from '../../sql/ledger/prove.ts';
import { smallYoungGeneration } from '../../worker/processes.ts';
import { startOfMonth } from '../../worker/synthetic.ts';
import { watchingBackends } from './backends.ts';
import { runChild } from './child.ts';
import type { CorridorAnswer, CorridorJob } from './corridor.ts';
import type { StageName } from './corridor-stages.ts';
import { clockChanges } from './place.ts';
import type { Place } from './place.ts';
import type { Job } from './peers/job.ts';
import { sortedLines } from './peers/rules.ts';

export interface Verdict {
  readonly counts: Readonly<Record<string, number>>;
  readonly frame: number;
  readonly sample: number;
  readonly selected: string;
}

/** What the evidence costs: of the last round. */
export interface LedgerCost {
  readonly leaves: number;
  /** seconds in the functions that append, out of PostgreSQL's own count */
  readonly appending: number;
  /** of `appending`, over the seconds of the whole run */
  readonly share: number;
  /** seconds, the median over every leaf, of a proof that it is in the log */
  readonly proof: number;
}

export interface Ours {
  /** the whole process */
  readonly seconds: number;
  readonly stages: Readonly<Record<StageName, number>>;
  readonly maxRssKb: number;
  readonly startRssKb: number;
  /** of one backend; null where it cannot be seen */
  readonly backendKb: number | null;
  readonly walBytes: number;
  readonly ledger: LedgerCost;
  readonly verdict: Verdict;
  /** what the peers of this round are given */
  readonly job: Job;
}

export const runOurs = async (adminUrl: string, place: Place): Promise<Ours> => {
  const work = await place.work();
  try {
    return await withConnection(work.url, 'bench look', async (db) => {
      await db.query('checkpoint');
      await db.query(
        `alter database ${pg.escapeIdentifier(databaseOf(work.url))} set track_functions = 'all'`,
      );
      const frame = join(place.folder, 'frame.tsv');
      let verdict: Verdict | undefined;
      let job: Job | undefined;
      const onLook = async (at: string): Promise<void> => {
        if (at === 'framed') return writeFrame(db, frame);
        verdict = await verdictOf(db);
        job = await jobOf(db, place, frame);
        await db.query("update cordon.copy set due_at = now() where kind = 'staging'");
      };
      const { env } = work;
      const { survey, period, planHash, folder } = place;
      const before = await walAt(db);
      const name = databaseOf(work.url);
      const { result, largestKb } = await watchingBackends(
        adminUrl,
        (other) => other === name,
        () =>
          runChild<CorridorAnswer>(
            process.execPath,
            [smallYoungGeneration, join(import.meta.dirname, 'corridor.ts')],
            { env, survey, period, planHash, folder } satisfies CorridorJob,
            onLook,
          ),
      );
      const walBytes = (await walAt(db)) - before;
      if (!verdict || !job) throw new Error('our own run was never looked at');
      const ledger = await ledgerCost(db, result.seconds);
      return {
        ...result.answer,
        seconds: result.seconds,
        backendKb: largestKb,
        walBytes,
        ledger,
        verdict,
        job,
      };
    });
  } finally {
    await work.drop();
  }
};

const ledgerCost = async (db: pg.Client, whole: number): Promise<LedgerCost> => {
  const { rows } = await db.query<{ calls: number; ms: number }>(
    `select sum(calls)::int as calls, sum(total_time)::float8 as ms from pg_stat_user_functions
     where schemaname = 'ledger' and funcname like 'append\\_%'`,
  );
  const { size, root } = (await readHeads(db)).head;
  const proofs: number[] = [];
  for (let index = 0; index < size; index++) {
    const from = performance.now();
    const { leaf, proof } = await proveInclusion(db, index, size);
    proofs.push((performance.now() - from) / 1000);
    verifyInclusion({ leafIndex: index, treeSize: size, leafHash: leafHash(leaf), proof, root });
  }
  const appending = (rows[0]?.ms ?? 0) / 1000;
  const proof = proofs.toSorted((a, b) => a - b)[Math.floor(proofs.length / 2)] ?? 0;
  return { leaves: rows[0]?.calls ?? 0, appending, share: appending / whole, proof };
};

const databaseOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

const walAt = async (db: pg.Client): Promise<number> => {
  const { rows } = await db.query<{ at: string }>("select pg_current_wal_lsn() - '0/0'::pg_lsn as at");
  return Number(rows[0]?.at ?? 0);
};

const stagingOf = async (db: pg.Client): Promise<string> => {
  const { rows } = await db.query<{ staging: string }>('select staging from cordon.attempt');
  return pg.escapeIdentifier(rows[0]?.staging ?? '');
};

const writeFrame = async (db: pg.Client, file: string): Promise<void> => {
  const text = `copy (select key[1], key[2], frame_id from ${await stagingOf(db)}.frame_key) to stdout`;
  await pipeline(db.query(copyTo(text)), createWriteStream(file, { mode: 0o600 }));
};

const verdictOf = async (db: pg.Client): Promise<Verdict> => {
  const reasons = await db.query<{ reason: string; n: number }>(
    'select reason, first_reason as n from cordon.exclusion_count order by ordinal',
  );
  const { rows } = await db.query<{ key: string }>(
    `select key[1] || E'\\t' || key[2] as key from ${await stagingOf(db)}.sampled where state = 'in'`,
  );
  const waterfall = await db.query<{ frame: number; package: number }>(
    'select frame, package from cordon.waterfall',
  );
  const [counted] = waterfall.rows;
  if (counted?.package !== rows.length) throw new Error('the package does not hold the selected');
  return {
    counts: Object.fromEntries(reasons.rows.map(({ reason, n }) => [reason, n])),
    frame: counted.frame,
    sample: rows.length,
    selected: hash('sha256', sortedLines(rows.map(({ key }) => key)), 'hex'),
  };
};

const jobOf = async (db: pg.Client, place: Place, frame: string): Promise<Job> => {
  const loaded = loadDeclaration(place.declaration, { processorFile: place.processorFile });
  if (!loaded.ok) throw new Error('the declaration has mistakes');
  const { lists, pipeline: declared } = loaded.declaration;
  const codes = (name: string): readonly string[] => lists[name]?.codes ?? [];
  const groups = Object.entries(lists['crime-groups']?.groups ?? {});
  const { rows } = await db.query<{ seed: string; drawn_on: string; edge: Date }>(
    `select seed, to_char(drawn_at at time zone $1, 'YYYY-MM-DD') as drawn_on,
       ((drawn_at at time zone $1) - $2::interval) at time zone $1 as edge from cordon.attempt`,
    [declared.every.zone, declared.notice.optOutWindow],
  );
  const [drawn] = rows;
  if (!drawn) throw new Error('no attempt');
  const quotas = await db.query<{ stratum: string; sample: number }>(
    'select stratum, sample from cordon.stratum_count',
  );
  return {
    records: place.records,
    scratch: place.scratch,
    csv: place.csv,
    registers: place.registers,
    frame,
    contacts: join(place.folder, 'contacts.csv'),
    tokenKey: place.tokenKey,
    window: [
      startOfMonth(place.period, 'Europe/London'),
      startOfMonth(shiftMonth(place.period, 1), 'Europe/London'),
    ],
    clock: clockChanges(place.period),
    noticeEdge: drawn.edge.getTime(),
    drawnOn: drawn.drawn_on,
    personsOnAPhone: place.personsOnAPhone,
    floor: declared.sample.floor,
    lists: {
      domestic: codes('domestic-abuse'),
      sexual: codes('sexual-offences'),
      serious: codes('serious-violence'),
    },
    groups: Object.fromEntries(groups.flatMap(([group, all]) => all.map((code) => [code, group]))),
    seedHash: createHash('sha256').update(drawn.seed, 'utf8').digest('hex'),
    quotas: Object.fromEntries(quotas.rows.map(({ stratum, sample }) => [stratum, sample])),
  };
};
