// The clocks against each other: nothing is destroyed while a later stage still needs it, and none waits for a
// message that may never come.
import { reviewedKinds } from '../disposition.ts';
import { longestDays, outlives, shortestDays } from '../duration.ts';
import type { Duration } from '../duration.ts';
import type { Path } from '../parse.ts';
import type { Check, Context } from './context.ts';

export const checkClocks: Check = (context) => {
  const { retain, release, every, extract, fieldwork, sample } = context.pipeline;
  if (release && !outlives(release.validFor, release.remind))
    tooShort(
      context,
      ['release', 'remind'],
      `at most ${release.validFor}, which is how long a release may be given`,
    );
  if (fieldwork && !outlives(fieldwork.closes, fieldwork.opens))
    tooShort(context, ['fieldwork', 'closes'], `at least ${fieldwork.opens}, when fieldwork opens`);
  if (!retain) return;

  const { delivered } = retain;
  if (delivered.after !== undefined && delivered.atLatest === undefined)
    context.say({
      path: ['retain', 'delivered', 'after'],
      part: 'key',
      code: 'clock-waits',
      found: `after: ${delivered.after}, and no end of its own`,
      expected: 'at_latest as well: no clock waits for somebody else alone',
      remedy: 'at_latest: P75D',
    });
  if (delivered.atLatest !== undefined && fieldwork && !outlives(delivered.atLatest, fieldwork.closes))
    tooShort(
      context,
      ['retain', 'delivered', 'at_latest'],
      `at least ${fieldwork.closes}, when fieldwork closes`,
    );
  const end = delivered.atLatest ?? delivered.for;
  if (!outlives(retain['disclosure-index'].for, end))
    tooShort(
      context,
      ['retain', 'disclosure-index', 'for'],
      `at least ${end}, as long as the processor may hold the delivered copy`,
    );
  for (const kind of reviewedKinds) {
    const { for: kept, review } = retain[kind];
    if (review && shortestDays(review.extendTo) < longestDays(kept) + longestDays(review.within))
      tooShort(
        context,
        ['retain', kind, 'review', 'extend_to'],
        `at least ${kept} and ${review.within}: until the review, and as long as officers may take for it`,
      );
  }

  if (!release) return;
  for (const kind of ['staging', 'package'] as const)
    if (!outlives(retain[kind].for, release.validFor))
      tooShort(
        context,
        ['retain', kind, 'for'],
        `at least ${release.validFor}, which is how long a release may be given`,
      );
  if (
    sample &&
    sample.seed.by !== 'system' &&
    shortestDays(retain.staging.for) < 2 * longestDays(release.validFor)
  )
    tooShort(
      context,
      ['retain', 'staging', 'for'],
      `at least twice ${release.validFor}: officers may take that long for the seed and again for the release`,
    );
  checkAlarms(context);
  if (!every || !extract) return;
  const needed: readonly Duration[] = [extract.expect.notOlderThan, every.catchUp, release.validFor];
  const days = Math.ceil(needed.reduce((sum, d) => sum + longestDays(d), 0));
  if (shortestDays(retain['source-drop'].for) < days)
    tooShort(
      context,
      ['retain', 'source-drop', 'for'],
      `at least P${days}D: its age on arrival (${needed[0]}), catch-up (${needed[1]}) and release (${needed[2]}), ` +
        'since the drawn are read again just before the transfer',
    );
};

/** An alarm of the extract, one of screening, then the release: staging must live as long as all three may wait. */
const checkAlarms = (context: Context): void => {
  const { alarms, release, retain } = context.pipeline;
  if (alarms?.acceptWithin === undefined || !release || !retain) return;
  const days = Math.ceil(2 * longestDays(alarms.acceptWithin) + longestDays(release.validFor));
  if (shortestDays(retain.staging.for) < days)
    tooShort(
      context,
      ['alarms', 'accept_within'],
      `a wait that staging outlives: twice ${alarms.acceptWithin} and ${release.validFor} for the release ` +
        `are ${String(days)} days, staging is kept for ${retain.staging.for}`,
    );
};

const tooShort = ({ say }: Context, path: Path, expected: string): void =>
  say({ path, code: 'clock-too-short', expected });
