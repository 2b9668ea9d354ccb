// Rules that a survey of people should have whatever else it asks: the deceased, people under a safety marker, suspects;
// and rules that read as if they left out the people whom they keep.
// A survey may have good cause to lack one, and a name of a column is a guess: so these are notes, and no mistakes.
// The standing opt-out, the fourth of them, is demanded.
import type { Complaint } from '../explain.ts';
import { everyCondition } from '../condition.ts';
import type { Condition } from '../condition.ts';
import type { Path } from '../parse.ts';
import type { Pipeline } from '../pipeline.ts';

/** Of each rule that is missing: what it is about, and a line that adds it; of each that is odd, whom it keeps. */
export const advise = ({ screen, extract }: Pipeline): Complaint[] => {
  const asked = screen.flatMap(({ reason, when }, rule) =>
    deciding(when).map((each) => ({ ...each, reason, rule })),
  );
  const about = (word: RegExp) =>
    asked.filter(({ reason, c }) => word.test(reason) || columnsOf(c).some((name) => word.test(name)));
  const role = Object.keys(extract.read).find((name) => /role/i.test(name)) ?? 'victim_role';
  return [
    ...(about(/deceas|dead|died|death/i).some(leavesOutTheDead)
      ? []
      : [note('the deceased', '- { reason: deceased, when: deceased }')]),
    ...(asked.some(({ c }) => c.is === 'in-register' && c.register === 'safety-markers')
      ? []
      : [
          note('people under a safety marker', '- { reason: marked, when: { in_register: safety-markers } }'),
        ]),
    // where nothing has been reported nobody has a role in it
    ...(extract.window === 'all' || about(/role|suspect/i).some(leavesOutSuspects)
      ? []
      : [
          note(
            'victims who are suspects',
            `- { reason: also-a-suspect, when: { not: { ${role}: [victim] } } }`,
          ),
        ]),
    ...asked.flatMap((each) => turned(each, placeOf(each.rule))),
    ...screen.flatMap(({ when }, rule) =>
      [...bornOrLetThrough(when)]
        .filter((born) => !asked.some((each) => leavesOutTheUndated(each, born)))
        .map((born) =>
          odd(
            placeOf(rule),
            `whoever has no ${born} is let through, as if of the right age`,
            'people of unknown age left out',
            `ask the age without { not: { missing: ${born} } }: what is unknown excludes`,
          ),
        ),
    ),
  ];
};

const placeOf = (rule: number): Path => ['screen', rule, 'when'];

const note = (whom: string, rule: string): Complaint => ({
  path: ['screen'],
  part: 'key',
  code: 'advised-rule',
  found: `no rule that leaves out ${whom}`,
  expected: 'one in every survey, or a cause not to have it that the DPO knows',
  remedy: rule,
});

const odd = (path: Path, found: string, expected: string, remedy: string): Complaint => ({
  path,
  code: 'advised-rule',
  found,
  expected: `${expected}, or a cause for the rule that the DPO knows`,
  remedy,
});

interface Deciding {
  readonly c: Condition;
  /** whether its truth leaves the row out, or, under `not`, its falsehood */
  readonly holds: boolean;
}

/**
 * Those that leave a row out by themselves: one among `all` is weaker, one under `not` is the contrary. What `phone_of`
 * asks, it asks of others.
 */
const deciding = (when: Condition, holds = true): Deciding[] => {
  switch (when.is) {
    case 'any':
      return holds ? when.of.flatMap((c) => deciding(c, holds)) : [];
    case 'all':
      return holds ? [] : when.of.flatMap((c) => deciding(c, holds));
    case 'not':
      return deciding(when.of, !holds);
    default:
      return [{ c: when, holds }];
  }
};

/** `{ not: deceased }` and `{ missing: died_on }` leave out the living. */
const leavesOutTheDead = ({ c, holds }: Deciding): boolean =>
  c.is === 'column' ? holds : c.is === 'missing' ? !holds : true;

/** `{ victim_role: [victim] }` leaves out the victims, `{ not: { victim_role: [suspect] } }` too. */
const leavesOutSuspects = ({ c, holds }: Deciding): boolean => {
  if (c.is !== 'in-values') return true;
  return holds ? !c.values.some((v) => /^victim$/i.test(v)) : !c.values.every((v) => /suspect/i.test(v));
};

/** `{ not: { age_under: 16, … } }` leaves out the adults, `{ not: { no_usable: phone, … } }` whoever can be rung. */
const turned = ({ c, holds }: Deciding, path: Path): Complaint[] => {
  if (holds) return [];
  if (c.is === 'age-under')
    return [
      odd(
        path,
        `whoever is ${c.years} or over is left out, and not the younger`,
        'the younger left out',
        `age_under: ${c.years} without not; where the older are meant, age_over: ${c.years - 1}`,
      ),
    ];
  if (c.is === 'no-usable-phone')
    return [
      odd(
        path,
        `whoever has a usable ${c.kinds.join(' or ')} is left out`,
        'whoever has no such number left out',
        'no_usable without not',
      ),
    ];
  return [];
};

/**
 * Columns that an age is reckoned from where they are filled: `{ all: [{ not: { missing: born_on } }, { age_under: … }] }`
 * is false for a missing birth date, where the age alone would be unknown.
 */
const bornOrLetThrough = (when: Condition): Set<string> => {
  if (when.is === 'any') return new Set(when.of.flatMap((c) => [...bornOrLetThrough(c)]));
  const passing = deciding(when, false);
  const born = everyCondition(when).flatMap(({ condition: c }) => ('born' in c ? [c.born] : []));
  return new Set(
    born.filter((name) => passing.some(({ c, holds }) => c.is === 'missing' && c.column === name && holds)),
  );
};

/** By a rule of its own, or by an age that is then unknown. */
const leavesOutTheUndated = ({ c, holds }: Deciding, born: string): boolean =>
  c.is === 'missing' ? c.column === born && holds : 'born' in c && c.born === born;

const columnsOf = (condition: Condition): string[] => ('column' in condition ? [condition.column] : []);
