// The rules that no row can answer for itself. A phone is compared over the whole intake, also the excluded;
// a person's repeats only among those whom no other rule excludes.
import { sql } from 'kysely';
import type { Statement } from './plan.ts';
import { statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

/** A row without a known person counts as a person of its own: two rows, one phone, one name missing is shared. */
export const phoneOfMoreThan = (persons: number, bit: Fragment): Statement =>
  statement(sql`with used as materialized (
  select key, unnest(phone_tokens) as token, coalesce(encode(person_tokens[1], 'hex'), array_to_json(key)::text) as person
  from intake
), shared as (
  select token from used group by token having count(distinct person) > ${value(persons, 'integer')}
), hit as (
  select distinct u.key from used u join shared using (token)
)
update screened s set mask = s.mask | ${bit} from hit where hit.key = s.key`);

/** Keeps the earliest report, then the lowest key; who cannot be recognised could be anybody's repeat. */
export const duplicateOfPerson = (reportedAt: string, bit: Fragment): Statement =>
  statement(sql`with repeated as (
  select person_tokens[1] as person from screened where mask = 0 group by 1 having count(*) > 1
), ranked as (
  select s.key, row_number() over (
    partition by s.person_tokens[1] order by s.${sql.id(reportedAt)} nulls last, s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select key from ranked where place > 1
  union all select key from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | ${bit} from hit where hit.key = s.key`);
