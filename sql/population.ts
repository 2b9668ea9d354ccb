// The conditions that no row can answer for itself. What somebody shares is compared over the whole intake, also the
// excluded, before its rows are screened; a person's repeats after that, among those whom no other rule excludes.
import { sql } from 'kysely';
import type { Kept } from '../schemas/condition.ts';
import { isCanary } from './canary.ts';
import type { Statement } from './plan.ts';
import { statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

/** Everybody but the canaries, who are nobody's repeat. */
const people = sql`intake i where not ${isCanary(sql`i`)}`;

/** A row without a known person counts as a person of its own: two rows, one phone, one name missing is shared. */
export const phoneOfMoreThan = (persons: number, bit: Fragment): Statement => {
  const most = value(persons, 'integer');
  // few numbers stand in more rows than that: only there are persons told apart
  return statement(sql`with frequent as (
  select token from (select unnest(i.phone_tokens) as token from ${people}) u group by token having count(*) > ${most}
), used as materialized (
  select u.row, u.token, u.person from (
    select i.ctid as row, unnest(i.phone_tokens) as token,
      coalesce(i.person_tokens[1], convert_to(array_to_json(i.key)::text, 'UTF8')) as person from ${people}
  ) u join frequent using (token)
), shared as (
  select token from (select distinct token, person from used) u group by token having count(*) > ${most}
)
insert into met (row, asks, shared) select u.row, 0, ${bit} from used u join shared using (token)`);
};

/**
 * Everybody with a token in common with a row that is `marked`, of the whole intake. Matched widely, by every written
 * form of a name, because it excludes; a row whose person is unknown could be anybody's, one without a phone shares none.
 */
export const sharedWith = (
  tokens: 'phone_tokens' | 'person_tokens',
  marked: { readonly rows: Fragment; readonly mark: Fragment },
  bit: Fragment,
): Statement => {
  const name = sql.id(tokens);
  const unknown =
    tokens === 'person_tokens'
      ? sql`\n  union all select i.ctid from ${people} and cardinality(i.${name}) = 0`
      : sql``;
  return statement(sql`with marked as materialized (
  select distinct unnest(${name}) as token from ${marked.rows} m where (${marked.mark}) is not false and not ${isCanary(sql`m`)}
), used as (
  select i.ctid as row, unnest(i.${name}) as token from ${people}
), shared as (
  select u.row from used u join marked using (token)${unknown}
)
insert into met (row, asks, shared) select row, 0, ${bit} from shared`);
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
  select s.ctid as row, row_number() over (
    partition by s.person_tokens[1] order by ${by}s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select row from ranked where place > ${sql.lit(keep === 'none' ? 0 : 1)}
  union all select ctid from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | ${bit} from hit where s.ctid = hit.row and s.mask = 0`);
};
