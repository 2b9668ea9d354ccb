// Half of a start is reading TypeScript: what is compiled is kept. In plain JavaScript and imported before any other
// file of ours, since Node loads a compiler for the first that it has not kept.
import { accessSync, constants, mkdirSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** MUST lie where nobody else writes: what lies there is run. */
const folder = fileURLToPath(new URL('../.cordon/compile-cache', import.meta.url));

try {
  // Node itself would try for ever where it may not
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  accessSync(folder, constants.W_OK);
  // an older Node has none, and hands over to one that reads where
  module.enableCompileCache?.(folder);
  // threads, as workflows run in, and processes of ours look for it here
  process.env['NODE_COMPILE_CACHE'] ??= folder;
} catch {
  // nothing is kept where nothing can be written
}
