// Telephone numbers to E.164, for +44 alone: recognised, never repaired or guessed. A field may hold several, and
// words around them; a number with an extension is recognised, but of no kind that may be rung, because whoever picks
// up there is not the victim.
import { sql } from 'kysely';
import type { Fragment, Levels } from './statement.ts';
import { plain } from './written.ts';

/** A fifth number in one field is not looked at. */
const numbersPerField = 4;
const parts = Array.from({ length: numbersPerField }, (_, i) => i + 1);

const fieldPart = (field: number, part: number): string => `${field}_${part}`;
const lined = (prefix: string, field: number, part: number): Fragment =>
  sql`${sql.id(`${prefix}_${fieldPart(field, part)}`)}`;

// What stands between the digits of one number, or around them.
const ornaments = ` ()[]{}-._*~:'"\t\r\n`;
// The few that most numbers have: a long list costs each letter of each row a look at all of it.
const usual = ' ()-.+/';

const bare = (x: Fragment, without: string): Fragment => sql`translate(${x}, ${sql.lit(without)}, '')`;

const e164 = (digits: Fragment): Fragment => sql`case
    when translate(${digits}, '6789012345', '') <> '' then null
    when length(${digits}) = 11 and substr(${digits}, 1, 1) = '0' and substr(${digits}, 2, 1) <> '0' then '+44' || substr(${digits}, 2)
    when length(${digits}) = 12 and left(${digits}, 2) = '44' and substr(${digits}, 3, 1) <> '0' then '+' || ${digits}
    when length(${digits}) = 13 and left(${digits}, 3) = '440' and substr(${digits}, 4, 1) <> '0' then '+44' || substr(${digits}, 4)
    when length(${digits}) = 14 and left(${digits}, 4) = '0044' and substr(${digits}, 5, 1) <> '0' then '+' || substr(${digits}, 3)
    when length(${digits}) = 15 and left(${digits}, 5) = '00440' and substr(${digits}, 6, 1) <> '0' then '+44' || substr(${digits}, 6)
  end`;

const o = '[][ (){}._*~:\'"\\t\\r\\n-]*';
// The same five shapes as a pattern, with ornaments between the digits.
const shape = `(?:0${o}0${o}4${o}4${o}0?|4${o}4${o}0?|0)${o}[1-9](?:${o}[0-9]){9}`;
const run = `\\+?[0-9](?:${o}[0-9])*`;

// `1) 07700 … 2) 01632 …`: the number of the number.
const numbering = '(^|[^0-9])[0-9][):.]\\s+(?=[+(0])';

/**
 * Of a field that is not one plain number: every run of digits that is a number, or two or three with a blank between
 * them; `x` before one with an extension behind it. A run of any other length is no number, and is not cut to one.
 */
const numbersIn = (x: Fragment): Fragment => sql`array(
    select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end
      || '+44' || right(translate(number, ${sql.lit(ornaments)}, ''), 10)
    from regexp_matches(regexp_replace(${x}, ${sql.lit(numbering)}, '\\1;', 'g'), ${sql.lit(`(${run})([^0-9+]*)`)}, 'g') with ordinality found(r, nth),
      unnest(regexp_match(ltrim(found.r[1], '+'), ${sql.lit(`^(${shape})(?:${o}\\s${o}(${shape}))?(?:${o}\\s${o}(${shape}))?$`)}))
        with ordinality part(number, place)
    where number is not null order by nth, place)`;

// 070 are personal numbers and 076 pagers (Isle of Man mobiles among them); 03, 05, 08 and 09 belong to no one's home.
const kind = (number: Fragment, extended: Fragment): Fragment => sql`case
    when ${number} is null then null
    when ${extended} then 'other'
    when substr(${number}, 4, 1) = '7' and substr(${number}, 5, 1) not in ('0', '6') then 'mobile'
    when substr(${number}, 4, 1) in ('1', '2') then 'landline'
    else 'other'
  end`;

const each = (fields: number, f: (field: number, part: number) => [string, Fragment]) =>
  Object.fromEntries(
    Array.from({ length: fields }, (_, i) => i + 1).flatMap((field) => parts.map((part) => f(field, part))),
  );

/** The E.164 numbers and their kinds, both null where a field holds no number. */
export const phoneLevels = (fields: readonly Fragment[]): Levels => {
  const ofField = (f: (field: number) => [string, Fragment]) =>
    Object.fromEntries(fields.map((_, i) => f(i + 1)));
  const column = (prefix: string, field: number): Fragment => sql`${sql.id(`${prefix}_${field}`)}`;

  const written = Object.fromEntries(
    fields.map((field, i) => [`p_${i + 1}`, sql`lower(${plain(field)} collate "C")`]),
  );
  const digits = ofField((i) => [`d_${i}`, bare(sql`replace(${column('p', i)}, ' / ', ';')`, usual)]);
  const whole = ofField((i) => [`w_${i}`, e164(column('d', i))]);
  // ten digits at the least, or nothing is sought
  const several = ofField((i) => [
    `m_${i}`,
    sql`case when ${column('w', i)} is null and length(${column('p', i)}) > 10 then ${numbersIn(column('p', i))} end`,
  ]);
  const marked = each(fields.length, (field, part) => [
    `n_${fieldPart(field, part)}`,
    part === 1
      ? sql`coalesce(${column('w', field)}, (${column('m', field)})[1])`
      : sql`(${column('m', field)})[${sql.lit(part)}]`,
  ]);
  const numbers = each(fields.length, (field, part) => [
    `e_${fieldPart(field, part)}`,
    sql`ltrim(${lined('n', field, part)}, 'x')`,
  ]);
  const kinds = each(fields.length, (field, part) => [
    `k_${fieldPart(field, part)}`,
    kind(lined('e', field, part), sql`left(${lined('n', field, part)}, 1) = 'x'`),
  ]);
  return [written, digits, whole, several, marked, numbers, kinds];
};

/** Every number of every field, in order, as `phoneLevels` names them. */
export const phones = (fields: number): { number: Fragment; kind: Fragment }[] =>
  Array.from({ length: fields }, (_, i) => i + 1).flatMap((field) => phonesOf(field));

/** The numbers of one field; `field` counts from 1. */
export const phonesOf = (field: number): { number: Fragment; kind: Fragment }[] =>
  parts.map((part) => ({ number: lined('e', field, part), kind: lined('k', field, part) }));
