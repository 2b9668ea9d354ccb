// Rules that a survey of people should have whatever else it asks: the deceased, people under a safety marker, suspects.
// A survey may have good cause to lack one, and a name of a column is a guess: so these are notes, and no mistakes.
// The standing opt-out, the fourth of them, is demanded.
import type { Complaint } from '../explain.ts';
import type { Condition } from '../condition.ts';
import type { Pipeline } from '../pipeline.ts';

/** Of each rule that is missing: what it is about, and a line that adds it. */
export const advise = ({ screen, extract }: Pipeline): Complaint[] => {
  const asked = screen.flatMap(({ reason, when }) => deciding(when).map((each) => ({ ...each, reason })));
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
  ];
};

const note = (whom: string, rule: string): Complaint => ({
  path: ['screen'],
  part: 'key',
  code: 'advised-rule',
  found: `no rule that leaves out ${whom}`,
  expected: 'one in every survey, or a cause not to have it that the DPO knows',
  remedy: rule,
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

const columnsOf = (condition: Condition): string[] => ('column' in condition ? [condition.column] : []);
