// Walks the conditions of every rule with the place of each in the file, which the parsed tree no longer knows.
import type { Condition } from '../condition.ts';
import type { Path } from '../parse.ts';
import type { Pipeline } from '../pipeline.ts';

export interface Placed {
  readonly condition: Condition;
  readonly path: Path;
}

/** Every condition of every rule, outer before inner. */
export const conditions = (screen: Pipeline['screen']): Placed[] =>
  screen.flatMap(({ when }, i) => walk(when, ['screen', i, 'when']));

const walk = (condition: Condition, path: Path): Placed[] => {
  const here = { condition, path };
  switch (condition.is) {
    case 'any':
    case 'all': {
      const key = condition.is;
      return [here, ...condition.of.flatMap((inner, i) => walk(inner, [...path, key, i]))];
    }
    case 'not':
      return [here, ...walk(condition.of, [...path, 'not'])];
    default:
      return [here];
  }
};

/** The lists that a declaration names, each with the places where it does. */
export const listsNamed = ({ extract, screen = [] }: Partial<Pipeline>): Map<string, Path[]> => {
  const derived = Object.entries(extract?.derive ?? {}).map(
    ([name, { list }]) => [list, ['extract', 'derive', name, 'list']] as const,
  );
  const asked = conditions(screen).flatMap(({ condition, path }) =>
    condition.is === 'in-list' ? [[condition.list, [...path, condition.column, 'list']] as const] : [],
  );
  const named = new Map<string, Path[]>();
  for (const [list, path] of [...derived, ...asked]) named.set(list, [...(named.get(list) ?? []), path]);
  return named;
};
