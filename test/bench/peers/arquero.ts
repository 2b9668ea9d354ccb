// arquero over the whole CSV: one table in memory, the rules as a derived column, counts by its own verbs.
import { readFileSync } from 'node:fs';
import { desc, escape, fromCSV, op } from 'arquero';
import { writeContacts } from './contacts.ts';
import { answer } from './job.ts';
import { month } from './rules.ts';
import { fromTexts } from './rows.ts';

await answer(async (job) => {
  const rules = month(job);
  const table = fromCSV(readFileSync(job.csv, 'utf8'), { autoType: false })
    .derive({ mask: escape((row: Record<string, string | null>) => rules.add(fromTexts(row))?.mask ?? null) })
    .filter(escape((row: { mask: number | null }) => row.mask !== null));
  // the same counts once more, as somebody with a table would ask for them
  table.groupby('mask').rollup({ n: op.count() }).orderby(desc('n')).objects();
  const { drawn, ...verdict } = rules.finish();
  writeContacts(job.contacts, drawn);
  return verdict;
});
