// The command line. Each command is a file of its own, loaded when it is called; here are words, options and exit codes.
import { text } from 'node:stream/consumers';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { acceptances, alarmCodes } from '../schemas/alarm.ts';
import { recallReasons } from '../schemas/leaf.ts';
import { releaseDoubts } from '../schemas/officers.ts';
import type { ReleaseDoubt } from '../schemas/officers.ts';
import type { AcceptFlags } from './accept.ts';
import type { BreachFlags } from './breach.ts';
import type { AllocateFlags } from './allocate.ts';
import { Interrupted } from './ask.ts';
import { variables } from './config.ts';
import { exitCodes, refused } from './exit.ts';
import { shareOf } from './size.ts';
import type { SizeFlags } from './size.ts';
import type { ReleaseFlags, ShowFlags } from './release.ts';
import type { RecallFlags } from './recall.ts';
import type { RegisterFlags } from './register-add.ts';
import type { TraceFlags } from './trace.ts';
import type { VerifyFlags } from './ledger-verify.ts';
import { holdReasons, registers, scopes, traceReasons } from './register-terms.ts';
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

const parsedBy =
  <V>(read: (given: string) => V | undefined, expected: string) =>
  (given: string): V => {
    const value = read(given);
    if (value === undefined) throw new InvalidArgumentError(`Expected ${expected}.`);
    return value;
  };
const whole = (least: number) =>
  parsedBy(
    (given) => (/^\d{1,12}$/.test(given) && Number(given) >= least ? Number(given) : undefined),
    `a whole number from ${least}`,
  );
const decimal = (most: number) => (given: string) =>
  /^\d{1,3}(\.\d{1,9})?$/.test(given) && Number(given) <= most ? Number(given) : undefined;
const factor = parsedBy(decimal(100), 'a number such as 1.5');
const exponent = parsedBy(decimal(1), 'a number from 0 to 1');
const share = parsedBy(shareOf, 'a share such as 3% or 0.03');
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

const command = (name: string, description: string, shown: string): Command =>
  program.command(name).description(description).exitOverride().addHelpText('after', example(shown));

command(
  'check',
  'check declarations: every mistake with its place',
  'npx cordon check --sql schemas/pipelines/warwickshire-victims.yaml',
)
  .argument('<file...>', 'pipeline, processor, list or officers files')
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
  .option('--bundle <file>', 'workflow code that was bundled before; bundled now unless given')
  .action(async (options: { role: 'worker' | 'verifier'; bundle?: string }) => {
    const { work } = await import('./main.ts');
    await work(options, process.env, say);
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
    const { runCommand } = await import('./run-month.ts');
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

const release = command(
  'release',
  'what would leave: show it, sign its release, or refuse it',
  'npx cordon release sign wave/my-survey/2026-10 --key ~/.ssh/id_ed25519',
);
const signed = (its: Command): Command =>
  its
    .option('--key <file>', 'your SSH key; CORDON_OFFICER_KEY unless given')
    .option('--signature <file>', 'a signature that was made elsewhere, instead of a key')
    .option('--yes', 'do not ask; needed where there is no terminal')
    .addOption(json());

release
  .command('show')
  .description('the statement in words, and the bytes that officers sign')
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .option('--to <file>', 'write the bytes there, to be signed elsewhere')
  .addOption(json())
  .addHelpText('after', example('npx cordon release show my-survey/2026-10 --to statement.json'))
  .action(async (wave: string, options: ShowFlags) => {
    const { releaseShowCommand } = await import('./release.ts');
    process.exitCode = await releaseShowCommand(wave, options, process.env, say);
  });

signed(release.command('sign'))
  .description('shows the statement, asks, and signs its release with your SSH key')
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .addHelpText('after', example('npx cordon release sign my-survey/2026-10 --key ~/.ssh/id_ed25519'))
  .action(async (wave: string, options: ReleaseFlags) => {
    const { releaseSignCommand } = await import('./release.ts');
    process.exitCode = await releaseSignCommand(wave, options, process.env, say);
  });

signed(release.command('refuse'))
  .description('says no, signed, with a reason: nothing leaves, and the wave closes')
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .addOption(new Option('--because <code>', 'why').choices([...releaseDoubts]).makeOptionMandatory())
  .addHelpText('after', example('npx cordon release refuse my-survey/2026-10 --because wrong-counts'))
  .action(async (wave: string, options: ReleaseFlags & { because: ReleaseDoubt }) => {
    const { releaseRefuseCommand } = await import('./release.ts');
    process.exitCode = await releaseRefuseCommand(wave, options, process.env, say);
  });

const officers = command(
  'officers',
  'who may sign what for the force',
  'npx cordon officers apply officers.yaml',
).addHelpText(
  'after',
  `
The data protection officer writes the file and signs it, as it is, with
  ssh-keygen -Y sign -n officers@DOMAIN -f KEY officers.yaml`,
);

officers
  .command('apply')
  .description('puts a version of the officers file in force; the first comes before any plan')
  .argument('<file>', 'the officers file')
  .option('--signature <file>', 'the signature of the data protection officer; FILE.sig unless given')
  .addOption(json())
  .addHelpText('after', example('npx cordon officers apply officers.yaml'))
  .addHelpText('after', `\nNeeds DATABASE_URL.`)
  .action(async (file: string, options: { signature?: string; json?: boolean }) => {
    const { officersApplyCommand } = await import('./officers.ts');
    process.exitCode = await officersApplyCommand(file, options, process.env, say);
  });

officers
  .command('show')
  .description('the version in force, every signature in its chain checked')
  .addOption(json())
  .addHelpText('after', example('npx cordon officers show'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
  .action(async (options: { json?: boolean }) => {
    const { officersShowCommand } = await import('./officers.ts');
    process.exitCode = await officersShowCommand(options, process.env, say);
  });

officers
  .command('export')
  .description('every statement and its signature as files, for ssh-keygen -Y verify')
  .argument('<folder>', 'where to')
  .addOption(json())
  .addHelpText('after', example('npx cordon officers export evidence && sh evidence/verify.sh'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
  .action(async (folder: string, options: { json?: boolean }) => {
    const { officersExportCommand } = await import('./officers.ts');
    process.exitCode = await officersExportCommand(folder, options, process.env, say);
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
    const { traceCommand } = await import('./trace.ts');
    process.exitCode = await traceCommand(options, process.env, say);
  });

const ledger = command('ledger', 'what the ledger proves', 'npx cordon ledger verify');

ledger
  .command('verify')
  .description('reads the whole ledger again: hashes, order, sums, clocks, and the tables against it')
  .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere; the ledger must contain them')
  .option('--key <file>', 'the key that signed them, as cordon ledger key prints it')
  .option('--head <size:root>', 'entries and root that were noted elsewhere, as verify prints them')
  .addOption(json())
  .addHelpText('after', example('npx cordon ledger verify --checkpoint kept/* --key ledger.key'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL. Code 1: something is wrong, and where.`)
  .action(async (options: VerifyFlags) => {
    const { ledgerVerifyCommand } = await import('./ledger-verify.ts');
    process.exitCode = await ledgerVerifyCommand(options, process.env, say);
  });

ledger
  .command('checkpoint')
  .description('how many entries the ledger has and their root, signed, to be kept elsewhere')
  .requiredOption('--to <folder>', 'writes it there, once every checkpoint in it is found in this ledger')
  .addHelpText('after', example('npx cordon ledger checkpoint --to /mnt/elsewhere/checkpoints'))
  .addHelpText(
    'after',
    `\nA C2SP checkpoint. Needs CORDON_AUDITOR_URL and CORDON_LEDGER_KEY; signs
nothing over a ledger that shrank, forked or was restored: LEDGER_FORKED.`,
  )
  .action(async (options: { to: string }) => {
    const { ledgerCheckpointCommand } = await import('./ledger-checkpoint.ts');
    process.exitCode = await ledgerCheckpointCommand(options, process.env, say);
  });

ledger
  .command('prove')
  .description('one entry, with what shows that it stands in the log of a checkpoint')
  .argument('<index>', 'of the entry, from 0', whole(0))
  .requiredOption('--checkpoint <file>', 'the checkpoint to prove it in')
  .requiredOption('--key <file>', 'the key that signed it, as cordon ledger key prints it')
  .addHelpText(
    'after',
    example('npx cordon ledger prove 12 --checkpoint kept/last --key ledger.key >12.proof'),
  )
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL. Whoever has the key checks it offline: cordon proof.`)
  .action(async (at: number, options: { checkpoint: string; key: string }) => {
    const { ledgerProveCommand } = await import('./ledger-prove.ts');
    process.exitCode = await ledgerProveCommand(at, options, process.env, say);
  });

const loss = ledger
  .command('continue')
  .description('after a loss: what the ledger no longer contains, and two officers who let waves go on')
  .addHelpText('after', example('npx cordon ledger continue show --to loss.json'))
  .addHelpText(
    'after',
    `
Waves compare the ledger with the checkpoints in CORDON_CHECKPOINTS and refuse
to run on one that shrank, forked or was restored: LEDGER_FORKED. First find out
why.`,
  );

loss
  .command('show')
  .description('what is lost, and which deliveries are forgotten; with --to the statement to sign')
  .option('--to <file>', 'writes the statement there')
  .addOption(json())
  .addHelpText('after', example('npx cordon ledger continue show --to loss.json'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL, CORDON_CHECKPOINTS and CORDON_LEDGER_KEY.`)
  .action(async (options: { to?: string; json?: boolean }) => {
    const { ledgerContinueShowCommand } = await import('./ledger-continue.ts');
    process.exitCode = await ledgerContinueShowCommand(options, process.env, say);
  });

loss
  .command('apply')
  .description('records the statement that two officers have signed: waves run again')
  .argument('<file>', 'the statement, as show has written it')
  .requiredOption('--signature <file...>', 'the signatures of two officers')
  .addOption(json())
  .addHelpText('after', example('npx cordon ledger continue apply loss.json --signature a.sig b.sig'))
  .addHelpText('after', `\nNeeds DATABASE_URL, CORDON_CHECKPOINTS and CORDON_LEDGER_KEY.`)
  .action(async (file: string, options: { signature: string[]; json?: boolean }) => {
    const { ledgerContinueApplyCommand } = await import('./ledger-continue.ts');
    process.exitCode = await ledgerContinueApplyCommand(file, options, process.env, say);
  });

command(
  'proof',
  'checks a proof file, without the database and without a network',
  'npx cordon proof 12.proof --key ledger.key',
)
  .argument('<file>', 'as cordon ledger prove printed it')
  .requiredOption('--key <file>', 'the key of the log, as cordon ledger key prints it')
  .addOption(json())
  .action(async (file: string, options: { key: string; json?: boolean }) => {
    const { proofCommand } = await import('./ledger-prove.ts');
    process.exitCode = await proofCommand(file, options, say);
  });

ledger
  .command('show')
  .description('one entry, as it is stored')
  .argument('<index>', 'of the entry, from 0', whole(0))
  .addOption(json())
  .addHelpText('after', example('npx cordon ledger show 12'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
  .action(async (at: number, options: { json?: boolean }) => {
    const { ledgerShowCommand } = await import('./ledger-show.ts');
    process.exitCode = await ledgerShowCommand(at, options, process.env, say);
  });

ledger
  .command('export')
  .description('every entry on a line of JSON, in order: index, leaf as its very text, hash')
  .addHelpText('after', example('npx cordon ledger export >ledger.jsonl'))
  .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
  .action(async () => {
    const { ledgerExportCommand } = await import('./ledger-show.ts');
    process.exitCode = await ledgerExportCommand(process.env, process.stdout);
  });

ledger
  .command('key')
  .description('the key that verifies checkpoints, for whoever keeps them')
  .addHelpText('after', example('npx cordon ledger key >ledger.key'))
  .addHelpText('after', `\nNeeds CORDON_LEDGER_KEY.`)
  .action(async () => {
    const { ledgerKeyCommand } = await import('./ledger-checkpoint.ts');
    process.exitCode = ledgerKeyCommand(process.env, say);
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
    const { recallCommand } = await import('./recall.ts');
    process.exitCode = await recallCommand(options, process.env, say);
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
  .option('--officer <id>', 'your staff id; CORDON_OFFICER unless given')
  .addOption(json())
  .addHelpText(
    'after',
    `\nNeeds CORDON_WORKER_URL. Code 1: nothing of it has left. No name and no number
is in a pack; whose a reference is, the force's own records say.`,
  )
  .action(async (wave: string | undefined, options: BreachFlags) => {
    const { breachCommand } = await import('./breach.ts');
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
    const { genuineCommand } = await import('./genuine.ts');
    process.exitCode = await genuineCommand(options, process.env, say);
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
    const { seedCommand } = await import('./seed.ts');
    process.exitCode = await seedCommand(wave, options, process.env, say);
  });

command(
  'recheck',
  'draw a wave again from its public frame and compare with the ledger',
  'npx cordon recheck wave/my-survey/2026-10 --bundle draw-2026-10',
)
  .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
  .option('--bundle <folder>', 'also write what a stranger needs to draw again')
  .addOption(json())
  .action(async (wave: string, options: { bundle?: string; json?: boolean }) => {
    const { recheckCommand } = await import('./recheck.ts');
    process.exitCode = await recheckCommand(wave, options, process.env, say);
  });

command(
  'draw',
  'draw from ids on standard input, one a line, as anybody can draw again',
  'npx cordon draw --seed 314159 --take 4 <ids.txt',
)
  .requiredOption('--seed <text>', 'any text; the same text draws the same ids')
  .requiredOption('--take <n>', 'how many at most', whole(0))
  .option('--digits <d>', 'cut the printed ticket to d digits, as the package does', whole(0))
  .addHelpText(
    'after',
    `
Prints CSV, ticket,id, the smallest ticket first. Tickets are those of Rivest's
Python package consistent_sampler, byte for byte. LF or CRLF ends a line, a
carriage return alone is an error; an empty line is the empty id; an id that
comes twice is an error. A byte order mark before the list is ignored.`,
  )
  .action(async (options: { seed: string; take: number; digits?: number }) => {
    const { drawCommand } = await import('./draw.ts');
    process.exitCode = await drawCommand(options, process.stdin, process.stdout);
  });

command(
  'size',
  'how many people a margin of error needs',
  'npx cordon size --population 10000 --margin 3% --response 35%',
)
  .requiredOption('--population <n>', 'people in the frame', whole(1))
  .requiredOption('--margin <m>', 'half the width of the interval: 3% or 0.03', share)
  .option('--confidence <c>', 'of the interval', share, 0.95)
  .option('--proportion <p>', 'the expected share; 50% needs the most answers', share, 0.5)
  .option('--response <r>', 'the share of those drawn who will answer', share, 1)
  .option('--design-effect <d>', 'of the design over simple random sampling', factor, 1)
  .addOption(json())
  .addHelpText(
    'after',
    `
Cochran's n0 = z² p (1 - p) / m², corrected for the population N:
n0 / (1 + (n0 - 1) / N); then by the design effect, then over the response;
rounded up once, at the end. Tables that round to the nearest (Krejcie and
Morgan 1970) sometimes say one fewer. More than N is refused.`,
  )
  .action(async (options: SizeFlags) => {
    const { sizeCommand } = await import('./size.ts');
    process.exitCode = sizeCommand(options, say);
  });

command(
  'allocate',
  'share a sample out over strata given as CSV on standard input',
  'npx cordon allocate --take 1200 --method proportional <strata.csv',
)
  .requiredOption('--take <n>', 'how many in all', whole(0))
  .addOption(
    new Option('--method <name>', 'the rule of the shares')
      .choices(['equal', 'proportional', 'neyman', 'power'])
      .makeOptionMandatory(),
  )
  .option('--exponent <a>', 'of power: 0 is equal, 1 is proportional', exponent, 0.5)
  .addOption(json())
  .addHelpText(
    'after',
    `
The CSV has columns stratum,size[,sd][,floor][,cap]; a header may name them in
another order. Outer blanks belong to no cell; case does. Shares follow 1
(equal), N (proportional), N sd (neyman) or N^a (power, Bankier 1988), never
below a floor nor above a cap or the size. Rounded by largest remainder; a tie
goes to the larger stratum, then to the name that comes first byte by byte.
What cannot be is refused, with the arithmetic.`,
  )
  .action(async (options: AllocateFlags) => {
    const { allocateCommand } = await import('./allocate.ts');
    process.exitCode = allocateCommand(options, await text(process.stdin), say);
  });

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
  const { registerCommand } = await import('./register-add.ts');
  process.exitCode = await registerCommand('add', flags, process.env, say);
});

registerVerb(
  'withdraw',
  `end an entry: exactly what was given then. ${personal}`,
  'npx cordon register withdraw --officer c.clerk',
).action(async (flags: RegisterFlags) => {
  const { registerCommand } = await import('./register-add.ts');
  process.exitCode = await registerCommand('withdraw', flags, process.env, say);
});

withTerms(
  registerVerb(
    'correct',
    `put an entry right: "was phone: …" is what stands there now, "phone: …" what should. ${personal}`,
    'npx cordon register correct --officer c.clerk',
  ),
).action(async (flags: RegisterFlags) => {
  const { registerCommand } = await import('./register-add.ts');
  process.exitCode = await registerCommand('correct', flags, process.env, say);
});

registerVerb(
  'import',
  'add the rows of a CSV file, all or none. Header: some of phone, reference, forename, surname, postcode, scope, owner, review_on, reason.',
  'npx cordon register import --dry-run opt-outs.csv',
)
  .argument('<file>', 'a CSV file, or - for standard input')
  .option('--dry-run', 'say what would happen to each row, register nothing')
  .action(async (file: string, flags: RegisterFlags & { dryRun?: boolean }) => {
    const { importCommand } = await import('./register-import.ts');
    process.exitCode = await importCommand(file, flags, process.env, say);
  });

registerVerb(
  'confirm',
  'say that nothing is waiting to be entered: a register has an age',
  'npx cordon register confirm --register opt-outs --officer c.clerk',
).action(async (flags: RegisterFlags) => {
  const { confirmCommand } = await import('./register-status.ts');
  process.exitCode = await confirmCommand(flags, process.env, say);
});

register
  .command('status')
  .description('entries by register and kind, oldest and newest; never a token')
  .exitOverride()
  .addOption(json())
  .addHelpText('after', example('npx cordon register status'))
  .action(async (options: { json?: boolean }) => {
    const { registerStatusCommand } = await import('./register-status.ts');
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
    const { rekeyCommand } = await import('./register-rekey.ts');
    process.exitCode = await rekeyCommand(options, process.env, say);
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
