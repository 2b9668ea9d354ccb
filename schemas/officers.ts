// The grammar of the officers file: who acts for the force, with which SSH keys, in what, from when to when. The data
// protection officer signs it; each version names the key that signs the next.
import * as z from 'zod';
import { staffPattern } from './staff.ts';
import { parseSshKey } from './ssh-key.ts';
import { date, keyed, mapping, matching, several, whole } from './words.ts';
import type { DeepReadonly } from './words.ts';

/** What an officer may put a signature to; each has a namespace of its own. */
export const acts = [
  'apply',
  'release',
  'accept',
  'seed',
  'settle',
  'clock',
  'hold',
  'lift',
  'dispose',
  'forgo',
  'close',
  'continue',
] as const;
export type Act = (typeof acts)[number];

const staffId = matching(
  'bad-name: a staff id of small letters, digits, dots and hyphens that starts with a letter, of 2 to 41 characters',
  staffPattern,
);
const keyMessage =
  'bad-key: a public key as in id_ed25519.pub: ed25519, ecdsa or rsa of 3072 bits, or of a hardware key';
const key = z.string(keyMessage).refine(isKey, keyMessage);
const keys = several(key, 'keys');

const officer = mapping({
  keys: keys.describe('Public keys; a spare one may stand beside the first'),
  may: several(z.enum(acts, `wrong-value: one of ${acts.join(', ')}`), 'acts'),
  from: date,
  to: date.describe('The last day on which this officer may sign'),
  deputy_for: staffId
    .describe('Signs in the place of this officer, with whom it counts as one')
    .exactOptional(),
});

export const officersSections = {
  cordon: z.literal(1, 'wrong-value: 1'),
  officers: matching(
    'bad-host: the domain of the force, such as warwickshire.police.uk',
    /^[a-z0-9][a-z0-9.-]{2,100}$/,
  ).describe('Part of every namespace, so that a signature for one force is none for another'),
  version: whole(1, 1_000_000).describe('One more than the version before'),
  dpo: keyed({ id: staffId, keys }).describe('Who signs the next version of this file'),
  staff: z.record(staffId, officer, 'wrong-type: a mapping of staff ids to officers'),
};

export const officersGrammar = mapping(officersSections);

export type Officers = DeepReadonly<z.output<typeof officersGrammar>>;
export type Officer = Officers['staff'][string];

/** `refuse` is of who may release; `officers` of the data protection officer alone. */
export const namespaceOf = (act: Act | 'refuse' | 'officers', domain: string): string => `${act}@${domain}`;

function isKey(text: string): boolean {
  try {
    parseSshKey(text);
    return true;
  } catch {
    return false;
  }
}
