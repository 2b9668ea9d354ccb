// `cordon close EXCEPTION`: an officer says that it is dealt with, where nothing in the database could tell.
import type { ClosingReason } from '../schemas/exception.ts';
import { kindOf } from '../schemas/exception.ts';
import { refuse } from '../schemas/failure.ts';
import { withConnection } from '../sql/connect.ts';
import { readExceptions } from '../sql/exceptions.ts';
import { officersInForce } from '../sql/officers.ts';
import type { ActFlags, Say } from './act.ts';
import { perform, toWorkflow, withClient } from './act.ts';
import type { Environment } from './config.ts';
import { login } from './login.ts';

export interface CloseFlags extends ActFlags {
  readonly because: ClosingReason;
}

export const closeCommand = async (
  id: number,
  { because, ...flags }: CloseFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const { exception, domain } = await withConnection(
    await login(env, 'auditor'),
    'cordon close',
    async (db) => ({
      exception: (await readExceptions(db, 'x.id = $1 and x.closed_at is null', [id]))[0],
      domain: (await officersInForce(db)).officers,
    }),
  );
  const { survey, period, code } = exception ?? {};
  if (code === undefined || survey === undefined || period === undefined || !kindOf(code).byWord)
    throw refuse({
      code: 'INPUT',
      found: code === undefined ? 'no open exception of this number' : `${code}, which goes with its cause`,
      expected: 'one that cordon status says may be closed',
      remedy: code === undefined ? 'look there' : kindOf(code).remedy,
    });
  const statement = { survey, period, exception: id, code, because };
  return withClient(env, (client) => {
    const send = toWorkflow<'close', { officer: string }>(client, 'close', env);
    const act = { act: 'close', statement, domain, send } as const;
    return perform(act, flags, env, say, ({ officer }) => [
      `${code} of ${survey} ${period} is dealt with`,
      `  says ${officer}; the next sweep closes it`,
    ]);
  });
};
