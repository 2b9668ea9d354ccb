// Where one size is measured: the synthetic records system, its CSV, filled registers, and a work database that is
// copied afresh for every run, because a month is disclosed once. Made once and kept between the rounds.
import { createHmac, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { shiftMonth } from '../../schemas/period.ts';
import { withConnection } from '../../sql/connect.ts';
import { roleNames } from '../../sql/roles.ts';
import type { Environment } from '../../worker/config.ts';
import { applyHere, createInstallation, shippedPipeline } from '../../worker/demo/installation.ts';
import { addRecords } from '../../worker/records.ts';
import { startOfMonth, syntheticMonth } from '../../worker/synthetic.ts';
import type { RecordRow } from '../../worker/synthetic.ts';
import { landlineCount } from '../../worker/synthetic-phones.ts';
import { databaseUrl } from '../database.ts';
import { identify } from './peers/identify.ts';

export interface Place {
  readonly rows: number;
  readonly survey: string;
  readonly period: string;
  readonly planHash: string;
  readonly folder: string;
  readonly records: string;
  /** a database of nobody's: the floor's target, and where peers that stage their rows do so */
  readonly scratch: string;
  /** every row of the records system, and every token of the registers */
  readonly csv: string;
  readonly registers: string;
  /** hex */
  readonly tokenKey: string;
  /** more persons than this on one number exclude all of them */
  readonly personsOnAPhone: number;
  readonly declaration: string;
  readonly processorFile: string;
  /** a new work database, applied and with its registers filled, and the environment of a worker on it */
  work(): Promise<Work>;
  drop(): Promise<void>;
}

export interface Work {
  /** a superuser's address */
  readonly url: string;
  readonly env: Environment;
  drop(): Promise<void>;
}

const zone = 'Europe/London';

/** Two months ago: whole, past its opt-out window, and less than a year before today. */
export const benchPeriod = (now = new Date()): string => shiftMonth(now.toISOString(), -2);

export const makePlace = async (adminUrl: string, parent: string, rows: number): Promise<Place> => {
  const folder = join(parent, String(rows));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporal = { address: 'none', namespace: 'none' };
  const installation = await createInstallation({ folder, adminUrl, temporal });
  const { urls, env, prefix } = installation;
  const personsOnAPhone = Math.max(1, Math.ceil(rows / landlineCount));
  const declaration = await declare(folder, personsOnAPhone);
  const { planHash, survey } = await applyHere(installation, declaration);
  const period = benchPeriod();
  const month = { period, rows, seed: 'bench', zone };
  const asAdmin = (text: string) =>
    withConnection(adminUrl, 'bench', async (db) => void (await db.query(text)));
  const id = pg.escapeIdentifier;
  const scratch = `${prefix}_scratch`;
  await asAdmin(`create database ${id(scratch)}`);
  const tokenKey = env['CORDON_TOKEN_KEY'] ?? '';
  const registered: Entry[] = [];
  await addRecords(urls.records, noting(syntheticMonth(month), tokenKey, registered));
  await fillRegisters(urls.admin, period, [...registered, ...strangers(rows)]);
  for (const [url, table] of [
    [urls.records, 'survey.victim_offence'],
    [urls.admin, 'cordon.register_entry, cordon.contact_history'],
  ] as const)
    await withConnection(url, 'bench', async (db) => void (await db.query(`vacuum analyze ${table}`)));
  const csv = join(folder, 'victim_offence.csv');
  await dump(urls.records, 'select * from survey.victim_offence', csv);
  const registers = join(folder, 'registers.csv');
  await dump(urls.admin, registerRows, registers);
  let copies = 0;
  return {
    rows,
    survey,
    period,
    planHash,
    folder,
    records: urls.records,
    scratch: databaseUrl(adminUrl, scratch),
    csv,
    registers,
    tokenKey,
    personsOnAPhone,
    declaration,
    processorFile: installation.processor.file,
    work: async () => {
      const name = `${prefix}_work${String(++copies)}`;
      await asAdmin(`create database ${id(name)} template ${id(installation.databases.cordon)}`);
      // rights on a database are not copied with it
      await asAdmin(`grant create on database ${id(name)} to ${id(roleNames(prefix).owner)}`);
      const url = databaseUrl(adminUrl, name);
      const [worker, verifier] = [env['CORDON_WORKER_URL'], env['CORDON_VERIFIER_URL']].map((its) =>
        databaseUrl(its ?? '', name),
      );
      // a log of its own
      const checkpoints = join(folder, `${name}-checkpoints`);
      await mkdir(checkpoints, { mode: 0o700 });
      return {
        url,
        env: {
          ...env,
          CORDON_WORKER_URL: worker,
          CORDON_VERIFIER_URL: verifier,
          CORDON_CHECKPOINTS: pathToFileURL(checkpoints).href,
        },
        drop: () => asAdmin(`drop database if exists ${id(name)} with (force)`),
      };
    },
    drop: async () => {
      await asAdmin(`drop database if exists ${id(scratch)} with (force)`);
      await installation.drop();
    },
  };
};

/** There are 16,000 reserved landlines: beyond that many people every number is shared, which no real month's is. */
const declare = async (folder: string, personsOnAPhone: number): Promise<string> => {
  const file = join(folder, 'pipelines', 'bench-victims.yaml');
  await mkdir(dirname(file), { recursive: true });
  await symlink(join(dirname(shippedPipeline), '..', 'lists'), join(folder, 'lists'));
  const text = await readFile(join(import.meta.dirname, 'bench-victims.yaml'), 'utf8');
  const said = 'phone_of_more_than: 1';
  if (!text.includes(said)) throw new Error(`bench-victims.yaml has no ${said}`);
  await writeFile(file, text.replace(said, `phone_of_more_than: ${String(personsOnAPhone)}`));
  return file;
};

interface Entry {
  readonly register: 'opt-outs' | 'safety-markers' | 'contacts';
  readonly kind: 'phone' | 'reference' | 'person';
  readonly token: Buffer;
}

/** The month as it is; about three in a hundred of its rows come to stand in a register. */
function* noting(month: Iterable<RecordRow>, tokenKey: string, registered: Entry[]): Generator<RecordRow> {
  const key = Buffer.from(tokenKey, 'hex');
  const note = (register: Entry['register'], kind: Entry['kind'], text?: string | null): void => {
    if (!text) return;
    const token = createHmac('sha256', key).update(`${kind}:${text}`, 'utf8').digest();
    registered.push({ register, kind, token });
  };
  let n = 0;
  for (const row of month) {
    const every = (m: number): boolean => n % m === m - 1;
    if (every(83)) note('opt-outs', 'reference', identify(row).reference);
    if (every(191)) note('opt-outs', 'person', identify(row).person[0]);
    if (every(1499)) note('opt-outs', 'phone', identify(row).phones[0]?.number);
    if (every(211)) note('safety-markers', 'person', identify(row).person[0]);
    if (every(97)) note('contacts', 'person', identify(row).person[0]);
    n++;
    yield row;
  }
}

/** Entries that match nobody, half as many as there are rows: a register grows for years. */
function* strangers(rows: number): Generator<Entry> {
  for (let i = 0; i < rows / 2; i++)
    yield { register: i % 8 === 0 ? 'contacts' : 'opt-outs', kind: 'phone', token: randomBytes(32) };
}

const fillRegisters = (url: string, period: string, all: readonly Entry[]): Promise<void> =>
  withConnection(url, 'bench', async (db) => {
    await db.query('create temp table entry (register text, kind text, token bytea)');
    for (let at = 0; at < all.length; at += 20_000) {
      const batch = all.slice(at, at + 20_000);
      await db.query('insert into entry select * from unnest($1::text[], $2::text[], $3::bytea[])', [
        batch.map((e) => e.register),
        batch.map((e) => e.kind),
        batch.map((e) => e.token),
      ]);
    }
    await db.query(`insert into cordon.register_entry (register, kind, token, added_by, owner, review_on)
      select distinct register, kind, token, 'bench', 'bench', date '2100-01-01' from entry where register <> 'contacts'`);
    await db.query(
      `insert into cordon.contact_history (survey, period, kind, token, contacted_on)
       select 'another-survey', $1, kind, token, ($1 || '-20')::date - 90 from (
         select distinct kind, token from entry where register = 'contacts') e`,
      [period],
    );
    // as a migration tells the ledger what stood there before it was asked
    await db.query(`select ledger.append('clerk', convert_to(ledger.canonical(jsonb_build_object('v', 1, 'type', 'registered',
        'operation', 'alteration', 'at', ledger.instant(), 'kind', 'all', 'entries', 0, 'by', 'bench', 'action', 'reckoned') || said), 'UTF8'))
      from (select to_jsonb(r) from cordon.registers_reckoned() r
        union all select jsonb_build_object('register', 'contacts', 'contacts', jsonb_agg(to_jsonb(c))) from cordon.contacts_reckoned(null) c) s(said)`);
  });

const registerRows = `select register, kind, encode(token, 'hex') as token from cordon.register_entry
  where withdrawn_at is null
  union all select 'contacts', kind, encode(token, 'hex') from cordon.contact_history`;

const dump = (url: string, query: string, file: string): Promise<void> =>
  withConnection(url, 'bench', (db) =>
    pipeline(
      db.query(copyTo(`copy (${query}) to stdout (format csv, header)`)),
      createWriteStream(file, { mode: 0o600 }),
    ),
  );

/** Milliseconds since 1970 from which on the zone's clocks are that many minutes ahead of UTC. */
export const clockChanges = (period: string): readonly (readonly [number, number])[] => {
  const [from, to] = [startOfMonth(period, zone), startOfMonth(shiftMonth(period, 1), zone)];
  const changes: [number, number][] = [];
  for (let at = from; at < to; at += 3_600_000) {
    const minutes = minutesAhead(at);
    if (changes.at(-1)?.[1] !== minutes) changes.push([at, minutes]);
  }
  return changes;
};

const minutesAhead = (at: number): number => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    hourCycle: 'h23',
    minute: '2-digit',
  });
  const [hours = 0, minutes = 0] = parts.format(at).split(':').map(Number);
  const utc = new Date(at);
  const ahead = hours * 60 + minutes - (utc.getUTCHours() * 60 + utc.getUTCMinutes());
  return ahead < -720 ? ahead + 1_440 : ahead;
};
