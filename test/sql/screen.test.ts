import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hmacInNode, keys, openStage, run, shipped, victim } from './stage.ts';
import type { Row, Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(shipped());
});
beforeEach(async () => {
  await stage.rows('truncate register_entry, contact_history');
});
afterAll(() => stage.close());

const screened = async (rows: readonly Row[]): Promise<Record<string, string>> => {
  await stage.extract(rows);
  await stage.screen();
  return stage.reasons();
};

const register = (
  name: string,
  kind: string,
  text: string,
  withdrawn: string | null = null,
  reviewOn = '2027-01-31',
) =>
  stage.rows(
    `insert into register_entry (register, kind, token, added_by, withdrawn_at, owner, review_on, reason)
     values ($1, $2, $3, 'clerk', $4, 's.officer', $5, case $1 when 'holds' then 'complaint' end)`,
    [name, kind, hmacInNode(keys.identifier, `${kind}:${text}`), withdrawn, reviewOn],
  );

const contacted = (phone: string, on: string, survey: string, period: string) =>
  stage.rows(
    `insert into contact_history (survey, period, kind, token, contacted_on) values ($1, $2, 'phone', $3, $4)`,
    [survey, period, hmacInNode(keys.identifier, `phone:${phone}`), on],
  );

// stands nowhere in full: no range of pagers is reserved
const pager = ['076', '12345678'].join('');

// every way a row rule of the shipped survey excludes, and the nearest way it does not
const cases: readonly [what: string, different: Row, reason: string][] = [
  ['nothing', {}, 'in'],
  ['dead', { deceased: 't' }, 'deceased'],
  ['perhaps dead', { deceased: null }, 'deceased'],
  ['under sixteen when drawn', { born_on: '2010-11-17' }, 'under-16'],
  ['sixteen on the day of the report', { born_on: '2010-10-05' }, 'in'],
  ['a day short of sixteen on the day of the report', { born_on: '2010-10-06' }, 'under-16'],
  ['of unknown age', { born_on: null }, 'under-16'],
  ['born on a placeholder', { born_on: '1900-01-01' }, 'under-16'],
  ['born on the other placeholder', { born_on: '1901-01-01' }, 'under-16'],
  ['born before there were records', { born_on: '1753-01-01' }, 'under-16'],
  ['born in the future', { born_on: '2090-01-01' }, 'under-16'],
  ['a business', { victim_type: 'business' }, 'not-a-person'],
  ['of unknown type', { victim_type: ' ' }, 'not-a-person'],
  ['a suspect', { victim_role: 'suspect' }, 'also-a-suspect'],
  ['of two roles', { victim_role: 'victim;suspect' }, 'also-a-suspect'],
  ['of unknown role', { victim_role: null }, 'also-a-suspect'],
  ['cancelled', { crime_status: 'cancelled' }, 'cancelled'],
  ['of unknown status', { crime_status: null }, 'cancelled'],
  ['domestic by its flag', { flag_domestic: 'Y' }, 'domestic-abuse'],
  ['domestic by its code', { offence_code: '8U' }, 'domestic-abuse'],
  ['not flagged, where empty means no', { flag_domestic: null, flag_sensitive: '' }, 'in'],
  ['sexual', { offence_code: '17A' }, 'sexual-offence'],
  ['of unknown code', { offence_code: null }, 'domestic-abuse'],
  ['of a code in no group', { offence_code: '999Z' }, 'unknown-offence'],
  ['sensitive', { flag_sensitive: '1' }, 'sensitive'],
  ['without any phone', { phone_mobile: null }, 'no-usable-phone'],
  ['with a pager', { phone_mobile: pager }, 'no-usable-phone'],
  ['with a landline alone', { phone_mobile: 'none', phone_home: '01632 960001' }, 'in'],
  ['without any name', { forename: null }, 'same-person'],
  ['with a title in the place of a forename', { forename: null, surname: 'Mrs Sample' }, 'same-person'],
  ['with signs round a title in the place of a forename', { forename: '[Mrs] -' }, 'same-person'],
  ['with a word for no forename', { forename: 'Unknown' }, 'same-person'],
  ['with a title and such a word', { forename: 'Mr Unknown' }, 'same-person'],
  ['with a word for no surname', { forename: 'Mary Jane', surname: 'N/K' }, 'same-person'],
  ['with words for no name in one field', { forename: null, surname: '(not known)' }, 'same-person'],
  ['of a postcode that is none', { postcode: 'unknown' }, 'same-person'],
  ['of a postcode that nobody knows', { postcode: 'N/K' }, 'same-person'],
];

test('each rule excludes what it names and what is unknown, and nothing else', async () => {
  const rows = cases.map(([, different], i) => victim(`V${i}`, different));
  const reasons = await screened(rows);
  const said = cases.map(([what], i) => [what, reasons[`V${i}`]]);
  expect(said).toEqual(cases.map(([what, , reason]) => [what, reason]));
});

test('the waterfall adds up, with every reason of a row beside its first', async () => {
  await screened([
    victim('V1'),
    victim('V2', { deceased: 'yes', victim_type: 'business' }),
    victim('V3', { victim_type: 'state' }),
  ]);
  const counts = await stage.query(stage.plan.screen.counts);
  expect(counts.filter((c) => c['all'] !== 0)).toEqual([
    { reason: 'deceased', first: 1, all: 1 },
    { reason: 'not-a-person', first: 1, all: 2 },
  ]);
  expect(counts.map((c) => c['reason'])).toEqual(stage.plan.screen.rules.map(({ reason }) => reason));
  expect(await stage.query(stage.plan.screen.balance)).toEqual([{ intake: 3, frame: 1 }]);
});

test('the notice is open for fourteen days of the survey’s calendar, over the change of clocks too', async () => {
  const october = { windowFrom: '2026-09-30T23:00:00Z', windowTo: '2026-11-01T00:00:00Z' };
  const values = { ...run, ...october, drawnAt: '2026-11-03T06:30:00Z' };
  // fourteen days before 06:30 in winter is 06:30 in summer: 05:30 in Greenwich
  await stage.extract(
    [
      victim('V1', { reported_at: '2026-10-20T05:30:00Z' }),
      victim('V2', { reported_at: '2026-10-20T05:30:01Z' }),
      victim('V3', { reported_at: '2026-10-20T06:30:01+01:00' }),
    ],
    values,
  );
  await stage.screen(values);
  expect(await stage.reasons()).toEqual({ V1: 'in', V2: 'notice-open', V3: 'notice-open' });
});

test('an opt-out excludes by any phone, by reference and by name, until it is withdrawn, and nobody else', async () => {
  await register('opt-outs', 'phone', '+447700900502');
  await register('opt-outs', 'reference', '23V326');
  await register('opt-outs', 'person', 'zoe|obrien|ZZ991AB');
  await register('opt-outs', 'phone', '+447700900505', '2026-01-01');
  await register('safety-markers', 'phone', '+447700900506');
  const reasons = await screened([
    victim('V1'),
    victim('V2', { phone_home: '07700 900 502' }),
    victim('V3', { urn: '23 V3-26' }),
    victim('V4', { forename: 'Mrs Zoë', surname: 'O’Brien', postcode: 'zz99 1ab' }),
    victim('V5', { phone_mobile: '07700900505' }),
    victim('V6', { phone_mobile: '07700900506' }),
    victim('V8', { forename: 'Zara', surname: 'O’Brien', postcode: 'zz99 1ab' }),
  ]);
  expect(reasons).toEqual({
    V1: 'in',
    V2: 'opted-out',
    V3: 'opted-out',
    V4: 'opted-out',
    V5: 'in',
    V6: 'sensitive',
    V8: 'in',
  });
});

test('an opt-out of one case that named its reference meets by name whose record has none, a word for none too', async () => {
  await stage.rows(
    `insert into register_entry (register, kind, token, added_by) values ('opt-outs', 'person-of-unknown-case', $1, 'clerk')`,
    [hmacInNode(keys.identifier, 'person:zoe|obrien|ZZ991AB')],
  );
  const urns = ['23/V1/26', null, 'N/K', 'UNKNOWN', 'not known', '0000', '-', 'none'];
  const reasons = await screened(
    urns.map((urn, i) =>
      victim(`V${String(i)}`, { urn, forename: 'Zoe', surname: 'O’Brien', postcode: 'ZZ99 1AB' }),
    ),
  );
  expect(reasons).toEqual(
    Object.fromEntries(urns.map((_, i) => [`V${String(i)}`, i === 0 ? 'in' : 'opted-out'])),
  );
});

test('a hold excludes to its last day, and from then on as one to be reviewed; a withdrawn one does neither', async () => {
  const held = (n: number, reviewOn: string, withdrawn: string | null = null) =>
    register('holds', 'phone', `+44770090050${String(n)}`, withdrawn, reviewOn);
  // drawn on 16 November, in the morning of the survey's zone
  await held(1, '2026-11-17');
  await held(2, '2026-11-16');
  await held(3, '2026-11-15');
  await held(4, '2026-11-15', '2026-10-01');
  for (const day of ['2026-11-15', '2027-02-28']) await held(5, day);
  await register('holds', 'reference', '23V506', null, '2026-12-31');
  await register('safety-markers', 'phone', '+447700900507', null, '2020-01-01');
  const reasons = await screened(
    [1, 2, 3, 4, 5, 6, 7].map((n) =>
      victim(`V${String(n)}`, { phone_mobile: `07700 90050${String(n)}`, urn: `23/V50${String(n)}` }),
    ),
  );
  expect(reasons).toEqual({
    V1: 'on-hold',
    V2: 'on-hold',
    V3: 'hold-expired',
    V4: 'in',
    V5: 'on-hold',
    V6: 'on-hold',
    V7: 'sensitive',
  });
  const { rules } = stage.plan.screen;
  expect(rules.filter(({ review }) => review).map(({ reason }) => reason)).toEqual(['hold-expired']);
});

test('a contact within twelve months excludes, an older one and this very wave’s do not', async () => {
  await contacted('+447700900001', '2025-11-16', 'perception', '2025-10');
  await contacted('+447700900002', '2025-11-15', 'perception', '2025-10');
  await contacted('+447700900003', '2026-11-16', 'warwickshire-victims', '2026-10');
  const reasons = await screened([victim('V1'), victim('V2'), victim('V3')]);
  expect(reasons).toEqual({ V1: 'surveyed-recently', V2: 'in', V3: 'in' });
});

test('a phone of two persons excludes both, also when one of them is excluded anyway; of one person nobody', async () => {
  const same = { phone_mobile: '07700 900777' };
  const again = { forename: 'Ann', surname: 'Sample', postcode: 'ZZ99 9ZZ' };
  const reasons = await screened([
    victim('V1', same),
    victim('V2', { phone_home: '+44 (0)7700 900777', deceased: 'true' }),
    victim('V3', { ...again, phone_mobile: '07700 900888' }),
    victim('V4', { ...again, phone_mobile: '07700 900888', deceased: 'true' }),
    victim('V5', { phone_mobile: '07700 900999' }),
    victim('V6', { phone_mobile: '07700 900999', forename: null, deceased: 'true' }),
  ]);
  expect(reasons).toEqual({
    V1: 'shared-phone',
    V2: 'deceased',
    V3: 'in',
    V4: 'deceased',
    V5: 'shared-phone',
    V6: 'deceased',
  });
});

test('a person is kept once: the earliest report not excluded, then the lowest key byte by byte', async () => {
  const ann = { forename: 'Ann', surname: 'Sample', postcode: 'ZZ99 9ZZ', phone_mobile: '07700 900888' };
  const bob = { forename: 'Bob', surname: 'Sample', postcode: 'ZZ99 9ZZ', phone_mobile: '07700 900889' };
  const reasons = await screened([
    victim('V1', { ...ann, reported_at: '2026-10-01 10:00:00+00', deceased: 'true' }),
    victim('V2', { ...ann, reported_at: '2026-10-03 10:00:00+00' }),
    victim('V3', { ...ann, reported_at: '2026-10-02 10:00:00+00' }),
    victim('b1', bob),
    victim('B2', bob),
    victim('é3', bob),
  ]);
  expect(reasons).toEqual({
    V1: 'deceased',
    V2: 'same-person',
    V3: 'in',
    B2: 'in',
    b1: 'same-person',
    é3: 'same-person',
  });
});

test('nobody can look up a row without a single token: it is excluded as if opted out', async () => {
  const nameless = { phone_mobile: null, urn: null, forename: null };
  expect(await screened([victim('V1', nameless)])).toEqual({ V1: 'opted-out' });
});

test('the excluded keep no token in screened', async () => {
  await screened([victim('V1', { deceased: 'true' }), victim('V2')]);
  expect(
    await stage.rows(`select key[1], phone_tokens is null as forgotten from screened order by 1`),
  ).toEqual([
    { key: 'V1', forgotten: true },
    { key: 'V2', forgotten: false },
  ]);
});
