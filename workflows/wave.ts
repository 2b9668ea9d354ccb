// One month of one survey: five verbs and a release in a straight line, inside one attempt loop. From the transfer
// on it cannot be cancelled: bytes may have left, and what happened to them must be recorded.
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { WaveActivities } from '../activities/activities.ts';
import { failure } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Opened, Outcome, Ref, WaveResult } from '../schemas/ref.ts';
import type { Watch } from './alarms.ts';
import { openWatch } from './alarms.ts';
import type { Board } from './board.ts';
import { openBoard } from './board.ts';
import { codeOf, waveDoors } from './doors.ts';
import type { WaveDoors } from './doors.ts';
import { keepClocks, wake } from './keeper.ts';
import type { WaveInput, WaveStage } from './messages.ts';
import { endingOf, Refused, resultOf } from './outcome.ts';
import type { Ending } from './outcome.ts';
import { lookForReceipt } from './receipt.ts';
import type { Desk } from './release.ts';
import { openDesk } from './release.ts';
import type { SeedDesk } from './seed.ts';
import { openSeedDesk } from './seed.ts';
import type { Settlement } from './settle.ts';
import { openSettlement } from './settle.ts';
import type { Timings } from './timings.ts';

/** What the corridor needs at hand; handlers of messages are set before the first step. */
interface Hall {
  readonly input: WaveInput;
  readonly acts: WaveDoors;
  readonly board: Board;
  readonly watch: Watch;
  readonly desk: Desk;
  readonly seeds: SeedDesk;
  readonly settlement: Settlement;
  readonly timings: Timings;
  /** the attempt that is open, as far as this run knows */
  current?: AttemptKey;
}

/**
 * Closes as Completed with a coded result whatever was expected, a refusal too; as Cancelled when an officer stopped
 * it before any byte left; as Failed, with the result as details, when machinery broke.
 */
export async function wave(input: WaveInput): Promise<WaveResult> {
  const { timings } = input;
  const acts = waveDoors(timings);
  const board = openBoard(input);
  const watch = openWatch(acts, board, timings);
  const desk = openDesk(acts, board, timings);
  const seeds = openSeedDesk(acts, board, timings);
  const settlement = openSettlement(acts, board, timings);
  const hall: Hall = { input, acts, board, watch, desk, seeds, settlement, timings };
  try {
    return await close(hall, await attempts(hall));
  } catch (e) {
    if (e instanceof Refused) return await close(hall, endingOf(e));
    if (isCancellation(e)) {
      await close(hall, { outcome: 'cancelled' });
      throw e;
    }
    const code = codeOf(e);
    // a bug of ours: the task is retried until it is mended, and nothing is lost
    if (!code) throw e;
    throw failure(code, { ...(await close(hall, { outcome: 'failed', code })) });
  }
}

/** A database that crashed has emptied the staging tables: as long as nothing left, a new attempt starts over. */
const attempts = async (hall: Hall): Promise<Ending> => {
  const { acts, board, desk, input, timings } = hall;
  const { survey, period, planHash, because } = input;
  if (input.finish) return (await finish(hall)) ?? { outcome: 'cancelled' };
  for (let ordinal = 1; ; ordinal++) {
    board.enter('open');
    const said = {
      survey,
      period,
      planHash,
      run: workflowInfo().runId,
      ordinal,
      ...(because && { because }),
    };
    const open = () => acts.openAttempt(said);
    let answer = await open();
    if (!answer.ok && answer.refusal.code === 'ALREADY_DISCLOSED') {
      const ending = await finish(hall);
      if (ending) return ending;
      if (hall.current) answer = await open();
    }
    const opened = took(answer);
    hall.current = { survey, period, attempt: opened.attempt };
    board.attempt(opened.attempt, opened.domain);
    desk.clear();
    // before the first row is read, so that no copy is ever without its clock
    await keepClocks(input, timings);
    try {
      return await corridor(hall, opened);
    } catch (e) {
      if (codeOf(e) !== 'STALE_STAGING' || ordinal >= timings.attempts) throw e;
      await acts.closeAttempt({ ...hall.current, outcome: 'stale-staging' });
    }
  }
};

/**
 * An earlier run was ended from outside: what it may have sent is settled before anything else. From here on this run
 * is the one that closes its attempt.
 */
const finish = async (hall: Hall): Promise<Ending | undefined> => {
  const { acts, board, input, settlement, timings } = hall;
  const { survey, period } = input;
  const { left } = await acts.unfinished({ survey, period });
  if (!left) return undefined;
  hall.current = { survey, period, attempt: left.attempt };
  board.attempt(left.attempt, left.domain);
  await keepClocks(input, timings);
  const { intended } = left;
  if (!intended) return undefined;
  return await CancellationScope.nonCancellable(async () => {
    if (intended.delivered) return await receipt(hall, { ...intended.minimised, stage: 'transferred' });
    if (!(await mayHaveLeft(hall, undefined))) return undefined;
    return await settlement.wait(intended.minimised, 'DELIVERY_UNKNOWN');
  });
};

/** The straight line. A swapped step is a type error. */
const corridor = async (hall: Hall, opened: Opened): Promise<Ending> => {
  const { acts, desk, seeds, watch } = hall;
  const extracted = await stage(hall, 'extract', () => acts.extract(opened));
  await watch.clear(extracted);
  const screened = await stage(hall, 'screen', () => acts.screen(extracted));
  await watch.clear(screened);
  await seeds.wait(screened);
  const sampled = await stage(hall, 'sample', () => acts.sample(screened));
  const minimised = await stage(hall, 'minimise', () => acts.minimise(sampled));
  const { released, statementSha256 } = await desk.wait(minimised);
  if (!released) return await expire(hall, statementSha256);
  return await CancellationScope.nonCancellable(() => deliver(hall, minimised));
};

const stage = async <R extends { readonly rows: number }>(
  { board, input }: Hall,
  name: WaveStage,
  work: () => Promise<Answer<R>>,
): Promise<R> => {
  board.enter(name);
  const done = took(await work());
  board.leave(done.rows);
  void wake(input).catch(() => undefined);
  return done;
};

/** @throws Refused */
const took = <R>(answer: Answer<R>): R => {
  if (!answer.ok) throw new Refused(answer.refusal);
  return answer.value;
};

/** Not released in time: never "go". Closing the attempt lets the clocks of its copies run out. */
const expire = async ({ acts, current }: Hall, statementSha256: string): Promise<Ending> => {
  if (current) await acts.expireRelease({ ...current, statementSha256 });
  return { outcome: 'release-expired', code: 'RELEASE_EXPIRED' };
};

const deliver = async (hall: Hall, minimised: Ref<'minimised'>): Promise<Ending> => {
  const { acts, settlement } = hall;
  try {
    return await receipt(hall, await stage(hall, 'transfer', () => acts.transfer(minimised)));
  } catch (e) {
    const code = e instanceof Refused ? e.code : codeOf(e);
    if (!code || !(code === 'DELIVERY_UNKNOWN' || (await mayHaveLeft(hall, e)))) throw e;
    return await settlement.wait(minimised, code, e instanceof Refused ? e.refusal : undefined);
  }
};

const receipt = async ({ acts, board, timings }: Hall, transferred: Ref<'transferred'>): Promise<Ending> => {
  board.enter('receipt', Date.now() + timings.receiptWithinMs);
  const t = { pollMs: timings.receiptPollMs, withinMs: timings.receiptWithinMs };
  const { agrees, code } = await lookForReceipt(acts, board, transferred, t, () => false);
  return agrees ? { outcome: 'delivered' } : { outcome: 'delivered-without-receipt', code };
};

/** Only the database knows whether a byte has left: a later start may say "no" after an earlier one has sent. */
const mayHaveLeft = async ({ acts, current }: Hall, e: unknown): Promise<boolean> => {
  if (!current) return true;
  try {
    return !(await acts.withdraw(current)).ok;
  } catch (unanswered) {
    if (!codeOf(unanswered)) throw unanswered;
    // what broke off may have sent everything, and a server that stopped answering too
    if (e instanceof Refused) return e.code === 'DELIVERY_UNREACHABLE';
    return codeOf(e) !== 'STALE_STAGING';
  }
};

/** Whatever happens to it, the outcome is shown, the retention is woken and no officer is left without an answer. */
const close = ({ acts, board, current, input, timings }: Hall, ending: Ending): Promise<WaveResult> =>
  CancellationScope.nonCancellable(async () => {
    const { outcome } = ending;
    board.close(ending);
    if (current) {
      await closeAttempt(acts, current, outcome);
      // it runs, as a rule; a start that fails would look like a fault on the wave's page
      if (!(await wake(input))) await keepClocks(input, timings);
    }
    await condition(allHandlersFinished);
    return resultOf(input, current?.attempt ?? 0, ending);
  });

// Best effort: the ledger may be what is broken. The sweep finds an attempt that nobody closed.
const closeAttempt = async (acts: WaveActivities, key: AttemptKey, outcome: Outcome): Promise<void> => {
  try {
    await acts.closeAttempt({ ...key, outcome });
  } catch (e) {
    if (!codeOf(e)) throw e;
  }
};
