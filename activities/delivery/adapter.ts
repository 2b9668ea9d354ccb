// What a place of delivery can do. `DeliveryTarget` is what `deliver` speaks to; `Shelf` is the little that each
// protocol must bring, so that the careful order of a put is written once and is the same everywhere.
import { failure } from '../../schemas/failure.ts';
import type { Parcel } from '../package/manifest.ts';

export type Found =
  | { readonly state: 'absent' }
  /** what lies in a write-only place, if anything, may not be looked at */
  | { readonly state: 'unseen' }
  /** only `<name>.part` is there */
  | { readonly state: 'partial'; readonly bytes: number }
  | { readonly state: 'present'; readonly bytes: number; readonly sha256: string };

/** Whether anything of a file was seen. */
export const isLeft = ({ state }: Found): boolean => state === 'present' || state === 'partial';

export interface Hooks {
  /** whether `firstByte` has been recorded for this file before, by whatever claim: then it is never begun anew */
  readonly began?: boolean;
  /** Awaited before the first byte of contents is written; when it throws, none is. May be called again. */
  firstByte(): Promise<void>;
  /** Awaited before each name becomes final; throws when this claim is no longer the current one. */
  fence(): Promise<void>;
  readonly signal: AbortSignal;
  /** bytes of the file at hand that are known to be there */
  heartbeat(progress: number): void;
}

export interface Put {
  readonly bytes: number;
  readonly sha256: string;
}

export interface DeliveryTarget {
  look(name: string): Promise<Found>;
  /**
   * Writes `<name>.part` (resuming only behind an equal prefix), syncs, reads back, renames, reads back; in a
   * write-only place it writes, syncs and renames, and what the server acknowledges is believed.
   * Doing it again does nothing. @throws DELIVERY_UNREACHABLE (again later), DELIVERY_CONFLICT, DELIVERY_UNKNOWN
   */
  put(file: Parcel, hooks: Hooks): Promise<Put>;
  /** names in the answers directory that could be answers; others are not even passed on */
  answers(): Promise<readonly string[]>;
  /** @throws RECEIPT_MALFORMED above 1 MiB */
  readAnswer(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

export type Folder = 'inbound' | 'answers';

/** One place as its protocol sees it. Every failure is DELIVERY_UNREACHABLE, and says no host and no path. */
export interface Shelf {
  /** undefined when absent; a missing folder throws, for nothing may be concluded from it */
  size(folder: Folder, name: string): Promise<number | undefined>;
  /** at most `limit` bytes */
  read(folder: Folder, name: string, limit: number): Promise<Uint8Array>;
  /** Opens what is there as it is, or, only when told to `make` it, a new file that is private to its owner. */
  open(name: string, make: boolean): Promise<Draft>;
  /** replaces what is there, at once */
  rename(from: string, to: string): Promise<void>;
  list(folder: Folder): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Draft {
  write(bytes: Uint8Array, at: number): Promise<void>;
  /** takes away whatever lies behind so many bytes */
  cut(bytes: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

const named = /^[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)*$/;

/** Lower case, digits, hyphens and single dots: no folder, no hidden file, no `..`, no other spelling. */
export const isName = (name: string): boolean => name.length <= 200 && named.test(name);

/** @throws INPUT, without the name */
export const checkName = (name: string): string => {
  if (!isName(name))
    throw failure('INPUT', { expected: 'a file name of lower-case letters, digits, - and .' });
  return name;
};
