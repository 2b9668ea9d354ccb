// The story of one copy: opened once, its clock, its holds, erased under none, and verified after that.
import type { Leaf, LeafType } from '../../schemas/leaf.ts';
import type { Fault } from './verify.ts';

export type Said = Omit<Fault, 'index' | 'byte'>;
export type Of<T extends LeafType> = Extract<Leaf, { readonly type: T }>;
export type Wrong = (rule: Said['rule'], found: string, expected: string) => void;

export interface ToldCopy {
  readonly kind: string;
  readonly place: string;
  /** `survey/2026-10 1`; registers are of none */
  readonly attempt: string;
  readonly openedAt: string;
  /** reviewed before it is erased, and put back until then at the latest; registers without end */
  readonly extendableTo?: string | undefined;
  dueAt: string;
  /** due at `dueAt` or before it: a receipt brought it forward when leaves did not say to when */
  atMost?: true;
  erased: boolean;
  verified: boolean;
  /** holds that live, with the officers who have said that they may be lifted */
  readonly holds: Map<number, Set<string>>;
}

const attemptOf = ({ survey = '', period = '' }: Leaf, attempt?: number): string =>
  `${survey}/${period} ${String(attempt)}`;

/** Clocks that run out sooner because of what happened to their attempt: what never left is due at once. */
const tellClocks = (copies: Map<string, ToldCopy>, leaf: Leaf, isUnsigned: boolean): void => {
  const forward = (of: number | undefined, kinds: readonly string[], to: string): void => {
    for (const copy of copies.values())
      if (
        copy.attempt === attemptOf(leaf, of) &&
        kinds.includes(copy.kind) &&
        !copy.erased &&
        copy.dueAt > to
      )
        copy.dueAt = to;
  };
  if (leaf.type === 'attempt-closed' && leaf.again) forward(leaf.attempt, ['staging', 'package'], leaf.at);
  if (leaf.type === 'attempt-opened' && leaf.supersedes !== undefined)
    forward(leaf.supersedes, ['staging', 'package'], leaf.at);
  if (leaf.type !== 'receipt') return;
  if (leaf.dueAt !== undefined) forward(leaf.attempt, ['delivered'], leaf.dueAt);
  else if (isUnsigned)
    for (const copy of copies.values())
      if (copy.attempt === attemptOf(leaf, leaf.attempt) && copy.kind === 'delivered') copy.atMost = true;
};

export const tellCopy = (
  copies: Map<string, ToldCopy>,
  leaf: Leaf,
  wrong: Wrong,
  isUnsigned = false,
): void => {
  if (!('place' in leaf)) return tellClocks(copies, leaf, isUnsigned);
  const name = `${leaf.kind} ${leaf.place}`;
  const copy = copies.get(name);
  if (leaf.type === 'copy-opened') {
    if (copy && !copy.erased) wrong('ORDER', `${name} opened twice`, 'a copy that is opened once');
    if (leaf.dueAt < leaf.at) wrong('CLOCK', `${name} due before it was opened`, 'a clock that runs forward');
    const { kind, place, at: openedAt, dueAt, extendableTo } = leaf;
    copies.set(name, {
      kind,
      place,
      attempt: attemptOf(leaf, leaf.attempt),
      openedAt,
      dueAt,
      extendableTo,
      erased: false,
      verified: false,
      holds: new Map(),
    });
    return;
  }
  if (!copy) {
    wrong('ORDER', `${leaf.type} of ${name}`, 'a copy whose opening is in the ledger');
    return;
  }
  if (leaf.type === 'clock-moved') {
    copy.dueAt = leaf.to;
    delete copy.atMost;
  }
  if (leaf.type === 'rehearsed') return tellRehearsal(leaf, copy, wrong);
  if (leaf.type === 'disposed') return tellDecision(leaf, copy, wrong);
  if (leaf.type === 'hold' || leaf.type === 'lift') return tellHold(leaf, copy, wrong);
  if (leaf.type === 'erased') {
    if (copy.holds.size > 0)
      wrong(
        'ORDER',
        `${name} erased under ${String(copy.holds.size)} holds`,
        'the last of them lifted before',
      );
    copy.erased = true;
  }
  if (leaf.type !== 'erasure-verified') return;
  if (!copy.erased) wrong('ORDER', `the erasure of ${name} verified`, 'an erasure before it');
  copy.verified = true;
};

/** What it staged is due at once, and its counts are a waterfall. */
const tellRehearsal = ({ at, counts }: Of<'rehearsed'>, copy: ToldCopy, wrong: Wrong): void => {
  if (copy.dueAt > at) copy.dueAt = at;
  if (!counts) return;
  const { read, quarantined, intake, frame, exclusions, strata } = counts;
  const sums = [
    ['read', read, quarantined + intake],
    ['frame', frame, intake - exclusions.reduce((n, { first }) => n + first, 0)],
    ['frame of all strata', strata.reduce((n, stratum) => n + stratum.frame, 0), frame],
  ] as const;
  for (const [what, found, expected] of sums)
    if (found !== expected) wrong('SUM', `${what} ${String(found)}`, String(expected));
};

/** One officer erases, two keep longer, and none beyond what was declared when the copy was made. */
const tellDecision = (leaf: Of<'disposed'>, copy: ToldCopy, wrong: Wrong): void => {
  const name = `${copy.kind} ${copy.place}`;
  const { kind, extendableTo, erased } = copy;
  const { decision, from, to, officers } = leaf;
  if (erased || from !== copy.dueAt || (kind !== 'registers' && extendableTo === undefined))
    wrong('ORDER', `${name} reviewed, due ${from}`, `a live copy with a review, due ${copy.dueAt}`);
  if (decision === 'erase' ? to > from : to <= from || (extendableTo !== undefined && to > extendableTo))
    wrong('CLOCK', `${name} reviewed, now due ${to}`, `a clock as ${decision} and its declaration move it`);
  if (decision === 'extend' && new Set(officers).size < 2)
    wrong('ORDER', `${name} kept longer by one officer`, 'two officers');
  copy.dueAt = to;
};

/** One officer sets, two lift; what is erased or staged cannot be held. */
const tellHold = (leaf: Of<'hold'> | Of<'lift'>, { kind, erased, holds }: ToldCopy, wrong: Wrong): void => {
  const name = `hold ${String(leaf.hold)}`;
  if (leaf.type === 'hold') {
    if (kind === 'staging' || erased || holds.has(leaf.hold))
      wrong(
        'ORDER',
        `${name} of ${erased ? 'an erased copy' : kind}`,
        'a hold set once, on a copy that may be held',
      );
    holds.set(leaf.hold, new Set());
    return;
  }
  const lifting = holds.get(leaf.hold)?.add(leaf.officer);
  if (!lifting) wrong('ORDER', `${name} lifted`, 'a hold that lives');
  else if (leaf.lifted && lifting.size < 2) wrong('ORDER', `${name} lifted by one officer`, 'two officers');
  if (leaf.lifted) holds.delete(leaf.hold);
};
