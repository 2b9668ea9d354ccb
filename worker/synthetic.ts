// One synthetic month of a records system, row by row and never as a whole: one row for each victim of an offence,
// with repeat victims, households, businesses, suspects, gaps and slips. The same seed makes the same month.
import { shiftMonth } from '../schemas/period.ts';
import type { Period } from '../schemas/period.ts';
import { offences, ungroupedOffences } from './synthetic-offences.ts';
import { housemate, makePerson, registeredAgain } from './synthetic-people.ts';
import type { Person } from './synthetic-people.ts';
import { landline, landlineCount } from './synthetic-phones.ts';
import { seededRandom } from './synthetic-random.ts';
import type { Random } from './synthetic-random.ts';

/** As in the table: text, booleans, ISO dates; timestamps with their offset. */
export interface RecordRow {
  readonly victim_ref: string;
  readonly crime_no: string;
  readonly urn: string | null;
  readonly title: string | null;
  readonly forename: string | null;
  readonly surname: string | null;
  readonly born_on: string | null;
  readonly gender: string | null;
  readonly phone_mobile: string | null;
  readonly phone_home: string | null;
  readonly email: string | null;
  readonly postcode: string | null;
  readonly address1: string | null;
  readonly language: string | null;
  readonly safe_contact_code: string | null;
  readonly reported_at: string | null;
  readonly occurred_on: string | null;
  readonly victim_type: string | null;
  readonly victim_role: string | null;
  readonly offence_code: string | null;
  readonly crime_status: string | null;
  readonly policing_area: string | null;
  readonly flag_domestic: boolean | null;
  readonly flag_sensitive: boolean | null;
  readonly deceased: boolean | null;
  readonly extracted_at: string | null;
}

export interface MonthOptions {
  readonly period: Period;
  readonly rows: number;
  readonly seed?: string;
  readonly zone?: string;
  /** When the records system says it was last brought up to date; now, unless said. */
  readonly extractedAt?: Date;
}

const areas = [
  ['Nuneaton and Bedworth', 30],
  ['Warwick', 25],
  ['Rugby', 20],
  ['Stratford-on-Avon', 16],
  ['North Warwickshire', 8.7],
  [null, 0.3],
] as const;

/** The first four rows lie on the edges of the month: first and last second in it, and the seconds beside them. */
export function* syntheticMonth(options: MonthOptions): Generator<RecordRow> {
  const { period, rows, zone = 'Europe/London', extractedAt = new Date() } = options;
  const random = seededRandom(`${options.seed ?? 'cordon'} ${period}`);
  const month = period.slice(2, 4) + period.slice(5, 7);
  const [from, until] = [startOfMonth(period, zone), startOfMonth(shiftMonth(period, 1), zone)];
  const edges = [from, until - 1_000, from - 1_000, until];
  const recent: Person[] = [];
  let people = 0;
  let crime = 0;
  for (let n = 0; n < rows; n++) {
    const earlier = recent.length > 8 ? recent[random.below(recent.length)] : undefined;
    const kind = earlier?.type === 'person' ? random.unit() : 1;
    let person: Person;
    if (earlier && kind < 0.03) person = earlier;
    else if (earlier && kind < 0.04) person = registeredAgain(earlier, people++, month);
    else if (earlier && kind < 0.055) person = housemate(earlier, people++, month, random);
    else person = makePerson(people++, month, random);
    recent[n % 64] = person;
    // several victims of one crime: the number does not move on
    if (person === earlier || !random.chance(0.03) || n === 0) crime++;
    const reported = edges[n] ?? reportedAt(from, until, random);
    yield row(person, { crime, month, reported, extracted: extractedAt.toISOString() }, random);
  }
}

/** Of offences that are often domestic, officers ask everybody: three of five have a code, one of them says no. */
const safeContacts = ['no-voicemail', null, 'office-hours', 'ask-for-no-one-else', 'do-not-contact'] as const;

interface Occasion {
  readonly crime: number;
  readonly month: string;
  readonly reported: number;
  readonly extracted: string;
}

const row = (person: Person, { crime, month, reported, extracted }: Occasion, random: Random): RecordRow => {
  const offence = random.chance(0.008) ? random.pick(ungroupedOffences) : random.weighted(offences);
  const safe =
    person.safeContact ?? (offence.domestic >= 0.3 ? safeContacts[crime % safeContacts.length] : null);
  return {
    victim_ref: person.ref,
    crime_no: `23/${month}/${String(crime).padStart(7, '0')}`,
    urn: random.chance(0.01) ? null : `WK-${month}-${String(crime).padStart(7, '0')}`,
    title: person.title,
    forename: person.forename,
    surname: person.surname,
    born_on: person.bornOn,
    gender: person.gender,
    phone_mobile: person.mobile,
    phone_home: person.home,
    email: person.email,
    postcode: person.postcode,
    address1: person.address,
    language: person.language,
    safe_contact_code: safe ?? null,
    reported_at: new Date(reported).toISOString(),
    occurred_on: occurredOn(reported, random),
    victim_type: person.type,
    victim_role: random.weighted([
      ['victim', 956],
      ['victim and suspect', 32],
      ['witness', 8],
      [null, 4],
    ] as const),
    offence_code: offence.code,
    crime_status: random.weighted([
      ['open', 640],
      ['finalised', 310],
      ['cancelled', 34],
      ['transferred', 13],
      [null, 3],
    ] as const),
    policing_area: random.weighted(areas),
    flag_domestic:
      person.type === 'person' && random.chance(offence.domestic) ? true : random.chance(0.4) ? null : false,
    flag_sensitive: random.weighted([
      [null, 700],
      [false, 280],
      [true, 20],
    ] as const),
    deceased: person.deceased,
    extracted_at: extracted,
  };
};

/** Somebody whom every rule of the example survey leaves in, to be bent by a test: `{ ...ordinaryRecord(…), … }`. */
export const ordinaryRecord = (n: number, period: Period, extractedAt = new Date()): RecordRow => ({
  victim_ref: `T${String(n).padStart(7, '0')}`,
  crime_no: `23/T/${String(n).padStart(7, '0')}`,
  urn: `WK-T-${String(n).padStart(7, '0')}`,
  title: 'Ms',
  forename: 'Ordinary',
  surname: `Person${String(n)}`,
  born_on: '1980-06-15',
  gender: 'F',
  // from the other end of the numbers that a month of people uses
  phone_mobile: `0${landline(landlineCount - 1 - n)}`,
  phone_home: null,
  email: `ordinary.${n}@example.org`,
  postcode: 'ZZ99 1AA',
  address1: `${n} Example Street`,
  language: null,
  safe_contact_code: null,
  reported_at: `${period}-10T12:00:00.000Z`,
  occurred_on: `${period}-09`,
  victim_type: 'person',
  victim_role: 'victim',
  offence_code: '45',
  crime_status: 'open',
  policing_area: 'Rugby',
  flag_domestic: false,
  flag_sensitive: null,
  deceased: false,
  extracted_at: extractedAt.toISOString(),
});

const day = 86_400_000;

/** 1.5 % lie up to three days outside the month. Whole seconds, as records systems keep them. */
const reportedAt = (from: number, until: number, random: Random): number => {
  const spread = random.unit();
  const at = random.chance(0.985)
    ? from + spread * (until - from)
    : random.chance(0.5)
      ? from - day * 3 * spread - 1_000
      : until + day * 3 * spread;
  return Math.floor(at / 1_000) * 1_000;
};

/** Mostly the same day or the one before; now and then years ago. */
const occurredOn = (reported: number, random: Random): string | null => {
  if (random.chance(0.004)) return null;
  const days = random.chance(0.01) ? 400 + random.below(4_000) : Math.floor(14 * random.unit() ** 4);
  return new Date(reported - day * days - day / 2).toISOString().slice(0, 10);
};

/** Midnight of the first of the month on the clocks of the zone, as milliseconds since 1970. */
export const startOfMonth = (period: Period, zone: string): number => {
  const clock = Date.parse(`${period}-01T00:00:00Z`);
  const guess = clock - offsetAt(clock, zone);
  return clock - offsetAt(guess, zone);
};

const offsetAt = (instant: number, zone: string): number => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};
