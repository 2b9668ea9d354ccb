// `cordon hold set COPY` and `hold lift HOLD`: an officer keeps a copy from being erased, or says that it need not be kept.
import type { HoldReason } from '../schemas/hold.ts';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { officersInForce } from '../sql/officers.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { isStaffId } from './config.ts';
import { login } from './login.ts';
import type { Copy } from './retention.ts';
import { readInventory } from './retention.ts';

export interface HoldFlags extends ActFlags {
  readonly because: HoldReason;
  readonly owner: string;
  /** a day, `2027-01-31` */
  readonly review: string;
}

export const holdSetCommand = async (
  id: number,
  { because, owner, review, ...flags }: HoldFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  if (!isStaffId(owner) || !/^20\d\d-\d\d-\d\d$/.test(review) || Number.isNaN(Date.parse(review)))
    throw refuse({
      code: 'INPUT',
      found: isStaffId(owner) ? 'a review that is no day' : 'an owner that is no staff id',
      expected: 'a staff id such as d.po, and a day such as 2027-01-31',
      remedy: 'give --owner and --review',
    });
  const { copies, domain } = await held(env);
  const { survey, period } = waveOf(copies.find((copy) => copy.id === id));
  return withClient(env, (client) => {
    const statement = { survey, period, copy: id, because, owner, reviewOn: review };
    const send = toWorkflow<'hold', { hold: number; officer: string }>(client, 'hold', env);
    const act = { act: 'hold', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ hold, officer }) => [
      `hold ${String(hold)} on copy ${String(id)}, set by ${officer}: ${because}, ${owner}, review ${review}`,
    ]);
  });
};

export const holdLiftCommand = async (
  hold: number,
  flags: ActFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const { copies, domain } = await held(env);
  const of = copies.find(({ holds }) => holds.some((each) => each.hold === hold));
  const { survey, period } = waveOf(of);
  return withClient(env, (client) => {
    const statement = { survey, period, hold };
    const send = toWorkflow<'lift', Lifted>(client, 'lift', env);
    const act = { act: 'lift', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ officer, officers, lifted }) => [
      lifted
        ? `hold ${String(hold)} is lifted; the copy is erased when its clock and its other holds let it`
        : `signed by ${officer}: ${String(officers)} of 2 officers; the hold still holds`,
    ]);
  });
};

interface Lifted {
  readonly officer: string;
  readonly officers: number;
  readonly lifted: boolean;
}

const held = async (env: Environment) => {
  const url = await login(env, 'auditor');
  return withConnection(url, 'cordon hold', async (db) => ({
    copies: await readInventory(db),
    domain: (await officersInForce(db)).officers,
  }));
};

/** @throws INPUT */
const waveOf = (copy: Copy | undefined): { readonly survey: string; readonly period: string } => {
  const { survey, period } = copy ?? {};
  if (survey && period) return { survey, period };
  throw refuse({
    code: 'INPUT',
    found: copy ? 'a register, which is never erased whole' : 'no such copy, or no such hold',
    expected: 'a number that npx cordon retention or npx cordon hold list shows',
    remedy: 'look there',
  });
};
