// The rules that no row can answer for itself. A phone is compared over the whole intake, also the excluded;
// a person's repeats only among those whom no other rule excludes.
import { sql } from 'kysely';
import type { Kept } from '../schemas/condition.ts';
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

/**
 * Everybody with a token in common with a row that is `marked`, of the whole intake. Matched widely, by every written
 * form of a name, because it excludes; a row whose person is unknown could be anybody's, one without a phone shares none.
 */
export const sharedWith = (
  tokens: 'phone_tokens' | 'person_tokens',
  marked: { readonly identifiers: Fragment; readonly rows: Fragment; readonly mark: Fragment },
  bit: Fragment,
): Statement => {
  const name = sql.id(tokens);
  const unknown =
    tokens === 'person_tokens'
      ? sql`\n  union all select key from intake where cardinality(${name}) = 0`
      : sql``;
  return statement(sql`with ${marked.identifiers}, marked as materialized (
  select distinct unnest(${name}) as token from ${marked.rows} m where (${marked.mark}) is not false
), used as materialized (
  select key, unnest(${name}) as token from intake
), hit as (
  select u.key from used u join marked using (token)${unknown}
)
update screened s set mask = s.mask | ${bit} where s.key in (select key from hit)`);
};

const orders = {
  earliest: (at: Fragment) => sql`${at} nulls last, `,
  latest: (at: Fragment) => sql`${at} desc nulls last, `,
  'lowest-key': () => sql``,
} as const satisfies Record<Exclude<Kept, 'none'>, (at: Fragment) => Fragment>;

/**
 * Keeps the earliest report (or what `keep` says), then the lowest key; who cannot be recognised could be anybody's
 * repeat. `reportedAt` is undefined where rows have no day of their own.
 */
export const duplicateOfPerson = (reportedAt: string | undefined, keep: Kept, bit: Fragment): Statement => {
  const by = keep === 'none' || reportedAt === undefined ? sql`` : orders[keep](sql`s.${sql.id(reportedAt)}`);
  return statement(sql`with repeated as (
  select person_tokens[1] as person from screened where mask = 0 group by 1 having count(*) > 1
), ranked as (
  select s.key, row_number() over (
    partition by s.person_tokens[1] order by ${by}s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select key from ranked where place > ${sql.lit(keep === 'none' ? 0 : 1)}
  union all select key from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | ${bit} from hit where hit.key = s.key`);
};
