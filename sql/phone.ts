// Telephone numbers to E.164, for +44 alone: recognised, never repaired or guessed. A field may hold several,
// parted by `/`, `;`, `,` or `or`; a number with an extension is recognised, but of no kind that may be rung,
// because whoever picks up there is not the victim.
import { sql } from 'kysely';
import { layer } from './statement.ts';
import type { Fragment } from './statement.ts';

/** A fourth number in one field is not looked at. */
const numbersPerField = 3;
const parts = Array.from({ length: numbersPerField }, (_, i) => i + 1);

const fieldPart = (field: number, part: number): string => `${field}_${part}`;
const lined = (prefix: string, field: number, part: number): Fragment =>
  sql`${sql.id(`${prefix}_${fieldPart(field, part)}`)}`;

// Blanks, brackets, dots and the dashes that word processors make; a plus is accepted wherever it stands.
const ornaments = sql`E' ()-.+\\t\\u00a0\\u2010\\u2011\\u2012\\u2013\\u2014'`;

const e164 = (digits: Fragment): Fragment => sql`case
    when translate(${digits}, '6789012345', '') <> '' then null
    when length(${digits}) = 11 and substr(${digits}, 1, 1) = '0' and substr(${digits}, 2, 1) <> '0' then '+44' || substr(${digits}, 2)
    when length(${digits}) = 12 and left(${digits}, 2) = '44' and substr(${digits}, 3, 1) <> '0' then '+' || ${digits}
    when length(${digits}) = 13 and left(${digits}, 3) = '440' and substr(${digits}, 4, 1) <> '0' then '+44' || substr(${digits}, 4)
    when length(${digits}) = 14 and left(${digits}, 4) = '0044' and substr(${digits}, 5, 1) <> '0' then '+' || substr(${digits}, 3)
    when length(${digits}) = 15 and left(${digits}, 5) = '00440' and substr(${digits}, 6, 1) <> '0' then '+44' || substr(${digits}, 6)
  end`;

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

/** `from` with the E.164 numbers and their kinds, both null where a field holds no number. */
export const withPhones = (from: Fragment, fields: readonly Fragment[]): Fragment => {
  const separated = Object.fromEntries(
    fields.map((field, i) => [
      `p_${i + 1}`,
      sql`replace(translate(lower(${field} collate "C"), ';,|', '///'), ' or ', '/')`,
    ]),
  );
  const cut = each(fields.length, (field, part) => [
    `p_${fieldPart(field, part)}`,
    sql`translate(split_part(${sql.id(`p_${field}`)}, '/', ${sql.lit(part)}), '#', 'x')`,
  ]);
  const bare = {
    ...each(fields.length, (field, part) => [
      `n_${fieldPart(field, part)}`,
      sql`translate(rtrim(split_part(${lined('p', field, part)}, 'x', 1), 'e.: '), ${ornaments}, '')`,
    ]),
    ...each(fields.length, (field, part) => [
      `x_${fieldPart(field, part)}`,
      sql`position('x' in ${lined('p', field, part)}) > 0`,
    ]),
  };
  const numbers = each(fields.length, (field, part) => [
    `e_${fieldPart(field, part)}`,
    e164(lined('n', field, part)),
  ]);
  const kinds = each(fields.length, (field, part) => [
    `k_${fieldPart(field, part)}`,
    kind(lined('e', field, part), lined('x', field, part)),
  ]);
  return layer(layer(layer(layer(layer(from, separated), cut), bare), numbers), kinds);
};

/** Every number of every field, in order, as `withPhones` names them. */
export const phones = (fields: number): { number: Fragment; kind: Fragment }[] =>
  Array.from({ length: fields }, (_, i) => i + 1).flatMap((field) => phonesOf(field));

/** The numbers of one field; `field` counts from 1. */
export const phonesOf = (field: number): { number: Fragment; kind: Fragment }[] =>
  parts.map((part) => ({ number: lined('e', field, part), kind: lined('k', field, part) }));
