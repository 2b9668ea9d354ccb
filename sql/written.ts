// How people write: what is the same letter, digit, blank or apostrophe. Almost every value is ASCII and takes the
// short way; the rest is taken apart by Unicode first (NFKC: full-width digits, ligatures, blanks of every width).
import { sql } from 'kysely';
import type { Fragment } from './statement.ts';

const isAscii = (x: Fragment): Fragment => sql`octet_length(${x}) = length(${x})`;

// Of no width, or for the direction of the line: soft hyphen, joiners, marks, byte order mark.
const invisible = sql`E'\\u00ad\\u061c\\u200b\\u200c\\u200d\\u200e\\u200f\\u202a\\u202b\\u202c\\u202d\\u202e\\u2060\\u2066\\u2067\\u2068\\u2069\\u20e3\\ufe0f\\ufeff'`;
const apostrophes = sql`E'\`\\u00b4\\u02b9\\u02bb\\u02bc\\u02bd\\u02c8\\u2018\\u2019\\u201b\\u2032\\u2035\\uff07'`;
const dashes = sql`E'\\u058a\\u2010\\u2011\\u2012\\u2013\\u2014\\u2015\\u2027\\u2043\\u2212\\u2e3a\\ufe58\\ufe63\\uff0d\\u00b7\\u2022\\u2044\\u2215'`;

/** Before NFKC, which makes a blank of an acute accent that stands for an apostrophe. */
const even = (x: Fragment): Fragment =>
  sql`translate(translate(${x}, ${apostrophes}, ${sql.lit("'".repeat(12))}), ${dashes} || ${invisible}, ${sql.lit('-'.repeat(16) + '//')})`;

/** Digits, signs and blanks as ASCII has them, those of other scripts too; letters with their accents. */
export const plain = (x: Fragment): Fragment => sql`case when ${isAscii(x)} then ${x}
    else translate(normalize(${even(x)}, NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦', ${sql.lit('1234567890'.repeat(6))}) end`;

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

/** Capital letters and digits alone: `ZZ99 1ab` is `ZZ991AB`, `23/1234/25` is `23123425`; written plainly, a look and no more. */
export const compact = (x: Fragment): Fragment =>
  sql`nullif(case when ${x} !~ '[^A-Z0-9/ -]' then translate(${x}, '/ -', '')
    else regexp_replace(upper(${plain(x)} collate "C"), '[^A-Z0-9]+', '', 'g') end, '')`;
