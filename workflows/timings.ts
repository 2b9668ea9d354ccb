// Every length of time a workflow uses, in milliseconds. They travel in its arguments, so that a running wave keeps
// the ones it started with and a test may inject seconds. A replay does not notice a changed timer: these do.
export interface Timings {
  /** the plan's `release.valid_for`, `release.remind`, and the processor's `receipt.within` */
  readonly releaseValidForMs: number;
  readonly releaseRemindMs: number;
  readonly receiptWithinMs: number;
  /** how long an alarm waits for an officer before the month is refused */
  readonly alarmWithinMs: number;
  /** between two looks at the processor's answers */
  readonly receiptPollMs: number;
  /** how long a wave whose delivery is unknown stays open for an officer or a receipt */
  readonly settleWithinMs: number;
  /** new attempts after an emptied staging schema, before the wave gives up */
  readonly attempts: number;

  /** retention reads the inventory at least this often: a lost signal costs no more than this */
  readonly retentionCapMs: number;
  /** between two looks for a certificate of destruction */
  readonly certificatePollMs: number;
  /** until a purge or a proof that failed is tried again */
  readonly purgeAgainMs: number;

  /** a worker that says nothing for this long is dead */
  readonly heartbeatMs: number;
  /** one start of a step that works in the database only */
  readonly databaseMs: number;
  /** one start of a step that reads the source */
  readonly sourceMs: number;
  /** one start of a transfer */
  readonly transferMs: number;
  /** the first pause before a retry, and the longest */
  readonly retryMs: number;
  readonly retryCapMs: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export const timings: Timings = {
  releaseValidForMs: 5 * day,
  releaseRemindMs: 2 * day,
  // two of them and a release lie well within the fourteen days of a staging schema
  alarmWithinMs: 3 * day,
  receiptWithinMs: 2 * day,
  receiptPollMs: 15 * minute,
  settleWithinMs: 28 * day,
  attempts: 5,
  retentionCapMs: day,
  certificatePollMs: hour,
  purgeAgainMs: hour,
  heartbeatMs: 30 * second,
  databaseMs: 5 * minute,
  sourceMs: 2 * hour,
  transferMs: hour,
  retryMs: second,
  retryCapMs: minute,
};
