// What is wrong now, as far as PostgreSQL knows: one select for each code, of survey, period, attempt, subject, owner
// and due. A cause that is no longer selected is gone, and its exception closes. One more is one more select here, and
// its words in schemas/exception.ts.
import { copyGrace } from '../schemas/exception.ts';
import type { RecordedCode } from '../schemas/exception.ts';
import { staffPattern } from '../schemas/staff.ts';
import { emptied } from './emptied.ts';
import { lastLoss } from './loss.ts';

/** What was declared, and to whom. */
const declared = `
  select p.plan_hash, p.declared->'declaration' as declaration, p.declared->'processor' as processor
  from cordon.plan p`;

/**
 * An officer has said that it is dealt with: of what was told by then, or for good.
 * @param of the alias of a row with survey, period and attempt
 */
const dealtWith = (code: RecordedCode, of: string, until = 'w.at'): string => `exists (
  select from cordon.exception_answer w join cordon.exception x on x.id = w.exception
  where x.code = '${code}' and (x.survey, x.period, x.attempt) = (${of}.survey, ${of}.period, ${of}.attempt)
    and w.at >= ${until})`;

/** The slots of every survey since its plan is in force, by when each must have begun. */
const slots = `
  select f.survey, to_char(m - interval '1 month', 'YYYY-MM') as period,
    -- m is a time on the clocks of the survey's zone: summer time is the zone's business
    ((m + make_interval(days => (p.declaration #>> '{every,day}')::int - 1)
      + (p.declaration #>> '{every,at}')::interval)
      at time zone z.zone)
      + (p.declaration #>> '{every,catchUp}')::interval as due_at, f.since
  from cordon.plan_in_force f join declared p using (plan_hash),
    lateral (select p.declaration #>> '{every,zone}' as zone) z,
    generate_series(date_trunc('month', f.since at time zone z.zone), now() at time zone z.zone,
      interval '1 month') m`;

/** An officer has decided that it is never run. */
const forgone = (wave: string): string => `cordon.is_forgone(${wave}.survey, ${wave}.period)`;
/** No month of it is ever run again, from the last that was due on. */
const ended = (survey: string): string =>
  `cordon.is_forgone(${survey}, to_char(now() - interval '1 month', 'YYYY-MM'))`;

const reviews = (register: string): string => `
  select null, null, null::int, r.review_on::text, r.owner, (r.review_on + 1)::timestamp at time zone 'UTC'
  from cordon.register_entry r
  where r.register = '${register}' and r.withdrawn_at is null and r.review_on < (now() at time zone 'UTC')::date`;

/** The company has what was delivered: once it has certified that it does not, nothing of it is awaited. */
const isOut = (of: string): string => `exists (
  select from cordon.copy c where (c.survey, c.period, c.attempt) = (${of}.survey, ${of}.period, ${of}.attempt)
    and c.kind = 'delivered' and c.state <> 'erased')`;

/**
 * What an activity has told of a delivery: until what takes its place is there, and for as long as the processor has the
 * delivery.
 */
const told = (code: RecordedCode, replaced = 'false'): string => `
  select s.survey, s.period, s.attempt, '', null, min((s.leaf->>'dueAt')::timestamptz)
  from said s join cordon.intent i on (i.survey, i.period, i.attempt) = (s.survey, s.period, s.attempt)
  where s.leaf->>'code' = '${code}' and i.voided_at is null and not (${replaced})
    and not ${dealtWith(code, 's', `(s.leaf->>'at')::timestamptz`)} and ${isOut('s')}
  group by 1, 2, 3`;

/** A sentence as a subject: none holds a value. */
const slug = (text: string): string => `left(regexp_replace(lower(${text}), '[^a-z0-9._-]+', '-', 'g'), 80)`;

const reviewed = (due: string, where: string): string => `
  select c.survey, c.period, nullif(c.attempt, 0), c.kind, null, min(${due})
  from cordon.copy c
  where c.kind <> 'registers' and c.state = 'live' and c.review_at < now() and ${where}
    and not exists (select from cordon.hold h where h.copy = c.id and h.lifted_at is null)
  group by 1, 2, 3, 4`;

const causes = {
  RECEIPT_REFUSED: told('RECEIPT_REFUSED', 'i.received_at is not null'),
  OUTCOMES_REFUSED: told(
    'OUTCOMES_REFUSED',
    `exists (select from said o where o.leaf->>'type' = 'outcome' and o.index > s.index
       and (o.survey, o.period, o.attempt) = (s.survey, s.period, s.attempt))`,
  ),
  CERTIFICATE_REFUSED: told('CERTIFICATE_REFUSED'),
  ACKNOWLEDGEMENT_REFUSED: told(
    'ACKNOWLEDGEMENT_REFUSED',
    `not exists (select from cordon.recall r where r.acknowledged_at is null
       and (r.survey, r.period, r.attempt) = (s.survey, s.period, s.attempt))`,
  ),
  /** Whoever it was, until the copy is gone. */
  COPY_BLOCKED: `
    select s.survey, s.period, s.attempt, s.leaf->>'subject', null, min((s.leaf->>'dueAt')::timestamptz)
    from said s join cordon.copy c on (c.survey, c.period, c.attempt) = (s.survey, s.period, s.attempt)
      and c.kind = split_part(s.leaf->>'subject', '.', 1)
    where s.leaf->>'code' = 'COPY_BLOCKED' and c.state <> 'erased' group by 1, 2, 3, 4`,
  CONTACT_DISTRESSED: told('CONTACT_DISTRESSED'),
  CONTACT_DECEASED: told('CONTACT_DECEASED'),
  CONTACT_WRONG_NUMBER: told('CONTACT_WRONG_NUMBER'),
  /** Nothing was sent and nothing is under way, whatever ended it: refused, cancelled, failed or never begun. */
  MONTH_MISSING: `
    select s.survey, s.period, null::int, '', null, s.due_at
    from slot s where s.due_at < now() and s.due_at > s.since and not ${forgone('s')}
      and not exists (select from cordon.attempt a where (a.survey, a.period) = (s.survey, s.period)
        and a.closed_at is null)
      and not exists (select from cordon.intent i where (i.survey, i.period) = (s.survey, s.period)
        and i.voided_at is null)`,
  EXTRACT_MISSING: `
    select s.survey, s.period, null::int, '', null, s.due_at
    from slot s where s.due_at < now() and s.due_at > s.since
      and exists (select from cordon.attempt a where (a.survey, a.period) = (s.survey, s.period)
        and a.closed_at is null)
      and not exists (select from cordon.claim c where (c.survey, c.period, c.stage) = (s.survey, s.period, 'extract')
        and c.finished_at is not null)`,
  RELEASE_MISSING: `
    select k.survey, k.period, k.attempt, '', null, k.due_at
    from (select k.*, (k.statement::jsonb->>'expiresAt')::timestamptz as due_at from cordon.package k
      where k.version = 1) k join cordon.attempt a using (survey, period, attempt)
    where k.due_at < now() and (a.outcome is null or a.outcome = 'release-expired') and not ${forgone('k')}
      and not exists (select from cordon.intent i where (i.survey, i.period) = (k.survey, k.period)
        and i.voided_at is null)`,
  RECEIPT_MISSING: `
    select i.survey, i.period, i.attempt, '', null, r.due_at
    from cordon.intent i join cordon.attempt a using (survey, period, attempt) join declared p using (plan_hash),
      lateral (select i.first_byte_at + (p.processor #>> '{receipt,within}')::interval as due_at) r
    where i.voided_at is null and i.received_at is null and r.due_at < now()
      and ${isOut('i')} and not ${dealtWith('RECEIPT_MISSING', 'i')}`,
  /** Only where they are owed. */
  OUTCOMES_MISSING: `
    select i.survey, i.period, i.attempt, '', null, o.due_at
    from cordon.intent i join cordon.attempt a using (survey, period, attempt) join declared p using (plan_hash),
      lateral (select i.first_byte_at + (p.processor #>> '{outcomes,within}')::interval as due_at) o
    where i.voided_at is null and i.outcomes_at is null and o.due_at < now()
      and ${isOut('i')} and not ${dealtWith('OUTCOMES_MISSING', 'i')}`,
  CERTIFICATE_MISSING: `
    select c.survey, c.period, c.attempt, '', null, d.due_at
    from cordon.copy c join cordon.attempt a using (survey, period, attempt) join declared p using (plan_hash),
      lateral (select c.due_at + (p.processor #>> '{certificate,within}')::interval as due_at) d
    where c.kind = 'delivered' and c.state <> 'erased' and d.due_at < now()
      and not ${dealtWith('CERTIFICATE_MISSING', 'c')}`,
  /** A delivery that was broken off is taken up again within minutes. */
  DELIVERY_UNKNOWN: `
    select i.survey, i.period, i.attempt, '', null, i.first_byte_at + interval '1 hour'
    from cordon.intent i
    where i.voided_at is null and i.delivered_at is null and i.received_at is null
      and i.first_byte_at < now() - interval '1 hour'`,
  /** Recalls that were asked together are late together. */
  RECALL_UNACKNOWLEDGED: `
    select r.survey, r.period, r.attempt, '', null, min(r.due_at)
    from cordon.recall r join cordon.intent i using (survey, period, attempt, ordinal)
    where r.acknowledged_at is null and r.due_at < now() and i.voided_at is null and ${isOut('r')}
      and not ${dealtWith('RECALL_UNACKNOWLEDGED', 'r', 'r.due_at')} group by 1, 2, 3`,
  REGISTER_EMPTY: `
    select null, null, null::int, e.register, null, null::timestamptz from (${emptied}) e`,
  /** After a loss every register is, until somebody has kept it. */
  REGISTER_STALE: `
    select f.survey, null, null::int, r.register, null, k.at + r.allowed
    from cordon.plan_in_force f join declared p using (plan_hash),
      lateral (select j.key as register, (j.value->>'notOlderThan')::interval as allowed
        from jsonb_each(p.declaration->'registers') j) r,
      lateral (select coalesce(max(e.at), f.since) as at from cordon.register_event e
        where e.register = r.register and e.action <> 'rekeyed') k
    where k.at + r.allowed < now() and not ${ended('f.survey')}
    union all
    select null, null, null::int, r.register, null, l.at
    from (${lastLoss}) l, (values ('opt-outs'), ('safety-markers'), ('holds')) r(register)
    where l.at > coalesce((select max(e.at) from cordon.register_event e
      where e.register = r.register and e.action <> 'rekeyed'), '-infinity')`,
  /** One for each owner and day, however many entries; whoever they are about stays excluded meanwhile. */
  HOLD_EXPIRED: reviews('holds'),
  MARKER_REVIEW_MISSING: reviews('safety-markers'),
  /** One for each attempt, whose copies are held together. */
  HOLD_REVIEW_MISSING: `
    select c.survey, c.period, nullif(c.attempt, 0), '', min(h.owner), min(h.review_on + 1)::timestamp at time zone 'UTC'
    from cordon.hold h join cordon.copy c on c.id = h.copy
    where h.lifted_at is null and c.survey is not null and h.review_on < (now() at time zone 'UTC')::date
    group by 1, 2, 3`,
  REGISTER_REVIEW_MISSING: `
    select null, null, null::int, '', null, min(c.due_at)
    from cordon.copy c where c.kind = 'registers' and c.due_at < now() having count(*) > 0`,
  /** One for each kind; its clock ends whether or not anybody decides. */
  COPY_REVIEW_MISSING: reviewed(
    `c.review_at + interval '${copyGrace}'`,
    `c.due_at >= now() + interval '7 days'`,
  ),
  COPY_REVIEW_ENDING: reviewed('c.due_at', `c.due_at > now() and c.due_at < now() + interval '7 days'`),
  /** One for each kind: the inventory has the rest. The processor has its certificate. */
  COPY_OVERDUE: `
    select c.survey, c.period, nullif(c.attempt, 0), c.kind, null, min(c.due_at) + interval '${copyGrace}'
    from cordon.copy c
    where c.survey is not null and c.verified_at is null and c.due_at + interval '${copyGrace}' < now()
      and (c.kind <> 'delivered' or c.state = 'erased')
      and not exists (select from cordon.hold h where h.copy = c.id and h.lifted_at is null)
    group by 1, 2, 3, 4`,
  /** What is left now, whether it was proved before or not; and what the verifier last saw outside PostgreSQL. */
  ERASURE_DOUBTED: `
    select d.survey, d.period, d.attempt, ${slug('d.doubt')}, null, null::timestamptz from cordon.doubted() d
    union all
    (select distinct on (c.id) c.survey, c.period, c.attempt, ${slug("s.leaf->>'found'")}, null, null::timestamptz
      from said s join cordon.copy c on (c.kind, c.place) = (s.leaf->>'kind', s.leaf->>'place')
      where s.leaf->>'type' = 'erasure-unproven' and c.state = 'erased' and c.verified_at is null
      order by c.id, s.index desc)`,
  CONTRACT_ENDING: `
    select f.survey, null, null::int, d.what, null,
      (d.last::date + 1)::timestamp at time zone (p.declaration #>> '{every,zone}')
    from cordon.plan_in_force f join declared p using (plan_hash),
      lateral (values ('contract', p.processor #>> '{contract,to}'),
        ('vetting', p.processor #>> '{assurance,vettingTo}'),
        ('assessment', p.declaration #>> '{basis,reviewBy}')) d(what, last)
    where d.last::date < (now() at time zone 'UTC')::date + 30 and not ${ended('f.survey')}`,
  /** A deputy's leave is meant to end. */
  OFFICER_KEY_ENDING: `
    select null, null, null::int, o.officer, null, (o.to_day + 1)::timestamp at time zone 'UTC'
    from cordon.officer o
    where o.version = (select max(version) from cordon.officers) and o.deputy_for is null
      and o.to_day < (now() at time zone 'UTC')::date + 30`,
} satisfies Record<RecordedCode, string>;

/**
 * Every cause that stands now; the deputy is who stands in for its owner in the officers file, if anybody does. An owner
 * who is no staff id is nobody, and may not keep the others from being told.
 */
export const standing = `
  with declared as materialized (${declared}), slot as (${slots}), said as materialized (
    select e.index, l.leaf, l.leaf->>'survey' as survey, l.leaf->>'period' as period, (l.leaf->>'attempt')::int as attempt
    from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
    where l.leaf->>'type' in ('exception', 'outcome', 'erasure-unproven')
  ), cause as (
    ${Object.entries(causes)
      .map(([code, text]) => `select '${code}' as code, c.* from (${text}) c`)
      .join('\n    union all ')}
  )
  select jsonb_strip_nulls(jsonb_build_object('code', c.code, 'survey', c.survey, 'period', c.period,
    'attempt', c.attempt, 'subject', c.subject, 'owner', substring(c.owner from '${staffPattern.source}'), 'dueAt', c.due_at, 'deputy', (
      select min(o.officer) from cordon.officer o
      where o.version = (select max(version) from cordon.officers) and o.deputy_for = c.owner
        and (now() at time zone 'UTC')::date between o.from_day and o.to_day))) as cause
  from cause c(code, survey, period, attempt, subject, owner, due_at)`;
