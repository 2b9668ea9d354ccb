// Real GnuPG in a key ring of its own, for the length of one test file. Its verdicts are read from --status-fd:
// gpg prints the data even when the signature is bad.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Answer {
  readonly code: number;
  readonly stdout: Buffer;
  /** the lines behind `[GNUPG:] ` */
  readonly status: readonly string[];
}

export interface Gpg extends AsyncDisposable {
  readonly home: string;
  run(args: readonly string[], stdin?: Uint8Array): Promise<Answer>;
  importKey(armoured: string): Promise<void>;
  /** Answers the new key's fingerprint in capitals, as gpg writes it. */
  generate(name: string): Promise<string>;
  /** Writes the bytes into the throw-away home and answers the path. */
  file(name: string, bytes: Uint8Array): Promise<string>;
}

/** The home's path is short because an agent's socket lives in it. */
export const openGpg = async (): Promise<Gpg> => {
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  const env = { ...process.env, GNUPGHOME: home, LC_ALL: 'C' };
  const base = ['--batch', '--no-tty', '--status-fd', '3', '--pinentry-mode', 'loopback', '--passphrase', ''];
  const run = async (args: readonly string[], stdin: Uint8Array = new Uint8Array()): Promise<Answer> => {
    const child = spawn('gpg', [...base, '--trust-model', 'always', ...args], {
      env,
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
    });
    const [stdout, status] = [1, 3].map(async (fd) => {
      const chunks: Buffer[] = [];
      for await (const chunk of child.stdio[fd as 1] as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks);
    });
    // gpg may close its input before it has read everything; the status lines tell why
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
    const closed = once(child, 'close');
    const [out, said] = await Promise.all([stdout, status]);
    const [code] = (await closed) as [number];
    const lines = String(said).split('\n');
    return {
      code,
      stdout: out ?? Buffer.alloc(0),
      status: lines.flatMap((line) => (line.startsWith('[GNUPG:] ') ? [line.slice(9)] : [])),
    };
  };
  return {
    home,
    run,
    importKey: async (armoured) => {
      expectOk(await run(['--import'], Buffer.from(armoured)));
    },
    generate: async (name) => {
      const { status } = expectOk(
        await run(['--quick-generate-key', name, 'future-default', 'default', '1y']),
      );
      const created = status.find((line) => line.startsWith('KEY_CREATED '))?.split(' ')[2];
      if (created === undefined) throw new Error('gpg created no key');
      return created;
    },
    file: async (name, bytes) => {
      const path = join(home, name);
      await writeFile(path, bytes, { mode: 0o600 });
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await promisify(execFile)('gpgconf', ['--kill', 'all'], { env }).catch(() => {});
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

const expectOk = (answer: Answer): Answer => {
  if (answer.code !== 0) throw new Error(`gpg ended with ${answer.code}: ${answer.status.join('; ')}`);
  return answer;
};
