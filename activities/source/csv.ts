// A CSV drop: `<table>-<period>.csv` in a folder, streamed through a parser into `arrived`. It holds every row of the
// month and more columns than are wanted; only the wanted ones are copied on, and an empty field is null.
import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { failure, isOurs } from '../../schemas/failure.ts';
import { intoArrived } from './arrived.ts';
import type { OpenDrop } from './drop.ts';
import { eraseDrop, isDropThere, malformed, withDrop } from './drop.ts';
import { records } from './records.ts';
import type { Loaded, LoadHooks, Source, SourceRequest } from './source.ts';

export const csvDrop = (folder: URL, period: string): Source => ({
  inspect: ({ relation, columns }) =>
    withDrop(folder, relation, period, async (drop) => {
      await readHeader(drop, names(columns));
      return false;
    }),
  load: (sessions, { relation, columns }, hooks) => {
    hooks.signal.throwIfAborted();
    return withDrop(folder, relation, period, (drop) => copyIn(drop, names(columns), sessions, hooks));
  },
  drop: {
    isThere: (relation) => isDropThere(folder, relation, period),
    erase: (relation) => eraseDrop(folder, relation, period),
  },
  close: () => Promise.resolve(),
});

const names = (columns: SourceRequest['columns']): readonly string[] => columns.map(({ name }) => name);

/** No header of a table is longer. */
const headerBytes = 2 ** 16;

const readHeader = async ({ name, file }: OpenDrop, columns: readonly string[]): Promise<void> => {
  const { parser, headed } = records(name, columns, true);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
  const first = withoutMark(name, buffer.subarray(0, bytesRead));
  if (!first.includes('\n') && first.includes('\r'))
    throw malformed(name, 'ends its lines with CR alone', 'lines that end with CRLF or LF');
  const cut = bytesRead === headerBytes && !first.includes('\n');
  if (cut) throw headless(name);
  // no pipeline: the parser stops after the header and never asks for more, and a pipeline would wait for that
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.once('error', reject).once('end', resolve).resume().end(first);
  await promise;
  if (!headed()) throw headless(name);
};

const copyIn = async (
  drop: OpenDrop,
  columns: readonly string[],
  sessions: readonly pg.ClientBase[],
  { signal, heartbeat }: LoadHooks,
): Promise<Loaded> => {
  const { name, file, mtime } = drop;
  const { parser, refused, headed } = records(name, columns);
  const hash = createHash('sha256');
  let rows = 0;
  let taken = 0;
  const arrived = intoArrived(sessions, signal);
  try {
    await pipeline(
      file.createReadStream({ start: 0, autoClose: false }),
      async function* (chunks: AsyncIterable<Buffer>) {
        let first = true;
        for await (const chunk of chunks) {
          hash.update(chunk);
          heartbeat(rows);
          yield first ? withoutMark(name, chunk) : chunk;
          first = false;
        }
      },
      parser,
      async (tuples: AsyncIterable<Buffer>) => {
        for await (const batch of batches(tuples)) {
          rows += batch.length;
          await arrived.deal(Buffer.concat(batch));
        }
        taken = await arrived.end();
      },
      { signal },
    );
  } catch (e) {
    arrived.stop();
    signal.throwIfAborted();
    if (isOurs(e)) throw e;
    // a parser quotes what it stumbles over
    throw malformed(name, 'could not be read to its end', 'a file as RFC 4180 says');
  }
  if (!headed()) throw headless(name);
  await drop.assertUnchanged();
  if (rows !== taken) throw failure('SQL', { at: 'source', sent: rows, arrived: taken });
  heartbeat(rows);
  return { arrived: rows, refused, sha256: hash.digest('hex'), asOf: mtime.toISOString() };
};

/** Many small rows make one message to the server. */
async function* batches(tuples: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let batch: Buffer[] = [];
  let size = 0;
  for await (const row of tuples) {
    batch.push(row);
    size += row.length;
    if (size < 2 ** 16) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** csv-parse would take the mark as a reason to decode, and decoding hides bytes that are not UTF-8. */
const withoutMark = (name: string, first: Buffer): Buffer => {
  const start = first.subarray(0, 3).toString('latin1');
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff'))
    throw malformed(name, 'is written in UTF-16', 'UTF-8');
  return start === '\xef\xbb\xbf' ? first.subarray(3) : first;
};

const headless = (name: string) => malformed(name, 'has no header', 'column names in the first line');
