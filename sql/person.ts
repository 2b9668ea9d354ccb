// A person is recognised by forename, surname and postcode. Records hold a short closed list of forms, registers say
// a longer one, and a person matches where the two meet: "M O'Brien" in a register is every M O'Brien of the
// postcode, yet Mary and Margaret never meet. ONLY the first form held, the narrow one, ever says that two rows are
// one person.
import { sql } from 'kysely';
import { compact, letters } from './written.ts';
import type { Fragment, Levels } from './statement.ts';

const titles =
  'mr|mrs|ms|miss|mx|messrs|mstr|master|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|and';
/** Forenames too, so titles only where one follows. */
const ranks =
  'major|maj|captain|capt|colonel|col|sergeant|sgt|lieutenant|lt|father|sister|councillor|baroness|baron';
const afterNames =
  'mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|mbe|obe|cbe|kbe|bem|phd|md|qc|kc|jp|mp';
const joined =
  'mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|al|el|bin|bint|ibn|abu|ap|ab|ter|ten|fitz';
const between = 'nee|formerly|aka|previously|and';

/** Only where there is something to do: a pattern costs ten times a look. */
const only = (when: Fragment, then: Fragment, otherwise: Fragment): Fragment =>
  sql`case when ${when} then ${then} else ${otherwise} end`;

const several = (x: Fragment): Fragment => sql`${x} like '% %'`;

// Apostrophes go, everything else that is no letter parts words. M' is Mac, as a library files it.
const worded = (x: Fragment): Fragment =>
  only(
    sql`${x} ~ '^[a-z]*$'`,
    x,
    sql`btrim(regexp_replace(translate(case when ${x} like '%&%;%' then regexp_replace(${x}, ${sql.lit('&(#x?[0-9]+|[a-z]quo|apos);')}, '', 'g') when ${x} like 'm''_%' then 'mc' || substr(${x}, 3) else ${x} end,
      ${sql.lit('\'"`\\')}, ''), '[[:space:][:punct:]+<>|^$=~]+', ' ', 'g'))`,
  );

/**
 * Spellings of one name: `Müller`, `Mueller`, `Muller`; `Haakon`, `Håkon`; `MacDonald`, `McDonald`. An e is dropped
 * only between consonants, and never in `Michael`, `Bauer`, `Joe`.
 */
const spelling = (x: Fragment): Fragment =>
  only(
    sql`(${x} like '%ae%' or ${x} like '%oe%' or ${x} like '%ue%' or ${x} like '%aa%')`,
    sql`regexp_replace(replace(${x}, 'aa', 'a'), '(^| |[^aeiouyq ])(?:(a)e(?=[^aeioylv ])|([ou])e(?=[^aeiouy ]))', '\\1\\2\\3', 'g')`,
    x,
  );
const macs = (x: Fragment): Fragment =>
  only(sql`${x} like '%mac%'`, sql`regexp_replace(${x}, '\\mmac(?=[a-z]{3})', 'mc', 'g')`, x);

const forenames = (x: Fragment): Fragment => sql`case
    when ${several(x)} then regexp_replace(${x}, ${sql.lit(`^((${titles})( |$)|(${ranks}) (?=.))+`)}, '')
    when ${x} = any (${sql.lit(`{${titles.replaceAll('|', ',')}}`)}) then null else ${x} end`;
/** In a surname a title only where a name follows: Lord and Master are surnames. */
const surnames = (x: Fragment): Fragment =>
  only(
    several(x),
    sql`regexp_replace(regexp_replace(regexp_replace(regexp_replace(${x},
      ${sql.lit(`^((${titles}) )+(?=.)`)}, ''), ${sql.lit(`( (${afterNames}))+$`)}, ''),
      ${sql.lit(` (${between})(?= )`)}, '', 'g'), ${sql.lit(`\\m(?:(s)(?:ain)?(t)|(${joined})) (?=[a-z])`)}, '\\1\\2\\3', 'g')`,
    x,
  );

/** One letter, or two that spell no name: `J`, `JP`, `AJ`. */
const isInitial = (x: Fragment): Fragment =>
  sql`(length(${x}) = 1 or (length(${x}) = 2 and ${x} ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx])$'))`;

// The postcode's own shape says which is which: no area or ending holds both O and 0, or I and 1, in one place.
const place = (x: Fragment): Fragment => sql`translate(${compact(x)}, 'OI', '01')`;

const id = (name: string): Fragment => sql`${sql.id(name)}`;

/** `Mary-Jane`, `O’Brien`, `ZZ99 1AB`: names as words, then the parts that the forms are made of. */
export const personLevels = (forename: Fragment, surname: Fragment, postcode: Fragment): Levels => {
  const parts = (of: 'fore' | 'sur'): Record<string, Fragment> => {
    const words = id(`${of}_3`);
    return {
      [`${of}_many`]: several(words),
      [`${of}_first`]: sql`nullif(${only(several(words), sql`split_part(${words}, ' ', 1)`, words)}, '')`,
      [`${of}_all`]: sql`nullif(${only(several(words), sql`replace(${words}, ' ', '')`, words)}, '')`,
      [`${of}_last`]: only(several(words), sql`split_part(${words}, ' ', -1)`, sql`null`),
    };
  };
  return [
    { fore_0: letters(forename), sur_0: letters(surname), place: place(postcode) },
    { fore_1: worded(id('fore_0')), sur_1: worded(id('sur_0')) },
    { fore_2: forenames(id('fore_1')), sur_2: surnames(id('sur_1')) },
    { fore_3: macs(spelling(id('fore_2'))), sur_3: macs(spelling(id('sur_2'))) },
    { ...parts('fore'), ...parts('sur') },
    { fore_initial: isInitial(id('fore_first')), sur_initial: isInitial(id('sur_first')) },
  ];
};

const ending = (last: Fragment): Fragment => sql`'|' || ${last} || '|' || place`;
const columns = (prefix: string, of: readonly Fragment[]): Readonly<Record<string, Fragment>> =>
  Object.fromEntries(of.map((x, i) => [`${prefix}_${i}`, x]));
const names = (prefix: string, many: number): Fragment[] =>
  Array.from({ length: many }, (_, i) => id(`${prefix}_${i}`));
const pairs = (firsts: readonly Fragment[], lasts: readonly Fragment[]): Fragment[] =>
  lasts.flatMap((last) => firsts.map((first) => sql`${first} || ${last}`));

/** After `personLevels`. `m*` any M, `m.` who is known as M alone; `~example` half of a double name. */
export const heldLevel = {
  ...columns('held_first', [
    id('fore_first'),
    sql`left(fore_first, 1) || '*'`,
    sql`case when fore_many then fore_all end`,
    sql`case when fore_initial then left(fore_first, 1) || '.' end`,
  ]),
  ...columns('held_last', [
    ending(id('sur_all')),
    sql`case when sur_many then ${ending(sql`'~' || sur_first`)} end`,
    sql`case when sur_many then ${ending(sql`'~' || sur_last`)} end`,
  ]),
};

/** What a row of records holds: `mary|obrien|ZZ991AB` (the narrow form), `m*|obrien|ZZ991AB`, and halves of a double name. */
export const personHeld: readonly Fragment[] = pairs(names('held_first', 4), names('held_last', 3));

const said = (fore: 'fore' | 'sur', sur: 'fore' | 'sur'): Fragment[] => {
  const of = (name: string): Fragment => id(`${fore}_${name}`);
  const [last, all] = [id(`${sur}_last`), id(`${sur}_all`)];
  return pairs(
    [
      sql`case when ${of('initial')} then left(${of('first')}, 1) || '*' else ${of('first')} end`,
      sql`case when not ${of('initial')} then left(${of('first')}, 1) || '.' end`,
      sql`case when ${of('many')} then ${of('all')} end`,
    ],
    [
      all,
      sql`case when ${last} is null then '~' || ${all} else ${last} || ${id(`${sur}_first`)} end`,
      sql`case when ${last} is not null then ${id(`${sur}_first`)} end`,
      last,
    ].map(ending),
  );
};

/** What a register says of a person, the form as given first; names the other way round at the end. */
export const personSaid: readonly Fragment[] = [...said('fore', 'sur'), ...said('sur', 'fore')];

/** Known by all three parts. */
export const personKnown: Fragment = sql`(fore_first is not null and sur_all is not null and place is not null)`;
