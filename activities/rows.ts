// Rows of any number out of PostgreSQL, one at a time, in the order of their select: COPY, and little memory.
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

/** COPY writes what would break its lines behind a backslash. */
const unescaped = (field: string): string => field.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
