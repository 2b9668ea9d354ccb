// What officers put their names to.
import { Option } from 'commander';
import type { Command } from 'commander';
import { releaseDoubts } from '../../schemas/doubt.ts';
import type { ReleaseDoubt } from '../../schemas/doubt.ts';
import type { ReleaseFlags, ShowFlags } from '../release.ts';
import type { Typed } from './words.ts';
import { json, example } from './words.ts';

export const addOfficers = ({ command, process, say }: Typed): void => {
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
      const { releaseShowCommand } = await import('../release.ts');
      process.exitCode = await releaseShowCommand(wave, options, process.env, say);
    });

  signed(release.command('sign'))
    .description('shows the statement, asks, and signs its release with your SSH key')
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addHelpText('after', example('npx cordon release sign my-survey/2026-10 --key ~/.ssh/id_ed25519'))
    .action(async (wave: string, options: ReleaseFlags) => {
      const { releaseSignCommand } = await import('../release.ts');
      process.exitCode = await releaseSignCommand(wave, options, process.env, say);
    });

  signed(release.command('refuse'))
    .description('says no, signed, with a reason: nothing leaves, and the wave closes')
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addOption(new Option('--because <code>', 'why').choices([...releaseDoubts]).makeOptionMandatory())
    .addHelpText('after', example('npx cordon release refuse my-survey/2026-10 --because wrong-counts'))
    .action(async (wave: string, options: ReleaseFlags & { because: ReleaseDoubt }) => {
      const { releaseRefuseCommand } = await import('../release.ts');
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
      const { officersApplyCommand } = await import('../officers.ts');
      process.exitCode = await officersApplyCommand(file, options, process.env, say);
    });

  officers
    .command('show')
    .description('the version in force, every signature in its chain checked')
    .addOption(json())
    .addHelpText('after', example('npx cordon officers show'))
    .addHelpText('after', `\nNeeds CORDON_AUDITOR_URL.`)
    .action(async (options: { json?: boolean }) => {
      const { officersShowCommand } = await import('../officers.ts');
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
      const { officersExportCommand } = await import('../officers.ts');
      process.exitCode = await officersExportCommand(folder, options, process.env, say);
    });
};
