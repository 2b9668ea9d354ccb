// One start of one stage. It raises the claim, answers a stage that is already done, hands out fenced
// transactions in the attempt's staging schema, and turns a refusal into a leaf and an answer.
import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type pg from 'pg';
import type { Code, Refusal } from '../schemas/failure.ts';
import { failure, isOurs, refuse } from '../schemas/failure.ts';
import type { LeafType } from '../schemas/leaf.ts';
import type { Answer, AttemptKey, Stage } from '../schemas/ref.ts';
import { sqlstate, withTransaction } from '../sql/connect.ts';
import type { LeafOf } from '../sql/ledger/append.ts';
import { append } from '../sql/ledger/append.ts';
import type { Plan, RunValues, Statement } from '../sql/plan.ts';
import { bind, settings } from '../sql/plan.ts';
import { hmacPads, ringSettings } from '../sql/token.ts';
import type { Deps } from './deps.ts';
import { beating } from './alive.ts';
import type { Attempt } from './plan.ts';
import { readAttempt, readPlan } from './plan.ts';
import { assertQuiet } from './source/quiet.ts';
import { takeOver } from './take-over.ts';
import { transact } from './transact.ts';

export interface StageTx {
  readonly tx: pg.PoolClient;
  /** runs a statement of the plan; unqualified names are the staging schema's, then Cordon's */
  readonly run: <Row extends pg.QueryResultRow>(statement: Statement, values?: RunValues) => Promise<Row[]>;
  /** Appends leaves; MUST come last. */
  readonly leaves: <T extends LeafType>(...bodies: readonly LeafOf<T>[]) => Promise<void>;
}

/** Where a stage stands: its attempt, its plan, and transactions that are fenced. */
export interface StepContext {
  readonly stage: Stage;
  readonly attempt: Attempt;
  readonly plan: Plan;
  readonly signal: AbortSignal;
  readonly heartbeat: (rows: number) => void;
  /** Locks the fence row in a transaction of the caller's own. */
  readonly lock: (tx: pg.PoolClient) => Promise<void>;
  /** A transaction under the fence, on staging whose mark is still there. */
  readonly staged: <R>(work: (s: StageTx) => Promise<R>) => Promise<R>;
  /** A transaction under the fence that needs no staging. */
  readonly fenced: <R>(work: (s: StageTx) => Promise<R>) => Promise<R>;
}

/** Staging without a fence: of a rehearsal, which one start alone works on. */
export type Staged = Pick<StepContext, 'attempt' | 'plan' | 'signal' | 'heartbeat' | 'staged' | 'fenced'>;

export interface Step<T> extends StepContext {
  /** The short last transaction: `work` writes counts and leaves, then the result is stored with them. */
  readonly finish: (result: T, work: (s: StageTx) => Promise<void>, inStaging?: boolean) => Promise<T>;
}

export const step = async <T>(
  deps: Deps,
  key: AttemptKey,
  stage: Stage,
  body: (step: Step<T>) => Promise<T>,
): Promise<Answer<T>> => {
  let rows = 0;
  return beating(
    async () => {
      try {
        const value = await started(deps, key, stage, body, (n) => {
          rows = n;
        });
        return { ok: true, value };
      } catch (e) {
        const coded = translate(e);
        const refusal = wordsOf(coded);
        if (!refusal) throw coded;
        if (mayBeBack.has(refusal.code) && mayTryAgain())
          throw refusalOf(coded) ? failure(refusal.code, { ...refusal }, false) : coded;
        await record(deps.pool, key, stage, refusal);
        return { ok: false, refusal };
      }
    },
    () => ({ rows }),
  );
};

/** What is away for a minute is machinery; what is away at the last try is an expected no. */
const mayBeBack: ReadonlySet<Code> = new Set(['SOURCE_UNREACHABLE', 'DELIVERY_UNREACHABLE']);

/** Whether the server will start this activity again when it fails now. */
export const mayTryAgain = (): boolean => {
  const { attempt, retryPolicy } = Context.current().info;
  // 0 is without end
  const most = retryPolicy?.maximumAttempts ?? 1;
  return most === 0 || attempt < most;
};

const started = async <T>(
  deps: Deps,
  key: AttemptKey,
  stage: Stage,
  body: (step: Step<T>) => Promise<T>,
  heartbeat: (rows: number) => void,
): Promise<T> => {
  const { cancellationSignal: signal } = Context.current();
  const attempt = await readAttempt(deps.pool, key);
  const plan = await readPlan(deps.pool, attempt.planHash);
  const { claim, result } = await raise(deps.pool, attempt, stage);
  // stored by this very stage when it finished
  if (result !== null) return result as T;
  const lock = async (tx: pg.PoolClient) => {
    await tx.query('select cordon.fence($1, $2, $3, $4, $5)', [...names(attempt), stage, claim]);
  };
  const fenced = <R>(staging: boolean, work: (s: StageTx) => Promise<R>): Promise<R> =>
    transact(deps.pool, async (tx) => {
      await lock(tx);
      if (staging) await enter(tx, attempt, deps);
      return work(stageTx(tx, attempt, signal));
    });
  return body({
    stage,
    attempt,
    plan,
    signal,
    lock,
    heartbeat,
    staged: (work) => fenced(true, work),
    fenced: (work) => fenced(false, work),
    finish: async (result, work, inStaging = true) => {
      await fenced(inStaging, async (s) => {
        await s.tx.query('select cordon.finish_stage($1, $2, $3, $4, $5, $6)', [
          ...names(attempt),
          stage,
          claim,
          JSON.stringify(result),
        ]);
        await work(s);
      });
      return result;
    },
  });
};

export const names = ({ survey, period, attempt }: AttemptKey): [string, string, number] => [
  survey,
  period,
  attempt,
];

const raise = async (
  pool: pg.Pool,
  attempt: Attempt,
  stage: Stage,
): Promise<{ claim: number; result: unknown }> => {
  const { rows } = await transact(pool, (tx) =>
    takeOver(pool, tx, () =>
      tx.query<{ claim: number; result: unknown }>(
        'select claim, result from cordon.raise_claim($1, $2, $3, $4)',
        [...names(attempt), stage],
      ),
    ),
  );
  const [row] = rows;
  if (!row) throw failure('ATTEMPT_CLOSED');
  return row;
};

/** Looks at the mark first: a server that crashed has emptied every unlogged table, this one too. */
export const enter = async (tx: pg.PoolClient, attempt: Attempt, { secrets }: Deps): Promise<void> => {
  const { rows: there } = await tx.query<{ mark: boolean }>(
    "select to_regclass(format('%I.nonce', $1::text)) is not null as mark",
    [attempt.staging],
  );
  if (!there[0]?.mark) throw failure('STALE_STAGING', { found: 'no staging schema' });
  await tx.query("select set_config('search_path', format('%I, cordon, pg_catalog', $1::text), true)", [
    attempt.staging,
  ]);
  // what every row that is written from here on carries
  const { rows: marks } = await tx.query<{ nonce: Buffer }>(
    "select nonce, set_config('cordon.planted', cordon.planted(encode(sha256(nonce), 'hex')), true) from nonce",
  );
  const mark = marks[0] && createHash('sha256').update(marks[0].nonce).digest('hex');
  if (mark !== attempt.nonceSha256) throw failure('STALE_STAGING', { found: 'emptied tables' });
  // before the keys are bound, in every stage: a server may be told to log more in the middle of a month
  await assertQuiet(tx);
  await set(tx, keySettings(secrets));
};

/** The keys of tokens and of survey references. */
export const keySettings = ({
  tokenKey,
  surveyRefKey,
}: Pick<Deps['secrets'], 'tokenKey' | 'surveyRefKey'>): Record<string, string> => {
  const ref = hmacPads(surveyRefKey);
  return {
    ...ringSettings(tokenKey),
    [settings.refInner]: ref.inner,
    [settings.refOuter]: ref.outer,
  };
};

/** Settings of this transaction alone; values are bound, so they stand in no statement text. */
export const set = async (tx: pg.PoolClient, values: Readonly<Record<string, string>>): Promise<void> => {
  await tx.query(
    'select set_config(s.name, s.value, true) is not null from unnest($1::text[], $2::text[]) s(name, value)',
    [Object.keys(values), Object.values(values)],
  );
};

export const stageTx = (tx: pg.PoolClient, attempt: Attempt, signal: AbortSignal): StageTx => ({
  tx,
  run: async <Row extends pg.QueryResultRow>(statement: Statement, values: RunValues = {}) => {
    // a request to cancel that finds no query running is lost
    signal.throwIfAborted();
    const { text, values: bound } = bind(statement, values);
    const { rows } = await tx.query<Row>(text, bound);
    return rows;
  },
  leaves: (...bodies) => appendAll(tx, attempt, bodies),
});

/** In order, in the caller's transaction; MUST come last in it. */
export const appendAll = async <T extends LeafType>(
  tx: pg.PoolClient,
  { survey, period, attempt }: AttemptKey,
  bodies: readonly LeafOf<T>[],
): Promise<void> => {
  for (const body of bodies) await append(tx, 'worker', { survey, period, attempt }, body);
};

/** Our own SQLSTATEs and a vanished staging schema mean something; everything else is `SQL`, without its text. */
export const translate = (e: unknown): unknown => {
  switch (sqlstate(e)) {
    case 'CRD01':
      return failure('FENCED', {}, false);
    case 'CRD08':
      return failure('ATTEMPT_CLOSED');
    case 'CRD09':
      return refuse(disclosed);
    case 'CRD20':
      return refuse(forgone);
    case 'CRD11':
      return refuse(notReleased);
    case 'CRD12':
      return refuse(outOfOrder);
    case 'CRD13':
      return refuse(alarmed);
    case 'CRD05':
      return failure('ERASURE_UNPROVEN', {}, false);
    case '42P01':
    case '3F000':
      return failure('STALE_STAGING', { found: 'a missing table' });
    default:
      return e;
  }
};

const forgone: Refusal = {
  code: 'MONTH_FORGONE',
  found: 'a month that an officer has forgone',
  expected: 'a month that may be run',
  remedy: 'leave it; or two officers take that back: npx cordon forgo --help',
};

export const disclosed: Refusal = {
  code: 'ALREADY_DISCLOSED',
  found: 'an intent to disclose this month',
  expected: 'a month that nobody has disclosed',
  remedy: 'nothing: a month is disclosed once; the ledger says when',
};

const outOfOrder: Refusal = {
  code: 'SEED_ORDER',
  found: 'a step of the draw out of its order, by a second officer who is the first, or before its day',
  expected: 'the frame, then the seed as the survey declares it, then the draw',
  remedy: 'see npx cordon status for what the wave waits for',
};

const alarmed: Refusal = {
  code: 'ALARM',
  found: 'an alarm that nobody has accepted',
  expected: 'every alarm accepted before anybody is drawn',
  remedy: 'accept it: npx cordon accept',
};

const notReleased: Refusal = {
  code: 'RELEASE_EXPIRED',
  found: 'fewer valid releases than the plan asks for',
  expected: 'distinct officers who released this very statement, lately',
  remedy: 'run the month again and let it be released in time',
};

/** What may be asked again is no answer yet. */
export const refusalOf = (e: unknown): Refusal | undefined =>
  isOurs(e) && e.nonRetryable ? wordsOf(e) : undefined;

const wordsOf = (e: unknown): Refusal | undefined => {
  if (!isOurs(e)) return undefined;
  const [details] = (e.details ?? []) as readonly Partial<Refusal>[];
  const { code, found, expected, remedy } = details ?? {};
  return code && found !== undefined && expected !== undefined && remedy !== undefined
    ? { code, found, expected, remedy }
    : undefined;
};

const record = (pool: pg.Pool, key: AttemptKey, stage: Stage, refusal: Refusal): Promise<number> =>
  withTransaction(pool, (tx) => {
    const { survey, period, attempt } = key;
    return append(tx, 'worker', { survey, period, attempt }, { type: 'refused', stage, ...refusal });
  });
