// The rules as a whole: each reason once, no more than a bitmask holds, and none left out that the law or the draw
// depends on.
import { everyCondition, isShared, populationOperators } from '../condition.ts';
import type { Condition } from '../condition.ts';
import { nearest } from '../nearest.ts';
import { outlives } from '../duration.ts';
import { conditions } from './conditions.ts';
import type { Path } from '../parse.ts';
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
  if (context.pipeline.notice?.optOutWindow !== null)
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

  checkBits(context, 'different questions to the registers', (c) => c.is === 'in-register');
  checkBits(context, 'different conditions about everybody at once', isShared);
  for (const { condition, path } of conditions(screen)) {
    checkPopulation(context, condition, path);
    checkHold(context, condition, path);
    checkHeld(context, condition, path);
    checkInverted(context, condition, path);
    checkGroups(context, condition, path);
    if (
      condition.is === 'duplicate-of-person' &&
      extract?.window === 'all' &&
      (condition.keep === 'earliest' || condition.keep === 'latest')
    )
      context.say({
        path: [...path, 'keep'],
        code: 'wrong-value',
        expected: 'one of lowest-key, none: without a window no row is earlier than another',
      });
    if (condition.is === 'notice-open' && context.pipeline.notice?.optOutWindow === null)
      context.say({
        path,
        code: 'wrong-value',
        expected: 'no such rule: notice.opt_out_window is none',
        remedy: 'delete it, or say how long the window is',
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

/** Each different one is a bit of such a number, too, in however many rules it stands. */
const checkBits = (
  { say, pipeline: { screen } }: Context,
  what: string,
  matches: (c: Condition) => boolean,
): void => {
  const different = new Map<string, Path>();
  for (const { condition, path } of conditions(screen ?? []))
    if (matches(condition) && !different.has(JSON.stringify(condition)))
      different.set(JSON.stringify(condition), path);
  const over = [...different.values()][maxRules];
  if (over === undefined) return;
  say({
    path: over,
    code: 'too-many',
    found: `${different.size} ${what}`,
    expected: `at most ${maxRules}`,
    remedy: 'ask fewer: some of them ask almost the same',
  });
};

/** `screen`, its number, `when` */
const ruleDepth = 3;

/** Who repeats is asked when every other rule has answered; what is shared only ever excludes, so never under a not. */
const checkPopulation = ({ say }: Context, condition: Condition, path: Path): void => {
  const operator = populationOperators[condition.is as keyof typeof populationOperators] as
    string | undefined;
  const above = path.slice(ruleDepth);
  if (operator === undefined || above.length === 0) return;
  const alternative = above.every((key) => typeof key === 'number' || key === 'any' || key === 'all');
  if (isShared(condition) && alternative) return;
  say({
    path: [...path, operator],
    part: 'key',
    code: 'not-a-rule-of-its-own',
    expected: isShared(condition)
      ? 'a rule of its own, or a branch of any or all: it is asked of everybody at once'
      : 'a rule of its own: it is asked of those whom no other rule excludes',
    remedy: '- { reason: …, when: { ' + operator + ': … } }',
  });
};

/** Who stands in a register is to be left out: turned round, the rule would draw them and nobody else. */
const checkInverted = ({ say }: Context, condition: Condition, path: Path): void => {
  if (condition.is !== 'not') return;
  if (!everyCondition(condition.of).some(({ condition: inner }) => inner.is === 'in-register')) return;
  say({
    path: [...path, 'not'],
    part: 'key',
    code: 'wrong-value',
    found: 'a register under not',
    expected: 'in_register as it is: under not it would let nobody else in than those who stand there',
    remedy: 'delete the not, or ask a column of the source',
  });
};

/** As `checkHold`, of the register; there the rule must also say that its people wait for a decision. */
const checkHeld = ({ say, pipeline }: Context, condition: Condition, path: Path): void => {
  if (condition.is !== 'in-register') return;
  if (condition.expired && condition.register !== 'holds')
    say({
      path: [...path, 'expired'],
      part: 'key',
      code: 'unknown-key',
      found: `expired, of ${condition.register}`,
      expected: 'expired for holds alone: the other registers hold without end',
      remedy: 'delete it',
    });
  if (condition.expired || condition.register !== 'holds') return;
  const isOver = (c: Condition): boolean => c.is === 'in-register' && c.register === 'holds' && !!c.expired;
  if ((pipeline.screen ?? []).some(({ when, review }) => review && excludes(when, isOver))) return;
  const rule = 'in_register: holds, expired: true';
  say({
    path: [...path, 'in_register'],
    part: 'key',
    code: 'missing-rule',
    found: 'in_register: holds, and no rule for holds that have run out',
    expected: `a rule with ${rule} and review: true: its people are reviewed, not drawn`,
    remedy: `- { reason: …, when: { ${rule} }, review: true }`,
  });
};

/** Whoever is on hold is out; when the hold has run out somebody must decide, and until then they stay out. */
const checkHold = ({ say, pipeline }: Context, condition: Condition, path: Path): void => {
  if (condition.is !== 'on-hold') return;
  const { until, owner } = condition;
  const twin = (c: Condition): boolean => c.is === 'hold-expired' && c.until === until && c.owner === owner;
  if ((pipeline.screen ?? []).some(({ when }) => excludes(when, twin))) return;
  const rule = `hold_expired: ${until}, owner: ${owner}`;
  say({
    path: [...path, 'on_hold'],
    part: 'key',
    code: 'missing-rule',
    found: `on_hold: ${until}, and no rule for a hold that has run out`,
    expected: `a rule with ${rule}: its people are reviewed, not drawn`,
    remedy: `- { reason: …, when: { ${rule} }, review: true }`,
  });
};

const checkGroups = ({ say, lists }: Context, condition: Condition, path: Path): void => {
  if (condition.is !== 'in-list' || condition.groups === undefined) return;
  const list = lists.get(condition.list);
  if (!list) return;
  const known = Object.keys(list.groups ?? {});
  for (const [i, group] of condition.groups.entries())
    if (!known.includes(group))
      say({
        path: [...path, condition.column, 'groups', i],
        code: list.groups === null ? 'ungrouped-list' : 'wrong-value',
        expected: list.groups === null ? 'a list with groups' : `a group of ${condition.list}`,
        nearest: nearest(group, known),
      });
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
