// An alarm stops the wave before anybody is drawn, until an officer accepts it with a reason or time runs out. The
// validator answers at once what cannot be right; PostgreSQL counts what still waits, and keeps a seed from being
// drawn meanwhile.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { Given } from '../schemas/act.ts';
import type { Alarm, Because } from '../schemas/alarm.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import type { WaveDoors } from './doors.ts';
import { mustBeOneOf, mustBeSignature, mustBeStatement } from './input.ts';
import { acceptUpdate, alarmsQuery } from './messages.ts';
import { Refused } from './outcome.ts';
import type { Timings } from './timings.ts';
import { bySignature, mustBeOf, wordsOf } from './witness.ts';

// schemas/alarm.ts is no file that the sandbox may bundle: the compiler holds this copy to it.
const becauses: { readonly [B in Because]: true } = {
  'known-event': true,
  'source-changed': true,
  'policy-changed': true,
  seasonal: true,
  'register-restarted': true,
  'checked-at-source': true,
};

export interface Watch {
  /** Goes on when nothing of this stage waits any more. @throws Refused when nobody accepted in time */
  clear(done: AttemptKey & { readonly alarms?: readonly Alarm[] }): Promise<void>;
}

interface Open {
  readonly key: AttemptKey;
  readonly alarms: readonly Alarm[];
  readonly accepted: Set<string>;
  unanswered: number;
}

export const openWatch = (acts: WaveDoors, board: Board, t: Timings): Watch => {
  let open: Open | undefined;

  const record = async (given: Given<'accept'>): Promise<Answer<{ unanswered: number }>> => {
    const at = open;
    if (!at) return { ok: false, refusal: notWaiting };
    const answer = await bySignature(acts, { act: 'accept', ...given }, (by) =>
      acts.accept({ ...at.key, ...by }),
    );
    if (answer.ok) {
      at.accepted.add(wordsOf(given).alarm);
      at.unanswered = Math.min(at.unanswered, answer.value.unanswered);
    }
    return answer;
  };

  setHandler(alarmsQuery, () => (open ? waiting(open) : []), {
    description: 'What an officer must accept before the wave goes on',
  });
  setHandler(acceptUpdate, record, {
    description: 'Accept every waiting alarm of one code, with a reason',
    validator: (given) => mustBeAwaited(open, given),
  });

  return {
    clear: async ({ survey, period, attempt, alarms = [] }) => {
      const [first] = alarms;
      if (!first) return;
      const at: Open = {
        key: { survey, period, attempt },
        alarms,
        accepted: new Set(),
        unanswered: alarms.length,
      };
      open = at;
      board.enter('alarm', Date.now() + t.alarmWithinMs, alarms.map(line));
      board.attend(first.code);
      const summary = 'until an officer accepts, or the month is refused';
      await condition(() => at.unanswered === 0, t.alarmWithinMs, { summary });
      open = undefined;
      // an acceptance that is being recorded still counts, if PostgreSQL took it in time
      await condition(allHandlersFinished);
      const { code, found, expected } = waiting(at)[0] ?? first;
      if (at.unanswered > 0) throw new Refused({ code, found, expected, remedy });
    },
  };
};

const remedy = 'find out why; then run the month again, and accept the alarm in time if it is right';

const waiting = ({ alarms, accepted }: Open): readonly Alarm[] =>
  alarms.filter(({ code }) => !accepted.has(code));

const line = ({ code, found, expected }: Alarm): string => `\`${code}\`: ${found}; expected ${expected}`;

/** @throws what the officer reads; nothing of it is recorded */
const mustBeAwaited = (open: Open | undefined, { statement, signature }: Given<'accept'>): void => {
  const { alarm, because } = mustBeStatement(statement);
  mustBeSignature(signature);
  mustBeOneOf(because, becauses);
  if (!open) throw failure('NOT_WAITING', { ...notWaiting });
  mustBeOf(open.key, statement);
  const codes = Object.fromEntries(waiting(open).map(({ code }) => [code, true]));
  mustBeOneOf(alarm, codes);
};

const notWaiting = {
  code: 'NOT_WAITING',
  found: 'a wave that no alarm has stopped',
  expected: 'a wave in stage alarm',
  remedy: 'see npx cordon status',
} as const;
