// What can be typed, as one program: help, the commands of this folder, and how one ends. What a command does is a file
// of its own, loaded when it is called.
import { Command, CommanderError } from 'commander';
import { Interrupted } from '../ask.ts';
import { variables } from '../config.ts';
import { exitCodes, refused } from '../exit.ts';
import { wrap } from '../wrap.ts';
import { addActs } from './acts.ts';
import { addLedger } from './ledger.ts';
import { addMachine } from './machine.ts';
import { addOfficers } from './officers.ts';
import { addPeople } from './people.ts';
import { addRegister } from './register.ts';
import { addRetention } from './retention.ts';
import { addSurvey } from './survey.ts';
import { addTools } from './tools.ts';
import type { Process, Typed } from './words.ts';
import { example } from './words.ts';

/** Runs what was typed; the process is told its exit code, and not ended. */
export const run = async (args: readonly string[], process: Process): Promise<void> => {
  const all = program(args, process);
  try {
    await all.parseAsync(args, { from: 'user' });
  } catch (e) {
    if (e instanceof Interrupted) {
      process.stderr.write(`\n${e.message}\n`);
      process.exitCode = exitCodes.stopped.code;
    } else if (e instanceof CommanderError) {
      process.exitCode = e.exitCode === 0 ? 0 : exitCodes.usage.code;
      if (e.exitCode !== 0 && e.code !== 'commander.help') process.stderr.write(`${seeHelp(all, args)}\n`);
    } else {
      const { answer } = await import('../answer.ts');
      const { lines, code } = refused(await answer(e));
      for (const line of lines) process.stderr.write(`${line}\n`);
      process.exitCode = code;
    }
  }
};

const program = (args: readonly string[], process: Process): Command => {
  const all = new Command('cordon')
    .description(
      'Monthly victim-survey disclosures: declared, drawn, minimised, released, purged, and provable.',
    )
    .exitOverride()
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      writeOut: (text) => void process.stdout.write(text),
      writeErr: (text) => void process.stderr.write(text),
      outputError: (text, write) => {
        for (const line of unechoed(text, args)
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

  const command: Typed['command'] = (name, description, shown) =>
    all.command(name).description(description).exitOverride().addHelpText('after', example(shown));

  const say = (line: string): void => void process.stdout.write(`${line}\n`);
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
    add({ command, process, say });
  return all;
};

/** Of the innermost command that was named. */
const seeHelp = (all: Command, args: readonly string[]): string => {
  const path: string[] = [];
  let at: Command | undefined = all;
  for (const arg of args) {
    at = at.commands.find((c) => c.name() === arg);
    if (!at) break;
    path.push(arg);
  }
  return `  do        see npx ${['cordon', ...path, '--help'].join(' ')}`;
};

/** What somebody typed behind these may be a person's number: commander would quote it. */
const aboutPeople = ['register', 'explain', 'trace', 'recall', 'genuine'];
const unechoed = (text: string, args: readonly string[]): string => {
  const about = aboutPeople.find((name) => args.includes(name));
  return about === undefined
    ? text.trimEnd()
    : `error: wrong arguments of ${about}; what a person gave is asked for and never an argument`;
};
