// `cordon breach`: the facts of a breach as text, data and a folder that is the officer's own, with who they were where that
// is asked and the records system still has their rows.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { identify } from '../activities/identify.ts';
import { readPlan } from '../activities/plan.ts';
import { openSource } from '../activities/source/source.ts';
import { refuse } from '../schemas/failure.ts';
import { createPool } from '../sql/connect.ts';
import type { Breach, BreachScope, Reference } from './breach-make.ts';
import { makeBreach } from './breach-make.ts';
import { moment } from './calendar.ts';
import type { Environment } from './config.ts';
import { keyOf, keyRingOf, officerOf, sourceUrl } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { waveNamed } from './release.ts';
import { shorter, wrap } from './wrap.ts';

export interface BreachFlags {
  readonly processor?: string;
  readonly aware: string;
  readonly to?: string;
  /** also who they were, by the records system's own keys */
  readonly people?: boolean;
  readonly officer?: string;
  readonly json?: boolean;
}

/** Code 1 when nothing of it has left. */
export const breachCommand = async (
  id: string | undefined,
  flags: BreachFlags,
  env: Environment,
  say: (line: string) => void,
): Promise<number> => {
  const officer = officerOf(flags.officer, env);
  const scope = scopeOf(id, flags.processor);
  const url = await login(env, 'worker');
  const { breach: found, references: named } = await makeBreach(url, scope, instantOf(flags.aware), officer);
  const lines = readable(found);
  if (flags.people && flags.to === undefined)
    throw refuse({
      code: 'INPUT',
      found: 'no folder for who they were',
      expected: '--to with --people: keys of people are never printed',
      remedy: 'name a folder that is yours alone, and delete it afterwards',
    });
  const people = flags.people ? await peopleOf(url, env, named) : undefined;
  if (flags.to !== undefined) {
    await mkdir(flags.to, { recursive: true, mode: 0o700 });
    const write = (name: string, text: string) =>
      writeFile(join(flags.to ?? '', name), text, { mode: 0o600 });
    await write('breach.txt', `${lines.join('\n')}\n`);
    await write('breach.json', `${JSON.stringify(found, null, 2)}\n`);
    await write(
      'references.csv',
      stringify([...named], { header: true, columns: ['survey', 'period', 'survey_ref'] }),
    );
  }
  if (flags.to !== undefined && people)
    await writeFile(join(flags.to, 'people.csv'), stringify([...people], { header: true }), { mode: 0o600 });
  if (flags.json) say(JSON.stringify(found, null, 2));
  else for (const line of lines.flatMap((each) => wrap(each, 12))) say(line);
  if (flags.to !== undefined && !flags.json)
    say(`breach.txt, breach.json and ${String(named.length)} survey references are in ${shorter(flags.to)}`);
  if (people && !flags.json)
    for (const line of wrap(
      `people.csv has the records system's keys of ${String(people.filter(({ key }) => key !== '').length)} of them`,
    ))
      say(line);
  return found.waves.length > 0 ? exitCodes.done.code : exitCodes.no.code;
};

/** Each reference with the key of its row at the source, where there still is one. */
const peopleOf = async (
  url: string,
  env: Environment,
  named: readonly Reference[],
): Promise<readonly (Reference & { readonly key: string })[]> => {
  const pool = createPool(url, 'cordon breach', 2);
  const waves = new Map(named.map(({ survey, period }) => [`${survey}/${period}`, { survey, period }]));
  const keys = new Map<string, string>();
  try {
    for (const wave of waves.values()) {
      const { rows } = await pool.query<{ plan_hash: string }>(
        `select a.plan_hash from cordon.intent i join cordon.attempt a using (survey, period, attempt)
         where (i.survey, i.period) = ($1, $2) and i.voided_at is null`,
        [wave.survey, wave.period],
      );
      const plan = await readPlan(pool, rows[0]?.plan_hash ?? '');
      const deps = {
        pool,
        secrets: { tokenKey: keyRingOf(env), surveyRefKey: keyOf(env, 'CORDON_SURVEY_REF_KEY') },
        openSource: (connection: string) => openSource(sourceUrl(env, connection), wave.period),
      };
      const columns = plan.declaration.extract.key;
      for (const [ref, key] of await identify(deps, plan, wave))
        keys.set(`${wave.survey} ${ref}`, key.map((value, i) => `${columns[i] ?? ''} ${value}`).join(', '));
    }
  } finally {
    await pool.end();
  }
  return named.map((each) => ({ ...each, key: keys.get(`${each.survey} ${each.survey_ref}`) ?? '' }));
};

const scopeOf = (id: string | undefined, processor: string | undefined): BreachScope => {
  if ((id === undefined) === (processor === undefined))
    throw refuse({
      code: 'INPUT',
      found: id === undefined ? 'neither a wave nor a processor' : 'a wave and a processor',
      expected: 'one of them',
      remedy: 'name the wave whose file is in the wrong hands, or --processor for all that it was sent',
    });
  return { ...(id !== undefined && { wave: waveNamed(id) }), ...(processor !== undefined && { processor }) };
};

/** @throws INPUT unless it is an instant that has been */
const instantOf = (text: string): Date => {
  const at = new Date(text);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/.test(text) && at.getTime() <= Date.now()) return at;
  throw refuse({
    code: 'INPUT',
    found: 'no time that has been',
    expected: 'an instant in UTC such as 2026-11-26T08:00Z',
    remedy: 'give the time at which somebody at the force knew: the 72 hours run from there',
  });
};

const readable = ({ awareAt, hoursSince, hoursLeft, notifyBy, waves }: Breach): string[] => [
  `aware       ${moment(awareAt)}, ${String(hoursSince)} hours ago`,
  `notify      the Commissioner by ${moment(notifyBy)}: ${hoursLeft === 0 ? 'that time is over; say why' : `${String(hoursLeft)} hours are left`}`,
  ...(waves.length === 0
    ? ['left        nothing on record under this name; see npx cordon status for the waves there are']
    : []),
  `people      ${String(waves.reduce((n, { people }) => n + people, 0))} in ${String(waves.length)} ${waves.length === 1 ? 'file' : 'files'}`,
  ...waves.flatMap((each) => [
    '',
    `wave/${each.survey}/${each.period}`,
    `  people    ${String(each.people)}${each.told ? '' : '; who they were was destroyed when its time was over'}`,
    `  fields    ${each.fields.join(', ')}`,
    `  file      ${each.file}, ${String(each.bytes)} bytes, encrypted`,
    `  sha256    ${each.sha256}`,
    `  to        ${each.company} (${each.recipient})`,
    `  left      ${moment(each.leftAt)}; ${each.deliveredAt === null ? 'arrival not confirmed' : `arrived ${moment(each.deliveredAt)}`}`,
    `  destroyed ${each.destroyedAt === null ? 'not certified: the company may still hold it' : `certified for ${moment(each.destroyedAt)}`}`,
  ]),
];
