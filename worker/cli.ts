// The command line: the program in `cli/`, in a process of its own.
import { run } from './cli/program.ts';

process.env['TZ'] = 'UTC';

await run(process.argv.slice(2), process);

// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
