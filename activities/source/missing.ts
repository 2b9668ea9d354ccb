// The refusal for columns that are not there. It names columns, and suggests only what stands for certain in a
// list of columns: a drop without a header has people in its first line.
import type { ApplicationFailure } from '@temporalio/common';
import { refuse } from '../../schemas/failure.ts';
import { nearest } from '../../schemas/nearest.ts';

/** @param known names that may be shown; none when it is not certain that they are names */
export const columnsMissing = (
  where: string,
  missing: readonly string[],
  known: readonly string[],
): ApplicationFailure => {
  const said = missing.map((name) => {
    const near = nearest(name, known);
    return near === undefined
      ? JSON.stringify(name)
      : `${JSON.stringify(name)} (there is ${JSON.stringify(near)})`;
  });
  return refuse({
    code: 'SOURCE_COLUMN_MISSING',
    found: `${where} without ${said.join(', ')}`,
    expected: 'every column that the declaration names, spelt and capitalised alike',
    remedy: 'correct extract in the pipeline file and apply it, or have the column restored at the source',
  });
};
