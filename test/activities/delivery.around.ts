// Where something may happen to a delivery: before and after each operation at the far side, counted over one whole
// consignment. The operations themselves are the adapter's own, and real.
import { createHash } from 'node:crypto';
import type { Draft, Shelf } from '../../activities/delivery/adapter.ts';
import type { Consignment, Parcel } from '../../activities/package/manifest.ts';
import type { Chance } from '../chance.ts';

export type Operation = 'look' | 'read' | 'open' | 'write' | 'cut' | 'sync' | 'close' | 'rename' | 'list';

export interface Moment {
  /** counted from 0 */
  readonly nth: number;
  readonly when: 'before' | 'after';
}
export type Meet = (moment: Moment, operation: Operation) => Promise<void> | void;

export const around = (shelf: Shelf, meet: Meet): Shelf => {
  let count = 0;
  const met =
    <G extends readonly unknown[], T>(
      operation: Operation,
      work: (...given: G) => Promise<T>,
      undo?: (done: T) => Promise<void>,
    ) =>
    async (...given: G): Promise<T> => {
      const nth = count;
      count += 1;
      await meet({ nth, when: 'before' }, operation);
      const done = await work(...given);
      try {
        await meet({ nth, when: 'after' }, operation);
      } catch (e) {
        await undo?.(done).catch(() => {});
        throw e;
      }
      return done;
    };
  const draft = (opened: Draft): Draft => {
    const close = met('close', () => opened.close());
    return {
      write: met('write', (...given: Parameters<Draft['write']>) => opened.write(...given)),
      cut: met('cut', (...given: Parameters<Draft['cut']>) => opened.cut(...given)),
      sync: met('sync', () => opened.sync()),
      close: () =>
        close().catch(async (e: unknown) => {
          // a dead process keeps nothing open, but this one lives
          await opened.close().catch(() => {});
          throw e;
        }),
    };
  };
  const open = met(
    'open',
    (...given: Parameters<Shelf['open']>) => shelf.open(...given),
    (opened) => opened.close(),
  );
  return {
    size: met('look', (...given: Parameters<Shelf['size']>) => shelf.size(...given)),
    read: met('read', (...given: Parameters<Shelf['read']>) => shelf.read(...given)),
    open: async (...given) => draft(await open(...given)),
    rename: met('rename', (...given: Parameters<Shelf['rename']>) => shelf.rename(...given)),
    list: met('list', (...given: Parameters<Shelf['list']>) => shelf.list(...given)),
    close: () => shelf.close(),
  };
};

export const parcel = (name: string, bytes: Uint8Array): Parcel => ({
  name,
  bytes,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** Of two writes and a bit; nobody is in it. */
export const consignment = (drawn: Chance): Consignment => {
  const bytes = drawn.bytes(150_000);
  const { name } = parcel(
    `victims-2026-10-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.pgp`,
    bytes,
  );
  return {
    package: parcel(name, bytes),
    signature: parcel(`${name}.manifest.json.sig`, Buffer.from('signature')),
    manifest: parcel(`${name}.manifest.json`, Buffer.from('{}')),
  };
};
