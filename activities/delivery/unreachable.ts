// A place of delivery that does not do as it was asked, in words for an officer. Which step and which code of the
// protocol is told; a server's own message is not, since it may quote a path.
import type { Details } from '../../schemas/failure.ts';
import { failure, isOurs } from '../../schemas/failure.ts';

const doing = {
  connect: 'connecting',
  subsystem: 'asking for SFTP',
  look: 'looking for the file',
  open: 'opening the draft',
  write: 'writing the draft',
  sync: 'saving the draft',
  close: 'closing a file',
  read: 'reading a file',
  'read-back': 'reading back what was written',
  rename: 'renaming the draft',
  list: 'listing the answers',
} as const;
export type DeliveryStep = keyof typeof doing;

interface Words {
  /** before "while writing the draft" */
  readonly found: string;
  readonly expected: string;
  readonly remedy: string;
}

const away: Words = {
  found: 'the connection was lost',
  expected: 'a server that answers',
  remedy: 'ask whoever runs the server, and the network between, when it is back',
};
const slow: Words = {
  found: 'no answer in time',
  expected: 'an answer to every request within a minute',
  remedy: 'ask whoever runs the server why it is slow',
};
const denied: Words = {
  found: 'permission denied',
  expected: 'a folder in which our user may make, write, rename and read files',
  remedy: 'ask whoever runs the server for these rights; a folder without reading is declared write_only',
};
const missing: Words = {
  found: 'no such file or folder',
  expected: 'the folder that was declared, and unfinished drafts left alone in it',
  remedy: 'ask whoever runs the server whether the folder is there and what moves drafts away',
};
const full: Words = {
  found: 'no room',
  expected: 'room for the package',
  remedy: 'ask whoever runs the server to make room or to raise our quota',
};
const failed: Words = {
  found: 'a failure without a reason',
  expected: 'room for the package, and a server that does as it is asked',
  remedy: 'ask whoever runs the server what its log says; a full disk shows itself so',
};
const inTheWay: Words = {
  found: 'something of another kind in the way',
  expected: 'nothing under our names that is no file of ours',
  remedy: 'ask whoever runs the server who put it there and to take it away',
};
const altered: Words = {
  found: 'other bytes than were written',
  expected: 'the bytes that were written',
  remedy: 'ask whoever runs the server what else writes into the folder',
};
const other: Words = {
  found: 'an error',
  expected: 'a server that does as it is asked',
  remedy: 'ask whoever runs the server what its log says',
};

/** By the protocol's own code: SFTP's, ssh2's levels, errno's. */
const words: Readonly<Record<string, Words>> = {
  closed: away,
  NO_CONNECTION: away,
  'client-socket': away,
  'client-dns': away,
  timeout: slow,
  'client-timeout': slow,
  PERMISSION_DENIED: denied,
  EACCES: denied,
  EPERM: denied,
  EROFS: denied,
  NO_SUCH_FILE: missing,
  ENOENT: missing,
  ENOTDIR: missing,
  NOT_A_FOLDER: missing,
  EEXIST: inTheWay,
  EISDIR: inTheWay,
  ELOOP: inTheWay,
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  FAILURE: failed,
  OTHER_BYTES: altered,
};

/** May be asked again, and is an answer only when nobody will. `reason`: a code such as ENOENT, never a message. */
export const unreachable = (step: DeliveryStep, reason: string) => {
  const { found, ...rest } = words[reason] ?? other;
  const refusal = { code: 'DELIVERY_UNREACHABLE', found: `${found} while ${doing[step]}`, ...rest };
  return failure('DELIVERY_UNREACHABLE', { ...refusal, step, reason }, false);
};

/** The same no, of a place that is not a processor's. */
export const unreachableAt = (place: string, e: unknown): unknown => {
  if (!isOurs(e) || e.type !== 'DELIVERY_UNREACHABLE') return e;
  const [details] = (e.details ?? []) as readonly Details[];
  return failure(e.type, { ...details, found: `at ${place}, ${String(details?.['found'])}` }, false);
};

/** Never replaced: a package's name is the hash of its bytes, so other bytes are somebody else's or were altered. */
export const conflict = (found: string) =>
  failure('DELIVERY_CONFLICT', {
    code: 'DELIVERY_CONFLICT',
    found: `${found} under the very name of what is to be delivered`,
    expected: 'nothing under that name, or these very bytes',
    remedy: 'ask the processor who put it there and to take it away',
  });
