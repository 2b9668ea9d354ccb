// `cordon apply`.
import { refuse } from '../schemas/failure.ts';
import { render } from '../schemas/mistake.ts';
import { roleNames, rolesAsSql } from '../sql/roles.ts';
import { plan, record } from './apply.ts';
import type { Environment } from './config.ts';
import { databaseUrl, officerOf, parsedUrl, prefix, taskQueue } from './config.ts';
import { exitCodes } from './exit.ts';
import { login as logIn, mustNotBeAnother } from './login.ts';
import { scheduleOf } from './schedules.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { connectClient, temporalConfig } from './temporal.ts';

type Say = (line: string) => void;

export const applyCommand = async (
  file: string,
  options: { processor?: string; officer?: string; json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const officer = officerOf(options.officer, env);
  const planned = await plan(
    file,
    options.processor === undefined ? {} : { processorFile: options.processor },
  );
  if (!planned.ok) {
    if (options.json) say(JSON.stringify(planned.mistakes, null, 2));
    else for (const mistake of planned.mistakes) say(`${render(mistake)}\n`);
    return exitCodes.no.code;
  }
  const url = await logIn(env, 'owner');
  const client = await connectClient(temporalConfig(env), 'cli');
  try {
    await ensureSearchAttributes(client);
    const applied = await record(planned.compiled, { databaseUrl: url, prefix: prefix(env), officer });
    const schedule = await scheduleOf(client, applied.planHash, planned.compiled.plan, taskQueue(env));
    const { notes } = planned;
    if (options.json) say(JSON.stringify({ ...applied, schedule, notes }, null, 2));
    else {
      for (const note of notes) say(`${render(note)}\n`);
      say(`${applied.survey}  ${applied.change}; schedule ${schedule}`);
      say(`  declaration  ${applied.declarationHash}`);
      say(`  plan         ${applied.planHash}`);
    }
    return exitCodes.done.code;
  } finally {
    await client.connection.close();
  }
};

/**
 * What a database administrator runs where the login of DATABASE_URL may not make roles. Asks no server.
 * @throws INPUT unless DATABASE_URL names a login and a database
 */
export const rolesSqlCommand = (env: Environment, say: Say): number => {
  const { username, pathname } = parsedUrl(databaseUrl(env, 'owner'));
  const [login, database] = [username, pathname.slice(1)].map(decodeURIComponent);
  if (!login || !database)
    throw refuse({
      code: 'INPUT',
      found: 'a DATABASE_URL without a login or without a database',
      expected: 'postgres://login@host/database',
      remedy: 'name the login that will apply, and the database',
    });
  mustNotBeAnother(login, roleNames(prefix(env)));
  say(`-- by an administrator, in the database ${database}; then a password for each role that logs in`);
  say(rolesAsSql(roleNames(prefix(env)), database, login));
  return exitCodes.done.code;
};
