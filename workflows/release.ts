// The release: two officers say that exactly this statement may leave. The validator answers at once what cannot be
// right; PostgreSQL decides the rest, and the wave believes only PostgreSQL's count.
import { allHandlersFinished, condition, setHandler } from '@temporalio/workflow';
import type { WaveActivities } from '../activities/activities.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import { codeOf } from './doors.ts';
import { mustBeOfficer } from './input.ts';
import { releaseUpdate, statementQuery } from './messages.ts';
import type { ReleaseGiven, Stated } from './messages.ts';
import type { Timings } from './timings.ts';

export interface Desk {
  /** Waits until enough officers have released, or nobody did in time. @throws when staging is gone meanwhile */
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

export const openDesk = (acts: WaveActivities, board: Board, t: Timings): Desk => {
  let open: Open | undefined;

  const record = async (given: ReleaseGiven): Promise<Answer<{ officers: number }>> => {
    const at = open;
    if (!at) return notWaiting;
    try {
      const { survey, period, attempt } = at.minimised;
      const answer = await acts.release({ survey, period, attempt, ...given });
      if (answer.ok) {
        at.released.add(given.officer);
        at.count = Math.max(at.count, answer.value.officers);
        if (at.waiting) board.released(at.count, at.stated.officers);
      }
      return answer;
    } catch (e) {
      const code = codeOf(e);
      if (!code) throw e;
      // the staging schema is gone and this release with it: the wave must hear it, not only the officer
      if (code === 'STALE_STAGING') at.broken = e;
      return { ok: false, refusal: { ...notRecorded, code } };
    }
  };

  setHandler(statementQuery, () => (open ? view(open) : null), { description: 'What is to be released' });
  setHandler(releaseUpdate, record, {
    description: 'Release exactly this statement',
    validator: (given) => mustBeAwaited(open, given),
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

/** @throws what the officer reads; nothing of it is recorded */
const mustBeAwaited = (open: Open | undefined, { officer, statementSha256 }: ReleaseGiven): void => {
  mustBeOfficer(officer);
  if (!open?.waiting) throw failure('NOT_WAITING', { ...notWaiting.refusal });
  if (statementSha256 !== open.stated.statementSha256) {
    throw failure('RELEASE_MISMATCH', {
      found: 'another statement',
      expected: 'the hash of the statement that waits now',
      remedy: 'read the statement again, it may be of a newer attempt',
    });
  }
  if (open.released.has(officer)) {
    throw failure('SAME_OFFICER', {
      found: 'a second release by one officer',
      expected: 'another officer',
      remedy: 'ask a colleague to release',
    });
  }
};

const notWaiting = {
  ok: false,
  refusal: {
    code: 'NOT_WAITING',
    found: 'a wave that waits for no release',
    expected: 'a wave in stage release',
    remedy: 'see npx cordon status',
  },
} as const satisfies Answer<never>;

const notRecorded = {
  found: 'the release could not be recorded',
  expected: 'a database that answers and a package that is still there',
  remedy: 'read the statement again and release that',
};
