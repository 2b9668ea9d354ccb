#!/usr/bin/env node
// The command line. Each command is a file of its own, loaded when it is called; here are words, options and exit codes.
import { Command, CommanderError, Option } from 'commander';
import { acceptances, alarmCodes } from '../schemas/alarm.ts';
import type { AcceptFlags } from './accept.ts';
import { variables } from './config.ts';
import { answer, exitCodes, refused } from './exit.ts';
import type { StatusFlags } from './status.ts';
import { wrap } from './wrap.ts';

process.env['TZ'] = 'UTC';

interface ApplyFlags {
  readonly processor?: string;
  readonly officer?: string;
  readonly rolesSql?: boolean;
  readonly json?: boolean;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const json = () => new Option('--json', 'print data for machines');
const example = (text: string): string => `\nExample:\n  $ ${text}`;

const program = new Command('cordon')
  .description(
    'Monthly victim-survey disclosures: declared, drawn, minimised, released, purged, and provable.',
  )
  .exitOverride()
  .configureHelp({ helpWidth: 80 })
  .addHelpText(
    'after',
    `\nExit codes:\n${Object.values(exitCodes)
      .map(({ code, says }) => `  ${String(code)}  ${says}`)
      .join('\n')}
\nEnvironment (each secret also as NAME_FILE, naming a file):
${Object.entries(variables)
  .flatMap(([name, says]) => [`  ${name}`, ...wrap(`      ${says}`)])
  .join('\n')}
${example('npx cordon check schemas/pipelines/warwickshire-victims.yaml')}`,
  );

const command = (name: string, description: string, shown: string): Command =>
  program.command(name).description(description).exitOverride().addHelpText('after', example(shown));

command(
  'check',
  'check declarations: every mistake with its place',
  'npx cordon check --sql schemas/pipelines/warwickshire-victims.yaml',
)
  .argument('<file...>', 'pipeline, processor or list files')
  .option('--sql', 'print the SQL that each stage would run')
  .addOption(json())
  .action(async (files: string[], options: { sql?: boolean; json?: boolean }) => {
    const { check } = await import('./check.ts');
    const { printDeclaration } = await import('./print.ts');
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
    const { applyCommand, rolesSqlCommand } = await import('./commands.ts');
    if (rolesSql) process.exitCode = rolesSqlCommand(process.env, say);
    else if (file === undefined) apply.error("error: missing required argument 'file'");
    else process.exitCode = await applyCommand(file, options, process.env, say);
  });

command('dev', 'start PostgreSQL, Temporal, worker and verifier, with synthetic records', 'npx cordon dev')
  .option('--fresh', 'first remove the folders of earlier runs')
  .action(async ({ fresh = false }: { fresh?: boolean }) => {
    const { dev } = await import('./dev.ts');
    process.exitCode = await dev({ fresh }, process.env, say);
  });

command('worker', 'run a worker until it is told to stop', 'npx cordon worker --role verifier')
  .addOption(new Option('--role <role>', 'which work').choices(['worker', 'verifier']).default('worker'))
  .action(async ({ role }: { role: 'worker' | 'verifier' }) => {
    const { work } = await import('./main.ts');
    await work(role, process.env, say);
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
    const { runCommand } = await import('./commands.ts');
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
    const { statusCommand } = await import('./status.ts');
    process.exitCode = await statusCommand(wave, options, process.env, say);
  });

command(
  'release',
  'show what would leave, and release it',
  'npx cordon release wave/my-survey/2026-10 --officer r.officer',
)
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
  .option('--yes', 'do not ask; needed where there is no terminal')
  .addOption(json())
  .action(async (wave: string, options: { officer?: string; yes?: boolean; json?: boolean }) => {
    const { releaseCommand } = await import('./release.ts');
    process.exitCode = await releaseCommand(wave, options, process.env, say);
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
    const { acceptCommand } = await import('./accept.ts');
    process.exitCode = await acceptCommand(wave, options, process.env, say);
  });

command(
  'explain',
  'which rules match one reference, asked of the source again; logged',
  'printf \'%s\\n\' "$REFERENCE" | npx cordon explain my-survey/2026-10',
)
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
  .addOption(json())
  .addHelpText(
    'after',
    `\nThe reference is asked for at a terminal, else read from standard input; never
given as an argument. Needs CORDON_WORKER_URL, CORDON_TOKEN_KEY and the source.`,
  )
  .action(async (wave: string, options: { officer?: string; json?: boolean }) => {
    const { explainCommand } = await import('./explain.ts');
    process.exitCode = await explainCommand(wave, options, process.env, say);
  });

const register = command(
  'register',
  'opt-outs and safety markers, held as tokens',
  'npx cordon register add',
);
register
  .command('add')
  .description(
    'add what a person gave: phone, reference, or forename, surname and postcode. Asked for at a terminal, else ' +
      'read from standard input, one "phone: …" a line. Never from arguments.',
  )
  .exitOverride()
  .addOption(
    new Option('--register <name>', 'which').choices(['opt-outs', 'safety-markers']).default('opt-outs'),
  )
  .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
  .addOption(json())
  .addHelpText(
    'after',
    example('printf \'phone: %s\\n\' "$NUMBER" | npx cordon register add --officer c.clerk'),
  )
  .action(async (options: { register: 'opt-outs' | 'safety-markers'; officer?: string; json?: boolean }) => {
    const { registerCommand } = await import('./register-add.ts');
    process.exitCode = await registerCommand(options, process.env, say);
  });

command('demo', 'one real month end to end on an embedded default', 'npm run demo -- --exit')
  .option('--exit', 'end when the month is done')
  .option('--fresh', 'first remove the folders of earlier runs')
  .action(async ({ exit = false, fresh = false }: { exit?: boolean; fresh?: boolean }) => {
    const { demo } = await import('./demo/demo.ts');
    process.exitCode = await demo({ exit, fresh }, process.env, say);
  });

try {
  await program.parseAsync();
} catch (e) {
  if (e instanceof CommanderError) process.exitCode = e.exitCode === 0 ? 0 : exitCodes.usage.code;
  else {
    const { lines, code } = refused(answer(e));
    for (const line of lines) process.stderr.write(`${line}\n`);
    process.exitCode = code;
  }
}

// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
