// What should have happened and has not: a dated, owned exception that closes with its cause. And a history that cannot be had holds up no other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ForgoReason } from '../../schemas/forgo.ts';
import { shiftMonth } from '../../schemas/period.ts';
import type { WaveKey } from '../../schemas/ref.ts';
import { withConnection, withTransaction } from '../../sql/connect.ts';
import { append } from '../../sql/ledger/append.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { signedBy } from '../../worker/demo/officers.ts';
import { createDeps } from '../../worker/deps.ts';
import { mustNotBeForgone } from '../../worker/forgo.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { coded, here } from '../worker/command.ts';
import { causes, unguarded } from './causes.ts';
import type { Histories } from '../../activities/deps.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
/** one that went well */
let good: WaveKey;
let missing: WaveKey;
let underWay: string;
beforeAll(async () => {
  hands = await openHands();
  // as if it had been applied half a year ago
  await hands.query(`update cordon.plan_in_force set since = now() - interval '6 months'`);
});
afterAll(() => hands.close());

const raisedOf = async (wave: WaveKey) =>
  (await hands.leaves(wave, 'exception')).map(({ code, owner, attempt }) => ({ code, owner, attempt }));
const officer = 'data-officer';

test('a missing month, extract and release are raised once each, and a month that went well is not', async () => {
  const [none, refused, unread, unreleased, well] = [
    await hands.month(),
    await hands.month(),
    await hands.month(),
    await hands.month(),
    await hands.month(),
  ];
  const { survey, period, attempt } = await hands.open(refused);
  await hands.acts.closeAttempt({ survey, period, attempt, outcome: 'refused' });
  await hands.open(unread);
  const minimised = await hands.upTo(await hands.open(unreleased), 'minimise');
  await hands.upTo(await hands.open(well), 'transfer');
  good = well;
  const { statement } = await hands.acts.state(minimised);
  const late = JSON.stringify({ ...statement, expiresAt: '2026-01-01T00:00:00.000Z' });
  await hands.query(
    `update cordon.package set statement = $2, statement_sha256 = encode(sha256(convert_to($2, 'UTF8')), 'hex')
     where period = $1`,
    [unreleased.period, late],
  );
  await hands.acts.raiseExceptions();
  expect(await raisedOf(none)).toEqual([{ code: 'MONTH_MISSING', owner: officer, attempt: undefined }]);
  expect(await raisedOf(refused)).toEqual([{ code: 'MONTH_MISSING', owner: officer, attempt: undefined }]);
  expect(await raisedOf(unread)).toEqual([{ code: 'EXTRACT_MISSING', owner: officer, attempt: undefined }]);
  expect(await raisedOf(unreleased)).toEqual([{ code: 'RELEASE_MISSING', owner: officer, attempt: 1 }]);
  expect(await raisedOf(well)).toEqual([]);
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: 0 });
  missing = none;
  underWay = unread.period;
});

test('a month that an officer forgoes is missing no more and is run no more, until two take that back', async () => {
  const { env, hands: officers } = hands.installation;
  const forgo = (who: 'a.officer' | 'b.officer', ordinal: number, because: ForgoReason | 'taken-back') =>
    hands.acts.forgoMonth(signedBy(officers.of[who], 'forgo', { ...missing, ordinal, because }));
  const no = (code: string) => ({ ok: false, refusal: { code } });
  expect(await forgo('a.officer', 2, 'records-lost')).toMatchObject(no('INPUT'));
  expect(await forgo('a.officer', 1, 'taken-back')).toMatchObject(no('INPUT'));
  // sent twice it is forgone once
  for (const _ of [1, 2])
    expect(await forgo('a.officer', 1, 'records-lost')).toMatchObject({ value: { officers: 1, needed: 1 } });
  expect(await forgo('b.officer', 2, 'too-late')).toMatchObject(no('INPUT'));
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: 1 });
  await expect(hands.open(missing)).rejects.toThrow('MONTH_FORGONE');
  const asked = await here(async () => {
    await mustNotBeForgone(env['CORDON_AUDITOR_URL'] ?? '', missing);
    return 0;
  });
  coded(asked, 1, 'forgone by a.officer on');
  expect(await forgo('a.officer', 1, 'taken-back')).toMatchObject({ value: { officers: 1, needed: 2 } });
  await expect(hands.open(missing, 'again')).rejects.toThrow('MONTH_FORGONE');
  expect(await forgo('b.officer', 1, 'taken-back')).toMatchObject({ value: { officers: 2, needed: 2 } });
  expect(await hands.leaves(missing, 'forgone')).toMatchObject([
    { ordinal: 1, because: 'records-lost', officers: ['a.officer'] },
    { ordinal: 1, because: 'taken-back', officers: ['a.officer', 'b.officer'] },
  ]);
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 1, cleared: 0 });
  // with a survey that has ended go all its later months
  const months = await hands.query<{ period: string }>(
    `select period from cordon.exception where closed_at is null and code = 'MONTH_MISSING' and period >= $1`,
    [missing.period],
  );
  expect(await forgo('a.officer', 2, 'survey-ended')).toMatchObject({ ok: true });
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: months.length });
  await expect(
    hands.open({ ...missing, period: underWay > missing.period ? underWay : '2098-01' }, 'later'),
  ).rejects.toThrow('MONTH_FORGONE');
  for (const officer of ['a.officer', 'b.officer'] as const) await forgo(officer, 2, 'taken-back');
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: months.length, cleared: 0 });
  // one that went well is not forgone, nor one that is under way
  for (const period of [good.period, underWay])
    expect(
      await hands.acts.forgoMonth(
        signedBy(officers.of['a.officer'], 'forgo', { ...good, period, ordinal: 1, because: 'too-late' }),
      ),
    ).toMatchObject(no('INPUT'));
  // nor does a survey end before a month of it that is under way
  const before = shiftMonth(underWay, -24);
  const ends = { survey: good.survey, period: before, ordinal: 1, because: 'survey-ended' } as const;
  expect(await hands.acts.forgoMonth(signedBy(officers.of['a.officer'], 'forgo', ends))).toMatchObject(
    no('INPUT'),
  );
  const verified = await withConnection(hands.installation.urls.auditor, 'test', (db) => verifyDatabase(db));
  expect(verified.faults.filter(({ found }) => found.includes('forgone'))).toEqual([]);
});

test('a review that is overdue is raised once, for its owner and whoever stands in for them', async () => {
  const { urls } = hands.installation;
  const add = (register: 'holds' | 'safety-markers', phone: string, owner: string, reviewOn: string) =>
    addToRegister(urls.clerk, hands.deps.secrets.tokenKey, register, { phone }, 'c.clerk', {
      owner,
      reviewOn,
      ...(register === 'holds' && { reason: 'complaint' }),
    });
  await addToRegister(
    urls.clerk,
    hands.deps.secrets.tokenKey,
    'opt-outs',
    { phone: '07700 900905' },
    'c.clerk',
  );
  await add('holds', '07700 900901', 'h.owner', '2020-01-31');
  await add('holds', '07700 900902', 'h.owner', '2020-01-31');
  await add('safety-markers', '07700 900903', 'm.owner', '2020-01-31');
  await add('holds', '07700 900904', 'h.owner', '2100-01-31');
  await hands.query(
    unguarded(`insert into cordon.officer (version, officer, keys, may, from_day, to_day, deputy_for) values
      (1, 's.officer', '{k}', '{release}', current_date - 1, current_date + 1, 'h.owner'),
      (1, 't.officer', '{k}', '{release}', current_date + 1, current_date + 9, 'm.owner')`),
  );
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 2, cleared: 0 });
  expect(
    await hands.query('select owner, deputy from cordon.exception where survey is null order by 1'),
  ).toEqual([
    { owner: 'h.owner', deputy: 's.officer' },
    { owner: 'm.owner', deputy: 'dpo' },
  ]);
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: 0 });
  const said = await hands.query(
    `select l->>'code' as code, l->>'owner' as owner, l->>'dueAt' as due
     from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb) x(l)
     where l->>'type' = 'exception' and l->>'survey' is null order by 1`,
  );
  expect(said).toEqual([
    { code: 'HOLD_EXPIRED', owner: 'h.owner', due: '2020-02-01T00:00:00.000Z' },
    { code: 'MARKER_REVIEW_MISSING', owner: 'm.owner', due: '2020-02-01T00:00:00.000Z' },
  ]);
});

test('an owner who is no staff id keeps nobody from being told, and is not named', async () => {
  await hands.query(unguarded(`update cordon.register_entry set owner = 'Jane Doe' where owner = 'm.owner'`));
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 1, cleared: 1 });
  expect(
    await hands.query(
      `select owner from cordon.exception where closed_at is null and code = 'MARKER_REVIEW_MISSING'`,
    ),
  ).toEqual([{ owner: 'data-officer' }]);
  await hands.query(unguarded(`update cordon.register_entry set owner = 'm.owner' where owner = 'Jane Doe'`));
  await hands.acts.raiseExceptions();
});

const newest = async (): Promise<number> => {
  const [row] = await hands.query<{ id: number }>('select max(id) as id from cordon.exception');
  return row?.id ?? 0;
};
const openSince = (id: number) =>
  hands.query('select * from cordon.exception where closed_at is null and id > $1 order by code', [id]);
test('each opens once with its cause and closes with it, all of them in the ledger', async () => {
  const change = (text: string) => hands.query(text.replaceAll('$period', `'${good.period}'`));
  const mark = await newest();
  const before = await said();
  for (const [, cause] of causes) await change(cause);
  const many = causes.length;
  for (const raised of [many, 0])
    expect(await hands.acts.raiseExceptions()).toMatchObject({ raised, cleared: 0 });
  expect(await openSince(mark)).toMatchObject(causes.map(([code, , , expected]) => ({ code, ...expected })));
  for (const [, , mended] of causes) await change(mended);
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: many });
  expect(await openSince(mark)).toEqual([]);
  const codes = causes.map(([code]) => code);
  expect((await said()).slice(before.length)).toEqual([
    ...codes.map((code) => ({ type: 'exception', code })),
    ...codes.map((code) => ({ type: 'exception-closed', code })),
  ]);
});

const said = () =>
  hands.query(
    `select l->>'type' as type, l->>'code' as code from ledger.entry e,
       lateral (select convert_from(e.leaf, 'UTF8')::jsonb) x(l) where l->>'type' like 'exception%' order by e.index`,
  );

test('the table agrees with the ledger, and one that was changed behind its back does not', async () => {
  const faults = async () => {
    const verified = await withConnection(hands.installation.urls.auditor, 'test', (db) =>
      verifyDatabase(db),
    );
    return verified.faults.filter(({ found }) => /^[A-Z]+_[A-Z_]+ (that is )?closed|open$/.test(found));
  };
  expect(await faults()).toEqual([]);
  await hands.query(`update cordon.exception set closed_at = now() where code = 'HOLD_EXPIRED'`);
  expect(await faults()).toMatchObject([{ rule: 'TABLE', found: 'HOLD_EXPIRED that is closed' }]);
  await hands.query(`update cordon.exception set closed_at = null where code = 'HOLD_EXPIRED'`);
  await withTransaction(hands.deps.pool, (tx) =>
    append(tx, 'worker', {}, { type: 'exception-closed', code: 'TASK_FAILING', owner: 'nobody' }),
  );
  expect(await faults()).toMatchObject([{ rule: 'ORDER', found: 'TASK_FAILING closed' }]);
});

test('checkpoints that cannot be kept are one; what cannot be looked at closes nothing', async () => {
  const nowhere = createDeps({ ...hands.installation.env, CORDON_CHECKPOINTS: 'file:///nowhere/at/all' });
  const sight = { looked: ['WORKER_MISSING'], found: [{ code: 'WORKER_MISSING' }] } as const;
  const seeing = actsOf({ ...nowhere, lookAtTemporal: () => Promise.resolve(sight) });
  expect(await seeing.raiseExceptions()).toMatchObject({ raised: 2, cleared: 0 });
  const blind = actsOf({ ...nowhere, lookAtTemporal: () => Promise.resolve({ looked: [], found: [] }) });
  expect(await blind.raiseExceptions()).toMatchObject({ raised: 0, cleared: 0 });
  await nowhere.close();
  const due = await hands.query(
    `select code, due_at > now() as later from cordon.exception
     where closed_at is null and code in ('WORKER_MISSING', 'CHECKPOINT_NOT_KEPT') order by 1`,
  );
  expect(due).toEqual([
    { code: 'CHECKPOINT_NOT_KEPT', later: true },
    { code: 'WORKER_MISSING', later: false },
  ]);
  expect(await hands.acts.raiseExceptions()).toMatchObject({ raised: 0, cleared: 1 });
  const gone = actsOf({
    ...hands.deps,
    lookAtTemporal: () => Promise.resolve({ looked: ['WORKER_MISSING'], found: [] }),
  });
  expect(await gone.raiseExceptions()).toMatchObject({ raised: 0, cleared: 1 });
});

test('a history that cannot be fetched is counted as failed, and the next one is kept', async () => {
  const wave = await hands.month();
  const workflowId = `wave/${wave.survey}/${wave.period}`;
  let ended = 0;
  const openHistories = (): Histories => ({
    async *closed() {
      for (const runId of ['lost', 'kept']) yield await Promise.resolve({ workflowId, runId });
    },
    fetch: ({ runId }) =>
      runId === 'lost'
        ? Promise.reject(new Error('no such run'))
        : Promise.resolve({ json: '{"events":[]}', replayed: true }),
    end: () => Promise.resolve(void ended++),
  });
  const acts = actsOf({ ...hands.deps, openHistories });
  expect(await acts.exportHistories()).toEqual({ exported: 1, failed: 1 });
  expect(await hands.leaves(wave, 'history-exported')).toMatchObject([{ run: 'kept' }]);
  expect(ended).toBe(1);
  // what is kept is not fetched again, and nothing that it has done is done twice
  expect(await acts.exportHistories()).toEqual({ exported: 0, failed: 1 });
});
