// `cordon draw`: Rivest's consistent sampling over any list of ids, without a database, a declaration or a network.
import { stringify } from 'csv-stringify/sync';
import { refuse } from '../schemas/failure.ts';
import { Draw } from '../sql/draw.ts';
import { shorten } from '../sql/ticket.ts';
import { exitCodes } from './exit.ts';

export interface DrawFlags {
  readonly seed: string;
  readonly take: number;
  readonly digits?: number;
}

/** @throws INPUT for an id that comes twice, a lone CR, or bytes that are no UTF-8; nothing is written then */
export const drawCommand = async (
  { seed, take, digits }: DrawFlags,
  input: AsyncIterable<Uint8Array>,
  out: { write(text: string): unknown },
): Promise<number> => {
  const draw = new Draw(seed, take);
  const seen = new Seen();
  for await (const id of lines(input)) seen.add(draw.add(id));
  const twice = seen.repeated();
  if (twice.length > 0)
    throw refuse({
      code: 'INPUT',
      found: `the same id on ${twice.slice(0, 5).map(named).join('; on ')}${twice.length > 5 ? `; and ${twice.length - 5} more ids` : ''}`,
      expected: 'each id once',
      remedy: 'correct the list; nothing was drawn',
    });
  const drawn = draw.ids();
  out.write('ticket,id\n');
  for (let at = 0; at < drawn.length; at += 10_000)
    out.write(
      stringify(drawn.slice(at, at + 10_000).map((id) => [shorten(draw.ticket(id), digits ?? Infinity), id])),
    );
  return exitCodes.done.code;
};

const named = (group: readonly number[]): string =>
  `lines ${group.slice(0, 9).join(', ')}${group.length > 9 ? ' …' : ''}`;

/** LF or CRLF ends a line; what else stands on it is the id, also nothing. A byte order mark before all is dropped. */
const lines = async function* (input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let count = 0;
  let rest = '';
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw refuse({
        code: 'INPUT',
        found: `bytes that are no UTF-8, after line ${count}`,
        expected: 'ids as UTF-8 text, one a line',
        remedy: 'convert the list; nothing was drawn',
      });
    }
  };
  const whole = (line: string): string => {
    count += 1;
    if (!line.includes('\r')) return line;
    throw refuse({
      code: 'INPUT',
      found: `a carriage return alone, on line ${count}`,
      expected: 'one id a line, ending in LF or CRLF',
      remedy: 'convert the line ends; nothing was drawn',
    });
  };
  for await (const chunk of input) {
    const parts = (rest + decoded(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield whole(part.endsWith('\r') ? part.slice(0, -1) : part);
  }
  rest += decoded();
  if (rest !== '') yield whole(rest);
};

/** Which lines hold one id: twelve bytes of each id's hash, whatever the ids' own length. */
class Seen {
  #high = new Float64Array(1 << 16);
  #low = new Float64Array(1 << 16);
  #count = 0;

  add(hash: string): void {
    if (this.#count === this.#high.length) {
      this.#high = grown(this.#high);
      this.#low = grown(this.#low);
    }
    this.#high[this.#count] = Number.parseInt(hash.slice(0, 12), 16);
    this.#low[this.#count] = Number.parseInt(hash.slice(12, 24), 16);
    this.#count += 1;
  }

  /** Line numbers from 1, for each id that comes more than once. */
  repeated(): number[][] {
    const sorted = this.#high.slice(0, this.#count).sort();
    const suspects = new Set(sorted.filter((value, i) => value === sorted[i - 1]));
    const groups = new Map<string, number[]>();
    for (let i = 0; suspects.size > 0 && i < this.#count; i++) {
      const high = this.#high[i] ?? 0;
      if (!suspects.has(high)) continue;
      const name = `${high} ${this.#low[i]}`;
      const group = groups.get(name);
      if (group) group.push(i + 1);
      else groups.set(name, [i + 1]);
    }
    return [...groups.values()].filter((group) => group.length > 1);
  }
}

const grown = (full: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const twice = new Float64Array(full.length * 2);
  twice.set(full);
  return twice;
};
