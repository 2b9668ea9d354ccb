// From a path to a whole declaration, or to every mistake in it and in the files it names.
// The processor is looked for in `../processors` and the lists in `../lists`, seen from the pipeline's folder.
import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { listsNamed } from './check/conditions.ts';
import { checkList, checkPipeline, checkProcessor, notesOn, stem } from './check.ts';
import type { Declaration, SourceFile } from './declaration.ts';
import { mistakeAt } from './explain.ts';
import { listGrammar, listSections } from './list.ts';
import type { List } from './list.ts';
import { inOrder } from './mistake.ts';
import type { Mistake } from './mistake.ts';
import { nearest } from './nearest.ts';
import { bytesAt, isThere, open } from './open.ts';
import { parse } from './parse.ts';
import type { Parsed } from './parse.ts';
import { pipelineGrammar, pipelineSections } from './pipeline.ts';
import { processorGrammar, processorSections } from './processor.ts';
import type { Processor } from './processor.ts';
import { read } from './read.ts';
import type { Reading } from './read.ts';
import { readOfficersFile } from './read-officers.ts';

export interface Options {
  /** Instead of `../processors/<to>.yaml`. */
  readonly processorFile?: string;
  /** Instead of `../lists`. */
  readonly listsFolder?: string;
}

export type Loaded =
  | { readonly ok: true; readonly declaration: Declaration; readonly notes: readonly Mistake[] }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Never throws; of a declaration with any mistake there is no declaration. */
export const loadDeclaration = (file: string, options: Options = {}): Loaded => {
  const opened = open(file);
  return opened.ok ? assemble(opened.parsed, options) : { ok: false, mistakes: opened.mistakes };
};

export interface Inspected {
  /** Present for a pipeline without mistakes; a processor or a list is checked by itself. */
  readonly declaration?: Declaration;
  readonly mistakes: readonly Mistake[];
  readonly notes?: readonly Mistake[];
}

/** Any of the four kinds of file, by what it says it is. */
export const inspect = (file: string): Inspected => {
  const opened = open(file);
  if (!opened.ok) return { mistakes: opened.mistakes };
  const { parsed } = opened;
  const says = (key: string): boolean =>
    typeof parsed.data === 'object' && parsed.data !== null && Object.hasOwn(parsed.data, key);
  if (says('processor')) return { mistakes: inOrder(readProcessor(parsed).mistakes) };
  if (says('officers')) return { mistakes: inOrder(readOfficersFile(parsed).mistakes) };
  if (says('list')) return { mistakes: inOrder(readList(parsed).mistakes) };
  if (says('survey') || says('screen') || says('extract')) {
    const loaded = assemble(parsed, {});
    if (!loaded.ok) return { mistakes: loaded.mistakes };
    return { declaration: loaded.declaration, mistakes: [], notes: loaded.notes };
  }
  const expected = 'a file that says survey: …, processor: …, list: … or officers: …';
  return { mistakes: [mistakeAt(parsed, { path: [], code: 'unknown-kind', expected })] };
};

const assemble = (parsed: Parsed, options: Options): Loaded => {
  const folder = dirname(parsed.file);
  const pipeline = read(parsed, pipelineGrammar, pipelineSections);
  const mistakes: Mistake[] = [...pipeline.mistakes];

  const to = pipeline.parts.transfer?.to;
  const processor = to === undefined ? undefined : findProcessor(parsed, to, options.processorFile);
  mistakes.push(...(processor?.mistakes ?? []));

  const lists = findLists(parsed, pipeline.parts, options.listsFolder ?? join(folder, '..', 'lists'));
  mistakes.push(...lists.mistakes);
  const context = { pipeline: pipeline.parts, processor: processor?.parts ?? {}, lists: lists.byName };
  mistakes.push(...checkPipeline(parsed, context));

  if (mistakes.length > 0 || !pipeline.whole || !processor?.whole || !processor.source)
    return { ok: false, mistakes: inOrder(mistakes, parsed.file) };
  const files = [{ path: parsed.file, text: parsed.text }, processor.source, ...lists.files];
  return {
    ok: true,
    declaration: {
      pipeline: pipeline.whole,
      processor: processor.whole,
      lists: Object.fromEntries(lists.byName),
      files,
    },
    notes: notesOn(parsed, pipeline.whole),
  };
};

const readProcessor = (parsed: Parsed, name?: string): Reading<Processor> => {
  const reading = read(parsed, processorGrammar, processorSections);
  return { ...reading, mistakes: [...reading.mistakes, ...checkProcessor(parsed, reading.parts, name)] };
};

const readList = (parsed: Parsed): Reading<List> => {
  const reading = read(parsed, listGrammar, listSections);
  return { ...reading, mistakes: [...reading.mistakes, ...checkList(parsed, reading.parts)] };
};

const findProcessor = (
  pipeline: Parsed,
  to: string,
  given?: string,
): Reading<Processor> & { readonly source?: SourceFile } => {
  const file = given ?? join(dirname(pipeline.file), '..', 'processors', `${to}.yaml`);
  // a file that was named and is missing is a mistake in its own name, not in the pipeline
  if (given === undefined && !isThere(file)) {
    const near = nearest(to, namesIn(dirname(file)));
    const expected = `a processor with a file: ${file}`;
    const complaint = {
      path: ['transfer', 'to'],
      code: 'unknown-processor',
      expected,
      nearest: near,
    } as const;
    return { parts: {}, mistakes: [mistakeAt(pipeline, complaint)] };
  }
  const opened = open(file);
  if (!opened.ok) return { parts: {}, mistakes: opened.mistakes };
  const { text } = opened.parsed;
  return { ...readProcessor(opened.parsed, to), source: { path: file, text } };
};

const findLists = (parsed: Parsed, pipeline: Parameters<typeof listsNamed>[0], folder: string) => {
  const byName = new Map<string, List>();
  const files: SourceFile[] = [];
  const mistakes: Mistake[] = [];
  const named = [...listsNamed(pipeline)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, places] of named) {
    const file = join(folder, `${name}.yaml`);
    if (!isThere(file)) {
      const complaint = {
        code: 'unknown-list',
        expected: `a list with a file: ${file}`,
        nearest: nearest(name, namesIn(folder)),
      } as const;
      mistakes.push(...places.map((path) => mistakeAt(parsed, { path, ...complaint })));
      continue;
    }
    const { mistakes: ofList, found } = listAt(file);
    mistakes.push(...ofList);
    if (!found) continue;
    byName.set(name, found.list);
    files.push({ path: file, text: found.text });
  }
  return { byName, files, mistakes };
};

interface FoundList {
  readonly list: List;
  readonly text: string;
}

/** Surveys share their lists, which are the longest files of all: one without a mistake is parsed once. */
const sound = new Map<string, FoundList>();

const listAt = (file: string): { readonly mistakes: readonly Mistake[]; readonly found?: FoundList } => {
  const there = bytesAt(file);
  if (!there.ok) return there;
  const key = `${basename(file)} ${hash('sha256', there.bytes)}`;
  const known = sound.get(key);
  if (known) return { mistakes: [], found: known };
  const opened = parse(file, there.bytes);
  if (!opened.ok) return opened;
  const { mistakes, whole } = readList(opened.parsed);
  if (!whole) return { mistakes };
  const found = { list: whole, text: opened.parsed.text };
  if (mistakes.length === 0) sound.set(key, found);
  return { mistakes, found };
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/i.test(file))
      .map(stem);
  } catch {
    return [];
  }
};
