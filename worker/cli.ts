// The command line. What a command does is a file of its own, loaded when it is called; what can be typed is in `cli/`;
// here are help and exit codes.
import { Command, CommanderError } from 'commander';
import { Interrupted } from './ask.ts';
import { addActs } from './cli/acts.ts';
import { addLedger } from './cli/ledger.ts';
import { addMachine } from './cli/machine.ts';
import { addOfficers } from './cli/officers.ts';
import { addPeople } from './cli/people.ts';
import { addRegister } from './cli/register.ts';
import { addRetention } from './cli/retention.ts';
import { addSurvey } from './cli/survey.ts';
import { addTools } from './cli/tools.ts';
import type { AddCommand } from './cli/words.ts';
import { example } from './cli/words.ts';
import { variables } from './config.ts';
import { exitCodes, refused } from './exit.ts';
import { wrap } from './wrap.ts';

process.env['TZ'] = 'UTC';

/** What somebody typed behind these may be a person's number: commander would quote it. */
const aboutPeople = ['register', 'explain', 'trace', 'recall', 'genuine'];
const unechoed = (text: string): string => {
  const about = aboutPeople.find((name) => process.argv.includes(name));
  return about === undefined
    ? text.trimEnd()
    : `error: wrong arguments of ${about}; what a person gave is asked for and never an argument: see --help`;
};

const program = new Command('cordon')
  .description(
    'Monthly victim-survey disclosures: declared, drawn, minimised, released, purged, and provable.',
  )
  .exitOverride()
  .configureHelp({ helpWidth: 80 })
  .configureOutput({
    outputError: (text, write) => {
      for (const line of unechoed(text)
        .split('\n')
        .flatMap((each) => wrap(each, 2)))
        write(`${line}\n`);
    },
  })
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

const command: AddCommand = (name, description, shown) =>
  program.command(name).description(description).exitOverride().addHelpText('after', example(shown));

for (const add of [
  addSurvey,
  addOfficers,
  addActs,
  addPeople,
  addRegister,
  addRetention,
  addLedger,
  addTools,
  addMachine,
])
  add(command);

try {
  await program.parseAsync();
} catch (e) {
  if (e instanceof Interrupted) {
    process.stderr.write(`\n${e.message}\n`);
    process.exitCode = exitCodes.stopped.code;
  } else if (e instanceof CommanderError) process.exitCode = e.exitCode === 0 ? 0 : exitCodes.usage.code;
  else {
    const { answer } = await import('./answer.ts');
    const { lines, code } = refused(answer(e));
    for (const line of lines) process.stderr.write(`${line}\n`);
    process.exitCode = code;
  }
}

// the SDK's runtime would hold the process for as long as it likes; everything of ours is closed by now
process.exit();
