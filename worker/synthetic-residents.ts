// The synthetic source of the perception survey: everybody who lives in the area, whether or not they ever met the
// police, with people who moved away, companies in the wrong column and people entered twice.
import { makePerson, registeredAgain } from './synthetic-people.ts';
import type { Person } from './synthetic-people.ts';
import { seededRandom } from './synthetic-random.ts';
import type { Random } from './synthetic-random.ts';

/** As in the table: text, numbers, booleans, ISO dates. */
export interface ResidentRow {
  readonly resident_ref: string;
  readonly title: string | null;
  readonly forename: string | null;
  readonly surname: string | null;
  readonly born_on: string | null;
  readonly phone_mobile: string | null;
  readonly phone_home: string | null;
  readonly postcode: string | null;
  readonly language: string | null;
  readonly district: string | null;
  readonly left_on: string | null;
  /** how often interviewers tried in vain */
  readonly attempts: number | null;
  readonly deceased: boolean | null;
}

export interface ResidentOptions {
  readonly rows: number;
  readonly seed?: string;
}

/** By whose day the ages of all of them are reckoned; a month, as synthetic people are born before one. */
const month = '2601';

const districts = [
  ['Nuneaton and Bedworth', 22],
  ['Warwick', 25],
  ['Rugby', 19],
  ['Stratford-on-Avon', 23],
  ['North Warwickshire', 11],
  ['Coventry', 2],
  [null, 0.5],
] as const;

export function* syntheticResidents({ rows, seed = 'cordon' }: ResidentOptions): Generator<ResidentRow> {
  const random = seededRandom(`${seed} residents`);
  let last: Person | undefined;
  for (let n = 0; n < rows; n++) {
    const twice = last !== undefined && random.chance(0.01);
    const person: Person = twice && last ? registeredAgain(last, n, month) : makePerson(n, month, random);
    last = person;
    yield row(person, n, random);
  }
}

const row = (person: Person, n: number, random: Random): ResidentRow => ({
  resident_ref: `R${String(n).padStart(7, '0')}`,
  title: person.title,
  forename: person.forename,
  surname: person.surname,
  born_on: random.chance(0.02) ? '1970-01-01' : person.bornOn,
  phone_mobile: person.mobile,
  phone_home: person.home,
  postcode: person.postcode,
  language: person.language,
  district: random.weighted(districts),
  left_on: random.chance(0.04) ? '2025-11-30' : null,
  attempts: random.weighted([
    [0, 85],
    [1, 8],
    [2, 4],
    [4, 2],
    [null, 1],
  ] as const),
  deceased: person.deceased,
});
