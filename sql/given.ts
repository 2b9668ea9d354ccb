// Tokens of what somebody gave on the telephone or in a letter, by the very SQL that makes the intake's: an
// opt-out that is normalised otherwise would never match.
import { sql } from 'kysely';
import type { Statement } from './plan.ts';
import { compact, personForms, withPerson } from './person.ts';
import { phones, withPhones } from './phone.ts';
import { run, statement } from './statement.ts';
import { present, token } from './token.ts';
import type { IdentifierKind } from './token.ts';

/** Each answers one row of `tokens bytea[]`, empty when what was given could not be read; needs the key's pads. */
export const givenTokens: Readonly<Record<IdentifierKind, Statement>> = {
  phone: statement(
    sql`select ${present(
      phones(1).map(({ number }) => token('phone', number)),
      'bytea',
    )} as tokens from ${withPhones(sql`(select ${run('givenPhone', 'text')} as given)`, [sql`given`])} g`,
  ),
  reference: statement(
    sql`select ${present([token('reference', compact(sql`g.given`))], 'bytea')} as tokens
from (select ${run('givenReference', 'text')} as given) g`,
  ),
  // Only the form in full: the intake's three forms meet it, and nobody else's.
  person: statement(
    sql`select ${present([token('person', personForms[0])], 'bytea')} as tokens
from ${withPerson(
      sql`(select ${run('givenForename', 'text')} as forename, ${run('givenSurname', 'text')} as surname, ${run('givenPostcode', 'text')} as postcode)`,
      sql`forename`,
      sql`surname`,
      sql`postcode`,
    )} g`,
  ),
};
