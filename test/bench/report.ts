// The table: one for each size, ratios with their spread, memory, WAL, and the gates beside what was measured.
import { said } from './bench.ts';
import type { Line, Sized } from './bench.ts';
import { gatesAcross, gatesOf } from './gates.ts';
import type { Gate } from './gates.ts';
import { ratio, seconds } from './ratios.ts';
import type { Spread } from './ratios.ts';

export const report = (all: readonly Sized[], leftOut: readonly string[] = []): string =>
  [
    ...all.flatMap((sized) => [
      heading(sized),
      '',
      ...table(linesOf(sized)),
      '',
      ...gates(gatesOf(sized)),
      '',
    ]),
    ...gates(gatesAcross(all)),
    ...leftOut.map((why) => `left out: ${why}`),
  ].join('\n');

const heading = (sized: Sized): string => {
  const { rows, rounds, verdict, worker, backendKb, walBytes, ledger } = sized;
  const mb = (kb: number): string => `${(kb / 1000).toFixed(0)} MB`;
  return [
    `## ${said(rows)} rows`,
    '',
    `${String(verdict.frame)} in the frame, ${String(verdict.sample)} selected; ${String(rounds)} ${rounds === 1 ? 'round counts' : 'rounds count'}.`,
    `Worker ${mb(worker.maxRssKb)}, of which ${mb(worker.startRssKb)} before its first row; ${backendKb === null ? 'backends not seen' : `one backend ${mb(backendKb)}`}; WAL ${(walBytes / 1e6).toFixed(1)} MB.`,
    `Ledger: ${String(ledger.leaves)} leaves in ${(ledger.appending * 1000).toFixed(0)} ms, ${(ledger.share * 100).toFixed(2)} % of the run; a proof of one in ${(ledger.proof * 1000).toFixed(2)} ms.`,
  ].join('\n');
};

const header = ['', 'seconds', 'x floor', 'least', 'most', 'x ours', 'RSS MB'];

const linesOf = (sized: Sized): readonly (readonly string[])[] => [
  header,
  ...sized.lines.map((line) => [label(line), ...figures(sized, line)]),
];

const label = ({ name, kind }: Line): string => (kind === 'stage' ? `- ${name}` : name);

const figures = (sized: Sized, { name, kind, rejected, maxRssKb }: Line): readonly string[] => {
  if (rejected !== undefined) return ['does not count:', rejected, '', '', '', ''];
  const floor = ratio(sized, name, 'floor');
  const peer = kind === 'peer' ? ratio(sized, name, 'ours') : undefined;
  return [
    number(seconds(sized, name)?.median),
    number(floor?.median),
    number(floor?.min),
    number(floor?.max),
    spreadText(peer),
    maxRssKb === undefined ? '' : (maxRssKb / 1000).toFixed(0),
  ];
};

const number = (n: number | undefined): string =>
  n === undefined ? '' : n < 0.1 ? n.toFixed(3) : n.toFixed(2);

const spreadText = (s: Spread | undefined): string =>
  s === undefined ? '' : `${number(s.median)} (${number(s.min)}-${number(s.max)})`;

const gates = (all: readonly Gate[]): readonly string[] =>
  all.length === 0
    ? []
    : table([
        ['gate', 'measured', 'asked', ''],
        ...all.map(({ what, measured, gate, met }) => [
          what,
          number(measured),
          gate,
          met ? 'met' : 'not met',
        ]),
      ]);

/** Markdown that lines up as text, too. */
const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(3, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, i) => (i === 0 ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width))).join(' | ')} |`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)];
};
