// The registers, as a clerk keeps them.
import { Option } from 'commander';
import type { Command } from 'commander';
import { holdReasons, registers, scopes } from '../register-terms.ts';
import type { RegisterFlags } from '../register-add.ts';
import type { Typed } from './words.ts';
import { json, example } from './words.ts';

export const addRegister = ({ command, process, say }: Typed): void => {
  const register = command(
    'register',
    'opt-outs, safety markers and holds, as tokens',
    'npx cordon register add',
  );

  const registerVerb = (name: string, description: string, shown: string): Command =>
    register
      .command(name)
      .description(description)
      .exitOverride()
      .addOption(new Option('--register <name>', 'which').choices(registers).default('opt-outs'))
      .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
      .addOption(json())
      .addHelpText('after', example(shown));

  const personal =
    'Asked for at a terminal, else read from standard input, one "phone: …" a line. Never from arguments.';
  const withTerms = (verb: Command): Command =>
    verb
      .addOption(new Option('--scope <scope>', 'this case alone, or never again').choices(scopes))
      .option('--owner <id>', 'of a marker or a hold: who answers for it')
      .option('--review-on <date>', 'when a marker is looked at, or the last day of a hold')
      .addOption(new Option('--reason <reason>', 'of a hold').choices(holdReasons));

  withTerms(
    registerVerb(
      'add',
      `add what a person gave: phone, reference, or forename, surname and postcode. ${personal}`,
      'printf \'phone: %s\\n\' "$NUMBER" | npx cordon register add --officer c.clerk',
    ),
  ).action(async (flags: RegisterFlags) => {
    const { registerCommand } = await import('../register-add.ts');
    process.exitCode = await registerCommand('add', flags, process.env, say, process.stdin);
  });

  registerVerb(
    'withdraw',
    `end an entry: exactly what was given then. ${personal}`,
    'npx cordon register withdraw --officer c.clerk',
  ).action(async (flags: RegisterFlags) => {
    const { registerCommand } = await import('../register-add.ts');
    process.exitCode = await registerCommand('withdraw', flags, process.env, say, process.stdin);
  });

  withTerms(
    registerVerb(
      'correct',
      `put an entry right: "was phone: …" is what stands there now, "phone: …" what should. ${personal}`,
      'npx cordon register correct --officer c.clerk',
    ),
  ).action(async (flags: RegisterFlags) => {
    const { registerCommand } = await import('../register-add.ts');
    process.exitCode = await registerCommand('correct', flags, process.env, say, process.stdin);
  });

  registerVerb(
    'import',
    'add the rows of a CSV file, all or none. Header: some of phone, reference, forename, surname, postcode, scope, owner, review_on, reason.',
    'npx cordon register import --dry-run opt-outs.csv',
  )
    .argument('<file>', 'a CSV file, or - for standard input')
    .option('--dry-run', 'say what would happen to each row, register nothing')
    .action(async (file: string, flags: RegisterFlags & { dryRun?: boolean }) => {
      const { importCommand } = await import('../register-import.ts');
      process.exitCode = await importCommand(file, flags, process.env, say, process.stdin);
    });

  registerVerb(
    'confirm',
    'say that nothing is waiting to be entered: a register has an age',
    'npx cordon register confirm --register opt-outs --officer c.clerk',
  ).action(async (flags: RegisterFlags) => {
    const { confirmCommand } = await import('../register-status.ts');
    process.exitCode = await confirmCommand(flags, process.env, say);
  });

  register
    .command('status')
    .description('entries by register and kind, oldest and newest; never a token')
    .exitOverride()
    .addOption(json())
    .addHelpText('after', example('npx cordon register status'))
    .action(async (options: { json?: boolean }) => {
      const { registerStatusCommand } = await import('../register-status.ts');
      process.exitCode = await registerStatusCommand(options, process.env, say);
    });

  register
    .command('rekey')
    .description('wrap every entry with the last key of CORDON_TOKEN_KEY; stopped, it goes on when run again')
    .exitOverride()
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText('after', example('npx cordon register rekey --officer d.dpo'))
    .action(async (options: { officer?: string; json?: boolean }) => {
      const { rekeyCommand } = await import('../register-rekey.ts');
      process.exitCode = await rekeyCommand(options, process.env, say);
    });
};
