// The activities themselves, one by one and without Temporal, on a whole installation of a few people: what a test
// does between two of them is what may happen there.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import type pg from 'pg';
import type { Activities, By, VerifierActivities } from '../../activities/activities.ts';
import { createActivities } from '../../activities/create.ts';
import { createVerifierActivities } from '../../activities/create-verifier.ts';
import type { Deps } from '../../activities/deps.ts';
import type { VerifierDeps } from '../../activities/verify-erasure.ts';
import type { Statements, Witnessed } from '../../schemas/act.ts';
import type { CopyKind } from '../../schemas/leaf.ts';
import { shiftMonth } from '../../schemas/period.ts';
import type { Answer, Opened, Ref, WaveKey } from '../../schemas/ref.ts';
import { createPool } from '../../sql/connect.ts';
import { logPlaces } from '../../worker/config.ts';
import { createDeps } from '../../worker/deps.ts';
import type { Installation, InstallationOptions } from '../../worker/demo/installation.ts';
import { applyHere, createInstallation, shippedPipeline } from '../../worker/demo/installation.ts';
import { signedBy } from '../../worker/demo/officers.ts';
import { addRecords } from '../../worker/records.ts';
import type { RecordRow } from '../../worker/synthetic.ts';
import { textOf } from '../../worker/statement.ts';
import { byHand, changed } from '../declaration.ts';
import { postgresServer, template } from '../servers.ts';

type Row = Record<string, unknown>;
type Officer = keyof Installation['hands']['of'];

export interface Hands {
  readonly installation: Installation;
  readonly deps: Deps;
  readonly acts: Acts;
  readonly planHash: string;
  /** a month of its own for each test, wholly past, with its people at the source: new ones, or those of another */
  month(people?: number, like?: WaveKey): Promise<WaveKey>;
  open(wave: WaveKey, run?: string): Promise<Opened>;
  /** another survey over the same people, under its own name */
  survey(name: string, edits?: Edits): Promise<void>;
  /** each stage up to and with the one named */
  upTo<S extends keyof Stages>(opened: Opened, stage: S): Promise<Stages[S]>;
  release(minimised: Ref<'minimised'>): Promise<void>;
  /** one officer signs, and the verifier records it; what it does is the next activity's */
  signed<A extends Witnessed>(officer: Officer, act: A, statement: Statements[A]): Promise<By>;
  /** a.officer moves the clocks of a kind, as they stand */
  moveClock(wave: WaveKey, kind: CopyKind, to: string): ReturnType<Acts['moveClock']>;
  /** as a superuser of Cordon's database, and of the records system's */
  query<R extends pg.QueryResultRow = Row>(text: string, values?: unknown[]): Promise<R[]>;
  atSource(text: string, values?: unknown[]): Promise<Row[]>;
  /** bodies of the wave's leaves of one type, in order */
  leaves(wave: WaveKey, type: string): Promise<Row[]>;
  close(): Promise<void>;
}

interface Stages {
  extract: Ref<'extracted'>;
  screen: Ref<'screened'>;
  sample: Ref<'sampled'>;
  minimise: Ref<'minimised'>;
  transfer: Ref<'transferred'>;
}

/** The activities, each start in a context of its own, as a worker gives it one. */
export type Acts = {
  readonly [A in keyof All]: (...given: Parameters<All[A]>) => ReturnType<All[A]>;
};
type All = Activities & VerifierActivities;

interface Start {
  /** handed each context before its activity starts */
  readonly onContext?: (context: MockActivityEnvironment) => void;
  /** what the server says about this start */
  readonly info?: ConstructorParameters<typeof MockActivityEnvironment>[0];
}

/** @param verifier logged in as the verifier, whose activities are among them when it is given */
export const actsOf = (
  deps: Deps & Pick<VerifierDeps, 'outside'>,
  { onContext, info }: Start = {},
  verifier?: pg.Pool,
): Acts =>
  Object.fromEntries(
    Object.entries({
      ...createActivities(deps),
      ...(verifier && createVerifierActivities({ ...deps, pool: verifier })),
    }).map(([name, activity]) => [
      name,
      (...given: unknown[]) => {
        const context = new MockActivityEnvironment(info);
        onContext?.(context);
        return context.run(activity as (...given: unknown[]) => Promise<unknown>, ...given);
      },
    ]),
  ) as unknown as Acts;

export const value = <R>(answer: Answer<R>): R => {
  if (!answer.ok) throw new Error(`${answer.refusal.code}: ${answer.refusal.found}`);
  return answer.value;
};

/** Of the shipped declaration, each a text in it and what stands there instead. */
type Edits = readonly (readonly [string, string])[];

interface HandsOptions {
  readonly deliver?: (folder: string) => NonNullable<InstallationOptions['deliver']>;
  /** migrated by itself, with roles of its own */
  readonly own?: boolean;
}

export const openHands = async (
  edits: Edits = [],
  { deliver, own = false }: HandsOptions = {},
): Promise<Hands> => {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-hands-'));
  const { adminUrl } = await postgresServer();
  const temporal = { address: 'none', namespace: 'none' };
  const installation = await createInstallation({
    folder,
    adminUrl,
    temporal,
    ...(!own && { copyOf: await template() }),
    ...(deliver && { deliver: deliver(folder) }),
  });
  await mkdir(join(folder, 'pipelines'));
  await symlink(join(dirname(shippedPipeline), '..', 'lists'), join(folder, 'lists'));
  const { planHash, survey } = await applyHere(installation, await declared(folder, edits));
  const plans = new Map([[survey, planHash]]);
  const outside = { paths: logPlaces(installation.env) };
  const deps = { ...createDeps(installation.env), outside };
  const verifier = createPool(installation.urls.verifier, 'cordon verifier', 2);
  const acts = actsOf(deps, {}, verifier);
  const here = createPool(installation.urls.admin, 'test', 2);
  const there = createPool(installation.urls.records, 'records', 2);
  const query = <R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> =>
    here.query<R>(text, values).then(({ rows }) => rows);
  let months = 1;
  const firsts = new Map<string | undefined, number>();
  const hands: Hands = {
    installation,
    deps,
    acts,
    planHash,
    month: async (people = 24, like) => {
      months += 1;
      const period = shiftMonth(new Date().toISOString(), -months);
      await addRecords(
        installation.urls.records,
        Array.from({ length: people }, (_, n) => ({
          ...victim(period, (firsts.get(like?.period) ?? months * 100) + n),
          victim_ref: `V${months * 100 + n}`,
        })),
      );
      firsts.set(period, months * 100);
      return { survey, period };
    },
    open: async (wave, id = `${wave.period}-1`) =>
      value(
        await acts.openAttempt({
          ...wave,
          planHash: plans.get(wave.survey) ?? '',
          run: wave.survey === survey ? id : `${wave.survey} ${id}`,
          ordinal: 1,
        }),
      ),
    survey: async (name, own = []) => {
      const named = await declared(
        folder,
        [...edits, [`survey: ${survey}`, `survey: ${name}`], ...own],
        name,
      );
      plans.set(name, (await applyHere(installation, named)).planHash);
    },
    upTo: async <S extends keyof Stages>(opened: Opened, stage: S): Promise<Stages[S]> => {
      const done: Partial<Stages> = {};
      done.extract = value(await acts.extract(opened));
      if (stage !== 'extract') done.screen = value(await acts.screen(done.extract));
      if (done.screen && stage !== 'screen') done.sample = value(await acts.sample(done.screen));
      if (done.sample && stage !== 'sample') done.minimise = value(await acts.minimise(done.sample));
      if (done.minimise && stage === 'transfer') {
        await hands.release(done.minimise);
        done.transfer = value(await acts.transfer(done.minimise));
      }
      const reached = done[stage];
      if (!reached) throw new Error('no such stage');
      return reached;
    },
    release: async (minimised) => {
      const { survey: of, period, attempt } = minimised;
      const stated = await acts.state(minimised);
      const { statementSha256 } = stated;
      for (const officer of ['a.officer', 'b.officer'] as const) {
        const signature = installation.hands.of[officer].sign(textOf(stated), 'release');
        value(await acts.release({ survey: of, period, attempt, statementSha256, signature }));
      }
    },
    signed: async (officer, act, statement) => {
      const given = { act, ...signedBy(installation.hands.of[officer], act, statement) };
      return value(await acts.witness(given as Parameters<Acts['witness']>[0]));
    },
    moveClock: async ({ survey: of, period }, kind, to) => {
      const copies = await query<{ attempt: number; due_at: Date }>(
        `select attempt, due_at from cordon.copy where (survey, period, kind, state) = ($1, $2, $3, 'live')`,
        [of, period, kind],
      );
      const stood = copies.map(({ attempt, due_at }) => ({ attempt, dueAt: due_at.toISOString() }));
      const statement = { survey: of, period, kind, to, copies: stood };
      const by = await hands.signed('a.officer', 'clock', statement);
      return acts.moveClock({ survey: of, period, ...by });
    },
    query,
    atSource: (text, values = []) => there.query<Row>(text, values).then(({ rows }) => rows),
    leaves: async ({ survey: of, period }, type) => {
      const rows = await query<{ leaf: Row }>(
        `select l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
         where l.leaf->>'type' = $1 and l.leaf->>'survey' = $2 and l.leaf->>'period' = $3 order by e.index`,
        [type, of, period],
      );
      return rows.map(({ leaf }) => leaf);
    },
    close: async () => {
      await Promise.all([deps.close(), verifier.end(), here.end(), there.end()]);
      await installation.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return hands;
};

const declared = async (
  folder: string,
  edits: Edits,
  name = basename(shippedPipeline, '.yaml'),
): Promise<string> => {
  const file = join(folder, 'pipelines', `${name}.yaml`);
  await writeFile(file, changed(...edits)(byHand(await readFile(shippedPipeline, 'utf8'))));
  return file;
};

/** Nobody excludes them; each has two telephones of the reserved ranges. */
const victim = (period: string, n: number): RecordRow => ({
  victim_ref: `V${n}`,
  crime_no: `C${n}`,
  urn: `URN${n}`,
  title: 'Ms',
  forename: `Given${letters(n)}`,
  surname: `Sample${letters(n)}`,
  born_on: '1980-05-17',
  gender: null,
  phone_mobile: `07700 900${suffix(n)}`,
  phone_home: `01632 960${suffix(n)}`,
  email: null,
  postcode: 'ZZ99 1AA',
  address1: null,
  language: null,
  safe_contact_code: null,
  reported_at: `${period}-10T10:00:00Z`,
  occurred_on: `${period}-09`,
  victim_type: 'person',
  victim_role: 'victim',
  offence_code: '28E',
  crime_status: 'open',
  policing_area: n % 2 === 0 ? 'North' : 'South',
  flag_domestic: false,
  flag_sensitive: false,
  deceased: false,
  extracted_at: `${period}-28T10:00:00Z`,
});

/** A thousand numbers are reserved: months lie close to one another, so that no two share one. */
const suffix = (n: number): string => String((Math.floor(n / 100) * 24 + (n % 100)) % 1000).padStart(3, '0');

const letters = (n: number): string =>
  Array.from(String(n), (digit) => String.fromCharCode(97 + Number(digit))).join('');
