// What a plan changes of the one before it, in words, and whether it widens: whether more may leave, of more people, to
// somebody else, or for longer. What is not known to narrow widens, so that nothing can be hidden in a change.
import canonicalize from 'canonicalize';
import { isDeepStrictEqual } from 'node:util';
import type { Duration } from '../schemas/duration.ts';
import { outlives } from '../schemas/duration.ts';
import type { Rule } from '../schemas/pipeline.ts';
import type { Plan } from './plan.ts';

export interface Change {
  readonly says: string;
  readonly widens: boolean;
}
export type ChangeClass = 'new' | 'unchanged' | 'recompiled' | 'narrowing' | 'widening';

type Decided = Pick<
  Plan,
  'declaration' | 'processor' | 'keys' | 'lists' | 'minimise' | 'declarationHash' | 'survey'
>;

/** None where only the SQL is another, or nothing at all. */
export const changesOf = (before: Decided | undefined, after: Decided): readonly Change[] => {
  if (!before) return fields({}, after.declaration.minimise, after.processor.processor);
  if (before.declarationHash === after.declarationHash) return [];
  const [was, is] = [before.declaration, after.declaration];
  const changes = [
    ...fields(was.minimise, is.minimise, after.processor.processor),
    ...rules(was.screen, is.screen),
    ...differ('', { ...was, minimise: 0, screen: 0 }, { ...is, minimise: 0, screen: 0 }),
    ...differ('processor', before.processor, after.processor),
    ...differ('keys', before.keys, after.keys),
    ...differ('lists', before.lists, after.lists),
  ];
  if (changes.length > 0) return changes;
  const order = (plan: Decided): string => plan.minimise.fields.map(({ name }) => name).join();
  if (order(before) !== order(after)) return [{ says: 'the fields stand in another order', widens: false }];
  return [{ says: 'something that this version of Cordon does not compare', widens: true }];
};

export const classOf = (before: Decided | undefined, after: Decided, sameSql: boolean): ChangeClass => {
  if (!before) return 'new';
  if (before.declarationHash === after.declarationHash) return sameSql ? 'unchanged' : 'recompiled';
  return changesOf(before, after).some(({ widens }) => widens) ? 'widening' : 'narrowing';
};

type Fields = Plan['declaration']['minimise'];

const fields = (was: Fields, is: Fields, to: string): Change[] =>
  keysOf(was, is).flatMap((name): Change[] => {
    const [a, b] = [was[name], is[name]];
    if (!b) return [{ says: `field ${name} no longer leaves`, widens: false }];
    if (!a) return [{ says: `field ${name} will now leave for ${to}`, widens: true }];
    if (isDeepStrictEqual(a, b)) return [];
    if (isDeepStrictEqual({ ...a, why: '' }, { ...b, why: '' }))
      return [{ says: `why field ${name} leaves is said otherwise`, widens: false }];
    return [{ says: `field ${name} is made in another way`, widens: true }];
  });

const rules = (was: readonly Rule[], is: readonly Rule[]): Change[] => {
  const [before, after] = [was, is].map((list) => new Map(list.map((rule) => [rule.reason, rule])));
  if (!before || !after) return [];
  const all = [...new Set([...before.keys(), ...after.keys()])];
  const changes = all.flatMap((reason): Change[] => {
    const [a, b] = [before.get(reason), after.get(reason)];
    if (!a) return [{ says: `rule ${reason} now excludes`, widens: false }];
    if (!b) return [{ says: `rule ${reason} no longer excludes anybody`, widens: true }];
    return isDeepStrictEqual(a, b) ? [] : [{ says: `rule ${reason} asks something else`, widens: true }];
  });
  const order = (list: readonly Rule[]): string => list.map(({ reason }) => reason).join();
  if (changes.length === 0 && order(was) !== order(is))
    changes.push({ says: 'the rules stand in another order', widens: false });
  return changes;
};

/** Ways in which a value narrows, by its whole place: a column, a field or a list may have any of these names. */
const narrows: readonly (readonly [RegExp, (was: unknown, is: unknown) => boolean])[] = [
  [/^title$/, () => true],
  [/^extract\.read\..+\.why$/, (was, is) => isWords(was) && isWords(is)],
  [
    /^retain\.[^.]+\.(for|atLatest|beyondUseFor|review\.within|review\.extendTo)$|^release\.validFor$|^(extract\.expect|registers\.[^.]+)\.notOlderThan$/,
    (was, is) => lasts(was, is),
  ],
  [/^retain\.[^.]+\.review$/, (_, is) => is === undefined],
  [/^notice\.optOutWindow$/, (was, is) => is !== null && lasts(is, was)],
  [
    /^sample\.take\.(count|fraction)$|^sample\.reserve$|^extract\.expect\.quarantineUpTo$/,
    (was, is) => more(was, is),
  ],
  [/^processor\.mayReceive\.[^.]+$/, (_, is) => is === undefined],
  [/^processor\.(contract\.to|assurance\.vettingTo)$/, (was, is) => text(was) > text(is)],
];
const isWords = (value: unknown): boolean => value === undefined || typeof value === 'string';
const lasts = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' && outlives(a as Duration, b as Duration);
const more = (a: unknown, b: unknown): boolean => typeof a === 'number' && typeof b === 'number' && a > b;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const differ = (path: string, was: unknown, is: unknown): Change[] => {
  if (isDeepStrictEqual(was, is)) return [];
  if (isMapping(was) && isMapping(is))
    return keysOf(was, is).flatMap((key) => differ(path === '' ? key : `${path}.${key}`, was[key], is[key]));
  if (path === 'processor.mayReceive' && Array.isArray(was) && Array.isArray(is))
    return differ(path, setOf(was as string[]), setOf(is as string[]));
  const widens = !narrows.some(([place, test]) => place.test(path) && test(was, is));
  return [{ says: `${path}: ${shown(path, was)} becomes ${shown(path, is)}`, widens }];
};

const setOf = (names: readonly string[]): Record<string, true> =>
  Object.fromEntries(names.map((name) => [name, true] as const));
const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const keysOf = (...mappings: readonly object[]): string[] => [...new Set(mappings.flatMap(Object.keys))];

/** Keys and lists are too long for a line, and say nothing to the eye. */
const shown = (path: string, value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (/^(keys|lists)\./.test(path)) return path.startsWith('keys') ? 'one key' : 'one text';
  const said = typeof value === 'string' ? value : (canonicalize(value) ?? '');
  return said.length > 60 ? `${said.slice(0, 57)}…` : said;
};
