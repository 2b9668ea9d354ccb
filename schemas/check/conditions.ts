// Walks the conditions of every rule with the place of each in the file, which the parsed tree no longer knows.
import { everyCondition } from '../condition.ts';
import type { Condition } from '../condition.ts';
import type { Path } from '../parse.ts';
import type { Pipeline } from '../pipeline.ts';

export interface Placed {
  readonly condition: Condition;
  readonly path: Path;
}

/** Every condition of every rule, outer before inner. */
export const conditions = (screen: Pipeline['screen']): Placed[] =>
  screen.flatMap(({ when }, i) =>
    everyCondition(when, ['screen', i, 'when']).map(({ condition, path }) => ({ condition, path })),
  );

/** The lists that a declaration names, each with the places where it does. */
export const listsNamed = ({ extract, screen = [] }: Partial<Pipeline>): Map<string, Path[]> => {
  const derived = Object.entries(extract?.derive ?? {}).map(
    ([name, { list }]) => [list, ['extract', 'derive', name, 'list']] as const,
  );
  const asked = conditions(screen).flatMap(({ condition, path }) => {
    if (!('list' in condition)) return [];
    return [[condition.list, [...path, ...listPath(condition), 'list']] as const];
  });
  const named = new Map<string, Path[]>();
  for (const [list, path] of [...derived, ...asked]) named.set(list, [...(named.get(list) ?? []), path]);
  return named;
};

const listPath = (condition: Extract<Condition, { readonly list: string }>): Path => {
  switch (condition.is) {
    case 'in-list':
      return [condition.column];
    case 'postcode-outside':
      return ['postcode_outside'];
    case 'words-in':
      return [];
    default:
      return condition satisfies never;
  }
};
