// What a TypeScript file imports, and whether the import is still there when it runs.
// Node's own type stripping decides the second: what it leaves behind is a value, however it was written.
import { stripTypeScriptTypes } from 'node:module';
import { posix } from 'node:path';
import type { SourceFile } from './tree.ts';

export interface Import {
  /** a project path for a relative specifier, else the specifier; `computed` when it is no literal */
  readonly target: string;
  readonly kind: 'type' | 'value';
}

export const computed = '(computed)';

export const importsOf = ({ path, text }: SourceFile): readonly Import[] => {
  const values = new Set(specifiers(stripped(path, text)));
  return [...new Set(specifiers(text))].map((specifier) => ({
    target: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
    kind: values.has(specifier) ? 'value' : 'type',
  }));
};

/** The code without its comments; strings stay, because specifiers are strings. */
export const withoutComments = (text: string): string =>
  text.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[^]*?\*\//g,
    (_, literal: string | undefined) => literal ?? ' ',
  );

const stripped = (path: string, text: string): string => {
  try {
    return stripTypeScriptTypes(text, { mode: 'strip' });
  } catch (error) {
    throw new Error(`${path} does not parse`, { cause: error });
  }
};

// Statements begin a line (the formatter sees to it), so that a statement inside a string is not one of ours.
const statement = /^(?:import|export)\b[^;'"`]*?\bfrom\s*['"]([^'"]+)['"]/gm;
const bare = /^import\s*['"]([^'"]+)['"]/gm;
const call = /(?<![\w.$])(?:import|require)\s*\(\s*(?:['"`]([^'"`$]+)['"`]\s*[,)])?/g;

const specifiers = (text: string): readonly string[] => {
  const code = withoutComments(text);
  return [
    ...[...code.matchAll(statement), ...code.matchAll(bare)].map(([, specifier]) => specifier ?? computed),
    ...[...code.matchAll(call)].map(([, specifier]) => specifier ?? computed),
  ];
};
