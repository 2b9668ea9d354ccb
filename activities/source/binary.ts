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

/**
 * Cuts a stream of COPY between rows, however it was cut into chunks: gives the whole rows that have come since, without
 * header and trailer, and how many they are.
 */
export const rowCutter = (): ((chunk: Buffer) => { readonly bytes: Buffer; readonly rows: number }) => {
  let rest: Buffer = Buffer.alloc(0);
  let headed = false;
  return (chunk) => {
    const all = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    if (!headed && all.length < header.length) {
      rest = all;
      return { bytes: all.subarray(0, 0), rows: 0 };
    }
    const from = headed ? 0 : header.length;
    headed = true;
    let end = from;
    let rows = 0;
    for (let next = rowEnd(all, end); next !== undefined; next = rowEnd(all, end)) {
      end = next;
      rows++;
    }
    rest = all.subarray(end);
    return { bytes: all.subarray(from, end), rows };
  };
};

/** Where the row that begins there ends; undefined when it is not all there, and for the trailer. */
const rowEnd = (bytes: Buffer, start: number): number | undefined => {
  if (start + 2 > bytes.length) return undefined;
  const fields = bytes.readInt16BE(start);
  if (fields < 0) return undefined;
  let at = start + 2;
  for (let field = 0; field < fields; field++) {
    if (at + 4 > bytes.length) return undefined;
    at += 4 + Math.max(bytes.readInt32BE(at), 0);
  }
  return at <= bytes.length ? at : undefined;
};
