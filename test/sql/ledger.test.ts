import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendedBy, operationOf, operations } from '../../schemas/leaf.ts';
import type { LeafType } from '../../schemas/leaf.ts';
import { createPool, withConnection, withTransaction } from '../../sql/connect.ts';
import { append } from '../../sql/ledger/append.ts';
import type { Appender, LeafOf } from '../../sql/ledger/append.ts';
import { leafHash, merkleRoot } from '../../sql/ledger/merkle.ts';
import { rootAt } from '../../sql/ledger/prove.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { as } from './wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

interface Entry {
  index: number;
  leaf: Buffer;
  leaf_hash: Buffer;
}

const entries = (): Promise<Entry[]> =>
  as<Entry & Record<string, unknown>>(cordon, 'auditor', 'select * from ledger.entry order by index');

const appendAs = async <T extends LeafType>(who: Appender, body: LeafOf<T>): Promise<number> => {
  const pool = createPool(cordon.urls[who], who);
  try {
    const scope = { survey: 'a-survey', period: '2026-10', attempt: 1 };
    return await withTransaction(pool, (tx) => append(tx, who, scope, body));
  } finally {
    await pool.end();
  }
};

/** As the worker, in one transaction; `text` is given the time a leaf of that transaction must carry. */
const appendText = (text: (at: string) => string | Buffer): Promise<number> =>
  withTransaction(cordon.pool('worker'), async (db) => {
    const { rows: now } = await db.query<{ at: string }>('select ledger.instant() as at');
    const bytes = text(now[0]?.at ?? '');
    const { rows } = await db.query<{ index: number }>('select ledger.append_worker($1) as index', [
      typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes,
    ]);
    return rows[0]?.index ?? -1;
  });

const insertAsOwner = (index: number, hashed: string): Promise<unknown[]> =>
  as(cordon, 'owner', `insert into ledger.entry values ($1, 'leaf', sha256($2))`, [
    index,
    Buffer.from(hashed),
  ]);

describe('the ledger', () => {
  test('keeps the canonical bytes of a leaf, its RFC 6962 hash and the time of its transaction', async () => {
    const before = await entries();
    const index = await appendAs('worker', {
      type: 'extracted',
      read: 3,
      quarantined: 1,
      intake: 2,
      extractedAt: 'é"\\',
    });
    const [entry, ...more] = (await entries()).slice(before.length);
    expect(more).toEqual([]);
    expect(entry?.index).toBe(index);
    expect(index).toBe(before.length);
    const text = entry?.leaf.toString('utf8') ?? '';
    const leaf = JSON.parse(text) as Record<string, unknown>;
    expect(leaf).toEqual({
      v: 1,
      type: 'extracted',
      operation: 'collection',
      survey: 'a-survey',
      period: '2026-10',
      attempt: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      read: 3,
      quarantined: 1,
      intake: 2,
      extractedAt: 'é"\\',
    });
    expect(text).toBe(canonicalize(leaf));
    expect(entry?.leaf_hash).toEqual(leafHash(entry?.leaf ?? Buffer.alloc(0)));
  });

  test.each([
    ['update', `update ledger.entry set leaf = leaf`],
    ['update of nothing', `update ledger.entry set leaf = leaf where false`],
    ['delete', 'delete from ledger.entry'],
    ['truncate', 'truncate ledger.entry'],
  ])('refuses %s even to its owner and to a superuser, and stays as it was', async (_, text) => {
    await appendAs('worker', { type: 'exception', code: 'x', owner: 'o', dueAt: 'd' });
    const before = await entries();
    for (const who of ['owner', 'admin'] as const)
      await expect(as(cordon, who, text)).rejects.toMatchObject({ code: 'CRD02' });
    expect(await entries()).toEqual(before);
  });

  test('refuses its owner a gap, a second leaf at one index, and a hash that is not of the leaf', async () => {
    await appendAs('worker', { type: 'exception', code: 'x', owner: 'o', dueAt: 'd' });
    const before = await entries();
    await expect(insertAsOwner(before.length + 1, '\0leaf')).rejects.toMatchObject({ code: 'CRD02' });
    await expect(insertAsOwner(before.length - 1, '\0leaf')).rejects.toMatchObject({ code: 'CRD02' });
    await expect(insertAsOwner(before.length, 'leaf')).rejects.toMatchObject({
      constraint: 'entry_hash_is_of_leaf',
    });
    expect(await entries()).toEqual(before);
  });

  test('has no gap and no lost leaf after eight appenders at once, some of which roll back', async () => {
    const before = (await entries()).length;
    const pool = createPool(cordon.urls.worker, 'appenders', 8);
    const one = async (n: number, m: number): Promise<number> =>
      withTransaction(pool, async (tx) => {
        const index = await append(
          tx,
          'worker',
          {},
          { type: 'exception', code: `${n}.${m}`, owner: 'o', dueAt: 'd' },
        );
        if (m === 3) throw new Error('rolled back');
        return index;
      });
    const given: number[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, n) => {
        for (let m = 0; m < 8; m += 1) {
          if (m === 3) await expect(one(n, m)).rejects.toThrow('rolled back');
          else given.push(await one(n, m));
        }
      }),
    );
    await pool.end();
    const all = await entries();
    expect(all.map((entry) => entry.index)).toEqual(all.map((_, n) => n));
    expect(all).toHaveLength(before + 56);
    expect(given.toSorted((a, b) => a - b)).toEqual(all.slice(before).map((entry) => entry.index));
    const codes = all
      .slice(before)
      .map((entry) => (JSON.parse(entry.leaf.toString()) as { code: string }).code);
    expect(new Set(codes).size).toBe(56);
    // and the subtrees grew with them: none is missing, none left by who rolled back
    await withConnection(cordon.urls.auditor, 'test', async (db) => {
      const { faults } = await verifyDatabase(db);
      expect(faults.filter(({ rule }) => ['NODE', 'GAP', 'HASH'].includes(rule))).toEqual([]);
      expect(await rootAt(db, all.length)).toEqual(merkleRoot(all.map(({ leaf }) => leaf)));
    });
  });

  test('gives several leaves of one transaction one time and consecutive places', async () => {
    const pool = createPool(cordon.urls.worker, 'worker');
    const indexes = await withTransaction(pool, async (tx) => {
      const scope = { survey: 'a-survey' };
      const first = await append(tx, 'worker', scope, {
        type: 'exception',
        code: '1',
        owner: 'o',
        dueAt: 'd',
      });
      await tx.query('select pg_sleep(0.02)');
      return [
        first,
        await append(tx, 'worker', scope, { type: 'exception', code: '2', owner: 'o', dueAt: 'd' }),
      ];
    });
    await pool.end();
    const times = (await entries())
      .filter((entry) => indexes.includes(entry.index))
      .map((entry) => (JSON.parse(entry.leaf.toString()) as { at: string }).at);
    expect(indexes[1]).toBe((indexes[0] ?? 0) + 1);
    expect(times[0]).toBe(times[1]);
  });

  test.each([
    ['a millisecond late', (at: string) => new Date(Date.parse(at) + 1).toISOString()],
    ['a day early', (at: string) => new Date(Date.parse(at) - 86_400_000).toISOString()],
    ['without milliseconds', (at: string) => `${at.slice(0, 19)}Z`],
  ])('refuses a time that is %s', async (_, other) => {
    await expect(appendText((at) => `{"at":"${other(at)}","type":"exception","v":1}`)).rejects.toMatchObject({
      code: 'CRD04',
    });
  });

  test('refuses a leaf without a time', async () => {
    await expect(appendText(() => '{"type":"exception","v":1}')).rejects.toMatchObject({ code: 'CRD04' });
  });

  test.each([
    ['blanks', (at: string) => `{"at": "${at}","type":"exception","v":1}`],
    ['keys out of order', (at: string) => `{"type":"exception","at":"${at}","v":1}`],
    ['a key twice', (at: string) => `{"at":"${at}","type":"erasure-verified","type":"exception","v":1}`],
    ['a needless escape', (at: string) => `{"at":"${at}","code":"\\u0061","type":"exception","v":1}`],
    ['a number with a point', (at: string) => `{"at":"${at}","n":1.0,"type":"exception","v":1}`],
    ['a number with an exponent', (at: string) => `{"at":"${at}","n":1e2,"type":"exception","v":1}`],
    ['a fraction', (at: string) => `{"at":"${at}","n":0.5,"type":"exception","v":1}`],
    [
      'a number no double holds',
      (at: string) => `{"at":"${at}","n":9007199254740993,"type":"exception","v":1}`,
    ],
    ['a byte order mark', (at: string) => `\uFEFF{"at":"${at}","type":"exception","v":1}`],
    ['a line end', (at: string) => `{"at":"${at}","type":"exception","v":1}\n`],
    ['a version of text', (at: string) => `{"at":"${at}","type":"exception","v":"1"}`],
    [
      'an operation not of section 62',
      (at: string) => `{"at":"${at}","operation":"guess","type":"exception","v":1}`,
    ],
    ['no JSON', () => '07700 900123'],
    ['no UTF-8', () => Buffer.from([0x7b, 0xff, 0x7d])],
    ['a zero character', (at: string) => `{"at":"${at}","code":"\\u0000","type":"exception","v":1}`],
  ])('refuses a leaf with %s, and quotes none of it', async (_, text) => {
    const before = (await entries()).length;
    const refused: unknown = await appendText(text).catch((e: unknown) => e);
    expect(refused).toMatchObject({ code: 'CRD10' });
    const { message, detail, where } = refused as { message: string; detail?: string; where?: string };
    expect(`${message} ${detail ?? ''} ${where ?? ''}`).not.toMatch(/07700|exception"/);
    expect(await entries()).toHaveLength(before);
  });

  test.each(['{"type":"no-such-leaf","v":1}', '"exception"', '[]', 'null', '{}'])(
    'refuses what no role may say: %s',
    async (text) => {
      await expect(appendText(() => text)).rejects.toMatchObject({ code: 'CRD03' });
    },
  );

  test('says RFC 8785 of any leaf as the library in Node says it', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((s) => !s.includes('\0'));
    // RFC 8785 orders keys by UTF-16 units, PostgreSQL by code points: leaf keys are ASCII, where they agree
    const name = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
    const { leaf } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.boolean(),
        fc.constant(null),
        fc.maxSafeInteger(),
        fc.array(tie('value'), { maxLength: 4 }),
        tie('leaf'),
      ),
      leaf: fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
    }));
    await withConnection(cordon.urls.admin, 'canonical', async (db) => {
      await fc.assert(
        fc.asyncProperty(leaf, async (value) => {
          const { rows } = await db.query<{ text: string }>('select ledger.canonical($1::jsonb) as text', [
            JSON.stringify(value),
          ]);
          expect(rows[0]?.text).toBe(canonicalize(value));
        }),
        { numRuns: 200 },
      );
    });
  });
});

describe('who may append what', () => {
  test('is the same table in PostgreSQL and in schemas/leaf.ts', async () => {
    const inPostgres = await as<{ type: string; appended_by: string }>(
      cordon,
      'owner',
      'select type, appended_by from ledger.leaf_type',
    );
    const inSchemas = Object.entries(appendedBy).flatMap(([type, roles]) =>
      roles.map((role) => `${type} ${role}`),
    );
    expect(inPostgres.map((row) => `${row.type} ${row.appended_by}`).toSorted()).toEqual(
      inSchemas.toSorted(),
    );
  });

  test.each(['owner', 'worker', 'verifier', 'auditor', 'clerk'] as const)(
    '%s appends its own leaves and nobody else’s',
    async (who) => {
      await withConnection(cordon.urls[who], who, async (db) => {
        for (const [type, roles] of Object.entries(appendedBy)) {
          await db.query('begin');
          const { rows } = await db.query<{ at: string }>('select ledger.instant() as at');
          const leaf = Buffer.from(`{"at":"${rows[0]?.at ?? ''}","type":"${type}","v":1}`);
          const answer = db.query(`select ledger.append_${who}($1)`, [leaf]);
          if ((roles as readonly string[]).includes(who)) await answer;
          else await expect(answer).rejects.toMatchObject({ code: 'CRD03' });
          await db.query('rollback');
        }
      });
    },
  );

  test('PostgreSQL knows the six operations of section 62, and no leaf type claims another', async () => {
    for (const operation of operations)
      await withConnection(cordon.urls.worker, 'worker', async (db) => {
        await db.query('begin');
        const { rows } = await db.query<{ at: string }>('select ledger.instant() as at');
        const at = rows[0]?.at ?? '';
        await db.query('select ledger.append_worker($1)', [
          Buffer.from(`{"at":"${at}","operation":"${operation}","type":"exception","v":1}`),
        ]);
        await db.query('rollback');
      });
    expect(Object.values(operationOf).filter((operation) => !operations.includes(operation))).toEqual([]);
  });
});

test('a body that would overwrite the envelope is refused before it is sent', async () => {
  const forged = {
    type: 'exception',
    code: 'x',
    owner: 'o',
    dueAt: 'd',
    at: '2000-01-01T00:00:00.000Z',
  } as const;
  await expect(appendAs('worker', forged)).rejects.toThrow('a leaf says at itself');
});

test('an error that was swallowed does not commit as a success', async () => {
  const pool = createPool(cordon.urls.worker, 'worker');
  const before = (await entries()).length;
  const work = withTransaction(pool, async (tx) => {
    await append(tx, 'worker', {}, { type: 'exception', code: 'x', owner: 'o', dueAt: 'd' });
    await tx.query('select 1 / 0').catch(() => undefined);
  });
  await expect(work).rejects.toThrow('rolled back');
  await pool.end();
  expect(await entries()).toHaveLength(before);
});

test('the hash of a leaf is SHA-256 behind a zero byte', () => {
  expect(leafHash(Buffer.from('leaf')).toString('hex')).toBe(
    createHash('sha256').update('\0leaf').digest('hex'),
  );
});
