// What zod found, said to a person: each issue becomes a mistake with a place, a code and the nearest valid word.
// Of a choice between shapes only the shape that was meant is explained, never all of them.
import type * as z from 'zod';
import { isMistakeCode } from './mistake.ts';
import type { Mistake, MistakeCode } from './mistake.ts';
import { nearest } from './nearest.ts';
import type { Parsed, Part, Path } from './parse.ts';

type Issue = z.core.$ZodIssue;

export interface Complaint {
  readonly path: Path;
  readonly part?: Part;
  readonly code: MistakeCode;
  readonly expected: string;
  readonly found?: string;
  readonly remedy?: string | undefined;
  readonly nearest?: string | undefined;
}

/** A complaint about something in the file, with its place. */
export const mistakeAt = (parsed: Parsed, complaint: Complaint): Mistake => {
  const { path, part = 'value', code, expected, remedy, nearest } = complaint;
  const found = complaint.found ?? (parsed.written(path, part) || 'nothing');
  return {
    file: parsed.file,
    ...parsed.locate(path, part),
    code,
    found,
    expected,
    ...(remedy !== undefined && { remedy }),
    ...(nearest !== undefined && { nearest }),
  };
};

/** @param operators words that may stand where a column was read, offered when a condition is misspelt */
export const explain = (parsed: Parsed, issues: readonly Issue[], operators: readonly string[]): Mistake[] =>
  withoutEchoes(
    issues
      .flatMap((issue) => flatten(parsed.data, issue, []))
      .flatMap((issue) => complaints(parsed, issue, operators)),
  ).map((complaint) => mistakeAt(parsed, complaint));

/** A misspelt key is one mistake, not two: what it was meant to be is not missing as well. */
const withoutEchoes = (all: readonly Complaint[]): Complaint[] => {
  const meant = new Set(
    all.map(({ path, nearest }) =>
      nearest === undefined ? '' : JSON.stringify([...path.slice(0, -1), nearest]),
    ),
  );
  return all.filter(({ code, path }) => !code.startsWith('missing-') || !meant.has(JSON.stringify(path)));
};

const valueAt = (data: unknown, path: Path): unknown => {
  let value = data;
  for (const step of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
};

/** Issues with whole paths, and none that only says "no alternative fits" when one nearly does. */
const flatten = (data: unknown, issue: Issue, base: Path): Issue[] => {
  const path = [...base, ...issue.path] as (string | number)[];
  if (issue.code === 'invalid_union' && valueAt(data, path) !== undefined) {
    const meant = branch(issue.errors, valueAt(data, path));
    if (meant) return meant.flatMap((inner) => flatten(data, inner, path));
  }
  return [{ ...issue, path }];
};

/** The alternative with the fewest words out of place; none when no single one stands out. */
const branch = (
  alternatives: readonly (readonly Issue[])[],
  value: unknown,
): readonly Issue[] | undefined => {
  const ranked = alternatives
    .filter((issues) => !issues.some((issue) => isOfAnotherKind(issue, value)))
    .map((issues) => ({ issues, strangeness: strangeness(issues) }))
    .sort((a, b) => a.strangeness - b.strangeness);
  const [best, second] = ranked;
  return best?.strangeness === second?.strangeness ? undefined : best?.issues;
};

const isOfAnotherKind = (issue: Issue, value: unknown): boolean => {
  if (issue.path.length > 0) return false;
  if (issue.code === 'invalid_value') return issue.values.every((word) => typeof word !== typeof value);
  return issue.code === 'invalid_type';
};

/** Ranks alternatives: a slip of the pen is near, a missing key further, a value of no such form furthest. */
const strangeness = (issues: readonly Issue[]): number => {
  const slips = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => nearest(key, wordsIn(split(issue.message).expected)))
      : [],
  );
  let sum = 0;
  for (const slip of slips) sum += slip === undefined ? 10 : 1.5;
  for (const issue of issues)
    if (issue.code === 'invalid_key') sum += 10;
    else if (issue.code === 'unrecognized_keys') continue;
    else if (issue.path.length === 0) sum += issue.code === 'custom' ? 12 : 100;
    else if (!isMissing(issue)) sum += 1;
    else if (!slips.includes(String(issue.path[0]))) sum += 5;
  return sum;
};

const isMissing = (issue: Issue): boolean =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union') &&
  issue.input === undefined;

const split = (message: string): { code: MistakeCode; expected: string } => {
  const [, code = '', expected = ''] = /^([a-z-]+): (.*)$/su.exec(message) ?? [];
  return isMistakeCode(code) ? { code, expected } : { code: 'wrong-value', expected: message };
};

const wordsIn = (expected: string): string[] =>
  expected.startsWith('one of ') ? expected.slice('one of '.length).split(', ') : [expected];

const complaints = (parsed: Parsed, issue: Issue, operators: readonly string[]): Complaint[] => {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const { expected } = split(issue.message);
    return issue.keys.map((key) => unknownKey([...path, key], key, expected));
  }
  if (issue.code === 'invalid_key')
    return [{ path, part: 'key', ...split(issue.issues[0]?.message ?? issue.message) }];
  const value = valueAt(parsed.data, path);
  if (value === undefined) return [missing(path, split(issue.message).expected)];
  return [wrong(parsed, issue, path, value, operators)];
};

const unknownKey = (path: Path, key: string, expected: string): Complaint => {
  if (path[0] === 'retain' && path[1] === 'staging' && key.startsWith('h'))
    return {
      path,
      part: 'key',
      code: 'staging-held',
      expected: 'no hold: staging goes when its clock runs out, whoever objects',
      remedy: 'delete it; the package and later copies can be held',
    };
  return {
    path,
    part: 'key',
    code: 'unknown-key',
    found: key,
    expected,
    nearest: nearest(key, wordsIn(expected)),
  };
};

const missing = (path: Path, expected: string): Complaint => {
  const key = String(path.at(-1) ?? '');
  const place = { path, part: 'key' as const, found: 'nothing' };
  if (path[0] === 'retain' && path.length === 2) {
    const remedy = `${key}: { ${key === 'backups' ? 'beyond_use_for' : 'for'}: P…D }`;
    return { ...place, code: 'copy-without-clock', expected: `a clock for ${key}`, remedy };
  }
  return { ...place, code: key === 'why' ? 'missing-why' : 'missing-key', expected: `${key}: ${expected}` };
};

const truths: ReadonlyMap<string, string> = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['no', 'false'],
  ['off', 'false'],
]);

const wrong = (
  parsed: Parsed,
  issue: Issue,
  path: Path,
  value: unknown,
  operators: readonly string[],
): Complaint => {
  const { code, expected } = split(issue.message);
  const key = String(path.at(-1) ?? '');
  const operator = path.includes('when') ? nearest(key, operators) : undefined;
  if (operator !== undefined && !operators.includes(key) && code === 'wrong-type')
    return { path, part: 'key', code: 'unknown-key', expected: 'a column or an operator', nearest: operator };
  const written = parsed.written(path);
  const isText = issue.code === 'invalid_type' && issue.expected === 'string';
  if (code === 'bad-percentage' && typeof value === 'number')
    return { path, code, expected, remedy: `write ${written}%` };
  if (isText && (typeof value === 'number' || typeof value === 'boolean'))
    return { path, code: 'unquoted', expected, remedy: `quote it: "${written}"` };
  if (value === null) return { path, code, expected, found: 'nothing' };
  if (typeof value !== 'string') return { path, code, expected };
  if (code === 'bad-number' && /^\d+$/.test(value))
    return { path, code, expected, remedy: 'take away the quotes' };
  if (expected === 'true or false') return { path, code, expected, nearest: truths.get(value.toLowerCase()) };
  return {
    path,
    code,
    expected,
    nearest: code === 'wrong-value' ? nearest(value, wordsIn(expected)) : undefined,
  };
};
