// How a wave ends: its outcome, and whether the month may be run again after it.
import type { Code, Refusal } from '../schemas/failure.ts';
import type { Outcome, outcomes, WaveKey, WaveResult } from '../schemas/ref.ts';

// schemas/ref.ts is no file that the sandbox may bundle: the compiler holds this copy to it, value by value.
export const again: { readonly [O in Outcome]: (typeof outcomes)[O]['again'] } = {
  delivered: false,
  'delivered-without-receipt': false,
  'delivery-unknown': false,
  refused: true,
  'release-expired': true,
  cancelled: true,
  failed: true,
  'already-disclosed': false,
};

export interface Ending {
  readonly outcome: Outcome;
  readonly code?: Code | undefined;
  /** the no that ended it, for whoever looks at the wave; the ledger holds it too */
  readonly refusal?: Refusal | undefined;
}

export const resultOf = (wave: WaveKey, attempt: number, { outcome, code }: Ending): WaveResult => ({
  survey: wave.survey,
  period: wave.period,
  outcome,
  again: again[outcome],
  attempt,
  ...(code ? { code } : {}),
});

/** An expected "no" on its way out of the corridor; it never leaves the workflow. */
export class Refused extends Error {
  readonly code: Code;
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.code = refusal.code;
    this.refusal = refusal;
  }
}

export const endingOf = ({ code, refusal }: Refused): Ending => {
  switch (code) {
    case 'ALREADY_DISCLOSED':
      return { outcome: 'already-disclosed', code, refusal };
    // an earlier run has left a delivery in doubt
    case 'DELIVERY_UNKNOWN':
      return { outcome: 'delivery-unknown', code, refusal };
    default:
      return { outcome: 'refused', code, refusal };
  }
};
