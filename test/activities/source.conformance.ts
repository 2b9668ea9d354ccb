// What every kind of source must do, run against each: the same rows in give the same `arrived`, compared in SQL.
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  LoadHooks,
  Loaded,
  Source,
  SourceColumn,
  SourceRequest,
} from '../../activities/source/source.ts';
import type { Refusal } from '../../schemas/failure.ts';
import type { TestDatabase } from '../database.ts';
import { createDatabase } from '../database.ts';

export type Rows = readonly (readonly (string | null)[])[];

export interface Kind {
  /** Puts a table of text columns where the source reads it, named `victim_offence`. */
  give(columns: readonly string[], rows: Rows): Promise<void>;
  /** The same with rows made there and then: `v1`, `v2`, … in every column. */
  giveMany(columns: readonly string[], rows: number): Promise<void>;
  open(): Promise<Source>;
}

export const relation = ['survey', 'victim_offence'] as const;
export const period = '2026-10';
const quiet = new AbortController().signal;

export const textColumns = (names: readonly string[]): SourceColumn[] =>
  names.map((name) => ({ name, type: 'text' }));

export const request = (names: readonly string[], over: Partial<SourceRequest> = {}): SourceRequest => ({
  relation,
  columns: textColumns(names),
  select: `select ${names.map((name) => `s.${pg.escapeIdentifier(name)}::text`).join(', ')}
from "survey"."victim_offence" s`,
  settings: {},
  ...over,
});

/** What was refused; fails when nothing was, or when something else went wrong. */
export const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
  const { details } = (await work.then(
    () => expect.unreachable('it was not refused'),
    (e: unknown) => e,
  )) as { details: [Refusal] };
  expect(details[0]).toHaveProperty('remedy');
  return details[0];
};

/** `arrived`, in an open transaction of a session of its own. */
export const withArrived = async <T>(
  url: string,
  width: number,
  work: (tx: pg.Client) => Promise<T>,
): Promise<T> => {
  const tx = new pg.Client({ connectionString: url, application_name: 'work' });
  // a test may end the session on the server's side
  tx.on('error', () => undefined);
  await tx.connect();
  try {
    await tx.query('begin');
    const columns = Array.from({ length: width }, (_, i) => `a${i} text`);
    await tx.query(`create temp table arrived (${columns.join(', ')}) on commit drop`);
    return await work(tx);
  } finally {
    await tx.end();
  }
};

export const load = async (
  source: Source,
  tx: pg.Client | readonly pg.Client[],
  wanted: SourceRequest,
  hooks: Partial<LoadHooks> = {},
): Promise<Loaded> => {
  try {
    const sessions = tx instanceof pg.Client ? [tx] : tx;
    return await source.load(sessions, wanted, { signal: quiet, heartbeat: () => undefined, ...hooks });
  } finally {
    await source.close();
  }
};

/** Rows that are in one and not in the other, counted by the server. */
export const differing = async (tx: pg.Client, rows: Rows): Promise<number> => {
  const width = rows[0]?.length ?? 0;
  const fields = Array.from({ length: width }, (_, i) => `r ->> ${i}`).join(', ');
  const expected = `select ${fields} from jsonb_array_elements($1) r`;
  const { rows: found } = await tx.query<{ n: number }>(
    `select count(*)::int as n from ((table arrived except all ${expected}) union all (${expected} except all table arrived)) d`,
    [JSON.stringify(rows)],
  );
  return found[0]?.n ?? -1;
};

/** Sessions of ours in a database, once those that are going have gone. */
export const sessions = async (database: TestDatabase): Promise<string[]> => {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    for (let round = 0; ; round++) {
      const { rows } = await admin.query<{ name: string }>(
        `select application_name as name from pg_stat_activity where datname = $1 and application_name like 'cordon%'`,
        [database.name],
      );
      if (rows.length === 0 || round === 20) return rows.map(({ name }) => name);
      await delay(50);
    }
  } finally {
    await admin.end();
  }
};

const rows: Rows = [
  ['V1', 'O\'Neill, "Bob"', '07700 900101'],
  ['V2', null, null],
  ['V3', 'Zoë Łukasiewicz 李 🙂', '  01632 960001 '],
  ['V4', 'line one\nline two\r\nline three', 'a,b;c\td'],
  ['V5', '\\N', '\\.'],
  ['V6', 'back\\slash \\t \\x41', '"'],
  ['V7', 'NULL', '""'],
  ['V8', '=1+1', "it's; drop table arrived; --"],
];
const columns = ['victim_ref', 'surname', 'Phone, "home"'];

/** @param kind what the suite gets for each test; called once the database is there */
export const conformance = (name: string, kind: (database: TestDatabase) => Promise<Kind>): void => {
  describe(`source: ${name}`, () => {
    let database: TestDatabase;
    let source: Kind;
    beforeAll(async () => {
      database = await createDatabase({ name: 'source' });
      source = await kind(database);
    });
    afterAll(() => database.drop());

    it('hands over every row as it is, and nothing else', async () => {
      await source.give(columns, rows);
      await withArrived(database.url, 3, async (tx) => {
        const loaded = await load(await source.open(), tx, request(columns));
        expect(loaded).toMatchObject({ arrived: rows.length, refused: [] });
        expect(loaded.sha256).toMatch(/^[0-9a-f]{64}$/);
        expect(Math.abs(Date.now() - Date.parse(loaded.asOf))).toBeLessThan(60_000);
        expect(await differing(tx, rows)).toBe(0);
      });
    });

    it('hands over the columns that are asked for, in that order, and no others', async () => {
      await source.give(columns, rows);
      await withArrived(database.url, 2, async (tx) => {
        await load(await source.open(), tx, request(['Phone, "home"', 'victim_ref']));
        const asked = rows.map(([ref, , phone]) => [phone ?? null, ref ?? null]);
        expect(await differing(tx, asked)).toBe(0);
      });
    });

    it('hashes the same rows alike and other rows otherwise', async () => {
      const hashes: string[] = [];
      for (const given of [rows, rows, rows.slice(1)]) {
        await source.give(columns, given);
        await withArrived(database.url, 3, async (tx) => {
          hashes.push((await load(await source.open(), tx, request(columns))).sha256);
        });
      }
      const [first, again, other] = hashes;
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });

    it('deals every row to one of several sessions, and to each of them some', async () => {
      await source.giveMany(columns, 50_000);
      const wanted = request(columns);
      await withArrived(database.url, 3, (one) =>
        withArrived(database.url, 3, (two) =>
          withArrived(database.url, 3, async (three) => {
            const loaded = await load(await source.open(), [one, two, three], wanted);
            expect(loaded).toMatchObject({ arrived: 50_000, refused: [] });
            const dealt: string[] = [];
            for (const tx of [one, two, three]) {
              const { rows: arrived } = await tx.query<{ a0: string }>('select a0 from arrived');
              expect(arrived.length).toBeGreaterThan(5_000);
              dealt.push(...arrived.map(({ a0 }) => a0));
            }
            expect(new Set(dealt)).toEqual(new Set(Array.from({ length: 50_000 }, (_, n) => `v${n + 1}`)));
            expect(dealt).toHaveLength(50_000);
          }),
        ),
      );
    });

    it('stops in all sessions when one of them is ended, by a code that says nothing of a row', async () => {
      await source.giveMany(columns, 200_000);
      await withArrived(database.url, 3, (one) =>
        withArrived(database.url, 3, async (two) => {
          const { rows: me } = await two.query<{ pid: number }>('select pg_backend_pid() as pid');
          const killer = new pg.Client({ connectionString: database.adminUrl });
          await killer.connect();
          let killed: Promise<unknown> | undefined;
          const heartbeat = (n: number): void => {
            if (n > 1_000) killed ??= killer.query('select pg_terminate_backend($1)', [me[0]?.pid]);
          };
          const loading = load(await source.open(), [one, two], request(columns), { heartbeat });
          const thrown = (await loading.catch((e: unknown) => e)) as { type: string; details: unknown };
          expect(thrown.type).toBe('SQL');
          expect(thrown.details).toMatchObject([{ at: 'work database' }]);
          // its COPY is over, too: the session answers
          await one.query('rollback');
          await killed;
          await killer.end();
        }),
      );
      expect(await sessions(database)).toEqual([]);
    });

    it('takes a table without rows for what it is', async () => {
      await source.give(columns, []);
      await withArrived(database.url, 3, async (tx) => {
        const loaded = await load(await source.open(), tx, request(columns));
        expect(loaded).toMatchObject({ arrived: 0, refused: [] });
      });
    });

    it('inspects what is there without a word, and refuses a missing column with the nearest name', async () => {
      await source.give(columns, rows);
      const opened = await source.open();
      await opened.inspect(request(columns));
      const { code, found } = await refusal(opened.inspect(request(['victim_ref', 'sirname', 'urn'])));
      expect(code).toBe('SOURCE_COLUMN_MISSING');
      expect(found).toContain('"sirname" (there is "surname")');
      expect(found).toContain('"urn"');
      expect(found).not.toContain('victim_ref');
      await opened.close();
    });

    it('tells how many rows have come, more and more', async () => {
      await source.giveMany(columns, 50_000);
      const beats: number[] = [];
      await withArrived(database.url, 3, async (tx) => {
        await load(await source.open(), tx, request(columns), { heartbeat: (n) => beats.push(n) });
      });
      expect(beats.length).toBeGreaterThan(5);
      expect(beats).toEqual(beats.toSorted((a, b) => a - b));
      expect(beats.at(-1)).toBe(50_000);
    });

    it('stops at once when told to: no query is left, and no row after the rollback', async () => {
      await source.giveMany(columns, 200_000);
      const controller = new AbortController();
      const reason = new Error('told to stop');
      const heartbeat = (n: number): void => {
        if (n > 1_000) controller.abort(reason);
      };
      await withArrived(database.url, 3, async (tx) => {
        const loading = load(await source.open(), tx, request(columns), {
          signal: controller.signal,
          heartbeat,
        });
        await expect(loading).rejects.toBe(reason);
        await tx.query('rollback');
        const { rows: left } = await tx.query<{ left: string | null }>(
          "select to_regclass('arrived') as left",
        );
        expect(left).toEqual([{ left: null }]);
      });
      expect(await sessions(database)).toEqual([]);
    });

    it('does not start when it was told to stop before', async () => {
      await source.give(columns, rows);
      await withArrived(database.url, 3, async (tx) => {
        const loading = load(await source.open(), tx, request(columns), {
          signal: AbortSignal.abort(new Error('off')),
        });
        await expect(loading).rejects.toThrow('off');
        expect((await tx.query('table arrived')).rowCount).toBe(0);
      });
    });

    it('ends when the work database does, by a code that says nothing of a row', async () => {
      await source.giveMany(columns, 200_000);
      await withArrived(database.url, 3, async (tx) => {
        const { rows: me } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        const killer = new pg.Client({ connectionString: database.adminUrl });
        await killer.connect();
        let killed: Promise<unknown> | undefined;
        const heartbeat = (n: number): void => {
          if (n > 1_000) killed ??= killer.query('select pg_terminate_backend($1)', [me[0]?.pid]);
        };
        const loading = load(await source.open(), tx, request(columns), { heartbeat });
        const thrown = (await loading.catch((e: unknown) => e)) as { type: string; details: unknown };
        expect(thrown.type).toBe('SQL');
        expect(thrown.details).toMatchObject([{ at: 'work database' }]);
        await killed;
        await killer.end();
      });
      expect(await sessions(database)).toEqual([]);
    });

    it('lets no value into an error when rows do not fit', async () => {
      const canary = randomBytes(16).toString('hex');
      await source.give(columns, [['V1', canary, canary]]);
      await withArrived(database.url, 1, async (tx) => {
        const thrown = await load(await source.open(), tx, request(columns)).catch(
          (e: unknown) => e as Error,
        );
        expect(thrown).toBeInstanceOf(Error);
        expect(JSON.stringify(thrown, Object.getOwnPropertyNames(thrown))).not.toContain(canary);
        expect(thrown).toMatchObject({ type: 'SQL' });
      });
    });
  });
};
