// One person's wish: added, withdrawn, or put right. Each answers with the instant it takes effect, whether anything has
// left already, and a text for the reply to the person.
import { refuse } from '../schemas/failure.ts';
import type { KeyRing } from '../sql/token.ts';
import type { Disclosed, Session } from './register.ts';
import { addAll, countByKind, disclosedOf, say, withRegister } from './register.ts';
import type { Identifier } from './register-identify.ts';
import { identifiersOf, unreadable } from './register-identify.ts';
import { reply } from './register-reply.ts';
import type { Given, RegisterName, Scope, Terms } from './register-terms.ts';
import { scopeOf } from './register-terms.ts';

export interface Acted {
  readonly action: 'added' | 'withdrawn' | 'corrected';
  readonly register: RegisterName;
  readonly scope: Scope;
  /** identifiers that were given: each telephone number, the reference, the person */
  readonly entries: number;
  /** of them not in force before */
  readonly added: number;
  readonly withdrawn: number;
  /** from this instant on every read of the register sees it */
  readonly effectiveAt: string;
  readonly disclosed: readonly Disclosed[];
  /** whether somebody must be told to stop and to delete */
  readonly recall: boolean;
  readonly reply: string;
}

/**
 * @param url of the clerk's role
 * @throws SOURCE_LOGS_PARAMETERS; REGISTER_UNREADABLE; INPUT when anything that was given cannot be read: the entry
 * would match nobody and nobody would know
 */
export const addToRegister = (
  url: string,
  ring: KeyRing,
  register: RegisterName,
  given: Given,
  clerk: string,
  terms: Omit<Terms, 'register'> = {},
): Promise<Acted> =>
  withRegister(url, ring, clerk, async (session) => {
    const asked = { register, ...terms };
    const { scope, identifiers } = await read(session, asked, given);
    const fresh = await addAll(session, asked, identifiers);
    return acted(session, 'added', asked, scope, identifiers, fresh, new Map());
  });

/** @throws INPUT when nothing in force is exactly what was given */
export const withdrawFromRegister = (
  url: string,
  ring: KeyRing,
  register: RegisterName,
  given: Given,
  clerk: string,
): Promise<Acted> =>
  withRegister(url, ring, clerk, async (session) => {
    const { scope, identifiers } = await read(session, { register }, given);
    const gone = await withdraw(session, register, identifiers);
    return acted(session, 'withdrawn', { register }, scope, identifiers, [], gone);
  });

/** In one transaction: nobody reads the register between the two. */
export const correctRegister = (
  url: string,
  ring: KeyRing,
  register: RegisterName,
  was: Given,
  given: Given,
  clerk: string,
  terms: Omit<Terms, 'register'> = {},
): Promise<Acted> =>
  withRegister(url, ring, clerk, async (session) => {
    const asked = { register, ...terms };
    const before = await read(session, { register }, was);
    const { scope, identifiers } = await read(session, asked, given);
    const gone = await withdraw(session, register, before.identifiers);
    const fresh = await addAll(session, asked, identifiers);
    return acted(session, 'corrected', asked, scope, identifiers, fresh, gone);
  });

const read = async (
  session: Session,
  terms: Terms,
  given: Given,
): Promise<{ scope: Scope; identifiers: readonly Identifier[] }> => {
  if (terms.register !== 'opt-outs' && terms.scope !== undefined)
    throw refuse({
      code: 'INPUT',
      found: 'a scope of a safety marker or a hold',
      expected: 'scopes are of opt-outs; a marker or a hold is for every survey',
      remedy: 'leave the scope out',
    });
  const scope = scopeOf(terms, given);
  const [identifiers] = await identifiersOf(session, [{ given, scope }]);
  if (!identifiers || 'unreadable' in identifiers)
    throw refuse({ code: 'INPUT', ...unreadable(identifiers?.unreadable) });
  return { scope, identifiers };
};

const withdraw = async (
  { tx, clerk }: Session,
  register: RegisterName,
  identifiers: readonly Identifier[],
): Promise<Map<string, number>> => {
  const gone = new Map<string, number>();
  for (const { kind, same } of identifiers)
    for (const stored of kind.startsWith('person') ? ['person', 'person-of-unknown-case'] : [kind]) {
      const { rows } = await tx.query<{ many: number }>(
        'select cordon.register_withdraw($1, $2, $3, $4) as many',
        [register, stored, same, clerk],
      );
      const many = rows[0]?.many ?? 0;
      if (many > 0) gone.set(stored, (gone.get(stored) ?? 0) + many);
    }
  if (gone.size === 0)
    throw refuse({
      code: 'INPUT',
      found: 'no entry in force of what was given',
      expected: 'what was registered, as it was given then; a resemblance is not enough',
      remedy: 'ask the person what they gave at the time; see npx cordon register status',
    });
  return gone;
};

const acted = async (
  session: Session,
  action: Acted['action'],
  { register }: Terms,
  scope: Scope,
  identifiers: readonly Identifier[],
  fresh: readonly boolean[],
  gone: ReadonlyMap<string, number>,
): Promise<Acted> => {
  // who comes back to the surveys has nothing recalled
  const disclosed = action === 'withdrawn' ? [] : await disclosedOf(session, identifiers);
  const added = countByKind(identifiers, fresh.map(Number));
  const sum = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((n, m) => n + m, 0);
  const effectiveAt = await say(session, [
    ...(gone.size > 0 ? [{ action: 'withdrawn', register, entries: gone } as const] : []),
    ...(action === 'withdrawn'
      ? []
      : [{ action: 'added', register, scope, entries: added, disclosedIn: disclosed.length } as const]),
  ]);
  const recall = disclosed.some(({ hasLeft }) => hasLeft);
  return {
    action,
    register,
    scope,
    entries: identifiers.length,
    added: sum(added),
    withdrawn: sum(gone),
    effectiveAt,
    disclosed,
    recall,
    reply: reply({ action, register, scope, effectiveAt, disclosed }),
  };
};
