// The draw over a stream of ids, in Node: the smallest tickets of any number of ids, in memory that grows with how
// many are taken. `cordon draw` and `cordon recheck` use it; the wave itself draws in PostgreSQL.
import { hash } from 'node:crypto';
import { leadOf, seedHash, ticketOf } from './ticket.ts';

export interface Drawn {
  readonly ticket: string;
  readonly id: string;
}

interface Candidate {
  readonly lead: number;
  readonly hash: string;
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
    const hashed = hash('sha256', this.#seedHash + id);
    const lead = leadOf(hashed);
    if (lead <= this.#limit) {
      this.#kept.push({ lead, hash: hashed, id });
      if (this.#kept.length >= 2 * this.#take + 4096) this.#cut();
    }
    return hashed;
  }

  /** In draw order: the smallest ticket first. */
  drawn(): Drawn[] {
    this.#cut();
    return this.#kept.map(({ hash: hashed, id }) => ({ ticket: ticketOf(hashed), id }));
  }

  #cut(): void {
    this.#kept = this.#kept.sort(inOrder).slice(0, this.#take);
    if (this.#kept.length === this.#take) this.#limit = this.#kept.at(-1)?.lead ?? -1;
  }
}

/** A lead is the ticket's first nine digits: whole tickets are written out only where two of them agree. */
const inOrder = (a: Candidate, b: Candidate): number =>
  a.lead - b.lead || (ticketOf(a.hash) < ticketOf(b.hash) ? -1 : 1);
