// What an officer does at a running wave, signed with his SSH key.
import { Option } from 'commander';
import { acceptances, alarmCodes } from '../../schemas/alarm.ts';
import { copyKinds } from '../../schemas/leaf.ts';
import type { AcceptFlags } from '../accept.ts';
import type { ActFlags } from '../act.ts';
import type { ClockFlags } from '../clock.ts';
import type { SettleFlags } from '../settle.ts';
import type { Typed } from './words.ts';
import { signing } from './words.ts';

export const addActs = ({ command, process, say }: Typed): void => {
  signing(
    command(
      'accept',
      'let a wave go on that an alarm has stopped, and say why',
      'npx cordon accept my-survey/2026-10 --alarm RULE_CHANGED --because seasonal',
    ),
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

  signing(
    command(
      'seed',
      'type digits of a seed, where a survey takes them from two officers',
      'npx cordon seed wave/my-survey/2026-10 --key ~/.ssh/id_ed25519 <rolled.txt',
    ),
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addHelpText(
      'after',
      `\nDice: each officer types 20 digits or more, their own; the seed is both, joined.
Public: each types the value that the declaration names, and they must agree.
Asked for at a terminal, else read from standard input.`,
    )
    .action(async (wave: string, options: ActFlags) => {
      const { seedCommand } = await import('../seed.ts');
      process.exitCode = await seedCommand(wave, options, process.env, say, process.stdin);
    });

  signing(
    command(
      'settle',
      'say what became of bytes that may have left',
      'npx cordon settle my-survey/2026-10 --finding arrived',
    ),
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addOption(
      new Option('--finding <word>', 'what the processor says')
        .choices(['arrived', 'not-arrived'])
        .makeOptionMandatory(),
    )
    .action(async (wave: string, options: SettleFlags) => {
      const { settleCommand } = await import('../settle.ts');
      process.exitCode = await settleCommand(wave, options, process.env, say);
    });

  signing(
    command(
      'clock',
      "move the clocks of a wave's copies: nearer by one officer, later by two",
      'npx cordon clock my-survey/2026-10 --kind package --until now',
    ),
  )
    .argument('<wave>', 'wave/<survey>/<yyyy-mm>')
    .addOption(new Option('--kind <kind>', 'which copies').choices([...copyKinds]).makeOptionMandatory())
    .requiredOption('--until <instant>', 'such as 2026-12-01T09:00:00Z, or now')
    .action(async (wave: string, options: ClockFlags) => {
      const { clockCommand } = await import('../clock.ts');
      process.exitCode = await clockCommand(wave, options, process.env, say);
    });
};
