// What `compile` reads: one survey, its processor and the code lists it names, with the text they were read from.
// A declaration exists only whole and checked: `load.ts` makes one, or answers with mistakes.
import type { List } from './list.ts';
import type { Pipeline } from './pipeline.ts';
import type { Processor } from './processor.ts';

/** A file as it was read; `path` as it was given or found, relative to the working folder. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Declaration {
  readonly pipeline: Pipeline;
  readonly processor: Processor;
  /** Exactly the lists that the pipeline names, by name. */
  readonly lists: Readonly<Record<string, List>>;
  /** Pipeline, processor, then lists in the order of their names. */
  readonly files: readonly SourceFile[];
}
