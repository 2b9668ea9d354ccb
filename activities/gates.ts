// Only to the processor in the plan, and only while its papers are in order. Days are PostgreSQL's, in the zone
// of the survey; both ends of a contract count.
import { refuse } from '../schemas/failure.ts';
import type { Connection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';

interface Now {
  readonly today: string;
  readonly in_contract: boolean;
  readonly vetted: boolean;
  readonly confidential: boolean;
  readonly assessed: boolean;
  readonly overdue: number;
}

/** @throws CONTRACT_OUT_OF_DATE, ASSURANCE_OUT_OF_DATE, DPIA_OUT_OF_DATE, CERTIFICATE_OVERDUE */
export const checkGates = async (db: Pick<Connection, 'query'>, plan: Plan): Promise<void> => {
  const { contract, assurance, processor } = plan.processor;
  const { basis, every } = plan.declaration;
  const { rows } = await db.query<Now>(
    `select d.today::text as today, d.today between $2::date and $3::date as in_contract,
       d.today <= $4::date as vetted, d.today >= $6::date as confidential, d.today <= $7::date as assessed,
       (select count(*) from cordon.copy c join cordon.attempt a using (survey, period, attempt)
          join cordon.plan p using (plan_hash)
        where c.kind = 'delivered' and c.state <> 'erased'
          and c.due_at < now() and p.declared #>> '{processor,processor}' = $5
          and c.due_at + (p.declared #>> '{processor,certificate,within}')::interval < now()) as overdue
     from (select (now() at time zone $1)::date as today) d`,
    [
      every.zone,
      contract.from,
      contract.to,
      assurance.vettingTo,
      processor,
      assurance.confidentialitySigned,
      basis.reviewBy,
    ],
  );
  const [now] = rows;
  if (!now?.in_contract)
    throw refuse({
      code: 'CONTRACT_OUT_OF_DATE',
      found: `today, ${now?.today ?? 'unknown'}`,
      expected: `a day from ${contract.from} to ${contract.to}`,
      remedy: 'renew the contract, write its dates into the processor file and apply',
    });
  if (!now.vetted)
    throw refuse({
      code: 'ASSURANCE_OUT_OF_DATE',
      found: `vetting that ended ${assurance.vettingTo}`,
      expected: 'vetting in date',
      remedy: 'obtain new evidence, write its date into the processor file and apply',
    });
  if (!now.confidential)
    throw refuse({
      code: 'ASSURANCE_OUT_OF_DATE',
      found: `a confidentiality undertaking of ${assurance.confidentialitySigned}, which is to come`,
      expected: 'one that is signed',
      remedy: 'have it signed, write its date into the processor file and apply',
    });
  if (!now.assessed)
    throw refuse({
      code: 'DPIA_OUT_OF_DATE',
      found: `${basis.dpia}, to be reviewed by ${basis.reviewBy}`,
      expected: 'a data protection impact assessment whose review is not overdue',
      remedy: 'review it, write the next date into the pipeline file and apply',
    });
  if (now.overdue > 0)
    throw refuse({
      code: 'CERTIFICATE_OVERDUE',
      found: `${String(now.overdue)} deliveries whose destruction is not certified in time`,
      expected: 'none',
      remedy: 'obtain the certificate; nothing more goes to this processor until it lies there',
    });
};
