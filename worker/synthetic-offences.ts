// Home Office offence codes as a records system holds them, with how often each occurs in a month of ordinary
// crime (rough shares, invented). The codes are real: a test looks each up in the offence groups.
export interface Offence {
  readonly code: string | null;
  /** How likely the domestic flag is. */
  readonly domestic: number;
}

const of = (code: string | null, weight: number, domestic: number): readonly [Offence, number] => [
  { code, domestic },
  weight,
];

export const offences: readonly (readonly [Offence, number])[] = [
  of('8N', 110, 0.38), // assault with injury
  of('008/06', 12, 0.38),
  of('105A', 120, 0.36), // assault without injury
  of('105/01', 14, 0.36),
  of('8L', 60, 0.3), // harassment
  of('8R', 30, 0.25), // malicious communications
  of('8Q', 34, 0.55), // stalking
  of('8U', 12, 1), // controlling or coercive behaviour
  of('28E', 26, 0.01), // burglary residential, the class of 2017/18
  of('28I', 22, 0.01), // residential burglary of a home
  of('30C', 24, 0),
  of('34B', 14, 0.01), // robbery of personal property
  of('39', 24, 0),
  of('40', 20, 0.12), // theft in a dwelling
  of('44', 26, 0),
  of('45', 70, 0),
  of('045/10', 12, 0),
  of('46', 60, 0), // shoplifting
  of('48', 42, 0.01),
  of('49', 66, 0.03),
  of('49A', 10, 0),
  of('58A', 30, 0.2), // criminal damage
  of('58B', 12, 0),
  of('58C', 48, 0.08),
  of('58D', 24, 0.08),
  of('9A', 60, 0.06), // public fear, alarm or distress
  of('3B', 12, 0.3), // threats to kill
  of('5D', 14, 0.25), // assault with intent to cause serious harm
  of('005/01', 3, 0.25),
  of('56A', 2, 0.1), // arson endangering life
  of('36', 2, 0.3),
  of('17A', 4, 0.1),
  of('19C', 14, 0.4),
  of('19D', 5, 0.1),
  of('20A', 14, 0.15),
  of('22B', 5, 0.05),
  of('4/10', 0.5, 0), // corporate manslaughter, and a date to a spreadsheet
];

/** In no group: a retired code, a typing slip, a placeholder, none at all. */
export const ungroupedOffences: readonly [Offence, ...Offence[]] = [
  { code: '999/99', domestic: 0 },
  { code: '8n', domestic: 0.3 },
  { code: 'TBC', domestic: 0 },
  { code: '', domestic: 0 },
  { code: null, domestic: 0.1 },
];
