// Lines for a terminal of 80 columns. What cannot be broken, a path or an address, stays whole and may be longer.
import { relative } from 'node:path';

const width = 80;

/**
 * `wrap('fields  a, b, c', 8)` continues under the first `a`.
 * @param hang columns by which further lines are indented; as far as the line itself unless given
 */
export const wrap = (line: string, hang?: number): string[] => {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  if (line.length <= width) return [line];
  const lines: string[] = [];
  let now = ' '.repeat(indent);
  let empty = true;
  for (const word of line.slice(indent).split(/(?<=\S)(?= )/)) {
    if (!empty && now.length + word.length > width) {
      lines.push(now);
      now = ' '.repeat(hang ?? indent);
      empty = true;
    }
    now += empty && lines.length > 0 ? word.trimStart() : word;
    empty = false;
  }
  return [...lines, now];
};

/**
 * A path as it is typed where somebody is: relative to their folder where that is shorter. npm runs a script in the
 * project's folder, wherever it was asked to.
 */
export const shorter = (path: string, from = process.env['INIT_CWD'] ?? process.cwd()): string => {
  const here = relative(from, path);
  return here !== '' && here.length < path.length ? here : path;
};
