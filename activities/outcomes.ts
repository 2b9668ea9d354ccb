// What the processor reports of whom it rang: taken out of its file into the registers, a leaf, and an exception for
// somebody to act upon. The disclosure index says who a reference is, in tokens; nothing else here knows anybody.
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import type { Body, ContactOutcome } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';
import { keyProofs, ringSettings } from '../sql/token.ts';
import type { SweepActivities } from './activities.ts';
import type { Deps } from './deps.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import type { Reported } from './delivery/outcomes.ts';
import { hearOutcomes } from './delivery/outcomes.ts';
import { sayRegisterOpened } from './open-copy.ts';
import type { StoredPackage } from './parcel.ts';
import { readAttempt, readPlan } from './plan.ts';
import { raise, raiseRefused } from './raise.ts';
import { recorded, sent, takeReceipt } from './receive.ts';
import { reopenTarget } from './reopen-target.ts';
import { isSaid } from './said.ts';
import { assertQuiet } from './source/quiet.ts';
import type { StageTx } from './step.ts';
import { names, refusalOf, set } from './step.ts';

/** A marker is looked at again after this long; whoever answers for it is told when nobody has. */
const reviewAfter = 'P28D';

/** What somebody must do about it, and by when. The others are done when they stand in the register. */
const owed: Partial<Record<ContactOutcome, { readonly code: string; readonly within: string }>> = {
  distressed: { code: 'CONTACT_DISTRESSED', within: 'PT0S' },
  deceased: { code: 'CONTACT_DECEASED', within: reviewAfter },
  'wrong-number': { code: 'CONTACT_WRONG_NUMBER', within: reviewAfter },
};

/** Deliveries of which the processor may still report. */
export const deliveriesOut = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<AttemptKey>(
    `select distinct survey, period, attempt from cordon.intent i
     where voided_at is null and first_byte_at is not null
       and exists (select from cordon.copy c where (c.survey, c.period, c.attempt) = (i.survey, i.period, i.attempt)
         and c.kind = 'delivered' and c.state <> 'erased')
       and exists (select from cordon.copy c where (c.survey, c.period, c.attempt) = (i.survey, i.period, i.attempt)
         and c.kind = 'disclosure-index' and c.state = 'live')
     order by survey, period, attempt`,
  );
  return { deliveries: rows };
};

export const outcomes =
  (deps: Deps): SweepActivities['outcomes'] =>
  async (key) => {
    const attempt = await readAttempt(deps.pool, key);
    const plan = await readPlan(deps.pool, attempt.planHash);
    const parcel = await sent(deps, attempt);
    const target = await reopenTarget(deps, plan);
    try {
      if (!(await isMarked(deps, attempt, 'received')))
        await takeReceipt(deps, plan, attempt, parcel, target);
      // of bytes in doubt nothing is believed but their receipt
      if (!(await isMarked(deps, attempt, 'disclosed'))) return { ok: true, value: { taken: 0 } };
      return await takeOutcomes(deps, plan, attempt, parcel, target);
    } finally {
      await target.close();
    }
  };

const isMarked = async (
  { pool }: Deps,
  key: AttemptKey,
  mark: 'received' | 'disclosed',
): Promise<boolean> => {
  const { rows } = await pool.query(
    `select from cordon.intent where (survey, period, attempt) = ($1, $2, $3) and voided_at is null
       and ${mark}_at is not null`,
    names(key),
  );
  return rows.length > 0;
};

/** Looks once, and takes what is new. Doing it again does no harm. */
export const takeOutcomes = async (
  deps: Deps,
  plan: Plan,
  { survey, period, attempt }: AttemptKey,
  { name, sha256, rows: records }: StoredPackage,
  target: DeliveryTarget,
): Promise<Answer<{ taken: number }>> => {
  const key = { survey, period, attempt };
  const heard = await hearOutcomes(target, { survey, period, name, sha256, records }, plan.keys.answers);
  if (heard.state === 'silent' || heard.state === 'unsigned') return { ok: true, value: { taken: 0 } };
  const answer =
    heard.state === 'refused'
      ? ({ ok: false, refusal: heard.refusal } as const)
      : await taken(deps, key, sha256, heard.answer, heard.sha256);
  if (!answer.ok) await raiseRefused(deps, key, 'OUTCOMES_REFUSED', answer.refusal, heard.sha256);
  return answer;
};

/** All of a file or nothing. */
const taken = async (...given: Parameters<typeof take>): Promise<Answer<{ taken: number }>> => {
  try {
    return { ok: true, value: { taken: await take(...given) } };
  } catch (e) {
    const refusal = refusalOf(e);
    if (!refusal) throw e;
    return { ok: false, refusal };
  }
};

const take = (
  deps: Deps,
  key: AttemptKey,
  sha256: string,
  reported: readonly Reported[],
  fileSha256: string,
): Promise<number> =>
  recorded(deps, key, async ({ tx, leaves }) => {
    if (await isSaid(tx, key, { type: 'outcome', package: sha256, fileSha256 })) return 0;
    const { taken, registered } = await enter(deps, tx, key, reported);
    for (const register of new Set(registered.map((entry) => entry.register)))
      await sayRegisterOpened(tx, 'worker', register);
    for (const entry of registered)
      await leaves({ type: 'registered', action: 'added', scope: 'standing', ...entry });
    await leaves({ type: 'outcome', package: sha256, fileSha256, reported: reported.length, taken });
    for (const { outcome } of taken) {
      const due = owed[outcome];
      if (due) await raise({ tx, leaves }, due.code, due.within, { fileSha256 });
    }
    return taken.reduce((n, { count }) => n + count, 0);
  });

interface Entered {
  readonly taken: Body<'outcome'>['taken'];
  readonly registered: readonly Pick<
    Body<'registered'>,
    'register' | 'kind' | 'entries' | 'by' | 'rows' | 'digest'
  >[];
}

/** @throws RECEIPT_MISMATCH, REGISTER_UNREADABLE, SOURCE_LOGS_PARAMETERS */
const enter = async (
  { secrets }: Deps,
  tx: StageTx['tx'],
  key: AttemptKey,
  reported: readonly Reported[],
): Promise<Entered> => {
  // references and keys are bound values
  await assertQuiet(tx);
  await set(tx, ringSettings(secrets.tokenKey));
  try {
    const { rows } = await tx.query<Entered>(
      'select taken, registered from cordon.take_outcomes($1, $2, $3, $4, $5, $6)',
      [...names(key), JSON.stringify(reported), keyProofs(secrets.tokenKey), reviewAfter],
    );
    return rows[0] ?? { taken: [], registered: [] };
  } catch (e) {
    const refusal = refusals[sqlstate(e)];
    throw refusal ? refuse(refusal) : e;
  }
};

const refusals: Readonly<Record<string, Refusal>> = {
  CRD10: {
    code: 'RECEIPT_MISMATCH',
    found: 'a reference that this package does not have',
    expected: 'outcomes of people in this package alone',
    remedy: 'ask the processor for a corrected file; nothing of this one is taken',
  },
  CRD15: {
    code: 'REGISTER_UNREADABLE',
    found: 'registers under other keys than this worker holds',
    expected: 'every key in CORDON_TOKEN_KEY, one a line, the oldest first',
    remedy: 'give this worker the keys that the DPO has issued; the next sweep reads the file again',
  },
};
