// What stops a wave between screening and draw: canaries that nobody can wave through, and alarms that an officer
// accepts with a reason. On real counts of real waves, one earlier month at a time.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Alarm } from '../../schemas/alarm.ts';
import { acceptances, alarmCodes } from '../../schemas/alarm.ts';
import type { Answer, Ref, WaveKey } from '../../schemas/ref.ts';
import { createDeps } from '../../worker/deps.ts';
import { addToRegister } from '../../worker/register-act.ts';
import type { Hands } from './hands.ts';
import { actsOf, openHands, value } from './hands.ts';

let hands: Hands;
beforeAll(async () => {
  hands = await openHands();
});
afterAll(() => hands.close());

const codeOf = (answer: Answer<unknown>): string | undefined => (answer.ok ? undefined : answer.refusal.code);
const alarmsOf = (ref: { alarms?: readonly Alarm[] }): string[] =>
  (ref.alarms ?? []).map(({ code, reason }) => `${code} ${reason ?? ''}`.trim());
const optOut = (given: Parameters<typeof addToRegister>[3]) =>
  addToRegister(hands.installation.urls.clerk, hands.deps.secrets.tokenKey, 'opt-outs', given, 'c.clerk');
const change = (wave: WaveKey, set: string, where = 'true') =>
  hands.atSource(
    `update survey.victim_offence set ${set} where ${where}
     and reported_at >= ($1 || '-01')::timestamptz and reported_at < ($1 || '-01')::timestamptz + interval '1 month'`,
    [wave.period],
  );
const accepted = async (ref: Ref<'extracted' | 'screened'>, alarm: (typeof alarmCodes)[number]) => {
  const { survey, period, attempt, alarms = [] } = ref;
  const reasons = alarms.filter(({ code }) => code === alarm).map(({ reason = '' }) => reason);
  const statement = { survey, period, attempt, alarm, because: 'checked-at-source', reasons } as const;
  return hands.acts.accept({
    survey,
    period,
    attempt,
    ...(await hands.signed('d.officer', 'accept', statement)),
  });
};

test('the codes and reasons of an alarm are the same to PostgreSQL and to us', async () => {
  const rows = await hands.query<{ text: string }>(
    `select pg_get_constraintdef(oid) as text from pg_constraint
     where conname in ('alarm_code_is_known', 'alarm_reason_is_known') order by conname`,
  );
  const said = rows.map(({ text }) =>
    [...text.matchAll(/'([^']+)'/g)].map(([, word = '']) => word).toSorted(),
  );
  expect(said).toEqual([alarmCodes.toSorted(), Object.keys(acceptances).toSorted()]);
});

describe('canaries', () => {
  test('are planted once, removed in every wave, and counted in no number of it', async () => {
    const [second, first] = [await hands.month(), await hands.month()];
    for (const wave of [first, second]) {
      const screened = await hands.upTo(await hands.open(wave), 'screen');
      expect(screened.rows).toBe(24);
      const counted = await hands.query(
        'select read::int, intake::int, excluded::int, frame::int, canaries::int from cordon.waterfall where period = $1',
        [wave.period],
      );
      expect(counted).toEqual([{ read: 24, intake: 24, excluded: 0, frame: 24, canaries: 3 }]);
      expect((await hands.leaves(wave, 'screened'))[0]).toMatchObject({ intake: 24, canaries: 3 });
    }
    expect((await hands.leaves(first, 'canary-planted')).map(({ kind }) => kind)).toEqual([
      'person',
      'phone',
      'reference',
    ]);
    expect(await hands.leaves(second, 'canary-planted')).toEqual([]);
    expect(
      await hands.query("select kind from cordon.register_entry where added_by = 'canary' order by 1"),
    ).toEqual([{ kind: 'person' }, { kind: 'phone' }, { kind: 'reference' }]);
  });

  test('that survive another token key stop the wave, whatever an officer says', async () => {
    const other = createDeps({
      ...hands.installation.env,
      CORDON_TOKEN_KEY: randomBytes(32).toString('hex'),
    });
    try {
      const acts = actsOf(other);
      const wave = await hands.month();
      const extracted = value(await acts.extract(await hands.open(wave)));
      const stopped = await acts.screen(extracted);
      expect(codeOf(stopped)).toBe('CANARY_SURVIVED');
      expect(codeOf(await accepted(extracted, 'CANARY_SURVIVED' as never))).toBe('NOT_WAITING');
      expect(await hands.leaves(wave, 'frame-committed')).toEqual([]);
      expect((await hands.leaves(wave, 'refused'))[0]).toMatchObject({ code: 'CANARY_SURVIVED' });
    } finally {
      await other.close();
    }
  });

  test.each(['phone', 'reference', 'person'])(
    'that the register has lost by %s stop the wave',
    async (kind) => {
      const extracted = await hands.upTo(await hands.open(await hands.month()), 'extract');
      await hands.query('create table kept as table cordon.register_entry');
      await hands.query("delete from cordon.register_entry where added_by = 'canary' and kind = $1", [kind]);
      const stopped = await hands.acts.screen(extracted);
      expect(stopped).toMatchObject({ ok: false, refusal: { code: 'CANARY_SURVIVED' } });
      expect(JSON.stringify(stopped)).toContain(`by ${kind}`);
      await hands.query('insert into cordon.register_entry table kept on conflict do nothing');
      await hands.query('drop table kept');
      expect(codeOf(await hands.acts.screen(extracted))).toBeUndefined();
    },
  );
});

describe('canaries among the drawn', () => {
  const kinds = ['phone', 'reference', 'person'];
  const lost = (change: string, kind: string) =>
    hands.query(`${change} where added_by = 'canary' and kind = $1`, [kind]);
  const gone = 'update cordon.register_entry set withdrawn_at = now()';
  const back = 'update cordon.register_entry set withdrawn_at = null';

  test('that the registers miss stop the packaging and the transfer, and nobody else is struck for them', async () => {
    const wave = await hands.month();
    const sampled = await hands.upTo(await hands.open(wave), 'sample');
    for (const kind of kinds) {
      await lost(gone, kind);
      const stopped = await hands.acts.minimise(sampled);
      expect(stopped).toMatchObject({ ok: false, refusal: { code: 'CANARY_SURVIVED' } });
      expect(JSON.stringify(stopped)).toContain(`by ${kind}`);
      await lost(back, kind);
    }
    const minimised = value(await hands.acts.minimise(sampled));
    expect(await hands.leaves(wave, 'minimised')).toMatchObject([{ sample: 12, struck: [], package: 12 }]);
    await hands.release(minimised);
    await lost(gone, 'person');
    expect(await hands.acts.transfer(minimised)).toMatchObject({ refusal: { code: 'CANARY_SURVIVED' } });
    expect(await hands.leaves(wave, 'intent')).toEqual([]);
    await lost(back, 'person');
    expect(value(await hands.acts.transfer(minimised)).rows).toBe(12);
    const staging = `wave_${wave.survey.replaceAll('-', '_')}_${wave.period.replace('-', '')}_1`;
    expect(
      await hands.query(
        `select key from ${staging}.sampled where state = 'canary'
         union all select key from ${staging}.recheck where key[1] like 'cordon canary%'`,
      ),
    ).toEqual([]);
  });

  test('are looked for in a register that was altered as well: an alarm about it excuses none', async () => {
    const wave = await hands.month();
    const extracted = await hands.upTo(await hands.open(wave), 'extract');
    await optOut({ reference: 'URN-7-altered' });
    const change = (to: string) =>
      hands.query(
        `update cordon.register_entry set scope = $1
         where entry = (select max(entry) from cordon.register_entry where added_by <> 'canary')`,
        [to],
      );
    await change('standing');
    await lost(gone, 'phone');
    expect(await hands.acts.screen(extracted)).toMatchObject({ refusal: { code: 'CANARY_SURVIVED' } });
    await lost(back, 'phone');
    expect(alarmsOf(value(await hands.acts.screen(extracted)))).toEqual(['REGISTER_ALTERED opt-outs']);
    await change('case');
  });
});

describe('an alarm', () => {
  test('for a rule that matches nobody where it did waits for an officer, and nobody is drawn meanwhile', async () => {
    const [now, before] = [await hands.month(), await hands.month()];
    const [someone] = await hands.atSource(
      `select urn from survey.victim_offence where to_char(reported_at, 'YYYY-MM') = $1 limit 1`,
      [before.period],
    );
    await optOut({ reference: String(someone?.['urn']) });
    const usual = await hands.upTo(await hands.open(before), 'sample');
    expect(usual.rows).toBe(12);

    const screened = await hands.upTo(await hands.open(now), 'screen');
    expect(alarmsOf(screened)).toEqual(['RULE_REMOVES_NOTHING opted-out']);
    expect(codeOf(await hands.acts.sample(screened))).toBe('ALARM');
    await expect(
      hands.query(`update cordon.attempt set seed = 'x' where period = $1 and closed_at is null`, [
        now.period,
      ]),
    ).rejects.toMatchObject({ code: 'CRD13' });

    expect(await accepted(screened, 'RULE_REMOVES_NOTHING')).toEqual({ ok: true, value: { unanswered: 0 } });
    // a repeat is answered alike and writes nothing
    expect(await accepted(screened, 'RULE_REMOVES_NOTHING')).toEqual({ ok: true, value: { unanswered: 0 } });
    expect(codeOf(await accepted(screened, 'RULE_CHANGED'))).toBe('NOT_WAITING');
    expect(value(await hands.acts.sample(screened)).rows).toBe(12);
    expect(await hands.leaves(now, 'alarm')).toMatchObject([
      { code: 'RULE_REMOVES_NOTHING', subject: 'opted-out', stage: 'screen' },
    ]);
    expect(await hands.leaves(now, 'alarm-accepted')).toMatchObject([
      { code: 'RULE_REMOVES_NOTHING', alarms: 1, officer: 'd.officer', because: 'checked-at-source' },
    ]);
  });

  test('is raised by a rule that matches nearly everybody', async () => {
    const wave = await hands.month();
    await change(wave, 'deceased = true', 'right(victim_ref, 1) <> $$0$$');
    const screened = await hands.upTo(await hands.open(wave), 'screen');
    expect(alarmsOf(screened)).toContain('RULE_REMOVES_OVER deceased');
    expect(
      await hands.query(`select 1 from cordon.alarm where accepted_at is not null and period = $1`, [
        wave.period,
      ]),
    ).toEqual([]);
  });

  test('of too many unreadable rows waits before screening, and its acceptance is for it alone', async () => {
    const wave = await hands.month();
    await change(wave, 'occurred_on = $$1066-10-14$$', 'right(victim_ref, 1) = $$3$$');
    const extracted = await hands.upTo(await hands.open(wave), 'extract');
    expect(alarmsOf(extracted)).toEqual(['QUARANTINE_OVER_TOLERANCE']);
    expect(
      await hands.query('select code, rows::int from cordon.quarantine_count where period = $1', [
        wave.period,
      ]),
    ).toEqual([{ code: 'DATE:occurred_on', rows: 3 }]);
    expect((await hands.leaves(wave, 'extracted'))[0]).toMatchObject({
      quarantine: [{ code: 'DATE:occurred_on', rows: 3 }],
    });
    const screened = value(await hands.acts.screen(extracted));
    expect(codeOf(await hands.acts.sample(screened))).toBe('ALARM');
    value(await accepted(extracted, 'QUARANTINE_OVER_TOLERANCE'));
    expect(codeOf(await hands.acts.sample(screened))).toBeUndefined();
  });

  test('of an emptied register is accepted for this wave alone, and its canaries are planted again', async () => {
    const wave = await hands.month();
    const extracted = await hands.upTo(await hands.open(wave), 'extract');
    await hands.query('delete from cordon.register_entry');
    const screened = value(await hands.acts.screen(extracted));
    expect(alarmsOf(screened)).toContain('REGISTER_EMPTIED opt-outs');
    expect(
      await hands.query('select canaries::int from cordon.waterfall where period = $1', [wave.period]),
    ).toEqual([{ canaries: 0 }]);
    for (const code of new Set((screened.alarms ?? []).map((alarm) => alarm.code)))
      value(await accepted(screened, code));
    const sampled = value(await hands.acts.sample(screened));
    expect(codeOf(await hands.acts.minimise(sampled))).toBeUndefined();

    const next = await hands.upTo(await hands.open(await hands.month()), 'screen');
    expect(alarmsOf(next)).toContain('REGISTER_EMPTIED opt-outs');
    await optOut({ reference: 'URN-1-again' });
    const last = await hands.month();
    await hands.upTo(await hands.open(last), 'screen');
    expect(await hands.leaves(last, 'canary-planted')).toHaveLength(3);
  });

  test('nobody accepts in a closed attempt', async () => {
    const wave = await hands.month();
    await change(wave, 'deceased = true', 'right(victim_ref, 1) <> $$0$$');
    const screened = await hands.upTo(await hands.open(wave), 'screen');
    const { survey, period, attempt } = screened;
    await hands.acts.closeAttempt({ survey, period, attempt, outcome: 'refused' });
    await expect(accepted(screened, 'RULE_REMOVES_OVER')).rejects.toMatchObject({ type: 'ATTEMPT_CLOSED' });
  });
});
