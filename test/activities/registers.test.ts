// The registers and the servers that a draw depends on: what cannot be trusted stops the wave, by name.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ref } from '../../schemas/ref.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { createDeps } from '../../worker/deps.ts';
import { createWaveRoot } from './frame.ts';
import { until } from '../month.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

let hands: Hands;
let worker: string;
beforeAll(async () => {
  hands = await openHands([], { own: true });
  worker = `${hands.installation.prefix}_worker`;
});
afterAll(() => hands.close());

const extracted = async (): Promise<Ref<'extracted'>> =>
  hands.upTo(await hands.open(await hands.month()), 'extract');
const codeOf = (answer: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  answer.refusal?.code;

test('nobody is drawn past a register that cannot be read, and once it can be, they are', async () => {
  const ready = await extracted();
  await hands.query(`revoke select on cordon.register_entry from ${worker}`);
  expect(codeOf(await hands.acts.screen(ready))).toBe('REGISTER_UNREADABLE');
  await hands.query(`grant select on cordon.register_entry to ${worker}`);
  expect(codeOf(await hands.acts.screen(ready))).toBeUndefined();
});

test('nobody is drawn past a register that was emptied, and one that never held anything stops nobody', async () => {
  const ready = await extracted();
  const given = { reference: `URN-${randomBytes(3).toString('hex')}` };
  await addToRegister(
    hands.installation.urls.clerk,
    hands.deps.secrets.tokenKey,
    'opt-outs',
    given,
    'c.clerk',
  );
  await hands.query('create table kept as table cordon.register_entry');
  await hands.query('delete from cordon.register_entry');
  const screened = value(await hands.acts.screen(ready));
  expect(screened.alarms).toMatchObject([{ code: 'REGISTER_EMPTIED', reason: 'opt-outs' }]);
  expect(codeOf(await hands.acts.sample(screened))).toBe('ALARM');
  await hands.query('insert into cordon.register_entry table kept');

  // emptied after the draw: nobody has accepted that
  const sampled = await hands.upTo(await hands.open(await hands.month()), 'sample');
  await hands.query('delete from cordon.register_entry');
  expect(codeOf(await hands.acts.minimise(sampled))).toBe('REGISTER_EMPTIED');
  await hands.query('insert into cordon.register_entry table kept');
  expect(codeOf(await hands.acts.minimise(sampled))).toBeUndefined();
});

test('a register that is empty for the intake and filled when it is read starts the stage again', async () => {
  const ready = await extracted();
  await hands.query('create table emptied as table cordon.register_entry');
  await hands.query('delete from cordon.register_entry');
  const filled = Promise.withResolvers<undefined>();
  let connections = 0;
  const { pool } = hands.deps;
  const connect = async () => {
    const connection = await pool.connect();
    // the claim, the stage, and beside it the reading of the registers
    if (++connections === 3) await filled.promise;
    return connection;
  };
  const query = pool.query.bind(pool);
  const late = Object.assign(Object.create(pool) as typeof pool, { connect, query });
  const screening = actsOf({ ...hands.deps, pool: late })
    .screen(ready)
    .catch((e: unknown) => e);
  await until('the intake to meet the registers', async () => {
    const met = await hands.query(
      `select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'
         and query like '%from met where%'`,
    );
    return met.length > 0 || undefined;
  });
  await hands.query('insert into cordon.register_entry table emptied');
  filled.resolve(undefined);
  expect(await screening).toMatchObject({ type: 'FENCED', nonRetryable: false });
  expect(codeOf(await hands.acts.screen(ready))).toBeUndefined();
});

test('a server told to log bound values is refused by every stage before the keys are bound', async () => {
  const drawn = await hands.upTo(await hands.open(await hands.month()), 'sample');
  await hands.query(`alter role ${worker} set log_parameter_max_length_on_error = 64`);
  const loud = createDeps(hands.installation.env);
  try {
    expect(codeOf(await actsOf(loud).minimise(drawn))).toBe('SOURCE_LOGS_PARAMETERS');
  } finally {
    await loud.close();
    await hands.query(`alter role ${worker} set log_parameter_max_length_on_error = 0`);
  }
});

test('a server told to log bound values is handed no opt-out', async () => {
  const clerk = `${hands.installation.prefix}_clerk`;
  const { urls } = hands.installation;
  const adding = () =>
    addToRegister(urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', { phone: '07700 900999' }, 'c.clerk');
  await hands.query(`alter role ${clerk} set log_parameter_max_length_on_error = 64`);
  await expect(adding()).rejects.toMatchObject({ type: 'SOURCE_LOGS_PARAMETERS' });
  await hands.query(`alter role ${clerk} set log_parameter_max_length_on_error = 0`);
  expect(await adding()).toMatchObject({ added: 1 });
});

test('the root is that of the published frame, whatever letters a stratum has', async () => {
  const wave = await hands.month();
  await hands.atSource(
    `update survey.victim_offence set policing_area = E'Nor\\\\th\\tEast' where policing_area = 'North'
     and reported_at >= ($1 || '-01')::timestamptz`,
    [wave.period],
  );
  await hands.upTo(await hands.open(wave), 'screen');
  const published = await hands.query<{ stratum: string; frame_id: string }>(
    'select stratum, frame_id from cordon.public_frame where period = $1',
    [wave.period],
  );
  const [said] = await hands.leaves(wave, 'frame-committed');
  expect(published.some(({ stratum }) => stratum.includes('\t'))).toBe(true);
  expect(said).toMatchObject({ root: createWaveRoot(published), size: 24, strata: 2 });
});
