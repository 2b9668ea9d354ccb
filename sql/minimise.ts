// The second visit, for the drawn alone: only the columns on the allow-list, and of them only what is sent.
// survey_ref is a token under a key of its own, so that nobody joins it to a frame id or to another register.
import { sql } from 'kysely';
import type { Field, Pipeline } from '../schemas/pipeline.ts';
import { createArrived, drawnKeys, keyIn, selected, singleKeys, trimmedRows } from './arrival.ts';
import { cast, guard } from './cast.ts';
import { column, columnsOf, derivedName, sourceColumns } from './column.ts';
import type { Columns } from './column.ts';
import { surveyRef } from './identify.ts';
import { literal } from './literal.ts';
import { phonesOf, phoneLevels } from './phone.ts';
import { incomplete, settings } from './plan.ts';
import type { MinimiseField, MinimisePlan, StagingColumn, Statement } from './plan.ts';
import { phoneKinds } from '../schemas/condition.ts';
import type { Condition, PhoneKind } from '../schemas/condition.ts';
import { copyText, layer, layers, list, run, setting, statement, value } from './statement.ts';
import type { Fragment } from './statement.ts';

const staged = (field: string): string => `f_${field}`;

const fieldsOf = (pipeline: Pipeline): [string, Field][] => Object.entries(pipeline.minimise);

/** `contact`: the reference, the way back, and every field but the reference itself. */
export const contactColumns = (pipeline: Pipeline): StagingColumn[] => [
  { name: 'survey_ref', type: 'text', statistics: false },
  { name: 'key', type: 'text[]', statistics: false },
  { name: 'frame_id', type: 'text', statistics: false },
  ...fieldsOf(pipeline)
    .filter(([, field]) => field.kind !== 'token-of-key')
    .map(([name]) => ({ name: staged(name), type: 'text' as const, statistics: false })),
];

const kindOf = (field: Field): MinimiseField['kind'] =>
  field.kind === 'column' ? (field.as ?? 'text') : field.kind;

/** Also of a branch of `any`, which excludes whomever it would exclude as a rule of its own. */
const usableKinds = (condition: Condition): readonly (readonly PhoneKind[])[] => {
  if (condition.is === 'no-usable-phone') return [condition.kinds];
  return condition.is === 'any' ? condition.of.flatMap(usableKinds) : [];
};

/** The kinds a rule asks for; where several ask, only what every one of them takes. */
const ringable = (pipeline: Pipeline): readonly PhoneKind[] => {
  const asked = pipeline.screen.flatMap(({ when }) => usableKinds(when));
  return phoneKinds.filter((kind) => asked.every((kinds) => kinds.includes(kind)));
};

// A timestamp's month is the month on the survey's own calendar, not Greenwich's.
const month = (columns: Columns, name: string, zone: string): Fragment => {
  const found = column(columns, name);
  const x = sql`${sql.id(found.staged)}`;
  if (found.type !== 'timestamp')
    return sql`case when ${guard({ type: 'date' }, sql`left(${x}, 10)`)} then left(${x}, 7) end`;
  return sql`case when ${guard(found, x)} then to_char(${cast(found, x)} at time zone ${literal(zone, 'text')}, 'YYYY-MM') end`;
};

/** The phone columns of all e164 fields, each once: numbered as `phoneLevels` numbers them. */
const phoneColumns = (pipeline: Pipeline): string[] => [
  ...new Set(
    fieldsOf(pipeline).flatMap(([, field]) =>
      field.kind === 'column' && field.as === 'e164' ? field.columns : [],
    ),
  ),
];

// What breaks a line somewhere, or is invisible: one such character in one name would keep the whole file back.
const plainText = (x: Fragment): Fragment =>
  sql`nullif(btrim(regexp_replace(${x}, '[\\u0001-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufeff]+', ' ', 'g')), '')`;

const expression = (field: Field, columns: Columns, pipeline: Pipeline): Fragment => {
  switch (field.kind) {
    case 'token-of-key':
      return sql`null::text`;
    case 'derived':
      return sql`r.${sql.id(derivedName(field.name))}`;
    case 'column': {
      const options = field.columns.flatMap((name): Fragment[] => {
        if (field.as === 'month') return [month(columns, name, pipeline.every.zone)];
        if (field.as !== 'e164') return [plainText(sql`${sql.id(column(columns, name).staged)}`)];
        const kinds = value(ringable(pipeline), 'text[]');
        return phonesOf(phoneColumns(pipeline).indexOf(name) + 1).map(
          ({ number, kind }) => sql`case when ${kind} = any (${kinds}) then ${number} end`,
        );
      });
      const standIn = field.whenMissing === undefined ? [] : [value(field.whenMissing, 'text')];
      return sql`coalesce(${list([...options, ...standIn])})`;
    }
    default:
      return field satisfies never;
  }
};

/**
 * ```yaml
 * survey_ref: { token_of: key, why: … }
 * phone: { column: [phone_mobile, phone_home], as: e164, why: … }
 * ```
 * fills `contact` with twenty hex digits, and the first usable number of the first column that has one.
 */
export const compileMinimise = (pipeline: Pipeline): MinimisePlan => {
  const { key } = pipeline.extract;
  const fields = fieldsOf(pipeline);
  const wanted = fields.flatMap(([, field]) => (field.kind === 'column' ? field.columns : []));
  const columns = columnsOf(pipeline, [...key, ...wanted]);
  const matches = key.map((name, i) => sql`s.${sql.id(name)}::text = d.${sql.id(`k${i + 1}`)}`);
  const numbers = phoneColumns(pipeline).map((name) => sql`${sql.id(column(columns, name).staged)}`);

  const sent = fields.filter(([, field]) => field.kind !== 'token-of-key');
  const own = sent.filter(([, field]) => field.kind === 'column');
  const rows = layer(
    layers(trimmedRows(columns, pipeline), phoneLevels(numbers)),
    Object.fromEntries(own.map(([name, field]) => [staged(name), expression(field, columns, pipeline)])),
  );
  const needed = fields.filter(([, field]) => kindOf(field) === 'e164').map(([name]) => sql.id(staged(name)));
  const insertInto = (
    table: 'contact' | 'contact_again',
  ) => sql`insert into ${sql.id(table)} (survey_ref, key, frame_id${list(
    sent.map(([name]) => sql`, ${sql.id(staged(name))}`),
    sql``,
  )})
select ${surveyRef(pipeline.survey)}, s.key, s.frame_id${list(
    sent.map(([name, field]) =>
      field.kind === 'derived'
        ? sql`, ${expression(field, columns, pipeline)}`
        : sql`, c.${sql.id(staged(name))}`,
    ),
    sql``,
  )}
from ${rows} c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where ${keyIn(sql`c.key`, sql`select d.key from ${drawnKeys(run('drawn', 'json'), key.length)} d`)}
  and ${keyIn(sql`c.key`, singleKeys(columns, pipeline))}`;

  return {
    reset: statement(sql`truncate contact`),
    columns: sourceColumns(columns),
    read: copyText(sql`select ${selected(columns)}
from ${drawnKeys(setting(settings.drawn, 'json'), key.length)} d
join ${sql.id(...pipeline.extract.relation)} s on ${list(matches, sql` and `)}`),
    arrived: createArrived(columns),
    load: [statement(insertInto('contact'))],
    fields: fields.map(([name, field]) => ({ name, kind: kindOf(field) })),
    incomplete: statement(
      sql`select key from contact where ${
        needed.length === 0
          ? sql`false`
          : list(
              needed.map((n) => sql`${n} is null`),
              sql` or `,
            )
      }`,
    ),
    again: {
      reset: statement(sql`truncate contact_again`),
      load: [statement(insertInto('contact_again'))],
      changed: statement(sql`select c.key from contact c
join sampled s on s.key = c.key and s.state = 'in'
left join contact_again a on a.key = c.key
where a.key is null${list(
        sent.map(([name]) => {
          const field = sql.id(staged(name));
          return sql` or a.${field} is distinct from c.${field}`;
        }),
        sql``,
      )}`),
    },
    contacts: rowsOf(fields, sql`s.state = 'in'`),
    // whoever was incomplete has a row, and was struck before the package was made
    released: rowsOf(fields, sql`(s.state = 'in' or s.struck_by <> ${value(incomplete, 'text')})`),
  };
};

const rowsOf = (fields: readonly [string, Field][], whose: Fragment): Statement =>
  statement(sql`select ${list(
    fields.map(([name, field]) =>
      field.kind === 'token-of-key'
        ? sql`c.survey_ref as ${sql.id(name)}`
        : sql`c.${sql.id(staged(name))} as ${sql.id(name)}`,
    ),
  )}
from contact c join sampled s on s.key = c.key and ${whose}
order by c.survey_ref collate "C"`);
