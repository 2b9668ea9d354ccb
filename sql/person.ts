// A person is recognised by forename, surname and postcode. Records hold a short closed list of forms, registers say
// a longer one, and a person matches where the two meet: "M O'Brien" in a register is every M O'Brien of the
// postcode, yet Mary and Margaret never meet. ONLY the first form held, the narrow one, ever says that two rows are
// one person. A name of one plain word takes a short way.
import { sql } from 'kysely';
import { inPlace, placeIn } from './postcode.ts';
import { compact, folded, lettered, letters, once } from './written.ts';
import type { Fragment, Levels } from './statement.ts';

const titles =
  'mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri';
/** Titles only where a name follows; `PC` alone is Peter Charles. */
const ranks =
  'det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|' +
  'lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|' +
  'pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon';
/** Forenames too: with one and without. */
const both = 'major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji';
const afterNames =
  'mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd';
const joined =
  'mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz';
const between =
  'nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and';

/** Only where there is something to do: a pattern costs ten times a look. */
const only = (when: Fragment, then: Fragment, otherwise: Fragment): Fragment =>
  sql`case when ${when} then ${then} else ${otherwise} end`;
const replaced = (x: Fragment, pattern: string, by: string): Fragment =>
  sql`regexp_replace(${x}, ${sql.lit(pattern)}, ${sql.lit(by)}, 'g')`;

/**
 * Spellings of one name: `Müller`, `Mueller`, `Muller`; `Haakon`, `Håkon`; `MacDonald`, `McDonald`. An e is dropped
 * only between consonants, and never in `Michael`, `Bauer`, `Joe`, `Coen`.
 */
const spelling = (x: Fragment): Fragment =>
  only(
    sql`(${x} like '%ae%' or ${x} like '%oe%' or ${x} like '%ue%' or ${x} like '%aa%')`,
    replaced(
      sql`replace(${x}, 'aa', 'a')`,
      '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])',
      '',
    ),
    x,
  );
const macs = (x: Fragment): Fragment =>
  only(sql`${x} like '%mac%'`, replaced(x, '\\mmac(?=[a-z]{3})', 'mc'), x);

// One pattern for both names: of what PostgreSQL has compiled it keeps thirty-two, and a row that needs more compiles all.
const simple = (x: Fragment): Fragment => sql`${x} ~ '^[a-z'' -]+$'`;
const closed = (x: Fragment): Fragment =>
  sql`btrim(replace(replace(replace(${x}, '  ', ' '), '  ', ' '), '  ', ' '))`;
/** `&uuml;` is its letter, every other entity nothing. */
const decoded = (x: Fragment): Fragment =>
  only(
    sql`${x} like '%&%;%'`,
    replaced(
      replaced(
        replaced(x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\\1'),
        '&amp;',
        '&',
      ),
      '&(?:#x?[0-9a-f]+|[a-z]+);',
      '',
    ),
    x,
  );
/** Apostrophes go, all other punctuation parts words, letters of every script stay. `&` where two are named. */
const worded = (x: Fragment): Fragment =>
  closed(
    only(
      simple(x),
      sql`translate(${x}, '-''', ' ')`,
      replaced(
        replaced(
          sql`translate(replace(${decoded(x)}, '%27', ''), ${sql.lit('+(",;)\'`\\')}, '&&&&&&')`,
          '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})',
          '&',
        ),
        '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+',
        ' ',
      ),
    ),
  );

/** `mary jane`; `john&mary` of two who share a field, or of one who has two names. */
const forenames = (x: Fragment): Fragment =>
  once(worded(x), (w) => {
    const parted = replaced(replaced(w, '\\m(?:and|or|aka|alias|known as|called)\\M', '&'), ' ?& ?', '&');
    const untitled = (x: Fragment): Fragment =>
      replaced(x, `(^|&)(?:(?:${titles})(?: |(?=&)|$)|(?:${ranks}) (?=[a-z]))+`, '\\1');
    const twice = untitled(replaced(untitled(parted), `(^|&)((?:${both}) )([^&]+)`, '\\1\\2\\3&\\3'));
    const special = `&|\\m(?:${titles}|${ranks}|${both}|and|or|aka|alias|known|called)\\M`;
    return only(
      sql`${w} like '% %' and ${w} ~ ${sql.lit(special)} or ${w} like '%&%'`,
      sql`btrim(${replaced(twice, '&[ &]*', '&')}, ' &')`,
      w,
    );
  });

/** Before a surname it may be a part of that, or an initial: `John D Smith`, `Maria D Souza`. */
const initials = '[dlmn]';

/**
 * In a surname a title only where a name follows: Lord and Master are surnames. `al_hassan` may be Hassan alone, and
 * `d_smith`, of a name whose parts nobody has told apart, Smith.
 */
const surnames = (x: Fragment, apart = true): Fragment => {
  const scots = sql`case when ${x} like 'm''_%' then 'mc' || substr(${x}, 3) else ${x} end`;
  return once(closed(sql`replace(${once(scots, worded)}, '&', ' ')`), (w) => {
    const named = replaced(
      w,
      `^(?:(?:${titles}|${ranks}) )+(?=.)|(?: (?:${afterNames}))+$| (?:${between})(?= )`,
      '',
    );
    const parted = apart ? named : replaced(named, `\\m(${initials}) (?=[a-z]{2})`, '\\1_');
    const whole = replaced(parted, `\\m(?:(s)(?:ain)?(t)|(${joined})) (?=[a-z])`, '\\1\\2\\3');
    const special = `\\m(?:${titles}|${ranks}|${afterNames}|${between}|${joined}|st|saint|al|el)\\M`;
    return only(
      sql`${w} like '% %' and ${w} ~ ${sql.lit(special)}`,
      replaced(whole, '\\m(al|el) (?=[a-z])', '\\1_'),
      w,
    );
  });
};

/** Of a whole name in one field, `John & Mary Smith` or `Smith, Mary`: what comes before the surname, and that. */
const beforeLast = (x: Fragment): Fragment =>
  sql`case when ${x} ~ '[a-z] *,' then substr(${x}, strpos(${x}, ',') + 1) else regexp_replace(btrim(${x}, ' .,;'), '[ ,]*[^ ,]+$', '') end`;
const lastOf = (x: Fragment): Fragment =>
  sql`case when ${x} ~ '[a-z] *,' then ${surnames(sql`split_part(${x}, ',', 1)`)} else split_part(${surnames(x, false)}, ' ', -1) end`;

/** Of titles, those that are nobody's forename: Dame, Ven and The are some people's. */
const address = 'mr|mrs|ms|miss|mx|mister|missus|mme|mlle|dr|doctor';
/** Where nobody knows a name. */
const nameless =
  'unknown|not known|n/k|n/a|not given|not stated|not recorded|not provided|name unknown|name not known|no name|unnamed|anonymous|withheld|unknown male|unknown female';
/** `Mr & Mrs`. */
const severalTitles = `^(?:(?:${titles}|and|&)(?:[ .,/]+|$|(?=&))+)+$`;
const isOneOf = (x: Fragment, words: string): Fragment =>
  sql`${x} = any (${sql.lit(`{${words.replaceAll('|', ',')}}`)})`;
/** Whatever signs stand round them: `(Mrs)`, `Unknown?`. */
const bare = (x: Fragment): Fragment => sql`btrim(${x}, ${sql.lit(' .,:;?*()[]"-')})`;
const isNameless = (x: Fragment): Fragment => isOneOf(x, nameless);
const isNoForename = (x: Fragment): Fragment => isOneOf(x, `${titles}|${nameless}`);

const id = (name: string): Fragment => sql`${sql.id(name)}`;

/** `Mrs Smith` has no forename, and is no one person. */
const forenameIn = (x: Fragment): Fragment =>
  once(
    beforeLast(x),
    (before) => sql`case when not ${isOneOf(bare(before), `${address}|${nameless}`)} then ${before} end`,
  );

/** `Mary-Jane`, `O’Brien`, `ZZ99 1AB`: `fore` and `sur` as words, `place`; then what the forms are made of. */
export const personLevels = (forename: Fragment, surname: Fragment, postcode: Fragment): Levels => {
  const unnamed = sql`(fore_0 is null or fore_0 = '' or ${isNoForename(bare(sql`fore_0`))} or fore_0 ~ ${sql.lit(severalTitles)})`;
  const unsurnamed = sql`(sur_0 is null or sur_0 = '')`;
  const several = (x: Fragment): Fragment => sql`btrim(${x}) ~ '[^ ] '`;
  const fore = once(
    sql`case when ${unnamed} then case when ${several(sql`sur_0`)} then ${forenameIn(sql`sur_0`)} end
      when ${unsurnamed} then ${forenameIn(sql`fore_0`)} else fore_0 end`,
    forenames,
  );
  const whole = sql`case when not ${unsurnamed} then sur_0 when ${several(sql`fore_0`)} then fore_0 end`;
  const sur = sql`case when ${unsurnamed} or ${unnamed} and ${several(sql`sur_0`)} then ${once(whole, lastOf)}
      else ${surnames(sql`sur_0`)} end`;
  return [
    {
      fore_plain: sql`${forename} ~ '^[A-Za-z]+$'`,
      sur_plain: sql`${surname} ~ '^[A-Za-z]+$'`,
      place_said: compact(postcode),
    },
    {
      // `unknown`, `N/K`: a postcode has a digit, before O is read as one
      place_0: sql`case when translate(place_said, '6789012345', '') <> place_said then ${inPlace(sql`place_said`)} end`,
    },
    {
      fore_0: only(id('fore_plain'), sql`lower(${forename} collate "C")`, once(lettered(forename), letters)),
      sur_0: only(id('sur_plain'), sql`lower(${surname} collate "C")`, once(lettered(surname), letters)),
      place: only(sql`length(place_0) > 7`, sql`coalesce(${placeIn(postcode)}, place_0)`, id('place_0')),
    },
    {
      fore: only(
        sql`fore_plain and not ${isNoForename(sql`fore_0`)} and sur_0 is not null`,
        macs(spelling(sql`fore_0`)),
        once(fore, (x) => sql`case when not ${isNameless(x)} then ${macs(spelling(x))} end`),
      ),
      sur: only(
        isNameless(bare(sql`sur_0`)),
        sql`null`,
        only(
          id('sur_plain'),
          macs(spelling(sql`sur_0`)),
          once(sur, (x) => macs(spelling(x))),
        ),
      ),
    },
    {
      fore_first: sql`nullif(split_part(split_part(fore, '&', 1), ' ', 1), '')`,
      sur_all: sql`nullif(${only(id('sur_plain'), id('sur'), sql`translate(sur, ' _', '')`)}, '')`,
      fore_folded: folded(sql`fore`),
      sur_folded: folded(sql`sur`),
    },
  ];
};

/** One letter, or two that spell no name: `J`, `JP`, `AJ`, `AM`. */
export const isInitial = (x: Fragment): Fragment =>
  sql`(length(${x}) = 1 or (length(${x}) = 2 and ${x} ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and ${x} not in ('md', 'ng')))`;

/** Forms beyond the two of a plain name that one row of records may hold. */
const furtherForms = 10;

const ending = (last: Fragment): Fragment => sql`${last} || '|' || place`;
/**
 * `mary jane` is `mary`, `m*` for any M, `maryjane`; `m.` who is known as M alone. `sample example` is both, and half
 * of a double name each, `~example`.
 */
const halves = (() => {
  const firsts = [
    sql`fore_first || '|'`,
    sql`left(fore_first, 1) || '*|'`,
    only(sql`fore like '% %'`, sql`replace(fore, ' ', '') || '|'`, sql`null`),
    only(isInitial(sql`fore_first`), sql`left(fore_first, 1) || '.|'`, sql`null`),
  ];
  const half = (nth: number): Fragment =>
    only(sql`sur like '% %'`, sql`'~' || split_part(sur, ' ', ${sql.lit(nth)})`, sql`null`);
  const forms = [sql`sur_all`, half(1), half(-1)].flatMap((last) =>
    firsts.map((first) => sql`${first} || ${ending(last)}`),
  );
  return sql`array_remove(array[${sql.join(forms.slice(2))}], null)`;
})();
/** Each name of two people in one field, and each two surnames of three, with an article or without. */
const formsOf = (
  fore: Fragment,
  sur: Fragment,
  which: Fragment,
): Fragment => sql`array(select first || ${ending(sql`last`)}
    from unnest(string_to_array(${fore}, '&')) with ordinality n(name, alias),
      lateral (select split_part(name, ' ', 1) as x, string_to_array(${sur}, ' ') as w) one,
      lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
        (4, case when ${isInitial(sql`x`)} then left(x, 1) || '.|' end)) f(fore_nth, first),
      lateral (select 1 as sur_nth, translate(${sur}, ' _', '') as last
        union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
        union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\\_%'
        union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
          where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and ${which} and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last)`;
const further = formsOf(sql`fore`, sql`sur`, sql`(alias > 1 or sur_nth > 1 or fore_nth > 2)`);

/** `mary jane|`, of `Mrs` and `Mary Jane Sample`: no name, but so it was read when registers were begun. */
const asOne = sql`case when fore_plain and fore ~ '[ &]' then array[fore || '|' || ${ending(sql`sur_all`)}] end`;

/** The names again in small letters of their script, where that is another form; null twice where it is none. */
export const foldedNames: readonly [Fragment, Fragment] = [
  sql`(case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end)`,
  sql`(case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end)`,
];

/** After `personLevels`. */
export const heldLevel = {
  held_first: sql`fore_first || '|' || ${ending(sql`sur_all`)}`,
  held_any: sql`left(fore_first, 1) || '*|' || ${ending(sql`sur_all`)}`,
  held_further: sql`case when fore_plain and sur_plain and length(fore_first) > 2 then null
      when fore like '%&%' or sur like '% % %' or sur like '%\\_%' or fore_folded is not null or sur_folded is not null
        then ${formsOf(...foldedNames, sql`true`)} || ${further} || ${asOne}
      when fore like '% %' or sur like '% %' or length(fore_first) < 3 then ${halves} || ${asOne} end`,
};

/** What a row of records holds: `mary|obrien|ZZ991AB` (the narrow form), `m*|obrien|ZZ991AB`, and what few have besides. */
export const personHeld: readonly Fragment[] = [
  id('held_first'),
  id('held_any'),
  ...Array.from({ length: furtherForms }, (_, i) => sql`held_further[${sql.lit(i + 1)}]`),
];

/** Known by all three parts. */
export const personKnown: Fragment = sql`(fore_first is not null and sur_all is not null and place is not null)`;
