// The last check, the intent, the bytes, the disclosure: in that order. From the first byte written the package
// counts as disclosed; what a restarted transfer may still do depends on how far the ledger says it came.
import { isOurs, refuse } from '../schemas/failure.ts';
import type { Answer, Ref, ReleaseStatement } from '../schemas/ref.ts';
import type { DeliveryNote } from './checkpoint.ts';
import { keepCheckpoint, keepNow, noteDelivery, requireSameLog } from './checkpoint.ts';
import type { Deps } from './deps.ts';
import { deliver } from './delivery/deliver.ts';
import { begin, discloseTo, recordDelivery, registersSeen, voidIntent } from './disclose.ts';
import { withFence } from './fence.ts';
import { checkGates } from './gates.ts';
import { loadConsignment, readPackage } from './parcel.ts';
import type { StoredPackage } from './parcel.ts';
import { pack, requireSubset, storePackage } from './pack.ts';
import { countStrikes, merge, recheck, reread, strike, sum } from './recheck.ts';
import type { StepContext } from './step.ts';
import { names, step } from './step.ts';

type Transferred = Ref<'transferred'>;

export const transfer =
  (deps: Deps) =>
  (released: Ref<'minimised'>): Promise<Answer<Transferred>> =>
    step<Transferred>(deps, released, 'transfer', async (s) => {
      const before = await standing(s);
      if (!before?.began) {
        await requireSameLog(deps.pool, deps.checkpoints, s.attempt);
        await s.fenced(({ tx }) => checkGates(tx, s.plan));
      }
      const target = await deps.openTarget(s.plan);
      try {
        const parcel = await intended(deps, s, before);
        const { consignment } = await stored(s, parcel);
        await withFence(deps.pool, s, (fence) =>
          deliver(target, consignment, {
            began: parcel.began,
            signal: s.signal,
            heartbeat: s.heartbeat,
            fence,
            firstByte: async () => {
              await s.fenced((stage) => begin(stage, s.plan, s.attempt));
              // whoever restores an older database is told that this one knew more
              await (parcel.began ? keepCheckpoint : keepNow)(deps.pool, deps.checkpoints);
            },
          }),
        );
        const { survey, period, attempt, nonceSha256: nonce } = s.attempt;
        const { rows, sha256 } = parcel;
        const ref: Transferred = { survey, period, attempt, stage: 'transferred', rows, sha256, nonce };
        return await s.finish(ref, (stage) => recordDelivery(stage, s.plan, s.attempt, parcel), false);
      } finally {
        await target.close();
      }
    });

type Intended = StoredPackage & { readonly began: boolean };

interface Standing {
  readonly package: string;
  readonly began: boolean;
}

/** The intent of an earlier start, if it stands. */
const standing = (s: StepContext): Promise<Standing | undefined> =>
  s.fenced(async ({ tx }) => {
    const { rows } = await tx.query<Standing>(
      `select package, first_byte_at is not null as began from cordon.intent
       where (survey, period, attempt) = ($1, $2, $3) and voided_at is null`,
      names(s.attempt),
    );
    return rows[0];
  });

/** The package that may leave: the one intended before, when a byte of it may be out there; else a fresh check. */
const intended = async (deps: Deps, s: StepContext, before: Standing | undefined): Promise<Intended> => {
  if (before?.began) {
    const parcel = await s.fenced(({ tx }) => readPackage(tx, s.attempt, before.package));
    return { ...parcel, began: true };
  }
  if (before) await retract(s, before.package);
  const { parcel, seen } = await strikeAndRepack(deps, s);
  // an intent over bytes that are no longer there would be void at once
  await s.fenced(({ tx }) => loadConsignment(tx, s.attempt, parcel));
  await s.staged((stage) => discloseTo(stage, s.plan, s.attempt, parcel, seen, deps.secrets.tokenKey.length));
  await noteDelivery(deps.checkpoints, noteOf(s, parcel));
  return { ...parcel, began: false };
};

const noteOf = ({ plan, attempt }: StepContext, { name, sha256 }: StoredPackage): DeliveryNote => {
  const { survey, period } = attempt;
  const recipient = plan.processor.processor;
  return { survey, period, attempt: attempt.attempt, package: sha256, name, recipient };
};

/** @throws DELIVERY_UNKNOWN when a byte may have left and the package's own clock has run out since */
const stored = async (s: StepContext, parcel: Intended) => {
  try {
    return await s.fenced(({ tx }) => loadConsignment(tx, s.attempt, parcel));
  } catch (e) {
    if (!parcel.began || !isOurs(e) || e.type !== 'STALE_STAGING') throw e;
    throw refuse({
      code: 'DELIVERY_UNKNOWN',
      found: 'bytes of this package were written before, and the package is erased by now',
      expected: 'a receipt, or an officer’s finding',
      remedy: 'ask the processor what arrived; nothing is sent again before that is settled',
    });
  }
};

/** The mark comes before the first byte: without it none was written, and the registers are read again. */
const retract = async (s: StepContext, sha256: string): Promise<void> => {
  await s.fenced((stage) => voidIntent(stage, s.attempt, sha256, 'no byte was written'));
};

/** Strikes leave a byte-identical subset of the released rows; anything else would need a new release. */
const strikeAndRepack = async (deps: Deps, s: StepContext): Promise<Checked> => {
  const { attempt } = s;
  const key = names(attempt);
  const { strikes: struck, seen } = await s.staged(async (stage) => {
    const seen = await registersSeen(stage);
    const checked = await recheck(deps, s, stage, ['in']);
    const { again } = s.plan.minimise;
    await stage.run(again.reset);
    await reread(deps, s, stage, { ...s.plan.minimise, load: again.load }, ['in']);
    const changed = await stage.run<{ key: string[] }>(again.changed);
    await stage.run(again.reset);
    const strikes = merge(checked, await strike(stage.tx, changed, 'changed'));
    if (strikes.length === 0) return { strikes, seen };
    await stage.tx.query(
      `update cordon.waterfall set struck = struck + $4, package = package - $4
       where (survey, period, attempt) = ($1, $2, $3)`,
      [...key, sum(strikes)],
    );
    await countStrikes(stage, key, 'transfer', strikes);
    await stage.leaves({ type: 'struck', stage: 'transfer', struck: strikes });
    return { strikes, seen };
  });
  const latest = await s.staged(({ tx }) => readPackage(tx, attempt));
  const there = await s.staged(async ({ tx }) => {
    const { rows } = await tx.query<{ n: number }>(
      "select count(*)::int as n from sampled where state = 'in'",
    );
    return rows[0]?.n ?? 0;
  });
  if (there === 0)
    throw refuse({
      code: 'FRAME_EMPTY',
      found: 'nobody left after strikes',
      expected: 'at least one person to send',
      remedy: 'see the strikes by reason; run the month again once the source is right',
    });
  if (struck.length === 0 && latest.rows === there) return { parcel: latest, seen };
  const packed = await pack(deps, s);
  await requireSubset(s, packed, JSON.parse(latest.statement.text) as ReleaseStatement);
  await s.staged((stage) => storePackage(stage, s, packed, latest.version + 1, latest.statement));
  return { parcel: await s.staged(({ tx }) => readPackage(tx, attempt)), seen };
};

interface Checked {
  readonly parcel: StoredPackage;
  /** the state of the registers before they were read */
  readonly seen: string;
}
