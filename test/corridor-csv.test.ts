// A month out of a CSV drop: what is broken in the file, what happens to the file while the month runs, and its clock.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../worker/processes.ts';
import { recordColumns, writeDrop } from '../worker/records.ts';
import { ordinaryRecord, syntheticMonth } from '../worker/synthetic.ts';
import type { RecordRow } from '../worker/synthetic.ts';
import { waveId } from '../workflows/ids.ts';
import { everyHistory } from './history.ts';
import type { Month, Stoppable } from './month.ts';
import { few } from './declaration.ts';
import { brisk, createMonth, createMonthHere, until } from './month.ts';

/** In every broken value: found anywhere else, it has leaked. */
const canary = randomBytes(6).toString('hex');

const columns = Object.keys(recordColumns) as readonly (keyof RecordRow)[];

/** One line as somebody's own export might write it: latin1 in, the same bytes out. */
const line = (row: RecordRow, more: readonly string[] = []): string =>
  `${[...columns.map((name) => field(row[name])), ...more].join(',')}\r\n`;
const field = (value: string | boolean | null): string => {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) && !text.startsWith('!') ? `"${text.replaceAll('"', '""')}"` : text;
};

interface Broken {
  readonly text: string;
  readonly quarantined: readonly string[];
}

const person = (n: number, period: string, changes: Partial<RecordRow> = {}): RecordRow => ({
  ...ordinaryRecord(n, period),
  ...changes,
});
const keyOf = (n: number): string => `{T${String(n).padStart(7, '0')},23/T/${String(n).padStart(7, '0')}}`;

/** @param record the place in the file of its first line, as a spreadsheet numbers it */
const brokenRows = (period: string, record: number): Broken => {
  const surname = `Canary${canary}`;
  const bad = (n: number, changes: Partial<RecordRow> = {}) => person(n, period, { surname, ...changes });
  const outside = (n: number, reportedAt: string) => bad(n, { reported_at: reportedAt });
  return {
    text: [
      `${line(bad(100)).slice(0, -2).split(',').slice(0, -1).join(',')}\r\n`,
      line(bad(101), ['one too many']),
      line(bad(102, { surname: `M\xfcller${canary}` })),
      line(bad(103, { surname: `${surname}\0` })),
      line(bad(104, { surname: `!${surname}" ` })),
      line(bad(105, { born_on: `31 February ${canary}` })),
      line(bad(106, { reported_at: `yesterday ${canary}` })),
      line(bad(107, { flag_domestic: `perhaps ${canary}` as unknown as boolean })),
      line(bad(108, { victim_ref: '' })),
      line(bad(109)),
      line(bad(109, { title: 'Dr' })),
      line(outside(110, '2001-01-01T00:00:00Z')),
      line(outside(111, '2001-01-02T00:00:00Z')),
    ].join(''),
    quarantined: [
      `{"record ${String(record)}"} ROW_WIDTH`,
      `{"record ${String(record + 1)}"} ROW_WIDTH`,
      `{"record ${String(record + 2)}"} ROW_ENCODING`,
      `{"record ${String(record + 3)}"} ROW_NUL`,
      `{"record ${String(record + 4)}"} ROW_QUOTING`,
      `${keyOf(105)} CAST:born_on`,
      `${keyOf(106)} CAST:reported_at`,
      `${keyOf(107)} CAST:flag_domestic`,
      `{NULL,23/T/0000108} KEY_MISSING`,
      `${keyOf(109)} KEY_REPEATED`,
      `${keyOf(109)} KEY_REPEATED`,
      `${keyOf(110)} OUT_OF_WINDOW`,
      `${keyOf(111)} OUT_OF_WINDOW`,
    ],
  };
};

describe('a month out of a drop with broken rows', () => {
  let month: Month;
  let verifier: Running;
  let folder = '';
  let drop = '';
  let period = '';
  const good = 80;
  const awkward: readonly Partial<RecordRow>[] = [
    { surname: 'O"Brien, "the younger"' },
    { address1: 'Flat 1,\r\n2 Example Street' },
    { surname: 'Ünal-Şahin' },
  ];
  const people = (changes: Readonly<Record<number, Partial<RecordRow>>> = {}): RecordRow[] =>
    Array.from({ length: good }, (_, n) => person(n, period, { ...awkward[n], ...changes[n] }));

  /** Written beside and renamed, as a drop should be. */
  const deliverDrop = async (rows: readonly RecordRow[], broken = ''): Promise<void> => {
    await writeDrop(`${drop}.new`, rows, { bom: true });
    await writeFile(`${drop}.new`, Buffer.from(broken, 'latin1'), { flag: 'a' });
    await rename(`${drop}.new`, drop);
  };
  const ends = async () => {
    await month.begin();
    const handle = month.client.workflow.getHandle(waveId(month.wave));
    await until('the wave', () => handle.describe().catch(() => undefined));
    return month.result();
  };
  /** The latest attempt and its staging schema. */
  const attempt = async () => {
    const [row] = await month.query<{ attempt: number; staging: string }>(
      'select attempt, staging from cordon.attempt order by attempt desc limit 1',
    );
    return { attempt: row?.attempt ?? 0, staging: pg.escapeIdentifier(row?.staging ?? '') };
  };
  const dropCopies = () =>
    month.query<{ attempt: number; state: string; verified: boolean }>(
      `select attempt, state, verified_at is not null as verified from cordon.copy where kind = 'source-drop'
       order by attempt`,
    );
  const leaves = async (type: string) => {
    const rows = await month.query<{ leaf: Record<string, unknown> }>(
      `select convert_from(leaf, 'UTF8')::jsonb as leaf from ledger.entry
       where convert_from(leaf, 'UTF8')::jsonb ->> 'type' = $1 order by index`,
      [type],
    );
    return rows.map(({ leaf }) => leaf);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-drop-'));
    month = await createMonth({
      timings: { ...brisk, alarmWithinMs: 2_000 },
      rows: 0,
      source: pathToFileURL(folder).href,
      edit: (text) => few(text).replace('up_to: 2%', 'up_to: 13%'),
    });
    period = month.wave.period;
    drop = join(folder, `victim_offence-${period}.csv`);
    await month.startWorker();
  });
  afterAll(async () => {
    await month.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is refused without its file, and may run again; no clock is kept for what is not there', async () => {
    expect(await ends()).toMatchObject({ outcome: 'refused', code: 'SOURCE_DROP_MISSING', again: true });
    expect(await dropCopies()).toEqual([]);
  });

  it('is refused with more broken rows than agreed, unless an officer accepts them in time, and the file has its clock', async () => {
    await deliverDrop(people().slice(0, 40), brokenRows(period, 42).text);
    expect(await ends()).toMatchObject({
      outcome: 'refused',
      code: 'QUARANTINE_OVER_TOLERANCE',
      again: true,
    });
    const [alarm] = (await leaves('alarm')).slice(-1);
    // neither half of the balance counts rows of other months
    expect(alarm).toMatchObject({ code: 'QUARANTINE_OVER_TOLERANCE', stage: 'extract' });
    expect(alarm?.['found']).toBe(
      '11 unreadable rows of 51 (CAST:born_on 1, CAST:flag_domestic 1, CAST:reported_at 1, KEY_MISSING 1, ' +
        'KEY_REPEATED 2, ROW_ENCODING 1, ROW_NUL 1, ROW_QUOTING 1, ROW_WIDTH 2)',
    );
    expect(await dropCopies()).toEqual([{ attempt: 2, state: 'live', verified: false }]);
  });

  it('counts every broken row by key and code, and takes rows of other months for no fault', async () => {
    const broken = brokenRows(period, good + 2);
    const elsewhere = Array.from({ length: 30 }, (_, n) =>
      line(person(200 + n, period, { reported_at: '2001-02-03T04:05:06Z' })),
    );
    await deliverDrop(people(), broken.text + elsewhere.join(''));
    await month.begin();
    const resume = await holdBeforeMinimise(month, 3);
    const { staging } = await attempt();
    const quarantine = await month.query<{ line: string }>(
      `select key::text || ' ' || code as line from ${staging}.quarantine order by 1`,
    );
    expect(quarantine.map((row) => row.line)).toEqual(
      [...broken.quarantined, ...elsewhere.map((_, n) => `${keyOf(200 + n)} OUT_OF_WINDOW`)].toSorted(),
    );
    const [counts] = await month.query(
      'select read, quarantined, intake, excluded, frame, sample, reserve from cordon.waterfall where attempt = 3',
    );
    expect(counts).toEqual({
      read: good + 43,
      quarantined: 43,
      intake: good,
      excluded: 0,
      frame: good,
      sample: 20,
      reserve: 4,
    });

    // the file changes between the draw and the package
    const drawn = await month.query<{ n: number }>(
      `select substr(key[1], 2)::int as n from ${staging}.sampled where part = 'sample' order by 1`,
    );
    const [gone, also, deceased] = drawn.map(({ n }) => n);
    const now = people({ [deceased ?? -1]: { deceased: true } });
    await deliverDrop(now.filter((_, n) => n !== gone && n !== also));
    await resume();
    await month.reach('release');
    expect(
      await month.query('select reason, struck from cordon.strike_count where attempt = 3 order by 1'),
    ).toEqual([
      { reason: 'deceased', struck: 1 },
      { reason: 'gone', struck: 2 },
    ]);
    expect(
      await month.query('select promoted, struck, package from cordon.waterfall where attempt = 3'),
    ).toEqual([{ promoted: 3, struck: 3, package: 20 }]);
  });

  it('sends nothing once the file is gone, and may run again', async () => {
    await rm(drop);
    verifier = await month.startVerifier();
    await month.release();
    expect(await month.result()).toMatchObject({
      outcome: 'refused',
      code: 'SOURCE_DROP_MISSING',
      again: true,
    });
    expect(await month.query('select from cordon.intent where first_byte_at is not null')).toEqual([]);
  });

  it('is delivered once the file is back', async () => {
    await deliverDrop(people());
    await month.begin();
    await until('attempt 4', async () => ((await attempt()).attempt === 4 ? true : undefined));
    await month.release();
    const arrived = await month.arrived();
    expect(arrived.rows).toBe(20);
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 4 });
  });

  it('erases the file when it is due; a verifier that still sees one there says so, and proves no erasure', async () => {
    expect(await dropCopies()).toEqual(
      [2, 3, 4].map((n) => ({ attempt: n, state: 'live', verified: false })),
    );
    expect(existsSync(drop)).toBe(true);
    await verifier.kill();
    await month.query(`update cordon.copy set due_at = now() where kind = 'source-drop'`);
    await until('the erasure', async () =>
      (await dropCopies()).every(({ state }) => state === 'erased') ? true : undefined,
    );
    expect(existsSync(drop)).toBe(false);
    await writeFile(drop, 'restored from somewhere');
    await month.startVerifier();
    const [unproven] = await until('the doubt', async () => {
      // of staging too, when another copy was dropped while it was looked at
      const said = (await leaves('erasure-unproven')).filter(({ kind }) => kind === 'source-drop');
      return said.length > 0 ? said : undefined;
    });
    expect(unproven).toMatchObject({ found: 'the file' });
    expect((await dropCopies()).map(({ verified }) => verified)).toEqual([false, false, false]);
    await rm(drop);
    await until('the proof', async () =>
      (await dropCopies()).every(({ verified }) => verified) ? true : undefined,
    );
    const verified = (await leaves('erasure-verified')).filter(({ kind }) => kind === 'source-drop');
    expect(verified.map(({ outcome }) => outcome)).toEqual(['erased', 'erased', 'erased']);
  });

  it('shows no broken value to histories, logs or ledger, though it has the broken rows counted there', async () => {
    const ledger = await month.query<{ leaf: string }>(
      "select convert_from(leaf, 'UTF8') as leaf from ledger.entry",
    );
    const texts = {
      histories: await everyHistory(month.client),
      worker: await readFile(month.logs.worker, 'latin1'),
      ledger: ledger.map(({ leaf }) => leaf).join('\n'),
    };
    expect(Object.entries(texts).filter(([, text]) => text.includes(canary))).toEqual([]);
    expect(texts.ledger).toContain('"quarantined":43');
  });
});

describe('the same synthetic month', () => {
  let month: Month<Stoppable>;
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-drop-'));
    month = await createMonthHere({ rows: 2_000 });
  });
  afterAll(async () => {
    await month.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('comes out of a drop as it comes out of PostgreSQL, but for the rows of other months', async () => {
    const { installation, wave } = month;
    const options = { period: wave.period, rows: 2_000, zone: 'Europe/London' };
    await writeDrop(join(folder, `victim_offence-${wave.period}.csv`), syntheticMonth(options));
    const account = async () => {
      await month.begin();
      await month.reach('release');
      const [counts] = await month.query<Record<string, number>>(
        `select read, quarantined, intake, excluded, frame, sample, reserve, not_drawn
         from cordon.waterfall order by attempt desc limit 1`,
      );
      const list = (table: string, order: string) =>
        month.query(
          `select to_jsonb(t) - 'attempt' as row from cordon.${table} t
           where attempt = (select max(attempt) from cordon.attempt) order by ${order}`,
        );
      const exclusions = await list('exclusion_count', 'ordinal');
      const strata = await list('stratum_count', 'stratum');
      await month.client.workflow.getHandle(waveId(wave)).cancel();
      expect(await month.result()).toMatchObject({ outcome: 'cancelled', again: true });
      return { counts: counts ?? {}, exclusions, strata };
    };
    const worker = await month.startWorker();
    const database = await account();
    await worker.stop();
    await month.startWorker({ ...installation.env, CORDON_SOURCE_RECORDS: pathToFileURL(folder).href });
    const csv = await account();
    const elsewhere = csv.counts['quarantined'] ?? 0;
    expect(elsewhere).toBeGreaterThan(0);
    expect(database.counts).toMatchObject({ quarantined: 0, read: 2_000 - elsewhere });
    expect(csv).toEqual({ ...database, counts: { ...database.counts, read: 2_000, quarantined: elsewhere } });
  });
});

/** Holds the wave where it would empty `contact`, once attempt `n` is open; answers what lets it go on. */
const holdBeforeMinimise = async (month: Month, n: number): Promise<() => Promise<void>> => {
  const held = new pg.Client({
    connectionString: month.installation.urls.admin,
    application_name: 'test hold',
  });
  // a test that fails leaves it to be ended with the database
  held.on('error', () => undefined);
  await held.connect();
  await until('the attempt', async () => {
    const { rows } = await held.query<{ staging: string }>(
      'select staging from cordon.attempt where attempt = $1',
      [n],
    );
    const [open] = rows;
    if (!open) return undefined;
    await held.query('begin');
    await held.query(`lock table ${pg.escapeIdentifier(open.staging)}.contact in access share mode`);
    return open;
  });
  await month.reach('minimise');
  return async () => {
    await held.query('commit');
    await held.end();
  };
};
