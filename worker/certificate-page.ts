// A certificate of erasure as a page to print or to send: one file, nothing loaded from elsewhere.
import type { Certificate, ErasedCopy } from './certificate-file.ts';
import { ofAttempt } from './inventory.ts';
import { beforeOf, decisionsOf, holdsOf, moment, subjectOf, withEnd } from './certificate-text.ts';

export const certificatePage = (certified: Certificate): string => {
  const { log, issuedAt, plan, copies, standing, ledger } = certified;
  return page(
    `Certificate of erasure: ${subjectOf(certified)}`,
    `<header>
  <p class="kind">Certificate of erasure</p>
  <h1>${text(subjectOf(certified))}</h1>
  <p class="lead">${text(summary(copies))}</p>
</header>
${facts([
  ['Issued', moment(issuedAt)],
  ['Log', log],
  ...(plan
    ? ([
        ['Plan', plan.planHash],
        ['Policy', plan.declarationHash],
      ] as const)
    : []),
])}
${copies.map(section).join('\n')}
${standing.length === 0 ? '' : remaining(standing)}
<footer>
  <p>Each erasure was looked at again when this was issued. It rests on ${String(ledger.entries.length)} entries of the
  ledger, each proved to stand in the log whose checkpoint is below. The signed file (<code>cordon certificate
  --json</code>) carries entries and proofs; anybody with the key of the log checks it without a network:
  <code>cordon proof FILE --key KEY</code>. This page is its readable form.</p>
  <pre>${text(ledger.checkpoint.trimEnd())}</pre>
</footer>`,
  );
};

const summary = (copies: readonly ErasedCopy[]): string => {
  const all =
    copies.length === 1 ? 'The copy named below is' : `The ${String(copies.length)} copies named below are`;
  return `${all} erased. That nothing is left was proved by another role, another process and another credential than those that erased.`;
};

const section = (copy: ErasedCopy): string => `<section>
  <h2>${text(copy.kind)} <small>copy ${String(copy.copy)}, ${ofAttempt(copy)}</small></h2>
  <table>
    <thead><tr><th></th><th>Opened</th><th>Due</th><th>Erased</th><th>Proved</th></tr></thead>
    <tbody>
      <tr><th>When</th>${[copy.opened.at, copy.dueAt, copy.erased.at, copy.verified.at].map((at) => `<td>${moment(at)}</td>`).join('')}</tr>
      <tr><th>Entry</th><td>${String(copy.opened.entry)}</td><td></td><td>${String(copy.erased.entry)}</td><td>${String(copy.verified.entry)}</td></tr>
    </tbody>
  </table>
  <div class="counts"><div><b>Before</b>${text(beforeOf(copy))}</div><div><b>After</b>nothing</div></div>
  ${facts([
    ['Place', copy.place],
    ['Method', copy.method],
    ['Holds', holdsOf(copy)],
    ...(copy.decisions ? ([['Review', decisionsOf(copy)]] as const) : []),
    ...(copy.verified.querySha256 === null ? [] : ([['Query', copy.verified.querySha256]] as const)),
    ...(copy.verified.searchSha256 === null ? [] : ([['Search', copy.verified.searchSha256]] as const)),
    ...copy.verified.notSearched.map((where, nth) => [nth === 0 ? 'Not searched' : '', where] as const),
    ...copy.residual.map(
      ({ place, until }, nth) => [nth === 0 ? 'May remain in' : '', withEnd(place, until)] as const,
    ),
  ])}
</section>`;

const remaining = (standing: Certificate['standing']): string => `<section class="standing">
  <h2>Not erased yet</h2>
  ${facts(standing.map(({ kind, dueAt, standing: at }) => [kind, `${at}, due ${dueAt.slice(0, 10)}`] as const))}
</section>`;

const facts = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>${pairs.map(([name, value]) => `<dt>${text(name)}</dt><dd>${hash.test(value) ? `<code>${value}</code>` : text(value)}</dd>`).join('')}</dl>`;

const hash = /^[0-9a-f]{64}$/;

/** Text of ours and names of places: nothing of it is markup. */
export const text = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export const page = (title: string, body: string): string => `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>`;

const style = `
:root { --ink: #1b2733; --soft: #5b6b7a; --line: #d5dce3; --band: #12395b; --good: #1d6b45; --bad: #a3282d; }
* { box-sizing: border-box; }
body { margin: 0; background: #eef1f4; color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 0 1.5rem; background: #fff; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; }
header { padding: 1.6rem 2.2rem 1.4rem; background: var(--band); color: #fff; }
.kind { margin: 0; font-size: .8rem; letter-spacing: .14em; text-transform: uppercase; opacity: .8; }
h1 { margin: .2rem 0 .5rem; font-size: 1.6rem; font-weight: 600; line-height: 1.25; }
.lead { margin: 0; max-width: 46rem; opacity: .92; }
main > dl, section, footer { margin: 1.3rem 2.2rem 0; }
section { padding-top: 1.2rem; border-top: 1px solid var(--line); break-inside: avoid; }
h2 { margin: 0 0 .6rem; font-size: 1.1rem; }
h2 small { font-weight: 400; color: var(--soft); font-size: .9rem; margin-left: .3rem; }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: .3rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin-bottom: .8rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th, tbody th { color: var(--soft); }
td.number { text-align: right; }
td.day, td small { white-space: nowrap; }
td small { color: var(--soft); }
.counts { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; margin-bottom: .8rem; }
.counts div { padding: .6rem .9rem; background: #f4f7f9; border-left: 3px solid var(--soft); }
.counts div:last-child { border-color: var(--good); }
.counts b { display: block; color: var(--soft); font-weight: 400; font-size: .85rem; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
footer { padding-top: 1.2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .88rem; }
pre, code { font: .85em/1.5 ui-monospace, "Liberation Mono", monospace; }
pre { margin: .6rem 0 0; padding: .7rem .9rem; background: #f4f7f9; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main > dl, section, footer { margin-inline: 1.1rem; } header { padding-inline: 1.1rem; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
@media print { body { background: #fff; font-size: 11pt; } main { margin: 0; border: 0; max-width: none; } header { color: #000; background: none; border-bottom: 2pt solid #000; } }
`;
