// Rows of any number out of PostgreSQL, in the order of their select, and little memory: one at a time by COPY, or some
// at a time by a cursor, which takes parameters.
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** @param select one statement without parameters; no cell of it is null */
export const eachRow = async (
  tx: pg.ClientBase,
  select: string,
  take: (...cells: string[]) => void,
): Promise<void> => {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of tx.query(copyTo(`copy (${select}) to stdout`)) as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const cells = line.split('\t');
      take(...(line.includes('\\') ? cells.map(unescaped) : cells));
    }
  }
};

const atOnce = 1_000;

/** MUST be read to its end, or the transaction given up. */
export async function* inBatches<Row extends unknown[]>(
  tx: pg.ClientBase,
  text: string,
  values: unknown[],
): AsyncGenerator<Row[]> {
  await tx.query(`declare next_rows no scroll cursor for ${text}`, values);
  const next = { text: `fetch ${String(atOnce)} from next_rows`, rowMode: 'array' as const };
  for (;;) {
    const { rows } = await tx.query<Row>(next);
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.query('close next_rows');
}

/** COPY writes what would break its lines behind a backslash. */
const unescaped = (field: string): string => field.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
