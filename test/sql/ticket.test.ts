import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bind } from '../../sql/plan.ts';
import { statement } from '../../sql/statement.ts';
import { seedHash, ticket, ticketOf, withTicket, withTicketOfHash } from '../../sql/ticket.ts';
import { createDatabase } from '../database.ts';
import type { TestDatabase } from '../database.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const inSql = async (seed: string, ids: readonly string[]): Promise<string[]> => {
  const { text } = bind(
    statement(
      sql`select ticket from ${withTicket(sql`(select u.id as frame_id, u.i from unnest($2::text[]) with ordinality u(id, i))`)} t order by i`,
    ),
    { seedHash: '' },
  );
  const { rows } = await client.query<{ ticket: string }>(text, [seedHash(seed), ids]);
  return rows.map((row) => row.ticket);
};

const ids = ['A-1', 'A-2', 'A-3', 'B-1', 'B-2', 'B-3'];

test('the published draw: seed 314159 takes B-2 B-3 A-3 A-2 of six', () => {
  const order = ids.toSorted((a, b) => (ticket('314159', a) < ticket('314159', b) ? -1 : 1));
  expect(order.slice(0, 4)).toEqual(['B-2', 'B-3', 'A-3', 'A-2']);
});

test('PostgreSQL and Node write the same ticket, byte for byte, for many ids in every script', async () => {
  const scripts = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), { numRuns: 3_000, seed: 3 });
  const many = [
    ...ids,
    '',
    'é',
    'e\u0301',
    '名前',
    '👩‍👩‍👧',
    ...scripts.map((id) => id.replaceAll('\u0000', '').toWellFormed()),
    ...Array.from({ length: 20_000 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')),
  ];
  const seed = 'Samen – 種';
  const written = await inSql(seed, many);
  expect(written.length).toBe(many.length);
  expect(many.filter((id, i) => ticket(seed, id) !== written[i])).toEqual([]);
});

test('short decimals are padded and long ones are not cut', async () => {
  const edges = [0n, 1n, 10n, 10n ** 63n - 1n, 10n ** 63n, 10n ** 64n, 2n ** 240n - 1n, 2n ** 256n - 1n];
  const hashes = edges.map((x) => x.toString(16).padStart(64, '0'));
  const { text } = statement(
    sql`select ticket from ${withTicketOfHash(sql`(select u.hash, u.i from unnest($1::text[]) with ordinality u(hash, i))`)} t order by i`,
  );
  const { rows } = await client.query<{ ticket: string }>(text, [hashes]);
  expect(rows.map((row) => row.ticket)).toEqual(hashes.map(ticketOf));
  expect(ticketOf(hashes[1] ?? '')).toBe(`0.1${'0'.repeat(63)}`);
  expect(ticketOf(hashes[7] ?? '').length).toBe(2 + 78);
});
