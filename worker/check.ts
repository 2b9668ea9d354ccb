// `cordon check FILE…`: every mistake of every file at once, and what should be known of those that have none. Exit code
// 0: fine, whatever the notes; 1: mistakes; 2: wrong usage.
import type { Declaration } from '../schemas/declaration.ts';
import { inspect } from '../schemas/load.ts';
import { inOrder, render } from '../schemas/mistake.ts';
import type { Mistake } from '../schemas/mistake.ts';

/**
 * @param out takes whole texts, a line or several
 * @param printSql how `--sql` shows a declaration; without it the flag has no effect
 */
export const check = async (
  files: readonly string[],
  options: { readonly json: boolean; readonly sql: boolean },
  out: (line: string) => void,
  printSql?: (declaration: Declaration) => string | Promise<string>,
): Promise<number> => {
  if (files.length === 0) {
    out('usage: cordon check [--json] [--sql] FILE…');
    return 2;
  }
  const inspected = files.map((file) => ({ file, ...inspect(file) }));
  const mistakes = inOrder(inspected.flatMap((each) => each.mistakes));
  const notes = inspected.flatMap((each) => each.notes ?? []);
  if (options.json) out(JSON.stringify([...mistakes, ...notes], null, 2));
  else {
    for (const mistake of [...mistakes, ...notes]) out(`${render(mistake)}\n`);
    for (const { file, declaration, mistakes } of inspected)
      if (mistakes.length === 0) out(`${file}  fine${declaration ? `: ${summary(declaration)}` : ''}`);
    if (mistakes.length > 0) out(count(mistakes));
  }
  if (options.sql && !options.json && printSql)
    for (const { declaration } of inspected) if (declaration) out(await printSql(declaration));
  return mistakes.length > 0 ? 1 : 0;
};

const summary = ({ pipeline, processor, lists }: Declaration): string =>
  `${several(pipeline.screen.length, 'rule')}, ${several(Object.keys(pipeline.minimise).length, 'field')} to ` +
  `${processor.processor}, ${several(Object.keys(lists).length, 'code list')}`;

const count = (mistakes: readonly Mistake[]): string =>
  `${several(mistakes.length, 'mistake')} in ${several(new Set(mistakes.map(({ file }) => file)).size, 'file')}`;

const several = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
