// Erases one copy that is due. Clock, hold, drop, inventory and leaf are one transaction; the processor's copy is
// `erasing` until its certificate lies there.
import type { Refusal } from '../schemas/failure.ts';
import { failure, refuse } from '../schemas/failure.ts';
import type { CopyKind, ErasureOutcome } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import type { Deps } from './deps.ts';
import { isLeft } from './delivery/adapter.ts';
import { hear } from './delivery/receipt.ts';
import { eraseRelation } from './erase-relation.ts';
import { place } from './open-copy.ts';
import { takeOutcomes } from './outcomes.ts';
import { readPackage } from './parcel.ts';
import { readAttempt, readPlan } from './plan.ts';
import { raiseBlocked, raiseRefused } from './raise.ts';
import { recorded } from './receive.ts';
import { reopenTarget } from './reopen-target.ts';
import { isSaid } from './said.ts';
import { mayTryAgain, names, refusalOf, translate } from './step.ts';

interface Copy extends AttemptKey {
  readonly kind: CopyKind;
  readonly place: string;
  readonly state: 'live' | 'erasing' | 'erased';
}

type Purged = Answer<{ outcome: ErasureOutcome | 'awaiting-certificate' }>;

export const purge =
  (deps: Deps) =>
  async ({ id }: { id: number }): Promise<Purged> => {
    try {
      const copy = await readCopy(deps, id);
      const outside = await startErasing(deps, id, copy);
      if (
        outside &&
        copy.kind === 'delivered' &&
        !(await neverLeft(deps, copy)) &&
        !(await certified(deps, copy))
      )
        return { ok: true, value: { outcome: 'awaiting-certificate' } };
      if (outside && copy.kind === 'source-drop') await eraseDrop(deps, copy);
      const outcome = await recorded(deps, copy, (s) => eraseRelation(s, id));
      return { ok: true, value: { outcome } };
    } catch (e) {
      const refusal = heldOrEarly(e) ?? refusalOf(e);
      if (refusal) return { ok: false, refusal };
      if (sqlstate(e) !== '55P03') throw translate(e);
      if (!mayTryAgain()) await raiseBlocked(deps, id);
      throw failure('COPY_IN_USE', {}, false);
    }
  };

const readCopy = async (deps: Deps, id: number): Promise<Copy> => {
  const { rows } = await deps.pool.query<Copy>(
    'select survey, period, attempt, kind, place, state from cordon.copy where id = $1',
    [id],
  );
  const [copy] = rows;
  if (!copy)
    throw refuse({
      code: 'INPUT',
      found: 'a copy that is not in the inventory',
      expected: 'a copy that was opened',
      remedy: 'nothing: the inventory is the list of what is erased',
    });
  return copy;
};

/** Copies outside the database are asked for first and proved later; false when there is nothing to ask for. */
const startErasing = async (deps: Deps, id: number, { kind, state }: Copy): Promise<boolean> => {
  if ((kind !== 'delivered' && kind !== 'source-drop') || state === 'erased') return false;
  const { rows } = await deps.pool.query<{ erasing: boolean }>('select cordon.start_erasing($1) as erasing', [
    id,
  ]);
  return rows[0]?.erasing === true;
};

/** A copy of an intent that is void, held when that was found: nobody can certify what nobody has. */
const neverLeft = async ({ pool }: Deps, copy: Copy): Promise<boolean> => {
  const { rows } = await pool.query<{ ordinal: number }>(
    'select ordinal from cordon.intent where (survey, period, attempt) = ($1, $2, $3) and voided_at is not null',
    names(copy),
  );
  return rows.some(({ ordinal }) => place('delivered', copy, ordinal) === copy.place);
};

/**
 * Looks once for the processor's certificate; a bad one is a refusal, an absent one is asked for again later, as is one
 * beside outcomes that are to be corrected.
 */
const certified = async (deps: Deps, copy: Copy): Promise<boolean> => {
  const attempt = await readAttempt(deps.pool, copy);
  const plan = await readPlan(deps.pool, attempt.planHash);
  const parcel = await recorded(deps, copy, async ({ tx }) =>
    readPackage(tx, copy, await packageAt(tx, copy)),
  );
  const target = await reopenTarget(deps, plan);
  try {
    const { survey, period } = copy;
    const awaited = { survey, period, name: parcel.name, sha256: parcel.sha256, records: parcel.rows };
    // what was reported up to the end is taken before the end is: a file that cannot be may name who must not be rung again
    const reported = await takeOutcomes(deps, plan, copy, parcel, target);
    if (!reported.ok && (await isIndexed(deps, copy))) return false;
    const heard = await hear(target, 'certificate', awaited, plan.keys.answers);
    if (heard.state === 'refused') {
      await raiseRefused(deps, copy, 'CERTIFICATE_REFUSED', heard.refusal, heard.sha256);
      throw refuse(heard.refusal);
    }
    if (heard.state !== 'answered') return false;
    // into a write-only folder nobody looks: there the company's word is all there is
    if (isLeft(await target.look(parcel.name))) {
      await raiseRefused(deps, copy, 'CERTIFICATE_REFUSED', stillThere, heard.sha256);
      throw refuse(stillThere);
    }
    const { at: destroyedAt } = heard.answer;
    const leaf = { type: 'certificate', package: parcel.sha256, destroyedAt } as const;
    await recorded(deps, copy, async ({ tx, leaves }) => {
      if (!(await isSaid(tx, copy, leaf))) await leaves(leaf);
    });
    return true;
  } finally {
    await target.close();
  }
};

/** Whether anybody could still tell whom a corrected file names. */
const isIndexed = async ({ pool }: Deps, { survey, period, attempt }: Copy): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `select from cordon.copy
     where (survey, period, attempt, kind, state) = ($1, $2, $3, 'disclosure-index', 'live')`,
    [survey, period, attempt],
  );
  return (rowCount ?? 0) > 0;
};

const stillThere: Refusal = {
  code: 'RECEIPT_MISMATCH',
  found: 'a certificate of destruction, and the package where it was delivered',
  expected: 'a folder from which it is gone',
  remedy: 'ask the company to delete the package; its certificate is read again',
};

const packageAt = async (tx: Parameters<typeof readPackage>[0], copy: Copy): Promise<string | undefined> => {
  const { rows } = await tx.query<{ package: string }>(
    `select package from cordon.intent where (survey, period, attempt) = ($1, $2, $3) and voided_at is null`,
    [copy.survey, copy.period, copy.attempt],
  );
  return rows[0]?.package;
};

const eraseDrop = async (deps: Deps, copy: Copy): Promise<void> => {
  const attempt = await readAttempt(deps.pool, copy);
  const plan = await readPlan(deps.pool, attempt.planHash);
  const source = await deps.openSource(plan.declaration.extract.from, copy);
  try {
    await source.drop?.erase(plan.extract.relation);
  } finally {
    await source.close();
  }
};

const heldOrEarly = (e: unknown): Refusal | undefined => {
  if (sqlstate(e) === 'CRD06')
    return {
      code: 'COPY_HELD',
      found: 'a hold on this copy',
      expected: 'no hold, or the last one lifted',
      remedy: 'see npx cordon hold list: each has an owner and a review, and two officers lift it',
    };
  if (sqlstate(e) === 'CRD07')
    return {
      code: 'CLOCK_INVALID',
      found: 'a clock that still runs',
      expected: 'a clock that has run out',
      remedy: 'nothing: the copy is erased when its clock runs out',
    };
  return undefined;
};
