// The command line: the program in `cli/`, in a process of its own.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

process.env['TZ'] = 'UTC';

// half of a start is reading TypeScript; MUST lie where nobody else writes: what lies there is run
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/cordon', import.meta.url)));
const { run } = await import('./cli/program.ts');

await run(process.argv.slice(2), process);

// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
