// A reference is its letters and digits, zeros as written. Almost every one stands alone and takes the short way. People
// put words and dates round it, and give two at once: then each part that may be a reference is a token of its own.
import { sql } from 'kysely';
import { compact, plain } from './written.ts';
import type { Fragment, Levels } from './statement.ts';

const words =
  '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])';

/** A part of fewer characters is no reference, nor is a sixth one in one record looked at. */
const shortest = 6;
const perField = 5;

// `2610/0000042`, `WK26100000042`; with blanks between, `WK 2610 0000042`, it may be one, or several.
const code = '[A-Z/\\\\._-]*[0-9][A-Z0-9/\\\\._-]*';
const run = `((?:\\m[A-Z]{1,4} )?)(${code}(?: ${code})*)`;
const day =
  '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])';

const bare = (x: Fragment): Fragment => sql`regexp_replace(${x}, '[^A-Z0-9]+', '', 'g')`;
const unworded = (x: Fragment): Fragment => sql`regexp_replace(${x}, ${sql.lit(words)}, '')`;

/** Every part that holds a digit, first with the blanks round its strokes taken out, then with them for dividers. */
const partsOf = (x: Fragment): Fragment => sql`array(
    select p.part from (select regexp_replace(regexp_replace(upper(${plain(x)} collate "C"), '[ \\t\\u00a0]+', ' ', 'g'), ${sql.lit(day)}, ';', 'g') as whole offset 0) given,
      lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\\\.-]) ?(?=[0-9])', '\\1\\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
      lateral regexp_matches(seen, ${sql.lit(run)}, 'g') with ordinality found(r, nth),
      lateral (select r[1] || r[2] as text union all select r[2] union all
        select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\\\._-].*[0-9]' or length(c) > 7 union all
        select regexp_split_to_table(c, '[/\\\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\\\-][A-Z0-9]{9,})+$') cut,
      lateral (values (${bare(sql`cut.text`)}), (${unworded(bare(sql`cut.text`))})) p(part)
    where length(p.part) >= ${sql.lit(shortest)} group by p.part order by min(array[view, nth]), length(p.part))`;

/** `26OOOO42I25`, `26/OOOO42I/25`: a letter stands for a digit between digits, or between a stroke and a digit. */
const digital = (x: Fragment): Fragment => {
  const digit = (letters: string): string =>
    `(?<=[0-9][IO]*)[${letters}](?=[IO]*[/\\\\._-]?[0-9])|(?<=[/\\\\._-][IO]*)[${letters}](?=[IO]*[0-9])`;
  return sql`regexp_replace(regexp_replace(${x}, ${sql.lit(digit('O'))}, '0', 'g'), ${sql.lit(digit('I'))}, '1', 'g')`;
};

const each = (fields: number): number[] => Array.from({ length: fields }, (_, i) => i + 1);
const column = (prefix: string, field: number): Fragment => sql`${sql.id(`${prefix}_${field}`)}`;
const ofFields = (fields: readonly Fragment[], prefix: string, f: (x: Fragment, field: number) => Fragment) =>
  Object.fromEntries(fields.map((x, i) => [`${prefix}_${i + 1}`, f(x, i + 1)]));

/** What stands for a reference where there is none, beside zeros: whose record has none is met by name. */
const none =
  'NK|NOTKNOWN|UNKNOWN|NA|NOTAPPLICABLE|NONE|NIL|NOTGIVEN|NOTSTATED|NOTRECORDED|NOTPROVIDED|NOTYETKNOWN|NOREF|NOREFERENCE|TBA|TBC|PENDING';

/** `r_1`, the first field as written; `l_1`, what else stands in it: words alone are looked into, not mere blanks, but where it is too long for one. */
export const referenceLevels = (fields: readonly Fragment[]): Levels => [
  ofFields(fields, 's', compact),
  ofFields(fields, 'r', (_, field) => {
    const said = column('s', field);
    // almost every one begins with a digit, and a look at that is cheap
    return sql`case when ascii(${said}) between ascii('1') and ascii('9') or ${said} <> all (${sql.lit(`{${none.replaceAll('|', ',')}}`)}) and translate(${said}, '0', '') <> '' then ${said} end`;
  }),
  ofFields(
    fields,
    'l',
    (
      x,
      field,
    ) => sql`case when ${x} ~ '[^A-Za-z0-9/._-]' and (length(${column('r', field)}) > 15 or ${x} ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\\\._ -]| [/-] ')
        or length(${column('r', field)}) > 18 then ${partsOf(x)} || ${unworded(column('r', field))}
    when left(${column('r', field)}, 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[${unworded(column('r', field))}] end`,
  ),
];

/** Every form of every field that a record holds, as `referenceLevels` names them; as written first. */
export const references = (fields: number): Fragment[] =>
  each(fields).flatMap((field) => {
    const [whole, parts] = [column('r', field), column('l', field)];
    return [
      whole,
      ...each(perField).map((part) => sql`nullif(${parts}[${sql.lit(part)}], ${whole})`),
      sql`case when translate(${whole}, 'IO', '') <> ${whole} and ${whole} ~ '[0-9][IO]+[0-9]' then ${unworded(digital(whole))} end`,
    ];
  });

/** `23/1234/2026` of `23/1234/26`, and the other way about: a year that stands last, of all that was given or of a part. */
const years = (x: Fragment): Fragment =>
  sql.join(
    [
      [
        '(?<=[0-9] ?[ /\\\\._-] ?)20(?=[0-9]{2}[^0-9]*$)',
        '(?<=[0-9]{3} ?[/\\\\._-] ?)20(?=[0-9]{2}(?![0-9/]))',
        '',
      ],
      [
        '(?<=[0-9] ?[ /\\\\._-] ?)(?=2[0-9][^0-9]*$)',
        '(?<=[0-9]{3} ?[/\\\\._-] ?)(?=2[0-9](?![0-9/]))',
        '20',
      ],
    ].map(([last = '', inside = '', by = '']) => {
      const of = (seen: string): Fragment => sql`regexp_replace(${x}, ${sql.lit(seen)}, ${sql.lit(by)}, 'g')`;
      return sql`${unworded(compact(of(last)))} || ${partsOf(of(inside))}`;
    }),
    sql` || `,
  );

/** What a register says of the reference that was given: the same, and no fewer; nothing that holds no digit, or zeros alone. */
export const referenceSaid = (x: Fragment): Fragment => sql`array(
    select f.form from (select 1 as way, ${x} as said union all select 2, ${digital(sql`upper(${plain(x)} collate "C")`)} where ${x} ~* '[0-9/\\\\._-][io]') g,
      unnest(array[${compact(sql`said`)}, ${unworded(compact(sql`said`))}] || ${partsOf(sql`said`)} || ${years(sql`said`)}) with ordinality f(form, nth)
    where f.form ~ '[0-9]' and translate(f.form, '0', '') <> '' group by f.form order by min(array[way, nth]))`;
