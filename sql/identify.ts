// Who a survey reference is, by the records system's own key: the same keyed hash again, over the rows that are there now.
import { sql } from 'kysely';
import { keyText } from './frame.ts';
import { hmac } from './hmac.ts';
import type { Statement } from './plan.ts';
import { statement, value } from './statement.ts';

/** Hex digits of a reference. */
const length = 20;

/** The reference of the row `s` of a survey. */
export const surveyRef = (survey: string) =>
  sql`left(encode(${hmac('ref', sql`${value(`survey_ref:${survey}:`, 'text')} || ${keyText}`)}, 'hex'), ${sql.lit(length)})`;

/** Rows of survey_ref and key, over `intake`. */
export const compileIdentify = (survey: string): Statement =>
  statement(sql`select ${surveyRef(survey)} as survey_ref, s.key from intake s`);
