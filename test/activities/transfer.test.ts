// What may happen between the release and the first byte, and that nothing else leaves.
import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure } from '../../schemas/failure.ts';
import type { Opened, Ref, WaveKey } from '../../schemas/ref.ts';
import { addToRegister } from '../../worker/register-act.ts';
import { openPackage } from '../../activities/package/open.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

interface Released extends WaveKey {
  readonly opened: Opened;
  readonly minimised: Ref<'minimised'>;
  readonly staging: string;
  /** keys of the first column of those in the package, in no order */
  readonly people: readonly string[];
}

/** @param like a wave whose people are this wave's too */
const released = async (like?: WaveKey): Promise<Released> => {
  const wave = await hands.month(24, like);
  const opened = await hands.open(wave);
  const minimised = await hands.upTo(opened, 'minimise');
  await hands.release(minimised);
  const staging = `wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1`;
  const rows = await hands.query<{ ref: string }>(
    `select key[1] as ref from ${staging}.sampled where state = 'in'`,
  );
  return { ...wave, opened, minimised, staging, people: rows.map(({ ref }) => ref) };
};

const strikes = async (wave: WaveKey) =>
  (await hands.leaves(wave, 'struck')).flatMap(({ struck }) => struck as object[]);
const intents = (wave: WaveKey) =>
  hands.query('select from cordon.intent where period = $1 and voided_at is null', [wave.period]);
const sent = async ({ period }: WaveKey) =>
  (await readdir(hands.installation.processor.inbound)).filter((name) => name.includes(period));

test('when everybody is struck nothing is sent, not even an empty package', async () => {
  const wave = await released();
  await hands.atSource('delete from survey.victim_offence where victim_ref = any($1)', [wave.people]);
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ refusal: { code: 'FRAME_EMPTY' } });
  expect(await strikes(wave)).toEqual([{ reason: 'gone', count: 12 }]);
  expect(await intents(wave)).toEqual([]);
  expect(await sent(wave)).toEqual([]);
});

test('a number that the source has dropped is not sent, though another one is left; nobody else is struck', async () => {
  const wave = await released();
  const [one, two] = wave.people;
  const drop = (column: string, ref?: string) =>
    hands.atSource(`update survey.victim_offence set ${column} = null where victim_ref = $1`, [ref]);
  await drop('phone_mobile', one);
  // never sent while there is a mobile: its loss changes nothing
  await drop('phone_home', two);
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ value: { rows: 11 } });
  expect(await strikes(wave)).toEqual([{ reason: 'changed', count: 1 }]);
});

test('an opt-out by a number that the source has dropped since still counts', async () => {
  const wave = await released();
  const [ref] = wave.people;
  const [row] = await hands.atSource(
    `update survey.victim_offence v set phone_home = null from survey.victim_offence old
     where v.victim_ref = $1 and old.victim_ref = $1 returning old.phone_home`,
    [ref],
  );
  const { urls } = hands.installation;
  const given = { phone: String(row?.['phone_home']) };
  await addToRegister(urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', given, 'c.clerk');
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ value: { rows: 11 } });
  expect(await strikes(wave)).toEqual([{ reason: 'opted-out', count: 1 }]);
});

test('strikes leave a part of the released lines, and the processor gets those and no other', async () => {
  const wave = await released();
  const [ref] = wave.people;
  await hands.atSource('update survey.victim_offence set deceased = true where victim_ref = $1', [ref]);
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ value: { rows: 11 } });
  const [row] = await hands.query<{ bytes: Buffer }>(
    `select string_agg(bytes, ''::bytea order by chunk) as bytes from copies."package_${wave.staging.slice(5)}_2"
     where part = 'package'`,
  );
  const { recipient, sender } = hands.installation.keys;
  const opened = await openPackage(row?.bytes ?? Buffer.alloc(0), {
    recipientPrivateKey: recipient.privateKey,
    senderPublicKey: sender.publicKey,
  });
  expect(opened.rows).toHaveLength(11);
  const [said] = await hands.query(
    'select read = quarantined + intake and package = 11 and struck = 1 as balanced from cordon.waterfall where period = $1',
    [wave.period],
  );
  expect(said).toEqual({ balanced: true });
});

test.each([
  ['title', 'Dr'],
  ['language', 'pl'],
  ['safe_contact_code', 'NO VOICEMAIL'],
  ['occurred_on', '2020-01-01'],
])('whoever’s %s has changed since the release is struck, and nobody else', async (column, now) => {
  const wave = await released();
  const [one, two] = wave.people;
  await hands.atSource(`update survey.victim_offence set ${column} = $2 where victim_ref = $1`, [one, now]);
  // nothing that is sent, and nothing that a rule asks
  await hands.atSource("update survey.victim_offence set gender = 'x' where victim_ref = $1", [two]);
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ value: { rows: 11 } });
  expect(await strikes(wave)).toEqual([{ reason: 'changed', count: 1 }]);
});

test('an opt-out after the last check, or after the intent, and before the first byte is found: the check is made again', async () => {
  const wave = await released();
  const { urls } = hands.installation;
  const optOut = async (nth: number) => {
    const [row] = await hands.atSource('select phone_home from survey.victim_offence where victim_ref = $1', [
      wave.people[nth],
    ]);
    const given = { phone: String(row?.['phone_home']) };
    return addToRegister(urls.clerk, deps.secrets.tokenKey, 'opt-outs', given, 'c.clerk');
  };
  let added: Promise<unknown> | undefined;
  const { deps } = hands;
  let reads = 0;
  const meanwhile = actsOf({
    ...deps,
    openSource: async (...asked: Parameters<typeof deps.openSource>) => {
      const source = await deps.openSource(...asked);
      reads += 1;
      // the registers are read with the first reading; this one only reads contact details again
      if (reads === 2) added = optOut(0);
      await added;
      return source;
    },
  });
  await expect(meanwhile.transfer(wave.minimised)).rejects.toThrow('FENCED');
  expect(await intents(wave)).toEqual([]);

  const late = actsOf({
    ...deps,
    openTarget: async (...asked: Parameters<typeof deps.openTarget>) => {
      const target = await deps.openTarget(...asked);
      const put: typeof target.put = async (...given) => {
        // who is told that nothing has left yet is told so because this is read
        expect(await optOut(1)).toMatchObject({ recall: false, disclosed: [{ hasLeft: false }] });
        return target.put(...given);
      };
      return { ...target, put };
    },
  });
  await expect(late.transfer(wave.minimised)).rejects.toThrow('FENCED');
  expect(await sent(wave)).toEqual([expect.stringMatching(/\.part$/)]);
  expect(
    await hands.query('select from cordon.intent where first_byte_at is not null and period = $1', [
      wave.period,
    ]),
  ).toEqual([]);
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ value: { rows: 10 } });
  expect(await strikes(wave)).toEqual([
    { reason: 'opted-out', count: 1 },
    { reason: 'opted-out', count: 1 },
  ]);
});

test('contact details that were changed after the release are not packed again', async () => {
  const wave = await released();
  const [one] = wave.people;
  // in both places: what differs from the source is struck before
  await hands.query(`update ${wave.staging}.contact set f_title = 'Other' where key[1] <> $1`, [one]);
  await hands.atSource("update survey.victim_offence set title = 'Other' where victim_ref <> $1", [one]);
  await hands.atSource('update survey.victim_offence set deceased = true where victim_ref = $1', [one]);
  const answer = await hands.acts.transfer(wave.minimised);
  expect(answer).toMatchObject({ refusal: { code: 'RELEASE_MISMATCH' } });
  expect(JSON.stringify(answer)).not.toContain('Other');
  expect(await intents(wave)).toEqual([]);
  expect(await sent(wave)).toEqual([]);
});

test('a package whose clock ran out before the transfer is never intended', async () => {
  const wave = await released();
  const { survey, period } = wave;
  await hands.moveClock(wave, 'package', '2026-01-01T00:00:00Z');
  const { copies } = await hands.acts.copies({ survey, period });
  await hands.acts.purge({ id: copies.find(({ kind }) => kind === 'package')?.id ?? 0 });
  await expect(hands.acts.transfer(wave.minimised)).rejects.toThrow('STALE_STAGING');
  expect(await hands.leaves(wave, 'intent')).toEqual([]);
});

test('a package that is erased after its first byte leaves the delivery unknown, and starts no month over', async () => {
  const wave = await released();
  const { survey, period } = wave;
  const breaking = actsOf({
    ...hands.deps,
    openTarget: async (...given: Parameters<typeof hands.deps.openTarget>) => ({
      ...(await hands.deps.openTarget(...given)),
      put: async (_: unknown, hooks: { firstByte(): Promise<void> }) => {
        await hooks.firstByte();
        throw failure('DELIVERY_UNREACHABLE', {}, false);
      },
    }),
  });
  await expect(breaking.transfer(wave.minimised)).rejects.toThrow('DELIVERY_UNREACHABLE');
  await hands.moveClock(wave, 'package', '2026-01-01T00:00:00Z');
  const { copies } = await hands.acts.copies({ survey, period });
  await hands.acts.purge({ id: copies.find(({ kind }) => kind === 'package')?.id ?? 0 });
  expect(await hands.acts.transfer(wave.minimised)).toMatchObject({ refusal: { code: 'DELIVERY_UNKNOWN' } });
  expect(await intents(wave)).toHaveLength(1);
  expect(await sent(wave)).toEqual([]);
});

test('a staging schema that is purged while the wave waits is a new attempt, with people drawn anew', async () => {
  const wave = await released();
  const { survey, period, opened } = wave;
  await hands.moveClock(wave, 'staging', '2026-01-01T00:00:00Z');
  const { copies } = await hands.acts.copies({ survey, period });
  await hands.acts.purge({ id: copies.find(({ kind }) => kind === 'staging')?.id ?? 0 });
  await expect(hands.acts.transfer(wave.minimised)).rejects.toThrow('STALE_STAGING');
  await hands.acts.closeAttempt({ survey, period, attempt: opened.attempt, outcome: 'stale-staging' });
  const again = await hands.open({ survey, period }, 'second');
  expect(again.attempt).toBe(2);
  await expect(
    hands.acts.release({ survey, period, attempt: 2, statementSha256: '', signature: '' }),
  ).rejects.toThrow('STALE_STAGING');
  expect((await hands.upTo(again, 'transfer')).rows).toBe(12);
  expect(await hands.leaves(wave, 'intent')).toHaveLength(1);
});

test('a person whom another wave disclosed since the registers were read is struck, not sent twice', async () => {
  const first = await released();
  // drawn twice all the same, as if a reservation had been lost: the transfer is the last to look
  await hands.query('delete from cordon.reservation');
  const second = await released(first);
  const both = first.people.map(number).filter((n) => second.people.map(number).includes(n));
  // right after the check, when its source is closed, the other wave gets in between
  let [read, between] = [false, false];
  const { deps } = hands;
  const meanwhile = actsOf({
    ...deps,
    openSource: async (...given: Parameters<typeof deps.openSource>) => {
      const source = await deps.openSource(...given);
      return { ...source, close: () => ((read = true), source.close()) };
    },
    pool: {
      query: deps.pool.query.bind(deps.pool),
      connect: async () => {
        if (read && !between) {
          between = true;
          expect(await hands.acts.transfer(first.minimised)).toMatchObject({ ok: true });
        }
        return deps.pool.connect();
      },
    } as unknown as typeof deps.pool,
  });
  await expect(meanwhile.transfer(second.minimised)).rejects.toThrow('FENCED');
  expect(between).toBe(true);
  expect(await intents(second)).toEqual([]);
  expect(await hands.acts.transfer(second.minimised)).toMatchObject({ value: { rows: 12 - both.length } });
  expect(await strikes(second)).toEqual([{ reason: 'surveyed-recently', count: both.length }]);
});

const number = (ref: string): number => Number(ref.slice(1)) % 100;
