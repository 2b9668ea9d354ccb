// The command line: the program in `cli/`, in a process of its own.
import { accessSync, constants, mkdirSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

process.env['TZ'] = 'UTC';

/** Half of a start is reading TypeScript. MUST lie where nobody else writes: what lies there is run. */
const keepCompiled = (): void => {
  const folder = fileURLToPath(new URL('../.cordon/compile-cache', import.meta.url));
  try {
    // Node itself would try for ever where it may not
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch {
    return;
  }
  enableCompileCache(folder);
};

keepCompiled();
const { run } = await import('./cli/program.ts');

await run(process.argv.slice(2), process);

// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
