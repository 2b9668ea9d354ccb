// Telephone numbers to E.164, for +44 alone. A field may hold several, and words around them. Recognised widely, to
// exclude; but a number with an extension, or one that only nearly stands there, is of no kind that may be rung: whoever
// picks up may not be the victim. Nothing is repaired or guessed for a call.
import { sql } from 'kysely';
import type { Fragment, Levels } from './statement.ts';
import { plain } from './written.ts';

/** A fifth number in one field is not looked at. */
const numbersPerField = 4;
const parts = Array.from({ length: numbersPerField }, (_, i) => i + 1);

const fieldPart = (field: number, part: number): string => `${field}_${part}`;
const lined = (prefix: string, field: number, part: number): Fragment =>
  sql`${sql.id(`${prefix}_${fieldPart(field, part)}`)}`;

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
const shape = `(?:0${o}0${o}4${o}4${o}0?|4${o}4${o}0?|0)${o}[1-9](?:${o}[0-9]){8,9}`;
const run = `\\+?[0-9](?:${o}[0-9])*`;

// Numbers of nine digits, in the areas that have them still: libphonenumber's reading of Ofcom's numbering plan.
const short =
  '1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|' +
  '3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|' +
  '5(?:2(?:4(?:3[2-79]|6\\d)|76\\d)|6(?:26[06-9]|686))|6(?:06(?:4\\d|7[4-79])|295[5-7]|35[34]\\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|' +
  '7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\\d|37(?:5[2-5]|8[239])|843[2-58])|' +
  '9(?:0(?:0(?:6[1-8]|85)|52\\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\\d{3}';

const replaced = (x: Fragment, pattern: string, by: string): Fragment =>
  sql`regexp_replace(${x}, ${sql.lit(pattern)}, ${sql.lit(by)}, 'g')`;

// `1) 07700 … 2) 01632 …`: the number of the number.
const numbering = '(^|[^0-9])[0-9][):.]\\s+(?=[+(0])';

/** The national number as it is marked: `x` before one that may not be rung. */
const nationals = (rows: Fragment): Fragment => sql`array(
    select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
      from ${rows}) n where national ~ ${sql.lit(`^(?:[1-9][0-9]{9}|${short})$`)} order by nth, place)`;

/**
 * Of a field that is not one plain number: every run of digits that is a number, or two or three with a blank between
 * them; `x` before one with an extension behind it. A run of any other length is no number, and is not cut to one.
 */
const numbersIn = (x: Fragment): Fragment =>
  nationals(sql`(select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
    from regexp_matches(${replaced(x, numbering, '\\1;')}, ${sql.lit(`(${run})([^0-9+]*)`)}, 'g') with ordinality found(r, nth),
      unnest(regexp_match(ltrim(found.r[1], '+'), ${sql.lit(`^(${shape})(?:${o}[\\s-]${o}(${shape}))?(?:${o}[\\s-]${o}(${shape}))?$`)}))
        with ordinality part(number, place) where number is not null) p`);

const hour = '(?:[01]?[0-9]|2[0-4])';
const months = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*';
/** Days, hours, counts and other references beside a number, and the number that a number has: `phone 2 07700 …`. */
const beside = [
  '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])',
  `(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\\s+(?:of\\s+)?${months}(?:\\s+(?:20)?[0-9]{2})?(?![0-9])`,
  `\\m${months}\\s+20[0-9]{2}(?![0-9])`,
  '(?<![0-9])[0-9]{1,4}\\s*(?:[ap]\\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\\M',
  `(?<![0-9])${hour}[:.][0-5][0-9](?![0-9])`,
  `(?<![0-9][._-]?)${hour}(?:[0-5][0-9])?\\s*(?:-|/|to|till?|until|and)\\s*${hour}(?:[0-5][0-9])?(?![0-9])`,
  '(?<=[a-z#]\\s?)[0-9](?![0-9])',
  // before a number, to withhold one's own
  '(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])',
].join('|');
const foreign = '(?:\\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}';
/** `07700 / 900123`: an area alone is no number, and what is left of one behind a stroke is the rest of it. */
const area =
  '((?<![0-9] *)(?:\\+?(?:00)? ?44 ?(?:\\(0\\) ?)?|0)[1-9][0-9]{1,4}\\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))';
const encoded = '&[#a-z0-9]+;|%20|_x000d_';

// The groups that numbers are written in; without its first zero only where a spreadsheet may have taken it.
const gap = '[ ,.;|=/\\\\()_-]{0,3}';
const groups = ['4,6', '4,3,3', '3,3,4', '2,4,4', '4,5', '5,4', '1,3,3,3'].map((widths) =>
  widths
    .split(',')
    .map((width) => `[0-9]{${width}}`)
    .join(gap),
);
const grouped = `(?<![0-9][ ._-]?)((?:(?:0?0?${gap}44${gap}0?|0)${gap}(?=[1-9])|(?=[17]|2[03489]))(?:${groups.join('|')}))(?![ ._-]?[0-9])`;

/** `O7700 9OO123`, `07700 9oo-l23`, `7700900123.0`, `7.700900123E+09`: a letter or a spreadsheet has been at it. */
const mended = (x: Fragment): Fragment => {
  const zeros = replaced(
    x,
    '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])',
    '0',
  );
  const ones = replaced(zeros, '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1');
  const whole = replaced(ones, '([1-9])\\.([0-9]{9,11})e\\+?[0-9]{1,2}(?![0-9])', '\\1\\2');
  return replaced(whole, '([0-9]{9})\\.0+(?![0-9])', '\\1');
};

/** What is nearly a number, `x` before each: in groups, whatever stands beside it, and mended where it must be. */
const nearlyIn = (x: Fragment): Fragment => {
  const text = replaced(replaced(sql`replace(${x}, '%2b', '+')`, encoded, ' '), foreign, '<>');
  const cleared = replaced(replaced(replaced(mended(text), area, '\\1 '), beside, '<>'), ' / ', '<>');
  return nationals(sql`(select 'x' as mark, r[1] as number, nth, 1 as place
    from regexp_matches(${cleared}, ${sql.lit(grouped)}, 'g') with ordinality f(r, nth)) p`);
};

/** A second look only where digits are left over: enough for a number, or all that there are. */
const foundIn = (x: Fragment): Fragment => sql`(select case
      when cardinality(m) > 0 and length(regexp_replace(${x}, '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
      else array(select n from unnest(m || ${nearlyIn(x)}) with ordinality f(n, nth) group by n order by min(nth)) end
    from (select ${numbersIn(x)} as m offset 0) plainly)`;

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
  // nine digits at the least, or nothing is sought
  const several = ofField((i) => [
    `m_${i}`,
    sql`case when ${column('w', i)} is null and length(${column('p', i)}) > 9 then ${foundIn(column('p', i))} end`,
  ]);
  const marked = (field: number, part: number): Fragment => sql`(${column('m', field)})[${sql.lit(part)}]`;
  const numbers = each(fields.length, (field, part) => [
    `e_${fieldPart(field, part)}`,
    part === 1
      ? sql`coalesce(${column('w', field)}, ltrim(${marked(field, part)}, 'x'))`
      : sql`ltrim(${marked(field, part)}, 'x')`,
  ]);
  const kinds = each(fields.length, (field, part) => [
    `k_${fieldPart(field, part)}`,
    kind(lined('e', field, part), sql`left(${marked(field, part)}, 1) = 'x'`),
  ]);
  return [written, digits, whole, several, numbers, kinds];
};

/** Every number of every field, in order, as `phoneLevels` names them. */
export const phones = (fields: number): { number: Fragment; kind: Fragment }[] =>
  Array.from({ length: fields }, (_, i) => i + 1).flatMap((field) => phonesOf(field));

/** The numbers of one field; `field` counts from 1. */
export const phonesOf = (field: number): { number: Fragment; kind: Fragment }[] =>
  parts.map((part) => ({ number: lined('e', field, part), kind: lined('k', field, part) }));
