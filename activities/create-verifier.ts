// Every door of the verifier: a file of its own, so that its process loads nothing by which something could leave.
import type { VerifierActivities } from './activities.ts';
import { alive } from './alive.ts';
import { closeException } from './close-exception.ts';
import { disposeCopy } from './dispose.ts';
import { forgoMonth } from './forgo.ts';
import { holdCopy, liftHold } from './hold.ts';
import { refuseRelease, release } from './release.ts';
import type { VerifierDeps } from './verify-erasure.ts';
import { verifyErasure } from './verify-erasure.ts';
import { witness } from './witness.ts';

/** Of another process with another credential: what the worker must not say of itself. */
export const createVerifierActivities = (deps: VerifierDeps): VerifierActivities => ({
  release: alive(release(deps)),
  refuseRelease: alive(refuseRelease(deps)),
  witness: alive(witness(deps)),
  holdCopy: alive(holdCopy(deps)),
  liftHold: alive(liftHold(deps)),
  disposeCopy: alive(disposeCopy(deps)),
  forgoMonth: alive(forgoMonth(deps)),
  closeException: alive(closeException(deps)),
  verifyErasure: alive(verifyErasure(deps)),
});
