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

/** A dozen laws ask for the same file. */
const known = new WeakMap<SourceFile, readonly Import[]>();

export const importsOf = (file: SourceFile): readonly Import[] => {
  const imports = known.get(file) ?? read(file);
  known.set(file, imports);
  return imports;
};

const read = ({ path, text }: SourceFile): readonly Import[] => {
  const values = new Set(specifiers(stripped(path, text)));
  return [...new Set(specifiers(text))].map((specifier) => ({
    target: targetOf(path, specifier),
    kind: values.has(specifier) ? 'value' : 'type',
  }));
};

const targetOf = (path: string, specifier: string): string =>
  specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;

/** What is loaded before the first line of these files runs, files of ours and all that they bring. */
export const loadedWith = (from: readonly string[], files: readonly SourceFile[]): ReadonlySet<string> => {
  const ours = new Map(files.map((file) => [file.path, file]));
  const loaded = new Set(from);
  for (const path of loaded) {
    const { text } = ours.get(path) ?? { text: '' };
    for (const specifier of written(withoutComments(stripped(path, text))))
      loaded.add(targetOf(path, specifier));
  }
  return loaded;
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
  return [...written(code), ...[...code.matchAll(call)].map(([, specifier]) => specifier ?? computed)];
};

const written = (code: string): readonly string[] =>
  [...code.matchAll(statement), ...code.matchAll(bare)].map(([, specifier]) => specifier ?? computed);
