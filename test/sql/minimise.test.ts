import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Condition } from '../../schemas/condition.ts';
import { firstReason } from '../../sql/plan.ts';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  const { pipeline, ...rest } = shipped();
  stage = await openStage({ ...rest, pipeline: { ...pipeline, sample: { ...pipeline.sample, floor: 0 } } });
});
afterAll(() => stage.close());

// stands nowhere in full: no range of personal numbers is reserved
const personal = ['070', '12345678'].join('');

const people: readonly Row[] = [
  victim('V1', { phone_mobile: personal, phone_home: '01632 960 001', language: ' ' }),
  victim('V2', { phone_mobile: '+44 (0)7700 900002', language: 'pl', safe_contact_code: 'no-voicemail' }),
  victim('V3', { title: null, occurred_on: null }),
];
const drawn = (refs: readonly string[]): string => JSON.stringify(refs.map((ref) => [ref, `${ref}/26`]));
const all = drawn(['V1', 'V2', 'V3']);

beforeEach(async () => {
  const { plan } = stage;
  await stage.rows('truncate register_entry, contact_history');
  await stage.extract(people);
  await stage.screen();
  await stage.query(plan.screen.frame);
  await stage.query(plan.sample.reset);
  await stage.draw('1');
});

const reread = async (rows: readonly Row[], keysDrawn = all): Promise<Record<string, unknown>[]> => {
  await stage.arrive(stage.plan.reread, rows, { drawn: keysDrawn });
  const found = await stage.recheck();
  return found
    .map(({ key, mask, changed }) => ({ key: (key as string[])[0], mask, changed }))
    .toSorted((a, b) => String(a.key).localeCompare(String(b.key)));
};

const minimised = async (rows: readonly Row[], keysDrawn = all): Promise<Record<string, unknown>[]> => {
  await reread(people);
  await stage.query(stage.plan.minimise.reset);
  await stage.arrive(stage.plan.minimise, rows, { drawn: keysDrawn });
  return stage.query(stage.plan.minimise.contacts);
};

const ref = (key: string): string =>
  hmacInNode(keys.ref, `survey_ref:warwickshire-victims:${JSON.stringify([key, `${key}/26`])}`)
    .toString('hex')
    .slice(0, 20);

test('the package holds the declared fields in their order, by survey_ref, and nothing else', async () => {
  const rows = await minimised(people);
  const expected = [
    {
      survey_ref: ref('V1'),
      title: 'Ms',
      surname: 'Sample',
      phone: '+441632960001',
      crime_group: 'burglary',
      occurred_on: '2026-10',
      language: 'en',
      safe_contact: 'none',
    },
    {
      survey_ref: ref('V2'),
      title: 'Ms',
      surname: 'Sample',
      phone: '+447700900002',
      crime_group: 'burglary',
      occurred_on: '2026-10',
      language: 'pl',
      safe_contact: 'no-voicemail',
    },
    {
      survey_ref: ref('V3'),
      title: null,
      surname: 'Sample',
      phone: '+447700900003',
      crime_group: 'burglary',
      occurred_on: null,
      language: 'en',
      safe_contact: 'none',
    },
  ].toSorted((a, b) => (a.survey_ref < b.survey_ref ? -1 : 1));
  expect(rows).toEqual(expected);
  expect(Object.keys(rows[0] ?? {})).toEqual(stage.plan.minimise.fields.map(({ name }) => name));
});

test('only the drawn that are still in are packaged, once each, whatever the source sends', async () => {
  await stage.rows(`update sampled set state = 'struck', struck_by = 'opted-out' where key[1] = 'V2'`);
  const sent = [...people, victim('V3'), victim('V9')];
  expect((await minimised(sent)).map((row) => row['survey_ref'])).toEqual([ref('V1')]);
  expect((await minimised(people, drawn(['V3']))).map((row) => row['survey_ref'])).toEqual([ref('V3')]);
});

test('whoever has lost the last usable phone is named for striking', async () => {
  await minimised([people[0] ?? {}, victim('V2', { phone_mobile: 'withheld' }), people[2] ?? {}]);
  expect(await stage.query(stage.plan.minimise.incomplete)).toEqual([{ key: ['V2', 'V2/26'] }]);
});

test('only a number of the kinds that a rule asks for is sent, be the rule a branch of any', async () => {
  const declared = shipped();
  const { pipeline } = declared;
  const mobile = { is: 'no-usable-phone', kinds: ['mobile'] } as const;
  const dead = { is: 'column', column: 'deceased' } as const;
  const sent = async (when: Condition) => {
    const own = await openStage({
      ...declared,
      pipeline: {
        ...pipeline,
        screen: pipeline.screen.map((rule) => (rule.reason === 'no-usable-phone' ? { ...rule, when } : rule)),
        minimise: {
          ...pipeline.minimise,
          phone: {
            kind: 'column',
            columns: ['phone_home', 'phone_mobile'],
            as: 'e164',
            why: 'the interview',
          },
        },
      },
    });
    try {
      const both = [victim('V1', { phone_mobile: '07700 900001', phone_home: '01632 960001' })];
      await own.extract(both);
      await own.screen();
      await own.query(own.plan.screen.frame);
      await own.draw('1');
      const values = { drawn: drawn(['V1']) };
      await own.arrive(own.plan.reread, both, values);
      await own.arrive(own.plan.minimise, both, values);
      return (await own.query(own.plan.minimise.contacts)).map(({ phone }) => phone);
    } finally {
      await own.close();
    }
  };
  expect(await sent(mobile)).toEqual(['+447700900001']);
  expect(await sent({ is: 'any', of: [dead, { is: 'any', of: [mobile] }] })).toEqual(['+447700900001']);
  // who has either is drawn, and either is sent
  expect(await sent({ is: 'all', of: [dead, mobile] })).toEqual(['+441632960001']);
});

test('a second reading that finds everybody as they were strikes nobody', async () => {
  expect(await reread(people)).toEqual([
    { key: 'V1', mask: '0', changed: false },
    { key: 'V2', mask: '0', changed: false },
    { key: 'V3', mask: '0', changed: false },
  ]);
});

const bitOf = (reason: string): string => stage.plan.screen.rules.find((r) => r.reason === reason)?.bit ?? '';

test('whoever is gone, unreadable, doubled, changed or excluded since the draw is told apart', async () => {
  const now = await reread([
    victim('V1', { ...people[0], deceased: 'true' }),
    victim('V2', { ...people[1], surname: 'Other' }),
    victim('V3', { ...people[2], phone_home: '01632 960 777' }),
  ]);
  expect(now).toEqual([
    { key: 'V1', mask: bitOf('deceased'), changed: false },
    { key: 'V2', mask: '0', changed: true },
    { key: 'V3', mask: '0', changed: true },
  ]);
  const fewer = await reread([
    victim('V1', { ...people[0], born_on: 'x' }),
    victim('V2', people[1]),
    victim('V2', people[1]),
  ]);
  expect(fewer).toEqual([]);
});

test('an opt-out by the other phone, given after the draw, is found at the second reading', async () => {
  const token = hmacInNode(keys.identifier, 'phone:+441632960001');
  await stage.rows(
    `insert into register_entry (register, kind, token, added_by) values ('opt-outs', 'phone', $1, 'clerk')`,
    [token],
  );
  expect(await reread(people)).toContainEqual({ key: 'V1', mask: bitOf('opted-out'), changed: false });
});

test('what somebody shared with others when they were screened, they share at the checks of the drawn', async () => {
  const declared = shipped();
  const { pipeline } = declared;
  const when: Condition = {
    is: 'all',
    of: [
      { is: 'phone-of-more-than', persons: 1 },
      { is: 'in-values', column: 'policing_area', values: ['South'] },
    ],
  };
  const screen = pipeline.screen.map((rule) => (rule.reason === 'shared-phone' ? { ...rule, when } : rule));
  const own = await openStage({ ...declared, pipeline: { ...pipeline, screen } });
  try {
    const phone = { phone_mobile: '07700 900555' };
    const month = [
      victim('V1', phone),
      victim('V2', { ...phone, forename: 'Other' }),
      victim('V3', { policing_area: 'South' }),
    ];
    await own.extract(month);
    await own.screen();
    expect(await own.reasons()).toEqual({ V1: 'in', V2: 'in', V3: 'in' });
    await own.query(own.plan.screen.frame);
    await own.draw('1');
    const moved = [month[0] ?? {}, { ...month[1], policing_area: 'South' }, month[2] ?? {}];
    await own.arrive(own.plan.reread, moved, { drawn: all });
    const checked = await own.recheck();
    expect(
      Object.fromEntries(
        checked.map(({ key, mask }) => [
          (key as string[])[0],
          firstReason(own.plan.screen.rules, String(mask)),
        ]),
      ),
    ).toEqual({ V1: undefined, V2: 'shared-phone', V3: undefined });
  } finally {
    await own.close();
  }
});
