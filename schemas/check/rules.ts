// The rules as a whole: each reason once, no more than a bitmask holds, and none left out that the law or the draw
// depends on.
import type { Condition } from '../condition.ts';
import { nearest } from '../nearest.ts';
import { outlives } from '../duration.ts';
import { conditions } from './conditions.ts';
import type { Check, Context } from './context.ts';

/** Reasons are bits of a PostgreSQL bigint; the sign and one bit stay free. */
const maxRules = 62;

export const checkRules: Check = (context) => {
  const { screen, alarms, retain, extract } = context.pipeline;
  if (!screen) return;
  if (screen.length > maxRules)
    context.say({
      path: ['screen', maxRules],
      code: 'too-many-rules',
      found: `${screen.length} rules`,
      expected: `at most ${maxRules} rules`,
      remedy: 'join some with any: [ … ]',
    });
  const reasons = screen.map(({ reason }) => reason);
  for (const [i, reason] of reasons.entries())
    if (reasons.indexOf(reason) < i)
      context.say({
        path: ['screen', i, 'reason'],
        code: 'duplicate-reason',
        expected: 'each reason once: the waterfall has one line for each',
        remedy: 'give it a name of its own, or join both rules with any: [ … ]',
      });
  for (const [i, reason] of (alarms?.removesNothing ?? []).entries())
    if (!reasons.includes(reason))
      context.say({
        path: ['alarms', 'removes_nothing', i],
        code: 'unknown-reason',
        expected: 'a reason of screen',
        nearest: nearest(reason, reasons),
      });

  demand(context, 'in_register: opt-outs', (c) => c.is === 'in-register' && c.register === 'opt-outs');
  demand(context, 'notice_open', (c) => c.is === 'notice-open');
  for (const { from } of Object.values(extract?.derive ?? {}))
    demand(context, `not_in_any_group: ${from}`, (c) => c.is === 'not-in-any-group' && c.column === from);

  for (const [name, { list }] of Object.entries(extract?.derive ?? {}))
    if (context.lists.get(list)?.groups === null)
      context.say({
        path: ['extract', 'derive', name, 'list'],
        code: 'ungrouped-list',
        expected: 'a list with groups: this one is a plain set of codes',
        nearest: [...context.lists.values()].find(({ groups }) => groups !== null)?.list,
      });

  for (const { condition, path } of conditions(screen)) {
    const population = populationRules[condition.is];
    if (population !== undefined && path.length > ruleDepth)
      context.say({
        path: [...path, population],
        part: 'key',
        code: 'not-a-rule-of-its-own',
        expected: 'a rule of its own: it is asked of everybody at once, and no single row can answer it',
        remedy: '- { reason: …, when: { ' + population + ': … } }',
      });
    if (condition.is === 'in-register' && condition.register !== 'contacts' && condition.within)
      context.say({
        path: [...path, 'within'],
        part: 'key',
        code: 'unknown-key',
        found: `within, of ${condition.register}`,
        expected: 'within for contacts alone: the other registers hold without end',
        remedy: 'delete it',
      });
    if (condition.is === 'not-in-any-group' && extract && !derivesFrom(extract, condition.column))
      context.say({
        path: [...path, 'not_in_any_group'],
        code: 'unknown-derived',
        expected: 'a column that extract.derive groups by a list',
        nearest: nearest(
          condition.column,
          Object.values(extract.derive).map(({ from }) => from),
        ),
      });
    if (condition.is === 'in-register' && condition.register === 'contacts' && condition.within && retain)
      if (!outlives(retain.contacts.for, condition.within))
        context.say({
          path: [...path, 'within'],
          code: 'clock-too-short',
          expected: `at most ${retain.contacts.for}, which is how long retain.contacts keeps them`,
          remedy: 'lengthen retain.contacts, or look back less far',
        });
  }
};

/** `screen`, its number, `when` */
const ruleDepth = 3;
const populationRules: Readonly<Partial<Record<Condition['is'], string>>> = {
  'phone-of-more-than': 'phone_of_more_than',
  'duplicate-of-person': 'duplicate_of',
};

const derivesFrom = (
  { derive }: { derive: Readonly<Record<string, { from: string }>> },
  column: string,
): boolean => Object.values(derive).some(({ from }) => from === column);

/** True when the rule excludes everyone the condition matches: it stands alone or among alternatives. */
const excludes = (when: Condition, matches: (c: Condition) => boolean): boolean =>
  matches(when) || (when.is === 'any' && when.of.some((inner) => excludes(inner, matches)));

const demand = (
  { pipeline: { screen = [] }, say }: Context,
  what: string,
  matches: (c: Condition) => boolean,
): void => {
  if (screen.some(({ when }) => excludes(when, matches))) return;
  say({
    path: ['screen'],
    part: 'key',
    code: 'missing-rule',
    found: `no rule with ${what}`,
    expected: `a rule with ${what}`,
    remedy: `- { reason: …, when: { ${what} } }`.replace('{ notice_open }', 'notice_open'),
  });
};
