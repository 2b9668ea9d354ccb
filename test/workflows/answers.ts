// What activities would answer on a good day, as the commands of one wave: references, counts and hashes.
import type { CopyState } from '../../activities/activities.ts';
import type { Refusal } from '../../schemas/failure.ts';
import type { AttemptKey, Left } from '../../schemas/ref.ts';
import { timings } from '../../workflows/timings.ts';
import type { Timings } from '../../workflows/timings.ts';

export const planHash = 'a'.repeat(64);
export const statementSha256 = 'b'.repeat(64);
export const key = { survey: 'x', period: '2026-10' } as const;
export const input = { ...key, planHash, timings };

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

export const ok = <T>(value: T) => ({ ok: true, value }) as const;
export const no = (code: Refusal['code']) =>
  ({
    ok: false,
    refusal: { code, found: 'something', expected: 'something else', remedy: 'ask' },
  }) as const;

/** Of the shape of a signature, with the officer's id in it: who has signed is not what these tests are about. */
export const signatureOf = (officer: string): string =>
  [
    '-----BEGIN SSH SIGNATURE-----',
    `U1NIU0lH${Buffer.from(officer).toString('base64')}`,
    '-----END SSH SIGNATURE-----',
    '',
  ].join('\n');
export const signerOf = ({ signature }: { signature: string }): string =>
  Buffer.from(signature.split('\n')[1]?.slice(8) ?? '', 'base64').toString();
/** A statement under the signature of that shape. */
export const givenBy = <S extends object>(officer: string, statement: S) => ({
  statement,
  signature: signatureOf(officer),
});
export const releaseOf = (officer: string) => ({ statementSha256, signature: signatureOf(officer) });

const nonce = 'c'.repeat(64);
type Stage = 'extracted' | 'screened' | 'sampled' | 'minimised' | 'transferred';
export const ref = (stage: Stage, rows: number) => (from: AttemptKey) =>
  ok({
    survey: from.survey,
    period: from.period,
    attempt: from.attempt,
    stage,
    rows,
    nonce,
    sha256: 'd'.repeat(64),
  });

export const stated = ({ survey, period, attempt }: AttemptKey) => ({
  statement: {
    survey,
    period,
    attempt,
    planHash,
    frameRoot: 'e'.repeat(64),
    seed: 'f'.repeat(64),
    rows: 1200,
    fields: ['survey_ref', 'phone'],
    recipient: 'smsr',
    rowsRoot: '1'.repeat(64),
    expiresAt: '2026-11-21T06:30:00Z',
  },
  statementSha256,
  officers: 2,
  domain: 'police.example',
});

/** `nth` start of openAttempt opens attempt `nth`. */
export const wave = {
  openAttempt: (_: unknown, nth: number) => ok({ ...key, attempt: nth, planHash, nonce }),
  unfinished: (): { left: Left | null } => ({ left: null }),
  extract: ref('extracted', 4000),
  screen: ref('screened', 3000),
  typeSeed: (_: unknown, nth: number) => ok({ officers: nth }),
  accept: () => ok({ unanswered: 0 }),
  sample: ref('sampled', 1440),
  minimise: ref('minimised', 1200),
  state: stated,
  release: (given: { signature: string }, nth: number) => ok({ officer: signerOf(given), officers: nth }),
  witness: (given: { signature: string }) => ok({ officer: signerOf(given), statementSha256 }),
  refuseRelease: (given: { signature: string }) => ok({ officer: signerOf(given) }),
  expireRelease: () => null,
  transfer: ref('transferred', 1200),
  withdraw: () => ok(null),
  receive: () => ok({ receipt: 'agrees' }),
  settle: () => ok(null),
  closeAttempt: () => null,
};

/** Seconds instead of days, for a real server. */
export const quick: Timings = {
  ...timings,
  releaseValidForMs: 20 * second,
  releaseRemindMs: 10 * second,
  alarmWithinMs: 4 * second,
  receiptWithinMs: 2 * second,
  receiptPollMs: 200,
  settleWithinMs: 5 * second,
  retentionCapMs: 5 * second,
  certificatePollMs: 200,
  purgeAgainMs: 2 * second,
  heartbeatMs: 2 * second,
  databaseMs: 10 * second,
  sourceMs: 10 * second,
  transferMs: 10 * second,
  retryMs: 50,
  retryCapMs: second,
};

export const copy = (
  id: number,
  kind: CopyState['kind'],
  dueAt: string,
  more: Partial<CopyState> = {},
): CopyState => ({
  ...key,
  attempt: 1,
  id,
  kind,
  dueAt,
  state: 'live',
  verified: false,
  ...more,
});
