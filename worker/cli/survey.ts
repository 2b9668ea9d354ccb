// What a survey is, and where its waves stand.
import { Option } from 'commander';
import type { Command } from 'commander';
import { closingReasons } from '../../schemas/exception.ts';
import { forgoReasons } from '../../schemas/forgo.ts';
import { runReasons } from '../../schemas/leaf.ts';
import type { RunReason } from '../../schemas/leaf.ts';
import type { CloseFlags } from '../close.ts';
import type { ApplyFlags } from '../apply.ts';
import type { ForgoFlags } from '../forgo.ts';
import type { RecheckFlags } from '../recheck.ts';
import type { StatusFlags } from '../status.ts';
import type { Typed } from './words.ts';
import { json, example, signing, whole } from './words.ts';

type Flags = ApplyFlags & { readonly rolesSql?: boolean };

export const addSurvey = ({ command, process, say }: Typed): void => {
  command(
    'check',
    'check declarations: every mistake with its place',
    'npx cordon check --sql schemas/pipelines/warwickshire-victims.yaml',
  )
    .argument('<file...>', 'pipeline, processor, list or officers files')
    .option('--sql', 'print the SQL that each stage would run')
    .addOption(json())
    .action(async (files: string[], options: { sql?: boolean; json?: boolean }) => {
      const { check } = await import('../check.ts');
      process.exitCode = await check(
        files,
        { sql: options.sql ?? false, json: options.json ?? false },
        say,
        async (declaration) => {
          const { printDeclaration } = await import('../print.ts');
          return printDeclaration(declaration);
        },
      );
    });

  signing(
    command(
      'apply',
      'compile a declaration, sign what it changes, put it in force',
      'npx cordon apply schemas/pipelines/my-survey.yaml --key ~/.ssh/id_ed25519',
    ),
  )
    .argument('[file]', 'a pipeline file')
    .option('--processor <file>', "another processor file than the pipeline's own")
    .addOption(
      new Option('--dry-run', 'only say what changes, and count; nothing is signed').conflicts([
        'to',
        'signature',
      ]),
    )
    .addOption(new Option('--without-dry-run', 'sign without the counts').conflicts('dryRun'))
    .option('--period <yyyy-mm>', 'the month of the dry run; else the last full one')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .option('--roles-sql', "print a database administrator's part, do nothing else")
    .addHelpText(
      'after',
      `
What widens (more leaves, of more people, to somebody else, for longer) is in
force once two officers have signed: each runs the same command over the same
files. Before that a dry run: the worker reads one month anew, counts whom this
plan and the one in force leave out, and drops what it read. Without a worker
there is none. Needs DATABASE_URL.`,
    )
    .action(async (file: string | undefined, { rolesSql, ...options }: Flags, apply: Command) => {
      const { applyCommand, rolesSqlCommand } = await import('../apply.ts');
      if (rolesSql) process.exitCode = rolesSqlCommand(process.env, say);
      else if (file === undefined) apply.error("error: missing required argument 'file'");
      else process.exitCode = await applyCommand(file, options, process.env, say);
    });

  const plan = command(
    'plan',
    'what is in force, what was, on whose word',
    'npx cordon plan diff my-survey schemas/pipelines/my-survey.yaml',
  ).addHelpText('after', '\nNeeds CORDON_AUDITOR_URL.');
  plan
    .command('show')
    .description('the plan in force: fields, rules, clocks, and who has signed it')
    .argument('<survey>', 'its name')
    .addOption(json())
    .addHelpText('after', example('npx cordon plan show my-survey'))
    .action(async (survey: string, options: { json?: boolean }) => {
      const { planShowCommand } = await import('../plan.ts');
      process.exitCode = await planShowCommand(survey, options, process.env, say);
    });
  plan
    .command('history')
    .description('every plan that was in force, oldest first')
    .argument('<survey>', 'its name')
    .addOption(json())
    .addHelpText('after', example('npx cordon plan history my-survey'))
    .action(async (survey: string, options: { json?: boolean }) => {
      const { planHistoryCommand } = await import('../plan.ts');
      process.exitCode = await planHistoryCommand(survey, options, process.env, say);
    });
  plan
    .command('diff')
    .description('what changes, and what of it widens; nothing is recorded')
    .argument('<survey>', 'its name')
    .argument('<from>', 'a pipeline file to put in force; or the hash of an earlier plan')
    .argument('[to]', 'the hash of a later plan; the one in force unless given')
    .option('--processor <file>', "another processor file than the pipeline's own")
    .addOption(json())
    .addHelpText('after', example('npx cordon plan diff my-survey schemas/pipelines/my-survey.yaml'))
    .action(
      async (
        survey: string,
        from: string,
        to: string | undefined,
        options: { json?: boolean; processor?: string },
      ) => {
        const { planDiffCommand } = await import('../plan.ts');
        process.exitCode = await planDiffCommand(survey, from, to, options, process.env, say);
      },
    );

  command(
    'run',
    'start the wave of one month by hand, as its past slot would have',
    'npx cordon run my-survey 2026-10 --because slot-missed',
  )
    .argument('<survey>', 'its name, such as warwickshire-victims')
    .argument('<period>', 'a calendar month, yyyy-mm')
    .addOption(
      new Option('--because <reason>', 'why it is run by hand')
        .choices(Object.keys(runReasons))
        .makeOptionMandatory(),
    )
    .addOption(json())
    .addHelpText(
      'after',
      `\nReasons:\n${Object.entries(runReasons)
        .map(([reason, says]) => `  ${reason.padEnd(15)}${says}`)
        .join('\n')}`,
    )
    .action(async (survey: string, period: string, options: { because: RunReason; json?: boolean }) => {
      const { runCommand } = await import('../run-month.ts');
      process.exitCode = await runCommand({ survey, period }, options, process.env, say);
    });

  signing(
    command(
      'forgo',
      'decide that a month is never run; two officers take it back',
      'npx cordon forgo my-survey 2026-10 --because records-lost',
    ),
  )
    .argument('<survey>', 'its name, such as warwickshire-victims')
    .argument('<period>', 'a calendar month, yyyy-mm')
    .addOption(new Option('--because <reason>', 'why').choices(Object.keys(forgoReasons)))
    .addOption(new Option('--take-back', 'it may be run after all').conflicts('because'))
    .addHelpText(
      'after',
      `\nReasons:\n${Object.entries(forgoReasons)
        .map(([reason, says]) => `  ${reason.padEnd(15)}${says}`)
        .join('\n')}
\nOnly of a month that nothing runs and of which nothing has left. Needs
CORDON_AUDITOR_URL.`,
    )
    .action(async (survey: string, period: string, options: ForgoFlags) => {
      const { forgoCommand } = await import('../forgo.ts');
      process.exitCode = await forgoCommand({ survey, period }, options, process.env, say);
    });

  command(
    'status',
    'what needs somebody, then where waves stand; CORDON_AUDITOR_URL tells all of it',
    'npx cordon status wave/warwickshire-victims/2026-10',
  )
    .argument('[wave]', 'wave/<survey>/<yyyy-mm>; every wave unless given')
    .option('--overlap', 'also which reasons met in one row')
    .addOption(new Option('--watch', 'again every few seconds, until Ctrl-C').conflicts('json'))
    .addOption(json())
    .action(async (wave: string | undefined, options: StatusFlags) => {
      const { statusCommand } = await import('../status.ts');
      process.exitCode = await statusCommand(wave, options, process.env, say);
    });

  signing(
    command(
      'close',
      'say that an exception is dealt with, where nothing else could tell',
      'npx cordon close 7 --because dealt-with',
    ),
  )
    .argument('<exception>', 'its number; cordon status shows it where this may be', whole(1))
    .addOption(
      new Option('--because <reason>', 'why').choices(Object.keys(closingReasons)).makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      `\nReasons:\n${Object.entries(closingReasons)
        .map(([reason, says]) => `  ${reason.padEnd(16)}${says}`)
        .join('\n')}
\nIt opens nothing: a certificate that is overdue still stops the next delivery.
Needs CORDON_AUDITOR_URL.`,
    )
    .action(async (id: number, options: CloseFlags) => {
      const { closeCommand } = await import('../close.ts');
      process.exitCode = await closeCommand(id, options, process.env, say);
    });

  command(
    'recheck',
    'draw a wave again from its public frame and compare with the ledger',
    'npx cordon recheck wave/my-survey/2026-10 --bundle draw-2026-10',
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .option('--bundle <folder>', 'also write what a stranger needs to draw again')
    .option('--checkpoint <file>', 'with --bundle: prove that the ledger said so, against this checkpoint')
    .option('--key <file>', 'the key that signed it, as cordon ledger key prints it')
    .addOption(json())
    .action(async (wave: string, options: RecheckFlags) => {
      const { recheckCommand } = await import('../recheck.ts');
      process.exitCode = await recheckCommand(wave, options, process.env, say);
    });
};
