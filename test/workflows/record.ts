// Records the golden histories: `npx node test/workflows/record.ts [folder]`. One closed run of every way a workflow
// can go, from a dev server of its own and small activities; recorded again only when open waves need not replay.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Alarm } from '../../schemas/alarm.ts';
import { failure } from '../../schemas/failure.ts';
import type { AttemptKey, WaveKey } from '../../schemas/ref.ts';
import { send } from '../../worker/officer.ts';
import { startTemporal } from '../../worker/stack/temporal.ts';
import { retentionId, waveId } from '../../workflows/ids.ts';
import {
  acceptUpdate,
  alarmsQuery,
  moveClockUpdate,
  refuseUpdate,
  releaseUpdate,
  settleUpdate,
  statementQuery,
} from '../../workflows/messages.ts';
import {
  copy,
  givenBy,
  no,
  ok,
  planHash,
  quick,
  ref,
  releaseOf,
  second,
  signatureOf,
  signerOf,
  statementSha256,
  wave as good,
} from './answers.ts';
import { attended, openStand, taskQueue } from './corridor.ts';
import type { GivenActivities } from './corridor.ts';

type Answer = (...args: never[]) => unknown;
const period = '2026-10';
const timings = {
  ...quick,
  releaseValidForMs: 6 * second,
  releaseRemindMs: 2 * second,
  settleWithinMs: 3 * second,
};

/** By survey: what differs from a good month, and what people do. */
const months: Readonly<
  Record<
    string,
    { answers?: Record<string, Answer>; people?: (client: Client, wave: WaveKey) => Promise<void> }
  >
> = {
  delivered: { people: releaseByTwo },
  'without-receipt': { people: releaseByTwo, answers: { receive: () => ok({ receipt: 'awaited' }) } },
  refused: { answers: { screen: () => no('REGISTER_UNREADABLE') } },
  alarmed: { people: acceptThenRelease, answers: alarms() },
  'alarm-lapsed': { answers: alarms() },
  broken: { answers: { sample: () => Promise.reject(failure('INPUT')) } },
  stale: {
    people: releaseByTwo,
    answers: {
      sample: (from: AttemptKey) =>
        from.attempt === 1 ? Promise.reject(failure('STALE_STAGING')) : good.sample(from),
    },
  },
  expired: {},
  'release-refused': { people: refuseRelease },
  cancelled: { people: cancel },
  'already-disclosed': { answers: { openAttempt: () => no('ALREADY_DISCLOSED') } },
  'left-open': {
    answers: {
      openAttempt: () => no('ALREADY_DISCLOSED'),
      unfinished: ({ survey }: WaveKey) => {
        const { value: minimised } = good.minimise({ survey, period, attempt: 1 });
        return { left: { survey, period, attempt: 1, intended: { minimised, delivered: true } } };
      },
    },
  },
  'settled-arrived': { people: (client, wave) => settle(client, wave, 'arrived'), answers: unknown() },
  'settled-not-arrived': {
    people: (client, wave) => settle(client, wave, 'not-arrived'),
    answers: unknown(),
  },
  unsettled: { people: releaseByTwo, answers: unknown() },
};

async function waiting(client: Client, wave: WaveKey): Promise<void> {
  while (!(await client.workflow.getHandle(waveId(wave)).query(statementQuery))?.waiting) await delay(100);
}
async function releaseByTwo(client: Client, wave: WaveKey): Promise<void> {
  for (const officer of ['j.smith', 'a.jones']) {
    await waiting(client, wave);
    await send(client, waveId(wave), releaseUpdate, releaseOf(officer));
  }
}
async function refuseRelease(client: Client, wave: WaveKey): Promise<void> {
  await waiting(client, wave);
  const signature = signatureOf('j.smith');
  await send(client, waveId(wave), refuseUpdate, { statementSha256, signature, because: 'wrong-counts' });
}
async function cancel(client: Client, wave: WaveKey): Promise<void> {
  await waiting(client, wave);
  await client.workflow.getHandle(waveId(wave)).cancel();
}
async function settle(client: Client, wave: WaveKey, finding: 'arrived' | 'not-arrived'): Promise<void> {
  await releaseByTwo(client, wave);
  for (let tries = 0; tries < 30; tries++) {
    if (
      (await send(client, waveId(wave), settleUpdate, givenBy('j.smith', { ...wave, attempt: 1, finding })))
        .ok
    )
      return;
    await delay(100);
  }
  throw new Error('the wave never waited to be settled');
}
async function acceptThenRelease(client: Client, wave: WaveKey): Promise<void> {
  for (const { alarm, because } of [
    { alarm: 'QUARANTINE_OVER_TOLERANCE', because: 'checked-at-source' },
    { alarm: 'RULE_CHANGED', because: 'seasonal' },
  ] as const) {
    const handle = client.workflow.getHandle(waveId(wave));
    while (!(await handle.query(alarmsQuery)).some(({ code }) => code === alarm)) await delay(100);
    await send(
      client,
      waveId(wave),
      acceptUpdate,
      givenBy('j.smith', { ...wave, attempt: 1, alarm, because, reasons: [] }),
    );
  }
  await releaseByTwo(client, wave);
}
function alarms(): Record<string, Answer> {
  const raised = (from: AttemptKey, stage: 'extracted' | 'screened', alarm: Alarm) =>
    ok({ ...ref(stage, 3000)(from).value, alarms: [alarm] });
  return {
    extract: (from: AttemptKey) =>
      raised(from, 'extracted', {
        code: 'QUARANTINE_OVER_TOLERANCE',
        found: '120 unreadable rows of 4000',
        expected: 'at most 2 per cent',
      }),
    screen: (from: AttemptKey) =>
      raised(from, 'screened', {
        code: 'RULE_CHANGED',
        reason: 'shared-phone',
        found: 'shared-phone matches 400 of 4000 rows',
        expected: 'about 120 as in earlier waves, give or take 50%',
      }),
    accept: () => ok({ unanswered: 0 }),
  };
}
function unknown(): Record<string, Answer> {
  return { transfer: () => no('DELIVERY_UNKNOWN'), receive: () => ok({ receipt: 'awaited' }) };
}

const past = '2026-01-01T00:00:00Z';

/** The registry that these activities need: which wave is closed, whose copy is still there and when it is due. */
const world = (): GivenActivities => {
  const closed = new Set<string>();
  const due = new Map<number, { survey: string; at: string; certificate: number }>();
  const ids = new Map<string, number>();
  const by = new Map<string, Set<string>>();
  let asked = 0;
  const answers: Record<string, Answer> = {
    ...good,
    openAttempt: ({ survey, ordinal }: { survey: string; ordinal: number }) => {
      const id = ids.get(survey) ?? ids.size + 1;
      ids.set(survey, id);
      due.set(id, { survey, at: '2099-01-01T00:00:00Z', certificate: 2 });
      return ok({ survey, period, attempt: ordinal, planHash, nonce: 'c'.repeat(64) });
    },
    release: ({ survey, signature }: { survey: string; signature: string }) => {
      const officer = signerOf({ signature });
      const officers = by.get(survey) ?? new Set();
      by.set(survey, officers.add(officer));
      return ok({ officer, officers: officers.size });
    },
    closeAttempt: ({ survey, outcome }: { survey: string; outcome: string }) => {
      if (outcome !== 'stale-staging') closed.add(survey);
      return null;
    },
    copies: ({ survey }: WaveKey) => ({
      copies: [...due]
        .filter(([, copied]) => copied.survey === survey)
        .map(([id, { at }]) => ({ ...copy(id, 'delivered', at), survey })),
      closed: closed.has(survey),
      now: new Date().toISOString(),
    }),
    moveClock: ({ survey }: { survey: string }) => {
      for (const copied of due.values()) if (copied.survey === survey) copied.at = past;
      return ok({ moved: 1, officers: 1, needed: 1 });
    },
    purge: ({ id }: { id: number }) => {
      const copied = due.get(id);
      if (copied && copied.certificate-- > 0) return ok({ outcome: 'awaiting-certificate' });
      return ok({ outcome: 'erased' });
    },
    verifyErasure: ({ id }: { id: number }) => {
      due.delete(id);
      return ok({ outcome: 'erased' });
    },
    wavesToFinish: () => ({ waves: [] }),
    wavesToRetain: () => ({ waves: [{ survey: 'delivered', period: '2026-09' }] }),
    recallsToSend: () => ({ recalls: [{ id: 7, survey: 'delivered', period: '2026-09' }] }),
    recall: () => ok({ acknowledged: ++asked > 1, dueAt: '2099-12-01T00:00:00Z' }),
    deliveriesOut: () => ({ deliveries: [{ survey: 'delivered', period: '2026-09', attempt: 1 }] }),
    outcomes: () => ok({ taken: 2 }),
    dueCopies: () => ({ copies: [copy(99, 'contacts', '2026-01-01T00:00:00Z')] }),
    raiseExceptions: () => ({
      raised: 1,
      cleared: 0,
      exceptions: [
        {
          code: 'MONTH_MISSING',
          survey: 'delivered',
          period: '2026-09',
          owner: 'data-officer',
          dueAt: '2026-10-23T06:30:00.000Z',
          found: 'nothing of this month was sent',
          remedy: 'run it',
        },
      ],
    }),
    notify: () => ({ told: 1 }),
    exportHistories: () => ({ exported: 2, failed: 0 }),
  };
  return Object.fromEntries(
    Object.entries(answers).map(([name, usual]) => [
      name,
      async (...args: never[]) => {
        const [said] = args as unknown as [{ survey?: string } | undefined];
        return (months[said?.survey ?? '']?.answers?.[name] ?? usual)(...args);
      },
    ]),
  );
};

const live = async (client: Client, survey: string): Promise<void> => {
  const wave = { survey, period };
  const kickoff = await client.workflow.start('kickoff', {
    workflowId: `kickoff/${survey}`,
    taskQueue,
    args: [{ ...wave, planHash, timings }],
  });
  await kickoff.result();
  await months[survey]?.people?.(client, wave);
  await client.workflow
    .getHandle(waveId(wave))
    .result()
    .catch(() => undefined);
  if (survey === 'already-disclosed' || survey === 'left-open') return;
  await send(
    client,
    retentionId(wave),
    moveClockUpdate,
    givenBy('j.smith', { ...wave, kind: 'delivered', to: past, copies: [] }),
  );
  await client.workflow.getHandle(retentionId(wave)).result();
};

/** A kickoff is a kickoff, and one retention has seen all that a retention can see. */
const kept = (workflowId: string): boolean =>
  workflowId.startsWith('wave/') ||
  ['kickoff/delivered', `retention/delivered/${period}`, 'recall/delivered/2026-09/7', 'sweep'].includes(
    workflowId,
  );

const folder = process.argv[2] ?? join(import.meta.dirname, '../golden/histories');
const work = mkdtempSync(join(tmpdir(), 'cordon-record-'));
const temporal = await startTemporal({ folder: work, env: process.env, progress: () => undefined });
try {
  // no name of a machine in a file that is kept
  const identity = 'cordon-test';
  const stand = await openStand(temporal, identity);
  const { client } = stand;
  await attended(
    stand,
    world(),
    async () => {
      await Promise.all(Object.keys(months).map((survey) => live(client, survey)));
      await client.workflow.execute('sweep', { workflowId: 'sweep', taskQueue, args: [{ timings }] });
      await client.workflow.getHandle('recall/delivered/2026-09/7').result();
    },
    { identity },
  );
  mkdirSync(folder, { recursive: true });
  for await (const { workflowId, runId, status } of client.workflow.list()) {
    if (status.name === 'RUNNING') continue;
    if (!kept(workflowId)) continue;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const name = workflowId.replaceAll('/', '_').replace(`_${period}`, '');
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(JSON.parse(historyToJSON(history)))}\n`);
  }
  await stand.stop();
} finally {
  await temporal.stop();
  rmSync(work, { recursive: true, force: true });
}
