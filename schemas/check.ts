// What the parts of a declaration say against each other, once each of them reads well by itself.
// None of it asks a clock, a network or an environment: the same files always get the same answer.
import { basename } from 'node:path';
import { advise } from './check/advice.ts';
import { checkClocks } from './check/clocks.ts';
import { checkColumns } from './check/columns.ts';
import type { Context } from './check/context.ts';
import { checkDraw } from './check/draw.ts';
import { checkFields } from './check/fields.ts';
import { checkRules } from './check/rules.ts';
import { checkSchedule } from './check/schedule.ts';
import { mistakeAt } from './explain.ts';
import type { Complaint } from './explain.ts';
import type { List } from './list.ts';
import type { Mistake } from './mistake.ts';
import type { Parsed } from './parse.ts';
import type { Pipeline } from './pipeline.ts';
import type { Processor } from './processor.ts';

const checks = [checkSchedule, checkColumns, checkRules, checkDraw, checkFields, checkClocks];

export const checkPipeline = (parsed: Parsed, context: Omit<Context, 'say'>): Mistake[] => {
  const complaints: Complaint[] = nameOf(parsed, 'survey', context.pipeline.survey, stem(parsed.file));
  for (const check of checks) check({ ...context, say: (complaint) => complaints.push(complaint) });
  return complaints.map((complaint) => mistakeAt(parsed, complaint));
};

/** What is no mistake, and should be known: of a pipeline without any. */
export const notesOn = (parsed: Parsed, pipeline: Pipeline): Mistake[] =>
  advise(pipeline).map((complaint) => ({ ...mistakeAt(parsed, complaint), note: true }));

/** @param expected the name the pipeline sends to, when its own file was named some other way */
export const checkProcessor = (
  parsed: Parsed,
  processor: Partial<Processor>,
  expected = stem(parsed.file),
): Mistake[] => {
  const complaints = nameOf(parsed, 'processor', processor.processor, expected);
  const { contract } = processor;
  if (contract && contract.to < contract.from)
    complaints.push({ path: ['contract', 'to'], code: 'bad-range', expected: `${contract.from} or later` });
  return complaints.map((complaint) => mistakeAt(parsed, complaint));
};

export const checkList = (parsed: Parsed, list: Partial<List>): Mistake[] => {
  const complaints = nameOf(parsed, 'list', list.list, stem(parsed.file));
  const { codes, groups } = parsed.data as { codes?: unknown; groups?: unknown };
  if ((codes === undefined) === (groups === undefined))
    complaints.push({
      path: codes === undefined ? [] : ['groups'],
      part: 'key',
      code: codes === undefined ? 'missing-key' : 'unknown-key',
      found: codes === undefined ? 'neither codes nor groups' : 'groups beside codes',
      expected: 'exactly one of codes, groups',
    });
  const seen = new Set<string>();
  for (const [code, path] of codesIn(codes, groups)) {
    if (seen.has(code))
      complaints.push({ path, code: 'repeated', expected: 'each code once, in one group only' });
    seen.add(code);
  }
  for (const code of Object.keys(list.titles ?? {}))
    if (!seen.has(code))
      complaints.push({
        path: ['titles', code],
        part: 'key',
        code: 'wrong-value',
        expected: 'a code of this list',
      });
  return complaints.map((complaint) => mistakeAt(parsed, complaint));
};

type Coded = readonly [code: string, path: (string | number)[]];

/** Both ways of writing codes, with their places; whatever is not text has been complained about already. */
const codesIn = (codes: unknown, groups: unknown): Coded[] => {
  const grouped = typeof groups === 'object' && groups !== null ? Object.entries(groups) : [];
  return [
    ...textsIn(codes, ['codes']),
    ...grouped.flatMap(([name, items]) => textsIn(items, ['groups', name])),
  ];
};

const textsIn = (items: unknown, path: string[]): Coded[] =>
  Array.isArray(items)
    ? items.flatMap((item: unknown, i) => (typeof item === 'string' ? [[item, [...path, i]]] : []))
    : [];

export const stem = (file: string): string => basename(file).replace(/\.ya?ml$/i, '');

/** People look for a survey by its file; two names for one thing would hide it. */
const nameOf = (parsed: Parsed, key: string, name: string | undefined, expected: string): Complaint[] =>
  name === undefined || name === expected
    ? []
    : [{ path: [key], code: 'name-mismatch', expected: `${expected}, as in ${basename(parsed.file)}` }];
