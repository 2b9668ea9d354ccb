// `cordon ledger show` and `export`: entries as they are stored, for a reader or for an archive.
import { once } from 'node:events';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { told } from './ledger-prove.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

interface Row {
  readonly index: number;
  readonly leaf: Buffer;
  readonly hash: string;
}

const rows = `select index, leaf, encode(leaf_hash, 'hex') as hash from ledger.entry`;

/** @throws INPUT for an entry that is not there */
export const ledgerShowCommand = async (
  index: number,
  options: { json?: boolean },
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const url = await login(env, 'auditor');
  const [row] = await withConnection(url, 'cordon ledger', async (db) => {
    const found = await db.query<Row>(`${rows} where index = $1`, [index]);
    return found.rows;
  });
  if (!row)
    throw refuse({
      code: 'INPUT',
      found: `no entry ${String(index)}`,
      expected: 'an entry of this ledger, from 0',
      remedy: 'see how many there are: npx cordon ledger verify',
    });
  const leaf = JSON.parse(row.leaf.toString('utf8')) as Readonly<Record<string, unknown>>;
  if (options.json) say(JSON.stringify({ index, hash: row.hash, leaf }, null, 2));
  else
    for (const line of [`entry ${String(index)}`, `  hash                ${row.hash}`, ...told(leaf)].flatMap(
      (each) => wrap(each, 6),
    ))
      say(line);
  return exitCodes.done.code;
};

const batch = 5_000;

/** A line of JSON for each entry, in order: index, leaf as its very text, hash. Out of one snapshot, a batch at a time. */
export const ledgerExportCommand = async (env: Environment, out: NodeJS.WritableStream): Promise<number> => {
  const url = await login(env, 'auditor');
  await withConnection(url, 'cordon ledger', async (db) => {
    await db.query('begin isolation level repeatable read, read only');
    for (let from = 0; ;) {
      const { rows: found } = await db.query<Row>(`${rows} where index >= $1 order by index limit $2`, [
        from,
        batch,
      ]);
      const lines = found.map(
        ({ index, leaf, hash }) => `${JSON.stringify({ index, leaf: leaf.toString('utf8'), hash })}\n`,
      );
      if (!out.write(lines.join(''))) await once(out, 'drain');
      if (found.length < batch) return;
      from = (found.at(-1)?.index ?? 0) + 1;
    }
  });
  return exitCodes.done.code;
};
