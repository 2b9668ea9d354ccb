// What is asked about one person or one breach; a value is never an argument.
import { Option } from 'commander';
import { recallReasons } from '../../schemas/leaf.ts';
import { traceReasons } from '../register-terms.ts';
import type { BreachFlags } from '../breach.ts';
import type { RecallFlags } from '../recall.ts';
import type { TraceFlags } from '../trace.ts';
import type { Typed } from './words.ts';
import { json } from './words.ts';

export const addPeople = ({ command, process, say }: Typed): void => {
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
      const { explainCommand } = await import('../explain.ts');
      process.exitCode = await explainCommand(wave, options, process.env, say, process.stdin);
    });

  command(
    'trace',
    'where one person’s details went, and what became of every copy; logged',
    'printf \'phone: %s\\n\' "$NUMBER" | npx cordon trace --because subject-request',
  )
    .addOption(new Option('--because <code>', 'why you look').choices(traceReasons).makeOptionMandatory())
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .option('--letter', 'the answer to the person, as a text to copy')
    .addOption(json())
    .addHelpText(
      'after',
      `\nWhat identifies the person is asked for at a terminal, else read from standard
input as lines "phone: …", "reference: …", "forename: …", "surname: …" and
"postcode: …"; never given as an argument. Needs CORDON_WORKER_URL and
CORDON_TOKEN_KEY. Code 1: no wave on record names this person.`,
    )
    .action(async (options: TraceFlags) => {
      const { traceCommand } = await import('../trace.ts');
      process.exitCode = await traceCommand(options, process.env, say, process.stdin);
    });

  command(
    'recall',
    'tell every company that has this person to stop and delete, and await its word',
    'printf \'phone: %s\\n\' "$NUMBER" | npx cordon recall --because opted-out',
  )
    .addOption(
      new Option('--because <code>', 'why; the company is not told')
        .choices([...recallReasons])
        .makeOptionMandatory(),
    )
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText(
      'after',
      `\nWhat identifies the person is asked for at a terminal, else read from standard
input as for trace; never given as an argument. Needs CORDON_CLERK_URL and
CORDON_TOKEN_KEY. It ends no consent by itself: see register add. Code 1: no
wave that may have left names this person.`,
    )
    .action(async (options: RecallFlags) => {
      const { recallCommand } = await import('../recall.ts');
      process.exitCode = await recallCommand(options, process.env, say, process.stdin);
    });

  command(
    'breach',
    'what is in the wrong hands: people, fields, files, hours since awareness; logged',
    'npx cordon breach wave/my-survey/2026-10 --aware 2026-11-26T08:00Z --to pack',
  )
    .argument('[wave]', 'wave/<survey>/<yyyy-mm>')
    .option('--processor <name>', 'everything that this company was sent, instead of a wave')
    .requiredOption('--aware <instant>', 'when somebody at the force knew, in UTC')
    .option('--to <folder>', 'also writes the pack: words, data, and the survey references')
    .option('--people', 'with --to: who they were, by the keys of the records system')
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText(
      'after',
      `\nNeeds CORDON_WORKER_URL. Code 1: nothing of it has left. No name and no number
is in a pack; whose a reference is, the force's own records say.`,
    )
    .action(async (wave: string | undefined, options: BreachFlags) => {
      const { breachCommand } = await import('../breach.ts');
      process.exitCode = await breachCommand(wave, options, process.env, say);
    });

  command(
    'genuine',
    'whether a call was ours: by the interviewer’s survey reference alone; logged',
    'printf \'%s\\n\' "$REFERENCE" | npx cordon genuine --officer c.clerk',
  )
    .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
    .addOption(json())
    .addHelpText(
      'after',
      `\nThe reference is asked for at a terminal, else read from standard input; a
telephone number is not looked for: a yes would tell a stranger that its holder
is a victim. Needs CORDON_CLERK_URL. Code 1: no wave knows the reference.`,
    )
    .action(async (options: { officer?: string; json?: boolean }) => {
      const { genuineCommand } = await import('../genuine.ts');
      process.exitCode = await genuineCommand(options, process.env, say, process.stdin);
    });
};
