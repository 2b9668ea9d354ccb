// One attempt's staging, made from a plan as the owner's function would make it, for tests of compiled SQL.
// Rows go in as a source would send them: text, column by column, through `arrived`.
import { createHmac } from 'node:crypto';
import pg from 'pg';
import { compile } from '../../sql/compile.ts';
import { bind, firstReason, settings } from '../../sql/plan.ts';
import type { Arrival, ExtractPlan, Plan, RunValues, Setting, Statement } from '../../sql/plan.ts';
import { Draw } from '../../sql/draw.ts';
import { hmacPads } from '../../sql/token.ts';
import { loadDeclaration } from '../../schemas/load.ts';
import type { Declaration } from '../../schemas/declaration.ts';
import { createCordon } from '../cordon.ts';

export const shipped = (survey = 'warwickshire-victims'): Declaration => {
  const loaded = loadDeclaration(`schemas/pipelines/${survey}.yaml`);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes, null, 1));
  return loaded.declaration;
};

export const keys = {
  identifier: Buffer.alloc(32, 1),
  frame: Buffer.alloc(32, 2),
  ref: Buffer.alloc(80, 3),
};

export const hmacInNode = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

export const run: RunValues = {
  drawnAt: '2026-11-16T06:30:00Z',
  windowFrom: '2026-09-30T23:00:00Z',
  windowTo: '2026-11-01T00:00:00Z',
  period: '2026-10',
  attempt: 1,
};

export type Row = Readonly<Record<string, string | null>>;

export interface Stage {
  readonly plan: Plan;
  readonly client: pg.Client;
  readonly query: (statement: Statement, values?: RunValues) => Promise<Record<string, unknown>[]>;
  rows(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  set(name: Setting, value: string): Promise<void>;
  arrive(arrival: Arrival | ExtractPlan, rows: readonly Row[], values?: RunValues): Promise<void>;
  extract(rows: readonly Row[], values?: RunValues): Promise<void>;
  screen(values?: RunValues): Promise<void>;
  /** what `checked` says, with the keys and the masks as decimal text */
  recheck(): Promise<Record<string, unknown>[]>;
  /** the smallest tickets of each stratum, as many as said; everybody unless said */
  draw(
    seed: string,
    sizes?: Readonly<Record<string, readonly [sample: number, reserve: number]>>,
  ): Promise<void>;
  /** first reasons by key, `in` for the frame */
  reasons(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

export const openStage = async (declaration: Pick<Declaration, 'pipeline' | 'processor' | 'lists'>) => {
  const { plan } = compile(declaration);
  const cordon = await createCordon();
  const client = new pg.Client({ connectionString: cordon.database.url });
  await client.connect();
  await client.query('create schema wave_x');
  await client.query(
    `set timezone = 'UTC'; set jit = off; set datestyle = 'ISO, YMD'; set search_path = wave_x, cordon, pg_catalog`,
  );
  for (const { name, columns } of plan.staging) {
    const list = columns.map((column) => `${pg.escapeIdentifier(column.name)} ${column.type}`);
    await client.query(`create unlogged table ${name} (${list.join(', ')})`);
  }

  const query: Stage['query'] = async (statement, values = {}) => {
    const { text, values: bound } = bind(statement, { ...run, ...values });
    return (await client.query<Record<string, unknown>>(text, bound)).rows;
  };
  /** As the stages do before they join what has no statistics. */
  const hashed = () => client.query('set local enable_mergejoin = off; set local enable_nestloop = off');
  const stage: Stage = {
    plan,
    client,
    query,
    rows: async (text, values) => (await client.query<Record<string, unknown>>(text, values)).rows,
    set: async (name, value) => void (await client.query('select set_config($1, $2, false)', [name, value])),
    arrive: async (arrival, rows, values) => {
      await client.query('begin');
      await hashed();
      await query(arrival.arrived);
      const places = arrival.columns.map((_, i) => `$${i + 1}`).join(', ');
      for (const row of rows)
        await client.query(
          `insert into arrived values (${places})`,
          arrival.columns.map(({ name }) => row[name] ?? null),
        );
      for (const statement of arrival.load) await query(statement, values);
      if ('quarantine' in arrival) await query(arrival.quarantine, values);
      await client.query('commit');
    },
    extract: async (rows, values) => {
      await query(plan.extract.reset);
      await stage.arrive(plan.extract, rows, values);
      await query(plan.extract.settle);
    },
    screen: async (values) => {
      await client.query('begin');
      await hashed();
      await query(plan.screen.reset);
      for (const statement of [...plan.screen.meet, plan.screen.rows, ...plan.screen.population])
        await query(statement, values);
      await client.query('commit');
    },
    recheck: async () => {
      await stage.rows('drop table if exists pg_temp.checked');
      const { text, values: bound } = bind(plan.screen.recheck, run);
      await client.query(text.replace(' on commit drop ', ' '), bound);
      return stage.rows(
        'select s.key, c.mask::text as mask, c.changed, c.opted from checked c join sampled s using (frame_id)',
      );
    },
    draw: async (seed, sizes) => {
      const frame = await stage.rows('select stratum, frame_id from frame_key');
      for (const stratum of new Set(frame.map((row) => String(row['stratum'])))) {
        const [sample, reserve] = sizes ? (sizes[stratum] ?? [0, 0]) : [frame.length, 0];
        const draw = new Draw(seed, sample + reserve);
        for (const row of frame) if (row['stratum'] === stratum) draw.add(String(row['frame_id']));
        const frameIds = draw.ids();
        const ranks = frameIds.map((_, i) => i + 1);
        const parts = ranks.map((rank) => (rank <= sample ? 'sample' : 'reserve'));
        await query(plan.sample.draw, { frameIds, ranks, parts });
      }
    },
    reasons: async () => {
      const found = await client.query<{ key: string[]; mask: string }>(
        'select key, mask::text from screened',
      );
      return Object.fromEntries(
        found.rows.map(({ key, mask }) => [key[0] ?? '', firstReason(plan.screen.rules, mask) ?? 'in']),
      );
    },
    close: async () => {
      await client.end();
      await cordon.drop();
    },
  };
  for (const [kind, [inner, outer]] of Object.entries({
    identifier: [settings.inner, settings.outer],
    frame: [settings.frameInner, settings.frameOuter],
    ref: [settings.refInner, settings.refOuter],
  } as const)) {
    const pads = hmacPads(keys[kind as keyof typeof keys]);
    await stage.set(inner, pads.inner);
    await stage.set(outer, pads.outer);
  }
  return stage;
};

/** A victim whom no rule of the shipped survey excludes; every test says what is different. */
export const victim = (ref: string, different: Row = {}): Row => ({
  victim_ref: ref,
  crime_no: `${ref}/26`,
  reported_at: '2026-10-05 10:00:00+00',
  occurred_on: '2026-10-04',
  born_on: '1980-05-17',
  victim_type: 'person',
  victim_role: 'victim',
  offence_code: '28E',
  crime_status: 'open',
  policing_area: 'North',
  flag_domestic: 'false',
  flag_sensitive: 'false',
  deceased: 'false',
  phone_mobile: `07700 900${String(Number(ref.replace(/\D/g, '')) % 1000).padStart(3, '0')}`,
  phone_home: null,
  urn: `23/${ref}/26`,
  forename: `Given${ref}`,
  surname: 'Sample',
  postcode: 'ZZ99 1AA',
  title: 'Ms',
  language: null,
  safe_contact_code: null,
  ...different,
});
