// The stages of our own run, in order.
export const stages = [
  'open',
  'extract',
  'screen',
  'sample',
  'minimise',
  'release',
  'transfer',
  'purge',
] as const;
export type StageName = (typeof stages)[number];

/** When our own run waits to be looked at. */
export type Look = 'framed' | 'sent';
