// `npm run bench`: a server of its own (or DATABASE_URL), the sizes one after another, and what came out as a table,
// a plot and JSON under .cordon/bench.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { answer } from '../../worker/answer.ts';
import { refused } from '../../worker/exit.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { bench } from './bench.ts';
import { peerNames, peersHere } from './contenders.ts';
import { plot } from './plot.ts';
import { report } from './report.ts';

const sizes = (text: string): number[] =>
  text.split(',').map((part) => {
    const [, digits, unit = ''] = /^(\d+)([kM]?)$/.exec(part.trim()) ?? [];
    const rows = Number(digits) * ({ k: 1_000, M: 1_000_000 }[unit] ?? 1);
    if (!(rows >= 2_000 && rows <= 10_000_000)) throw new InvalidArgumentError('2k to 10M, as in 4k,80k');
    return rows;
  });

const names = (text: string): string[] => {
  const asked = text.split(',').map((name) => name.trim());
  const unknown = asked.find((name) => !peerNames.includes(name) && name !== 'ours');
  if (unknown !== undefined) throw new InvalidArgumentError(`one of ours, ${peerNames.join(', ')}`);
  return asked;
};

const count = (text: string): number => {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError('1 to 99');
  return Number(text);
};

interface Given {
  readonly rows: number[];
  readonly rounds: number;
  readonly only?: string[];
  readonly python: string;
  readonly json?: true;
}

const command = new Command('bench')
  .description('Measures the corridor without Temporal against a plain copy and its peers.')
  .addOption(
    new Option('--rows <sizes>', 'how large')
      .argParser(sizes)
      .default(sizes('4k,80k,450k,1M'), '4k,80k,450k,1M'),
  )
  .option('--rounds <n>', 'the first of several warms up and is dropped', count, 4)
  .option('--only <names>', `the floor, ours, and of the peers these`, names)
  .option('--python <program>', 'where pandas and DuckDB are looked for', 'python3')
  .option('--json', 'prints what was measured as JSON')
  .addHelpText(
    'after',
    `\nPeers: ${peerNames.join(', ')}.\n\nExample:\n  npm run bench -- --rows 4k,80k --rounds 3 --only "pandas,Node batches"`,
  )
  .action(async ({ rows, rounds, only, python, json }: Given) => {
    const progress = (line: string): unknown => process.stderr.write(`${line}\n`);
    const { env } = process;
    // as `worker/compiled.js` has it, for every contender that Node runs
    env['NODE_COMPILE_CACHE'] ??= join(import.meta.dirname, '../../.cordon/compile-cache');
    const here = peersHere(python);
    const peers = here.peers.filter(({ name }) => only?.includes(name) ?? true);
    const leftOut = here.leftOut.filter((why) => only?.some((name) => why.startsWith(name)) ?? true);
    for (const why of leftOut) progress(`left out: ${why}`);
    const watchdog = await startWatchdog();
    const run = await createRunFolder({ kind: 'bench', env });
    const work = join(run.path, 'work');
    watchdog.remove(work);
    await mkdir(work, { mode: 0o700 });
    const postgres = await startPostgres({ folder: work, env, progress, watchdog });
    try {
      const all = await bench({
        adminUrl: postgres.adminUrl,
        folder: work,
        sizes: rows,
        rounds,
        peers,
        progress,
      });
      const table = report(all, leftOut);
      await writeFile(join(run.path, 'table.md'), `${table}\n`);
      await writeFile(join(run.path, 'plot.svg'), plot(all));
      await writeFile(join(run.path, 'results.json'), `${JSON.stringify(all, null, 2)}\n`);
      process.stdout.write(`${json ? JSON.stringify(all, null, 2) : table}\n`);
      progress(`in ${relative(process.cwd(), run.path)}: table.md, plot.svg, results.json`);
    } finally {
      await postgres.stop();
      await rm(work, { recursive: true, force: true });
      await watchdog.stop();
    }
  });

try {
  await command.parseAsync();
} catch (e) {
  const { lines, code } = refused(await answer(e));
  process.stderr.write(`${lines.join('\n')}\n`);
  process.exitCode = code;
}
