// The draw over a stream of ids: the smallest tickets of any number of ids, in memory that grows with how many are
// taken. It is in Node because it pays: PostgreSQL needs twice the time for tickets of a large frame.
import { hash } from 'node:crypto';
import { leadOf, seedHash, ticketOf } from './ticket.ts';

/** How the ledger's digest of a draw names one who is drawn: by stratum, then by rank, in the order of bytes. */
export const drawnLine = (stratum: string, rank: number, frameId: string): string =>
  `${stratum}\t${rank}\t${frameId}\n`;

interface Candidate {
  readonly lead: number;
  readonly id: string;
}

export class Draw {
  readonly #seedHash: string;
  readonly #take: number;
  #kept: Candidate[] = [];
  /** nobody with a larger lead is among the smallest any more */
  #limit = Infinity;

  /** @param take how many at most */
  constructor(seed: string, take: number) {
    this.#seedHash = seedHash(seed);
    this.#take = take;
  }

  /** @returns the hash behind the ticket, 64 hex digits: two ids have one hash only when they are one id */
  add(id: string): string {
    const hashed = this.#hash(id);
    const lead = leadOf(hashed);
    if (lead <= this.#limit) {
      // a part of a long string would keep the whole of it
      this.#kept.push({ lead, id: Buffer.from(id).toString() });
      if (this.#kept.length >= 2 * this.#take + 256) this.#cut();
    }
    return hashed;
  }

  /** In draw order: the smallest ticket first. */
  ids(): string[] {
    this.#cut();
    return this.#kept.map(({ id }) => id);
  }

  ticket(id: string): string {
    return ticketOf(this.#hash(id));
  }

  #hash(id: string): string {
    return hash('sha256', this.#seedHash + id);
  }

  #cut(): void {
    this.#kept.sort((a, b) => a.lead - b.lead || (this.ticket(a.id) < this.ticket(b.id) ? -1 : 1));
    this.#kept.length = Math.min(this.#kept.length, this.#take);
    if (this.#kept.length === this.#take) this.#limit = this.#kept.at(-1)?.lead ?? -1;
  }
}
