// A reference is its letters and digits, zeros as written. Almost every one stands alone and takes the short way. People
// put words and dates round it, and give two at once: then each part that may be a reference is a token of its own.
import { sql } from 'kysely';
import { compact, plain } from './written.ts';
import { list } from './statement.ts';
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
        select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\\\._-].*[0-9]' or length(c) > 7) cut,
      lateral (values (${bare(sql`cut.text`)}), (${unworded(bare(sql`cut.text`))})) p(part)
    where length(p.part) >= ${sql.lit(shortest)} group by p.part order by min(array[view, nth]), length(p.part))`;

const each = (fields: number): number[] => Array.from({ length: fields }, (_, i) => i + 1);
const column = (prefix: string, field: number): Fragment => sql`${sql.id(`${prefix}_${field}`)}`;
const ofFields = (fields: readonly Fragment[], prefix: string, f: (x: Fragment, field: number) => Fragment) =>
  Object.fromEntries(fields.map((x, i) => [`${prefix}_${i + 1}`, f(x, i + 1)]));

/** What stands for a reference where there is none, beside zeros: whose record has none is met by name. */
const none =
  'NK|NOTKNOWN|UNKNOWN|NA|NOTAPPLICABLE|NONE|NIL|NOTGIVEN|NOTSTATED|NOTRECORDED|NOTPROVIDED|NOTYETKNOWN|NOREF|NOREFERENCE|TBA|TBC|PENDING';

/** `r_1`, the first field as written; `l_1`, what else stands in it: words alone are looked into, not mere blanks. */
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
    (x, field) => sql`case when ${x} ~ '[^A-Za-z0-9/._-]'
    then case when ${x} ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\\\._ -]| [/-] ' then ${partsOf(x)} end
    when left(${column('r', field)}, 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[${unworded(column('r', field))}] end`,
  ),
];

/** Every form of every field that a record holds, as `referenceLevels` names them; as written first. */
export const references = (fields: number): Fragment[] =>
  each(fields).flatMap((field) => {
    const [whole, parts] = [column('r', field), column('l', field)];
    return [whole, ...each(perField).map((part) => sql`nullif(${parts}[${sql.lit(part)}], ${whole})`)];
  });

/** `23/1234/2026` of `23/1234/26`, and the other way about: a year that stands last. */
const years = (x: Fragment): Fragment =>
  sql`array[${list(
    [
      ['(?<=[0-9][/\\._-])20(?=[0-9]{2}[^0-9]*$)', ''],
      ['(?<=[0-9][/\\._-])(?=2[0-9][^0-9]*$)', '20'],
    ].map(([seen, by]) => unworded(compact(sql`regexp_replace(${x}, ${sql.lit(seen)}, ${sql.lit(by)})`))),
  )}]`;

/** What a register says of the reference that was given: the same, and no fewer; nothing that holds no digit, or zeros alone. */
export const referenceSaid = (x: Fragment): Fragment => sql`array(
    select f.form from unnest(array[${compact(x)}, ${unworded(compact(x))}] || ${partsOf(x)} || ${years(x)}) with ordinality f(form, nth)
    where f.form ~ '[1-9]' group by f.form order by min(nth))`;
