// The registers and the servers that a draw depends on: what cannot be trusted stops the wave, by name.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ref } from '../../schemas/ref.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { createDeps } from '../../worker/deps.ts';
import { createWaveRoot } from './frame.ts';
import type { Bench } from './bench.ts';
import { actsOf, openBench, value } from './bench.ts';

let bench: Bench;
let worker: string;
beforeAll(async () => {
  bench = await openBench();
  worker = `${bench.installation.prefix}_worker`;
});
afterAll(() => bench.close());

const extracted = async (): Promise<Ref<'extracted'>> =>
  bench.upTo(await bench.open(await bench.month()), 'extract');
const codeOf = (answer: { ok: boolean; refusal?: { code: string } }): string | undefined =>
  answer.refusal?.code;

test('nobody is drawn past a register that cannot be read, and once it can be, they are', async () => {
  const ready = await extracted();
  await bench.query(`revoke select on cordon.register_entry from ${worker}`);
  expect(codeOf(await bench.acts.screen(ready))).toBe('REGISTER_UNREADABLE');
  await bench.query(`grant select on cordon.register_entry to ${worker}`);
  expect(codeOf(await bench.acts.screen(ready))).toBeUndefined();
});

test('nobody is drawn past a register that was emptied, and one that never held anything stops nobody', async () => {
  const ready = await extracted();
  const given = { reference: `URN-${randomBytes(3).toString('hex')}` };
  await addToRegister(
    bench.installation.urls.clerk,
    bench.deps.secrets.tokenKey,
    'opt-outs',
    given,
    'c.clerk',
  );
  await bench.query('create table kept as table cordon.register_entry');
  await bench.query('delete from cordon.register_entry');
  const screened = value(await bench.acts.screen(ready));
  expect(screened.alarms).toMatchObject([{ code: 'REGISTER_EMPTIED', reason: 'opt-outs' }]);
  expect(codeOf(await bench.acts.sample(screened))).toBe('ALARM');
  await bench.query('insert into cordon.register_entry table kept');

  // emptied after the draw: nobody has accepted that
  const sampled = await bench.upTo(await bench.open(await bench.month()), 'sample');
  await bench.query('delete from cordon.register_entry');
  expect(codeOf(await bench.acts.minimise(sampled))).toBe('REGISTER_EMPTIED');
  await bench.query('insert into cordon.register_entry table kept');
  expect(codeOf(await bench.acts.minimise(sampled))).toBeUndefined();
});

test('a server told to log bound values is refused by every stage before the keys are bound', async () => {
  const drawn = await bench.upTo(await bench.open(await bench.month()), 'sample');
  await bench.query(`alter role ${worker} set log_parameter_max_length_on_error = 64`);
  const loud = createDeps(bench.installation.env);
  try {
    expect(codeOf(await actsOf(loud).minimise(drawn))).toBe('SOURCE_LOGS_PARAMETERS');
  } finally {
    await loud.close();
    await bench.query(`alter role ${worker} set log_parameter_max_length_on_error = 0`);
  }
});

test('a server told to log bound values is handed no opt-out', async () => {
  const clerk = `${bench.installation.prefix}_clerk`;
  const { urls } = bench.installation;
  const adding = () =>
    addToRegister(urls.clerk, bench.deps.secrets.tokenKey, 'opt-outs', { phone: '07700 900999' }, 'c.clerk');
  await bench.query(`alter role ${clerk} set log_parameter_max_length_on_error = 64`);
  await expect(adding()).rejects.toMatchObject({ type: 'SOURCE_LOGS_PARAMETERS' });
  await bench.query(`alter role ${clerk} set log_parameter_max_length_on_error = 0`);
  expect(await adding()).toMatchObject({ added: 1 });
});

test('the root is that of the published frame, whatever letters a stratum has', async () => {
  const wave = await bench.month();
  await bench.atSource(
    `update survey.victim_offence set policing_area = E'Nor\\\\th\\tEast' where policing_area = 'North'
     and reported_at >= ($1 || '-01')::timestamptz`,
    [wave.period],
  );
  await bench.upTo(await bench.open(wave), 'screen');
  const published = await bench.query<{ stratum: string; frame_id: string }>(
    'select stratum, frame_id from cordon.public_frame where period = $1',
    [wave.period],
  );
  const [said] = await bench.leaves(wave, 'frame-committed');
  expect(published.some(({ stratum }) => stratum.includes('\t'))).toBe(true);
  expect(said).toMatchObject({ root: createWaveRoot(published), size: 24, strata: 2 });
});
