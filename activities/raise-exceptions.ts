// Silence is an event: what should have happened and has not becomes a dated, owned leaf, once.
import { append } from '../sql/ledger/append.ts';
import type { Deps } from './deps.ts';
import { transact } from './transact.ts';

interface Silence {
  survey: string;
  period: string;
  attempt: number | null;
  code: string;
  owner: string;
  due_at: Date;
}

export const raiseExceptions = (deps: Deps) => async () => {
  const raised = await transact(deps.pool, async (tx) => {
    const { rows } = await tx.query<Silence>(silences);
    for (const { survey, period, attempt, code, owner, due_at: dueAt } of rows)
      await append(
        tx,
        'worker',
        { survey, period, ...(attempt !== null && { attempt }) },
        { type: 'exception', code, owner, dueAt: dueAt.toISOString() },
      );
    const { rows: unheard } = await tx.query<Silence>(unacknowledgedRecalls);
    for (const { survey, period, attempt, code, owner, due_at: dueAt } of unheard)
      await append(
        tx,
        'worker',
        { survey, period, ...(attempt !== null && { attempt }) },
        { type: 'exception', code, owner, dueAt: dueAt.toISOString() },
      );
    const { rows: overdue } = await tx.query<Overdue>(overdueReviews);
    for (const { code, owner, due_at: dueAt } of overdue)
      await append(tx, 'worker', {}, { type: 'exception', code, owner, dueAt: dueAt.toISOString() });
    return rows.length + unheard.length + overdue.length;
  });
  return { raised };
};

/** One for each deadline of a wave: recalls that were asked together are late together. */
const unacknowledgedRecalls = `
  with late as (
    select distinct r.survey, r.period, r.attempt, 'RECALL_UNACKNOWLEDGED' as code, 'data-officer' as owner,
      date_trunc('milliseconds', r.due_at) as due_at
    from cordon.recall r join cordon.intent i using (survey, period, attempt, ordinal)
    where r.acknowledged_at is null and r.due_at < now() and i.voided_at is null
  )
  select l.* from late l
  where not exists (
    select from ledger.entry e, lateral convert_from(e.leaf, 'UTF8') t(leaf)
    where t.leaf::jsonb @> jsonb_build_object('type', 'exception', 'survey', l.survey, 'period', l.period,
      'attempt', l.attempt, 'code', l.code,
      'dueAt', to_char(l.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
  order by l.due_at`;

type Overdue = Pick<Silence, 'code' | 'owner' | 'due_at'>;

/** One for each owner and day, however many entries; whoever they are about stays excluded meanwhile. */
const overdueReviews = `
  with overdue as (
    select distinct case r.register when 'holds' then 'HOLD_EXPIRED' else 'MARKER_REVIEW_MISSING' end as code, r.owner,
      (r.review_on + 1)::timestamp at time zone 'UTC' as due_at
    from cordon.register_entry r
    where r.register <> 'opt-outs' and r.withdrawn_at is null and r.review_on < (now() at time zone 'UTC')::date
    union
    select 'REGISTER_REVIEW_MISSING', 'dpo', date_trunc('milliseconds', c.due_at)
    from cordon.copy c where c.kind = 'registers' and c.due_at < now()
  )
  select o.* from overdue o
  where not exists (
    select from ledger.entry e, lateral convert_from(e.leaf, 'UTF8') t(leaf)
    where t.leaf::jsonb @> jsonb_build_object('type', 'exception', 'code', o.code, 'owner', o.owner,
      'dueAt', to_char(o.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
  order by o.due_at, o.owner, o.code`;

/**
 * A month of which nothing was sent and nothing is under way, or that has not read the source, once its slot and
 * catch-up have passed, whatever ended it: refused, cancelled, failed or never begun; a statement that expired
 * unreleased; a delivery without a receipt, or without outcomes where they are owed, in time; an erasure asked of the
 * processor and not certified in time; a copy that is due and still there, or not proved gone; a hold past its review,
 * which still holds. Raised already: the ledger has the leaf.
 */
const silences = `
  with slot as (
    -- m is a time on the clocks of the survey's zone: summer time is the zone's business
    select f.survey, to_char(m - interval '1 month', 'YYYY-MM') as period,
      ((m + make_interval(days => (p.document::jsonb #>> '{declaration,every,day}')::int - 1)
        + (p.document::jsonb #>> '{declaration,every,at}')::interval)
        at time zone z.zone)
        + (p.document::jsonb #>> '{declaration,every,catchUp}')::interval as due_at, f.since
    from cordon.plan_in_force f join cordon.plan p using (plan_hash),
      lateral (select p.document::jsonb #>> '{declaration,every,zone}' as zone) z,
      generate_series(date_trunc('month', f.since at time zone z.zone), now() at time zone z.zone,
        interval '1 month') m
  ), silent as (
    select s.survey, s.period, null::int as attempt, 'MONTH_MISSING' as code, 'data-officer' as owner, s.due_at
    from slot s where s.due_at < now() and s.due_at > s.since
      and not exists (select from cordon.attempt a where (a.survey, a.period) = (s.survey, s.period)
        and a.closed_at is null)
      and not exists (select from cordon.intent i where (i.survey, i.period) = (s.survey, s.period)
        and i.voided_at is null)
    union all
    select s.survey, s.period, null, 'EXTRACT_MISSING', 'data-officer', s.due_at
    from slot s where s.due_at < now() and s.due_at > s.since
      and exists (select from cordon.attempt a where (a.survey, a.period) = (s.survey, s.period)
        and a.closed_at is null)
      and not exists (select from cordon.claim c where (c.survey, c.period, c.stage) = (s.survey, s.period, 'extract')
        and c.finished_at is not null)
    union all
    select k.survey, k.period, k.attempt, 'RELEASE_MISSING', 'data-officer', k.due_at
    from (select k.*, (k.statement::jsonb->>'expiresAt')::timestamptz as due_at from cordon.package k
      where k.version = 1) k join cordon.attempt a using (survey, period, attempt)
    where k.due_at < now() and (a.outcome is null or a.outcome = 'release-expired')
      and not exists (select from cordon.intent i where (i.survey, i.period) = (k.survey, k.period) and i.voided_at is null)
    union all
    select i.survey, i.period, i.attempt, 'RECEIPT_MISSING', 'data-officer',
      i.first_byte_at + (p.document::jsonb #>> '{processor,receipt,within}')::interval
    from cordon.intent i join cordon.attempt a using (survey, period, attempt) join cordon.plan p using (plan_hash)
    where i.voided_at is null and i.received_at is null
      and i.first_byte_at + (p.document::jsonb #>> '{processor,receipt,within}')::interval < now()
    union all
    select i.survey, i.period, i.attempt, 'OUTCOMES_MISSING', 'data-officer',
      i.first_byte_at + (p.document::jsonb #>> '{processor,outcomes,within}')::interval
    from cordon.intent i join cordon.attempt a using (survey, period, attempt) join cordon.plan p using (plan_hash)
    where i.voided_at is null and i.outcomes_at is null
      and i.first_byte_at + (p.document::jsonb #>> '{processor,outcomes,within}')::interval < now()
    union all
    select c.survey, c.period, c.attempt, 'CERTIFICATE_MISSING', 'dpo',
      c.due_at + (p.document::jsonb #>> '{processor,certificate,within}')::interval
    from cordon.copy c join cordon.attempt a using (survey, period, attempt) join cordon.plan p using (plan_hash)
    where c.kind = 'delivered' and c.state <> 'erased'
      and c.due_at + (p.document::jsonb #>> '{processor,certificate,within}')::interval < now()
    union all
    -- a sweep comes once a day; the company's copy has a deadline of its own
    select c.survey, c.period, c.attempt, 'COPY_OVERDUE', 'data-officer', min(c.due_at) + interval '1 day'
    from cordon.copy c where c.survey is not null and c.verified_at is null and c.due_at + interval '1 day' < now()
      and (c.kind <> 'delivered' or c.state = 'erased')
      and not exists (select from cordon.hold h where h.copy = c.id and h.lifted_at is null)
    group by c.survey, c.period, c.attempt
    union all
    select c.survey, c.period, c.attempt, 'HOLD_REVIEW_MISSING', min(h.owner), min(h.review_on + 1)::timestamp at time zone 'UTC'
    from cordon.hold h join cordon.copy c on c.id = h.copy
    where h.lifted_at is null and c.survey is not null and h.review_on < (now() at time zone 'UTC')::date
    group by c.survey, c.period, c.attempt
  )
  select s.* from silent s
  where not exists (
    select from ledger.entry e, lateral convert_from(e.leaf, 'UTF8') t(leaf)
    where t.leaf::jsonb @> jsonb_strip_nulls(jsonb_build_object('type', 'exception', 'survey', s.survey,
      'period', s.period, 'attempt', s.attempt, 'code', s.code)))
  order by s.due_at`;
