// What runs: worker, verifier, development and demonstration.
import { Option } from 'commander';
import type { Typed } from './words.ts';
import { json } from './words.ts';

export const addMachine = ({ command, process, say }: Typed): void => {
  command('dev', 'start PostgreSQL, Temporal, worker and verifier, with synthetic records', 'npx cordon dev')
    .option('--fresh', 'first remove the folders of earlier runs')
    .action(async ({ fresh = false }: { fresh?: boolean }) => {
      const { dev } = await import('../dev.ts');
      process.exitCode = await dev({ fresh }, process.env, say);
    });

  command('worker', 'run a worker until it is told to stop', 'npx cordon worker --role verifier')
    .addOption(new Option('--role <role>', 'which work').choices(['worker', 'verifier']).default('worker'))
    .option('--bundle <file>', 'workflow code that was bundled before; else what is kept, or made')
    .action(async (options: { role: 'worker' | 'verifier'; bundle?: string }) => {
      const { work } = await import('../main.ts');
      await work(options, process.env, say);
    });

  command('resume', 'make again in Temporal what must run, from PostgreSQL alone', 'npx cordon resume')
    .addOption(json())
    .addHelpText('after', '\nNeeds CORDON_AUDITOR_URL.')
    .action(async (options: { json?: boolean }) => {
      const { resumeCommand } = await import('../resume.ts');
      process.exitCode = await resumeCommand(options, process.env, say);
    });

  command('demo', 'one real month end to end on an embedded default', 'npm run demo -- --exit')
    .option('--exit', 'end when the month is done')
    .option('--fresh', 'first remove the folders of earlier runs')
    .action(async ({ exit = false, fresh = false }: { exit?: boolean; fresh?: boolean }) => {
      const { demo } = await import('../demo/demo.ts');
      process.exitCode = await demo({ exit, fresh }, process.env, say);
    });
};
