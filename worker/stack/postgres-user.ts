// PostgreSQL refuses to run as root. A root shell (a container, CI) therefore starts it in a user namespace where
// it is an ordinary user, or, where the kernel forbids that, as another user in a folder which that user owns.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';

/** How a program of PostgreSQL is started here. `place` lies outside the run's folder only for another user. */
export interface PostgresUser {
  readonly bin: string;
  readonly place: string;
  readonly outside: boolean;
  command(
    program: string,
    args: readonly string[],
  ): { file: string; args: string[]; uid?: number; gid?: number };
  own(path: string): void;
}

/** Never both of a set-up's ways at once: `avoidNamespaces` is for the test of the second one. */
export const postgresUser = (
  binaries: PostgresBinaries,
  folder: string,
  avoidNamespaces = false,
): PostgresUser => {
  if (process.getuid?.() !== 0) return asOurselves(binaries, folder);
  if (!avoidNamespaces && namespacesWork()) return inNamespace(binaries, folder);
  return asAnother(binaries);
};

const asOurselves = ({ bin }: PostgresBinaries, folder: string): PostgresUser => ({
  bin,
  place: folder,
  outside: false,
  command: (program, args) => ({ file: join(bin, program), args: [...args] }),
  own: () => undefined,
});

const namespace = ['-U', '--map-user=1000', '--map-group=1000'];

const namespacesWork = (): boolean =>
  spawnSync('unshare', [...namespace, 'true'], { stdio: 'ignore' }).status === 0;

/** unshare(1) replaces itself by the program, so its pid is the postmaster's. */
const inNamespace = ({ bin }: PostgresBinaries, folder: string): PostgresUser => ({
  bin,
  place: folder,
  outside: false,
  command: (program, args) => ({ file: 'unshare', args: [...namespace, join(bin, program), ...args] }),
  own: () => undefined,
});

const asAnother = (binaries: PostgresBinaries): PostgresUser => {
  const { uid, gid } = anotherUser();
  const place = mkdtempSync(join(tmpdir(), 'cordon-postgres-'));
  chmodSync(place, 0o711);
  const readable = spawnSync(join(binaries.bin, 'postgres'), ['--version'], { stdio: 'ignore', uid, gid });
  const bin = readable.status === 0 ? binaries.bin : copied(binaries, place);
  const data = join(place, 'server');
  mkdirSync(data, { mode: 0o700 });
  chownSync(data, uid, gid);
  return {
    bin,
    place: data,
    outside: true,
    command: (program, args) => ({ file: join(bin, program), args: [...args], uid, gid }),
    own: (path) => chownSync(path, uid, gid),
  };
};

const copied = ({ root }: PostgresBinaries, place: string): string => {
  cpSync(root, join(place, 'programs'), { recursive: true, verbatimSymlinks: true });
  return join(place, 'programs', 'bin');
};

const anotherUser = (): { uid: number; gid: number } => {
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL will not run as root, user namespaces are not allowed here, and there is no user `postgres` or ' +
      '`nobody` to run it as. Run as an ordinary user, or set DATABASE_URL.',
  );
};
