// What people give, recognised in the session: for each row its identifiers as tokens under every key, or which of them
// cannot be read.
import type pg from 'pg';
import { givenTokens } from '../sql/given.ts';
import { bind } from '../sql/plan.ts';
import type { RunValues } from '../sql/plan.ts';
import { identifierKinds, lifted } from '../sql/token.ts';
import type { IdentifierKind, KeyRing } from '../sql/token.ts';
import type { Given, Scope } from './register-terms.ts';

/** A kind as it is stored: the last is of a person who named a case, for records that name none. */
type StoredKind = IdentifierKind | 'person-of-unknown-case';

export interface Identifier {
  readonly kind: StoredKind;
  readonly scope: Scope;
  /** under the newest key: as given first, then every form that is to match */
  readonly tokens: readonly Buffer[];
  /** as given, under every key */
  readonly same: readonly Buffer[];
  /** every form under every key: what the disclosure index may hold */
  readonly every: readonly Buffer[];
}

const expectations: Readonly<Record<IdentifierKind, string>> = {
  phone: 'a British telephone number, written in any usual way',
  reference: 'the unique reference number',
  person: 'forename, surname and postcode',
};

export const unreadable = (kind: IdentifierKind | undefined) =>
  kind === undefined
    ? {
        found: 'nothing that says who it is',
        expected: 'a phone, a reference, or forename, surname and postcode',
        remedy: 'give at least one of them',
      }
    : {
        found: `a ${kind} that cannot be read`,
        expected: expectations[kind],
        remedy: 'ask the person again; an entry that matches nobody is worse than none',
      };

/** For each row its identifiers, or the kind that could not be read; `nothing` where none was given. */
export const identifiersOf = async (
  { tx, ring }: { readonly tx: pg.PoolClient; readonly ring: KeyRing },
  rows: readonly { readonly given: Given; readonly scope: Scope }[],
): Promise<(readonly Identifier[] | { readonly unreadable: IdentifierKind | undefined })[]> => {
  const found = rows.map((): Identifier[] => []);
  const unread = new Map<number, IdentifierKind>();
  for (const kind of identifierKinds) {
    const asked = rows.flatMap(({ given }, at) => (gives(given, kind) ? [{ given, at }] : []));
    if (asked.length === 0) continue;
    const { text, values } = bind(
      givenTokens[kind],
      runValues(
        asked.map(({ given }) => given),
        kind,
      ),
    );
    const { rows: answered } = await tx.query<{ tokens: Buffer[] }>(text, values);
    for (const [i, { at, given }] of asked.entries()) {
      const tokens = answered[i]?.tokens ?? [];
      const scope = rows[at]?.scope ?? 'standing';
      if (tokens.length === 0 || isPartlyRead(kind, given, tokens.length))
        unread.set(at, unread.get(at) ?? kind);
      else found[at]?.push(...identifiers(ring, kind, scope, given, tokens));
    }
  }
  return found.map((identifiers, at) =>
    unread.has(at) || identifiers.length === 0 ? { unreadable: unread.get(at) } : identifiers,
  );
};

/** Where more looks like an identifier than was recognised, they would be told that all of it counts. */
const isPartlyRead = (kind: IdentifierKind, { phone = '' }: Given, read: number): boolean =>
  kind === 'phone' && phone.split(/[,;&|\n]|\s\/\s|\s(?:and|or)\s/i).filter(looksLikeNumber).length > read;

/** Nine places or more of digits, some of which may be a letter O. */
const looksLikeNumber = (part: string): boolean =>
  [...part.matchAll(/[\dO](?:[\s().-]*[\dO]){8,}/gi)].some(
    ([found]) => (found.match(/\d/g) ?? []).length >= 5,
  );

const gives = ({ phone, reference, forename, surname, postcode }: Given, kind: IdentifierKind): boolean =>
  ({ phone, reference, person: forename || surname || postcode })[kind] !== undefined;

const runValues = (given: readonly Given[], kind: IdentifierKind): RunValues => {
  const column = (name: keyof Given): string[] => given.map((g) => g[name] ?? '');
  switch (kind) {
    case 'phone':
      return { givenPhone: column('phone') };
    case 'reference':
      return { givenReference: column('reference') };
    case 'person':
      return {
        givenForename: column('forename'),
        givenSurname: column('surname'),
        givenPostcode: column('postcode'),
      };
    default:
      return kind satisfies never;
  }
};

/** Each number of a field stands for itself; the forms of a reference or a name belong together. */
const identifiers = (
  ring: KeyRing,
  kind: IdentifierKind,
  scope: Scope,
  given: Given,
  tokens: readonly Buffer[],
): Identifier[] => {
  const groups = kind === 'phone' ? tokens.map((token) => [token]) : [tokens];
  const stored = kind === 'person' && scope === 'case' && given.reference ? 'person-of-unknown-case' : kind;
  return groups.map((group) => {
    const chains = group.map((token) => lifted(ring, token));
    return {
      kind: stored,
      scope,
      tokens: chains.flatMap((chain) => chain.slice(-1)),
      same: chains[0] ?? [],
      every: chains.flat(),
    };
  });
};
