// What must be in order before anything is opened, and again before anything is sent: each paper on its last good day
// and on the day after.
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkGates } from '../../activities/gates.ts';
import { readPlan } from '../../activities/plan.ts';
import type { Plan } from '../../sql/plan.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
let plan: Plan;
beforeAll(async () => {
  hands = await openHands();
  plan = await readPlan(hands.deps.pool, hands.planHash);
});
afterAll(() => hands.close());

/** Days from today, as the survey's zone has it. */
const day = async (days: number): Promise<string> => {
  const [row] = await hands.query<{ day: string }>(
    `select ((now() at time zone 'Europe/London')::date + $1::int)::text as day`,
    [days],
  );
  return row?.day ?? '';
};

type Paper = 'contract from' | 'contract to' | 'vetting' | 'confidentiality' | 'assessment';
const withPaper = (paper: Paper, date: string): Plan => {
  const { processor, declaration } = plan;
  const { contract, assurance } = processor;
  switch (paper) {
    case 'contract from':
      return { ...plan, processor: { ...processor, contract: { ...contract, from: date } } };
    case 'contract to':
      return { ...plan, processor: { ...processor, contract: { ...contract, to: date } } };
    case 'vetting':
      return { ...plan, processor: { ...processor, assurance: { ...assurance, vettingTo: date } } };
    case 'confidentiality':
      return {
        ...plan,
        processor: { ...processor, assurance: { ...assurance, confidentialitySigned: date } },
      };
    default:
      return { ...plan, declaration: { ...declaration, basis: { ...declaration.basis, reviewBy: date } } };
  }
};

test.each([
  ['contract from', 0, 1, 'CONTRACT_OUT_OF_DATE'],
  ['contract to', 0, -1, 'CONTRACT_OUT_OF_DATE'],
  ['vetting', 0, -1, 'ASSURANCE_OUT_OF_DATE'],
  ['confidentiality', 0, 1, 'ASSURANCE_OUT_OF_DATE'],
  ['assessment', 0, -1, 'DPIA_OUT_OF_DATE'],
] as const)('%s: good on day %i, refused on day %i', async (paper, good, bad, code) => {
  await checkGates(hands.deps.pool, withPaper(paper, await day(good)));
  await expect(checkGates(hands.deps.pool, withPaper(paper, await day(bad)))).rejects.toMatchObject({
    type: code,
  });
});

describe('a certificate that is overdue', () => {
  test('stops what is about to be sent before anybody is asked for a connection, coded and recorded', async () => {
    await hands.upTo(await hands.open(await hands.month()), 'transfer');
    const wave = await hands.month();
    const minimised = await hands.upTo(await hands.open(wave), 'minimise');
    await hands.release(minimised);
    await hands.query(`update cordon.copy set due_at = now() - interval '30 days' where kind = 'delivered'`);
    let asked = 0;
    const counted = actsOf({
      ...hands.deps,
      openTarget: (of) => ((asked += 1), hands.deps.openTarget(of)),
    });
    expect(await counted.transfer(minimised)).toMatchObject({
      ok: false,
      refusal: { code: 'CERTIFICATE_OVERDUE' },
    });
    expect(asked).toBe(0);
    expect(await hands.leaves(wave, 'refused')).toMatchObject([
      { stage: 'transfer', code: 'CERTIFICATE_OVERDUE' },
    ]);
    const { inbound } = hands.installation.processor;
    expect((await readdir(inbound)).filter((name) => name.includes(wave.period))).toEqual([]);
    const next = { ...(await hands.month()), planHash: hands.planHash, run: 'next', ordinal: 1 };
    expect(await hands.acts.openAttempt(next)).toMatchObject({ refusal: { code: 'CERTIFICATE_OVERDUE' } });
  });
});

test('a wave gets its own plan, also when another reads its own while PostgreSQL answers', async () => {
  const { pool } = hands.deps;
  await hands.survey('another-survey');
  const [other] = await hands.query<{ plan_hash: string }>(
    `select plan_hash from cordon.plan_in_force where survey = 'another-survey'`,
  );
  const between = {
    query: async (text: string, values: unknown[]) => {
      const answer = await pool.query(text, values);
      expect(await readPlan(pool, other?.plan_hash ?? '')).toMatchObject({ survey: 'another-survey' });
      return answer;
    },
  } as Pick<typeof pool, 'query'>;
  expect(await readPlan(pool, hands.planHash)).toEqual(plan);
  expect(await readPlan(between, hands.planHash)).toEqual(plan);
});

test('a plan that a superuser changed is refused, although it was read before', async () => {
  const read = () => readPlan(hands.deps.pool, hands.planHash);
  expect(await read()).toEqual(plan);
  await hands.query('alter table cordon.plan drop constraint plan_hash_is_of_document');
  await hands.query(`update cordon.plan set document = document || ' '`);
  await expect(read()).rejects.toMatchObject({ type: 'PLAN_CHANGED' });
  await hands.query('update cordon.plan set document = rtrim(document)');
  expect(await read()).toEqual(plan);
});
