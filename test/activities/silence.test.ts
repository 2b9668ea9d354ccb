// What should have happened and has not: a dated, owned leaf, once. And a history that cannot be had holds up no other.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import { addToRegister } from '../../worker/register-act.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
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
  expect(await hands.acts.raiseExceptions()).toEqual({ raised: 0 });
});

test('a review that is overdue is raised once, for its owner', async () => {
  const { urls } = hands.installation;
  const add = (register: 'holds' | 'safety-markers', phone: string, owner: string, reviewOn: string) =>
    addToRegister(urls.clerk, hands.deps.secrets.tokenKey, register, { phone }, 'c.clerk', {
      owner,
      reviewOn,
      ...(register === 'holds' && { reason: 'complaint' }),
    });
  await add('holds', '07700 900901', 'h.owner', '2020-01-31');
  await add('holds', '07700 900902', 'h.owner', '2020-01-31');
  await add('safety-markers', '07700 900903', 'm.owner', '2020-01-31');
  await add('holds', '07700 900904', 'h.owner', '2100-01-31');
  expect(await hands.acts.raiseExceptions()).toEqual({ raised: 2 });
  expect(await hands.acts.raiseExceptions()).toEqual({ raised: 0 });
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

test('a history that cannot be fetched is counted as failed, and the next one is kept', async () => {
  const wave = await hands.month();
  const workflowId = `wave/${wave.survey}/${wave.period}`;
  const histories = {
    async *closed() {
      for (const runId of ['lost', 'kept'])
        yield await Promise.resolve({ workflowId, runId, closedAt: new Date() });
    },
    fetch: (_: string, runId: string) =>
      runId === 'lost'
        ? Promise.reject(new Error('no such run'))
        : Promise.resolve({ json: '{"events":[]}', replayed: true }),
  };
  const acts = actsOf({ ...hands.deps, histories });
  expect(await acts.exportHistories()).toEqual({ exported: 1, failed: 1 });
  expect(await hands.leaves(wave, 'history-exported')).toMatchObject([{ run: 'kept' }]);
});
