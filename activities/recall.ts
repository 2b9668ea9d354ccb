// After a delivery somebody must not be contacted any more: the processor gets a signed notice by survey reference, and
// answers with a signed acknowledgement. Nothing but the reference leaves, and why is not said.
import { failure, refuse } from '../schemas/failure.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { RecallActivities } from './activities.ts';
import type { Deps } from './deps.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import { hear } from './delivery/receipt.ts';
import { putFile } from './delivery/target.ts';
import { canonical } from '../schemas/canonical.ts';
import { sign } from './package/signature.ts';
import { readAttempt, readPlan } from './plan.ts';
import { raiseRefused } from './raise.ts';
import { recorded } from './receive.ts';
import { reopenTarget } from './reopen-target.ts';
import { refusalOf } from './step.ts';

interface Recall extends AttemptKey {
  readonly package: string;
  readonly name: string;
  readonly survey_ref: string | null;
  readonly asked: Date;
  readonly due: Date;
  readonly sent: boolean;
  readonly acknowledged: boolean;
}

/** What lies at the processor; `survey_refs` is a list so that a company needs to read one shape only. */
export interface RecallNotice {
  readonly cordon: 1;
  readonly kind: 'recall';
  readonly recall: number;
  readonly survey: string;
  readonly period: string;
  /** hex SHA-256 of the ciphertext that named them */
  readonly package: string;
  readonly survey_refs: readonly string[];
  readonly do: 'stop-contact-and-delete';
  readonly at: string;
}

/** `warwickshire-victims-2026-10-0123456789abcdef.pgp.recall-7`, and `.json` and `.json.sig` behind it */
export const recallName = (packageName: string, id: number): string => `${packageName}.recall-${String(id)}`;

const read = async (deps: Deps, id: number): Promise<Recall> => {
  const { rows } = await deps.pool.query<Recall>(
    `select r.survey, r.period, r.attempt, i.package, k.name, r.survey_ref, r.asked_at as asked, r.due_at as due,
       r.sent_at is not null as sent, r.acknowledged_at is not null as acknowledged
     from cordon.recall r
       join cordon.intent i using (survey, period, attempt, ordinal)
       join cordon.package k on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (r.survey, r.period, r.attempt, i.package)
     where r.id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) throw failure('INPUT', { found: 'no such recall' });
  return row;
};

const withTarget = async <T>(
  deps: Deps,
  key: AttemptKey,
  work: (target: DeliveryTarget, answersKey: string | undefined) => Promise<T>,
): Promise<T> => {
  const plan = await readPlan(deps.pool, (await readAttempt(deps.pool, key)).planHash);
  const target = await reopenTarget(deps, plan);
  try {
    return await work(target, plan.keys.answers);
  } finally {
    await target.close();
  }
};

/** Sends what is not sent yet, and looks once for the acknowledgement. Doing it again does no harm. */
export const recall =
  (deps: Deps) =>
  async ({ id }: { id: number }): ReturnType<RecallActivities['recall']> => {
    try {
      const row = await read(deps, id);
      const dueAt = row.due.toISOString();
      if (row.acknowledged) return { ok: true, value: { acknowledged: true, dueAt } };
      if (row.survey_ref === null) throw refuse(gone);
      const notice = noticeOf(id, row, row.survey_ref);
      const name = recallName(row.name, id);
      const heard = await withTarget(deps, row, async (target, answersKey) => {
        if (!row.sent) await send(deps, target, name, notice);
        const { survey, period } = row;
        const awaited = { survey, period, name, sha256: row.package, records: notice.survey_refs.length };
        return hear(target, 'acknowledgement', awaited, answersKey);
      });
      const { survey, period, attempt } = row;
      const acknowledged = heard.state === 'answered';
      const key = { survey, period, attempt };
      await recorded(deps, key, async ({ tx, leaves }) => {
        const mark = async (what: 'sent' | 'acknowledged'): Promise<boolean> => {
          const { rows } = await tx.query<{ fresh: boolean }>('select cordon.mark_recall($1, $2) as fresh', [
            id,
            what,
          ]);
          return rows[0]?.fresh === true;
        };
        if (await mark('sent')) await leaves({ type: 'recall-sent', recall: id, package: row.package, name });
        if (heard.state === 'answered' && (await mark('acknowledged')))
          await leaves({ type: 'recall-acknowledged', recall: id, acknowledgedAt: heard.answer.at });
      });
      if (heard.state !== 'refused') return { ok: true, value: { acknowledged, dueAt } };
      await raiseRefused(deps, key, 'ACKNOWLEDGEMENT_REFUSED', heard.refusal, heard.sha256);
      return { ok: false, refusal: heard.refusal };
    } catch (e) {
      const refusal = refusalOf(e);
      if (!refusal) throw e;
      return { ok: false, refusal };
    }
  };

const noticeOf = (id: number, row: Recall, surveyRef: string): RecallNotice => ({
  cordon: 1,
  kind: 'recall',
  recall: id,
  survey: row.survey,
  period: row.period,
  package: row.package,
  survey_refs: [surveyRef],
  do: 'stop-contact-and-delete',
  at: row.asked.toISOString(),
});

/** The signature goes first, and differs at every making: one that lies there is of these very bytes. */
const send = async (
  deps: Deps,
  target: DeliveryTarget,
  name: string,
  notice: RecallNotice,
): Promise<void> => {
  const bytes = new TextEncoder().encode(canonical(notice));
  const { senderKey, senderPassphrase } = deps.secrets;
  const signature = `${name}.json.sig`;
  if ((await target.look(signature)).state !== 'present')
    await putFile(
      target,
      signature,
      await sign(bytes, {
        signingKey: senderKey,
        ...(senderPassphrase !== undefined && { passphrase: senderPassphrase }),
      }),
    );
  await putFile(target, `${name}.json`, bytes);
};

const gone = {
  code: 'NOT_WAITING',
  found: 'a recall whose disclosure index is erased',
  expected: 'somebody whom the index still names',
  remedy: 'nothing: the company must have destroyed its copy by now; see its certificate',
} as const;

/** Recalls for which a workflow must be running. */
export const recallsToSend = (deps: Deps) => async () => {
  const { rows } = await deps.pool.query<{ id: number; survey: string; period: string }>(
    `select id, survey, period from cordon.recall
     where acknowledged_at is null and survey_ref is not null order by id`,
  );
  return { recalls: rows };
};
