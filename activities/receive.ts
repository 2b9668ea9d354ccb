// What comes back: the processor's receipt, or, where bytes may have left and nobody knows, an officer's finding.
import { refuse } from '../schemas/failure.ts';
import type { Answer, AttemptKey, Ref } from '../schemas/ref.ts';
import type { Plan } from '../sql/plan.ts';
import type { By } from './activities.ts';
import type { Deps } from './deps.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import { hear } from './delivery/receipt.ts';
import { mark, ordinalOf, recordDelivery, voidIntent } from './disclose.ts';
import type { StoredPackage } from './parcel.ts';
import { place } from './open-copy.ts';
import { readPackage } from './parcel.ts';
import { readAttempt, readPlan } from './plan.ts';
import { raiseRefused } from './raise.ts';
import { reopenTarget } from './reopen-target.ts';
import { isSaid } from './said.ts';
import type { StageTx } from './step.ts';
import { appendAll, names, refusalOf } from './step.ts';
import { transact } from './transact.ts';
import { statementBy } from './witness.ts';

/** A transaction outside the stages; leaves last, as everywhere. */
export const recorded = <T>(
  deps: Deps,
  key: AttemptKey,
  work: (s: Pick<StageTx, 'tx' | 'leaves'>) => Promise<T>,
) => transact(deps.pool, (tx) => work({ tx, leaves: (...bodies) => appendAll(tx, key, bodies) }));

/** The package whose bytes may have left. */
export const sent = (deps: Deps, key: AttemptKey): Promise<StoredPackage> =>
  transact(deps.pool, async (tx) => {
    const { rows } = await tx.query<{ package: string }>(
      'select package from cordon.intent where (survey, period, attempt) = ($1, $2, $3) and voided_at is null',
      names(key),
    );
    return readPackage(tx, key, rows[0]?.package);
  });

export const receive =
  (deps: Deps) =>
  async (transferred: Ref<'transferred'>): Promise<Answer<{ receipt: 'awaited' | 'agrees' }>> => {
    const attempt = await readAttempt(deps.pool, transferred);
    const plan = await readPlan(deps.pool, attempt.planHash);
    const target = await reopenTarget(deps, plan);
    try {
      return await takeReceipt(deps, plan, attempt, await sent(deps, attempt), target);
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw e;
      return { ok: false, refusal };
    } finally {
      await target.close();
    }
  };

/** Looks once. Doing it again does no harm. */
export const takeReceipt = async (
  deps: Deps,
  plan: Plan,
  { survey, period, attempt }: AttemptKey,
  parcel: StoredPackage,
  target: DeliveryTarget,
): Promise<Answer<{ receipt: 'awaited' | 'agrees' }>> => {
  const key = { survey, period, attempt };
  const { name, sha256, rows } = parcel;
  const awaited = { survey, period, name, sha256, records: rows };
  const heard = await hear(target, 'receipt', awaited, plan.keys.answers);
  if (heard.state === 'refused') {
    await raiseRefused(deps, key, 'RECEIPT_REFUSED', heard.refusal, heard.sha256);
    return { ok: false, refusal: heard.refusal };
  }
  if (heard.state !== 'answered') return { ok: true, value: { receipt: 'awaited' } };
  const { answer } = heard;
  await recorded(deps, key, async (s) => {
    await recordDelivery(s, plan, key, parcel);
    if (!(await mark(s, key, 'received'))) return;
    const { at: receivedAt, records } = answer;
    const due = await shortenClock(s, key, plan.declaration);
    await s.leaves({ type: 'receipt', package: sha256, records, receivedAt, ...due });
  });
  return { ok: true, value: { receipt: 'agrees' } };
};

/** Due is the earlier of "after fieldwork, or receipt, + for" and "after creation + at latest". */
const shortenClock = async (
  s: Pick<StageTx, 'tx'>,
  key: AttemptKey,
  {
    retain,
    fieldwork,
  }: { retain: { delivered: { for: string; after?: string } }; fieldwork: { closes: string } },
): Promise<{ dueAt?: string }> => {
  const wait = retain.delivered.after === 'fieldwork' ? fieldwork.closes : 'PT0S';
  const { rows } = await s.tx.query<{ due: Date }>(
    `select m.now_due as due from cordon.copy c,
       lateral cordon.move_clock(c.id, least(c.due_at, now() + $3::interval + $4::interval)) m
     where c.kind = $1 and c.place = $2 and c.state = 'live' and m.now_due < m.was`,
    ['delivered', place('delivered', key, await ordinalOf(s, key)), wait, retain.delivered.for],
  );
  const [brought] = rows;
  return brought ? { dueAt: brought.due.toISOString() } : {};
};

/** Of a wave that has closed: the one that runs hears its officers itself, and may be sending at this moment. */
export const settleClosed =
  (deps: Deps) =>
  async (given: AttemptKey & By): Promise<Answer<null>> => {
    const { rows } = await deps.pool.query<{ closed: boolean }>(
      `select closed_at is not null as closed from cordon.attempt where (survey, period, attempt) = ($1, $2, $3)`,
      names(given),
    );
    if (rows[0]?.closed === true) return settle(deps)(given);
    return {
      ok: false,
      refusal: {
        code: 'NOT_WAITING',
        found: 'a wave that is open, or none',
        expected: 'a wave that has closed with its delivery in doubt',
        remedy: 'see npx cordon status: an open wave says when it waits for a finding',
      },
    };
  };

export const settle =
  (deps: Deps) =>
  async ({ officer, statementSha256, ...key }: AttemptKey & By): Promise<Answer<null>> => {
    try {
      const attempt = await readAttempt(deps.pool, key);
      const plan = await readPlan(deps.pool, attempt.planHash);
      const { finding } = await transact(deps.pool, (tx) =>
        statementBy(tx, 'settle', { officer, statementSha256 }, key),
      );
      const parcel = await sent(deps, attempt);
      await recorded(deps, attempt, async (s) => {
        const leaf = { type: 'settled', package: parcel.sha256, officer, finding, statementSha256 } as const;
        if (await isSaid(s.tx, attempt, leaf)) return;
        const { rows } = await s.tx.query<{ known: boolean }>(
          `select coalesce(bool_or(delivered_at is not null), true) as known from cordon.intent
           where (survey, period, attempt) = ($1, $2, $3) and voided_at is null`,
          names(attempt),
        );
        if (rows[0]?.known !== false)
          throw refuse({
            code: 'NOT_WAITING',
            found: 'a delivery that nobody doubts',
            expected: 'bytes that may or may not have arrived',
            remedy: 'nothing: the ledger says how it ended',
          });
        if (finding === 'arrived') await recordDelivery(s, plan, attempt, parcel);
        else await voidIntent(s, attempt, parcel.sha256, 'an officer found that nothing arrived');
        await s.leaves(leaf);
      });
      return { ok: true, value: null };
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw e;
      return { ok: false, refusal };
    }
  };
