import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { createCordon } from '../cordon.ts';
import { createDatabase } from '../database.ts';
import { createNamespace } from '../namespace.ts';
import { postgresServer, template } from '../servers.ts';

const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('the test run’s PostgreSQL', () => {
  test('gives each file a database of its own, UTF-8 in every letter, and nothing of another file', async () => {
    const [one, two] = await Promise.all([createDatabase(), createDatabase()]);
    await query(one.url, 'create table only_here ()');
    expect(await query(two.url, `select to_regclass('only_here') t`)).toEqual([{ t: null }]);
    expect(
      await query(two.url, `select length('Siân Łukasz') n, current_setting('server_encoding') e`),
    ).toEqual([{ n: 11, e: 'UTF8' }]);
    await Promise.all([one.drop(), two.drop()]);
    const names = `select datname from pg_database where datname in ('${one.name}', '${two.name}')`;
    expect(await query(one.adminUrl, names)).toEqual([]);
  });

  test('migrates one database for all who ask; each copy shares its roles, and nothing of another copy', async () => {
    const [one, two, own] = await Promise.all([createCordon(), createCordon(), createCordon({ own: true })]);
    try {
      expect(two.names).toEqual(one.names);
      expect(Object.values(one.names)).not.toContain(own.names.owner);
      await query(one.urls.owner, 'create table cordon.only_here ()');
      expect(await query(two.urls.owner, `select to_regclass('cordon.only_here') t`)).toEqual([{ t: null }]);
      const known = `select array_agg(id order by id) ids from cordon.migration`;
      expect(await query(one.urls.owner, known)).toEqual(await query(own.urls.owner, known));
      const mayConnect = `select has_database_privilege('public', current_database(), 'connect') everybody,
        has_database_privilege('${own.names.worker}', current_database(), 'connect') other`;
      expect(await query(one.urls.worker, mayConnect)).toEqual([{ everybody: false, other: false }]);
      const { database } = await template();
      await expect(query(one.database.url.replace(one.database.name, database), 'select')).rejects.toThrow(
        /not currently accepting connections/,
      );
    } finally {
      await Promise.all([one.drop(), two.drop(), own.drop()]);
    }
  });

  test('refuses to drop a database whose connections were left open, unless told to', async () => {
    const database = await createDatabase();
    const leak = new pg.Client({ connectionString: database.url, application_name: 'leak' });
    leak.on('error', () => undefined);
    await leak.connect();
    await expect(database.drop()).rejects.toThrow(/1 connections .* left open: leak/);
    await database.drop({ force: true });
    await leak.end().catch(() => undefined);
  });

  test('logs the statement that failed, and none of the values bound to it', async () => {
    const { adminUrl, logFile } = await postgresServer();
    const database = await createDatabase();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await expect(client.query('select 1 / ($1::int - $1::int) as marked', [918_273_645])).rejects.toThrow(
      /zero/,
    );
    await client.end();
    await database.drop();
    const settings = `select current_setting('log_parameter_max_length') a,
      current_setting('log_parameter_max_length_on_error') b`;
    expect(await query(adminUrl, settings)).toEqual([{ a: '0', b: '0' }]);
    if (logFile === null) return; // a server of somebody else's, whose log we cannot read
    const log = await readFile(logFile, 'utf8');
    expect(log).toContain('as marked');
    expect(log).not.toContain('918273645');
  });
});

describe('the test run’s Temporal', () => {
  test('gives each file a namespace that knows Cordon’s search attributes and keeps histories 400 days', async () => {
    const [one, two] = await Promise.all([createNamespace(), createNamespace()]);
    expect(one.namespace).not.toBe(two.namespace);
    const connection = await Connection.connect({ address: one.address });
    const { config } = await connection.workflowService.describeNamespace({ namespace: one.namespace });
    expect(String(config?.workflowExecutionRetentionTtl?.seconds)).toBe(String(400 * 86_400));
    const client = new Client({ connection, namespace: one.namespace });
    await client.workflow.start('nobody-runs-it', {
      taskQueue: 'none',
      workflowId: 'one',
      searchAttributes: { CordonSurvey: ['a'], CordonAttention: [true], CordonDueAt: [new Date()] },
    });
    await expect.poll(async () => (await client.workflow.count(`CordonSurvey = 'a'`)).count).toBe(1);
    const other = new Client({ connection, namespace: two.namespace });
    expect((await other.workflow.count()).count).toBe(0);
    await connection.close();
  });
});
