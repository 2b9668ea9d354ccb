// Every door of the worker, opened once with what it was given.
import type { Activities } from './activities.ts';
import { accept } from './alarms.ts';
import { alive } from './alive.ts';
import { closeAttempt } from './close-attempt.ts';
import { copies, dueCopies, wavesToRetain } from './copies.ts';
import type { Deps } from './deps.ts';
import { exportHistories } from './export-histories.ts';
import { extract } from './extract.ts';
import { minimise } from './minimise.ts';
import { moveClock } from './move-clock.ts';
import { notify } from './notify.ts';
import { openAttempt } from './open-attempt.ts';
import { deliveriesOut, outcomes } from './outcomes.ts';
import { purge } from './purge.ts';
import { raiseExceptions } from './raise-exceptions.ts';
import { recall, recallsToSend } from './recall.ts';
import { receive, settle, settleClosed } from './receive.ts';
import { expireRelease, state } from './release.ts';
import { endRehearsal, openRehearsal, rehearse } from './rehearse.ts';
import { sample } from './sample.ts';
import { screen } from './screen.ts';
import { typeSeed } from './seed.ts';
import { transfer } from './transfer.ts';
import { unfinished, wavesToFinish } from './unfinished.ts';
import { withdraw } from './withdraw.ts';

export const createActivities = (deps: Deps): Activities => ({
  openAttempt: alive(openAttempt(deps)),
  unfinished: alive(unfinished(deps)),
  extract: extract(deps),
  screen: screen(deps),
  typeSeed: alive(typeSeed(deps)),
  accept: alive(accept(deps)),
  sample: sample(deps),
  minimise: minimise(deps),
  state: alive(state(deps)),
  expireRelease: alive(expireRelease(deps)),
  transfer: transfer(deps),
  withdraw: alive(withdraw(deps)),
  receive: alive(receive(deps)),
  settle: alive(settle(deps)),
  settleClosed: alive(settleClosed(deps)),
  closeAttempt: alive(closeAttempt(deps)),
  recall: alive(recall(deps)),
  copies: alive(copies(deps)),
  purge: alive(purge(deps)),
  moveClock: alive(moveClock(deps)),
  openRehearsal: alive(openRehearsal(deps)),
  rehearse: rehearse(deps),
  endRehearsal: alive(endRehearsal(deps)),
  wavesToFinish: alive(wavesToFinish(deps)),
  wavesToRetain: alive(wavesToRetain(deps)),
  recallsToSend: alive(recallsToSend(deps)),
  deliveriesOut: alive(deliveriesOut(deps)),
  outcomes: alive(outcomes(deps)),
  dueCopies: alive(dueCopies(deps)),
  raiseExceptions: alive(raiseExceptions(deps)),
  notify: alive(notify(deps)),
  exportHistories: alive(exportHistories(deps)),
});
