// How a person, a reference and a telephone are recognised, once more and in plain JavaScript: written from
// sql/phone.ts and sql/person.ts, and held to them by the bench's own check that everybody selects the same people.
export interface Phone {
  /** E.164 */
  readonly number: string;
  readonly kind: 'mobile' | 'landline' | 'other';
}

export interface Identified {
  /** empty, or: in full, by initial, with the names swapped; the last may be missing */
  readonly person: readonly string[];
  readonly reference: string | null;
  readonly phones: readonly Phone[];
}

export interface Names {
  readonly forename: string | null;
  readonly surname: string | null;
  readonly postcode: string | null;
  readonly urn: string | null;
  readonly phone_mobile: string | null;
  readonly phone_home: string | null;
}

export const identify = (row: Names): Identified => ({
  person: person(trimmed(row.forename), trimmed(row.surname), trimmed(row.postcode)),
  reference: compact(trimmed(row.urn)),
  phones: [...phones(trimmed(row.phone_mobile)), ...phones(trimmed(row.phone_home))],
});

const outer = /^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g;

/** Without outer blanks; null when nothing is left. */
export const trimmed = (text: string | null): string | null => text?.replaceAll(outer, '') || null;

const compact = (text: string | null): string | null =>
  text?.toUpperCase().replaceAll(/[^A-Z0-9]/g, '') || null;

const titles = /^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+/;
const letters: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('ŁłØøÐðĐđĦħıÆŒÞẞ', (from, i) => [from, Array.from('LlOoDdDdHhiæœþß')[i] ?? '']),
);
const doubled: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th' };

const words = (text: string): string =>
  text
    .replaceAll(/['`.,_()"\u00b4\u2018\u2019\u02bc]/g, '')
    .replaceAll(/[-\u2010-\u2014\t\r\n]/g, ' ')
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[ŁłØøÐðĐđĦħıÆŒÞẞ]/g, (c) => letters[c] ?? c)
    .replaceAll(/[ßæœþ]/g, (c) => doubled[c] ?? c)
    .replaceAll(/[A-Z]+/g, (c) => c.toLowerCase())
    .replaceAll(/^ +| +$/g, '');

const person = (
  forename: string | null,
  surname: string | null,
  postcode: string | null,
): readonly string[] => {
  const place = compact(postcode);
  if (forename === null || surname === null || place === null) return [];
  const given = words(forename).replace(titles, '');
  const family = words(surname);
  const first = given.split(' ', 1)[0];
  const last = family.replaceAll(' ', '');
  if (!first || !last) return [];
  const lastFirst = family.split(' ', 1)[0];
  return [
    `${first}|${last}|${place}`,
    `${first.slice(0, 1)}|${last}|${place}`,
    ...(lastFirst ? [`${lastFirst}|${given.replaceAll(' ', '')}|${place}`] : []),
  ];
};

const phones = (field: string | null): Phone[] => {
  if (field === null) return [];
  const found: Phone[] = [];
  const parts = field.toLowerCase().replaceAll(/[;,|]/g, '/').replaceAll(' or ', '/').split('/').slice(0, 3);
  for (const part of parts) {
    const marked = part.replaceAll('#', 'x');
    const [bare = ''] = marked.split('x', 1);
    const number = e164(
      bare
        .replace(/\([a-z ]+\) *$/, '')
        .replace(/[e.: ]+$/, '')
        .replaceAll(/[ ()\-.+\t\u00a0\u2010-\u2014]/g, ''),
    );
    if (number !== null) found.push({ number, kind: marked.includes('x') ? 'other' : kindOf(number) });
  }
  return found;
};

const e164 = (digits: string): string | null => {
  const [, national] = /^(?:0|44|440|0044|00440)([1-9]\d{9})$/.exec(digits) ?? [];
  return national === undefined ? null : `+44${national}`;
};

const kindOf = (number: string): Phone['kind'] => {
  const [a, b = ''] = number.slice(3);
  if (a === '7') return '06'.includes(b) ? 'other' : 'mobile';
  return a === '1' || a === '2' ? 'landline' : 'other';
};
