// A postcode by its shape alone, in whatever stands beside it: nobody asks whether there is such a place.
import { sql } from 'kysely';
import type { Fragment } from './statement.ts';
import { compact, once, plain } from './written.ts';

// The postcode's own shape says which is which: no area or ending holds both O and 0, or I and 1, in one place.
export const inPlace = (x: Fragment): Fragment => sql`translate(${x}, 'OI', '01')`;
const shape = '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])';
/** With blanks anywhere in it, parted in two fields, or with an l for its 1: no ending begins with a letter. */
const loose =
  '(?<![A-Z0-9])[A-Z01](?: ?[A-Z01])? ?[0-9](?: ?[A-Z0-9])?[ ,./-]*[0-9L] ?[A-Z] ?[A-Z](?![A-Z0-9])';
/** With a town or a word beside it. */
export const placeIn = (x: Fragment): Fragment =>
  once(sql`(regexp_match(${placed(x)}, ${sql.lit(shape)}))[1]`, compact);
const placed = (x: Fragment): Fragment =>
  inPlace(sql`upper(${sql`regexp_replace(${plain(x)}, '&[a-z0-9#]+;', ' ', 'g')`} collate "C")`);
/** Every postcode of an address, or of two: a register says them all. */
export const placesSaid = (x: Fragment): Fragment => sql`array(
    select regexp_replace(${compact(sql`m[1]`)}, 'L(?=..$)', '1') from unnest(array[${sql.lit(shape)}, ${sql.lit(loose)}]) s(shape), regexp_matches(${placed(x)}, shape, 'g') m)`;
