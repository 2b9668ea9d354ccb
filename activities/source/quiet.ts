// A server that would write bound values into its log is refused: keys and references are bound. What cannot be read
// counts as logging.
import type pg from 'pg';
import { refuse } from '../../schemas/failure.ts';
import { sqlstate } from '../../sql/connect.ts';

const names = [
  'log_statement',
  'log_min_duration_statement',
  'log_min_duration_sample',
  'log_transaction_sample_rate',
  'log_parameter_max_length',
  'log_parameter_max_length_on_error',
  'auto_explain.log_min_duration',
  'pgaudit.log_parameter',
] as const;
type Settings = Partial<Record<(typeof names)[number], string | null>>;

/** @throws SOURCE_LOGS_PARAMETERS */
export const assertQuiet = async (
  connection: Pick<pg.ClientBase, 'query'>,
  whose: 'source' | 'work database' = 'work database',
): Promise<void> => {
  const loud = await read(connection).then((settings) =>
    settings ? loudest(settings) : 'log settings that this role may not read',
  );
  if (loud !== undefined)
    throw refuse({
      code: 'SOURCE_LOGS_PARAMETERS',
      found: `the ${whose} has ${loud}`,
      expected: 'a server that writes no bound value into its log',
      remedy:
        'a database administrator runs, for this role: alter role … set log_parameter_max_length = 0; ' +
        'alter role … set log_parameter_max_length_on_error = 0; alter role … set auto_explain.log_min_duration = -1; ' +
        'alter role … set pgaudit.log_parameter = off; and, where they cannot be read, grant pg_read_all_settings to …',
    });
};

/** A module's setting is known to exactly those sessions that have loaded the module; empty is what a rolled back `set` leaves. */
const read = async (connection: Pick<pg.ClientBase, 'query'>): Promise<Settings | undefined> => {
  try {
    const { rows } = await connection.query<{ name: string; setting: string | null }>(
      "select n.name, nullif(current_setting(n.name, true), '') as setting from unnest($1::text[]) as n(name)",
      [names],
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  } catch (e) {
    if (sqlstate(e) === '42501') return undefined;
    throw e;
  }
};

/** Before PostgreSQL 13 there is no limit on logged parameters, and no logging of them on error. */
const loudest = (settings: Settings): string | undefined => {
  const off = (name: keyof Settings, quiet: string): boolean => (settings[name] ?? quiet) === quiet;
  const say = (name: keyof Settings): string => `${name} = ${settings[name] ?? 'unlimited'}`;
  const logs =
    (!off('log_statement', 'none') && say('log_statement')) ||
    (!off('log_min_duration_statement', '-1') && say('log_min_duration_statement')) ||
    (!off('log_min_duration_sample', '-1') && say('log_min_duration_sample')) ||
    (!off('log_transaction_sample_rate', '0') && say('log_transaction_sample_rate'));
  if (logs && settings.log_parameter_max_length !== '0')
    return `${logs} and ${say('log_parameter_max_length')}`;
  if (!off('log_parameter_max_length_on_error', '0')) return say('log_parameter_max_length_on_error');
  // its plans print bound values as constants, whatever its own limit on parameters
  if (!off('auto_explain.log_min_duration', '-1')) return say('auto_explain.log_min_duration');
  if (!off('pgaudit.log_parameter', 'off')) return say('pgaudit.log_parameter');
  return undefined;
};
