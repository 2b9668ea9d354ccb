// The story of one attempt in numbers: what one stage leaves is what the next begins with.
import type { Leaf, LeafType } from '../../schemas/leaf.ts';
import type { Wrong } from './story-copy.ts';

export interface ToldAttempt {
  readonly seen: Set<LeafType>;
  readonly planHash: string;
  /** package to its rows */
  readonly packages: Map<string, number>;
  /** statement to the officers who have signed it */
  readonly signed: Map<string, Set<string>>;
  readonly numbers: Partial<Record<'intake' | 'frame' | 'sample' | 'reserve' | 'package', number>>;
  frameRoot?: string;
  seed?: string;
  /** the package of an intent that stands */
  intent?: string;
  disclosed?: string;
  /** how many people each outcome was reported of */
  readonly outcomes: Map<string, number>;
}

const sum = (counts: readonly number[]): number => counts.reduce((n, m) => n + m, 0);

/** The waterfall: what one stage leaves is what the next begins with. */
export const addUp = (leaf: Leaf, { numbers, packages, ...attempt }: ToldAttempt, wrong: Wrong): void => {
  const equal = (what: string, found: number, expected: number | undefined): void => {
    if (expected !== undefined && found !== expected)
      wrong('SUM', `${what} ${String(found)}`, String(expected));
  };
  switch (leaf.type) {
    case 'extracted':
      equal('read', leaf.read, leaf.quarantined + leaf.intake);
      if (leaf.quarantine)
        equal('quarantined', sum(leaf.quarantine.map(({ rows }) => rows)), leaf.quarantined);
      numbers.intake = leaf.intake;
      return;
    case 'screened':
      equal('intake', leaf.intake, numbers.intake);
      equal('frame', leaf.frame, leaf.intake - sum(leaf.exclusions.map(({ first }) => first)));
      numbers.frame = leaf.frame;
      return;
    case 'frame-committed':
      equal('frame', leaf.size, numbers.frame);
      return;
    case 'sampled': {
      equal('frame', leaf.frame, numbers.frame);
      equal('frame', leaf.frame, leaf.sample + leaf.reserve + leaf.notDrawn);
      for (const part of ['frame', 'sample', 'reserve', 'withheld'] as const)
        equal(`${part} of all strata`, sum(leaf.strata.map((stratum) => stratum[part])), leaf[part]);
      Object.assign(numbers, { sample: leaf.sample, reserve: leaf.reserve });
      return;
    }
    case 'minimised':
      equal('sample', leaf.sample, numbers.sample);
      equal(
        'package',
        leaf.package,
        leaf.sample + leaf.promoted - sum(leaf.struck.map(({ count }) => count)),
      );
      if (leaf.promoted > (numbers.reserve ?? 0)) equal('promoted', leaf.promoted, numbers.reserve);
      numbers.package = leaf.package;
      return;
    case 'struck':
      numbers.package = (numbers.package ?? 0) - sum(leaf.struck.map(({ count }) => count));
      return;
    case 'packaged':
      if (!attempt.seen.has('minimised')) wrong('ORDER', 'packaged', 'minimised before it');
      equal('rows', leaf.rows, numbers.package);
      packages.set(leaf.ciphertextSha256, leaf.rows);
      return;
    case 'disclosure':
      equal('rows', leaf.rows, packages.get(leaf.package));
      return;
    case 'receipt':
      equal('records', leaf.records, packages.get(leaf.package));
      return;
    case 'outcome':
      for (const { outcome, count } of leaf.taken) {
        const all = (attempt.outcomes.get(outcome) ?? 0) + count;
        attempt.outcomes.set(outcome, all);
        const most = packages.get(leaf.package) ?? 0;
        if (all > most) equal(`${outcome} of`, all, most);
      }
      return;
    default:
  }
};
