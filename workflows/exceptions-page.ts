// What a sweep's page says: the exceptions that are open, in words. Codes, months, roles and fixed sentences, which came
// through the guard.
import type { ShownException } from '../activities/activities.ts';

export const exceptionsPage = (exceptions: readonly ShownException[], nowMs: number): string => {
  if (exceptions.length === 0) return 'No exception is open.';
  const overdue = exceptions.filter(({ dueAt }) => Date.parse(dueAt) <= nowMs);
  return [
    `**${exceptions.length} open, ${overdue.length} overdue.** All of them: \`npx cordon status\``,
    '',
    '| what | where | due | owner | to do |',
    '|---|---|---|---|---|',
    ...exceptions.map(({ code, survey = '', period = '', dueAt, owner, found, remedy }) =>
      [
        '',
        `\`${code}\` ${found}`,
        `${survey} ${period}`.trim(),
        `${dueAt.slice(0, 10)}${Date.parse(dueAt) <= nowMs ? ', overdue' : ''}`,
        owner,
        remedy,
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ].join('\n');
};
