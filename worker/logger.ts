// The log of every process of Cordon: typed events as JSON lines on standard error. Of an error only its code and the
// place in our code are written, of the SDK's own events only the fields named here; never a message with a value.
import { Runtime } from '@temporalio/worker';
import type { Logger, LogLevel, LogMetadata } from '@temporalio/worker';
import pino from 'pino';
import { CODES } from '../schemas/failure.ts';
import { sqlstate } from '../sql/connect.ts';
import { isOurId } from '../workflows/ids.ts';
import { isOurText } from './guard.ts';

/** Writes one line; the process's standard error unless a test listens. */
export type Sink = (line: string) => void;

const levels: readonly LogLevel[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'];
const standardError: Sink = (line) => void process.stderr.write(line);

let sink: Sink = standardError;
const lines = pino(
  { base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
  { write: (line: string) => sink(line) },
);

/** MUST run before the first worker or connection: the SDK's runtime is made once per process. */
export const installLogger = (level: LogLevel = 'INFO', to: Sink = standardError): void => {
  sink = to;
  Runtime.install({
    logger: createLogger(level),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
};

export const createLogger = (least: LogLevel): Logger => {
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const rank = levels.indexOf(level);
    if (rank < levels.indexOf(least)) return;
    const shown = harmless(message, meta);
    // a warning that cannot be shown is one still; small talk is not
    if (shown !== undefined || rank >= levels.indexOf('WARN')) write(level, shown ?? unshown, meta);
  };
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  };
};

/** An error that is about to be replaced by a code: this line is all that remains of it. */
export const report = (activityType: string, error: unknown): void =>
  write('WARN', 'activity broke off', { activityType, error });

const write = (level: LogLevel, message: string, meta: LogMetadata): void => {
  const fields = Object.entries(shown).flatMap(([key, fits]) => {
    const value: unknown = meta[key];
    return fits(value) ? [[key, value] as const] : [];
  });
  lines[pinoLevel[level]]({ ...Object.fromEntries(fields), ...trace(meta['error'] ?? meta['err']) }, message);
};

const pinoLevel = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

const word = (value: unknown): boolean => typeof value === 'string' && /^[A-Za-z_]{1,40}$/.test(value);
const count = (value: unknown): boolean => Number.isSafeInteger(value) && Math.abs(Number(value)) < 1e9;
const shown: Readonly<Record<string, (value: unknown) => boolean>> = {
  sdkComponent: word,
  workflowType: word,
  activityType: word,
  state: word,
  workflowId: (value) => typeof value === 'string' && isOurId(value),
  runId: (value) => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value),
  attempt: count,
  durationMs: count,
};

// The SDK's own messages are constants, apart from the text of an error after a colon.
const harmless = (message: string, { sdkComponent }: LogMetadata): string | undefined => {
  const [head = ''] = message.split(/[:\n]/);
  const ours = sdkComponent === 'activity' || sdkComponent === 'workflow';
  const fits = ours ? isOurText(message) : /^[A-Za-z][A-Za-z .,'`()_/-]{0,200}$/.test(head);
  return fits ? (ours ? message : head) : undefined;
};
const unshown = 'a message that is not shown';

/** The code of an error and of what caused it, and where in our rooms it arose. */
const trace = (error: unknown): Record<string, string> => {
  if (!(error instanceof Error)) return {};
  const { type } = error as { type?: unknown };
  const state = sqlstate(error);
  const at = placeOf(error.stack ?? '');
  const below = error.cause === error ? {} : trace(error.cause);
  return {
    ...below,
    ...(typeof type === 'string' && CODES.has(type) ? { code: type } : {}),
    ...(state === 'none' ? {} : { sqlstate: state }),
    ...(at ? { at } : {}),
  };
};

const placeOf = (stack: string): string | undefined =>
  stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => /\b((?:schemas|sql|activities|workflows|worker)\/[a-z/-]+\.ts:\d{1,5})/.exec(line)?.[1])
    .find((place) => place !== undefined);
