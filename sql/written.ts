// How people write: what is the same letter, digit, blank or apostrophe. Almost every value is ASCII and takes the
// short way; the rest is taken apart by Unicode first (NFKC: full-width digits, ligatures, blanks of every width).
import { sql } from 'kysely';
import type { Fragment } from './statement.ts';

/** `of(x)` with `x` made once. */
export const once = (x: Fragment, of: (x: Fragment) => Fragment): Fragment =>
  sql`(select ${of(sql`w.x`)} from (select ${x} as x offset 0) w)`;

const isAscii = (x: Fragment): Fragment => sql`octet_length(${x}) = length(${x})`;

// Of no width, or for the direction of the line: soft hyphen, joiners, marks, byte order mark.
const invisible = sql`E'\\u00ad\\u061c\\u200b\\u200c\\u200d\\u200e\\u200f\\u202a\\u202b\\u202c\\u202d\\u202e\\u2060\\u2066\\u2067\\u2068\\u2069\\u20e3\\ufe0f\\ufeff\\u034f\\u180e\\u2061\\u2062\\u2063\\u2064\\ufe0e\\ufffc'`;
const apostrophes = sql`E'\`\\u00b4\\u02b9\\u02bb\\u02bc\\u02bd\\u02c8\\u2018\\u2019\\u201b\\u2032\\u2035\\uff07'`;
const dashes = sql`E'\\u058a\\u2010\\u2011\\u2012\\u2013\\u2014\\u2015\\u2027\\u2043\\u2212\\u2e3a\\ufe58\\ufe63\\uff0d\\u02d7\\u1806\\u207b\\u208b\\u2219\\u22c5\\u2500\\u2796\\u2e17\\u2e1a\\u2e3b\\u2e40\\ufe31\\ufe32\\u00b7\\u2022\\u2044\\u2215'`;

/** Before NFKC, which makes a blank of an acute accent that stands for an apostrophe. */
const even = (x: Fragment): Fragment =>
  sql`translate(translate(${x}, ${apostrophes}, ${sql.lit("'".repeat(12))}), ${dashes} || ${invisible}, ${sql.lit('-'.repeat(30) + '//')})`;

const between = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i));
// The zeros of Arabic, Persian, and the scripts from Devanagari to Mongolian.
const zeros = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0x1810,
];
const digits = zeros.flatMap((zero) => [...between(zero + 1, zero + 9), String.fromCodePoint(zero)]);

/** Digits, signs and blanks as ASCII has them, those of other scripts too; letters with their accents. */
export const plain = (x: Fragment): Fragment => sql`case when ${isAscii(x)} then ${x}
    else translate(normalize(${even(x)}, NFKC), ${sql.lit(digits.join(''))}, ${sql.lit('1234567890'.repeat(zeros.length))}) end`;

// UTF-8 that was read as Windows-1252: `MÃ¼ller`, `Oâ€™Brien`. Only what is such text from end to end, so that no byte fails.
const trail = new TextDecoder('windows-1252')
  .decode(
    Uint8Array.from({ length: 64 }, (_, i) => 0x80 + i).filter(
      (b) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(b),
    ),
  )
  .replace(/[\]\\^-]/g, '\\$&');
const garbled = `^(?:[\\u0001-\\u007f]|[\\u00c2-\\u00df][${trail}]|\\u00e2[${trail}]{2})+$`;
const ungarbled = (x: Fragment): Fragment =>
  sql`case when ${x} ~ ${sql.lit(garbled)} then convert_from(convert_to(${x}, 'WIN1252'), 'UTF8') else ${x} end`;

// Letters that Unicode does not take apart.
const unaccented = (x: Fragment): Fragment => sql`replace(replace(replace(replace(translate(
    regexp_replace(normalize(${even(ungarbled(x))}, NFKD), '[\\u0300-\\u036f]', '', 'g'),
    'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')`;

// Cyrillic among Latin letters only looks like them; a name that is all Cyrillic is spelled as passports spell it.
const alike = ['АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx'] as const;
const capitals = ['АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'] as const;
const single = ['абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'] as const;
const double = { ж: 'zh', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ю: 'yu', я: 'ya' };
const spelled = (x: Fragment): Fragment =>
  Object.entries(double).reduce<Fragment>(
    (text, [from, to]) => sql`replace(${text}, ${sql.lit(from)}, ${sql.lit(to)})`,
    sql`translate(translate(${x}, ${sql.lit(capitals[0])}, ${sql.lit(capitals[1])}), ${sql.lit(single[0])}, ${sql.lit(single[1])})`,
  );
const latin = (x: Fragment): Fragment => sql`(select case when l.x !~ '[\\u0400-\\u04ff]' then l.x
      when l.x ~ '[A-Za-z]' then translate(l.x, ${sql.lit(alike[0])}, ${sql.lit(alike[1])}) else ${spelled(sql`l.x`)} end
    from (select ${x} as x offset 0) l)`;

/** Small letters without accents; whatever is no letter is still there. One answer in every locale. */
export const letters = (x: Fragment): Fragment =>
  sql`lower(case when ${isAscii(x)} then ${x} else ${latin(unaccented(x))} end collate "C")`;

// Azeri and Hausa, Greek, Cyrillic of other tongues than `capitals` spells, Armenian, Georgian.
const cased = (
  [
    [0x180, 0x24f],
    [0x370, 0x556],
    [0x1c90, 0x1cbf],
  ] as const
)
  .flatMap(([from, to]) => between(from, to))
  .filter((c) => c.normalize('NFKD') === c && c.toLowerCase() !== c && c.toLowerCase().length === 1);
const unpointed = [
  ...between(0x591, 0x5c7),
  ...between(0x610, 0x61a),
  'ـ',
  ...between(0x64b, 0x65f),
  'ٰ',
  ...'“”„‟«»‹›'.split(''),
].filter((c) => !/\p{Lo}/u.test(c));
const folds = [
  `${cased.join('')}ςىیکةہھٱ${unpointed.join('')}`,
  `${cased.map((c) => c.toLowerCase()).join('')}σييكههها`,
] as const;

// Greek as passports spell it.
const greek = { ου: 'ou', αυ: 'av', ευ: 'ev', γγ: 'ng', θ: 'th', χ: 'ch', ψ: 'ps' };
const romanised = (x: Fragment): Fragment =>
  sql`translate(${Object.entries(greek).reduce<Fragment>((text, [from, to]) => sql`replace(${text}, ${sql.lit(from)}, ${sql.lit(to)})`, x)},
    'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo')`;

/** Of what `letters` made, small letters of every script, no points of Arabic and Hebrew, no quotes, Greek in Latin; null for the same. */
export const folded = (x: Fragment): Fragment =>
  sql`case when not ${isAscii(x)} then nullif(${romanised(sql`translate(${x}, ${sql.lit(folds[0])}, ${sql.lit(folds[1])})`)}, ${x}) end`;

// `&#252;`, `&#xFC;`: letters alone, for signs are nothing in a name.
const numbered =
  '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));';

/** `M&#252;ller` is `Müller&M&#252;ller`, two names: the letter, and nothing, as it was read when registers were begun. */
export const lettered = (x: Fragment): Fragment => sql`case when ${x} ~* ${sql.lit(numbered)} then
    (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || ${x}
      from regexp_matches(${x}, ${sql.lit(`(.*?)(?:${numbered}|$)`)}, 'gi') with ordinality f(m, nth)) else ${x} end`;

/** Capital letters and digits alone: `ZZ99 1ab` is `ZZ991AB`, `23/1234/25` is `23123425`; written plainly, a look and no more. */
export const compact = (x: Fragment): Fragment =>
  sql`nullif(case when ${x} !~ '[^A-Z0-9/ -]' then translate(${x}, '/ -', '')
    else regexp_replace(upper(${plain(x)} collate "C"), '[^A-Z0-9]+', '', 'g') end, '')`;
