// A records system in PostgreSQL: one COPY out of one snapshot, piped into `arrived` without becoming objects on the
// way. What was looked at is loaded over the same connection, which is closed then: no bound setting outlives its work.
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { failure, isOurs, refuse } from '../../schemas/failure.ts';
import { sqlstate } from '../../sql/connect.ts';
import type { StagingType } from '../../sql/plan.ts';
import { intoArrived } from './arrived.ts';
import { rowCutter } from './binary.ts';
import { inspectCatalogue } from './catalogue.ts';
import { assertQuiet } from './quiet.ts';
import type { Loaded, LoadHooks, Source, SourceRequest } from './source.ts';

export const postgresSource = (url: string): Source => {
  let opened: Opened | undefined;
  const close = async (): Promise<void> => {
    const { client } = opened ?? {};
    opened = undefined;
    await client?.end();
  };
  const asking = async <T>(signal: AbortSignal, work: (source: pg.Client) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    opened ??= connect(url);
    const { client, ready } = opened;
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    let cancelled: Promise<void> | undefined;
    const onAbort = (): void => {
      cancelled = cancel(url, client);
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // a client that is ended while it connects never says so
      await Promise.race([ready, aborted.promise]);
      await client.query('begin isolation level repeatable read, read only');
      await assertQuiet(client, 'source');
      return await work(client);
    } catch (e) {
      await close();
      signal.throwIfAborted();
      throw coded(e);
    } finally {
      signal.removeEventListener('abort', onAbort);
      await cancelled;
    }
  };
  return {
    inspect: (wanted) =>
      asking(new AbortController().signal, async (source) => {
        const native = await inspectCatalogue(source, wanted);
        await source.query('commit');
        return native;
      }),
    load: async (sessions, request, hooks) => {
      try {
        return await asking(hooks.signal, (source) => copyAcross(source, sessions, request, hooks));
      } finally {
        await close();
      }
    },
    close,
  };
};

interface Opened {
  readonly client: pg.Client;
  readonly ready: Promise<void>;
}

const connect = (url: string): Opened => {
  const client = newClient(url, 'cordon extract');
  const ready = async (): Promise<void> => {
    await client.connect();
    await client.query(
      'select set_config(g.name, g.value, false) from json_each_text($1) g(name, value) where current_setting(g.name, true) is not null',
      [JSON.stringify(session)],
    );
  };
  const whenReady = ready();
  // whoever stopped waiting for it does not hear of it
  whenReady.catch(() => undefined);
  return { client, ready: whenReady };
};

/** Settings that an older server does not know are left out: `client_connection_check_interval` came with 14. */
const session: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  jit: 'off',
  statement_timeout: '30min',
  lock_timeout: '30s',
  idle_in_transaction_session_timeout: '10min',
  client_connection_check_interval: '2s',
};

const patience = 10_000;

const newClient = (url: string, name: string): pg.Client => {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: patience,
  });
  // whoever waits for an answer learns of a lost connection; nobody else has to
  client.on('error', () => undefined);
  return client;
};

/**
 * Two ways, for each misses a case: a request to cancel does not reach a server that waits for us to read, a closed
 * socket is not noticed by one that computes.
 */
const cancel = async (url: string, source: pg.Client): Promise<void> => {
  const { processID, connection } = source as pg.Client & {
    processID: number | null;
    connection: pg.Connection;
  };
  connection.stream.destroy();
  if (processID === null) return;
  const second = newClient(url, 'cordon cancel');
  try {
    await second.connect();
    await second.query('select pg_cancel_backend($1)', [processID]);
  } catch {
    // the closed socket ends it within the check interval
  } finally {
    await second.end();
  }
};

const copyAcross = async (
  source: pg.Client,
  sessions: readonly pg.ClientBase[],
  { columns, select, types, settings }: SourceRequest,
  { signal, heartbeat }: LoadHooks,
): Promise<Loaded> => {
  for (const [name, value] of Object.entries(settings))
    await source.query('select set_config($1, $2, true) is not null', [name, value]);
  await assertTypes(source, select, types ?? columns.map(() => 'text' as const));
  const asOf = await snapshotTime(source);
  const hash = createHash('sha256');
  const cut = rowCutter();
  let rows = 0;
  let taken = 0;
  const out = source.query(copyTo(`copy (\n${select}\n) to stdout (format binary)`));
  const arrived = intoArrived(sessions, signal);
  try {
    await pipeline(
      out,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) {
          hash.update(chunk);
          const whole = cut(chunk);
          rows += whole.rows;
          heartbeat(rows);
          if (whole.rows > 0) await arrived.deal(whole.bytes);
        }
        taken = await arrived.end();
      },
      { signal },
    );
  } catch (e) {
    arrived.stop();
    throw e;
  }
  if (rows !== taken) throw failure('SQL', { at: 'source', sent: rows, arrived: taken });
  return { arrived: rows, refused: [], sha256: hash.digest('hex'), asOf };
};

const { TEXT, DATE, TIMESTAMPTZ, BOOL, INT8 } = pg.types.builtins;
const oids: Partial<Readonly<Record<StagingType, number>>> = {
  text: TEXT,
  date: DATE,
  timestamptz: TIMESTAMPTZ,
  boolean: BOOL,
  bigint: INT8,
};

/** Binary COPY converts nothing: the bytes of a date would be taken for those of a text. */
const assertTypes = async (
  source: pg.Client,
  select: string,
  types: readonly StagingType[],
): Promise<void> => {
  const { fields } = await source.query(`select * from (\n${select}\n) as described limit 0`);
  const other = fields.findIndex(({ dataTypeID }, i) => dataTypeID !== oids[types[i] ?? 'text']);
  if (other >= 0 || fields.length !== types.length)
    throw failure('SQL', {
      at: 'source',
      columns: fields.length,
      expected: types.length,
      otherType: other + 1,
    });
};

/** A standby is as fresh as what it has replayed. */
const snapshotTime = async (source: pg.Client): Promise<string> => {
  const { rows } = await source.query<{ at: string }>(
    `select to_char(coalesce(case when pg_is_in_recovery() then pg_last_xact_replay_timestamp() end, now())
       at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
  );
  return rows[0]?.at ?? '';
};

/** Connection, start-up, authentication and shutdown; everything else is a mistake in a query. */
const unreachable = /^(?:08|28|3D|53|57P)/;

/** The server's own words may hold a value: only its SQLSTATE passes. */
const coded = (e: unknown): unknown => {
  if (isOurs(e)) return e;
  const state = sqlstate(e);
  const { code } = e as { code?: unknown };
  if (state !== 'none' && !unreachable.test(state))
    return failure('SQL', { at: 'source', sqlstate: state }, false);
  return refuse({
    code: 'SOURCE_UNREACHABLE',
    found:
      typeof code === 'string'
        ? `the source answers ${code}`
        : 'no answer from the source, or one that broke off',
    expected: 'a PostgreSQL server that lets this role in',
    remedy: "see that the source runs and that the connection's address and credential are right",
  });
};
