// A reference is its letters and digits, zeros as written. People put a word for it in front, "URN 23/1234/25"; the
// word may be part of it all the same, so both are tokens. They also give two at once: so is each part of a list.
import { sql } from 'kysely';
import { compact } from './written.ts';
import type { Fragment, Levels } from './statement.ts';

const words =
  '^(?:URN|CRN|REFERENCE|REF|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBER|NUM|NO|NR|ID|LOG|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|NUMBERS|RE|CN|CR)+(?=[A-Z]{0,4}[0-9])';

/** A fourth reference in one field is not looked at; a part of fewer characters than this is none. */
const perField = 3;
const shortest = 6;

const each = (fields: number): number[] => Array.from({ length: fields }, (_, i) => i + 1);
const parts = each(perField);
const column = (prefix: string, field: number, part: number): Fragment =>
  sql`${sql.id(`${prefix}_${field}_${part}`)}`;
const listed = (
  x: Fragment,
): Fragment => sql`case when ${x} ~* '[,;&(+|\\n\\t]|\\s(and|or|also|plus)\\s| / | - '
    then regexp_split_to_array(${x}, '\\s(?:and|or|also|plus)\\s| / | - |[,;&()+|\\n\\t]', 'i') end`;

/** `r_1_0`, `s_1_0` for the first field as written, and without the word where there is one; `r_1_1`, … for its parts. */
export const referenceLevels = (fields: readonly Fragment[]): Levels => {
  const places = fields.flatMap((_, i) => [0, ...parts].map((part) => [i + 1, part] as const));
  const cut = Object.fromEntries(fields.map((field, i) => [`l_${i + 1}`, listed(field)]));
  const bare = Object.fromEntries(
    places.map(([field, part]) => {
      const text = part === 0 ? fields[field - 1] : sql`(${sql.id(`l_${field}`)})[${sql.lit(part)}]`;
      return [`r_${field}_${part}`, compact(sql`${text}`)];
    }),
  );
  // most begin with a digit or a force's letters, and are spared the pattern
  const unworded = Object.fromEntries(
    places.map(([field, part]) => {
      const whole = column('r', field, part);
      return [
        `s_${field}_${part}`,
        sql`case when left(${whole}, 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y')
    then nullif(regexp_replace(${whole}, ${sql.lit(words)}, ''), ${whole}) end`,
      ];
    }),
  );
  return [cut, bare, unworded];
};

/** Every form of every field, as `referenceLevels` names them; as written first. */
export const references = (fields: number): Fragment[] =>
  each(fields).flatMap((field) => [
    column('r', field, 0),
    column('s', field, 0),
    ...parts.flatMap((part) =>
      ['r', 's'].map((form) => {
        const x = column(form, field, part);
        return sql`case when length(${x}) >= ${sql.lit(shortest)} then ${x} end`;
      }),
    ),
  ]);
