// Canaries: three people who do not exist and have opted out, by phone, by reference and by name. They enter every
// intake by the statements that everybody enters by, written otherwise than the register has them, and MUST be
// removed by the register; then they are taken out again, before anything is counted.
import { sql } from 'kysely';
import { everyCondition } from '../schemas/condition.ts';
import type { Pipeline } from '../schemas/pipeline.ts';
import { createArrived } from './arrival.ts';
import { column, extractColumns } from './column.ts';
import { fill } from './extract.ts';
import type { Lists } from './extract.ts';
import type { CanaryPlan } from './plan.ts';
import type { Fragment } from './statement.ts';
import { list, statement, value } from './statement.ts';
import { identifierKinds } from './token.ts';
import type { IdentifierKind } from './token.ts';

/** Of the range that Ofcom keeps free for drama, of no place: nobody's, and in no synthetic month. */
const number = '+44 (0)30 69 99 04 17';

const keyOf = (kind: IdentifierKind): string => `cordon canary ${kind}`;

/** What each canary has besides its key: only what it is recognised by. */
const valuesOf = ({ extract }: Pipeline, kind: IdentifierKind): Readonly<Record<string, string>> => {
  const { phones, reference, person } = extract.recognise;
  const [forename = '', surname = '', postcode = ''] = person;
  switch (kind) {
    case 'phone':
      return { [phones[0] ?? '']: number };
    case 'reference':
      // the key itself may be what rows are referred to by
      return { [reference[0] ?? '']: keyOf('reference') };
    case 'person':
      return { [forename]: 'Cordon', [surname]: 'O’Canary', [postcode]: 'zz99 9zz' };
    default:
      return kind satisfies never;
  }
};

/** `x.key[1] = any ('{cordon canary phone, …}')` */
export const isCanary = (x: Fragment): Fragment =>
  sql`${x}.key[1] = any (${value(identifierKinds.map(keyOf), 'text[]')})`;

/** By the register itself: what a canary lacks makes other conditions unknown, and would exclude it anyway. */
export const asksOptOuts = ({ when }: Pipeline['screen'][number]): boolean =>
  everyCondition(when).some(({ condition: c }) => c.is === 'in-register' && c.register === 'opt-outs');

/** @param bitOf the bit of a rule by its place */
export const compileCanaries = (
  pipeline: Pipeline,
  lists: Lists,
  bitOf: (index: number) => string,
): CanaryPlan => {
  const columns = extractColumns(pipeline);
  const { key } = pipeline.extract;
  const plant = identifierKinds.map((kind) => {
    const given = {
      ...Object.fromEntries(key.map((name) => [name, 'cordon canary'])),
      ...valuesOf(pipeline, kind),
      [key[0] ?? '']: keyOf(kind),
    };
    const entries = Object.entries(given);
    return statement(
      sql`insert into arrived (${list(entries.map(([name]) => sql`${sql.id(column(columns, name).staged)}`))})
values (${list(entries.map(([, text]) => value(text, 'text')))})`,
    );
  });
  const kind = sql`substr(i.key[1], length('cordon canary ') + 1)`;
  const bits = pipeline.screen.flatMap((rule, i) =>
    asksOptOuts(rule) ? [sql`${sql.lit(bitOf(i))}::bigint`] : [],
  );
  return {
    plant: [createArrived(columns), ...plant, fill('intake', columns, pipeline, lists, { canary: true })],
    tokens:
      statement(sql`select ${kind} as kind, case ${kind} when 'phone' then i.phone_tokens[1] when 'reference' then i.reference_tokens[1]
  else i.person_tokens[1] end as token
from intake i where ${isCanary(sql`i`)} order by 1`),
    // the rule alone would not do: a rule that also asks what a canary has not is unknown, and removes it anyway
    look: statement(sql`with planted as (
  delete from intake i where ${isCanary(sql`i`)} returning i.ctid as row, ${kind} as kind, i.key
), judged as (
  delete from screened s where ${isCanary(sql`s`)} returning s.key, s.mask
)
select p.kind, (m.row is not null and j.mask & (${list([sql`0::bigint`, ...bits], sql` | `)}) <> 0) as removed
from planted p join judged j on j.key = p.key
left join (select distinct row, kind from met where register = 'opt-outs') m on m.row = p.row and m.kind = p.kind
order by 1`),
    forget: statement(sql`drop table pg_temp.arrived`),
    again: {
      plant: [
        createArrived(columns),
        ...plant,
        fill('recheck', columns, pipeline, lists, { canary: true }),
        // drawn like everybody, without the tokens of then: what is met is what was read again
        statement(sql`insert into sampled (frame_id, stratum, key, part, rank, state, shared, phone_tokens, reference_tokens, person_tokens)
select key[1], '', key, 'canary', 0, 'canary', 0, '{}', '{}', '{}' from recheck r where ${isCanary(sql`r`)}`),
      ],
      look: statement(sql`select ${kind} as kind, coalesce(c.opted, false) as removed
from recheck i left join checked c on c.frame_id = i.key[1] where ${isCanary(sql`i`)} order by 1`),
      forget: [
        statement(sql`delete from sampled s where ${isCanary(sql`s`)}`),
        statement(sql`delete from recheck r where ${isCanary(sql`r`)}`),
        statement(sql`drop table pg_temp.arrived`),
      ],
    },
  };
};
