// Delivery by SFTP version 3, as OpenSSH speaks it. Its posix-rename and fsync are used where the server has
// them; without them plain rename, which never overwrites, and the read-back must do.
import ssh2 from 'ssh2';
import type { Client, SFTPWrapper, Stats } from 'ssh2';
import type { DeliveryTarget, Draft, Folder, Shelf } from './adapter.ts';
import { connect } from './ssh.ts';
import type { SshPlace } from './ssh.ts';
import { deliveryTarget } from './target.ts';
import { conflict, unreachable } from './unreachable.ts';
import type { DeliveryStep } from './unreachable.ts';

export interface SftpPlace extends SshPlace {
  /** relative to the user's home, or absolute */
  readonly directory: string;
  readonly answers: string;
  /** the directory may not be read */
  readonly writeOnly?: boolean | undefined;
  readonly operationMs?: number;
}

/** @throws HOST_KEY, DELIVERY_LOGIN, DELIVERY_UNREACHABLE (again later) */
export const openSftp = async (place: SftpPlace): Promise<DeliveryTarget> =>
  deliveryTarget(await sftpShelf(place), place.writeOnly);

export const sftpShelf = async (place: SftpPlace): Promise<Shelf> => {
  const client = await connect(place);
  try {
    const ask = asking(client, place.operationMs ?? 60_000);
    const sftp = await ask<SFTPWrapper>('subsystem', (answer) => client.sftp(answer));
    return shelf(place, client, sftp, ask);
  } catch (error) {
    client.destroy();
    throw error;
  }
};

type Answer<T> = (error: Error | null | undefined, value: T) => void;
type Ask = <T>(step: DeliveryStep, start: (answer: Answer<T>) => void) => Promise<T>;

/** ssh2 leaves a request unanswered when the connection goes: the connection's end and a timer answer it. */
const asking = (client: Client, operationMs: number): Ask => {
  const lost = new AbortController();
  client.once('close', () => lost.abort());
  return (step, start) =>
    new Promise((resolve, reject) => {
      const gone = () => settle(() => reject(unreachable(step, 'closed')));
      const timer = setTimeout(() => settle(() => reject(unreachable(step, 'timeout'))), operationMs);
      const settle = (end: () => void) => {
        clearTimeout(timer);
        lost.signal.removeEventListener('abort', gone);
        end();
      };
      if (lost.signal.aborted) return gone();
      lost.signal.addEventListener('abort', gone, { once: true });
      try {
        start((error, value) => settle(() => (error ? reject(told(step, error)) : resolve(value))));
      } catch (error) {
        // thrown before anything is sent: ssh2's way to say that the server offers no such extension
        settle(() => reject(error instanceof Error ? error : unreachable(step, 'UNKNOWN')));
      }
    });
};

/** draft-ietf-secsh-filexfer-02 section 7; a server's own text may quote a path, so only the code is told. */
const statuses = [
  'OK',
  'EOF',
  'NO_SUCH_FILE',
  'PERMISSION_DENIED',
  'FAILURE',
  'BAD_MESSAGE',
  'NO_CONNECTION',
];
const noSuchFile = 2;

const statusOf = (error: Error): number => ('code' in error ? Number(error.code) : Number.NaN);
const told = (step: DeliveryStep, error: Error) =>
  Object.assign(unreachable(step, statuses[statusOf(error)] ?? 'UNKNOWN'), { status: statusOf(error) });
const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'status' in error && error.status === noSuchFile;

const shelf = (place: SftpPlace, client: Client, sftp: SFTPWrapper, ask: Ask): Shelf => {
  const folders: Record<Folder, string> = { inbound: place.directory, answers: place.answers };
  const at = (folder: Folder, name: string) => `${folders[folder].replace(/\/+$/, '')}/${name}`;
  return {
    size: async (folder, name) => {
      try {
        const found = await ask<Stats>('look', (answer) => sftp.lstat(at(folder, name), answer));
        if (!found.isFile()) throw conflict('something that is no file');
        return found.size;
      } catch (error) {
        if (!isMissing(error)) throw error;
        const parent = await ask<Stats>('look', (answer) => sftp.stat(folders[folder], answer));
        if (!parent.isDirectory()) throw unreachable('look', 'NOT_A_FOLDER');
        return undefined;
      }
    },
    read: (folder, name, limit) => read(sftp, ask, at(folder, name), limit),
    open: (name, make) => draft(sftp, ask, at('inbound', name), make),
    rename: (from, to) => rename(sftp, ask, at('inbound', from), at('inbound', to)),
    list: async (folder) => {
      const found = await ask<readonly { filename: string; attrs: { mode: number } }[]>('list', (answer) =>
        sftp.readdir(folders[folder], answer),
      );
      return found.flatMap(({ filename, attrs }) => (isRegular(attrs.mode) ? [filename] : []));
    },
    close: async () => {
      client.end();
      client.destroy();
    },
  };
};

/** POSIX file type bits */
const isRegular = (mode: number): boolean => (mode & 0o170000) === 0o100000;

const read = async (sftp: SFTPWrapper, ask: Ask, path: string, limit: number): Promise<Uint8Array> => {
  const handle = await ask<Buffer>('read', (answer) => sftp.open(path, 'r', answer));
  try {
    const { size } = await ask<Stats>('read', (answer) => sftp.fstat(handle, answer));
    const bytes = Buffer.alloc(Math.min(limit, size));
    let at = 0;
    while (at < bytes.length) {
      const length = Math.min(chunkBytes, bytes.length - at);
      const got = await ask<number>('read', (answer) => sftp.read(handle, bytes, at, length, at, answer));
      if (got === 0) break;
      at += got;
    }
    return bytes.subarray(0, at);
  } finally {
    await ask<void>('close', (answer) => sftp.close(handle, (error) => answer(error)));
  }
};

const chunkBytes = 64 * 1024;

const { WRITE, CREAT } = ssh2.utils.sftp.OPEN_MODE;

const draft = async (sftp: SFTPWrapper, ask: Ask, path: string, make: boolean): Promise<Draft> => {
  const mode = { mode: 0o600 };
  const flags = make ? WRITE | CREAT : WRITE;
  const handle = await ask<Buffer>('open', (answer) => sftp.open(path, flags, mode, answer));
  return {
    write: (bytes, at) =>
      ask<void>('write', (answer) =>
        sftp.write(handle, Buffer.from(bytes), 0, bytes.length, at, (error) => answer(error)),
      ),
    cut: (size) => ask<void>('write', (answer) => sftp.fsetstat(handle, { size }, (error) => answer(error))),
    sync: async () => {
      const fsync = ask<void>('sync', (answer) => sftp.ext_openssh_fsync(handle, (error) => answer(error)));
      await ifOffered(fsync);
    },
    close: () => ask<void>('close', (answer) => sftp.close(handle, (error) => answer(error))),
  };
};

const rename = async (sftp: SFTPWrapper, ask: Ask, from: string, to: string): Promise<void> => {
  const posix = await ifOffered(
    ask<void>('rename', (answer) => sftp.ext_openssh_rename(from, to, (error) => answer(error))),
  );
  if (!posix) await ask<void>('rename', (answer) => sftp.rename(from, to, (error) => answer(error)));
};

/** False when the server does not have the extension, and so nothing was done. */
const ifOffered = async (work: Promise<void>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Error && /does not support this extended request/.test(error.message)) return false;
    throw error;
  }
};
