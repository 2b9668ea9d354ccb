// What a plan changes of the one before it, in words, and whether it widens: whether more may leave, of more people, to
// somebody else, or for longer. What is not known to narrow widens, so that nothing can be hidden in a change.
import { createHash } from 'node:crypto';
import { canonical } from '../schemas/canonical.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Duration } from '../schemas/duration.ts';
import { outlives } from '../schemas/duration.ts';
import type { Field, Rule } from '../schemas/pipeline.ts';
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

/** What widens comes first, so that nothing buries it. None where only the SQL is another, or nothing at all. */
export const changesOf = (before: Decided | undefined, after: Decided): readonly Change[] => {
  if (!before) return fields(undefined, after);
  if (before.declarationHash === after.declarationHash) return [];
  const [was, is] = [before.declaration, after.declaration];
  const changes = [
    ...fields(before, after),
    ...rules(was.screen, is.screen),
    ...differ('', { ...was, minimise: 0, screen: 0 }, { ...is, minimise: 0, screen: 0 }),
    ...differ('processor', before.processor, after.processor),
    ...differ('keys', before.keys, after.keys),
    ...differ('lists', before.lists, after.lists),
  ];
  if (changes.length === 0)
    return [{ says: 'something that this version of Cordon does not compare', widens: true }];
  return changes
    .map(({ says, widens }) => ({ says: says.replaceAll(unseen, escaped), widens }))
    .toSorted((a, b) => Number(b.widens) - Number(a.widens));
};

/** Control characters, and those that turn the direction of a line or have no width: a terminal would obey them. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const escaped = (sign: string): string => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;

export const classOf = (before: Decided | undefined, after: Decided, sameSql: boolean): ChangeClass => {
  if (!before) return 'new';
  if (before.declarationHash === after.declarationHash) return sameSql ? 'unchanged' : 'recompiled';
  return changesOf(before, after).some(({ widens }) => widens) ? 'widening' : 'narrowing';
};

const fields = (before: Decided | undefined, after: Decided): Change[] => {
  const to = after.processor.processor;
  const isSame = before?.processor.processor === to;
  const [was, is] = [before?.declaration.minimise ?? {}, after.declaration.minimise];
  const changes = keysOf(was, is).flatMap((name): Change[] => {
    const [a, b] = [was[name], is[name]];
    if (!b) return [{ says: `field ${name} no longer leaves`, widens: false }];
    if (!before || !a || !isSame) return [{ says: `field ${name} will now leave for ${to}`, widens: true }];
    const how = differ('', { ...madeOf(a, before), why: 0 }, { ...madeOf(b, after), why: 0 });
    if (how.length > 0)
      return [
        {
          says: `field ${name} is made in another way for ${to}: ${how.map(({ says }) => says).join(', ')}`,
          widens: true,
        },
      ];
    return a.why === b.why ? [] : [{ says: `why field ${name} leaves is said otherwise`, widens: false }];
  });
  const order = (plan: Decided | undefined): string[] => plan?.minimise.fields.map(({ name }) => name) ?? [];
  return [...changes, ...reordered('fields', order(before), order(after))];
};

/** A field with what it is made of, where that stands elsewhere in the declaration. */
const madeOf = (field: Field, { declaration: { extract }, lists }: Decided): object => {
  if (field.kind === 'token-of-key') return { ...field, key: extract.key };
  if (field.kind !== 'derived') return field;
  const { from, list = '' } = extract.derive[field.name] ?? {};
  return { ...field, from, list, codes: lists[list] };
};

const rules = (was: readonly Rule[], is: readonly Rule[]): Change[] => {
  const [before, after] = [was, is].map((list) => new Map(list.map((rule) => [rule.reason, rule])));
  if (!before || !after) return [];
  const all = [...new Set([...before.keys(), ...after.keys()])];
  const changes = all.flatMap((reason): Change[] => {
    const [a, b] = [before.get(reason), after.get(reason)];
    if (!a) return [{ says: `rule ${reason} now excludes`, widens: false }];
    if (!b) return [{ says: `rule ${reason} no longer excludes anybody`, widens: true }];
    return differ('', a, b).map(({ says }) => ({
      says: `rule ${reason} asks something else: ${says}`,
      widens: true,
    }));
  });
  return [...changes, ...reordered('rules', [...before.keys()], [...after.keys()])];
};

/** Among those that stay. */
const reordered = (what: string, was: readonly string[], is: readonly string[]): Change[] => {
  const order = (names: readonly string[], others: readonly string[]): string =>
    names.filter((name) => others.includes(name)).join();
  return order(was, is) === order(is, was)
    ? []
    : [{ says: `the ${what} stand in another order`, widens: false }];
};

/**
 * Ways in which a value narrows, by its whole place: a column, a field or a list may have any of these names. Contacts are
 * who is not asked again, by any survey, and backups expire when they do: to say less of either is not to narrow.
 */
const narrows: readonly (readonly [RegExp, (was: unknown, is: unknown) => boolean])[] = [
  [/^title$/, () => true],
  [/^extract\.read\..+\.why$/, (was, is) => isWords(was) && isWords(is)],
  [
    /^retain\.(?!contacts\.)[^.]+\.(for|atLatest|review\.within|review\.extendTo)$|^release\.validFor$|^(extract\.expect|registers\.[^.]+)\.notOlderThan$/,
    (was, is) => lasts(was, is),
  ],
  [/^retain\.(?!contacts\.)[^.]+\.review$/, (_, is) => is === undefined],
  [/^notice\.optOutWindow$/, (was, is) => is !== null && lasts(is, was)],
  [
    /^sample\.take\.(count|fraction)$|^sample\.reserve$|^extract\.expect\.quarantineUpTo$/,
    (was, is) => more(was, is),
  ],
  [/^processor\.mayReceive\.[^.]+$/, (_, is) => is === undefined],
  [/^processor\.(contract\.to|assurance\.vettingTo)$/, (was, is) => isDay(was) && isDay(is) && was > is],
];
const isWords = (value: unknown): boolean => value === undefined || typeof value === 'string';
const lasts = (a: unknown, b: unknown): boolean =>
  typeof a === 'string' && typeof b === 'string' && outlives(a as Duration, b as Duration);
const more = (a: unknown, b: unknown): boolean => typeof a === 'number' && typeof b === 'number' && a > b;
const isDay = (value: unknown): value is string => typeof value === 'string';

const differ = (path: string, was: unknown, is: unknown): Change[] => {
  if (isDeepStrictEqual(was, is)) return [];
  if (isMapping(was) && isMapping(is))
    return keysOf(was, is).flatMap((key) => differ(path === '' ? key : `${path}.${key}`, was[key], is[key]));
  if (path === 'processor.mayReceive' && Array.isArray(was) && Array.isArray(is))
    return [
      ...differ(path, setOf(was as string[]), setOf(is as string[])),
      ...reordered('fields that the processor may receive', was as string[], is as string[]),
    ];
  // conditions within a condition
  if (Array.isArray(was) && Array.isArray(is) && was.length === is.length && [...was, ...is].every(isMapping))
    return was.flatMap((each, i) => differ(`${path}.${String(i + 1)}`, each, is[i]));
  const widens = !narrows.some(([place, test]) => place.test(path) && test(was, is));
  const [from, to] = shown(path, was, is);
  return [{ says: `${path}: ${from} becomes ${to}`, widens }];
};

const setOf = (names: readonly string[]): Record<string, true> =>
  Object.fromEntries(names.map((name) => [name, true] as const));
const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const keysOf = (...mappings: readonly object[]): string[] => [...new Set(mappings.flatMap(Object.keys))];

/** Of what is too long for a line only where the two differ, and all of that: no end of it is left out. */
const shown = (path: string, ...pair: readonly [unknown, unknown]): readonly [string, string] => {
  const [was = '', is = ''] = pair.map((value) => textOf(path, value));
  const shorter = Math.min(was.length, is.length);
  if (Math.max(was.length, is.length) <= 60) return [was, is];
  let head = 0;
  while (head < shorter && was[head] === is[head]) head++;
  let tail = 0;
  while (tail < shorter - head && was.at(-1 - tail) === is.at(-1 - tail)) tail++;
  const cut = (said: string): string => {
    const [from, to] = [Math.max(0, head - around), Math.min(said.length, said.length - tail + around)];
    return `${from > 0 ? '…' : ''}${said.slice(from, to)}${to < said.length ? '…' : ''}`;
  };
  return [cut(was), cut(is)];
};

const around = 20;

const textOf = (path: string, value: unknown): string => {
  if (value === undefined) return 'nothing';
  const said = typeof value === 'string' ? value : canonical(value);
  // keys and lists say nothing to the eye; of a list only its hash is known
  if (path.startsWith('keys.'))
    return `sha256 ${createHash('sha256').update(said).digest('hex').slice(0, 12)}`;
  return path === 'codes' || path.startsWith('lists.') ? `sha256 ${said.slice(0, 12)}` : said;
};
