// The one archive inside the ciphertext: inside, because names and counts leak. Fixed order and times, so that
// the same files give the same bytes in every time zone.
import { zipSync } from 'fflate';

export const members = ['contacts.csv', 'datapackage.json', 'README.txt'] as const;
export type Member = (typeof members)[number];
export type Files = Readonly<Record<Member, Uint8Array>>;

/** Midnight on the host's own clock: fflate writes local time, and ZIP has no zone. 1980 is ZIP's first year. */
const mtime = new Date(1980, 0, 1);

export const zip = (files: Files): Uint8Array =>
  zipSync(Object.fromEntries(members.map((name) => [name, files[name]])), { mtime, level: 6 });
