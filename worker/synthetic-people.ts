// People who do not exist. Addresses lie in ZZ99, a postcode area in which nobody lives; e-mail is at example.org
// and example.com (RFC 2606); telephones are reserved for drama.
import {
  ascii,
  forenamesOfMen,
  forenamesOfWomen,
  publicBodies,
  surnames,
  trades,
} from './synthetic-names.ts';
import { landline, landlineCount, mobile, mobileCount, unusable, written } from './synthetic-phones.ts';
import type { Random } from './synthetic-random.ts';

export interface Person {
  readonly ref: string;
  readonly type: 'person' | 'business' | 'state' | null;
  readonly title: string | null;
  readonly forename: string | null;
  readonly surname: string;
  readonly bornOn: string | null;
  readonly gender: string | null;
  readonly mobile: string | null;
  readonly home: string | null;
  readonly email: string | null;
  readonly postcode: string | null;
  readonly address: string;
  readonly language: string | null;
  readonly safeContact: string | null;
  readonly deceased: boolean | null;
}

/** @param n counts all people of the month; it decides reference and telephone, so that a shared one is deliberate */
export const makePerson = (n: number, month: string, random: Random): Person => {
  const type = random.weighted([
    ['person', 82] as const,
    ['business', 14] as const,
    ['state', 3.5] as const,
    [null, 0.5] as const,
  ]);
  const ref = `V${month}${String(n).padStart(7, '0')}`;
  const place = { postcode: postcode(random), address: address(random), ...telephones(n, random) };
  if (type === 'business' || type === 'state') return organisation(type, ref, n, month, place, random);
  const gender = random.weighted([
    ['F', 49] as const,
    ['M', 49] as const,
    ['X', 1] as const,
    [null, 1] as const,
  ]);
  const forename = random.pick(gender === 'M' ? forenamesOfMen : forenamesOfWomen);
  const surname = random.pick(surnames);
  return {
    ref,
    type,
    title: random.chance(0.06) ? null : random.pick(titles(gender)),
    forename: random.chance(0.004) ? null : forename,
    surname: random.chance(0.03) ? surname.toUpperCase() : surname,
    bornOn: bornOn(month, random),
    gender,
    ...place,
    email: random.chance(0.45)
      ? null
      : `${ascii(forename)}.${ascii(surname)}.${n}@${random.pick(['example.org', 'example.com'])}`,
    language: random.weighted([
      [null, 86],
      ['en', 6],
      ['pl', 3],
      ['ro', 2],
      ['pa', 1],
      ['gu', 1],
      ['ur', 1],
    ] as const),
    safeContact: random.weighted([
      [null, 90],
      ['no-voicemail', 4],
      ['office-hours', 3],
      ['ask-for-no-one-else', 3],
    ] as const),
    deceased: random.weighted([
      [false, 993],
      [true, 5],
      [null, 2],
    ] as const),
  };
};

/** The same person registered once more: another reference, the name written otherwise. */
export const registeredAgain = (person: Person, n: number, month: string): Person => ({
  ...person,
  ref: `V${month}${String(n).padStart(7, '0')}`,
  surname: person.surname.toUpperCase(),
  postcode: person.postcode?.toLowerCase() ?? null,
});

/** Another person in the same home, with the same telephone. */
export const housemate = (person: Person, n: number, month: string, random: Random): Person => ({
  ...makePerson(n, month, random),
  type: 'person',
  surname: person.surname,
  mobile: null,
  home: person.home ?? person.mobile,
  postcode: person.postcode,
  address: person.address,
});

const organisation = (
  type: 'business' | 'state',
  ref: string,
  n: number,
  month: string,
  place: Pick<Person, 'postcode' | 'address' | 'mobile' | 'home'>,
  random: Random,
): Person => ({
  ref,
  type,
  title: null,
  forename: null,
  surname:
    type === 'business'
      ? `${random.pick(surnames)} ${random.pick(trades)} ${random.pick(['Ltd', 'LLP', '& Sons'])}`
      : `Imaginary ${random.pick(publicBodies)}`,
  // of whoever reported for it, as records systems keep it; without one it would count as under age
  bornOn: random.chance(0.95) ? adultBornOn(month, random) : null,
  gender: null,
  ...place,
  email: `office.${n}@example.com`,
  language: null,
  safeContact: null,
  deceased: false,
});

/** There are a thousand mobiles only: every fourth of the first 4,000 people has one, the rest a landline. */
const telephones = (n: number, random: Random): { mobile: string | null; home: string | null } => {
  const own = landline(n);
  const roll = random.unit();
  if (roll < 0.05) return { mobile: null, home: null };
  if (roll < 0.08) return { mobile: unusable(own, random), home: null };
  const hasMobile = n % mobileEvery === 0 && n / mobileEvery < mobileCount;
  if (hasMobile && roll < 0.6) return { mobile: written(mobile(n / mobileEvery), random), home: null };
  if (hasMobile) return { mobile: written(mobile(n / mobileEvery), random), home: written(own, random) };
  if (roll < 0.4) return { mobile: written(own, random), home: null };
  return { mobile: roll < 0.44 ? unusable(own, random) : null, home: written(own, random) };
};

const mobileEvery = 4;

/** Above this many people in one month numbers must recur, and with them the rule about shared telephones. */
export const mostDistinctPeople = landlineCount;

const titles = (gender: string | null): readonly [string, ...string[]] =>
  gender === 'M' ? ['Mr', 'Mr', 'Mr', 'Dr'] : gender === 'F' ? ['Ms', 'Mrs', 'Miss', 'Dr'] : ['Mx', 'Dr'];

/** About 6 % are under 16; 4 % are unknown, a placeholder, or in the future. */
const bornOn = (month: string, random: Random): string | null => {
  const kind = random.unit();
  if (kind < 0.02) return null;
  if (kind < 0.038) return '1900-01-01';
  if (kind < 0.04) return `${yearOf(month) + 2}-05-01`;
  return kind < 0.1 ? bornBefore(month, random.below(16), random) : adultBornOn(month, random);
};

const adultBornOn = (month: string, random: Random): string =>
  bornBefore(month, 16 + Math.floor(78 * random.unit() ** 1.6), random);

const bornBefore = (month: string, age: number, random: Random): string => {
  const year = yearOf(month) - age;
  const day = new Date(Date.UTC(year, Number(month.slice(2)) - 1, 1) - random.below(365) * 86_400_000);
  return day.toISOString().slice(0, 10);
};

const yearOf = (month: string): number => 2000 + Number(month.slice(0, 2));

const letters = 'ABDEFGHJLNPQRSTUWXYZ';

const postcode = (random: Random): string | null => {
  if (random.chance(0.02)) return null;
  const letter = (): string => letters.charAt(random.below(letters.length));
  const inward = `${random.below(10)}${letter()}${letter()}`;
  return random.weighted([
    [`ZZ99 ${inward}`, 90],
    [`ZZ99${inward}`, 6],
    [`zz99 ${inward.toLowerCase()}`, 4],
  ] as const);
};

const address = (random: Random): string => {
  const house = 1 + random.below(180);
  const street = random.pick([
    'Example Street',
    'Sample Road',
    'Fiction Lane',
    'Nowhere Close',
    'Imaginary Way',
  ]);
  return random.weighted([
    [`${house} ${street}`, 90],
    [`Flat ${1 + random.below(9)}, ${house} ${street}`, 8],
    [`"The Elms", ${street}`, 2],
  ] as const);
};
