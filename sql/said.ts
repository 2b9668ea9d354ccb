// The forms that a register says of one person: many, where a record holds few, for there are a thousand times as many
// records. Each is a first part and a last, of the name as given and of the name the other way round.
import { sql } from 'kysely';
import type { Fragment } from './statement.ts';

/** One letter, or two that spell no name: `J`, `JP`, `AJ`, `AM`. */
export const isInitial = (x: Fragment): Fragment =>
  sql`(length(${x}) = 1 or (length(${x}) = 2 and ${x} ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and ${x} not in ('md', 'ng')))`;

/** Names that other scripts spell in many ways: a closed list, each line one name. */
const spellings = [
  'muhammad mohammed mohamed mohammad muhammed mohamad muhamad mohamud muhamed mohammod mohd muhd mohd mohmed mahomed md',
  'ahmed ahmad ahamed ahmet achmed',
  'hussain hussein husain hussien hossain husein hossein',
  'hassan hasan hassen',
  'yusuf yousef yousuf youssef yusef yusif yosef',
  'ibrahim ebrahim ibraheem',
  'abdul abdel abdal abd',
  'rahman rehman rahaman',
  'sheikh shaikh sheik shaykh shaik',
  'chowdhury choudhury chaudhry choudhry chaudhary chaudry choudhary chowdhry',
  'aisha ayesha aysha aishah aicha',
  'fatima fatimah fatma fatema',
  'khadija khadijah khadeeja',
  'zainab zaynab zeinab',
  'mariam maryam mariyam',
  'omar umar omer',
  'usman osman uthman othman',
  'mustafa mostafa moustafa',
  'said saeed sayeed saied',
  'iqbal eqbal',
  'begum begom begam',
];

/** Every spelling of a word, itself first. */
const spelledAs = (x: Fragment): Fragment =>
  sql`(select 0 as far, ${x} as word union all select 1, s from unnest(${sql.lit(`{${spellings.join(',')}}`)}::text[]) g,
        unnest(string_to_array(g, ' ')) s where ' ' || g || ' ' like '% ' || ${x} || ' %' and s <> ${x})`;

/** `mary`, `m.` who is known as M alone, `maryjane`; `m*` where an initial is all that was given. */
const firsts = (
  names: Fragment,
  initial: (x: Fragment) => Fragment,
): Fragment => sql`(select nth, far, first from unnest(string_to_array(translate(${names}, '_', ''), '&')) with ordinality n(name, alias),
      lateral (select split_part(name, ' ', 1) as x, split_part(name, ' ', 2) as y) one,
      lateral ${spelledAs(sql`x`)} s,
      lateral (values (1, case when ${initial(sql`x`)} then left(x, 1) || '*' else s.word end),
        (2, case when not ${initial(sql`x`)} then left(s.word, 1) || '.' end),
        (3, case when y <> '' then s.word || substr(replace(name, ' ', ''), length(x) + 1) end),
        (4, case when x in ('md', 'mohd', 'muhd') then nullif(y, '') end)) f(nth, first)
    where x <> '' and first is not null)`;

/** `sample`, half of any double name `~sample`; a double name also the other way round and by halves; of three, by twos. */
const lasts = (
  names: Fragment,
): Fragment => sql`(select nth, far, last from (select string_to_array(replace(${names}, '&', ' '), ' ') as w) s,
      lateral (select 1 as nth, array_to_string(w, '') as joined
        union all select 2, w[2] || w[1] where cardinality(w) = 2
        union all select 3, u from unnest(w) u where cardinality(w) > 1
        union all select 4, substr(u, 4) from unnest(w) u where u like '__\\_%'
        union all select 5, translate(left(u, 1), 'ae', 'ea') || substr(u, 2) from unnest(w) u where u like '__\\_%'
        union all select 6, w[i] || w[j] from generate_series(1, 4) i, generate_series(i + 1, 5) j where cardinality(w) > 2 and w[j] is not null) l,
      lateral (select replace(joined, '_', '') as x) one,
      lateral ${spelledAs(sql`x`)} v,
      lateral (values (0, v.word), (1, case when nth <= 2 and cardinality(w) < 3 then '~' || v.word end)) h(half, last)
    where x <> '' and last is not null)`;

const pairs = (fore: Fragment, sur: Fragment, initial: (x: Fragment) => Fragment): Fragment =>
  sql`select l.far + f.far as far, l.nth as last_nth, f.nth as first_nth, f.first || '|' || l.last || '|' || place as form from ${lasts(sur)} l, ${firsts(fore, initial)} f`;

/** What a register says of a person, an array of texts of the columns that `personLevels` makes; the form as given first. */
export const personSaid: Fragment = sql`array(
    select form from (select 1 as way, * from (${pairs(sql`fore`, sql`sur`, isInitial)}) a
      union all select 2, * from (${pairs(sql`sur`, sql`fore`, (x) => sql`(length(${x}) = 1)`)}) b) said
    group by form order by min(array[far, way, last_nth, first_nth]), form)`;
