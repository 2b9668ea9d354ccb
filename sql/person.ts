// A person is recognised by first forename, surname and postcode, in three written forms that all exclude: in
// full, by initial, and with the names swapped. Only the form in full ever says that two rows are one person.
import { sql } from 'kysely';
import { layer } from './statement.ts';
import type { Fragment } from './statement.ts';

const titles = '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+';

// Letters that Unicode does not take apart. ASCII's lower case alone: one token in every locale.
const folded = (x: Fragment): Fragment => sql`lower(replace(replace(replace(replace(translate(
    regexp_replace(normalize(${x}, NFKD), '[\\u0300-\\u036f]', '', 'g'),
    'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")`;

// Before NFKD, which makes a blank of an acute accent that stands for an apostrophe.
const without = (x: Fragment, marks: Fragment): Fragment => sql`translate(${x}, ${marks}, '')`;
const marks = sql`E'''\`.,_()"\\u00b4\\u2018\\u2019\\u02bc'`;
const dashes = sql`E'-\\u2010\\u2011\\u2012\\u2013\\u2014\\t\\r\\n'`;

const words = (x: Fragment): Fragment =>
  sql`btrim(${folded(sql`translate(${without(x, marks)}, ${dashes}, '         ')`)})`;

// In a forename alone: Lord and Master are surnames.
const untitled = (x: Fragment): Fragment => sql`regexp_replace(${words(x)}, ${sql.lit(titles)}, '')`;

/** Capital letters and digits alone: `ZZ99 1ab` is `ZZ991AB`, `23/1234/25` is `23123425`. */
export const compact = (x: Fragment): Fragment =>
  sql`nullif(regexp_replace(upper(${x} collate "C"), '[^A-Z0-9]', '', 'g'), '')`;

/** The three forms' column names in a row that `withPerson` made; null unless all three parts are known. */
export const personForms = ['person_full', 'person_initial', 'person_swapped'].map(
  (name) => sql`${sql.id(name)}`,
) as [Fragment, Fragment, Fragment];

/** `Mary-Jane`, `O’Brien`, `ZZ99 1AB` is `mary|obrien|ZZ991AB`, `m|obrien|ZZ991AB`, `obrien|mary|ZZ991AB`. */
export const withPerson = (from: Fragment, forename: Fragment, surname: Fragment, postcode: Fragment) =>
  layer(
    layer(
      layer(from, {
        forename_words: untitled(forename),
        surname_words: words(surname),
        person_place: compact(postcode),
      }),
      {
        person_first: sql`nullif(split_part(forename_words, ' ', 1), '')`,
        person_last: sql`nullif(replace(surname_words, ' ', ''), '')`,
        person_last_first: sql`nullif(split_part(surname_words, ' ', 1), '')`,
      },
    ),
    {
      person_full: sql`person_first || '|' || person_last || '|' || person_place`,
      person_initial: sql`left(person_first, 1) || '|' || person_last || '|' || person_place`,
      person_swapped: sql`person_last_first || '|' || replace(forename_words, ' ', '') || '|' || person_place`,
    },
  );
