// `cordon register add`: what a person gave by e-mail or telephone becomes tokens here, in the session, and only
// tokens are stored. Values come by prompt or standard input, never by argv.
import { assertQuiet } from '../activities/source/quiet.ts';
import { withConnection, withTransaction, createPool } from '../sql/connect.ts';
import { givenTokens } from '../sql/given.ts';
import { append } from '../sql/ledger/append.ts';
import type { RunValues } from '../sql/plan.ts';
import { bind, settings } from '../sql/plan.ts';
import { hmacPads } from '../sql/token.ts';
import type { IdentifierKind } from '../sql/token.ts';
import { refuse } from '../schemas/failure.ts';

export const registers = ['opt-outs', 'safety-markers'] as const;
export type RegisterName = (typeof registers)[number];

export interface Given {
  readonly phone?: string;
  readonly reference?: string;
  readonly forename?: string;
  readonly surname?: string;
  readonly postcode?: string;
}

export interface Added {
  readonly register: RegisterName;
  /** tokens that were not there before, or were withdrawn */
  readonly added: number;
  /** tokens of what was given */
  readonly entries: number;
  /** from this instant on every read of the register sees them */
  readonly effectiveAt: string;
}

/**
 * @param url of the clerk's role
 * @throws SOURCE_LOGS_PARAMETERS; INPUT when nothing readable was given: the entry would match nobody and nobody would know
 */
export const addToRegister = async (
  url: string,
  tokenKey: Uint8Array,
  register: RegisterName,
  given: Given,
  clerk: string,
): Promise<Added> => {
  const tokens = await tokensOf(url, tokenKey, given);
  const pool = createPool(url, 'cordon register', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      let added = 0;
      for (const { kind, token } of tokens) {
        const { rows } = await tx.query<{ fresh: boolean }>(
          'select cordon.register_add($1, $2, $3, $4) as fresh',
          [register, kind, token, clerk],
        );
        if (rows[0]?.fresh) added += 1;
      }
      const { rows } = await tx.query<{ at: Date }>('select clock_timestamp() as at');
      for (const kind of new Set(tokens.map((t) => t.kind)))
        await append(
          tx,
          'clerk',
          {},
          {
            type: 'registered',
            register,
            kind,
            entries: tokens.filter((t) => t.kind === kind).length,
            by: clerk,
          },
        );
      return { register, added, entries: tokens.length, effectiveAt: rows[0]?.at.toISOString() ?? '' };
    });
  } finally {
    await pool.end();
  }
};

interface Token {
  readonly kind: IdentifierKind;
  readonly token: Buffer;
}

/** By the very statements that make the intake's tokens. */
const tokensOf = (url: string, key: Uint8Array, given: Given): Promise<readonly Token[]> =>
  withConnection(url, 'cordon register', async (db) => {
    // what was given, and the key, are bound values
    await assertQuiet(db);
    const { inner, outer } = hmacPads(key);
    await db.query('select set_config($1, $2, false) is not null, set_config($3, $4, false) is not null', [
      settings.inner,
      inner,
      settings.outer,
      outer,
    ]);
    const found: Token[] = [];
    for (const [kind, values] of asked(given)) {
      const { text, values: bound } = bind(givenTokens[kind], values);
      const { rows } = await db.query<{ tokens: Buffer[] }>(text, bound);
      const tokens = rows[0]?.tokens ?? [];
      if (tokens.length === 0)
        throw refuse({
          code: 'INPUT',
          found: `a ${kind} that cannot be read`,
          expected: expectations[kind],
          remedy: 'ask the person again; an entry that matches nobody is worse than none',
        });
      found.push(...tokens.map((token) => ({ kind, token })));
    }
    if (found.length === 0)
      throw refuse({
        code: 'INPUT',
        found: 'nothing to register',
        expected: 'a phone, a reference, or forename, surname and postcode',
        remedy: 'give at least one of them',
      });
    return found;
  });

const expectations: Readonly<Record<IdentifierKind, string>> = {
  phone: 'a British telephone number, written in any usual way',
  reference: 'the unique reference number',
  person: 'forename, surname and postcode',
};

const asked = ({ phone, reference, forename, surname, postcode }: Given): [IdentifierKind, RunValues][] => [
  ...(phone ? [['phone', { givenPhone: phone }] satisfies [IdentifierKind, RunValues]] : []),
  ...(reference ? [['reference', { givenReference: reference }] satisfies [IdentifierKind, RunValues]] : []),
  ...(forename || surname || postcode
    ? [
        [
          'person',
          { givenForename: forename ?? '', givenSurname: surname ?? '', givenPostcode: postcode ?? '' },
        ] satisfies [IdentifierKind, RunValues],
      ]
    : []),
];
