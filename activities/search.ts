// Finds planted values in any bytes, in every spelling that a leak might give them: cases, UTF-16, hexadecimal, base64
// at each of its three alignments. One pass over the bytes for all values together, so that whole WAL is searched.
/** A name that may stand in a report, and the value, a text or bytes, that may not stand anywhere. */
export type Planted = ReadonlyMap<string, string | Uint8Array>;

export interface Search {
  /** The names of all values found, each once. */
  find(...places: readonly (Uint8Array | string)[]): string[];
  /** The same of what comes in pieces, also of a value that lies across two. */
  through(pieces: AsyncIterable<Uint8Array>): Promise<string[]>;
}

interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** @throws for a value of fewer than eight characters, which would be found by accident */
export const searchFor = (planted: Planted): Search => {
  const needles = [...planted].flatMap(([name, value]) => spellings(value).map((bytes) => ({ name, bytes })));
  const byStart = Map.groupBy(needles, ({ bytes }) => bytes.readUInt32BE(0));
  const filter = new Uint8Array(filterSize);
  for (const start of byStart.keys()) filter[slot(start)] = 1;
  const longest = Math.max(0, ...needles.map(({ bytes }) => bytes.length));
  return {
    find: (...places) => {
      const found = new Set<string>();
      for (const place of places) scan(bytesOf(place), filter, byStart, found);
      return [...found].toSorted();
    },
    through: async (pieces) => {
      const found = new Set<string>();
      let end: Buffer = Buffer.alloc(0);
      for await (const piece of pieces) {
        const joined = Buffer.concat([end, piece]);
        scan(joined, filter, byStart, found);
        end = joined.subarray(-longest);
      }
      return [...found].toSorted();
    },
  };
};

const bytesOf = (place: Uint8Array | string): Buffer =>
  typeof place === 'string'
    ? Buffer.from(place)
    : Buffer.from(place.buffer, place.byteOffset, place.byteLength);

const filterBits = 18;
const filterSize = 1 << filterBits;
const slot = (start: number): number => Math.imul(start, 0x9e3779b1) >>> (32 - filterBits);

const scan = (
  place: Buffer,
  filter: Uint8Array,
  byStart: ReadonlyMap<number, readonly Needle[]>,
  found: Set<string>,
): void => {
  let start = 0;
  for (let at = 0; at < place.length; at++) {
    start = ((start << 8) | (place[at] ?? 0)) >>> 0;
    if (filter[slot(start)] === 0 || at < 3) continue;
    for (const { name, bytes } of byStart.get(start) ?? [])
      if (bytes.equals(place.subarray(at - 3, at - 3 + bytes.length))) found.add(name);
  }
};

const spellings = (value: string | Uint8Array): Buffer[] => {
  if (typeof value !== 'string') {
    const bytes = Buffer.from(value);
    const hex = bytes.toString('hex');
    return [bytes, ...[hex, hex.toUpperCase(), ...base64(bytes)].map((spelling) => Buffer.from(spelling))];
  }
  if (value.length < 8) throw new RangeError('a planted value has at least eight characters');
  const texts = [...new Set([value, value.toLowerCase(), value.toUpperCase()])];
  const all = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    const wide = Buffer.from(text, 'utf16le');
    const hex = bytes.toString('hex');
    const written = [hex, hex.toUpperCase(), encodeURIComponent(text), ...base64(bytes)];
    return [bytes, wide, Buffer.from(wide).swap16(), ...written.map((spelling) => Buffer.from(spelling))];
  });
  return [...new Map(all.map((bytes) => [bytes.toString('latin1'), bytes])).values()];
};

/** What the bytes look like inside a longer base64, whatever stands before and after them. */
const base64 = (bytes: Buffer): string[] =>
  [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const inner = text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
