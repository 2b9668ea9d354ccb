// The clocks of one wave: it reads the inventory in PostgreSQL, erases each copy whose clock has run out, has the
// erasure proved by the verifier, and ends when the wave is closed and nothing is left. A signal only wakes it.
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { CopyState } from '../activities/activities.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import { ofStanding } from './attributes.ts';
import { ahead, minute } from './board.ts';
import { retentionDoors } from './doors.ts';
import { erase, isDue } from './erase.ts';
import type { Erased } from './erase.ts';
import { mustBeInstant, mustBeOneOf, mustBeSignature, mustBeStatement } from './input.ts';
import { clocksQuery, copiesChanged, moveClockUpdate } from './messages.ts';
import type { RetentionInput } from './messages.ts';
import { bySignature, mustBeOf } from './witness.ts';

const kinds: { readonly [K in CopyKind]: true } = {
  staging: true,
  package: true,
  delivered: true,
  'disclosure-index': true,
  contacts: true,
  registers: true,
  analysis: true,
  'source-drop': true,
  'exported-history': true,
  backups: true,
};

export async function retention(input: RetentionInput): Promise<{ erased: number }> {
  const { survey, period, timings } = input;
  const acts = retentionDoors(timings);
  let shown: readonly CopyState[] = [];
  let changed = false;
  let erased = input.erased ?? 0;

  setHandler(clocksQuery, () => shown, {
    description: 'Copies and their clocks',
  });
  setHandler(copiesChanged, () => {
    changed = true;
  });
  setHandler(
    moveClockUpdate,
    async ({ statement, signature }) => {
      const answer = await bySignature(acts, { act: 'clock', statement, signature }, (by) =>
        acts.moveClock({ survey, period, ...by }),
      );
      changed = true;
      return answer;
    },
    {
      description: 'Move the clock of a kind of copy, signed',
      validator: ({ statement, signature }) => {
        const { kind, to } = mustBeStatement(statement);
        mustBeOneOf(kind, kinds);
        mustBeInstant(to);
        mustBeSignature(signature);
        mustBeOf({ survey, period }, statement);
      },
    },
  );

  for (;;) {
    changed = false;
    const { copies, closed, now } = await acts.copies({ survey, period });
    shown = copies;
    const due = copies.filter((copy) => isDue(copy, now));
    // side by side: a copy that cannot be erased today holds up no other
    const ends = await Promise.all(due.map((copy) => erase(acts, copy)));
    shown = copies.map((copy) => since(copy, ends[due.indexOf(copy)]));
    erased += ends.filter((end) => end === 'erased').length;
    if (closed && ends.every((end) => end === 'erased') && due.length === copies.length) {
      await condition(allHandlersFinished);
      if (!changed) {
        // what is shown last stays for ever: no copy may look alive on it
        setCurrentDetails(`Nothing is left: ${erased} copies erased, each proved by the verifier.`);
        return { erased };
      }
      continue;
    }
    const pauses = ends.flatMap((end) =>
      end === 'awaited' ? [timings.certificatePollMs] : end === 'failed' ? [timings.purgeAgainMs] : [],
    );
    // a hold has no end of its own: whoever lifts the last one wakes this, or the daily look finds out
    const clocks = copies
      .filter((copy) => !isDue(copy, now) && copy.heldFor === undefined)
      .map(({ dueAt }) => Date.parse(dueAt) - Date.parse(now));
    const pauseMs = Math.max(1, Math.min(timings.retentionCapMs, ...pauses, ...clocks));
    show(shown, Date.now() + pauseMs, ends.includes('failed'));
    await condition(() => changed, pauseMs, { summary: 'until a clock runs out' });
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof retention>({ survey, period, timings, erased });
    }
  }
}

/** The copy as it stands after this round, which read it before it erased. */
const since = (copy: CopyState, end: Erased | undefined): CopyState => {
  switch (end) {
    case 'erased':
      return { ...copy, state: 'erased', verified: true };
    case 'awaited':
      return { ...copy, state: 'erasing' };
    // nothing was due, or nothing is known
    case 'failed':
    case undefined:
      return copy;
    default:
      return end satisfies never;
  }
};

const show = (copies: readonly CopyState[], dueAtMs: number, attention: boolean): void => {
  upsertSearchAttributes(ofStanding({ stage: 'retention', dueAtMs, attention }));
  setCurrentDetails(
    [
      next(copies),
      '',
      '| copy | attempt | due | state |',
      '|---|---:|---|---|',
      ...copies.map((c) => `| ${c.kind} | ${c.attempt} | ${minute(c.dueAt)} | ${standing(c)} |`),
    ].join('\n'),
  );
};

/** Before the table, since the page shows a few lines and hides the rest. */
const next = (copies: readonly CopyState[]): string => {
  const held = copies.filter(({ heldFor }) => heldFor !== undefined).length;
  const [first] = copies
    .filter(({ heldFor, state }) => heldFor === undefined && state === 'live')
    .toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
  const due = first ? `Next due: ${first.kind}, ${ahead(first.dueAt)}.` : 'Nothing else comes due.';
  return held === 0 ? due : `${due} Held: ${held}, until the last hold on each is lifted.`;
};

const standing = ({ state, verified, heldFor, reviewAt }: CopyState): string => {
  if (heldFor === undefined) return verified ? `${state}, proved` : state;
  return `${state}, held for ${heldFor.join(', ')}${reviewAt === undefined ? '' : `; review ${reviewAt.slice(0, 10)}`}`;
};
