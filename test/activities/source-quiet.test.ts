import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { assertQuiet } from '../../activities/source/quiet.ts';
import type { TestDatabase } from '../database.ts';
import { createDatabase } from '../database.ts';
import { refusal } from './source.conformance.ts';

describe('a server that must not log what is bound', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await createDatabase({ name: 'quiet' });
    admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
  });
  afterEach(() => admin.query('rollback'));
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  const set = async (settings: Readonly<Record<string, string>>): Promise<void> => {
    await admin.query('begin');
    for (const [name, value] of Object.entries({ ...silence, ...settings }))
      await admin.query('select set_config($1, $2, true)', [name, value]);
  };
  const silence = {
    log_statement: 'none',
    log_min_duration_statement: '-1',
    log_min_duration_sample: '-1',
    log_transaction_sample_rate: '0',
    log_parameter_max_length: '-1',
    log_parameter_max_length_on_error: '0',
  };

  it.each([
    ['log_statement', 'all'],
    ['log_statement', 'mod'],
    ['log_statement', 'ddl'],
    ['log_min_duration_statement', '0'],
    ['log_min_duration_statement', '250ms'],
    ['log_min_duration_sample', '1s'],
    ['log_transaction_sample_rate', '0.01'],
  ])(
    'is refused for %s = %s while parameters have any length, and not when they have none',
    async (name, value) => {
      const logging = { [name]: value };
      await set(logging);
      const no = await refusal(assertQuiet(admin));
      expect(no.code).toBe('SOURCE_LOGS_PARAMETERS');
      expect(no.found).toContain(name);
      await admin.query('rollback');
      await set({ ...logging, log_parameter_max_length: '16' });
      await expect(assertQuiet(admin)).rejects.toThrow('SOURCE_LOGS_PARAMETERS');
      await admin.query('rollback');
      await set({ ...logging, log_parameter_max_length: '0' });
      await assertQuiet(admin);
    },
  );

  it.each([
    ['log_parameter_max_length_on_error', '-1'],
    ['log_parameter_max_length_on_error', '64'],
    ['auto_explain.log_min_duration', '0'],
    ['auto_explain.log_min_duration', '3s'],
    ['pgaudit.log_parameter', 'on'],
  ])('is refused for %s = %s whatever the length of parameters', async (name, value) => {
    await set({ [name]: value, log_parameter_max_length: '0' });
    const no = await refusal(assertQuiet(admin, 'source'));
    expect(no.found).toContain(name);
    expect(no.found).toContain('source');
  });

  it('is taken as it is when nothing is logged, modules loaded or not', async () => {
    await set({});
    await assertQuiet(admin);
    await admin.query('rollback');
    await set({ 'auto_explain.log_min_duration': '-1', 'pgaudit.log_parameter': 'off' });
    await assertQuiet(admin);
  });
});
