// What rows are recognised by: telephone numbers, references, and persons, taken apart level by level and turned into
// tokens. MUST be what register.ts compares: given.ts makes the tokens of what people say by the same levels.
import { sql } from 'kysely';
import { failure } from '../schemas/failure.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { differentTexts } from './arrival.ts';
import { check, checkName, checksOf } from './checks.ts';
import { column } from './column.ts';
import type { Columns } from './column.ts';
import type { Lists } from './extract.ts';
import { present, token } from './hmac.ts';
import { heldLevel, personHeld, personKnown, personLevels } from './person.ts';
import { phones, phoneLevels } from './phone.ts';
import { references, referenceLevels } from './reference.ts';
import { layer, layers, list } from './statement.ts';
import type { Fragment, Levels } from './statement.ts';

const personParts = ['fore', 'sur', 'place'] as const;

/** Parts of a person that are taken apart by a look at one another MUST stand together. */
const apart: readonly (readonly (typeof personParts)[number][])[] = [['fore', 'sur'], ['place']];

/**
 * `left join (…) fore on coalesce(fore.said_fore, '') = coalesce(t.c_forename, '')`, …: names and postcodes come again
 * and again, so each different one is taken apart once.
 */
const personJoins = (columns: Columns, pipeline: Pipeline) => {
  const { person } = pipeline.extract.recognise;
  if (person.length !== personParts.length)
    throw failure('INPUT', { expected: 'recognise.person: forename, surname, postcode' });
  return apart.map((group) => {
    const name = sql.id(group.join('_'));
    const from = group.map((part) => {
      const c = column(columns, person[personParts.indexOf(part)] ?? '');
      return { said: `said_${part}`, column: c };
    });
    const given = (part: (typeof personParts)[number]): Fragment =>
      group.includes(part) ? sql`${sql.id(`said_${part}`)}` : sql`null::text`;
    const levels = personLevels(given('fore'), given('sur'), given('place')).map((level) =>
      Object.fromEntries(
        Object.entries(level).filter(([made]) => group.some((part) => made.startsWith(part))),
      ),
    );
    const same = from.map(
      ({ said, column: c }) =>
        sql`coalesce(${name}.${sql.id(said)}, '') = coalesce(t.${sql.id(c.staged)}, '')`,
    );
    return {
      columns: levels.flatMap((level) => Object.keys(level)),
      join: sql`left join ${layers(differentTexts(from, pipeline), levels)} ${name} on ${list(same, sql` and `)}`,
    };
  });
};

/** `rows` with what they are recognised by, where `which` holds of row `t`; `levels` are reckoned beside. */
export const recognisedRows = (
  rows: Fragment,
  levels: Levels,
  which: Fragment,
  columns: Columns,
  pipeline: Pipeline,
): Fragment => {
  const { recognise } = pipeline.extract;
  const ids = (names: readonly string[]) => names.map((name) => sql`${sql.id(column(columns, name).staged)}`);
  const read = layers(
    rows,
    levels,
    phoneLevels(ids(recognise.phones)),
    referenceLevels(ids(recognise.reference)),
  );
  const person = personJoins(columns, pipeline);
  return layer(
    sql`(select t.*, ${list(person.flatMap((part) => part.columns.map((name) => sql`${sql.id(name)}`)))}
from ${read} t
${list(
  person.map(({ join }) => join),
  sql`\n`,
)}
where ${which} offset 0)`,
    heldLevel,
  );
};

/** What goes into the columns of `intakeColumns` that no column of the source does, over `recognisedRows`. */
export const recognisedColumns = (
  columns: Columns,
  pipeline: Pipeline,
  lists: Lists,
): Readonly<Record<string, Fragment>> => {
  const { recognise } = pipeline.extract;
  const found = phones(recognise.phones.length);
  const answers = checksOf(pipeline).map((condition, i): [string, Fragment] => [
    checkName(i),
    check(condition, (name) => sql`${sql.id(column(columns, name).staged)}`, pipeline, lists),
  ]);
  return {
    ...Object.fromEntries(answers),
    phone_kinds: present(
      found.map(({ kind }) => kind),
      'text',
    ),
    phone_tokens: present(
      found.map(({ number }) => token('phone', number)),
      'bytea',
    ),
    reference_tokens: present(
      references(recognise.reference.length).map((x) => token('reference', x)),
      'bytea',
    ),
    person_tokens: sql`case when ${personKnown} then ${present(
      personHeld.map((x) => token('person', x)),
      'bytea',
    )} else '{}'::bytea[] end`,
  };
};
