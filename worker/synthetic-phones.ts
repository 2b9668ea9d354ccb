// Telephone numbers that can reach nobody: Ofcom, 'Telephone numbers for use in TV and radio drama programmes',
// https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama (2024). A thousand in each range.
import type { Random } from './synthetic-random.ts';

/** National form without the leading 0 and without the last three digits. There is one range of mobiles only. */
export const reservedMobileRanges = ['7700900'] as const;

export const reservedLandlineRanges = [
  '1134960', // Leeds
  '1144960', // Sheffield
  '1154960', // Nottingham
  '1164960', // Leicester
  '1174960', // Bristol
  '1184960', // Reading
  '1214960', // Birmingham
  '1314960', // Edinburgh
  '1414960', // Glasgow
  '1514960', // Liverpool
  '1614960', // Manchester
  '2079460', // London
  '1914980', // Tyneside, Durham, Sunderland
  '2896496', // Northern Ireland
  '2920180', // Cardiff
  '1632960', // no area
] as const;

/** `true` for a number in E.164 form that is reserved for drama. */
export const isReserved = (e164: string): boolean =>
  [...reservedMobileRanges, ...reservedLandlineRanges].some(
    (range) => e164.startsWith(`+44${range}`) && e164.length === range.length + 6 && /^\+\d+$/.test(e164),
  );

export const mobileCount = reservedMobileRanges.length * 1_000;
export const landlineCount = reservedLandlineRanges.length * 1_000;

/** The n-th mobile, ten national digits: all different until they are used up, in an order that looks like none. */
export const mobile = (n: number): string => numbered(reservedMobileRanges, n, 617);

export const landline = (n: number): string => numbered(reservedLandlineRanges, n, 6_173);

/** The step shares no factor with the count, so that every number comes once before any comes twice. */
const numbered = (ranges: readonly string[], n: number, step: number): string => {
  const place = (n * step) % (ranges.length * 1_000);
  return `${ranges[Math.floor(place / 1_000)]}${String(place % 1_000).padStart(3, '0')}`;
};

/** As people write them; every style is the same number. */
export const written = (digits: string, random: Random): string => {
  const area = digits.startsWith('2') ? 2 : digits.startsWith('1') && !digits.startsWith('1632') ? 3 : 4;
  const [code, rest] = [digits.slice(0, area), digits.slice(area)];
  const style = random.weighted(styles);
  return style(code, rest);
};

const styles: readonly (readonly [(code: string, rest: string) => string, number])[] = [
  [(code, rest) => `0${code} ${rest}`, 34],
  [(code, rest) => `0${code}${rest}`, 34],
  [(code, rest) => `+44${code}${rest}`, 8],
  [(code, rest) => `+44 ${code} ${rest}`, 6],
  [(code, rest) => `0044${code}${rest}`, 3],
  [(code, rest) => `+44 (0)${code} ${rest}`, 4],
  [(code, rest) => `(0${code}) ${rest}`, 4],
  [(code, rest) => `0${code}-${rest.slice(0, 3)}-${rest.slice(3)}`, 4],
  [(code, rest) => ` 0${code} ${rest.slice(0, 3)} ${rest.slice(3)} `, 3],
];

/** What stands in a telephone field and is no number that anybody may ring. */
export const unusable = (digits: string, random: Random): string =>
  random.pick([
    `0${digits.slice(0, 7)}`,
    `0${digits}0`,
    `0${digits} / 01632 960000`,
    `0${digits} (ask for mum)`,
    `0${digits} ext 12`,
    'unknown',
    'N/A',
    '0',
    '00000000000',
    'refused',
  ]);
