// Promise 2: nobody's values stand in clear outside the staging schema and the package. One month in which every value
// of every victim is random; then every place is searched, and in every place a planted value is found.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPackage } from '../activities/package/open.ts';
import { shiftMonth } from '../schemas/period.ts';
import { withConnection } from '../sql/connect.ts';
import { keyRingOf } from '../worker/config.ts';
import { reportOutcomes } from '../worker/demo/processor.ts';
import { addRecords } from '../worker/records.ts';
import { addToRegister } from '../worker/register-act.ts';
import { backfillWave } from '../worker/schedule.ts';
import { projectRoot } from '../worker/stack/runfolder.ts';
import type { RecordRow } from '../worker/synthetic.ts';
import { ordinaryRecord } from '../worker/synthetic.ts';
import { landline, mobile } from '../worker/synthetic-phones.ts';
import { sweepScheduleId, waveId, waveScheduleId } from '../workflows/ids.ts';
import type { TestDatabase } from './database.ts';
import { createDatabase } from './database.ts';
import { everyHistory } from './history.ts';
import type { Month } from './month.ts';
import { few } from './declaration.ts';
import { createMonth, until } from './month.ts';
import type { Own } from './own.ts';
import { startOwn } from './own.ts';
import { commandLines, dump, everyRelation, filesBelow, filesOf, leaves, statistics } from './places.ts';
import { searchFor } from '../activities/search.ts';
import { needs, tool } from './tools.ts';

const letters = (count = 18): string =>
  [...randomBytes(count)].map((byte) => 'ABDEFGHJKLMNPQRSTUVWXYZ'.charAt(byte % 23)).join('');

/** Every value under a name that says whose it is and what, and nothing of it. */
const canaries = new Map<string, string>();
/** What is kept of whom was sent, while it is: random to whoever has no key. */
const pseudonyms = new Map<string, string | Uint8Array>();
const plant = (name: string, value = letters()): string => {
  canaries.set(name, value);
  return value;
};

let phones = 0;
const phone = (name: string): string => {
  const digits = phones % 3 === 0 ? mobile(phones++) : landline(phones++);
  plant(name, digits);
  return `0${digits.slice(0, 4)} ${digits.slice(4)}`;
};

/** Somebody whom no rule excludes and whose every value is a canary. */
const person = (who: string, period: string, changes: Readonly<Record<string, string>> = {}): RecordRow => ({
  ...ordinaryRecord(canaries.size, period),
  victim_ref: plant(`${who}: victim_ref`),
  crime_no: plant(`${who}: crime_no`),
  urn: plant(`${who}: urn`, `${letters()}7`),
  title: plant(`${who}: title`),
  forename: plant(`${who}: forename`),
  surname: plant(`${who}: surname`),
  postcode: plant(`${who}: postcode`, `${letters()}7`),
  email: plant(`${who}: email`),
  address1: plant(`${who}: address1`),
  language: plant(`${who}: language`),
  safe_contact_code: plant(`${who}: safe_contact_code`),
  policing_area: plant(`${who}: policing_area`),
  phone_mobile: phone(`${who}: phone_mobile`),
  phone_home: phone(`${who}: phone_home`),
  born_on: plant(
    `${who}: born_on`,
    `19${20 + (canaries.size % 20)}-0${1 + (canaries.size % 9)}-29`.replace('02-29', '02-27'),
  ),
  ...changes,
});

const people = 50;
const broken = ['born_on', 'occurred_on', 'flag_domestic', 'flag_sensitive', 'deceased'] as const;
const odd = ['offence_code', 'crime_status', 'victim_type', 'victim_role'] as const;

const rowsOf = (period: string): RecordRow[] => [
  ...Array.from({ length: people }, (_, n) => person(`person ${n}`, period)),
  ...broken.map((column) => person(`broken ${column}`, period, { [column]: plant(`broken ${column}`) })),
  person('no phone', period, {
    phone_mobile: plant('no phone: phone_mobile'),
    phone_home: plant('no phone: phone_home'),
  }),
  // a status of which no rule speaks excludes nobody: death keeps this one from being drawn now and then
  ...odd.map((column) =>
    person(`odd ${column}`, period, { deceased: 'true', [column]: plant(`odd ${column}`) }),
  ),
];

let own: Own;
let records: TestDatabase;
let month: Month;
/** where values may be while the wave is open */
let staging: string;
let pgDump: string | undefined;

const places = {
  'the decoded histories': async () => [await everyHistory(month.client)],
  'what Temporal keeps on disk': () => filesBelow(join(own.folder, 'temporal')),
  "the worker's log": async () => [await readFile(month.logs.worker)],
  "the verifier's log": async () => [await readFile(month.logs.verifier)],
  "PostgreSQL's log": async () => [await readFile(own.postgres.logFile)],
  'the ledger': () => leaves(month.installation.urls.admin),
  'every relation': () => everyRelation(month.installation.urls.admin, { except: [staging] }),
  'the statistics': () => statistics(month.installation.urls.admin),
  'the write-ahead log': () => filesBelow(join(own.postgres.dataFolder, 'pg_wal')),
  'a dump': async () => (pgDump ? [await dump(pgDump, month.installation.urls.admin)] : []),
  "PostgreSQL's files": async () => {
    await month.query('checkpoint');
    const staged = await filesOf(month.installation.urls.admin, staging);
    return filesBelow(own.postgres.dataFolder, ['pg_wal', ...staged]);
  },
  'command lines': () => commandLines(),
  "the installation's folder": () => filesBelow(month.folder),
} satisfies Record<string, () => Promise<(Uint8Array | string)[]>>;
type Place = keyof typeof places;
const placeNames = Object.keys(places) as Place[];

const lookEverywhere = async (): Promise<string[]> => {
  const search = searchFor(canaries);
  const found: string[] = [];
  for (const place of placeNames)
    found.push(...search.find(...(await places[place]())).map((name) => `${place}: ${name}`));
  return found;
};

beforeAll(async () => {
  [own, records] = await Promise.all([startOwn(), createDatabase({ name: 'records' })]);
  month = await createMonth({
    adminUrl: own.postgres.adminUrl,
    temporal: own.temporal,
    // another server: what the records system writes about its own rows is its own
    source: records.url,
    rows: 0,
    edit: (text) => few(text).replace('up_to: 2%', 'up_to: 50%'),
  });
  // the embedded server brings none of its own version
  pgDump = own.postgres.kind === 'system' ? tool('pg_dump') : undefined;
  await makeRecords();
  await register();
  await Promise.all([month.startWorker(), month.startVerifier()]);
  await month.begin();
  await month.reach('release');
  staging = (await month.query<{ staging: string }>('select staging from cordon.attempt'))[0]?.staging ?? '';
});
afterAll(async () => {
  await month.stop();
  await records.drop({ force: true });
  await own.stop();
});

/** What breaks a cast is text there; one row cannot even be read. */
const makeRecords = async (): Promise<void> => {
  const { period } = month.wave;
  await addRecords(records.url, []);
  await withConnection(records.url, 'records', async (admin) => {
    for (const column of broken)
      await admin.query(`alter table survey.victim_offence alter column ${column} type text`);
  });
  const unreadable = person('unreadable', shiftMonth(period, -1), { born_on: plant('unreadable born_on') });
  await addRecords(records.url, [...rowsOf(period), { ...unreadable, victim_type: 'unreadable' }]);
  await withConnection(records.url, 'records', async (admin) => {
    const { rows } = await admin.query<{ columns: string }>(
      `select string_agg(quote_ident(attname), ', ') as columns from pg_attribute
       where attrelid = 'survey.victim_offence'::regclass and attnum > 0 and attname <> 'born_on'`,
    );
    await admin.query('alter table survey.victim_offence rename to kept');
    await admin.query(`create view survey.victim_offence as select ${rows[0]?.columns ?? ''},
      case victim_type when 'unreadable' then born_on::date::text else born_on end as born_on from survey.kept`);
  });
};

type Register = Parameters<typeof addToRegister>[2];
type Given = Parameters<typeof addToRegister>[3];
type Terms = NonNullable<Parameters<typeof addToRegister>[5]>;

const register = async (): Promise<void> => {
  const { env, urls } = month.installation;
  const add = (...[name, given, terms]: [Register, Given, Terms?]) =>
    addToRegister(urls.clerk, keyRingOf(env), name, given, 'c.clerk', terms);
  const value = (name: string): string => canaries.get(name) ?? '';
  await add('opt-outs', { phone: `0${value('person 0: phone_home')}`, reference: value('person 1: urn') });
  const person = {
    forename: value('person 2: forename'),
    surname: value('person 2: surname'),
    postcode: value('person 2: postcode'),
  };
  await add('safety-markers', person, { owner: 's.officer', reviewOn: '2027-01-31' });
  await add('opt-outs', {
    phone: phone('nobody: phone'),
    reference: plant('nobody: reference', `${letters()}7`),
  });
  const child = promisify(execFile)(
    process.execPath,
    [join(projectRoot, 'worker', 'cli.ts'), 'register', 'add', '--officer', 'c.clerk', '--json'],
    { env: { ...process.env, ...env } },
  );
  child.child.stdin?.end(
    `phone: ${phone('told: phone')}\nreference: ${plant('told: reference', `${letters()}7`)}\n`,
  );
  const { stdout, stderr } = await child;
  expect(searchFor(canaries).find(stdout, stderr)).toEqual([]);
  expect(JSON.parse(stdout)).toMatchObject({ register: 'opt-outs', entries: 2 });
};

describe('the values of victims', () => {
  it('are in staging: those of the drawn that may be sent, keys, and nothing else of anybody', async () => {
    const others = ['pg_catalog', 'cordon', 'ledger', 'copies'];
    const search = searchFor(canaries);
    const found = search.find(...(await everyRelation(month.installation.urls.admin, { except: others })));
    const surnames = found.filter((name) => name.endsWith(': surname'));
    expect(surnames).toHaveLength(20);
    const kinds = new Set(found.map((name) => name.replace(/^.*: /, '')));
    // a quarantined row keeps its key; of the drawn the attributes were read again, then what is on the allow-list
    expect([...kinds].toSorted()).toEqual(
      [
        'born_on',
        'crime_no',
        'language',
        'phone_mobile',
        'policing_area',
        'safe_contact_code',
        'surname',
        'title',
        'victim_ref',
      ].toSorted(),
    );
  });

  it('are nowhere else while the month waits for its release', async () => {
    expect(await lookEverywhere()).toEqual([]);
  });

  it('are in no error either, when the records system quotes one', async () => {
    const wave = { ...month.wave, period: shiftMonth(month.wave.period, -1) };
    await backfillWave(month.client, wave);
    const handle = month.client.workflow.getHandle(waveId(wave));
    const said = await until('the error', async () => {
      const described = await handle.describe().catch(() => undefined);
      if (!described) return undefined;
      const failing = described.raw.pendingActivities?.some(({ lastFailure }) => lastFailure);
      return failing || described.status.name !== 'RUNNING' ? JSON.stringify(described.raw) : undefined;
    });
    expect(searchFor(canaries).find(said)).toEqual([]);
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });

  it('are in the package, of those drawn and in the columns allowed', async () => {
    await month.release();
    const arrived = await month.arrived();
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered' });
    await reportOutcomes(month.installation, month.wave, arrived, ['opted-out', 'deceased', 'wrong-number']);
    const { file } = await month.respond('certificate', arrived);
    const { recipient, sender } = month.installation.keys;
    const { files } = await openPackage(await readFile(file), {
      recipientPrivateKey: recipient.privateKey,
      senderPublicKey: sender.publicKey,
    });
    const found = searchFor(canaries).find(files['contacts.csv']);
    expect(new Set(found.map((name) => name.replace(/^.*: /, '')))).toEqual(
      new Set(['title', 'surname', 'phone_mobile', 'language', 'safe_contact_code']),
    );
    expect(found.filter((name) => name.endsWith('phone_mobile'))).toHaveLength(20);
    expect(searchFor(canaries).find(files['datapackage.json'], files['README.txt'])).toEqual([]);
  });

  it('are nowhere at all once the month is purged and its histories are exported', async () => {
    // an earlier month's is erased, and not before its time
    await month.query(
      "update cordon.copy set due_at = now() where kind in ('staging', 'package', 'delivered') and state = 'live'",
    );
    await until('the proofs', async () => {
      const left = await month.query(
        "select from cordon.copy where kind in ('staging', 'package', 'delivered') and verified_at is null",
      );
      return left.length === 0 ? true : undefined;
    });
    // what its exceptions say is looked through as well
    await month.client.schedule.getHandle(waveScheduleId(month.wave.survey)).pause('by hand');
    await month.client.schedule.getHandle(sweepScheduleId).trigger();
    await until('the export', async () => {
      const kept = await month.query("select from cordon.history where workflow like 'wave/%'");
      return kept.length > 0 ? true : undefined;
    });
    const reported = await month.query(
      `select l->'taken' as taken from ledger.entry e, convert_from(e.leaf, 'UTF8') t(leaf), lateral (select t.leaf::jsonb) x(l)
       where l->>'type' = 'outcome'`,
    );
    expect(reported).toMatchObject([{ taken: [{ count: 1 }, { count: 1 }, { count: 1 }] }]);
    expect(await month.query('select code, survey from cordon.exception')).toEqual([
      { code: 'SCHEDULE_PAUSED', survey: month.wave.survey },
    ]);
    staging = '';
    expect(await lookEverywhere()).toEqual([]);
    // a package was in the write-ahead log, which somebody keeps from now on
    const doubts = () =>
      month.query<{ doubts: string[] }>(
        "select cordon.erasure_doubts(id) as doubts from cordon.copy where kind in ('staging', 'package') and period = $1 order by id",
        [month.wave.period],
      );
    await month.query("select pg_create_physical_replication_slot('kept', true)");
    expect(await doubts()).toEqual([
      { doubts: [] },
      { doubts: ['a replication slot that nobody reads, which keeps the write-ahead log'] },
    ]);
    await month.query("select pg_drop_replication_slot('kept')");
    expect(await doubts()).toEqual([{ doubts: [] }, { doubts: [] }]);
  });

  it('leave no token or reference behind either, once the long clocks have run out', async () => {
    const { urls } = month.installation;
    const kinds = "('disclosure-index', 'contacts', 'analysis')";
    // whoever the processor reported is in a register from then on, under its clock
    for (const { ref, token } of await month.query<{ ref: string; token: Buffer }>(
      `select survey_ref as ref, token from cordon.disclosure_index d
       where not exists (select from cordon.register_entry r where r.token = d.token)`,
    ))
      pseudonyms
        .set(`reference ${String(pseudonyms.size)}`, ref)
        .set(`token ${String(pseudonyms.size)}`, token);
    expect(pseudonyms.size).toBeGreaterThan(40);
    const search = searchFor(pseudonyms);
    expect(search.find(...(await everyRelation(urls.admin)))).toHaveLength(pseudonyms.size);
    await month.query(`update cordon.copy set due_at = now() where kind in ${kinds}`);
    await month.client.schedule.getHandle(sweepScheduleId).trigger();
    await until('the proofs', async () => {
      const left = await month.query(
        `select from cordon.copy where kind in ${kinds} and verified_at is null`,
      );
      return left.length === 0 ? true : undefined;
    });
    await month.query('checkpoint');
    // the write-ahead log is beyond use until its clock has run out, which the certificate says
    for (const look of [
      everyRelation(urls.admin),
      statistics(urls.admin),
      filesBelow(join(own.postgres.dataFolder, 'base')),
      filesBelow(join(own.folder, 'temporal')),
      pgDump ? dump(pgDump, urls.admin).then((text) => [text]) : Promise.resolve([]),
      readFile(own.postgres.logFile).then((text) => [text]),
    ])
      expect(search.find(...(await look))).toEqual([]);
  });
});

describe('a value planted by hand', () => {
  const say = (text: string) => (value: string) => month.query(text.replaceAll('$value', value));
  const inHistory = async (value: string): Promise<void> => {
    const { connection, options } = month.client;
    const unguarded = new Client({ connection, namespace: options.namespace });
    const workflowId = `planted-${randomBytes(4).toString('hex')}`;
    await unguarded.workflow.start('planted', { workflowId, taskQueue: 'nobody', args: [{ value }] });
  };
  const plants = {
    'the decoded histories': inHistory,
    'what Temporal keeps on disk': inHistory,
    "the worker's log": (value) => appendFile(month.logs.worker, `{"message":"${value.toLowerCase()}"}\n`),
    "the verifier's log": (value) => appendFile(month.logs.verifier, Buffer.from(value).toString('base64')),
    "PostgreSQL's log": say(`do $$ begin raise warning 'found $value'; end $$`),
    'the ledger': say(`insert into ledger.entry
      select count(*), l.leaf, sha256('\\x00'::bytea || l.leaf) from ledger.entry e,
        (select convert_to(encode('x$value', 'base64'), 'UTF8')) l(leaf) group by l.leaf`),
    'every relation': say(`create table copies.planted as select convert_to('$value', 'UTF8') as bytes`),
    'the statistics': say(
      `create table cordon.planted as select '$value'::text as x from generate_series(1, 50); analyze cordon.planted`,
    ),
    // twice: the header of a page may stand in the middle of one
    'the write-ahead log': say(
      `select pg_logical_emit_message(true, 'planted', '$value') from generate_series(1, 2)`,
    ),
    'a dump': say(`create table public.planted as select '$value'::text as x`),
    "PostgreSQL's files": say(`create table public.filed as select '$value'::text as x`),
    'command lines': async (value) => {
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)', value]);
      await once(child, 'spawn');
      return () => child.kill();
    },
    "the installation's folder": (value) =>
      writeFile(join(month.folder, 'planted.txt'), Buffer.from(value, 'utf16le')),
  } satisfies Record<Place, (value: string) => Promise<unknown>>;

  it.for(placeNames)('is found in %s', async (place, ctx) => {
    if (place === 'a dump')
      needs(own.postgres.kind === 'system' ? 'pg_dump' : 'the system’s PostgreSQL', ctx);
    const value = letters();
    const search = searchFor(new Map([['planted', value]]));
    expect(search.find(...(await places[place]()))).toEqual([]);
    const undo = await plants[place](value);
    expect(search.find(...(await places[place]()))).toEqual(['planted']);
    if (typeof undo === 'function') undo();
  });
});
