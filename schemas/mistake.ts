// A mistake in a declaration: where it is, what was found, what was expected, and how `cordon check` shows it.
// Codes are for machines and last; the words beside them may be improved at any time.

export const mistakeCodes = [
  // the file itself
  'unreadable',
  'empty',
  'binary',
  'encoding',
  'too-large',
  'too-deep',
  'tab',
  'syntax',
  'duplicate-key',
  'two-documents',
  'alias',
  'tag',
  'directive',
  'unknown-kind',
  'name-mismatch',
  // the grammar
  'unknown-key',
  'missing-key',
  'missing-why',
  'wrong-type',
  'wrong-value',
  'unquoted',
  'too-few',
  'too-many',
  'repeated',
  'bad-code',
  'bad-date',
  'bad-duration',
  'bad-fingerprint',
  'bad-host',
  'bad-host-key',
  'bad-key',
  'bad-name',
  'bad-number',
  'bad-path',
  'bad-percentage',
  'bad-range',
  'bad-text',
  'bad-time',
  'bad-version',
  'bad-zone',
  // what one part of a declaration says against another
  'unread-column',
  'unneeded-column',
  'wrong-column-type',
  'identifier-kept',
  'unknown-officer',
  'unrecognised-phone',
  'unknown-derived',
  'unknown-list',
  'unknown-processor',
  'ungrouped-list',
  'field-not-allowed',
  'missing-field',
  'missing-rule',
  'advised-rule',
  'duplicate-reason',
  'unknown-reason',
  'too-many-rules',
  'not-a-rule-of-its-own',
  'impossible-floor',
  'impossible-take',
  'copy-without-clock',
  'clock-waits',
  'clock-too-short',
  'staging-held',
  'undrawable-days',
  'day-not-in-every-month',
  'outside-hours',
] as const;
export type MistakeCode = (typeof mistakeCodes)[number];
const known: ReadonlySet<string> = new Set(mistakeCodes);
export const isMistakeCode = (text: string): text is MistakeCode => known.has(text);

/** Where a mistake lies; lines and columns count from 1, columns and lengths in characters. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly length: number;
  /** the whole line, as written */
  readonly quote: string;
}

export interface Mistake extends Span {
  readonly file: string;
  readonly code: MistakeCode;
  readonly found: string;
  readonly expected: string;
  readonly remedy?: string;
  readonly nearest?: string;
  /** said, and nothing depends on it */
  readonly note?: true;
}

const width = 80;
const words = (code: MistakeCode): string => code.replaceAll('-', ' ');

/** Nothing that a terminal would obey, and no tab that would push the underline away. */
export const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, ' ');

export const shorten = (text: string, to: number): string => {
  const letters = Array.from(printable(text));
  return letters.length <= to ? letters.join('') : `${letters.slice(0, to - 1).join('')}…`;
};

/** The offending line, cut to a window around the mistake when it is long, with the mistake underlined. */
const excerpt = ({ line, column, length, quote }: Span): string[] => {
  if (quote.trim() === '') return [];
  const margin = Math.max(5, String(line).length + 1);
  const room = width - margin - 3;
  const letters = Array.from(printable(quote));
  const start = letters.length <= room || column <= room / 2 ? 0 : column - Math.floor(room / 3);
  const shown = letters.slice(start, start + room);
  if (start > 0) shown[0] = '…';
  if (start + room < letters.length) shown[shown.length - 1] = '…';
  const from = column - 1 - start;
  const marks = Math.max(1, Math.min(length, room - from));
  return [
    `${String(line).padStart(margin)} | ${shown.join('').trimEnd()}`,
    `${' '.repeat(margin)} | ${' '.repeat(from)}${'^'.repeat(marks)}`,
  ];
};

const wrap = (label: string, text: string): string[] => {
  const indent = label.length;
  const lines: string[] = [];
  let current = '';
  for (const word of printable(text).split(' ')) {
    const piece = shorten(word, width - indent);
    if (current !== '' && current.length + 1 + piece.length > width - indent) {
      lines.push(current);
      current = piece;
    } else current = current === '' ? piece : `${current} ${piece}`;
  }
  return [...lines, current].map((text, i) => (i === 0 ? label : ' '.repeat(indent)) + text);
};

/** At most 80 columns wide, but for the first line when the file's path is long. */
export const render = (mistake: Mistake): string => {
  const { file, line, column, code, found, expected, remedy, nearest, note } = mistake;
  return [
    `${printable(file)}:${line}:${column}  ${note ? 'NOTE  ' : ''}${words(code)}`,
    ...excerpt(mistake),
    ...wrap('   found     ', found),
    ...wrap('   expected  ', expected),
    ...(nearest === undefined ? [] : wrap('   did you mean  ', nearest)),
    ...(remedy === undefined ? [] : wrap('   remedy    ', remedy)),
  ].join('\n');
};

/** In the order of the files and of their lines, each mistake once; `first` is the file people look at first. */
export const inOrder = (mistakes: readonly Mistake[], first?: string): Mistake[] => {
  const files = [...new Set([...(first === undefined ? [] : [first]), ...mistakes.map(({ file }) => file)])];
  const byPlace = new Map(mistakes.map((m) => [`${m.file}:${m.line}:${m.column}:${m.code}:${m.found}`, m]));
  return [...byPlace.values()].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
};
