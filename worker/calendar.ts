// Days and months as people read them, in what is told to the public.
export const day = (instant: string): string =>
  new Date(instant).toLocaleDateString('en-GB', {
    timeZone: 'Europe/London',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });

/** `2026-11-26 08:00 UTC` */
export const moment = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** `October 2026` of `2026-10`. */
export const month = (period: string): string =>
  new Date(`${period}-15T12:00:00Z`).toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    month: 'long',
    year: 'numeric',
  });
