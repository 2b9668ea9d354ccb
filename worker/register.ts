// What people give by e-mail, on the telephone or in a file becomes tokens here, in the session, and only tokens and
// dates are stored. Values come by prompt or standard input, never by argv. Every act on a register is an entry of its
// history, a leaf of the ledger, and one transaction.
import type pg from 'pg';
import { sayRegisterOpened } from '../activities/open-copy.ts';
import { assertQuiet } from '../activities/source/quiet.ts';
import { refuse } from '../schemas/failure.ts';
import { createPool, sqlstate, withTransaction } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { keyProofs, ringSettings } from '../sql/token.ts';
import type { KeyRing } from '../sql/token.ts';
import type { Identifier } from './register-identify.ts';
import type { RegisterName, Scope, Terms } from './register-terms.ts';

export interface Disclosed {
  readonly survey: string;
  readonly period: string;
  readonly recipient: string;
  /** a byte of it may be out; otherwise it is about to leave, and the transfer looks once more */
  readonly hasLeft: boolean;
}

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
