// `cordon apply`.
import type { Client } from '@temporalio/client';
import { statementText } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import type { Mistake } from '../schemas/mistake.ts';
import { render } from '../schemas/mistake.ts';
import { namespaceOf } from '../schemas/officers.ts';
import type { Answer } from '../schemas/ref.ts';
import type { ChangeClass } from '../sql/change.ts';
import type { Compiled } from '../sql/compile.ts';
import { roleNames, rolesAsSql } from '../sql/roles.ts';
import type { ActFlags, Say } from './act.ts';
import { agreed, keepStatement, withClient } from './act.ts';
import type { Applied, Proposal } from './apply-make.ts';
import { plan, propose, record } from './apply-make.ts';
import type { Environment } from './config.ts';
import { databaseUrl, parsedUrl, prefix, taskQueue } from './config.ts';
import { exitCodes, words } from './exit.ts';
import { login as logIn, mustNotBeAnother } from './login.ts';
import type { OwnerOptions } from './owner.ts';
import type { DryRun } from './rehearse.ts';
import { dryRunLines, mustBeMonth, rehearse } from './rehearse.ts';
import { scheduleOf } from './schedules.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { signatureBy } from './ssh-sign.ts';
import { shorter, wrap } from './wrap.ts';

export interface ApplyFlags extends ActFlags {
  readonly processor?: string;
  readonly yes?: boolean;
  /** only the counts: nothing is asked or signed */
  readonly dryRun?: boolean;
  readonly withoutDryRun?: boolean;
  /** of the dry run, yyyy-mm */
  readonly period?: string;
}

export const applyCommand = async (
  file: string,
  options: ApplyFlags,
  env: Environment,
  say: Say,
): Promise<number> => {
  if (options.period !== undefined) mustBeMonth(options.period);
  const planned = await plan(
    file,
    options.processor === undefined ? {} : { processorFile: options.processor },
  );
  if (!planned.ok) {
    if (options.json) say(JSON.stringify(planned.mistakes, null, 2));
    else for (const mistake of planned.mistakes) say(`${render(mistake)}\n`);
    return exitCodes.no.code;
  }
  const { compiled, notes } = planned;
  const database = { databaseUrl: await logIn(env, 'owner'), prefix: prefix(env) };
  return withClient(env, async (client) => {
    await ensureSearchAttributes(client);
    const proposal = await propose(compiled, database);
    if (!options.json) for (const line of proposed(compiled, proposal, notes)) say(line);
    const { change, domain, statement } = proposal;
    const dryRun = await dryRunOf(client, compiled, change, options, database, env);
    if (!options.json && dryRun) for (const line of tried(dryRun, compiled)) say(line);
    if (options.dryRun) {
      if (options.json) say(JSON.stringify({ ...proposal, dryRun, notes }, null, 2));
      return dryRun?.ok === true ? exitCodes.done.code : exitCodes.no.code;
    }
    const text = statementText(statement);
    const namespace = namespaceOf('apply', domain);
    if (change !== 'unchanged' && options.to !== undefined) {
      await keepStatement(options.to, text, namespace, options, say);
      return exitCodes.done.code;
    }
    // what was signed elsewhere was read there
    const read = { ...options, yes: options.yes ?? options.signature !== undefined };
    if (change !== 'unchanged' && !(await agreed('Sign exactly this?', 'applied', read, say)))
      return exitCodes.no.code;
    const applied =
      change === 'unchanged'
        ? { ...statement, change, changes: [], needed: 0, officers: [], inForce: true }
        : await record(compiled, await signatureBy(options, env, text, namespace), database);
    const schedule = applied.inForce
      ? await scheduleOf(client, applied.planHash, compiled.plan, taskQueue(env))
      : 'waits';
    if (options.json)
      say(JSON.stringify({ ...applied, schedule, ...(dryRun && { dryRun }), notes }, null, 2));
    else for (const line of recorded(file, options.processor, applied, schedule)) say(line);
    return exitCodes.done.code;
  });
};

/** None where nothing changes, and where what is signed elsewhere was read there. */
const dryRunOf = async (
  client: Client,
  compiled: Compiled,
  change: ChangeClass,
  { dryRun, withoutDryRun, period, signature }: ApplyFlags,
  database: OwnerOptions,
  env: Environment,
): Promise<Answer<DryRun> | undefined> => {
  const asked = change !== 'unchanged' && withoutDryRun !== true && signature === undefined;
  return dryRun || asked ? rehearse(client, compiled, period, database, env) : undefined;
};

const tried = (dryRun: Answer<DryRun>, { plan }: Compiled): string[] =>
  dryRun.ok
    ? dryRunLines(dryRun.value, plan)
    : [`no dry run: ${dryRun.refusal.code}`, ...words(dryRun.refusal)];

const proposed = (
  { plan: { survey, declarationHash }, planHash }: Compiled,
  { change, changes }: Proposal,
  notes: readonly Mistake[],
): string[] => [
  ...notes.map((note) => `${render(note)}\n`),
  `${survey}  ${change}`,
  ...changes.flatMap(({ says, widens }) => wrap(`  ${widens ? '+' : '-'} ${says}`, 4)),
  `  declaration  ${declarationHash}`,
  `  plan         ${planHash}`,
];

const recorded = (
  file: string,
  processor: string | undefined,
  { officers, needed, inForce }: Applied,
  schedule: string,
): string[] =>
  inForce
    ? [
        ...(officers.length > 0 ? [`signed by ${officers.join(' and ')}: in force`] : []),
        `schedule ${schedule}`,
      ]
    : [
        `signed by ${officers.join(' and ')}: ${String(officers.length)} of ${String(needed)} officers, not in force yet`,
        '  another officer reads the same files, and signs:',
        `  npx cordon apply ${shorter(file)}${processor === undefined ? '' : ' \\'}`,
        ...(processor === undefined ? [] : [`    --processor ${shorter(processor)}`]),
      ];

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
