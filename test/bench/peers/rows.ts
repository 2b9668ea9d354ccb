// A row as the rules read it, from each way a peer can get hold of one.
export interface Row {
  readonly victim_ref: string;
  readonly crime_no: string;
  readonly urn: string | null;
  readonly title: string | null;
  readonly forename: string | null;
  readonly surname: string | null;
  readonly born_on: string | null;
  readonly phone_mobile: string | null;
  readonly phone_home: string | null;
  readonly postcode: string | null;
  readonly language: string | null;
  readonly safe_contact_code: string | null;
  /** milliseconds since 1970 */
  readonly reported_at: number;
  readonly occurred_on: string | null;
  readonly victim_type: string | null;
  readonly victim_role: string | null;
  readonly offence_code: string | null;
  readonly crime_status: string | null;
  readonly policing_area: string | null;
  readonly flag_domestic: boolean | null;
  readonly flag_sensitive: boolean | null;
  readonly deceased: boolean | null;
}

type Texts = Readonly<Record<string, string | null | undefined>>;

export const columns = [
  'victim_ref',
  'crime_no',
  'urn',
  'title',
  'forename',
  'surname',
  'born_on',
  'phone_mobile',
  'phone_home',
  'postcode',
  'language',
  'safe_contact_code',
  'reported_at',
  'occurred_on',
  'victim_type',
  'victim_role',
  'offence_code',
  'crime_status',
  'policing_area',
  'flag_domestic',
  'flag_sensitive',
  'deceased',
] as const satisfies readonly (keyof Row)[];

/** As PostgreSQL writes CSV: nothing for null, `t` and `f`, a timestamp in UTC. */
export const fromTexts = (r: Texts): Row => ({
  victim_ref: r['victim_ref'] ?? '',
  crime_no: r['crime_no'] ?? '',
  urn: r['urn'] || null,
  title: r['title'] || null,
  forename: r['forename'] || null,
  surname: r['surname'] || null,
  born_on: r['born_on'] || null,
  phone_mobile: r['phone_mobile'] || null,
  phone_home: r['phone_home'] || null,
  postcode: r['postcode'] || null,
  language: r['language'] || null,
  safe_contact_code: r['safe_contact_code'] || null,
  reported_at: instant(r['reported_at']),
  occurred_on: r['occurred_on'] || null,
  victim_type: r['victim_type'] || null,
  victim_role: r['victim_role'] || null,
  offence_code: r['offence_code'] || null,
  crime_status: r['crime_status'] || null,
  policing_area: r['policing_area'] || null,
  flag_domestic: truth(r['flag_domestic']),
  flag_sensitive: truth(r['flag_sensitive']),
  deceased: truth(r['deceased']),
});

const instant = (text: string | null | undefined): number =>
  text ? Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`) : Number.NaN;

const truth = (text: string | null | undefined): boolean | null => (text ? text.startsWith('t') : null);

/** What the driver makes of `select *`: a Date, booleans, and everything else as text. */
export type Selected = Omit<Row, 'reported_at'> & { readonly reported_at: Date | null };

export const fromSelected = (r: Selected): Row => ({
  ...r,
  reported_at: r.reported_at?.getTime() ?? Number.NaN,
});
