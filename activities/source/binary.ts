// Rows in the binary form of COPY, for columns that are all text. Nothing needs escaping in it, and an error that the
// server makes of it names a line and a column but never quotes the row, as it does for COPY's text form.

/** Signature, no flags, no extension. */
export const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
export const trailer = Buffer.from([0xff, 0xff]);

/** @param fields bytes as latin1 strings, one character a byte; null for null */
export const tuple = (fields: readonly (string | null)[]): Buffer => {
  let size = 2;
  for (const field of fields) size += 4 + (field?.length ?? 0);
  const bytes = Buffer.allocUnsafe(size);
  let at = bytes.writeInt16BE(fields.length, 0);
  for (const field of fields) {
    at = bytes.writeInt32BE(field?.length ?? -1, at);
    if (field !== null) at += bytes.write(field, at, 'latin1');
  }
  return bytes;
};

/** Counts rows as they pass, whatever the cut between chunks: pg-copy-streams tells only at the end. */
export const rowCounter = (): ((chunk: Buffer) => number) => {
  let rows = 0;
  let skip = header.length;
  let fields = 0;
  let word = 0;
  let lacking = 2;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      if (lacking === 4 && chunk.length - at >= 4) {
        word = chunk.readInt32BE(at);
        at += 4;
      } else {
        word = (word << 8) | (chunk[at++] ?? 0);
        if (--lacking > 0) continue;
      }
      if (fields > 0) {
        fields--;
        skip = Math.max(word, 0);
      } else if (word === 0xffff) {
        skip = Infinity;
      } else {
        rows++;
        fields = word;
      }
      word = 0;
      lacking = fields > 0 ? 4 : 2;
    }
    return rows;
  };
};
