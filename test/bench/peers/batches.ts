// What one writes first: `select *`, a filter in JavaScript, and inserts of so many rows into a staging table. With
// batches of one it is the loop that inserts row by row.
import type pg from 'pg';
import { withConnection } from '../../../sql/connect.ts';
import { writeContacts } from './contacts.ts';
import { answer } from './job.ts';
import type { Considered } from './rules.ts';
import { month } from './rules.ts';
import { fromSelected } from './rows.ts';
import type { Selected } from './rows.ts';

const size = Number(process.argv[2] ?? '500');

await answer(async (job) => {
  const rules = month(job);
  const rows = await withConnection(job.records, 'bench batches', async (db) => {
    const window = job.window.map((at) => new Date(at));
    const text = 'select * from survey.victim_offence where reported_at >= $1 and reported_at < $2';
    return (await db.query<Selected>(text, window)).rows;
  });
  const { drawn, ...verdict } = await withConnection(job.scratch, 'bench batches', async (db) => {
    await db.query('drop table if exists screened, selected');
    await db.query(
      'create unlogged table screened (key text, mask int, stratum text, person text, phones text[], reported_at timestamptz)',
    );
    await db.query('create unlogged table selected (key text, surname text, phone text)');
    const screened = rows.flatMap((row) => rules.add(fromSelected(row)) ?? []);
    await insert(db, 'screened', screened, (c) => [
      c.key,
      c.mask,
      `${c.area} / ${c.group}`,
      c.person ?? null,
      c.phones,
      new Date(c.reportedAt),
    ]);
    const finished = rules.finish();
    await insert(db, 'selected', finished.drawn, (c) => [c.key, c.row.surname, c.phone ?? null]);
    await db.query('drop table screened, selected');
    return finished;
  });
  writeContacts(job.contacts, drawn);
  return verdict;
});

async function insert(
  db: pg.ClientBase,
  table: string,
  all: readonly Considered[],
  values: (c: Considered) => readonly unknown[],
): Promise<void> {
  await db.query('begin');
  for (let at = 0; at < all.length; at += size) {
    const given = all.slice(at, at + size).map(values);
    const width = given[0]?.length ?? 0;
    const places = given.map(
      (_, r) => `(${Array.from({ length: width }, (_, i) => `$${String(r * width + i + 1)}`).join(', ')})`,
    );
    await db.query(`insert into ${table} values ${places.join(', ')}`, given.flat());
  }
  await db.query('commit');
}
