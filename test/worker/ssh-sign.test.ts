// What ssh-keygen says of a key that it cannot read, told as what to give instead.
import { expect, test } from 'vitest';
import { signatureBy } from '../../worker/ssh-sign.ts';
import { coded, here } from './command.ts';

test.each([
  ['no key', {}, 'no key to sign with'],
  ['a file that is not there', { key: 'nowhere/key' }, 'no SSH key at nowhere/key'],
  ['a file that is no key', { key: 'package.json' }, 'no SSH key at package.json'],
])('%s signs nothing, and says how to give one', async (_, flags, found) => {
  const said = await here(async (say) => {
    say(await signatureBy(flags, {}, 'a statement', 'release@police.example'));
    return 0;
  });
  coded(said, 1, found);
  expect(said.err).toMatch(/^cordon: INPUT$/m);
  expect(said.err).toContain('give --key');
});
