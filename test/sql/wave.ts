// A plan, an attempt and its copies, for tests of what the schema allows. Only what PostgreSQL reads of a plan is
// in it.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { withConnection } from '../../sql/connect.ts';
import type { RoleKind } from '../../sql/roles.ts';
import type { Cordon } from '../cordon.ts';

export interface Wave {
  readonly survey: string;
  readonly period: string;
  readonly plan: string;
}

export interface OpenAttempt extends Wave {
  readonly attempt: number;
  readonly staging: string;
  readonly run: string;
  readonly copy: number;
}

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

/** Rows of one statement, as one role. */
export const as = async <Row extends pg.QueryResultRow = Record<string, unknown>>(
  cordon: Cordon,
  who: RoleKind | 'admin',
  text: string,
  values: unknown[] = [],
): Promise<Row[]> => {
  // a pool's own query gives up the connection with every refusal
  const client = await cordon.pool(who).connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    client.release();
  }
};

/** A survey nobody else in this database has, with a plan recorded. */
export const newWave = async (
  cordon: Cordon,
  release: { officers: number; validFor: string } = { officers: 2, validFor: 'P5D' },
): Promise<Wave> => {
  const survey = `survey-${randomBytes(4).toString('hex')}`;
  const document = JSON.stringify({ survey, declaration: { release } });
  const plan = sha256(document);
  await officers(cordon);
  await as(
    cordon,
    'owner',
    `insert into cordon.plan (plan_hash, survey, declaration_hash, document, proposed_by) values ($1, $2, 'd', $3, '{d.officer}')`,
    [plan, survey, document],
  );
  return { survey, period: '2026-10', plan };
};

export const tables = [
  {
    name: 'intake',
    columns: [
      { name: 'key', type: 'text[]', statistics: false },
      { name: 'phone', type: 'text', statistics: false },
    ],
  },
  {
    name: 'screened',
    columns: [
      { name: 'key', type: 'text[]', statistics: false },
      { name: 'mask', type: 'bigint', statistics: true },
      { name: 'stratum', type: 'text', statistics: false },
    ],
  },
];

export interface Opening {
  readonly attempt: number;
  readonly nonce: string | null;
  readonly opened: boolean;
  readonly superseded: number | null;
  readonly copy_id: number | null;
}

export const openingSql = 'select * from cordon.open_attempt($1, $2, $3, $4, $5, $6, $7::interval, $8)';

export const openingValues = (
  { survey, period, plan }: Wave,
  run: string,
  ordinal: number,
  staging: unknown = tables,
): unknown[] => [survey, period, plan, run, ordinal, randomBytes(32), 'P14D', JSON.stringify(staging)];

export const openAttempt = async (
  cordon: Cordon,
  wave: Wave,
  run = randomBytes(8).toString('hex'),
  ordinal = 1,
): Promise<OpenAttempt> => {
  const [row] = await as<Opening>(cordon, 'worker', openingSql, openingValues(wave, run, ordinal));
  const attempt = row?.attempt ?? 0;
  const [named] = await as<{ staging: string }>(
    cordon,
    'worker',
    'select cordon.staging_name($1, $2, $3) as staging',
    [wave.survey, wave.period, attempt],
  );
  return { ...wave, attempt, run, copy: row?.copy_id ?? 0, staging: named?.staging ?? '' };
};

export const key = ({ survey, period, attempt }: OpenAttempt): [string, string, number] => [
  survey,
  period,
  attempt,
];

/** Appends a leaf with the right time, as `who` would. */
export const appendSql = (appender: RoleKind): string =>
  `select ledger.append_${appender}(convert_to(ledger_text, 'UTF8')) as index from (
     select '{"at":"' || ledger.instant() || '",' || substr($1, 2) as ledger_text) x`;

export const raiseSql = 'select * from cordon.raise_claim($1, $2, $3, $4)';
export const fenceSql = 'select cordon.fence($1, $2, $3, $4, $5)';
export const finishSql = 'select cordon.finish_stage($1, $2, $3, $4, $5, $6)';
export const closeSql = 'select cordon.close_attempt($1, $2, $3, $4, $5) as closed';
export const intentSql = 'select cordon.record_intent($1, $2, $3, $4, $5) as ordinal';

/** A worker with an open transaction; rolled back and closed whatever happens. */
export const inTransaction = <T>(cordon: Cordon, work: (worker: pg.Client) => Promise<T>): Promise<T> =>
  withConnection(cordon.urls.worker, 'in transaction', async (worker) => {
    await worker.query('begin');
    return work(worker);
  });

/** As the worker, on a connection that `waitsForLock` can name. */
export const named = (
  cordon: Cordon,
  name: string,
  text: string,
  values: unknown[],
): Promise<Record<string, unknown>[]> =>
  withConnection(
    cordon.urls.worker,
    name,
    async (db) => (await db.query<Record<string, unknown>>(text, values)).rows,
  );

/** Whether the session of that name comes to wait for a lock before `promise` is settled. */
export const waitsForLock = async (
  cordon: Cordon,
  name: string,
  promise: Promise<unknown>,
): Promise<boolean> => {
  const settled = promise.then(
    () => true,
    () => true,
  );
  for (let tries = 0; tries < 150; tries += 1) {
    const waiting = await as(
      cordon,
      'admin',
      `select from pg_stat_activity
       where datname = current_database() and application_name = $1 and wait_event_type = 'Lock'`,
      [name],
    );
    if (waiting.length > 0) return true;
    if (await Promise.race([settled, delay(20, false)])) return false;
  }
  return false;
};

/** Whose keys PostgreSQL only compares: that a signature is one is for the verifier to find out. */
const staff = ['officer-1', 'officer-2', 'officer-3', 'officer-4', 'd.officer'];
export const keyOf = (officer: string): string => `key of ${officer}`;
export const recordSql = 'select cordon.record_statement($1, $2, $3, $4, $5, $6, $7, $8) as fresh';

/** An officers file that lets each of them release; `deputy-1` acts for officer-1, `past` did until yesterday. */
const officers = (cordon: Cordon): Promise<unknown> =>
  as(
    cordon,
    'owner',
    `with v as (
       insert into cordon.officers (version, document, sha256, signature)
         values (1, 'officers', encode(sha256('officers'), 'hex'), 's') on conflict do nothing returning version)
     insert into cordon.officer (version, officer, keys, may, from_day, to_day, deputy_for)
       select v.version, o.officer, array['key of ' || o.officer], '{release,settle}', current_date - 9,
         current_date + case o.officer when 'past' then -2 else 9 end,
         case o.officer when 'deputy-1' then 'officer-1' when 'deputy-d' then 'd.officer' end
       from v, unnest($1::text[]) o(officer)`,
    [[...staff, 'deputy-1', 'deputy-d', 'past']],
  );

export interface Released {
  /** what is signed */
  readonly text: string;
  readonly package: string;
  readonly statement: string;
}

/** A package with its statement, as version `version`, released by `officers`. */
export const releasePackage = async (
  cordon: Cordon,
  attempt: OpenAttempt,
  officers: readonly string[] = ['officer-1', 'officer-2'],
  version = 1,
): Promise<Released> => {
  const statement = `statement ${randomBytes(4).toString('hex')}`;
  const released = {
    package: sha256(`package of ${statement}`),
    statement: sha256(statement),
    text: statement,
  };
  await as(
    cordon,
    'worker',
    `insert into cordon.package (survey, period, attempt, version, name, rows, rows_root, plaintext_sha256,
       ciphertext_sha256, bytes, recipient_key, sender_key, statement, statement_sha256)
     values ($1, $2, $3, $4, 'name', 1, 'r', 'p', $5, 1, 'k', 'k', $6, $7)`,
    [...key(attempt), version, released.package, statement, released.statement],
  );
  for (const officer of officers) await sign(cordon, attempt, officer, statement);
  return released;
};

export const sign = (
  cordon: Cordon,
  attempt: OpenAttempt,
  officer: string,
  statement: string,
): Promise<unknown> =>
  as(cordon, 'verifier', recordSql, [
    'release',
    statement,
    officer,
    keyOf(officer),
    randomBytes(8).toString('hex'),
    ...key(attempt),
  ]);

export const intend = async (cordon: Cordon, attempt: OpenAttempt, released: Released): Promise<unknown> =>
  (await as(cordon, 'worker', intentSql, [...key(attempt), released.package, released.statement]))[0]?.[
    'ordinal'
  ];
