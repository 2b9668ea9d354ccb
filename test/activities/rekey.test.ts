// A new token key: every entry is wrapped, some at a time, while waves go on. At every moment, also half way, after a
// kill, and for a wave that began under the old key, everybody who opted out is left out.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WaveKey } from '../../schemas/ref.ts';
import type { KeyRing } from '../../sql/token.ts';
import { createDeps } from '../../worker/deps.ts';
import { addToRegister, withdrawFromRegister } from '../../worker/register-act.ts';
import { rekeyRegisters } from '../../worker/register-rekey.ts';
import type { Acts, Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
let renewed: ReturnType<typeof createDeps>;
let acts: Acts;
let ring: KeyRing;
beforeAll(async () => {
  hands = await openHands();
  renewed = createDeps({
    ...hands.installation.env,
    CORDON_TOKEN_KEY: `${hands.installation.env['CORDON_TOKEN_KEY']}\n${'cd'.repeat(32)}`,
  });
  ring = renewed.secrets.tokenKey;
  acts = actsOf(renewed);
});
afterAll(async () => {
  await renewed.close();
  await hands.close();
});

type Person = Record<'victim_ref' | 'phone_home' | 'urn' | 'forename' | 'surname' | 'postcode', string>;
const people = (wave: WaveKey): Promise<Person[]> =>
  hands.atSource(
    `select * from survey.victim_offence where reported_at >= ($1 || '-01')::timestamptz
       and reported_at < ($1 || '-01')::timestamptz + interval '1 month' order by victim_ref`,
    [wave.period],
  ) as Promise<unknown> as Promise<Person[]>;

const optedOut = async (wave: WaveKey): Promise<number> => {
  const [screened] = (await hands.leaves(wave, 'screened')).slice(-1);
  const exclusions = screened?.['exclusions'] as { reason: string; all: number }[];
  return exclusions.find(({ reason }) => reason === 'opted-out')?.all ?? -1;
};
const generations = () =>
  hands.query<{ generation: number; n: number }>(
    'select generation, count(*)::int as n from cordon.register_entry group by 1 order by 1',
  );

/** A month like the first, under the acts of one worker: how many it left out. */
const outOf = async (like: WaveKey, by: Acts): Promise<number> => {
  const wave = await hands.month(24, like);
  const opened = await hands.open(wave);
  const extracted = await by.extract(opened);
  if (!extracted.ok) throw new Error(extracted.refusal.code);
  const screened = await by.screen(extracted.value);
  if (!screened.ok) throw new Error(screened.refusal.code);
  // what is wrapped so far is what the ledger says stands there
  expect(screened.value.alarms ?? []).toEqual([]);
  return optedOut(wave);
};

test('nobody is lost at any moment of a new key, whoever reads', async () => {
  const { urls } = hands.installation;
  const old = hands.deps.secrets.tokenKey;
  const first = await hands.month();
  const all = await people(first);
  // eight by phone, by reference and by name
  for (const [i, person] of all.slice(0, 8).entries()) {
    const { forename, surname, postcode } = person;
    const given =
      [{ phone: person.phone_home }, { reference: person.urn }, { forename, surname, postcode }][i % 3] ?? {};
    await addToRegister(urls.clerk, old, 'opt-outs', given, 'c.clerk');
  }
  await hands.upTo(await hands.open(first), 'screen');
  expect(await optedOut(first)).toBe(8);
  const before = await outOf(first, hands.acts);
  expect(before).toBe(8);

  // a wave that began under the old key, and is packed and sent by a worker with both
  const running = await hands.month(24);
  const sampled = await hands.upTo(await hands.open(running), 'sample');

  // workers get the new key first; nothing changes
  expect(await outOf(first, acts)).toBe(8);

  // killed half way, at every batch
  class Killed extends Error {}
  for (const stopAt of [1, 2, 3])
    await expect(
      rekeyRegisters(urls.clerk, ring, 'd.dpo', {
        batch: 4,
        onBatch: async (rows) => {
          expect(await outOf(first, acts)).toBe(8);
          if (rows >= stopAt * 4) throw new Killed();
        },
      }),
    ).rejects.toThrow(Killed);
  expect((await generations()).map(({ generation }) => generation)).toEqual([1, 2]);

  // a worker without the new key reads nothing, and says so, rather than miss those that are wrapped
  await expect(outOf(first, hands.acts)).rejects.toThrow('REGISTER_UNREADABLE');
  // a clerk without it can add nothing under the old key alone
  const late = (await people(running)).find(({ victim_ref }) => victim_ref !== '');
  await expect(
    addToRegister(urls.clerk, old, 'opt-outs', { phone: late?.phone_home ?? '' }, 'c.clerk'),
  ).rejects.toMatchObject({ type: 'REGISTER_UNREADABLE' });

  // a process that is killed for real, then one that is not
  const args = [join(import.meta.dirname, '../../worker/cli.ts'), 'register', 'rekey', '--officer', 'd.dpo'];
  const env = {
    ...process.env,
    ...hands.installation.env,
    CORDON_TOKEN_KEY: [...ring].map((key) => Buffer.from(key).toString('hex')).join('\n'),
  };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' });
  setTimeout(() => child.kill('SIGKILL'), 1_500);
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await outOf(first, acts)).toBe(8);
  await rekeyRegisters(urls.clerk, ring, 'd.dpo');
  expect((await generations()).map(({ generation }) => generation)).toEqual([2]);
  expect(await rekeyRegisters(urls.clerk, ring, 'd.dpo')).toBe(0);
  expect(await outOf(first, acts)).toBe(8);

  // the wave that began under the old key: an opt-out under the new one strikes, and nobody else is struck
  const staging = `wave_${running.survey.replaceAll('-', '_')}_${running.period.replace('-', '')}_1`;
  const drawn = await hands.query<{ ref: string }>(
    `select key[1] as ref from ${staging}.sampled where part = 'sample' order by stratum, rank`,
  );
  const struck = (await people(running)).find(({ victim_ref }) => victim_ref === drawn[0]?.ref);
  const given = { phone: struck?.phone_home ?? '' };
  expect(await addToRegister(urls.clerk, ring, 'opt-outs', given, 'c.clerk')).toMatchObject({ added: 1 });
  expect(await addToRegister(urls.clerk, ring, 'opt-outs', given, 'c.clerk')).toMatchObject({ added: 0 });
  const minimised = await acts.minimise(sampled);
  expect(await hands.leaves(running, 'minimised')).toMatchObject([
    { struck: [{ reason: 'opted-out', count: 1 }] },
  ]);
  if (!minimised.ok) throw new Error(minimised.refusal.code);
  await hands.release(minimised.value);
  expect(await acts.transfer(minimised.value)).toMatchObject({ value: { rows: 12 } });

  // what left is found again under the new key, and an entry of before by what was given then
  const sent = (await people(running)).find(({ victim_ref }) => victim_ref === drawn[1]?.ref);
  const asked = { phone: sent?.phone_home ?? '' };
  expect(await addToRegister(urls.clerk, ring, 'opt-outs', asked, 'c.clerk')).toMatchObject({ recall: true });
  const [one] = all;
  expect(
    await withdrawFromRegister(urls.clerk, ring, 'opt-outs', { phone: one?.phone_home ?? '' }, 'c.clerk'),
  ).toMatchObject({ withdrawn: 1 });
  expect(await outOf(first, acts)).toBe(7);
}, 300_000);
