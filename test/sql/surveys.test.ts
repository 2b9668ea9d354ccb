// Rule sets from YAML to first reasons: the shipped surveys beside the general one, each with rows whose answer is
// known. Read with the declaration, a row is the specification of one decision.
import { afterAll, describe, expect, test } from 'vitest';
import { hmacInNode, keys, openStage, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

type Case = readonly [what: string, row: Row, reason: string];
const stages: Stage[] = [];
afterAll(() => Promise.all(stages.map((stage) => stage.close())));

const stageOf = async (survey: string): Promise<Stage> => {
  const stage = await openStage(shipped(survey));
  stages.push(stage);
  return stage;
};

const decided = async (stage: Stage, rows: readonly Row[]): Promise<Record<string, string>> => {
  await stage.extract(rows);
  expect(await stage.rows('select * from quarantine')).toEqual([]);
  await stage.screen();
  return stage.reasons();
};

describe('the survey of domestic abuse', () => {
  const base = (n: number, different: Row): Row =>
    victim(`V${String(n)}`, {
      surname: `Sample${'abcdefghijklmnopqrstuvwxyz'.charAt(n)}`,
      flag_domestic: 'true',
      safe_contact_code: 'office-hours',
      ...different,
    });
  const cases: readonly Case[] = [
    ['asked for', {}, 'in'],
    ['asked for by its code alone', { flag_domestic: 'false', offence_code: '8U' }, 'in'],
    ['of another kind', { flag_domestic: 'false' }, 'not-domestic-abuse'],
    ['of no code and no flag', { flag_domestic: null, offence_code: null }, 'not-domestic-abuse'],
    ['without a code of contact', { safe_contact_code: null }, 'no-safe-contact'],
    ['with a code that says no', { safe_contact_code: 'do-not-contact' }, 'no-safe-contact'],
    ['with a landline alone', { phone_mobile: '01632 960001' }, 'no-mobile'],
    ['a suspect here', { victim_role: 'victim and suspect' }, 'also-a-suspect'],
    [
      'a suspect elsewhere',
      { forename: 'Both', surname: 'Roles', postcode: 'ZZ99 2ZZ' },
      'suspect-elsewhere',
    ],
    ['of a suspect’s phone', { phone_mobile: '07700 900777' }, 'suspects-phone'],
    ['a year and a day before the report', { occurred_on: '2025-10-04' }, 'long-ago'],
    ['a year before the report', { occurred_on: '2025-10-05' }, 'in'],
    ['fifteen when it happened, sixteen since', { born_on: '2010-10-05' }, 'under-16'],
    [
      'by whom nobody can say whether a register holds them',
      { forename: null, phone_mobile: null, urn: null },
      'opted-out',
    ],
    ['sexual as well', { offence_code: '17A' }, 'sexual-offence'],
    [
      'of two reports, the earlier',
      { forename: 'Two', surname: 'Times', reported_at: '2026-10-02 10:00:00+00' },
      'same-person',
    ],
    [
      'of two reports, the later',
      { forename: 'Two', surname: 'Times', reported_at: '2026-10-06 10:00:00+00' },
      'in',
    ],
  ];

  test('decides each row as its declaration says', async () => {
    const reasons = await decided(await stageOf('warwickshire-domestic-abuse'), [
      ...cases.map(([, row], n) => base(n, row)),
      victim('X1', {
        forename: 'Both',
        surname: 'Roles',
        postcode: 'zz992zz',
        phone_mobile: null,
        victim_role: 'suspect',
      }),
      victim('X2', {
        phone_mobile: null,
        phone_home: '+44 7700 900777',
        victim_role: 'suspect',
        surname: 'Apart',
      }),
    ]);
    const said = cases.map(([what], n) => [what, reasons[`V${String(n)}`]]);
    expect(said).toEqual(cases.map(([what, , reason]) => [what, reason]));
  });
});

describe('the survey of residents', () => {
  const base = (n: number, different: Row): Row => ({
    resident_ref: `R${String(n)}`,
    title: 'Mx',
    forename: `Given${'abcdefghijklmnopqrstuvwxyz'.charAt(n)}`,
    surname: 'Sample',
    born_on: '1980-05-17',
    phone_mobile: `07700 900${String(100 + n)}`,
    phone_home: null,
    postcode: 'CV31 1AA',
    district: 'Rugby',
    left_on: null,
    attempts: '0',
    deceased: 'false',
    ...different,
  });
  const cases: readonly Case[] = [
    ['lives here', {}, 'in'],
    ['opted out of any survey', { phone_home: '07700 900900' }, 'opted-out'],
    ['of a birth date that nobody gave', { born_on: '1970-01-01' }, 'under-18'],
    ['seventeen', { born_on: '2008-11-17' }, 'under-18'],
    ['eighteen today', { born_on: '2008-11-16' }, 'in'],
    ['moved away', { left_on: '2026-01-31' }, 'moved-away'],
    ['of another area', { postcode: 'M1 1AA' }, 'outside-force'],
    ['of another district', { district: 'Coventry' }, 'outside-force'],
    ['of no district', { district: null }, 'outside-force'],
    ['of no postcode', { postcode: null }, 'outside-force'],
    ['a company', { surname: 'Sample Holdings (UK) Ltd.' }, 'not-a-person'],
    ['a person of such a name', { surname: 'Limitedson' }, 'in'],
    ['asked three times', { attempts: '3' }, 'asked-too-often'],
    ['asked who knows how often', { attempts: null }, 'asked-too-often'],
    ['asked twice', { attempts: '2' }, 'in'],
    ['entered twice, the first', { forename: 'Twin', surname: 'Entry' }, 'in'],
    ['entered twice, the second', { forename: 'Twin', surname: 'Entry' }, 'same-person'],
  ];

  test('decides each row as its declaration says', async () => {
    const stage = await stageOf('warwickshire-perception');
    await stage.rows(
      `insert into register_entry (register, kind, token, added_by) values ('opt-outs', 'phone', $1, 'clerk')`,
      [hmacInNode(keys.identifier, 'phone:+447700900900')],
    );
    const reasons = await decided(
      stage,
      cases.map(([, row], n) => base(n, row)),
    );
    const said = cases.map(([what], n) => [what, reasons[`R${String(n)}`]]);
    expect(said).toEqual(cases.map(([what, , reason]) => [what, reason]));
  });
});
