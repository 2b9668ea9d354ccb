// `cordon breach`: what a wave, or everything that a processor was sent, comes to when it is in the wrong hands: how many
// people, which fields, which files, and how much is left of the 72 hours (UK GDPR article 33(1); DPA 2018 s.67(1)).
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { identify } from '../activities/identify.ts';
import { readPlan } from '../activities/plan.ts';
import { openSource } from '../activities/source/source.ts';
import { refuse } from '../schemas/failure.ts';
import type { WaveKey } from '../schemas/ref.ts';
import { createPool, withTransaction } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { moment } from './calendar.ts';
import type { Environment } from './config.ts';
import { keyOf, keyRingOf, officerOf, sourceUrl } from './config.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { waveNamed } from './release.ts';
import { shorter, wrap } from './wrap.ts';

export interface BreachedWave extends WaveKey {
  readonly company: string;
  readonly recipient: string;
  readonly file: string;
  /** hex, of the encrypted file */
  readonly sha256: string;
  readonly bytes: number;
  readonly people: number;
  readonly fields: readonly string[];
  readonly leftAt: string;
  readonly deliveredAt: string | null;
  /** what the company has certified; null while it has not */
  readonly destroyedAt: string | null;
  /** false once the disclosure index is erased: then nobody can say who they were */
  readonly told: boolean;
}

export interface Breach {
  readonly askedAt: string;
  readonly awareAt: string;
  /** whole hours since, and those left of 72; never below 0 */
  readonly hoursSince: number;
  readonly hoursLeft: number;
  readonly notifyBy: string;
  readonly waves: readonly BreachedWave[];
}

export interface Reference extends WaveKey {
  readonly survey_ref: string;
}

const hour = 3_600_000;

const disclosed = `select i.survey, i.period, p.document::jsonb #>> '{processor,name}' as company,
    p.document::jsonb #>> '{processor,processor}' as recipient, k.name as file, i.package as sha256, k.bytes::int as bytes,
    k.rows as people, array(select jsonb_array_elements_text(k.statement::jsonb -> 'fields')) as fields,
    i.first_byte_at as left_at, i.delivered_at,
    (select l.leaf ->> 'destroyedAt' from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' = 'certificate' and l.leaf ->> 'package' = i.package order by e.index desc limit 1) as destroyed_at,
    exists (select from cordon.disclosure_index d where (d.survey, d.period, d.attempt) = (i.survey, i.period, i.attempt)) as told
  from cordon.intent i
    join cordon.attempt a using (survey, period, attempt)
    join cordon.plan p using (plan_hash)
    join cordon.package k on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (i.survey, i.period, i.attempt, i.package)
  where i.voided_at is null and i.first_byte_at is not null
    and ($1::text is null or p.document::jsonb #>> '{processor,processor}' = $1)
    and ($2::text is null or (i.survey, i.period) = ($2, $3))
  order by i.first_byte_at`;

const references = `select distinct d.survey, d.period, d.survey_ref from cordon.disclosure_index d
  join cordon.intent i on (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt)
  where i.voided_at is null and i.package = any ($1) order by 1, 2, 3`;

export interface BreachScope {
  readonly processor?: string;
  readonly wave?: WaveKey;
}

/** In one transaction, the consultation with it. @param url of the worker's role */
export const breach = async (
  url: string,
  { processor, wave }: BreachScope,
  awareAt: Date,
  officer: string,
): Promise<{ breach: Breach; references: readonly Reference[] }> => {
  const pool = createPool(url, 'cordon breach', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      const { rows } = await tx.query<
        Omit<BreachedWave, 'leftAt' | 'deliveredAt' | 'destroyedAt'> & {
          left_at: Date;
          delivered_at: Date | null;
          destroyed_at: string | null;
        }
      >(disclosed, [processor ?? null, wave?.survey ?? null, wave?.period ?? null]);
      const { rows: named } = await tx.query<Reference>(references, [rows.map(({ sha256 }) => sha256)]);
      const { rows: clock } = await tx.query<{ at: Date }>('select now() as at');
      const at = clock[0]?.at ?? new Date();
      await append(
        tx,
        'worker',
        {},
        { type: 'consulted', command: 'breach', officer, found: rows.length > 0 },
      );
      const since = Math.max(0, at.getTime() - awareAt.getTime());
      return {
        breach: {
          askedAt: at.toISOString(),
          awareAt: awareAt.toISOString(),
          hoursSince: Math.floor(since / hour),
          hoursLeft: Math.max(0, 72 - Math.ceil(since / hour)),
          notifyBy: new Date(awareAt.getTime() + 72 * hour).toISOString(),
          waves: rows.map(({ left_at, delivered_at, destroyed_at, ...row }) => ({
            ...row,
            leftAt: left_at.toISOString(),
            deliveredAt: delivered_at?.toISOString() ?? null,
            destroyedAt: destroyed_at,
          })),
        },
        references: named,
      };
    });
  } finally {
    await pool.end();
  }
};

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
  const { breach: found, references: named } = await breach(url, scope, instantOf(flags.aware), officer);
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
