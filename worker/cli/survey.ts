// What a survey is, and where its waves stand.
import { Option } from 'commander';
import type { Command } from 'commander';
import { acceptances, alarmCodes } from '../../schemas/alarm.ts';
import type { AcceptFlags } from '../accept.ts';
import type { RecheckFlags } from '../recheck.ts';
import type { StatusFlags } from '../status.ts';
import type { AddCommand } from './words.ts';
import { say, json } from './words.ts';

interface ApplyFlags {
  readonly processor?: string;
  readonly officer?: string;
  readonly rolesSql?: boolean;
  readonly json?: boolean;
}

export const addSurvey = (command: AddCommand): void => {
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
      const { printDeclaration } = await import('../print.ts');
      process.exitCode = await check(
        files,
        { sql: options.sql ?? false, json: options.json ?? false },
        say,
        printDeclaration,
      );
    });

  command(
    'apply',
    'compile a declaration, record its plan and schedule it',
    'npx cordon apply schemas/pipelines/my-survey.yaml --officer d.officer',
  )
    .argument('[file]', 'a pipeline file')
    .option('--processor <file>', "another processor file than the pipeline's own")
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .option('--roles-sql', "print a database administrator's part, do nothing else")
    .addOption(json())
    .action(async (file: string | undefined, { rolesSql, ...options }: ApplyFlags, apply: Command) => {
      const { applyCommand, rolesSqlCommand } = await import('../commands.ts');
      if (rolesSql) process.exitCode = rolesSqlCommand(process.env, say);
      else if (file === undefined) apply.error("error: missing required argument 'file'");
      else process.exitCode = await applyCommand(file, options, process.env, say);
    });

  command(
    'run',
    "start the wave of one month by its schedule's own slot",
    'npx cordon run warwickshire-victims 2026-10',
  )
    .argument('<survey>', 'its name, such as warwickshire-victims')
    .argument('<period>', 'a calendar month, yyyy-mm')
    .addOption(json())
    .action(async (survey: string, period: string, options: { json?: boolean }) => {
      const { runCommand } = await import('../run-month.ts');
      process.exitCode = await runCommand({ survey, period }, options, process.env, say);
    });

  command(
    'status',
    'where waves stand; with CORDON_AUDITOR_URL also what they counted',
    'npx cordon status wave/warwickshire-victims/2026-10',
  )
    .argument('[wave]', 'wave/<survey>/<yyyy-mm>; every wave unless given')
    .option('--overlap', 'also which reasons met in one row')
    .addOption(json())
    .action(async (wave: string | undefined, options: StatusFlags) => {
      const { statusCommand } = await import('../status.ts');
      process.exitCode = await statusCommand(wave, options, process.env, say);
    });

  command(
    'accept',
    'let a wave go on that an alarm has stopped, and say why',
    'npx cordon accept my-survey/2026-10 --alarm RULE_CHANGED --because seasonal',
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addOption(
      new Option('--alarm <code>', 'every waiting alarm of this code')
        .choices(alarmCodes)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--because <reason>', 'why it may go on')
        .choices(Object.keys(acceptances))
        .makeOptionMandatory(),
    )
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText(
      'after',
      `\nReasons:\n${Object.entries(acceptances)
        .map(([reason, says]) => `  ${reason.padEnd(20)}${says}`)
        .join('\n')}`,
    )
    .action(async (wave: string, options: AcceptFlags) => {
      const { acceptCommand } = await import('../accept.ts');
      process.exitCode = await acceptCommand(wave, options, process.env, say);
    });

  command(
    'seed',
    'type digits of a seed, where a survey takes them from two officers',
    'npx cordon seed wave/my-survey/2026-10 --officer r.officer <rolled.txt',
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText(
      'after',
      `\nDice: each officer types 20 digits or more, their own; the seed is both, joined.
Public: each types the value that the declaration names, and they must agree.
Asked for at a terminal, else read from standard input.`,
    )
    .action(async (wave: string, options: { officer?: string; json?: boolean }) => {
      const { seedCommand } = await import('../seed.ts');
      process.exitCode = await seedCommand(wave, options, process.env, say);
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
