// Why somebody was left out: the rules once more, on the source as it is now, for the rows of one reference. Nothing
// is kept: `recheck` and `sampled` are temporary tables of the session that asks.
import { sql } from 'kysely';
import type { Pipeline } from '../schemas/pipeline.ts';
import { castRows, createArrived, selected } from './arrival.ts';
import { column, extractColumns, sourceColumns } from './column.ts';
import type { Columns } from './column.ts';
import { fill, windowAtSource } from './extract.ts';
import type { Lists } from './extract.ts';
import { settings } from './plan.ts';
import type { ExplainPlan } from './plan.ts';
import { metAgain } from './register.ts';
import { masked } from './screen.ts';
import { copyText, list, statement } from './statement.ts';
import type { Fragment } from './statement.ts';
import { compact } from './written.ts';

const given = sql`(select ${compact(sql`current_setting(${sql.lit(settings.reference)})`)})`;

/** Any of the reference columns, written in any way. */
const isMeant = (references: readonly Fragment[]): Fragment =>
  sql`(${list(
    references.map((x) => sql`${compact(x)} = ${given}`),
    sql` or `,
  )})`;

export const compileExplain = (pipeline: Pipeline, lists: Lists): ExplainPlan => {
  const columns: Columns = extractColumns(pipeline);
  const { reference } = pipeline.extract.recognise;
  const staged = reference.map((name) => sql`l.${sql.id(column(columns, name).staged)}`);
  return {
    columns: sourceColumns(columns),
    read: copyText(sql`select ${selected(columns)}
from ${sql.id(...pipeline.extract.relation)} s
where ${windowAtSource(pipeline)}
  and ${isMeant(reference.map((name) => sql`s.${sql.id(name)}::text`))}`),
    arrived: createArrived(columns),
    // a drop hands over every row it holds
    load: [fill('recheck', columns, pipeline, lists, { only: isMeant(staged), windowed: true })],
    faults: statement(
      sql`select code from ${castRows(columns, pipeline, true)} l where code is not null and ${isMeant(staged)} order by 1`,
    ),
    rules: statement(sql`with ${metAgain(pipeline)}
select r.key, r.mask::text as mask from ${masked('recheck', pipeline, lists)} r order by r.key collate "C"`),
  };
};
