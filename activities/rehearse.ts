// A plan tried on one month before officers sign it: the source is read and every rule asked as in a wave, the counts
// go to the ledger, and what was read is due at once. Nobody is drawn, and no frame is made to draw from.
import { Context } from '@temporalio/activity';
import pg from 'pg';
import type { Refusal } from '../schemas/failure.ts';
import { failure } from '../schemas/failure.ts';
import type { ReasonCount, RehearsalCounts } from '../schemas/leaf.ts';
import type { Answer } from '../schemas/ref.ts';
import { alarmsOf } from '../sql/alarms.ts';
import { append } from '../sql/ledger/append.ts';
import type { Plan } from '../sql/plan.ts';
import { earlierScreenings, registerAlarms } from './alarms.ts';
import { beating } from './alive.ts';
import type { Deps } from './deps.ts';
import { expect, fill } from './extract.ts';
import { joinByHash } from './hash-joins.ts';
import { sayOpened } from './open-copy.ts';
import type { Attempt } from './plan.ts';
import { keepTokenKey, readRegisters } from './registers.ts';
import { nobodyLeft } from './screen.ts';
import type { Staged, StageTx } from './step.ts';
import { appendAll, enter, refusalOf, stageTx, translate } from './step.ts';
import { transact } from './transact.ts';
import { windowOf } from './window.ts';

interface Rehearsal {
  readonly survey: string;
  readonly period: string;
  readonly planHash: string;
  readonly document: string;
  readonly place: string;
  readonly by: string;
}

type Stop = Omit<RehearsalCounts['stops'][number], 'subject'> & { readonly reason?: string };

export const openRehearsal =
  ({ pool }: Deps) =>
  ({ id }: { id: number }): Promise<{ copy: number }> =>
    transact(pool, async (tx) => {
      const { rows } = await tx.query<{ copy: number; opened: boolean }>(
        'select copy_id::int as copy, opened from cordon.open_rehearsal($1)',
        [id],
      );
      const { copy = 0, opened } = rows[0] ?? {};
      const key = { ...(await readRehearsal(tx, id)), attempt: 0 };
      if (opened) await sayOpened({ tx, leaves: (...bodies) => appendAll(tx, key, bodies) }, copy);
      return { copy };
    });

export const rehearse =
  (deps: Deps) =>
  ({ id }: { id: number }): Promise<Answer<null>> => {
    let rows = 0;
    const heartbeat = (n: number) => {
      rows = n;
    };
    return beating(
      async () => {
        try {
          await end(deps, id, { counts: await tried(deps, await readRehearsal(deps.pool, id), heartbeat) });
          return { ok: true, value: null };
        } catch (e) {
          const coded = translate(e);
          const refusal = refusalOf(coded);
          if (!refusal) throw coded;
          await end(deps, id, { refusal });
          return { ok: false, refusal };
        }
      },
      () => ({ rows }),
    );
  };

/** After a start that told nothing of its end. */
export const endRehearsal =
  (deps: Deps) =>
  ({ id }: { id: number }): Promise<void> =>
    end(deps, id, { refusal: brokenOff });

const brokenOff: Refusal = {
  code: 'SQL',
  found: 'a rehearsal that broke off',
  expected: 'a worker, a database and a source that answer to the end',
  remedy: 'see that they run, and try it again',
};

const readRehearsal = async (db: Pick<pg.Pool, 'query'>, id: number): Promise<Rehearsal> => {
  const { rows } = await db.query<Rehearsal>(
    `select survey, period, plan_hash as "planHash", document, place, asked_by as by
     from cordon.rehearsal where id = $1`,
    [id],
  );
  const [rehearsal] = rows;
  if (!rehearsal) throw failure('PLAN_UNKNOWN');
  return rehearsal;
};

const tried = async (
  deps: Deps,
  rehearsal: Rehearsal,
  heartbeat: (rows: number) => void,
): Promise<RehearsalCounts> => {
  const { cancellationSignal: signal } = Context.current();
  const attempt = await attemptOf(deps.pool, rehearsal);
  const plan = JSON.parse(rehearsal.document) as Plan;
  const inside = <R>(staging: boolean, work: (s: StageTx) => Promise<R>): Promise<R> =>
    transact(deps.pool, async (tx) => {
      if (staging) await enter(tx, attempt, deps);
      return work(stageTx(tx, attempt, signal));
    });
  const s: Staged = {
    attempt,
    plan,
    signal,
    heartbeat,
    staged: (work) => inside(true, work),
    fenced: (work) => inside(false, work),
  };
  const source = await deps.openSource(plan.declaration.extract.from, attempt);
  try {
    const { counts, faults, loaded } = await fill(s, source);
    const unexpected: readonly Stop[] = await expect(s, counts, faults, loaded).catch(asStop);
    const { stops, ...left } = await s.staged((stage) => screened(deps, s, stage));
    return {
      read: counts.read,
      quarantined: counts.quarantined,
      intake: counts.intake,
      ...left,
      stops: [...unexpected, ...stops].map(({ code, reason, found, expected }) => ({
        code,
        ...(reason !== undefined && { subject: reason }),
        found,
        expected,
      })),
    };
  } finally {
    await source.close();
  }
};

/** As a step takes an attempt: a crash in the middle empties what the mark was read from. */
const attemptOf = async (
  db: Pick<pg.Pool, 'query'>,
  { survey, period, planHash, place: staging }: Rehearsal,
): Promise<Attempt> => {
  const { rows } = await db.query<{ mark: string }>(
    `select encode(sha256(nonce), 'hex') as mark from ${pg.escapeIdentifier(staging)}.nonce`,
  );
  return { survey, period, attempt: 0, planHash, staging, nonceSha256: rows[0]?.mark ?? '' };
};

/** What refuses a wave is what a rehearsal is there to find. */
const asStop = (e: unknown): Stop[] => {
  const refusal = refusalOf(e);
  if (!refusal) throw e;
  return [refusal];
};

type Screened = Pick<RehearsalCounts, 'frame' | 'exclusions' | 'strata'> & {
  readonly stops: readonly Stop[];
};

/** As `screen` does, but that no canary is among the rows and no frame comes of them. */
const screened = async (deps: Deps, { attempt, plan }: Staged, { tx, run }: StageTx): Promise<Screened> => {
  const { period, staging } = attempt;
  const { screen, declaration } = plan;
  await keepTokenKey(tx);
  const registers = registerAlarms(await readRegisters(deps, { plan }, tx));
  const { rows: now } = await tx.query<{ at: string }>('select now()::text as at');
  const values = { ...(await windowOf(plan, period, tx)), drawnAt: now[0]?.at ?? '', period };
  await joinByHash(tx);
  for (const statement of [screen.reset, ...screen.meet, screen.rows]) await run(statement, values);
  await tx.query('select cordon.analyze_stage($1)', [staging]);
  for (const statement of screen.population) await run(statement, values);
  const exclusions = await run<ReasonCount & pg.QueryResultRow>(screen.counts, values);
  const [balance] = await run<{ intake: number; frame: number }>(screen.balance, values);
  const { intake, frame } = balance ?? { intake: 0, frame: 0 };
  const usual = await earlierScreenings(tx, attempt);
  // what compiles is loaded by who compiles: nothing else that a worker does
  const { frameSizes } = await import('../sql/frame.ts');
  return {
    frame,
    exclusions: exclusions.map(({ reason, first, all }) => ({ reason, first, all })),
    strata: await run<{ stratum: string; frame: number }>(frameSizes(declaration.sample.floor)),
    stops: [
      ...registers,
      ...alarmsOf(declaration.alarms, intake, exclusions, usual),
      ...(frame === 0 ? [nobodyLeft] : []),
    ],
  };
};

/** Once: the copy is due, and the ledger says what came of it. */
const end = (
  { pool }: Deps,
  id: number,
  found: { readonly counts: RehearsalCounts } | { readonly refusal: Refusal },
): Promise<void> =>
  transact(pool, async (tx) => {
    const { rows } = await tx.query<{ ended: boolean }>('select cordon.end_rehearsal($1) as ended', [id]);
    if (!rows[0]?.ended) return;
    const { survey, period, planHash, place, by } = await readRehearsal(tx, id);
    await append(
      tx,
      'worker',
      { survey, period, attempt: 0 },
      { type: 'rehearsed', rehearsal: id, planHash, kind: 'staging', place, by, ...found },
    );
  });
