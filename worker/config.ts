// What the environment says, read once and checked at the door. Secrets come from a variable or from the file that
// its `_FILE` twin names, never from argv; a message here names variables, never what they hold.
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { refuse } from '../schemas/failure.ts';
import { staffPattern } from '../schemas/staff.ts';
import type { RoleKind } from '../sql/roles.ts';
import type { KeyRing } from '../sql/token.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Every variable that Cordon reads, for `--help` and for the README. */
export const variables = {
  DATABASE_URL: "Cordon's own database, as its owner or an administrator: apply, officers apply",
  CORDON_WORKER_URL: 'the same database as the worker role: worker',
  CORDON_VERIFIER_URL: 'the same database as the verifier role: worker --role verifier',
  CORDON_CLERK_URL: 'the same database as the clerk role: register, recall, genuine',
  CORDON_AUDITOR_URL:
    'the same database as the auditor role: status, plan, retention, dispose, hold, clock, forgo, close, run, certificate, review, resume, recheck, ledger',
  CORDON_PREFIX: 'prefix of the five roles; cordon unless set',
  CORDON_TASK_QUEUE: 'Temporal task queue; cordon unless set',
  CORDON_SOURCE_RECORDS: 'the connection that a declaration calls records: postgres://… or file:///folder',
  CORDON_TOKEN_KEY:
    'hex, 32 bytes or more: the key of register tokens, issued by the DPO; one a line, the oldest first',
  CORDON_SURVEY_REF_KEY: 'hex, 32 bytes or more: the key of survey references',
  CORDON_LEDGER_KEY:
    'hex, 32 bytes: the Ed25519 key that signs checkpoints; one key a line, the newest last: worker, ledger',
  CORDON_LEDGER_ORIGIN:
    'the name of the log in its checkpoints, such as police.example/cordon; the prefix unless set',
  CORDON_CHECKPOINTS:
    'where checkpoints are kept, off this machine: file:///folder or sftp://user@host/folder?host_key=SHA256:…; several, with blanks between: worker, ledger',
  CORDON_LOGS:
    "where the verifier looks for what a month has left: logs, reports, PostgreSQL's log if it can be read; file:///folder-or-file, several with blanks between: worker --role verifier",
  CORDON_SENDER_KEY: 'armoured OpenPGP private key that signs packages',
  CORDON_SENDER_PASSPHRASE: 'its passphrase, where it has one',
  CORDON_SFTP_KEY: 'OpenSSH private key for deliveries and checkpoints by SFTP',
  CORDON_NOTIFY_SMTP:
    'mail server that takes notices of exceptions: smtps://login:password@host:465, or smtp://host:587: worker',
  CORDON_NOTIFY_FROM: 'the address that they come from',
  CORDON_NOTIFY_TO: 'the addresses that they go to, with blanks between',
  CORDON_NOTIFY_WEBHOOK: 'https://… that takes them as JSON: worker',
  CORDON_NOTIFY_SECRET:
    'hex, 32 bytes or more: the key of their HMAC-SHA-256, in the header Cordon-Signature',
  CORDON_OFFICER: 'your staff id, such as j.smith: register, explain, trace, recall, genuine, breach',
  CORDON_OFFICER_KEY:
    'path of the SSH key that you sign with: apply, release, accept, seed, settle, clock, hold',
  TEMPORAL_ADDRESS: 'host:port of Temporal; 127.0.0.1:7233 unless set',
  TEMPORAL_NAMESPACE: 'namespace; default unless set',
} as const;

/** @throws INPUT when neither the variable nor its `_FILE` twin is set, or the file cannot be read */
export const required = (
  env: Environment,
  name: keyof typeof variables | `CORDON_SOURCE_${string}`,
): string => {
  const value = optional(env, name);
  if (value === undefined)
    throw refuse({
      code: 'INPUT',
      found: `${name} is not set`,
      expected: (variables as Record<string, string>)[name] ?? 'postgres://… or file:///folder',
      remedy: `set ${name}, or ${name}_FILE to a file that holds it`,
    });
  return value;
};

export const optional = (env: Environment, name: string): string | undefined => {
  const value = env[name];
  if (value) return value;
  const file = env[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch {
    throw refuse({
      code: 'INPUT',
      found: `a file that cannot be read, named by ${name}_FILE`,
      expected: 'a readable file',
      remedy: `correct ${name}_FILE`,
    });
  }
};

/** Variables whose file everybody on this machine can read. A platform that mounts secrets so is told, and not stopped. */
export const readableByAll = (env: Environment): string[] =>
  Object.keys(env).filter((name) => {
    const file = env[name];
    if (!file || !/^(?:CORDON_.+|DATABASE_URL)_FILE$/.test(name)) return false;
    return ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;
  });

type HexKey = 'CORDON_SURVEY_REF_KEY' | 'CORDON_NOTIFY_SECRET';

/** @throws INPUT unless the variable holds at least 32 bytes as hexadecimal digits */
export const keyOf = (env: Environment, name: HexKey): Uint8Array => key(required(env, name).trim(), name);

/** One key a line, the oldest first: a key that is replaced stays, and a new one comes below it. @throws INPUT */
export const keysOf = (
  env: Environment,
  name: 'CORDON_TOKEN_KEY' | 'CORDON_LEDGER_KEY',
): readonly [Uint8Array, ...Uint8Array[]] => {
  const [first = '', ...later] = required(env, name)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [key(first, name), ...later.map((line) => key(line, name))];
};

export const keyRingOf = (env: Environment): KeyRing => keysOf(env, 'CORDON_TOKEN_KEY');

const key = (text: string, name: string): Uint8Array => {
  if (!/^(?:[0-9a-fA-F]{2}){32,}$/.test(text))
    throw refuse({
      code: 'INPUT',
      found: `${name} that is not a key`,
      expected: 'at least 64 hexadecimal digits',
      remedy: 'make one with: openssl rand -hex 32',
    });
  return Buffer.from(text, 'hex');
};

/** Which variable each role's address is in. */
export const databaseVariables = {
  worker: 'CORDON_WORKER_URL',
  verifier: 'CORDON_VERIFIER_URL',
  clerk: 'CORDON_CLERK_URL',
  auditor: 'CORDON_AUDITOR_URL',
  owner: 'DATABASE_URL',
} as const satisfies Record<RoleKind, keyof typeof variables>;

/** @throws INPUT unless it is an address of PostgreSQL */
export const databaseUrl = (env: Environment, role: RoleKind): string => {
  const url = required(env, databaseVariables[role]);
  parsedUrl(url, databaseVariables[role]);
  return url;
};

/** The address itself, which holds a password, is in no message. */
export const parsedUrl = (url: string, name: string = databaseVariables.owner): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && ['postgres:', 'postgresql:'].includes(parsed.protocol)) return parsed;
  throw refuse({
    code: 'INPUT',
    found: `${name} that is no address of PostgreSQL`,
    expected: 'postgres://role:password@host:5432/database, special characters as %40 and the like',
    remedy: `correct ${name}`,
  });
};

export const prefix = (env: Environment): string =>
  matching(env, 'CORDON_PREFIX', 'cordon', /^[a-z][a-z0-9_]{0,40}$/);

export const taskQueue = (env: Environment): string =>
  matching(env, 'CORDON_TASK_QUEUE', 'cordon', /^[a-z][a-z0-9-]{0,60}$/);

/** `records` is read from CORDON_SOURCE_RECORDS. */
export const sourceVariable = (connection: string): `CORDON_SOURCE_${string}` =>
  `CORDON_SOURCE_${connection.toUpperCase().replaceAll('-', '_')}`;

/** @throws INPUT unless it is an address of PostgreSQL or a folder's */
export const sourceUrl = (env: Environment, connection: string): string => {
  const name = sourceVariable(connection);
  const url = required(env, name);
  const { protocol, host = '' } = URL.canParse(url) ? new URL(url) : {};
  if (protocol === 'postgres:' || protocol === 'postgresql:') return url;
  if (protocol === 'file:' && host === '') return url;
  throw refuse({
    code: 'INPUT',
    found: `${name} that is no address of a source`,
    expected: 'postgres://login:password@host:5432/database, or file:///folder',
    remedy: `correct ${name}`,
  });
};

const matching = (env: Environment, name: string, otherwise: string, pattern: RegExp): string => {
  const value = env[name] ?? otherwise;
  if (!pattern.test(value))
    throw refuse({
      code: 'INPUT',
      found: `${name} of another shape`,
      expected: `small letters, digits and separators, such as ${otherwise}`,
      remedy: `correct ${name}`,
    });
  return value;
};

/** `j.smith` */
export const isStaffId = (text: string): boolean => staffPattern.test(text);

/** @throws INPUT when nobody says who acts */
export const officerOf = (given: string | undefined, env: Environment): string => {
  const officer = given ?? optional(env, 'CORDON_OFFICER');
  if (officer === undefined || !isStaffId(officer))
    throw refuse({
      code: 'INPUT',
      found: officer === undefined ? 'nobody who acts' : 'no staff id',
      expected: 'a staff id of small letters, digits, dots and hyphens, such as j.smith',
      remedy: 'give --officer, or set CORDON_OFFICER',
    });
  return officer;
};

export type CheckpointPlace =
  | { readonly folder: string }
  | {
      readonly sftp: {
        readonly host: string;
        readonly port: number;
        readonly user: string;
        readonly directory: string;
        readonly hostKey: string;
      };
    };

/** @throws INPUT unless there is one at least, and each is a folder or a server with its pinned host key */
export const checkpointPlaces = (env: Environment): readonly CheckpointPlace[] => {
  const places = required(env, 'CORDON_CHECKPOINTS')
    .split(/\s+/)
    .filter((text) => text !== '');
  const read = places.map(placeOf);
  if (read.length > 0 && read.every((place) => place !== undefined)) return read;
  throw refuse({
    code: 'INPUT',
    found: 'CORDON_CHECKPOINTS that names no place',
    expected: 'file:///folder or sftp://user@host:22/folder?host_key=SHA256:…, several with blanks between',
    remedy: 'correct CORDON_CHECKPOINTS',
  });
};

/** Of files and folders; none where nobody has said. @throws INPUT */
export const logPlaces = (env: Environment): readonly string[] =>
  (optional(env, 'CORDON_LOGS') ?? '')
    .split(/\s+/)
    .filter((text) => text !== '')
    .map((text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url?.protocol === 'file:' && url.host === '') return fileURLToPath(url);
      throw refuse({
        code: 'INPUT',
        found: 'CORDON_LOGS that names no place',
        expected: 'file:///folder or file:///file, several with blanks between',
        remedy: 'correct CORDON_LOGS',
      });
    });

const placeOf = (text: string): CheckpointPlace | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:' && url.host === '') return { folder: fileURLToPath(url) };
  // a plus in a fingerprint is a plus, not a blank
  const [, hostKey] = /[?&]host_key=(SHA256:[A-Za-z0-9+/]{43})(?:&|$)/.exec(decodeURIComponent(text)) ?? [];
  if (url?.protocol !== 'sftp:' || url.username === '' || url.password !== '' || hostKey === undefined)
    return undefined;
  const directory = decodeURIComponent(url.pathname);
  const user = decodeURIComponent(url.username);
  return { sftp: { host: url.hostname, port: Number(url.port || 22), user, directory, hostKey } };
};
