// A real OpenSSH server on loopback, for the length of one test file: own host keys, one client key, SFTP only.
// It works as root and as an ordinary user, and dies with the process that started it, however that dies.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Sshd extends AsyncDisposable {
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly user: string;
  /** `SHA256:…` of each kind of host key it has */
  readonly hostKeys: { readonly ed25519: string; readonly rsa: string };
  readonly privateKey: string;
  /** a folder in which tests make theirs */
  readonly root: string;
  /** What the next logins get in the place of OpenSSH's own SFTP: a command, such as `internal-sftp -P rename`. */
  serve(command?: string): Promise<void>;
  /** Until `start` nobody answers at its port. */
  stop(): Promise<void>;
  /** On the same port; `changed` has other host keys than those it was opened with. */
  start(keys?: 'same' | 'changed'): Promise<void>;
}

/** OpenSSH's SFTP that refuses these requests, such as `fsync` or `posix-rename`. */
export const refusing = (...requests: readonly string[]): string => `internal-sftp -P ${requests.join()}`;

/** A drop that may be written: whatever would let us see what lies there is refused. */
export const blind = refusing('lstat', 'stat', 'fstat', 'read', 'opendir', 'readdir', 'readlink', 'realpath');

/** OpenSSH's SFTP on a disk that is full behind so many blocks of half a kilobyte, or of a whole one. */
export const cramped = (blocks: number): string =>
  `trap '' XFSZ; ulimit -f ${String(blocks)}; exec ${found('sftp-server', sftpServers)}`;

export const openSshd = async (): Promise<Sshd> => {
  const root = await mkdtemp(join(tmpdir(), 'sshd-'));
  const path = (name: string) => join(root, name);
  const keygen = async (type: string, name: string) => {
    const bits = type === 'rsa' ? ['-b', '2048'] : [];
    await run('ssh-keygen', ['-q', '-t', type, ...bits, '-N', '', '-C', '', '-f', path(name)]);
    const { stdout } = await run('ssh-keygen', ['-lf', path(name)]);
    return stdout.split(' ')[1] ?? '';
  };
  const [ed25519, rsa] = await Promise.all([
    keygen('ed25519', 'host_ed25519'),
    keygen('rsa', 'host_rsa'),
    keygen('ed25519', 'client'),
  ]);
  await keygen('ed25519', 'host_changed');
  // a server reads this file at each login
  const serve = async (command?: string): Promise<void> => {
    const forced = command === undefined ? '' : `command="${command}" `;
    const key = await readFile(path('client.pub'), 'utf8');
    await writeFile(path('authorized_keys'), `${forced}${key}`, { mode: 0o600 });
  };
  await serve();
  // sshd refuses to start as root without its privilege separation folder, which a package's boot script makes
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });
  const port = await freePort();
  const config = (keys: readonly string[]): readonly string[] => [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keys.map((name) => `HostKey ${path(name)}`),
    `AuthorizedKeysFile ${path('authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'Subsystem sftp internal-sftp',
  ];
  // `cat` ends when our end of the pipe closes, which the kernel does for us even after SIGKILL
  const script = '"$0" -D -e -f "$1" 2>"$2" & server=$!; cat >/dev/null; kill $server; wait $server';
  let stop = async (): Promise<void> => {};
  const close = async (): Promise<void> => {
    await stop();
    await rm(root, { recursive: true, force: true });
  };
  const start = async (keys: 'same' | 'changed' = 'same'): Promise<void> => {
    const lines = config(keys === 'same' ? ['host_ed25519', 'host_rsa'] : ['host_changed']);
    await writeFile(path('config'), `${lines.join('\n')}\n`);
    const shell = spawn('sh', ['-c', script, found('sshd', sshds), path('config'), path('log')], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
    stop = async () => {
      shell.stdin.end();
      await ended;
    };
    try {
      await listening(port);
    } catch {
      const log = await readFile(path('log'), 'utf8').catch(() => '');
      await close();
      throw new Error(`sshd did not start: ${log}`);
    }
  };
  await start();
  return {
    host: '127.0.0.1',
    port,
    user: userInfo().username,
    hostKeys: { ed25519, rsa },
    privateKey: await readFile(path('client'), 'utf8'),
    root,
    serve,
    stop: () => stop(),
    start,
    [Symbol.asyncDispose]: close,
  };
};

/** sshd wants to be called by its full path, and an ordinary user's PATH has no sbin. */
const sshds = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'];
const sftpServers = ['openssh', 'ssh', 'libexec', 'libexec/openssh'].flatMap((folder) => [
  `/usr/lib/${folder}/sftp-server`,
  `/usr/${folder}/sftp-server`,
]);
const found = (what: string, places: readonly string[]): string => {
  const place = places.find((each) => existsSync(each));
  if (place === undefined) throw new Error(`no ${what}: install openssh-server`);
  return place;
};

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const listening = async (port: number): Promise<void> => {
  for (let tries = 100; tries > 0; tries -= 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(50);
  }
  throw new Error('not listening');
};
