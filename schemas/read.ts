// One grammar over one parsed file. A file with mistakes still yields the sections that are right, so that what they
// say against each other is answered in the same breath.
import * as z from 'zod';
import { operators } from './condition.ts';
import { explain, mistakeAt } from './explain.ts';
import type { Mistake } from './mistake.ts';
import type { Parsed } from './parse.ts';
import { camelKey } from './words.ts';

export interface Reading<T> {
  /** present only when the grammar found nothing wrong */
  readonly whole?: T;
  readonly parts: Partial<T>;
  readonly mistakes: readonly Mistake[];
}

export const read = <T extends object>(
  parsed: Parsed,
  grammar: z.ZodType<T>,
  sections: z.ZodRawShape,
): Reading<T> => {
  const result = grammar.safeParse(parsed.data, { reportInput: true });
  if (result.success) return { whole: result.data, parts: result.data, mistakes: [] };
  if (!isObject(parsed.data)) {
    const expected = `a mapping of ${Object.keys(sections).join(', ')}`;
    return { parts: {}, mistakes: [mistakeAt(parsed, { path: [], code: 'wrong-type', expected })] };
  }
  const { issues } = result.error;
  const known = withoutUnknownKeys(parsed.data, issues);
  const parts = Object.entries(sections).flatMap(([key, section]) => {
    const part = z.safeParse(section, known[key]);
    return part.success && part.data !== undefined ? [[camelKey(key), part.data]] : [];
  });
  return { parts: Object.fromEntries(parts) as Partial<T>, mistakes: explain(parsed, issues, operators) };
};

type Tree = { [key: string]: unknown };
const isObject = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** The data as it would read had nobody written the keys that no grammar knows. */
const withoutUnknownKeys = (data: Tree, issues: readonly z.core.$ZodIssue[]): Tree => {
  const copy = structuredClone(data);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    let holder: unknown = copy;
    for (const step of issue.path) holder = isObject(holder) ? holder[String(step)] : undefined;
    for (const key of issue.keys) if (isObject(holder)) delete holder[key];
  }
  return copy;
};
