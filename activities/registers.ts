// A register that cannot be read, or is empty although it was not, stops the wave; nobody is drawn, packed or sent
// past it. Only the first of these is final: the second an officer may accept.
import type pg from 'pg';
import type { Refusal } from '../schemas/failure.ts';
import { refuse } from '../schemas/failure.ts';
import { sqlstate } from '../sql/connect.ts';

export interface RegisterFault extends Refusal {
  readonly register: string;
}

/** Every fault of every register: none may hide behind another that is accepted. @throws REGISTER_UNREADABLE */
export const registerFaults = async (tx: pg.PoolClient): Promise<readonly RegisterFault[]> =>
  (await read(tx)).map((register) => ({
    code: 'REGISTER_EMPTIED',
    register,
    found: `an empty register where there were entries: ${register}`,
    expected: 'at least one of the entries that the ledger speaks of',
    remedy: 'restore the register, then run the month again',
  }));

const read = async (tx: pg.PoolClient): Promise<string[]> => {
  await tx.query('savepoint registers');
  try {
    const { rows } = await tx.query<{ register: string }>(empty);
    await tx.query('release savepoint registers');
    return rows.map(({ register }) => register);
  } catch (e) {
    // a lost connection, a cancelled or a blocked query says nothing about the register
    if (passing.test(sqlstate(e))) throw e;
    await tx.query('rollback to savepoint registers');
    throw refuse({
      code: 'REGISTER_UNREADABLE',
      found: 'a register that this worker cannot read',
      expected: 'opt-outs, safety markers and contact history, readable',
      remedy: 'restore the register or its grants, then run the month again',
    });
  }
};

const passing = /^(?:none|08|40|53|55|57)/;

/** An entry is withdrawn, never deleted, and contacts go with their clock: a register empties only by accident. */
const empty = `
  select r.register from (values ('opt-outs'), ('safety-markers')) r(register)
  where not exists (select from cordon.register_entry e where e.register = r.register and e.added_by <> 'canary')
    and exists (select from ledger.entry l where convert_from(l.leaf, 'UTF8')::jsonb
      @> jsonb_build_object('type', 'registered', 'register', r.register))
  union all
  select 'contacts' where not exists (select from cordon.contact_history)
    and exists (select from cordon.copy c join cordon.disclosure_index d using (survey, period)
      where c.kind = 'contacts' and c.state = 'live' and d.kind in ('phone', 'person'))`;
