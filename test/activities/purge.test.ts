// Purging one month by its activities, as the worker, and proving it, as the verifier.
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Statements } from '../../schemas/act.ts';
import type { StratumCount } from '../../schemas/leaf.ts';
import { shiftMonth } from '../../schemas/period.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { certificateCommand } from '../../worker/certificate.ts';
import { keyRingOf } from '../../worker/config.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { signedBy } from '../../worker/demo/officers.ts';
import type { DisposeFlags } from '../../worker/dispose.ts';
import { disposeCommand } from '../../worker/dispose.ts';
import { planShowCommand } from '../../worker/plan.ts';
import { collect, respond } from '../../worker/demo/processor.ts';
import type { Arrived } from '../../worker/demo/processor.ts';
import { holdListCommand, retentionCommand } from '../../worker/retention.ts';
import { reviewCommand } from '../../worker/review.ts';
import { coded, here, tooLong } from '../worker/command.ts';
import { unguarded } from './causes.ts';
import type { Hands } from './hands.ts';
import { openHands, value } from './hands.ts';

let hands: Hands;
let wave: WaveKey;
beforeAll(async () => {
  hands = await openHands([
    ['contacts: { for: P13M }', 'contacts: { for: P13M, review: { within: P28D, extend_to: P25M } }'],
  ]);
  wave = await hands.month();
  await hands.upTo(await hands.open(wave), 'transfer');
  await hands.acts.closeAttempt({ ...wave, attempt: 1, outcome: 'delivered' });
  const { urls, env } = hands.installation;
  await addToRegister(urls.clerk, keyRingOf(env), 'opt-outs', { phone: '01632 960001' }, 'c.clerk');
});
afterAll(() => hands.close());

const idOf = async (kind: string): Promise<number> =>
  (await hands.query<{ id: number }>('select id from cordon.copy where kind = $1 order by id', [kind]))[0]
    ?.id ?? 0;

/** By an officer's act, which the ledger knows. */
const comeDue = async (kind: 'package' | 'delivered' | 'staging' | 'disclosure-index'): Promise<number> => {
  const to = new Date().toISOString();
  expect(await hands.moveClock(wave, kind, to)).toMatchObject({ ok: true });
  return idOf(kind);
};

const faults = () =>
  withConnection(hands.installation.urls.auditor, 'test', async (db) => (await verifyDatabase(db)).faults);

test('a clock that the end of an attempt brings forward is what the ledger says it is', async () => {
  const given = await hands.month();
  await hands.upTo(await hands.open(given), 'extract');
  await hands.open(given, 'another run');
  expect(await faults()).toEqual([]);
  await hands.acts.closeAttempt({ ...given, attempt: 2, outcome: 'cancelled' });
  expect(await faults()).toEqual([]);
  const { copies, now } = await hands.acts.copies(given);
  expect(copies.filter(({ dueAt }) => dueAt <= now)).toHaveLength(2);
  await hands.query(`update cordon.copy set due_at = due_at - interval '1 second' where period = $1`, [
    given.period,
  ]);
  expect(await faults()).toHaveLength(2);
  await hands.query(`update cordon.copy set due_at = due_at + interval '1 second' where period = $1`, [
    given.period,
  ]);
  for (const { id } of copies) {
    expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
    expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
  }
});

test('says what was in a copy before it was gone, and which text proved it', async () => {
  const id = await comeDue('staging');
  expect(await hands.acts.purge({ id })).toEqual({ ok: true, value: { outcome: 'erased' } });
  expect(await hands.acts.verifyErasure({ id })).toEqual({ ok: true, value: { outcome: 'erased' } });
  const [erased] = await hands.leaves(wave, 'erased');
  expect(erased).toMatchObject({ kind: 'staging', outcome: 'erased', operation: 'erasure' });
  for (const count of ['relations', 'rows', 'bytes']) expect(erased?.[count]).toBeGreaterThan(0);
  const [text] = await hands.query<{ hash: string }>('select cordon.query_sha256() as hash');
  expect(await hands.leaves(wave, 'erasure-verified')).toMatchObject([
    { kind: 'staging', outcome: 'erased', querySha256: text?.hash },
  ]);
  expect(await faults()).toEqual([]);
});

test('is not proved while a row that was staged lies anywhere else, and says where and never what', async () => {
  const given = await hands.month();
  const opened = await hands.open(given);
  await hands.upTo(opened, 'extract');
  const staging = `wave_${given.survey.replaceAll('-', '_')}_${given.period.replace('-', '')}_1`;
  const [row] = await hands.query<{ row: string; planted: string }>(
    `select row_to_json(i)::text as row, planted from ${staging}.intake i limit 1`,
  );
  const { row: leaked, planted } = row ?? { row: '', planted: '' };
  expect(leaked).toContain(planted);
  expect(planted).toMatch(/^[a-z]{16}$/);
  // by somebody who lets nobody else read it
  await hands.query(`create table public.report as select * from ${staging}.intake limit 1`);
  await hands.acts.closeAttempt({ ...opened, outcome: 'cancelled' });
  const [copy] = await hands.query<{ id: number; relation: number }>(
    `select id::int, 'public.report'::regclass::oid::int as relation from cordon.copy where (period, kind) = ($1, 'staging')`,
    [given.period],
  );
  const { id = 0, relation = 0 } = copy ?? {};
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  const unproved = async (): Promise<unknown> => {
    await expect(hands.acts.verifyErasure({ id })).rejects.toMatchObject({ type: 'ERASURE_UNPROVEN' });
    const said = (await hands.leaves(given, 'erasure-unproven')).at(-1);
    expect(JSON.stringify(said)).not.toContain(planted);
    return said?.['found'];
  };
  expect(await unproved()).toBe(`relation ${String(relation)} cannot be looked at`);
  const owner = `${hands.installation.prefix}_owner`;
  await hands.query(`grant usage on schema public to ${owner}; grant select on public.report to ${owner}`);
  expect(await unproved()).toBe(`a planted value in relation ${String(relation)}`);
  await hands.query('drop table public.report');
  const result = (text: string) =>
    hands.query(`update cordon.claim set result = $2 where (period, stage) = ($1, 'extract')`, [
      given.period,
      JSON.stringify(text),
    ]);
  await result(Buffer.from(leaked).toString('base64'));
  expect(await unproved()).toBe('a planted value in cordon.claim');
  await result('');
  const { logs } = hands.installation;
  for (const [at, bytes, found] of [
    [join(logs, 'worker.log'), JSON.stringify({ error: leaked }), 'a planted value in file worker.log'],
    [join(logs, 'worker.log.1.gz'), gzipSync(leaked), 'a planted value in file worker.log.1.gz'],
    [
      join(tmpdir(), `cordon-${given.period}.csv`),
      Buffer.from(leaked, 'utf16le'),
      `a planted value in file cordon-${given.period}.csv`,
    ],
    [join(logs, 'J Smith'), leaked.toUpperCase(), 'a planted value in a file of another name'],
  ] as const) {
    await writeFile(at, bytes);
    expect(await unproved()).toBe(found);
    await rm(at);
  }
  await rename(logs, `${logs}-away`);
  expect(await unproved()).toBe('file logs that cannot be read');
  await rename(`${logs}-away`, logs);
  await writeFile(join(logs, 'old.xz'), 'x');
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
  await rm(join(logs, 'old.xz'));
  expect(await hands.leaves(given, 'erasure-verified')).toMatchObject([
    {
      searchSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      notSearched: ['file old.xz, which is compressed', 'histories in Temporal'],
    },
  ]);
  // later, it is proved no more
  const doubts = () => hands.query('select cordon.erasure_doubts($1) as doubts', [id]);
  expect(await doubts()).toEqual([{ doubts: [] }]);
  await hands.query(`comment on table cordon.waterfall is '${planted}'`);
  expect(await doubts()).toEqual([{ doubts: ['a planted value in a comment'] }]);
  await hands.query('comment on table cordon.waterfall is null');
});

test('of a held copy is refused in words, and the ledger is whole with hold and lift in it', async () => {
  const id = await comeDue('package');
  const { survey, period } = wave;
  const set = (copy: number, reviewOn: string) => {
    const statement = { survey, period, copy, because: 'litigation', owner: 'd.po', reviewOn } as const;
    return hands.acts.holdCopy(signedBy(hands.installation.hands.of['a.officer'], 'hold', statement));
  };
  const lift = (officer: 'a.officer' | 'b.officer', hold: number) =>
    hands.acts.liftHold(signedBy(hands.installation.hands.of[officer], 'lift', { survey, period, hold }));
  for (const [copy, reviewOn] of [
    [id, '2020-01-01'],
    [await idOf('staging'), '2031-01-01'],
    [9_999, '2031-01-01'],
  ] as const)
    expect(await set(copy, reviewOn)).toMatchObject({ ok: false, refusal: { code: 'INPUT' } });
  const answer = await set(id, '2031-01-01');
  expect(answer).toMatchObject({ ok: true, value: { officer: 'a.officer' } });
  // sent twice it is set once
  expect(await set(id, '2031-01-01')).toEqual(answer);
  const hold = answer.ok ? answer.value.hold : 0;
  expect(await faults()).toEqual([]);
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: false, refusal: { code: 'COPY_HELD' } });
  expect(await hands.acts.copies(wave)).toMatchObject({
    copies: expect.arrayContaining([
      expect.objectContaining({
        id,
        heldFor: ['litigation'],
        reviewAt: expect.stringMatching(/T00:00:00/) as string,
      }),
    ]) as unknown,
  });
  // nor does the sweep see it
  await hands.query(
    `update cordon.copy set due_at = due_at - interval '2 hours', opened_at = opened_at - interval '1 day' where id = $1`,
    [id],
  );
  expect((await hands.acts.dueCopies()).copies.filter((copy) => copy.id === id)).toEqual([]);
  await hands.query(`update cordon.copy set due_at = due_at + interval '2 hours' where id = $1`, [id]);
  const { env } = hands.installation;
  const held = await here((say) => retentionCommand({ held: true }, env, say));
  expect(held.out).toMatch(/held\n.*\n.*\n +hold \d+: litigation, d\.po, review /);
  expect(await lift('a.officer', hold)).toMatchObject({ value: { officers: 1, lifted: false } });
  expect(await lift('a.officer', hold)).toMatchObject({ value: { officers: 1, lifted: false } });
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: false, refusal: { code: 'COPY_HELD' } });
  expect(await lift('b.officer', hold)).toMatchObject({ value: { officers: 2, lifted: true } });
  expect(await faults()).toEqual([]);
  const list = await here((say) => holdListCommand({}, env, say));
  expect(list.out).toMatch(
    /^copy \d+, package: .*\n {2}hold \d+: litigation, .* lifted by a\.officer and\s+b\.officer\n$/,
  );
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
  expect(await faults()).toEqual([]);
});

test('of the company’s copy believes no certificate while the package lies where it was delivered', async () => {
  const id = await comeDue('delivered');
  const arrived = (await collect(hands.installation)) as Arrived;
  const kept = await readFile(arrived.file);
  await respond(hands.installation, 'certificate', wave, arrived);
  await appendFile(arrived.file, kept);
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: false, refusal: { code: 'RECEIPT_MISMATCH' } });
  await respond(hands.installation, 'certificate', wave, arrived);
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true, value: { outcome: 'erased' } });
  await appendFile(arrived.file, kept);
  await expect(hands.acts.verifyErasure({ id })).rejects.toMatchObject({ type: 'ERASURE_UNPROVEN' });
  expect(await hands.leaves(wave, 'erasure-unproven')).toMatchObject([
    { kind: 'delivered', found: 'the file' },
  ]);
  await respond(hands.installation, 'certificate', wave, arrived);
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
});

test('behind a reader gives up in time, is tried again, and is overdue in the end', async () => {
  const id = await comeDue('disclosure-index');
  const [copy] = await hands.query<{ place: string }>('select place from cordon.copy where id = $1', [id]);
  await withConnection(hands.installation.urls.admin, 'reader', async (reader) => {
    await reader.query(`begin; select from copies.${copy?.place ?? ''}`);
    await expect(hands.acts.purge({ id })).rejects.toMatchObject({
      type: 'COPY_IN_USE',
      nonRetryable: false,
    });
    // at the last try, and once
    expect(await hands.leaves(wave, 'exception')).toMatchObject([
      { code: 'CERTIFICATE_REFUSED' },
      {
        code: 'COPY_BLOCKED',
        subject: 'disclosure-index.reader',
        found: expect.stringMatching(/^a session reader, pid \d+$/) as string,
      },
    ]);
    await reader.query('rollback');
  });
  const { env } = hands.installation;
  const overdue = () => here((say) => retentionCommand({ overdue: true }, env, say));
  expect(await overdue()).toMatchObject({ code: 0, out: 'no copy\n' });
  await hands.query(
    `update cordon.copy set due_at = now() - interval '2 days', opened_at = now() - interval '3 days' where id = $1`,
    [id],
  );
  const late = await overdue();
  expect(late).toMatchObject({ code: 2 });
  expect(late.out).toContain('due !');
  await hands.acts.raiseExceptions();
  expect(await hands.leaves(wave, 'exception')).toMatchObject([
    { code: 'CERTIFICATE_REFUSED', owner: 'data-officer' },
    { code: 'COPY_BLOCKED', owner: 'data-officer' },
    { code: 'COPY_OVERDUE', owner: 'data-officer', subject: 'disclosure-index' },
  ]);
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
});

test('the inventory tells every kind of the closed list that a month has, in eighty columns and as data', async () => {
  const { env } = hands.installation;
  const said = await here((say) => retentionCommand({}, env, say));
  expect(said).toMatchObject({ code: 0, err: '' });
  expect(tooLong(said.out)).toEqual([]);
  const data = JSON.parse((await here((say) => retentionCommand({ json: true }, env, say))).out) as Record<
    string,
    unknown
  >[];
  const standing = Object.fromEntries(data.map(({ kind, standing: at }) => [kind, at]));
  expect(standing).toEqual({
    staging: 'complete',
    package: 'backups expiring',
    delivered: 'complete',
    'disclosure-index': 'backups expiring',
    contacts: 'live',
    analysis: 'live',
    backups: 'live',
    registers: 'live',
  });
  expect(data.filter(({ kind }) => kind === 'contacts')).toMatchObject([
    { relations: 1, survey: wave.survey, holds: [] },
  ]);
});

/** As `apply` asks for one, of the plan in force. */
const rehearsalOf = async ({ survey, period }: WaveKey): Promise<number> => {
  const [asked] = await hands.query<{ id: number }>(
    `insert into cordon.rehearsal (survey, period, plan_hash, document, asked_by)
     select survey, $2, plan_hash, document, 'd.officer' from cordon.plan join cordon.plan_in_force f using (survey, plan_hash)
     where survey = $1 returning id::int`,
    [survey, period],
  );
  return asked?.id ?? 0;
};

test('of a plan that is tried on a month leaves counts alone, which are those of the wave beside it', async () => {
  const given = await hands.month(30);
  await hands.atSource(`update survey.victim_offence set victim_type = 'business' where victim_ref like $1`, [
    'V%07',
  ]);
  const opened = await hands.open(given);
  const id = await rehearsalOf(given);
  const { copy } = await hands.acts.openRehearsal({ id });
  expect(await hands.acts.openRehearsal({ id })).toEqual({ copy });
  expect(value(await hands.acts.rehearse({ id }))).toBeNull();
  const [rehearsed] = await hands.leaves(given, 'rehearsed');
  expect(await hands.leaves(given, 'canary-planted')).toEqual([]);
  await hands.upTo(opened, 'sample');
  const [screened] = await hands.leaves(given, 'screened');
  const [sampled] = await hands.leaves(given, 'sampled');
  expect(rehearsed).toMatchObject({
    attempt: 0,
    by: 'd.officer',
    planHash: hands.planHash,
    counts: {
      read: 30,
      quarantined: 0,
      intake: screened?.['intake'],
      frame: 29,
      exclusions: screened?.['exclusions'],
      strata: (sampled?.['strata'] as StratumCount[] | undefined)?.map(({ stratum, frame }) => ({
        stratum,
        frame,
      })),
      stops: [],
    },
  });
  expect(value(await hands.acts.purge({ id: copy }))).toEqual({ outcome: 'erased' });
  expect(value(await hands.acts.verifyErasure({ id: copy }))).toEqual({ outcome: 'erased' });
  // nobody takes it up again, and nobody ends it twice
  await expect(hands.acts.openRehearsal({ id })).rejects.toThrow();
  await hands.acts.endRehearsal({ id });
  expect(await hands.leaves(given, 'rehearsed')).toHaveLength(1);
});

test('of a plan whose trial was killed comes by its clock, and what refuses a wave is told', async () => {
  const given = await hands.month(0);
  const killed = await rehearsalOf(given);
  const { copy } = await hands.acts.openRehearsal({ id: killed });
  const { copies, now } = await hands.acts.copies(given);
  expect(copies).toMatchObject([{ id: copy, kind: 'staging', attempt: 0, state: 'live' }]);
  expect(Date.parse(copies[0]?.dueAt ?? '') - Date.parse(now)).toBeLessThanOrEqual(2 * 3_600_000);
  expect((await hands.acts.wavesToRetain()).waves).toContainEqual(given);
  await hands.acts.endRehearsal({ id: killed });
  expect(value(await hands.acts.purge({ id: copy }))).toEqual({ outcome: 'erased' });
  const empty = await rehearsalOf(given);
  const { copy: second } = await hands.acts.openRehearsal({ id: empty });
  value(await hands.acts.rehearse({ id: empty }));
  const [broken, told] = await hands.leaves(given, 'rehearsed');
  expect(broken).toMatchObject({ refusal: { code: 'SQL' } });
  expect(told).toMatchObject({
    counts: { read: 0, stops: [{ code: 'ROWS_OUT_OF_RANGE' }, { code: 'FRAME_EMPTY' }] },
  });
  for (const id of [copy, second]) {
    await hands.acts.purge({ id });
    value(await hands.acts.verifyErasure({ id }));
  }
  expect(await faults()).toEqual([]);
});

test('of a copy that is reviewed waits for officers, and not for ever: one erases it, two keep it longer', async () => {
  const { env, hands: officers } = hands.installation;
  const id = await idOf('contacts');
  const stood = async () => {
    const [row] = await hands.query<{ due: Date; review: Date; months: number }>(
      `select due_at as due, review_at as review, extract(day from due_at - review_at)::int as days,
         (extendable_to - opened_at >= interval '25 months') as bounded from cordon.copy where id = $1`,
      [id],
    );
    return { ...row, due: row?.due.toISOString() ?? '' };
  };
  expect(await stood()).toMatchObject({ days: 28, bounded: true });
  const plan = await here((say) => planShowCommand(wave.survey, {}, env, say));
  expect(plan.out.replaceAll(/\n +/g, ' ')).toContain(
    'contacts P13M, reviewed within P28D, kept until P25M at most;',
  );
  // before anything is signed
  const typed = (copy: number, flags: DisposeFlags) => here((say) => disposeCommand(copy, flags, env, say));
  coded(await typed(id, { because: 'audit' }), 1, 'no decision, or two');
  coded(await typed(id, { because: 'audit', erase: true }), 1, 'audit, which is no reason to erase');
  coded(await typed(id, { because: 'audit', extend: '2028-02-30' }), 1, 'a review that is no day');
  coded(
    await typed(await idOf('analysis'), { because: 'audit', extend: '2028-01-31' }),
    1,
    'no review was declared',
  );
  coded(await typed(9_999, { because: 'audit', extend: '2028-01-31' }), 1, 'no such copy');
  const dispose = async (
    who: 'a.officer' | 'b.officer',
    decided: Pick<Statements['dispose'], 'decision' | 'because' | 'reviewOn'>,
    copy = id,
    dueAt = '',
  ) => {
    const { due } = await stood();
    const said = { ...wave, copy, dueAt: dueAt === '' ? due : dueAt, ...decided };
    return hands.acts.disposeCopy(signedBy(officers.of[who], 'dispose', said));
  };
  const before = (await stood()).due;
  const next = `${shiftMonth(before, 6)}-01`;
  const extend = { decision: 'extend', because: 'audit', reviewOn: next } as const;
  const no = (code: string) => ({ ok: false, refusal: { code } });
  // no kind that nobody declared it of, no day that is no later or too late, no clock but the one that stands
  expect(await dispose('a.officer', extend, await idOf('analysis'))).toMatchObject(no('INPUT'));
  for (const reviewOn of ['2020-01-31', '2099-01-31'])
    expect(await dispose('a.officer', { ...extend, reviewOn })).toMatchObject(no('CLOCK_INVALID'));
  expect(await dispose('a.officer', extend, id, '2031-01-01T00:00:00.000Z')).toMatchObject(
    no('CLOCK_INVALID'),
  );
  expect(await dispose('a.officer', extend)).toMatchObject({
    value: { officers: 1, needed: 2, dueAt: before },
  });
  const second = { ...extend, reviewOn: next } as const;
  const said = signedBy(officers.of['b.officer'], 'dispose', { ...wave, copy: id, dueAt: before, ...second });
  for (const _ of [1, 2])
    expect(await hands.acts.disposeCopy(said)).toMatchObject({ value: { officers: 2, needed: 2 } });
  expect((await stood()).review).toEqual(new Date(`${next}T00:00:00Z`));
  expect(await hands.leaves(wave, 'disposed')).toMatchObject([
    { decision: 'extend', because: 'audit', from: before, officers: ['a.officer', 'b.officer'] },
  ]);
  // nor does the clock's own command put it back any further
  expect(await hands.moveClock(wave, 'contacts', '2098-01-01T00:00:00.000Z')).toMatchObject(
    no('CLOCK_INVALID'),
  );
  const told = await here((say) => retentionCommand({}, env, say));
  expect(told.out).toMatch(new RegExp(`review ${next}; may be kept until \\d{4}-`));
  expect(told.out).toMatch(new RegExp(`kept on, review ${next}: audit, a.officer and b.officer, `));
  expect(tooLong(told.out)).toEqual([]);
  expect(await faults()).toEqual([]);
  const erase = { decision: 'erase', because: 'purpose-served' } as const;
  expect(await dispose('b.officer', erase)).toMatchObject({ value: { officers: 1, needed: 1 } });
  expect((await hands.acts.dueCopies()).copies.map((copy) => copy.id)).toContain(id);
  expect(await hands.acts.purge({ id })).toMatchObject({ ok: true });
  expect(await hands.acts.verifyErasure({ id })).toMatchObject({ ok: true });
  expect(await dispose('a.officer', erase)).toMatchObject(no('INPUT'));
  expect(await faults()).toEqual([]);
  const certified = await here((say) => certificateCommand(String(id), {}, env, say));
  expect(certified.out).toMatch(/^review {8}kept on, review .*audit, a\.officer and/m);
  expect(tooLong(certified.out)).toEqual([]);
  const today = new Date().toISOString().slice(0, 10);
  const reviewed = await here((say) => reviewCommand({ from: today, to: today, csv: true }, env, say));
  expect(reviewed.out).toContain('to be erased: purpose-served, b.officer, ');
});

test('of a register is none: two officers review it, and its clock goes on for a year at most', async () => {
  const { env, hands: officers } = hands.installation;
  const id = await idOf('registers');
  await hands.query(`update cordon.copy set due_at = now() - interval '2 days' where id = $1`, [id]);
  const late = await here((say) => retentionCommand({ overdue: true }, env, say));
  expect(late).toMatchObject({ code: 2 });
  expect(late.out).toMatch(/in review !\n/);
  await hands.acts.raiseExceptions();
  const open = `select code from cordon.exception where closed_at is null and code = 'REGISTER_REVIEW_MISSING'`;
  expect(await hands.query(open)).toHaveLength(1);
  const [row] = await hands.query<{ due: Date }>('select due_at as due from cordon.copy where id = $1', [id]);
  const stood = { copy: id, dueAt: row?.due.toISOString() ?? '' };
  const dispose = (who: 'a.officer' | 'b.officer', months: number) => {
    const reviewOn = `${shiftMonth(new Date().toISOString(), months)}-01`;
    const statement = { ...stood, decision: 'extend', because: 'purpose-continues', reviewOn } as const;
    return hands.acts.disposeCopy(signedBy(officers.of[who], 'dispose', statement));
  };
  expect(await dispose('a.officer', 14)).toMatchObject({ refusal: { code: 'CLOCK_INVALID' } });
  const erase = { ...stood, decision: 'erase', because: 'purpose-served' } as const;
  expect(await hands.acts.disposeCopy(signedBy(officers.of['a.officer'], 'dispose', erase))).toMatchObject({
    refusal: { code: 'CLOCK_INVALID' },
  });
  expect(await dispose('a.officer', 11)).toMatchObject({ value: { officers: 1 } });
  expect(await dispose('b.officer', 11)).toMatchObject({ value: { officers: 2 } });
  await hands.acts.raiseExceptions();
  expect(await hands.query(open)).toEqual([]);
});

test('of a copy that was held while its intent was made void waits for no certificate', async () => {
  const given = await hands.month();
  await hands.upTo(await hands.open(given), 'transfer');
  const [copy] = await hands.query<{ id: number }>(
    `update cordon.copy set due_at = now() where kind = 'delivered' and period = $1 returning id::int`,
    [given.period],
  );
  const purge = () => hands.acts.purge({ id: copy?.id ?? 0 });
  expect(await purge()).toMatchObject({ value: { outcome: 'awaiting-certificate' } });
  // as if an officer had found that nothing arrived, and a hold had kept the copy from going with its intent
  await hands.query(
    unguarded(
      `update cordon.intent set voided_at = now(), disclosed_at = null where period = '${given.period}'`,
    ),
  );
  expect(await purge()).toMatchObject({ value: { outcome: 'erased' } });
});
