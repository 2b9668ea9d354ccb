// What the person may be told, as a text to copy: no name and no number in it, and nothing about a safety marker or a
// hold, which is not theirs to hear of.
import { day, month } from './calendar.ts';
import type { Disclosed } from './register.ts';
import type { RegisterName, Scope } from './register-terms.ts';

interface Done {
  readonly action: 'added' | 'withdrawn' | 'corrected';
  readonly register: RegisterName;
  readonly scope: Scope;
  readonly effectiveAt: string;
  readonly disclosed: readonly Disclosed[];
}

export const reply = ({ action, register, scope, effectiveAt, disclosed }: Done): string => {
  if (register !== 'opt-outs') return '';
  const from = day(effectiveAt);
  if (action === 'withdrawn')
    return `Thank you. As you asked, we have ended your earlier request on ${from}. You may be asked to take part in a survey again.`;
  const promise =
    scope === 'case'
      ? `Thank you. From ${from} the details of this case will not be passed on for a survey. This does not cover any other case; if you never want to be surveyed, please tell us the telephone number that we should leave alone.`
      : `Thank you. From ${from} we will not pass on your details for any survey, until you tell us otherwise.`;
  const left = disclosed.filter(({ hasLeft }) => hasLeft);
  if (left.length === 0) return promise;
  const where = left
    .map(({ recipient, period }) => `${recipient.toUpperCase()} (about ${month(period)})`)
    .join(' and ');
  return `${promise} Your details had already been passed to ${where}. We are asking them not to contact you and to delete what they hold; a call that is already under way may still reach you, and you need not answer it.`;
};
