// A person is recognised by forename, surname and postcode. Records hold a short closed list of forms, registers say
// a longer one, and a person matches where the two meet: "M O'Brien" in a register is every M O'Brien of the
// postcode, yet Mary and Margaret never meet. ONLY the first form held, the narrow one, ever says that two rows are
// one person.
import { sql } from 'kysely';
import { compact, letters } from './written.ts';
import { layer } from './statement.ts';
import type { Fragment } from './statement.ts';

const titles =
  'mr|mrs|ms|miss|mx|messrs|mstr|master|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|capt|sgt|and';
const afterNames =
  'mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|mbe|obe|cbe|kbe|bem|phd|md|qc|kc|jp|mp';
const joined =
  'mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|al|el|bin|bint|ibn|abu|ap|ab|ter|ten|fitz';
const between = 'nee|formerly|aka|previously|and';

/** Only where there is something to do: a pattern costs ten times a look. */
const only = (when: Fragment, then: Fragment, otherwise: Fragment): Fragment =>
  sql`case when ${when} then ${then} else ${otherwise} end`;

const several = (x: Fragment): Fragment => sql`strpos(${x}, ' ') > 0`;

// Apostrophes go, everything else that is no letter parts words. M' is Mac, as a library files it.
const parting = '-.,_()/&+:;<>[]{}|*?!#\t\r\n';
const cut = (x: Fragment): Fragment => {
  const mac = only(sql`${x} like 'm''_%'`, sql`'mc' || substr(${x}, 3)`, x);
  return sql`btrim(translate(${mac}, ${sql.lit(parting + '\'"`\\')}, ${sql.lit(' '.repeat(parting.length))}))`;
};
const squeezed = (x: Fragment): Fragment =>
  only(sql`strpos(${x}, '  ') > 0`, sql`regexp_replace(${x}, ' +', ' ', 'g')`, x);

/**
 * Spellings of one name: `Müller`, `Mueller`, `Muller`; `Haakon`, `Håkon`; `MacDonald`, `McDonald`. An e is dropped
 * only between consonants, and never in `Michael`, `Bauer`, `Joe`.
 */
const spelling = (x: Fragment): Fragment =>
  only(
    sql`(strpos(${x}, 'ae') > 0 or strpos(${x}, 'oe') > 0 or strpos(${x}, 'ue') > 0 or strpos(${x}, 'aa') > 0)`,
    sql`regexp_replace(replace(${x}, 'aa', 'a'), '(^| |[^aeiouyq ])(?:(a)e(?=[^aeiouylv ])|([ou])e(?=[^aeiouy ]))', '\\1\\2\\3', 'g')`,
    x,
  );
const macs = (x: Fragment): Fragment =>
  only(sql`${x} like '%mac%'`, sql`regexp_replace(${x}, '\\mmac(?=[a-z]{3})', 'mc', 'g')`, x);

const forenames = (x: Fragment): Fragment =>
  only(
    sql`${several(x)} or length(${x}) <= 9`,
    sql`regexp_replace(${x}, ${sql.lit(`^((${titles})( |$))+`)}, '')`,
    x,
  );
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

/** Names as words, then their parts: `…_first`, `…_all`, `…_one` (first word) and `…_last` where there are several. */
const withParts = (from: Fragment, forename: Fragment, surname: Fragment, postcode: Fragment): Fragment => {
  const raw = layer(from, { fore_0: letters(forename), sur_0: letters(surname) });
  const worded = layer(raw, { fore_1: cut(id('fore_0')), sur_1: cut(id('sur_0')) });
  const even = layer(worded, { fore_2: squeezed(id('fore_1')), sur_2: squeezed(id('sur_1')) });
  const named = layer(even, { fore_3: forenames(id('fore_2')), sur_3: surnames(id('sur_2')) });
  const spelled = layer(named, {
    fore_4: macs(spelling(id('fore_3'))),
    sur_4: macs(spelling(id('sur_3'))),
    place: place(postcode),
  });
  const parts = (of: 'fore' | 'sur'): Record<string, Fragment> => {
    const words = id(`${of}_4`);
    return {
      [`${of}_first`]: sql`nullif(split_part(${words}, ' ', 1), '')`,
      [`${of}_all`]: sql`nullif(replace(${words}, ' ', ''), '')`,
      [`${of}_last`]: only(several(words), sql`split_part(${words}, ' ', -1)`, sql`null`),
    };
  };
  return layer(layer(spelled, { ...parts('fore'), ...parts('sur') }), {
    fore_initial: isInitial(id('fore_first')),
    sur_initial: isInitial(id('sur_first')),
  });
};

const form = (first: Fragment, last: Fragment): Fragment => sql`${first} || '|' || ${last} || '|' || place`;

/** `m*` any M, `m.` who is known as M alone. */
const held = {
  firsts: [
    id('fore_first'),
    sql`left(fore_first, 1) || '*'`,
    sql`case when strpos(fore_4, ' ') > 0 then fore_all end`,
    sql`case when fore_initial then left(fore_first, 1) || '.' end`,
  ],
  lasts: [id('sur_all'), sql`case when sur_last is not null then '~' || sur_first end`, sql`'~' || sur_last`],
};

/** What a row of records holds: `mary|obrien|ZZ991AB` (the narrow form), `m*|obrien|ZZ991AB`, and halves of a double name. */
export const personHeld: readonly Fragment[] = held.lasts.flatMap((last) =>
  held.firsts.map((first) => form(first, last)),
);

const said = (fore: 'fore' | 'sur', sur: 'fore' | 'sur'): Fragment[] => {
  const [first, all, words, initial] = [`${fore}_first`, `${fore}_all`, `${fore}_4`, `${fore}_initial`].map(
    id,
  ) as [Fragment, Fragment, Fragment, Fragment];
  const [lastFirst, lastAll, lastLast] = [`${sur}_first`, `${sur}_all`, `${sur}_last`].map(id) as [
    Fragment,
    Fragment,
    Fragment,
  ];
  const firsts = [
    sql`case when ${initial} then left(${first}, 1) || '*' else ${first} end`,
    sql`case when not ${initial} then left(${first}, 1) || '.' end`,
    sql`case when strpos(${words}, ' ') > 0 then ${all} end`,
  ];
  const lasts = [
    lastAll,
    sql`case when ${lastLast} is null then '~' || ${lastAll} else ${lastLast} || ${lastFirst} end`,
    sql`case when ${lastLast} is not null then ${lastFirst} end`,
    lastLast,
  ];
  return lasts.flatMap((last) => firsts.map((f) => form(f, last)));
};

/** What a register says of a person, the form as given first; names the other way round at the end. */
export const personSaid: readonly Fragment[] = [...said('fore', 'sur'), ...said('sur', 'fore')];

/** Known by all three parts. */
export const personKnown: Fragment = sql`(fore_first is not null and sur_all is not null and place is not null)`;

/** `Mary-Jane`, `O’Brien`, `ZZ99 1AB` with the columns that the forms are made of. */
export const withPerson = withParts;
