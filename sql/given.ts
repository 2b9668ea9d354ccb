// Tokens of what people gave on the telephone, in a letter or in a file, by the very SQL that makes the intake's: an
// opt-out that is normalised otherwise would never match.
import { sql } from 'kysely';
import { present, token } from './hmac.ts';
import type { Statement } from './plan.ts';
import { personKnown, personLevels } from './person.ts';
import { phoneLevels, phones } from './phone.ts';
import { referenceSaid } from './reference.ts';
import { personSaid } from './said.ts';
import { layers, list, run, statement } from './statement.ts';
import type { Fragment } from './statement.ts';
import type { IdentifierKind } from './token.ts';

const givens = (columns: Readonly<Record<string, Fragment>>): Fragment =>
  sql`(select g.* from unnest(${list(Object.values(columns))}) with ordinality g(${list(
    Object.keys(columns).map((name) => sql`${sql.id(name)}`),
  )}, nth))`;

/** Tokens of the texts of an array, in their order. */
const tokensOf = (kind: IdentifierKind, forms: Fragment): Fragment =>
  sql`array(select ${token(kind, sql`f.form`)} from unnest(${forms}) with ordinality f(form, nth) order by nth)`;

/**
 * Each takes arrays and answers, in their order, one row of `tokens bytea[]` for each: as given first, then every
 * form that is to match; empty for what could not be read. Needs the key's pads.
 */
export const givenTokens: Readonly<Record<IdentifierKind, Statement>> = {
  phone: statement(
    sql`select ${present(
      phones(1).map(({ number }) => token('phone', number)),
      'bytea',
    )} as tokens from ${layers(givens({ given: run('givenPhone', 'text[]') }), phoneLevels([sql`given`]))} g order by nth`,
  ),
  reference: statement(
    sql`select ${tokensOf('reference', referenceSaid(sql`given`))} as tokens from ${givens({ given: run('givenReference', 'text[]') })} g order by nth`,
  ),
  person: statement(
    sql`select case when ${personKnown} then ${tokensOf('person', personSaid(sql`postcode`))} else '{}'::bytea[] end as tokens
from ${layers(
      givens({
        forename: run('givenForename', 'text[]'),
        surname: run('givenSurname', 'text[]'),
        postcode: run('givenPostcode', 'text[]'),
      }),
      personLevels(sql`forename`, sql`surname`, sql`postcode`),
    )} g order by nth`,
  ),
};
