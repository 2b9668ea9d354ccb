// What a superuser does to a good month, `$period`, for each thing that PostgreSQL can know to be wrong, and undoes.

/** What no role may do, as the triggers see to. */
export const unguarded = (text: string): string =>
  `set session_replication_role = replica; ${text}; reset session_replication_role`;

const otherPlan = (path: string, value: string): string =>
  `insert into cordon.plan (plan_hash, survey, declaration_hash, document, proposed_by)
   select encode(sha256(convert_to(d.text, 'UTF8')), 'hex'), p.survey, p.declaration_hash, d.text, p.proposed_by
   from cordon.plan_in_force f join cordon.plan p using (plan_hash),
     lateral (select jsonb_set(p.document::jsonb, '${path}', ('${value}')::jsonb)::text as text) d;
   update cordon.plan_in_force f set plan_hash = (select plan_hash from cordon.plan order by recorded_at desc limit 1)`;
const firstPlan = `update cordon.plan_in_force
  set plan_hash = (select plan_hash from cordon.plan order by recorded_at limit 1)`;
const ofGood = 'where period = $period';
const intents = (at: string): string =>
  `update cordon.intent set intended_at = ${at}, first_byte_at = ${at} ${ofGood}`;

/** As if it had been declared when the copy was made, and its day had come. */
const reviewed = (kind: string, left: string): string =>
  `update cordon.copy set review_at = now() - interval '1 hour', decide_within = interval '9 days',
     due_at = now() + interval '${left}', extendable_to = now() + interval '1 year' ${ofGood} and kind = '${kind}'`;
const unreviewed = (kind: string): string =>
  `update cordon.copy set review_at = null, decide_within = null, extendable_to = null ${ofGood} and kind = '${kind}'`;

/** By code, in its order: what brings it about, what ends it, and how it stands meanwhile. */
export const causes: readonly [code: string, cause: string, mended: string, expected: object][] = [
  [
    'CERTIFICATE_MISSING',
    `update cordon.copy set state = 'erasing', due_at = now() - interval '90 days' ${ofGood} and kind = 'delivered'`,
    `update cordon.copy set due_at = now() + interval '1 day' ${ofGood} and kind = 'delivered'`,
    { attempt: 1, owner: 'dpo', deputy: 'data-officer' },
  ],
  [
    'CONTRACT_ENDING',
    otherPlan('{processor,contract,to}', `"' || (current_date + 29) || '"`),
    firstPlan,
    { subject: 'contract', period: null },
  ],
  [
    'COPY_OVERDUE',
    `update cordon.copy set due_at = now() - interval '25 hours' ${ofGood} and kind = 'contacts'`,
    `update cordon.copy set due_at = now() + interval '1 day' ${ofGood} and kind = 'contacts'`,
    { attempt: 1, subject: 'contacts' },
  ],
  [
    'COPY_REVIEW_ENDING',
    reviewed('analysis', '6 days'),
    unreviewed('analysis'),
    { attempt: 1, subject: 'analysis', severity: 'high' },
  ],
  [
    'COPY_REVIEW_MISSING',
    reviewed('disclosure-index', '8 days'),
    unreviewed('disclosure-index'),
    { attempt: 1, subject: 'disclosure-index', severity: 'medium' },
  ],
  [
    'DELIVERY_UNKNOWN',
    `${intents("now() - interval '2 hours'")} and voided_at is null;
     update cordon.intent set delivered_at = null ${ofGood}`,
    `update cordon.intent set delivered_at = now() ${ofGood}`,
    { attempt: 1, subject: '', severity: 'high' },
  ],
  [
    'ERASURE_DOUBTED',
    'create table copies.stray (x text)',
    'drop table copies.stray',
    { period: null, owner: 'dpo', severity: 'high' },
  ],
  [
    'HOLD_REVIEW_MISSING',
    `insert into cordon.hold (copy, kind, because, owner, review_on, set_by, statement_sha256)
     select id, kind, 'complaint', 'h.owner', current_date - 1, 'h.owner', '' from cordon.copy
     ${ofGood} and kind = 'package'`,
    unguarded('update cordon.hold set lifted_at = now()'),
    { attempt: 1, owner: 'h.owner', deputy: 's.officer' },
  ],
  [
    'OFFICER_KEY_ENDING',
    unguarded("update cordon.officer set to_day = current_date + 29 where officer = 'a.officer'"),
    unguarded("update cordon.officer set to_day = current_date + 31 where officer = 'a.officer'"),
    { subject: 'a.officer', owner: 'dpo' },
  ],
  [
    'RECEIPT_MISSING',
    intents("now() - interval '5 days'"),
    `update cordon.intent set received_at = now() ${ofGood}`,
    { attempt: 1, deputy: 'dpo' },
  ],
  [
    'REGISTER_EMPTY',
    `create table cordon.lost as select * from cordon.register_entry where register = 'opt-outs';
     ${unguarded("delete from cordon.register_entry where register = 'opt-outs'")}`,
    unguarded('insert into cordon.register_entry select * from cordon.lost; drop table cordon.lost'),
    { subject: 'opt-outs', survey: null },
  ],
  [
    'REGISTER_REVIEW_MISSING',
    `update cordon.copy set due_at = now() - interval '1 hour' where (kind, place) = ('registers', 'safety-markers')`,
    `update cordon.copy set due_at = now() + interval '1 day' where (kind, place) = ('registers', 'safety-markers')`,
    { survey: null, owner: 'dpo' },
  ],
  [
    'REGISTER_STALE',
    otherPlan('{declaration,registers}', '{"safety-markers": {"notOlderThan": "P7D"}}') +
      `; ${unguarded("update cordon.register_event set at = now() - interval '8 days' where register = 'safety-markers'")}`,
    `${firstPlan}; ${unguarded("update cordon.register_event set at = now() where register = 'safety-markers'")}`,
    { subject: 'safety-markers' },
  ],
];
