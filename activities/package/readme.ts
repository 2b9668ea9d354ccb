// README.txt: what a person at the processor reads first. CRLF, because Windows opens it; no name of anybody,
// and no time of writing, so that the same month packs to the same bytes.
import type { PackageField } from './datapackage.ts';

export interface Letter {
  readonly survey: string;
  readonly title: string;
  readonly period: string;
  readonly controller: string;
  readonly purpose: string;
  /** the contract's reference */
  readonly contract: string;
  readonly agreement?: string;
  readonly fields: readonly Pick<PackageField, 'name' | 'why'>[];
  /** calendar days, `2026-12-31` */
  readonly receiptBy?: string;
  readonly destroyBy: string;
}

export const readme = (letter: Letter): Uint8Array =>
  new TextEncoder().encode(`${lines(letter).flatMap(wrap).join('\r\n')}\r\n`);

const lines = (it: Letter): string[] => [
  it.title,
  '',
  `Survey:     ${it.survey}`,
  `Period:     ${it.period} (the calendar month in which the reports were made)`,
  `Controller: ${it.controller}`,
  `Purpose:    ${it.purpose}`,
  `Contract:   ${it.contract}`,
  ...(it.agreement === undefined ? [] : [`Agreement:  ${it.agreement}`]),
  '',
  'contacts.csv holds the people to be asked to take part in this survey, and nothing else. ' +
    'It may be used for the purpose above only. datapackage.json describes its columns to a program.',
  '',
  'Columns:',
  ...it.fields.map(({ name, why }) => `  ${name}: ${why}`),
  '',
  'How to read it: UTF-8, comma, every cell in double quotes. A cell that would start with = + - @ or a tab ' +
    "has an apostrophe (') put before it, so that no spreadsheet runs it; take it off again. Telephone " +
    'numbers are in E.164 with a leading + and have no apostrophe.',
  '',
  'What you owe:',
  ...(it.receiptBy === undefined ? [] : [`  by ${it.receiptBy}: a receipt with the number of records`]),
  `  by ${it.destroyBy}: destruction of this file and every copy, and your certificate of it`,
  '  at once: stop contacting, and delete, anyone a recall names by survey_ref',
];

const width = 78;

/** Continuation lines are indented as their first line was. */
const wrap = (line: string): string[] => {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const out: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const cut = space > indent.length ? space : rest.indexOf(' ', indent.length + 1);
    if (cut < 0) break;
    out.push(rest.slice(0, cut));
    rest = indent + rest.slice(cut + 1);
  }
  return [...out, rest];
};
