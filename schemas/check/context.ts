// What every check is given: the sections that could be read, where they stand, and a way to complain.
// A check asks for what it needs and is silent when that part is missing: its mistake has been said already.
import type { Complaint } from '../explain.ts';
import type { List } from '../list.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Processor } from '../processor.ts';

export interface Context {
  readonly pipeline: Partial<Pipeline>;
  readonly processor: Partial<Processor>;
  /** The lists that could be read, by name. */
  readonly lists: ReadonlyMap<string, List>;
  readonly say: (complaint: Complaint) => void;
}

export type Check = (context: Context) => void;

/** A column of `extract.read` by a name from the file, which may be any word: never by plain indexing. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;
