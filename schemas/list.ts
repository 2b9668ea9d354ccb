// The grammar of a code list: versioned data with its source, bound into every plan by its hash.
// Offence codes are text for ever: an unquoted 039 is the number 39 to YAML, and is refused.
import * as z from 'zod';
import { date, keyed, line, matching, name } from './words.ts';
import type { DeepReadonly } from './words.ts';

const code = matching(
  'bad-code: an offence code between quotes, such as "8L" or "4/10"',
  /^[0-9A-Z][0-9A-Z/. -]{0,15}$/i,
);
const head = {
  cordon: z.literal(1, 'wrong-value: 1'),
  list: name.describe('The name of the list and of its file'),
  version: matching(
    'bad-version: a version between quotes, such as "2026-04"',
    /^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$/,
  ),
  source: line('the publication, its publisher and its date', 2000),
  retrieved: date.exactOptional(),
  note: z.string('wrong-type: text').max(4000, 'bad-text: at most 4000 characters').exactOptional(),
  titles: z
    .record(code, line('the title of an offence'), 'wrong-type: a mapping of codes to titles')
    .exactOptional(),
};
const codes = z
  .array(code, 'wrong-type: a list of codes')
  .min(1, 'too-few: at least one code')
  .max(5000, 'too-many: at most 5000 codes');
const groups = z.record(name, codes, 'wrong-type: a mapping of group names to codes');

/** A plain set of codes, or codes in groups; of the two exactly one, which `check.ts` says with positions. */
export const listSections = { ...head, codes: codes.exactOptional(), groups: groups.exactOptional() };

export const listGrammar = keyed(listSections).transform(({ codes, groups, ...rest }) => ({
  ...rest,
  codes: codes ?? Object.values(groups ?? {}).flat(),
  groups: groups ?? null,
}));

/** `codes` holds every code of the list, whichever way it was written; `groups` is null for a plain set. */
export type List = DeepReadonly<z.output<typeof listGrammar>>;
