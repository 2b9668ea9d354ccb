// What officers may decide of a copy whose review has come, and why: closed lists, since a copy that is kept longer without
// a reason that can be looked up is a copy kept for ever.

/** The kinds that a declaration may have reviewed before they are erased; of registers that is always so. */
export const reviewedKinds = ['disclosure-index', 'contacts', 'analysis', 'exported-history'] as const;

export const dispositions = {
  erase: {
    'purpose-served': 'nothing that it is kept for needs it any more',
    'out-of-date': 'it is not accurate or current any more',
  },
  extend: {
    'purpose-continues': 'what it is kept for still needs it',
    audit: 'an audit or an inspection reads it',
    inquiry: 'an inquiry is announced that will ask for it',
    'legal-duty': 'a law asks for it to be kept longer',
  },
} as const;
export type Decision = keyof typeof dispositions;
export type DispositionReason = { [D in Decision]: keyof (typeof dispositions)[D] }[Decision];
