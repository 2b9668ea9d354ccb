// Casts that never raise: an error would carry the value into the server's log. `pg_input_is_valid` is missing
// before PostgreSQL 16, so each type has a guard of its own, and a cast runs only behind its guard.
import { sql } from 'kysely';
import { literal } from './literal.ts';
import type { StagedColumn } from './column.ts';
import type { Fragment } from './statement.ts';

const blanks = sql`E' \\t\\r\\n\\u00a0'`;

/** Text without outer blanks; null when nothing is left. */
export const trimmed = (x: Fragment): Fragment => sql`nullif(btrim(${x}, ${blanks}), '')`;

const day = '[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const time = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?';
const offset = ' ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)';

// The pattern admits a 31 February; the calendar is asked only once the pattern holds.
const inCalendar = (x: Fragment): Fragment => sql`substr(${x}, 9, 2)::integer <= case
      when substr(${x}, 6, 2) in ('04', '06', '09', '11') then 30
      when substr(${x}, 6, 2) <> '02' then 31
      when substr(${x}, 1, 4)::integer % 400 = 0 then 29
      when substr(${x}, 1, 4)::integer % 100 = 0 then 28
      when substr(${x}, 1, 4)::integer % 4 = 0 then 29
      else 28 end`;

const pattern = (text: string): Fragment => sql`${sql.lit(`^${text}$`)}`;

type Cast = Pick<StagedColumn, 'type' | 'zone' | 'native'>;

/** What has its type already, and could have been written so that `guard` takes it: four digits of a year, eighteen of a number. */
const inRange = ({ type }: Cast, x: Fragment): Fragment => {
  switch (type) {
    case 'integer':
      return sql`${x} between -999999999999999999 and 999999999999999999`;
    case 'date':
      return sql`${x} between date '1000-01-01' and date '9999-12-31'`;
    case 'timestamp':
      return sql`(${x} >= timestamptz '1000-01-01 00:00:00+00' and ${x} < timestamptz '10000-01-01 00:00:00+00')`;
    default:
      return sql`true`;
  }
};

/** Whether a text can be cast; null for null. */
export const guard = (column: Cast, x: Fragment): Fragment => {
  const { type, zone } = column;
  if (column.native) return inRange(column, x);
  switch (type) {
    case 'text':
      return sql`true`;
    case 'boolean':
      return sql`lower(${x}) in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0')`;
    case 'integer':
      return sql`${x} ~ '^[+-]?[0-9]{1,18}$'`;
    case 'date':
      return sql`case when ${x} ~ ${pattern(day)} then ${inCalendar(x)} when ${x} is not null then false end`;
    case 'timestamp': {
      const shape = pattern(`${day}[T ]${time}(${offset})${zone === undefined ? '' : '?'}`);
      return sql`case when ${x} ~ ${shape} then ${inCalendar(x)} when ${x} is not null then false end`;
    }
    default:
      return type satisfies never;
  }
};

/** Only where the guard holds. A time without an offset is read in the declared zone. */
export const cast = ({ type, zone, native }: Cast, x: Fragment): Fragment => {
  if (native) return x;
  switch (type) {
    case 'text':
      return x;
    case 'boolean':
      return sql`lower(${x}) in ('true', 't', 'yes', 'y', '1')`;
    case 'integer':
      return sql`${x}::bigint`;
    case 'date':
      return sql`${x}::date`;
    case 'timestamp':
      if (zone === undefined) return sql`${x}::timestamptz`;
      return sql`case when ${x} ~ ${pattern(`.*${time}${offset}`)} then ${x}::timestamptz
      else ${x}::timestamp at time zone ${literal(zone, 'text')} end`;
    default:
      return type satisfies never;
  }
};

/** Dates that systems write for "unknown": 1 January 1900 and 1901, and whatever lies before them. */
export const isPlaceholder = (date: Fragment): Fragment =>
  sql`(${date} <= date '1900-01-01' or ${date} = date '1901-01-01')`;
