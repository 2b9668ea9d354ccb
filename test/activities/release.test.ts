// Whose word counts, checked by the verifier: exactly this statement, in this namespace, by a key that the file in force
// has, of somebody who did not decide what is sent.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SignedRelease } from '../../activities/activities.ts';
import type { Ref, WaveKey } from '../../schemas/ref.ts';
import { createHand, demoDomain } from '../../worker/demo/officers.ts';
import { applyOfficers } from '../../worker/officers.ts';
import { textOf } from '../../worker/statement.ts';
import type { Hands } from './hands.ts';
import { openHands, value } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

interface Waiting {
  readonly wave: WaveKey;
  readonly minimised: Ref<'minimised'>;
  readonly statementSha256: string;
  readonly text: string;
}
const waiting = async (): Promise<Waiting> => {
  const wave = await hands.month();
  const minimised = await hands.upTo(await hands.open(wave), 'minimise');
  const stated = await hands.acts.state(minimised);
  return { wave, minimised, statementSha256: stated.statementSha256, text: textOf(stated) };
};
const release = ({ wave, statementSha256 }: Waiting, signature: string) =>
  hands.acts.release({ ...wave, attempt: 1, statementSha256, signature } satisfies WaveKey &
    SignedRelease & { attempt: number });
const officers = () => hands.installation.hands.of;
const no = (code: string) => ({ ok: false, refusal: { code } });

test('a signature over anything else, or for anything else, is none, and is on record', async () => {
  const [one, other] = [await waiting(), await waiting()];
  const hand = officers()['a.officer'];
  const wrong = [
    hand.sign(other.text, 'release'),
    hand.sign(`${one.text}\n`, 'release'),
    hand.sign(one.text, 'refuse'),
    hand.sign(one.text, 'release', 'another.example'),
  ];
  for (const signature of wrong) expect(await release(one, signature)).toMatchObject(no('SIGNATURE'));
  expect(await release(one, createHand('a.officer').sign(one.text, 'release'))).toMatchObject(
    no('NOT_AN_OFFICER'),
  );
  expect(await release({ ...one, statementSha256: other.statementSha256 }, wrong[0] ?? '')).toMatchObject(
    no('RELEASE_MISMATCH'),
  );
  expect(await hands.leaves(one.wave, 'refused')).toHaveLength(wrong.length + 2);
  expect(await hands.leaves(one.wave, 'release-signed')).toEqual([]);
});

test('one officer counts once, who proposed the plan not at all, and two suffice', async () => {
  const one = await waiting();
  const by = (id: keyof ReturnType<typeof officers>) =>
    release(one, officers()[id].sign(one.text, 'release'));
  expect(await by('a.officer')).toMatchObject({ value: { officer: 'a.officer', officers: 1 } });
  expect(await by('a.officer')).toMatchObject({ value: { officers: 1 } });
  expect(await by('d.officer')).toMatchObject(no('PROPOSER'));
  expect(await hands.acts.transfer(one.minimised)).toMatchObject({ ok: false });
  expect(await by('b.officer')).toMatchObject({ value: { officer: 'b.officer', officers: 2 } });
  expect(await hands.leaves(one.wave, 'release-signed')).toHaveLength(2);
  expect(value(await hands.acts.transfer(one.minimised)).rows).toBe(12);
});

test('a no outweighs every yes', async () => {
  const one = await waiting();
  await hands.release(one.minimised);
  const text = `{"attempt":1,"because":"complaint","period":"${one.wave.period}","refuses":"${one.statementSha256}","survey":"${one.wave.survey}"}`;
  const signature = officers()['c.officer'].sign(text, 'refuse');
  const given = { ...one.wave, attempt: 1, statementSha256: one.statementSha256, signature };
  expect(await hands.acts.refuseRelease({ ...given, because: 'other' })).toMatchObject(no('SIGNATURE'));
  expect(await hands.acts.refuseRelease({ ...given, because: 'complaint' })).toMatchObject({
    value: { officer: 'c.officer' },
  });
  expect(await hands.acts.transfer(one.minimised)).toMatchObject({ ok: false });
  expect(await hands.query('select from cordon.intent where period = $1', [one.wave.period])).toEqual([]);
});

test('a key that a newer officers file leaves out counts for nothing from then on, whatever it has signed', async () => {
  const one = await waiting();
  await hands.release(one.minimised);
  const { installation } = hands;
  const { dpo, document } = installation.hands;
  const text = document
    .toString()
    .replace('version: 1', 'version: 2')
    .replace(/^ {2}b\.officer: .*\n/m, '');
  const options = { databaseUrl: installation.urls.admin, prefix: installation.prefix };
  const next = {
    file: 'officers.yaml',
    document: Buffer.from(text),
    signature: dpo.sign(text, 'officers', demoDomain),
  };
  expect(await applyOfficers(next, options)).toMatchObject({ isNew: true });
  expect(await hands.acts.transfer(one.minimised)).toMatchObject({ ok: false });
  expect(await release(one, officers()['b.officer'].sign(one.text, 'release'))).toMatchObject(
    no('NOT_AN_OFFICER'),
  );
  expect(await release(one, officers()['c.officer'].sign(one.text, 'release'))).toMatchObject({
    value: { officers: 2 },
  });
  expect(value(await hands.acts.transfer(one.minimised)).rows).toBe(12);
});
