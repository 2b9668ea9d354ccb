// Whatever was thrown, said to a person. Nobody gets a stack trace, and no text of a library's error is shown that could
// quote a record. Loaded only when something was thrown.
import type { Refusal } from '../schemas/failure.ts';
import { isOurs } from '../schemas/failure.ts';
import { sqlstate } from '../sql/connect.ts';
import { NoDatabase } from './login.ts';
import type { Ending } from './exit.ts';
import { broken, exitCodes } from './exit.ts';

/** Whatever was thrown, as an answer. */
export const answer = async (e: unknown): Promise<Ending> => {
  if (isOurs(e)) {
    const [details] = (e.details ?? []) as readonly Partial<Refusal>[];
    const {
      found = 'something else',
      expected = 'what the command needs',
      remedy = 'see --help',
    } = details ?? {};
    return { refusal: { code: e.type ?? 'INPUT', found, expected, remedy }, exit: exitCodes.no.code };
  }
  if (e instanceof NoDatabase) return unreached(e);
  const state = sqlstate(e);
  if (state !== 'none')
    return broken(
      'SQL',
      `PostgreSQL answered ${state}`,
      'a database this role may use',
      hints[state] ?? 'see the log of the server',
    );
  const ofSystem = systemSays(e);
  if (ofSystem) return ofSystem;
  // Temporal's errors come with its whole client
  const { temporalSays } = await import('./answer-temporal.ts');
  const ofTemporal = temporalSays(e);
  if (ofTemporal) return ofTemporal;
  return broken(
    'BROKEN',
    e instanceof Error && !quotes(e) ? e.message : 'an error of ours',
    'no error',
    'report it with what you did',
  );
};

/** A file, a folder or a server that the operating system could not reach: its own word, and which one. */
const systemSays = (e: unknown): Ending | undefined => {
  const { code, path, address, hostname, port } = (e ?? {}) as NodeJS.ErrnoException & {
    readonly address?: string;
    readonly hostname?: string;
    readonly port?: number;
  };
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return undefined;
  if (path !== undefined)
    return broken(
      'UNREACHABLE',
      `${code} at ${path}`,
      'a file or folder that this login may read and write',
      'correct its rights, or the variable that leads there',
    );
  const host = address ?? hostname;
  return broken(
    'UNREACHABLE',
    `${code}${host === undefined ? '' : ` at ${host}${port === undefined ? '' : `:${String(port)}`}`}`,
    'a server that answers',
    'check the addresses in the environment',
  );
};

/** Names the variable and where it leads; login and password are in no message. */
const unreached = ({ variable, place, cause }: NoDatabase): Ending => {
  const state = sqlstate(cause);
  const { code } = (cause ?? {}) as { code?: unknown };
  const why =
    state !== 'none'
      ? `PostgreSQL answered ${state}`
      : typeof code === 'string'
        ? code
        : 'it does not answer as PostgreSQL does';
  return broken(
    state === 'none' ? 'UNREACHABLE' : 'SQL',
    `${why} at ${place}, where ${variable} leads`,
    'a PostgreSQL that lets this role in',
    hints[state] ?? `correct ${variable}, or start the server`,
  );
};

const hints: Readonly<Record<string, string>> = {
  '28P01': 'check the password in the address',
  '28000': 'check the role in the address',
  '3D000': 'check the database in the address, or create it',
  '42501': 'use the address of the role that may do this',
  '3F000': 'run cordon apply first',
  '42P01': 'run cordon apply first',
};

/** A database's message may quote values; our own and the tools' do not. */
const quotes = (e: Error): boolean => 'severity' in e || e.message.length > 600;
