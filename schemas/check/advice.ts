// Rules that a survey of people should have whatever else it asks: the deceased, people under a safety marker, suspects.
// A survey may have good cause to lack one, and a name of a column is a guess: so these are notes, and no mistakes.
// The standing opt-out, the fourth of them, is demanded.
import type { Complaint } from '../explain.ts';
import type { Condition } from '../condition.ts';
import type { Pipeline } from '../pipeline.ts';

/** Of each rule that is missing: what it is about, and a line that adds it. */
export const advise = ({ screen, extract }: Pipeline): Complaint[] => {
  const asked = screen.flatMap(({ reason, when }) => ownConditions(when).map((c) => ({ reason, c })));
  const asks = (word: RegExp): boolean =>
    asked.some(({ reason, c }) => word.test(reason) || columnsOf(c).some((name) => word.test(name)));
  const role = Object.keys(extract.read).find((name) => /role/i.test(name)) ?? 'victim_role';
  return [
    ...(asks(/deceas|dead|died|death/i)
      ? []
      : [note('the deceased', '- { reason: deceased, when: deceased }')]),
    ...(asked.some(({ c }) => c.is === 'in-register' && c.register === 'safety-markers')
      ? []
      : [
          note('people under a safety marker', '- { reason: marked, when: { in_register: safety-markers } }'),
        ]),
    // where nothing has been reported nobody has a role in it
    ...(extract.window === 'all' || asks(/role|suspect/i)
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

/** Those that decide about the row itself: what `phone_of` asks, it asks of others. */
const ownConditions = (when: Condition): Condition[] => {
  switch (when.is) {
    case 'any':
    case 'all':
      return when.of.flatMap(ownConditions);
    case 'not':
      return ownConditions(when.of);
    default:
      return [when];
  }
};

const columnsOf = (condition: Condition): string[] => ('column' in condition ? [condition.column] : []);
