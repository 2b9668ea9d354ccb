// Twelve waves and the years that their longest clocks run, in seconds: time passes by moving every date in the database
// back, and every few days comes a sweep. Faults are among it. At the end nothing is past due, anywhere.
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dueCopies } from '../../activities/copies.ts';
import type { Deps } from '../../activities/deps.ts';
import { purge } from '../../activities/purge.ts';
import { verifyErasure } from '../../activities/verify-erasure.ts';
import type { VerifierDeps } from '../../activities/verify-erasure.ts';
import { withTransaction } from '../../sql/connect.ts';
import type { Cordon } from '../cordon.ts';
import { createCordon } from '../cordon.ts';
import { erasedLeaf, holdOn, lift, open, prove } from '../sql/copies.ts';
import type { OpenAttempt } from '../sql/wave.ts';
import { as, closeSql, key, newWave, openAttempt } from '../sql/wave.ts';

let cordon: Cordon;
beforeAll(async () => {
  cordon = await createCordon();
});
afterAll(() => cordon.drop());

/** As the shipped declaration has them. */
const clocks = {
  package: 'P30D',
  delivered: 'P75D',
  'source-drop': 'P21D',
  'disclosure-index': 'P24M',
  contacts: 'P13M',
  analysis: 'P24M',
  'exported-history': 'P84M',
} as const;
type Kind = keyof typeof clocks | 'staging' | 'backups';

interface Due {
  readonly id: number;
  readonly kind: Kind;
  readonly survey: string;
  readonly state: string;
}

/** What is late for a reason that the test has made, by the number of the wave. */
interface Trouble {
  verifierDown: boolean;
  readonly uncertified: Set<string>;
}

const context = <R>(work: () => Promise<R>): Promise<R> => new MockActivityEnvironment().run(work);

let today = 0;

/** Everything that was is longer ago now. */
const pass = async (days: number): Promise<void> => {
  today += days;
  await withTransaction(cordon.pool('admin'), async (admin) => {
    // dates of what is done never change, except that time passes
    await admin.query('set local session_replication_role = replica');
    await admin.query(
      `update cordon.copy set opened_at = opened_at - $1::interval, due_at = due_at - $1::interval,
         erased_at = erased_at - $1::interval, verified_at = verified_at - $1::interval`,
      [`${String(days)} days`],
    );
    await admin.query(
      `update cordon.hold set set_at = set_at - $1::interval, lifted_at = lifted_at - $1::interval, review_on = review_on - $2::int`,
      [`${String(days)} days`, days],
    );
  });
};

const sweep = async (trouble: Trouble): Promise<void> => {
  // two activities are given no more than they need here
  const worker = { pool: cordon.pool('worker') } as unknown as Deps;
  const verifier = { pool: cordon.pool('verifier') } as unknown as VerifierDeps;
  const { copies } = (await dueCopies(worker)()) as unknown as { copies: readonly Due[] };
  for (const { id, kind, survey, state } of copies) {
    const outside = kind === 'delivered' || kind === 'source-drop';
    if (outside && state !== 'erased') {
      await as(cordon, 'worker', 'select cordon.start_erasing($1)', [id]);
      if (kind === 'delivered' && trouble.uncertified.has(survey)) continue;
      await as(cordon, 'worker', 'select cordon.purge_copy($1)', [id]);
      await erasedLeaf(cordon, id);
    } else if (state !== 'erased') {
      // another worker does the same at the same time
      const both = await Promise.all([1, 2].map(() => context(() => purge(worker)({ id }))));
      expect(both).toMatchObject([{ ok: true }, { ok: true }]);
    }
    if (trouble.verifierDown) continue;
    if (outside) expect(await prove(cordon, id)).toMatchObject({ proven: true });
    else expect(await context(() => verifyErasure(verifier)({ id }))).toMatchObject({ ok: true });
  }
};

const overdue = () =>
  as<{ kind: Kind; survey: string; state: string }>(
    cordon,
    'auditor',
    `select kind, survey, state from cordon.copy where verified_at is null and due_at < now() - interval '10 days'`,
  );

test(
  'a year of twelve waves leaves nothing past due, whatever happens meanwhile',
  { timeout: 120_000 },
  async () => {
    const trouble: Trouble = { verifierDown: false, uncertified: new Set() };
    const waves: OpenAttempt[] = [];
    const late = new Map<string, string>();
    let hold = 0;
    for (let step = 0; step < 39; step += 1) {
      const month = Math.floor(step / 3);
      if (step % 3 === 0 && month < 12) {
        const wave = await openAttempt(cordon, await newWave(cordon));
        waves.push(wave);
        const ids = new Map<string, number | null>();
        for (const [kind, keep] of Object.entries(clocks))
          ids.set(
            kind,
            await open(cordon, wave, kind, `${kind.replaceAll('-', '_')}_${String(month)}`, keep),
          );
        await as(cordon, 'worker', closeSql, [...key(wave), 'delivered', false]);
        if (month === 3) hold = await holdOn(cordon, ids.get('package') ?? null, { because: 'litigation' });
        // the server crashes: unlogged tables are emptied
        if (month === 5) await as(cordon, 'admin', `truncate ${wave.staging}.nonce, ${wave.staging}.intake`);
        if (month === 7) trouble.uncertified.add(wave.survey);
      }
      if (step === 15) trouble.verifierDown = true;
      if (step === 18) trouble.verifierDown = false;
      if (step === 24) for (const officer of ['a.officer', 'b.officer']) await lift(cordon, hold, officer);
      if (step === 33) trouble.uncertified.clear();
      await pass(10);
      await sweep(trouble);
      for (const { kind, survey, state } of await overdue())
        late.set(`${String(waves.findIndex((wave) => wave.survey === survey))} ${kind}`, state);
    }
    // late was what the test has kept, and nothing else
    expect(
      [...late.keys()].filter(
        (name) => !/^\d+ (staging|package|source-drop|contacts|backups|delivered)$/.test(name),
      ),
    ).toEqual([]);
    expect(late.get('3 package')).toBe('live');
    expect(late.get('7 delivered')).toBe('erasing');
    for (let leap = 0; leap < 45; leap += 1) {
      await pass(60);
      await sweep(trouble);
      expect(await overdue()).toEqual([]);
    }
    const all = await as(
      cordon,
      'auditor',
      `select survey, kind, outcome, standing, extract(day from erased_at - due_at)::int as late from cordon.inventory() order by id`,
    );
    expect(all.filter(({ standing }) => standing !== 'complete')).toEqual([]);
    expect(all.length).toBe(12 * (1 + Object.keys(clocks).length + 5));
    const left = await as(
      cordon,
      'admin',
      `select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'copies' or n.nspname like 'wave_%'
     union all select nspname, '' from pg_namespace where nspname like 'wave_%'`,
    );
    expect(left).toEqual([]);
    print(waves, all);
    const of = (nth: number, kind: string) =>
      all.find(({ survey, kind: each }) => survey === waves[nth]?.survey && each === kind);
    expect(of(5, 'staging')).toMatchObject({ outcome: 'lost-in-crash' });
    expect(of(3, 'package')?.['late']).toBeGreaterThan(100);
    expect(of(7, 'delivered')?.['late']).toBeGreaterThan(20);
    expect(all.filter(({ late: days }) => Number(days) > 60)).toHaveLength(1);
  },
);

/** Days between clock and erasure, by wave and kind. */
const print = (waves: readonly OpenAttempt[], all: readonly Record<string, unknown>[]): void => {
  const kinds = ['staging', ...Object.keys(clocks)];
  const line = (cells: readonly string[]) => `  ${cells.map((cell) => cell.padStart(17)).join('')}\n`;
  process.stdout.write(`days between clock and erasure, after ${String(today)} days; all proved\n`);
  process.stdout.write(line(['wave', ...kinds]));
  for (const [nth, { survey }] of waves.entries())
    process.stdout.write(
      line([
        String(nth + 1),
        ...kinds.map((kind) => {
          const late = all.find((each) => each['survey'] === survey && each['kind'] === kind)?.['late'];
          return typeof late === 'number' ? String(late) : '';
        }),
      ]),
    );
};
