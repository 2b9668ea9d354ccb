// `cordon plan show|history|diff`: what is in force, what was, on whose word, and what a change means.
import { existsSync } from 'node:fs';
import { refuse } from '../schemas/failure.ts';
import { render } from '../schemas/mistake.ts';
import { changesOf, classOf } from '../sql/change.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import type { Plan } from '../sql/plan.ts';
import type { Say } from './act.ts';
import { plan as planned } from './apply-make.ts';
import type { Environment } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { wrap } from './wrap.ts';

interface Flags {
  readonly json?: boolean;
}

/** One time that a plan was put in force; the newest last. */
interface Applied {
  readonly planHash: string;
  readonly at: string;
  readonly change: string;
  readonly officers: readonly string[];
}

export const planShowCommand = async (
  survey: string,
  { json }: Flags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const { plan, applied } = await asAuditor(env, async (db) => ({
    plan: await planOf(db, survey),
    applied: await historyOf(db, survey),
  }));
  const last = applied.at(-1);
  const { declaration, processor } = plan.plan;
  const told = {
    survey,
    planHash: plan.planHash,
    declarationHash: plan.plan.declarationHash,
    since: last?.at,
    officers: last?.officers ?? [],
    to: processor.processor,
    fields: plan.plan.minimise.fields.map(({ name }) => name),
    rules: declaration.screen.map(({ reason }) => reason),
    take: declaration.sample.take,
    retain: declaration.retain,
  };
  if (json) say(JSON.stringify(told, null, 2));
  else
    for (const line of [
      `${survey}  in force since ${told.since ?? 'before the ledger'}`,
      `  signed by    ${told.officers.join(' and ')}`,
      `  plan         ${told.planHash}`,
      `  declaration  ${told.declarationHash}`,
      `  to           ${processor.name} (${told.to})`,
      `  fields       ${told.fields.join(', ')}`,
      `  rules        ${told.rules.join(', ')}`,
      `  take         ${Object.entries(told.take).flat().join(' ')}`,
      `  clocks       ${Object.entries(told.retain).map(clock).join('; ')}`,
    ].flatMap((each) => wrap(each, 15)))
      say(line);
  return exitCodes.done.code;
};

type Terms = Plan['declaration']['retain'][keyof Plan['declaration']['retain']];

/** `contacts P13M, reviewed within P28D, kept until P25M at most` */
const clock = ([kind, terms]: [string, Terms]): string => {
  const { review, ...rest } = { review: undefined, ...terms };
  const own = `${kind} ${Object.values(rest).join(' ')}`;
  return review ? `${own}, reviewed within ${review.within}, kept until ${review.extendTo} at most` : own;
};

export const planHistoryCommand = async (
  survey: string,
  { json }: Flags,
  env: Environment,
  say: Say,
): Promise<number> => {
  const applied = await asAuditor(env, (db) => historyOf(db, survey));
  if (applied.length === 0) throw unknown(survey);
  if (json) say(JSON.stringify(applied, null, 2));
  else
    for (const { at, planHash, change, officers } of applied) {
      say(`${at.slice(0, 19)}Z  ${planHash.slice(0, 12)}  ${change}`);
      for (const line of wrap(`                      signed by ${officers.join(' and ')}`, 22)) say(line);
    }
  return exitCodes.done.code;
};

/** Between the plan in force and a pipeline file, or between two plans by their hashes or what these begin with. */
export const planDiffCommand = async (
  survey: string,
  from: string,
  to: string | undefined,
  { json, processor }: Flags & { readonly processor?: string },
  env: Environment,
  say: Say,
): Promise<number> => {
  const file = to === undefined && existsSync(from) ? from : undefined;
  const compiled =
    file === undefined
      ? undefined
      : await planned(file, processor === undefined ? {} : { processorFile: processor });
  if (compiled && !compiled.ok) {
    for (const mistake of compiled.mistakes) say(`${render(mistake)}\n`);
    return exitCodes.no.code;
  }
  const [before, after] = await asAuditor(env, async (db) => {
    if (compiled) return [await planOf(db, survey), compiled.compiled] as const;
    return to === undefined
      ? ([await planOf(db, survey, from), await planOf(db, survey)] as const)
      : ([await planOf(db, survey, from), await planOf(db, survey, to)] as const);
  });
  const change = classOf(before.plan, after.plan, before.planHash === after.planHash);
  const changes = changesOf(before.plan, after.plan);
  if (json) say(JSON.stringify({ from: before.planHash, to: after.planHash, change, changes }, null, 2));
  else {
    say(`${before.planHash.slice(0, 12)} to ${after.planHash.slice(0, 12)}  ${change}`);
    for (const { says, widens } of changes)
      for (const line of wrap(`  ${widens ? '+' : '-'} ${says}`, 4)) say(line);
  }
  return exitCodes.done.code;
};

const asAuditor = async <T>(env: Environment, work: (db: Connection) => Promise<T>): Promise<T> =>
  withConnection(await login(env, 'auditor'), 'cordon plan', work);

/** The one in force, or the one whose hash begins so. @throws INPUT unless there is exactly one */
const planOf = async (
  db: Connection,
  survey: string,
  hash = '',
): Promise<{ readonly planHash: string; readonly plan: Plan }> => {
  const { rows } = await db.query<{ plan_hash: string; document: string }>(
    hash === ''
      ? `select plan_hash, document from cordon.plan join cordon.plan_in_force f using (plan_hash) where f.survey = $1`
      : `select plan_hash, document from cordon.plan where survey = $1 and starts_with(plan_hash, $2)`,
    hash === '' ? [survey] : [survey, hash],
  );
  const [row] = rows;
  if (!row || rows.length > 1) throw unknown(survey, hash);
  return { planHash: row.plan_hash, plan: JSON.parse(row.document) as Plan };
};

const historyOf = async (db: Connection, survey: string): Promise<readonly Applied[]> => {
  const { rows } = await db.query<Applied>(
    `select l->>'planHash' as "planHash", l->>'at' as at, coalesce(l->>'change', 'unsigned') as change,
       coalesce(l->'officers', jsonb_build_array(l->>'by')) as officers
     from (select index, convert_from(leaf, 'UTF8')::jsonb as l from ledger.entry) e
     where l @> $1 order by index`,
    [JSON.stringify({ type: 'plan-applied', survey })],
  );
  return rows;
};

const unknown = (survey: string, hash = '') =>
  hash === ''
    ? refuse({
        code: 'INPUT',
        found: `no plan of ${survey} in force`,
        expected: 'the name of a survey that was applied, as its pipeline file says it',
        remedy: 'correct the name, or put it in force: npx cordon apply its pipeline file',
      })
    : refuse({
        code: 'INPUT',
        found: `no file ${hash}, and no plan, or several, whose hash begins so`,
        expected: 'a pipeline file that is there, or a hash as plan history prints it',
        remedy: `see npx cordon plan history ${survey}`,
      });
