// What may follow what, and what must add up: the ledger's leaves as one story for each attempt of a wave, and one for
// each copy. A leaf that does not fit is told by its kind, the numbers in it and what they should have been.
import type { Leaf, LeafType } from '../../schemas/leaf.ts';
import type { Act } from '../../schemas/officers.ts';
import type { Of, Said, ToldCopy, Wrong } from './story-copy.ts';
import { tellCopy } from './story-copy.ts';
import type { ToldAttempt } from './story-waterfall.ts';
import { addUp } from './story-waterfall.ts';
import type { ToldForgone } from './verify-forgone.ts';
import { isForgone, tellForgone } from './verify-forgone.ts';
import type { ToldExceptions } from './verify-exceptions.ts';
import { tellException } from './verify-exceptions.ts';

export interface ToldSignature {
  readonly act: Act | 'refuse';
  readonly officer: string;
  readonly statementSha256: string;
  /** absent where releases were not signed yet */
  readonly signatureSha256?: string | undefined;
}

/** Each of these once in an attempt, after the one named; the others have rules of their own. */
const after: Partial<Record<LeafType, LeafType>> = {
  extracted: 'attempt-opened',
  screened: 'extracted',
  'frame-committed': 'screened',
  'seed-drawn': 'frame-committed',
  sampled: 'seed-drawn',
  minimised: 'sampled',
};

/** What is done only on an officer's signed word. */
const actOf: Partial<Record<LeafType, Act>> = {
  'alarm-accepted': 'accept',
  'seed-typed': 'seed',
  settled: 'settle',
  'clock-moved': 'clock',
  hold: 'hold',
  lift: 'lift',
  'exception-answered': 'close',
};

/** Nothing of these after the attempt is closed; what is sent already may still be told. */
const open: readonly LeafType[] = [
  ...(Object.keys(after) as LeafType[]),
  'packaged',
  'release-signed',
  'release-refused',
  'intent',
];

export class Story {
  /** officers that a release needs, by plan; from the plans, whose hashes are checked */
  readonly officers = new Map<string, number>();
  readonly copies = new Map<string, ToldCopy>();
  /** version to hash */
  readonly officersFiles = new Map<number, string>();
  readonly signatures: ToldSignature[] = [];
  readonly attempts = new Map<string, ToldAttempt>();
  readonly exceptions: ToldExceptions = new Map();
  /** months that are never run, to the how manyth time */
  readonly forgone: ToldForgone = new Map();
  /** who applied each plan, which is the one who may not release under it */
  readonly #proposers = new Map<string, Set<string>>();
  readonly #disclosed = new Map<string, string>();
  readonly #signed = new Set<string>();

  /** @returns what does not fit */
  tell(leaf: Leaf): Said[] {
    const faults: Said[] = [];
    const wrong = (rule: Said['rule'], found: string, expected: string): void =>
      void faults.push({ rule, found, expected });
    if (leaf.type === 'officers') {
      if (leaf.version !== this.officersFiles.size + 1 || (leaf.version === 1 && this.#proposers.size > 0))
        wrong(
          'ORDER',
          `version ${String(leaf.version)} of the officers file`,
          'each once, in order, the first before any plan',
        );
      this.officersFiles.set(leaf.version, leaf.sha256);
      return faults;
    }
    if (leaf.type === 'release-signed' || leaf.type === 'release-refused') {
      const { officer, statementSha256, signatureSha256 } = leaf;
      const act = leaf.type === 'release-signed' ? 'release' : 'refuse';
      this.signatures.push({ act, officer, statementSha256, signatureSha256 });
    }
    if (leaf.type === 'continue-after-loss') {
      for (const { officer, signatureSha256 } of leaf.signatures)
        this.signatures.push({
          act: 'continue',
          officer,
          statementSha256: leaf.statementSha256,
          signatureSha256,
        });
      if (new Set(leaf.signatures.map(({ officer }) => officer)).size < 2)
        wrong('ORDER', 'a loss that fewer than two officers have signed', 'two officers');
      return faults;
    }
    if (leaf.type === 'signed') {
      const { act, officer, statementSha256, signatureSha256 } = leaf;
      this.signatures.push({ act, officer, statementSha256, signatureSha256 });
      this.#signed.add(`${act} ${officer} ${statementSha256}`);
      return faults;
    }
    const act = actOf[leaf.type];
    if (act && 'officer' in leaf) this.#mustBeSigned(act, [leaf.officer], leaf, wrong);
    if (leaf.type === 'plan-applied') {
      const { by: proposer, officers = [proposer], change } = leaf;
      this.#mustBeSigned('apply', officers, leaf, wrong);
      if (change === 'widening' && new Set(officers).size < 2)
        wrong('ORDER', 'a plan that widens, signed by one officer', 'two officers');
      const by = this.#proposers.get(leaf.planHash) ?? new Set();
      this.#proposers.set(leaf.planHash, by.add(leaf.by));
      return faults;
    }
    if (leaf.type === 'disposed') this.#mustBeSigned('dispose', leaf.officers, leaf, wrong);
    if (leaf.type === 'forgone') {
      this.#mustBeSigned('forgo', leaf.officers, leaf, wrong);
      tellForgone(this.forgone, leaf, wrong);
    }
    if (leaf.type === 'exception' || leaf.type === 'exception-closed')
      if (!tellException(this.exceptions, leaf))
        wrong('ORDER', `${leaf.code} closed`, 'an exception that is open');
    tellCopy(this.copies, leaf, wrong, this.#isUnsigned);
    // histories are copies of a wave, and of no attempt
    if (leaf.attempt !== undefined && leaf.attempt > 0) this.#tellAttempt(leaf, wrong);
    return faults;
  }

  /** Before the first signed act: the leaves of a version in which only releases were signed. */
  get #isUnsigned(): boolean {
    return this.#signed.size === 0;
  }

  /** Since there is an officers file, nothing that officers do is without their signatures. */
  #mustBeSigned(
    act: Act,
    officers: readonly string[],
    { type, statementSha256 }: { readonly type: LeafType; readonly statementSha256?: string },
    wrong: Wrong,
  ): void {
    if (this.officersFiles.size === 0 || (statementSha256 === undefined && this.#isUnsigned)) return;
    for (const officer of officers)
      if (!this.#signed.has(`${act} ${officer} ${statementSha256 ?? ''}`))
        wrong('ORDER', `${type} by ${officer}, who has not signed it`, 'a signature before it');
  }

  #tellAttempt(leaf: Leaf, wrong: Wrong): void {
    const wave = `${leaf.survey ?? ''}/${leaf.period ?? ''}`;
    const key = `${wave} ${String(leaf.attempt)}`;
    if (leaf.type === 'attempt-opened') {
      if (this.attempts.has(key)) wrong('ORDER', `attempt ${key} opened twice`, 'each attempt once');
      if (isForgone(this.forgone, wave))
        wrong('ORDER', `attempt ${key} of a month forgone`, 'a month that is run');
      if (!this.#proposers.has(leaf.planHash))
        wrong('ORDER', `a plan that was not applied`, 'plan-applied before it');
      this.attempts.set(key, {
        seen: new Set([leaf.type]),
        planHash: leaf.planHash,
        packages: new Map(),
        signed: new Map(),
        numbers: {},
        outcomes: new Map(),
      });
      return;
    }
    const attempt = this.attempts.get(key);
    if (!attempt) {
      wrong('ORDER', `${leaf.type} of ${key}`, 'attempt-opened before it');
      return;
    }
    const before = after[leaf.type];
    if (before && !attempt.seen.has(before)) wrong('ORDER', leaf.type, `${before} before it`);
    if (before && attempt.seen.has(leaf.type))
      wrong('ORDER', `${leaf.type} a second time`, 'once in an attempt');
    if (open.includes(leaf.type) && attempt.seen.has('attempt-closed'))
      wrong('ORDER', `${leaf.type} after attempt-closed`, 'an attempt that is open');
    attempt.seen.add(leaf.type);
    addUp(leaf, attempt, wrong);
    this.#disclose(leaf, attempt, wave, wrong);
  }

  #disclose(leaf: Leaf, attempt: ToldAttempt, wave: string, wrong: Wrong): void {
    switch (leaf.type) {
      case 'frame-committed':
        attempt.frameRoot = leaf.root;
        return;
      case 'seed-drawn':
        if (leaf.frameRoot !== attempt.frameRoot)
          wrong('ORDER', 'a seed of another frame', 'the root that was committed');
        attempt.seed = leaf.seed;
        return;
      case 'sampled':
        if (leaf.seed !== attempt.seed) wrong('ORDER', 'a draw by another seed', 'the seed that was drawn');
        return;
      case 'release-signed': {
        if (!attempt.seen.has('packaged')) wrong('ORDER', 'release-signed', 'packaged before it');
        if (this.#proposers.get(attempt.planHash)?.has(leaf.officer))
          wrong('ORDER', 'a release by who applied the plan', 'another officer');
        const by = attempt.signed.get(leaf.statementSha256) ?? new Set();
        attempt.signed.set(leaf.statementSha256, by.add(leaf.officer));
        return;
      }
      case 'intent':
        this.#intend(leaf, attempt, wave, wrong);
        return;
      case 'intent-voided':
        if (attempt.intent !== leaf.package || attempt.disclosed === leaf.package)
          wrong('ORDER', 'an intent made void', 'one that stands, of which nothing is disclosed');
        delete attempt.intent;
        return;
      case 'disclosure':
        if (attempt.intent !== leaf.package) wrong('ORDER', 'a disclosure', 'an intent of this package');
        if (this.#disclosed.has(wave)) wrong('ORDER', `a second disclosure of ${wave}`, 'one a month');
        this.#disclosed.set(wave, leaf.package);
        attempt.disclosed = leaf.package;
        return;
      case 'registered':
        if (attempt.disclosed === undefined) wrong('ORDER', 'an outcome in a register', 'a disclosure');
        return;
      case 'delivered':
      case 'receipt':
      case 'outcome':
      case 'certificate':
        if (attempt.disclosed !== leaf.package) wrong('ORDER', leaf.type, 'a disclosure of this package');
        return;
      default:
    }
  }

  #intend(leaf: Of<'intent'>, attempt: ToldAttempt, wave: string, wrong: Wrong): void {
    if (!attempt.packages.has(leaf.package)) wrong('ORDER', 'an intent', 'a package that was made before');
    if (attempt.intent !== undefined) wrong('ORDER', 'an intent beside another', 'one that stands at a time');
    if (this.#disclosed.has(wave)) wrong('ORDER', `an intent after a disclosure of ${wave}`, 'one a month');
    const needed = this.officers.get(attempt.planHash) ?? 2;
    const signed = attempt.signed.get(leaf.statementSha256)?.size ?? 0;
    if (signed < needed)
      wrong('ORDER', `an intent that ${String(signed)} officers have released`, `${String(needed)} officers`);
    attempt.intent = leaf.package;
  }
}
