// Why an officer says no to a release: a closed list, for free text would hold names. By itself, so that the command
// line can say it without loading a grammar.
export const releaseDoubts = [
  'wrong-counts',
  'wrong-fields',
  'wrong-recipient',
  'wrong-month',
  'complaint',
  'other',
] as const;
export type ReleaseDoubt = (typeof releaseDoubts)[number];
