// An officers file, whole or with every mistake in it: read by every process that must know who may sign, and apart from
// the declarations, whose grammars most of them have no use for.
import { checkOfficers } from './check/officers.ts';
import { officersGrammar, officersSections } from './officers.ts';
import type { Officers } from './officers.ts';
import type { Parsed } from './parse.ts';
import { read } from './read.ts';
import type { Reading } from './read.ts';

/** Its name is nobody's business: it is signed as bytes, and goes to the database whole. */
export const readOfficersFile = (parsed: Parsed): Reading<Officers> => {
  const reading = read(parsed, officersGrammar, officersSections);
  return { ...reading, mistakes: [...reading.mistakes, ...checkOfficers(parsed, reading.parts)] };
};
