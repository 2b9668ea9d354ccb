// What is kept, until when, and what became of it.
import { Option } from 'commander';
import { dispositions } from '../../schemas/disposition.ts';
import { holdReasons } from '../../schemas/hold.ts';
import type { ActFlags } from '../act.ts';
import type { CertificateFlags } from '../certificate.ts';
import type { DisposeFlags } from '../dispose.ts';
import type { HoldFlags } from '../hold.ts';
import type { RetentionFlags } from '../retention.ts';
import type { ReviewFlags } from '../review.ts';
import type { Typed } from './words.ts';
import { json, example, signing, whole } from './words.ts';

export const addRetention = ({ command, process, say }: Typed): void => {
  command('retention', 'every copy of personal data, its clock and its holds', 'npx cordon retention --due')
    .option('--due', 'those due, or in review, that are not erased and proved')
    .option('--overdue', 'those due for more than a day; code 2 when there are any')
    .option('--held', 'those under a hold')
    .addOption(json())
    .addHelpText(
      'after',
      `
Standing: live, in review (by officers: cordon dispose), held, due, erasing
(asked of the company), erased here (not yet proved), backups expiring,
complete; ! is overdue. A register is reviewed and never erased whole.
Needs CORDON_AUDITOR_URL.`,
    )
    .action(async (flags: RetentionFlags) => {
      const { retentionCommand } = await import('../retention.ts');
      process.exitCode = await retentionCommand(flags, process.env, say);
    });

  command(
    'certificate',
    'certifies what is erased and proved, of one copy or of a wave',
    'npx cordon certificate my-survey/2026-10 --html --out erased.html',
  )
    .argument('<of>', 'the number of a copy, or wave/<survey>/<yyyy-mm>')
    .addOption(json().conflicts('html'))
    .option('--html', 'a page to print or to send')
    .option('--out <file>', 'writes it there')
    .addHelpText(
      'after',
      `
Each erasure is looked at again first, and refused where something is left. Text
unless told otherwise; --json is the signed file, which cordon proof checks
offline. Needs CORDON_AUDITOR_URL and CORDON_LEDGER_KEY.`,
    )
    .action(async (of: string, flags: CertificateFlags) => {
      const { certificateCommand } = await import('../certificate.ts');
      process.exitCode = await certificateCommand(of, flags, process.env, say);
    });

  command(
    'review',
    'what an auditor asks of a year of purges, proved again now',
    'npx cordon review --from 2026-01-01 --to 2026-12-31 --html --out purges.html',
  )
    .requiredOption('--from <day>', 'the first day, yyyy-mm-dd, on which a copy was due or erased')
    .requiredOption('--to <day>', 'the last day')
    .addOption(json().conflicts(['csv', 'html']))
    .addOption(new Option('--csv', 'a line for each copy').conflicts('html'))
    .option('--html', 'a page to print or to send')
    .option('--out <file>', 'writes it there')
    .addHelpText(
      'after',
      `
Each erasure with planned, actual and who; what is missing: an erasure, its
proof, the company's certificate. Code 1 when anything is unproved, or the
ledger is not whole. Needs CORDON_AUDITOR_URL.`,
    )
    .action(async (flags: ReviewFlags) => {
      const { reviewCommand } = await import('../review.ts');
      process.exitCode = await reviewCommand(flags, process.env, say);
    });

  signing(
    command(
      'dispose',
      'decides of a copy that is reviewed: one officer erases it, two keep it longer',
      'npx cordon dispose 12 --extend 2028-01-31 --because audit',
    ),
  )
    .argument('<copy>', 'its number in cordon retention', whole(1))
    .option('--erase', 'it is due at once')
    .addOption(new Option('--extend <day>', 'kept until another review, yyyy-mm-dd').conflicts('erase'))
    .addOption(
      new Option('--because <reason>', 'why')
        .choices(Object.values(dispositions).flatMap((reasons) => Object.keys(reasons)))
        .makeOptionMandatory(),
    )
    .addHelpText(
      'after',
      `\n${Object.entries(dispositions)
        .map(
          ([decision, reasons]) =>
            `Reasons to ${decision}:\n${Object.entries(reasons)
              .map(([reason, says]) => `  ${reason.padEnd(19)}${says}`)
              .join('\n')}`,
        )
        .join('\n')}
\nOnly of kinds that the declaration has reviewed, and of registers, which are
kept on for a year at a time. What nobody decides of is erased in the end.
Needs CORDON_AUDITOR_URL.`,
    )
    .action(async (copy: number, flags: DisposeFlags) => {
      const { disposeCommand } = await import('../dispose.ts');
      process.exitCode = await disposeCommand(copy, flags, process.env, say);
    });

  const hold = command('hold', 'what keeps a copy from being erased', 'npx cordon hold list');
  signing(hold.command('set'))
    .description('keeps one copy from being erased, until two officers lift it')
    .argument('<copy>', 'its number in cordon retention', whole(1))
    .exitOverride()
    .addOption(new Option('--because <reason>', 'why').choices([...holdReasons]).makeOptionMandatory())
    .requiredOption('--owner <id>', 'staff id of whoever reviews it')
    .requiredOption('--review <day>', 'by when, yyyy-mm-dd; past it the hold still holds')
    .addHelpText(
      'after',
      example('npx cordon hold set 12 --because complaint --owner d.po --review 2027-01-31'),
    )
    .action(async (copy: number, flags: HoldFlags) => {
      const { holdSetCommand } = await import('../hold.ts');
      process.exitCode = await holdSetCommand(copy, flags, process.env, say);
    });
  signing(hold.command('lift'))
    .description('says that a hold need not be any more; the second officer lifts it')
    .argument('<hold>', 'its number in cordon hold list', whole(1))
    .exitOverride()
    .addHelpText('after', example('npx cordon hold lift 3 --key ~/.ssh/id_ed25519'))
    .action(async (id: number, flags: ActFlags) => {
      const { holdLiftCommand } = await import('../hold.ts');
      process.exitCode = await holdLiftCommand(id, flags, process.env, say);
    });
  hold
    .command('list')
    .description('every hold: on which copy, why, whose, until which review; those lifted too')
    .exitOverride()
    .addOption(json())
    .addHelpText('after', example('npx cordon hold list'))
    .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
    .action(async (options: { json?: boolean }) => {
      const { holdListCommand } = await import('../retention.ts');
      process.exitCode = await holdListCommand(options, process.env, say);
    });
};
