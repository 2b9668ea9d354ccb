// The release: two officers sign that exactly this statement may leave. The validator answers at once what cannot be
// right; the verifier and PostgreSQL decide the rest, and the wave believes only PostgreSQL's count.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import { failure } from '../schemas/failure.ts';
import type { Refusal } from '../schemas/failure.ts';
import type { ReleaseDoubt } from '../schemas/doubt.ts';
import type { Answer, AttemptKey, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import { codeOf } from './doors.ts';
import type { WaveDoors } from './doors.ts';
import { mustBeOneOf, mustBeSignature } from './input.ts';
import { refuseUpdate, releaseUpdate, statementQuery } from './messages.ts';
import type { RefusalGiven, ReleaseGiven, Stated } from './messages.ts';
import { Refused } from './outcome.ts';
import type { Timings } from './timings.ts';

export interface Desk {
  /**
   * Waits until enough officers have released, or nobody did in time.
   * @throws Refused when an officer says no; what broke when staging is gone meanwhile
   */
  wait(minimised: Ref<'minimised'>): Promise<{ released: boolean; statementSha256: string }>;
  /** Withdraws what was on the desk: a new attempt has nothing to release yet. */
  clear(): void;
}

interface Open {
  readonly minimised: Ref<'minimised'>;
  readonly stated: Omit<Stated, 'released' | 'waiting'>;
  readonly released: Set<string>;
  count: number;
  waiting: boolean;
  broken?: unknown;
}

export const openDesk = (acts: WaveDoors, board: Board, t: Timings): Desk => {
  let open: Open | undefined;

  /** The staging schema may be gone, and this release with it: the wave must hear it, not only the officer. */
  const recorded = async <R>(
    work: (at: Open) => Promise<Answer<R>>,
    took: (at: Open, value: R, answer: Answer<R>) => Answer<R>,
  ): Promise<Answer<R>> => {
    const at = open;
    if (!at) return notWaiting;
    try {
      const answer = await work(at);
      return answer.ok ? took(at, answer.value, answer) : answer;
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      if (code === 'STALE_STAGING') at.broken = e;
      return { ok: false, refusal: { ...notRecorded, code } };
    }
  };

  const release = (given: ReleaseGiven) =>
    recorded(
      ({ minimised }) => acts.release({ ...keyOf(minimised), ...given }),
      (at, { officer, officers }, answer) => {
        const again = at.released.has(officer);
        at.released.add(officer);
        at.count = Math.max(at.count, officers);
        if (at.waiting) board.released(at.count, at.stated.officers);
        return again ? sameOfficer : answer;
      },
    );

  const refuse = (given: RefusalGiven) =>
    recorded(
      ({ minimised }) => acts.refuseRelease({ ...keyOf(minimised), ...given }),
      (at, _, answer) => {
        at.broken = new Refused(said(given.because));
        return answer;
      },
    );

  setHandler(statementQuery, () => (open ? view(open) : null), { description: 'What is to be released' });
  setHandler(releaseUpdate, release, {
    description: 'Release exactly this statement, by a signature over it',
    validator: (given) => mustBeAwaited(open, given),
  });
  setHandler(refuseUpdate, refuse, {
    description: 'Say no to this statement, signed, with a reason',
    validator: (given) => {
      mustBeAwaited(open, given);
      mustBeOneOf(given.because, doubts);
    },
  });

  return {
    wait: async (minimised) => {
      const stated = await acts.state(minimised);
      const at: Open = { minimised, stated, released: new Set(), count: 0, waiting: true };
      open = at;
      const started = Date.now();
      const ends = started + t.releaseValidForMs;
      board.enter('release', ends);
      board.released(0, at.stated.officers);
      const enough = (): boolean => at.broken !== undefined || at.count >= at.stated.officers;
      const remindMs = Math.min(t.releaseRemindMs, t.releaseValidForMs);
      try {
        if (!(await condition(enough, remindMs, { summary: 'until officers are reminded' }))) {
          board.attend(undefined);
          const left = Math.max(ends - Date.now(), 1);
          if (remindMs < t.releaseValidForMs)
            await condition(enough, left, { summary: 'until the release expires' });
        }
      } finally {
        at.waiting = false;
      }
      // a release that is being recorded still counts, if PostgreSQL took it in time
      await condition(allHandlersFinished);
      if (at.broken !== undefined) throw at.broken;
      return { released: at.count >= stated.officers, statementSha256: stated.statementSha256 };
    },
    clear: () => {
      open = undefined;
    },
  };
};

const view = ({ stated, released, waiting }: Open): Stated => ({
  ...stated,
  released: [...released].sort(),
  waiting,
});

const keyOf = ({ survey, period, attempt }: AttemptKey): AttemptKey => ({ survey, period, attempt });

/** @throws what the officer reads; nothing of it is recorded */
const mustBeAwaited = (open: Open | undefined, { signature, statementSha256 }: ReleaseGiven): void => {
  mustBeSignature(signature);
  if (!open?.waiting) throw failure('NOT_WAITING', { ...notWaiting.refusal });
  if (statementSha256 !== open.stated.statementSha256) {
    throw failure('RELEASE_MISMATCH', {
      found: 'another statement',
      expected: 'the hash of the statement that waits now',
      remedy: 'read the statement again, it may be of a newer attempt',
    });
  }
};

// schemas/doubt.ts is no file that the sandbox may bundle: the compiler holds this copy to it
const doubts: Readonly<Record<ReleaseDoubt, true>> = {
  'wrong-counts': true,
  'wrong-fields': true,
  'wrong-recipient': true,
  'wrong-month': true,
  complaint: true,
  other: true,
};

const said = (because: ReleaseDoubt): Refusal => ({
  code: 'RELEASE_REFUSED',
  found: `an officer who says no: ${because}`,
  expected: 'officers who release the statement',
  remedy: 'mend what is wrong and run the month again; nothing has left',
});

const notWaiting = {
  ok: false,
  refusal: {
    code: 'NOT_WAITING',
    found: 'a wave that waits for no release',
    expected: 'a wave in stage release',
    remedy: 'see npx cordon status',
  },
} as const satisfies Answer<never>;

const sameOfficer = {
  ok: false,
  refusal: {
    code: 'SAME_OFFICER',
    found: 'a second release by one officer',
    expected: 'another officer',
    remedy: 'ask a colleague to release',
  },
} as const satisfies Answer<never>;

const notRecorded = {
  found: 'the release could not be recorded',
  expected: 'a verifier that answers, and a package that is still there',
  remedy: 'see that a verifier is running, npx cordon worker --role verifier, then sign again',
};
