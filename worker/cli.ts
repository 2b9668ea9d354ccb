// The command line: the program in `cli/`, in a process of its own.
import './compiled.js';

process.env['TZ'] = 'UTC';
const streams = [process.stdout, process.stderr];
// whoever stops reading, as head does, ends nothing that is under way
for (const stream of streams) stream.on('error', () => undefined);

const { run } = await import('./cli/program.ts');

await run(process.argv.slice(2), process);

// what waits for a slow reader would be lost with the process
for (const stream of streams) await new Promise<void>((written) => stream.write('', () => written()));
// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
