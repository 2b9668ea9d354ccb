// What people give by e-mail, on the telephone or in a file becomes tokens here, in the session, and only tokens and
// dates are stored. Values come by prompt or standard input, never by argv. Every act on a register is an entry of its
// history, a leaf of the ledger, and one transaction.
import type pg from 'pg';
import { sayRegisterOpened } from '../activities/open-copy.ts';
import { assertQuiet } from '../activities/source/quiet.ts';
import { refuse } from '../schemas/failure.ts';
import { createPool, sqlstate, withTransaction } from '../sql/connect.ts';
import { givenTokens } from '../sql/given.ts';
import { append } from '../sql/ledger/append.ts';
import { bind } from '../sql/plan.ts';
import type { RunValues } from '../sql/plan.ts';
import { identifierKinds, keyProofs, lifted, ringSettings } from '../sql/token.ts';
import type { IdentifierKind, KeyRing } from '../sql/token.ts';
import type { Given, RegisterName, Scope, Terms } from './register-terms.ts';

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

export interface Disclosed {
  readonly survey: string;
  readonly period: string;
  readonly recipient: string;
  /** a byte of it may be out; otherwise it is about to leave, and the transfer looks once more */
  readonly hasLeft: boolean;
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

export interface Session {
  readonly tx: pg.PoolClient;
  readonly ring: KeyRing;
  readonly clerk: string;
}

/**
 * One transaction as the clerk's role, under the keys.
 * @param introduces whether the last key may be one that the registers do not know yet
 * @throws SOURCE_LOGS_PARAMETERS; REGISTER_UNREADABLE under other keys than the registers'
 */
export const withRegister = async <T>(
  url: string,
  ring: KeyRing,
  clerk: string,
  work: (session: Session) => Promise<T>,
  introduces = false,
): Promise<T> => {
  const pool = createPool(url, 'cordon register', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      // what was given, and the keys, are bound values
      await assertQuiet(tx);
      // a plan that is made over an empty register and kept would read all of it for each row of a file
      await tx.query('set local plan_cache_mode = force_custom_plan');
      for (const [name, value] of Object.entries(ringSettings(ring)))
        await tx.query('select set_config($1, $2, true) is not null', [name, value]);
      for (const [i, proof] of keyProofs(ring).entries())
        await tx.query('select cordon.hold_token_key($1, $2, $3)', [i + 1, proof, introduces]);
      return work({ tx, ring, clerk });
    });
  } catch (e) {
    if (sqlstate(e) !== 'CRD15') throw e;
    throw refuse({
      code: 'REGISTER_UNREADABLE',
      found: 'other keys than those that the registers are under',
      expected: 'every key in CORDON_TOKEN_KEY, one a line, the oldest first',
      remedy:
        'ask the DPO for the keys; the first is brought in by npx cordon register confirm, a new one by register rekey',
    });
  } finally {
    await pool.end();
  }
};

/** For each row its identifiers, or the kind that could not be read; `nothing` where none was given. */
export const identifiersOf = async (
  { tx, ring }: Session,
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

/** @returns those that were not in force before, by kind */
export const addAll = async (
  { tx, ring, clerk }: Session,
  terms: Pick<Terms, 'register' | 'owner' | 'reviewOn' | 'reason'>,
  given: readonly Identifier[],
): Promise<boolean[]> => {
  const hex = (tokens: readonly Buffer[]): string[] => tokens.map((token) => token.toString('hex'));
  const { rows } = await tx.query<{ fresh: boolean }>(
    `select cordon.register_add($1, e.scope, e.kind, array(select decode(t, 'hex') from unnest(e.tokens) t),
       array(select decode(t, 'hex') from unnest(e.same) t), $2, $3, $4, $5, $7) as fresh
     from rows from (jsonb_to_recordset($6) as (scope text, kind text, tokens text[], same text[])) with ordinality e
       (scope, kind, tokens, same, nth) order by e.nth`,
    [
      terms.register,
      ring.length,
      clerk,
      terms.owner ?? null,
      terms.reviewOn ?? null,
      JSON.stringify(
        given.map(({ scope, kind, tokens, same }) => ({ scope, kind, tokens: hex(tokens), same: hex(same) })),
      ),
      terms.reason ?? null,
    ],
  );
  return rows.map(({ fresh }) => fresh);
};

/** The waves that name any of these, and nothing else about them. */
export const disclosedOf = async ({ tx }: Session, given: readonly Identifier[]): Promise<Disclosed[]> => {
  const { rows } = await tx.query<Disclosed & pg.QueryResultRow>(
    'select survey, period, recipient, has_left as "hasLeft" from cordon.disclosed($1)',
    [given.flatMap(({ every }) => every)],
  );
  return rows;
};

export interface Act {
  readonly action: 'added' | 'withdrawn' | 'confirmed' | 'rekeyed';
  readonly register: RegisterName;
  /** entries by kind */
  readonly entries: ReadonlyMap<string, number>;
  readonly scope?: Scope;
  readonly disclosedIn?: number;
}

/** Into the register's history and the ledger; MUST come last. */
export const say = async ({ tx, clerk }: Session, acts: readonly Act[]): Promise<string> => {
  const { rows } = await tx.query<{ at: Date }>('select clock_timestamp() as at');
  const all = acts.flatMap((act) => [...act.entries].map(([kind, entries]) => ({ ...act, kind, entries })));
  for (const { action, register, kind, entries } of all)
    await tx.query('select cordon.register_say($1, $2, $3, $4, $5)', [
      action,
      register,
      kind,
      entries,
      clerk,
    ]);
  const figures = new Map<RegisterName, { rows: number; digest: string }>();
  for (const register of new Set(all.map((act) => act.register))) {
    const { rows: found } = await tx.query<{ rows: number; digest: string }>(
      'select rows::int, digest from cordon.register_figure($1)',
      [register],
    );
    if (found[0]) figures.set(register, found[0]);
  }
  for (const register of figures.keys()) await sayRegisterOpened(tx, 'clerk', register);
  for (const { action, register, kind, entries, scope, disclosedIn } of all)
    await append(
      tx,
      'clerk',
      {},
      {
        type: 'registered',
        register,
        kind,
        entries,
        by: clerk,
        action,
        ...(scope && { scope }),
        ...(disclosedIn !== undefined && { disclosedIn }),
        ...figures.get(register),
      },
    );
  return rows[0]?.at.toISOString() ?? '';
};

export const countByKind = (given: readonly Identifier[], counts: readonly number[]): Map<string, number> => {
  const by = new Map<string, number>();
  for (const [i, { kind }] of given.entries()) by.set(kind, (by.get(kind) ?? 0) + (counts[i] ?? 0));
  return by;
};
