// YAML text to plain data that knows where each value stands. Only the plain core of YAML is read: aliases, tags and
// directives are refused, because a reviewer MUST see what a file says without expanding anything.
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { decode } from './decode.ts';
import { shorten } from './mistake.ts';
import type { Mistake, MistakeCode, Span } from './mistake.ts';

export type Path = readonly (string | number)[];
export type Part = 'key' | 'value';

export interface Parsed {
  readonly file: string;
  readonly text: string;
  readonly data: unknown;
  /** The value (or its key); of what is not there, the nearest thing that holds it. */
  readonly locate: (path: Path, part?: Part) => Span;
  /** How the value (or its key) is written, shortened. */
  readonly written: (path: Path, part?: Part) => string;
}

const maxDepth = 32;

type Outcome =
  { readonly ok: true; readonly parsed: Parsed } | { readonly ok: false; readonly mistakes: Mistake[] };

/** Never throws, whatever the bytes. */
export const parse = (file: string, bytes: Uint8Array): Outcome => {
  const decoded = decode(file, bytes);
  if (!decoded.ok) return decoded;
  const { text } = decoded;
  const counter = new LineCounter();
  const lines = text.split('\n');
  const mistakes: Mistake[] = [];

  const span = (from: number, to: number): Span => {
    const { line, col } = counter.linePos(from);
    const quote = (lines[line - 1] ?? '').replace(/\r$/, '');
    const column = Array.from(quote.slice(0, col - 1)).length + 1;
    const length = Array.from(text.slice(from, to).split(/\r?\n/, 1)[0] ?? '').length;
    return { line: Math.max(1, line), column, length: Math.max(1, length), quote };
  };
  const say: Say = (range, code, expected, remedy, found = excerptOf(text, range) || 'nothing') => {
    mistakes.push({ file, ...span(...range), code, found, expected, ...(remedy && { remedy }) });
  };

  const document = compose(text, counter);
  if (document === 'too deep') {
    counter.lineStarts.splice(0, Infinity, 0);
    say([0, 1], 'too-deep', `values nested at most ${maxDepth} deep`);
    return { ok: false, mistakes };
  }
  refuseTabs(text, say);
  if (mistakes.length === 0) refuseSyntax(document, text, say);
  if (mistakes.length === 0) refuseMagic(document, text, say);
  if (mistakes.length > 0) return { ok: false, mistakes };
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    say([0, 1], 'empty', 'a declaration', 'start from schemas/pipelines/warwickshire-victims.yaml');
  const data = plain(document.contents, 0, say);
  if (mistakes.length > 0) return { ok: false, mistakes };

  const rangeOf = (path: Path, part: Part): Range => rangeAt(document, path, part);
  return {
    ok: true,
    parsed: {
      file,
      text,
      data,
      locate: (path, part = 'value') => span(...rangeOf(path, part)),
      written: (path, part = 'value') => excerptOf(text, rangeOf(path, part)),
    },
  };
};

type Range = readonly [from: number, to: number];
type Say = (range: Range, code: MistakeCode, expected: string, remedy?: string, found?: string) => void;

const excerptOf = (text: string, [from, to]: Range): string =>
  shorten(text.slice(from, to).split('\n', 1)[0]?.trim() ?? '', 60);

const compose = (text: string, lineCounter: LineCounter): Document.Parsed | 'too deep' => {
  try {
    // The library's own search for repeated keys is quadratic; `plain` has a linear one.
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false, stringKeys: false });
  } catch {
    // Composing is recursive: only a file nested beyond the call stack ends here.
    return 'too deep';
  }
};

const refuseTabs = (text: string, say: Say): void => {
  const remedy = 'indent with two spaces, never with tabs';
  for (const { 0: indent, index } of text.matchAll(/^ *\t+(?=\S)/gm))
    say([index, index + indent.length], 'tab', 'spaces', remedy, 'a tab');
};

/** One mistake a line: what follows a broken token on its line is its echo. */
const refuseSyntax = (document: Document.Parsed, text: string, say: Say): void => {
  const tooDeep = document.errors.find(
    ({ code, message }) => code === 'RESOURCE_EXHAUSTION' || message.startsWith('Maximum call stack'),
  );
  if (tooDeep) {
    say(tooDeep.pos, 'too-deep', `values nested at most ${maxDepth} deep`);
    return;
  }
  const seen = new Set<number>();
  for (const { code, pos, message } of document.errors) {
    const start = text.lastIndexOf('\n', pos[0] - 1);
    if (seen.has(start) || seen.size >= 5) continue;
    seen.add(start);
    if (code === 'MULTIPLE_DOCS')
      say(pos, 'two-documents', 'one document in a file', 'put the second in its own file');
    else say(pos, 'syntax', message.split('\n', 1)[0]?.replace(/^[A-Z]/, (c) => c.toLowerCase()) ?? 'YAML');
  }
};

const refuseMagic = (document: Document.Parsed, text: string, say: Say): void => {
  const { yaml, tags } = document.directives;
  if (yaml.explicit === true || Object.keys(tags).length > 1)
    say([0, 1], 'directive', 'no line that starts with %', 'delete it: the version of YAML is always 1.2');
  const remedy = 'write the value out again: anchors and aliases are not read';
  visit(document, {
    Node: (_, node) => {
      const range = rangeIn(node);
      if (isAlias(node) || node.anchor !== undefined) {
        const mark = isAlias(node) ? range : backTo(text, `&${node.anchor}`, range[0]);
        say(mark, 'alias', 'every value written out', remedy);
        return visit.BREAK;
      }
      if (node.tag !== undefined) say(backTo(text, '!', range[0]), 'tag', 'a plain value', 'delete it');
      return undefined;
    },
  });
};

/** From the mark (an anchor or a tag, which a node's own range leaves out) up to the node. */
const backTo = (text: string, mark: string, from: number): Range => {
  const last = text.lastIndexOf(mark, from);
  const at = text[last - 1] === '!' ? last - 1 : last;
  const end = /^[^\s,[\]{}]+/.exec(text.slice(Math.max(0, at)))?.[0].length ?? 1;
  return at < 0 ? [from, from + 1] : [at, at + end];
};

/** Plain data with text keys, each once; a number for a key is text only when quoted. */
const plain = (node: unknown, depth: number, say: Say): unknown => {
  if (depth > maxDepth) {
    say(rangeIn(node), 'too-deep', `values nested at most ${maxDepth} deep`);
    return null;
  }
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => plain(item, depth + 1, say));
  if (!isMap(node)) return null;
  const entries = new Map<string, unknown>();
  for (const { key, value } of node.items) {
    const range = rangeIn(key);
    if (!isScalar(key)) say(range, 'wrong-type', 'a word before the colon');
    else if (typeof key.value !== 'string')
      say(range, 'unquoted', 'text', `quote it: "${shorten(key.source ?? '', 40)}"`);
    else if (key.value === '__proto__') say(range, 'bad-name', 'another name');
    else if (entries.has(key.value)) say(range, 'duplicate-key', 'each key once', 'delete one of the two');
    else entries.set(key.value, plain(value, depth + 1, say));
  }
  return Object.fromEntries(entries);
};

const rangeIn = (node: unknown): Range => {
  const range = (node as Partial<Node> | null | undefined)?.range;
  return range ? [range[0], Math.max(range[0], range[1])] : [0, 1];
};

const child = (node: unknown, step: string | number): Pair | Node | undefined => {
  if (isSeq(node)) return node.items[Number(step)] as Node | undefined;
  if (!isMap(node)) return undefined;
  return node.items.find(({ key }) => isScalar(key) && key.value === step);
};

const rangeAt = (document: Document.Parsed, path: Path, part: Part): Range => {
  let node: unknown = document.contents;
  let key: unknown;
  for (const step of path) {
    const found = child(node, step);
    // What is missing is shown on the key of what should hold it, or on its first word.
    if (found === undefined) return rangeIn(key ?? firstWord(node));
    key = isPair(found) ? found.key : undefined;
    node = isPair(found) ? found.value : found;
  }
  if (part === 'key' && key !== undefined) return rangeIn(key);
  const range = rangeIn(node ?? key);
  return range[1] > range[0] ? range : rangeIn(key ?? node);
};

const firstWord = (node: unknown): unknown =>
  isMap(node) || isSeq(node) ? (firstIn(node.items[0]) ?? node) : node;
const firstIn = (item: unknown): unknown => (isPair(item) ? item.key : item);
