// Rivest's consistent_sampler ticket, byte for byte: anyone can draw again with his program.
// ticket = "0." + reversed decimal of SHA-256(hex(SHA-256(seed)) ‖ id), at least 64 digits; smallest first.
import { hash } from 'node:crypto';

const sha256 = (text: string): string => hash('sha256', text);

/** What stands before every id. */
export const seedHash = (seed: string): string => sha256(seed);

/** The hash as the fraction `0.…`; compare as strings. */
export const ticketOf = (hash: string): string =>
  `0.${BigInt(`0x${hash}`).toString().padStart(64, '0').split('').toReversed().join('')}`;

/** The ticket's first nine digits as a number: a smaller one is a smaller ticket, an equal one decides nothing. */
export const leadOf = (hash: string): number => {
  let rest = Number(BigInt(`0x${hash}`) % 1_000_000_000n);
  let lead = 0;
  for (let digit = 0; digit < 9; digit++) {
    lead = lead * 10 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return lead;
};

/**
 * As `trim` of the package does: cut, never rounded, `digits` of them after the nines that a ticket may begin with.
 * `shorten('0.9991234567890', 4)` is `0.9991234`.
 */
export const shorten = (ticket: string, digits: number): string =>
  ticket.slice(0, (/^0\.9*/.exec(ticket)?.[0].length ?? 2) + digits);

export const ticket = (seed: string, id: string): string => ticketOf(sha256(seedHash(seed) + id));
