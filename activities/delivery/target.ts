// The careful order of a put, once for every protocol: look, draft, sync, read back, fence, rename, read back.
// After the rename the processor may collect at once: a file then gone was read back whole a moment before.
import { createHash } from 'node:crypto';
import { failure, refuse } from '../../schemas/failure.ts';
import type { Parcel } from '../package/manifest.ts';
import { checkName, isName } from './adapter.ts';
import type { DeliveryTarget, Found, Hooks, Put, Shelf } from './adapter.ts';
import { conflict, unreachable } from './unreachable.ts';

const answerLimit = 1024 * 1024;
const chunkBytes = 64 * 1024;

export const deliveryTarget = (shelf: Shelf, writeOnly = false): DeliveryTarget => ({
  look: async (name) => (writeOnly ? { state: 'unseen' } : look(shelf, name)),
  put: async (file, hooks) => (writeOnly ? drop : put)(shelf, whole(file), hooks),
  answers: async () => (await shelf.list('answers')).filter(isName).toSorted(),
  readAnswer: async (name) => {
    const bytes = await shelf.read('answers', checkName(name), answerLimit + 1);
    if (bytes.length > answerLimit)
      throw refuse({
        code: 'RECEIPT_MALFORMED',
        found: 'an answer of more than 1 MiB',
        expected: 'at most 1 MiB',
        remedy: 'ask the processor for a corrected answer; the month stays open',
      });
    return bytes;
  },
  close: () => shelf.close(),
});

/** A small file beside the packages, which counts as no disclosure and which no claim fences. Again it is one. */
export const putFile = (target: DeliveryTarget, name: string, bytes: Uint8Array): Promise<Put> =>
  target.put(
    { name, bytes, sha256: hash(bytes) },
    {
      firstByte: () => Promise.resolve(),
      fence: () => Promise.resolve(),
      signal: new AbortController().signal,
      heartbeat: () => undefined,
    },
  );

const look = async (shelf: Shelf, name: string): Promise<Found> => {
  const bytes = await shelf.size('inbound', checkName(name));
  if (bytes !== undefined) {
    return { state: 'present', bytes, sha256: hash(await shelf.read('inbound', name, bytes + 1)) };
  }
  const part = await shelf.size('inbound', draftOf(name));
  return part === undefined ? { state: 'absent' } : { state: 'partial', bytes: part };
};

/** @throws PACKAGE_REJECTED */
const whole = (file: Parcel): Parcel => {
  if (hash(file.bytes) !== file.sha256) throw failure('PACKAGE_REJECTED', { rule: 'hash', count: 1 });
  return file;
};

const put = async (shelf: Shelf, file: Parcel, hooks: Hooks): Promise<Put> => {
  const { name, bytes, sha256 } = file;
  const stop = stopping(hooks.signal);
  const done = { bytes: bytes.length, sha256 };

  const found = await stop(look(shelf, name));
  if (isThere(found, file)) return done;
  if (hooks.began && found.state === 'absent') throw unknown(noTrace);
  const part = draftOf(name);
  const there = found.state === 'partial' ? found.bytes : undefined;
  const from = there ? await stop(equalPrefix(shelf, part, there, bytes)) : 0;
  await write(shelf, part, file, { there, from }, hooks);
  if (hash(await stop(shelf.read('inbound', part, bytes.length + 1))) !== sha256) {
    throw unreachable('read-back', 'OTHER_BYTES');
  }

  if (isThere(await stop(look(shelf, name)), file)) return done;
  await stop(hooks.fence());
  await shelf.rename(part, name);
  if (hash(await readOrCollected(shelf, name, bytes)) !== sha256) {
    throw unreachable('read-back', 'OTHER_BYTES');
  }
  return done;
};

/** Nothing is seen: what had begun cannot be gone on with, and what lies under the name is replaced. */
const drop = async (shelf: Shelf, file: Parcel, hooks: Hooks): Promise<Put> => {
  const { bytes, sha256 } = file;
  const name = checkName(file.name);
  const stop = stopping(hooks.signal);
  if (hooks.began) throw unknown(notSeen);
  await write(shelf, draftOf(name), file, { there: undefined, from: 0 }, hooks);
  await stop(hooks.fence());
  await shelf.rename(draftOf(name), name);
  return { bytes: bytes.length, sha256 };
};

/** What lies under the name, or, when the processor has taken it by now, what was read back before. */
const readOrCollected = async (shelf: Shelf, name: string, bytes: Uint8Array): Promise<Uint8Array> => {
  try {
    return await shelf.read('inbound', name, bytes.length + 1);
  } catch (error) {
    if ((await shelf.size('inbound', name)) === undefined) return bytes;
    throw error;
  }
};

const draftOf = (name: string): string => `${name}.part`;

const isThere = (found: Found, { sha256 }: Parcel): boolean => {
  if (found.state !== 'present') return false;
  if (found.sha256 !== sha256) throw conflict('other bytes');
  return true;
};

/** How many of our bytes lie there already: all of the draft, or, should one byte differ, none. */
const equalPrefix = async (shelf: Shelf, part: string, size: number, bytes: Uint8Array): Promise<number> => {
  if (size === 0 || size > bytes.length) return 0;
  const there = await shelf.read('inbound', part, size);
  return there.length === size && hash(there) === hash(bytes.subarray(0, size)) ? size : 0;
};

/** Absence is no reason to send again: the processor may have collected it, or be about to look. */
const unknown = (found: string) =>
  refuse({
    code: 'DELIVERY_UNKNOWN',
    found,
    expected: 'the package, or its unfinished draft',
    remedy: 'ask the processor; its receipt or an officer’s finding settles it; it is never sent twice',
  });

const noTrace = 'bytes of this package were written before, and no trace of it is at the processor now';
const notSeen =
  'bytes of this package were written before, and the processor lets nobody see what became of them';

interface Left {
  /** bytes of the draft that was found, if one was */
  readonly there: number | undefined;
  /** those of them that are ours */
  readonly from: number;
}

/**
 * The draft is made before `firstByte`: a folder that refuses us must not count as a month disclosed. It is never
 * emptied, and one that was found is never made: a start that hangs behind a newer one, or behind a rename that came
 * late, can so write only the same bytes in the same places, or nothing.
 */
const write = async (shelf: Shelf, part: string, { bytes }: Parcel, { there, from }: Left, hooks: Hooks) => {
  const stop = stopping(hooks.signal);
  const draft = await stop(shelf.open(part, there === undefined));
  try {
    await stop(hooks.firstByte());
    hooks.heartbeat(from);
    for (let at = from; at < bytes.length; at += chunkBytes) {
      await stop(draft.write(bytes.subarray(at, at + chunkBytes), at));
      hooks.heartbeat(Math.min(at + chunkBytes, bytes.length));
    }
    if ((there ?? 0) > bytes.length) await stop(draft.cut(bytes.length));
    await stop(draft.sync());
  } catch (error) {
    // not waited for: the connection that should answer may be what broke
    draft.close().catch(() => {});
    throw error;
  }
  await stop(draft.close());
};

/** Waits no longer than until the signal; what was under way may end by itself. */
const stopping =
  (signal: AbortSignal) =>
  async <T>(work: Promise<T>): Promise<T> => {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([aborted.promise, work]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
