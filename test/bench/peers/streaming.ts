// Streaming Node without staging: the needed columns by COPY, each row judged as it comes, survivors kept in memory.
import { to as copyTo } from 'pg-copy-streams';
import { withConnection } from '../../../sql/connect.ts';
import { writeContacts } from './contacts.ts';
import { answer } from './job.ts';
import { month } from './rules.ts';
import { columns, fromTexts } from './rows.ts';

// above the work, which starts at once
const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

await answer(async (job) => {
  const rules = month(job);
  await withConnection(job.records, 'bench streaming', async (db) => {
    const text = `copy (select ${columns.join(', ')} from survey.victim_offence
      where reported_at >= to_timestamp(${String(job.window[0] / 1000)})
        and reported_at < to_timestamp(${String(job.window[1] / 1000)})) to stdout`;
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of db.query(copyTo(text)) as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const fields = line.split('\t');
        rules.add(fromTexts(Object.fromEntries(columns.map((name, i) => [name, unescaped(fields[i])]))));
      }
    }
  });
  const { drawn, ...verdict } = rules.finish();
  writeContacts(job.contacts, drawn);
  return verdict;
});

function unescaped(field: string | undefined): string | null {
  if (field === undefined || field === String.raw`\N`) return null;
  return field.includes('\\') ? field.replaceAll(/\\(.)/g, (_, c: string) => escapes[c] ?? c) : field;
}
