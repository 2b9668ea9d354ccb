// What the ledger proves.
import type { VerifyFlags } from '../ledger-verify.ts';
import type { Typed } from './words.ts';
import { json, example, whole } from './words.ts';

export const addLedger = ({ command, process, say }: Typed): void => {
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
      const { ledgerVerifyCommand } = await import('../ledger-verify.ts');
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
      const { ledgerCheckpointCommand } = await import('../ledger-checkpoint.ts');
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
      const { ledgerProveCommand } = await import('../ledger-prove.ts');
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
      const { ledgerContinueShowCommand } = await import('../ledger-continue.ts');
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
      const { ledgerContinueApplyCommand } = await import('../ledger-continue.ts');
      process.exitCode = await ledgerContinueApplyCommand(file, options, process.env, say);
    });

  command(
    'proof',
    'checks a proof file or a certificate of erasure, without database and network',
    'npx cordon proof 12.proof --key ledger.key',
  )
    .argument('<file>', 'as cordon ledger prove, or certificate --json, printed it')
    .requiredOption('--key <file>', 'the key of the log, as cordon ledger key prints it')
    .addOption(json())
    .action(async (file: string, options: { key: string; json?: boolean }) => {
      const { proofCommand } = await import('../ledger-prove.ts');
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
      const { ledgerShowCommand } = await import('../ledger-show.ts');
      process.exitCode = await ledgerShowCommand(at, options, process.env, say);
    });

  ledger
    .command('export')
    .description('every entry on a line of JSON, in order: index, leaf as its very text, hash')
    .addHelpText('after', example('npx cordon ledger export >ledger.jsonl'))
    .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
    .action(async () => {
      const { ledgerExportCommand } = await import('../ledger-show.ts');
      process.exitCode = await ledgerExportCommand(process.env, process.stdout);
    });

  ledger
    .command('key')
    .description('the key that verifies checkpoints, for whoever keeps them')
    .addHelpText('after', example('npx cordon ledger key >ledger.key'))
    .addHelpText('after', `\nNeeds CORDON_LEDGER_KEY.`)
    .action(async () => {
      const { ledgerKeyCommand } = await import('../ledger-checkpoint.ts');
      process.exitCode = ledgerKeyCommand(process.env, say);
    });
};
