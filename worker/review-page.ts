// A review of purges as a page: what is missing first, then every erasure.
import { page, text } from './certificate-page.ts';
import { counted, moment } from './certificate-text.ts';
import { withinItsDay } from './review-make.ts';
import type { Review, Reviewed } from './review-make.ts';

export const reviewPage = (review: Review): string => {
  const { from, to, reviewedAt, ledger, copies, proved, unproved, held, due } = review;
  const missing = copies.filter((copy) => copy.missing.length > 0);
  return page(
    `Review of purges, ${from} to ${to}`,
    `<header>
  <p class="kind">Review of purges</p>
  <h1>${from} to ${to}</h1>
  <p class="lead">${text(verdict(review))}</p>
</header>
<dl><dt>Reviewed</dt><dd>${moment(reviewedAt)}</dd>
<dt>Proved now</dt><dd class="good">${counted(proved)}</dd>
<dt>Unproved</dt><dd class="${unproved > 0 ? 'bad' : 'good'}">${counted(unproved)}</dd>
<dt>Held</dt><dd>${counted(held)}</dd>
<dt>Due</dt><dd>${counted(due)}, within ${due === 1 ? 'its' : 'their'} day</dd>
<dt>Ledger</dt><dd class="${ledger.faults.length > 0 ? 'bad' : 'good'}">${counted(ledger.size)} entries, ${
      ledger.faults.length === 0 ? 'whole' : `${counted(ledger.faults.length)} faults`
    }</dd>
<dt>Root</dt><dd><code>${ledger.root}</code></dd></dl>
${missing.length === 0 ? '' : `<section><h2>What is missing</h2>${table(missing)}</section>`}
<section><h2>Every copy that was due or erased</h2>${copies.length === 0 ? '<p>No copy was due, and none was erased.</p>' : table(copies)}</section>
<footer><p>Every erasure was looked at again for this page: the catalogue, what no copy accounts for, statistics, large
objects, what its rows carried, counts and holds; and the whole ledger was read again. The same as data: <code>cordon review --csv</code> or
<code>--json</code>.</p></footer>`,
  );
};

const verdict = ({ copies, proved, unproved, held, due, ledger }: Review): string => {
  if (unproved > 0)
    return `${counted(unproved)} of ${counted(copies.length)} copies cannot be proved erased.`;
  if (ledger.faults.length > 0) return 'The ledger is not as it must be: nothing that rests on it is proved.';
  if (copies.length === 0) return 'Nothing was due.';
  const others =
    held + due === 0
      ? ''
      : ` Held, or due within their day: ${counted(held + due)} of ${counted(copies.length)} copies.`;
  return proved === 0 ? `No copy was late.${others}` : `Every erasure is proved, again, now.${others}`;
};

const table = (copies: readonly Reviewed[]): string => `<table>
<thead><tr><th>Copy</th><th>Month</th><th>Planned</th><th>Actual</th><th>Late</th><th>Rows</th><th>Proof</th></tr></thead>
<tbody>${copies.map(row).join('\n')}</tbody></table>`;

const row = (
  copy: Reviewed,
): string => `<tr><td>${text(copy.kind)}<br><small>${String(copy.copy)}, attempt ${String(copy.attempt)}</small></td>
<td>${copy.survey === null ? 'every survey' : `${text(copy.survey)}<br><small>${text(copy.period ?? '')}</small>`}</td>
<td class="day">${copy.planned.slice(0, 10)}${copy.officers.length === 0 ? '' : `<br><small>${text(copy.officers.join(', '))}</small>`}</td>
<td class="day">${copy.actual?.slice(0, 10) ?? 'not yet'}</td><td class="day">${lateness(copy.hoursLate)}</td><td class="number">${copy.rows === null ? '' : counted(copy.rows)}</td>
<td>${proof(copy)}${copy.decisions.map((decided) => `<br><small>${text(decided)}</small>`).join('')}</td></tr>`;

const proof = ({ missing, standing, entries }: Reviewed): string =>
  missing.length > 0
    ? `<span class="bad">missing: ${text(missing.join('; '))}</span>`
    : standing === 'held' || standing === withinItsDay
      ? standing
      : `<span class="good">proved</span><br><small>entries ${entries.join(', ')}</small>`;

/** `0 h`, `31 h`, `12 d` */
export const lateness = (hours: number): string =>
  hours < 48 ? `${String(hours)} h` : `${String(Math.floor(hours / 24))} d`;
