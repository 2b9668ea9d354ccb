import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, describe, expect, test } from 'vitest';
import { goneWithin, identify, signal } from '../../worker/stack/processes.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import { postgresServer } from '../servers.ts';
import type { RunOrder, RunStarted } from './stack-run.ts';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

const sleeper = (): { pid: number } => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    detached: true,
    stdio: 'ignore',
  });
  started.push(child);
  return { pid: child.pid ?? 0 };
};

const startRun = async (order: RunOrder): Promise<{ run: ChildProcess; said: RunStarted }> => {
  const run = spawn(process.execPath, [new URL('stack-run.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(run);
  run.stdin?.end(JSON.stringify(order));
  if (!run.stdout) throw new Error('no output');
  const [line] = (await once(createInterface({ input: run.stdout }), 'line')) as [string];
  return { run, said: JSON.parse(line) as RunStarted };
};

/** All processes of the machine whose command line holds the text. */
const commandLinesWith = async (text: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(text)) found.push(`${name} ${line.replaceAll('\0', ' ')}`);
  }
  return found;
};

const gone = (pid: number): Promise<boolean> => goneWithin(identify(pid) ?? { pid, started: 'gone' }, 15_000);

describe('a run that is killed with SIGKILL', () => {
  test('leaves no server, no child, no folder and no watchdog behind', async () => {
    const { run, said } = await startRun({ servers: true, stubborn: false });
    expect(said.pids).toHaveLength(3);
    expect(said.pids.filter((pid) => !identify(pid))).toEqual([]);
    expect(await commandLinesWith(said.folder)).not.toEqual([]);
    expect(await commandLinesWith(said.secret)).toEqual([]);
    run.kill('SIGKILL');
    for (const pid of [...said.pids, said.watchdog]) expect(await gone(pid)).toBe(true);
    expect(await commandLinesWith(said.folder)).toEqual([]);
    expect(existsSync(said.folder)).toBe(false);
  });

  test('leaves not even a child that ignores SIGTERM', async () => {
    const { run, said } = await startRun({ servers: false, stubborn: true });
    run.kill('SIGKILL');
    for (const pid of [...said.pids, said.watchdog]) expect(await gone(pid)).toBe(true);
  });

  test('leaves none of its databases and roles on a borrowed server, and all of everybody else’s', async () => {
    const { adminUrl } = await postgresServer();
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    for (const name of ['watchdog_mine', 'watchdog_other']) {
      await admin.query(`create database ${name}`);
      await admin.query(`create role ${name}`);
    }
    await admin.query('alter database watchdog_mine owner to watchdog_mine');
    const { run, said } = await startRun({
      servers: false,
      stubborn: false,
      borrowed: {
        url: adminUrl,
        drop: { databases: ['watchdog_mine', 'never_made'], roles: ['watchdog_mine'] },
      },
    });
    expect(await commandLinesWith(new URL(adminUrl).password)).toEqual([]);
    run.kill('SIGKILL');
    expect(await gone(said.watchdog)).toBe(true);
    const left = await admin.query<{ name: string }>(
      `select datname as name from pg_database where datname like 'watchdog%'
       union all select rolname from pg_roles where rolname like 'watchdog%'`,
    );
    expect(left.rows.map((row) => row.name)).toEqual(['watchdog_other', 'watchdog_other']);
    await admin.query('drop database watchdog_other');
    await admin.query('drop role watchdog_other');
    await admin.end();
  });
});

describe('an orderly end', () => {
  test('ends what is still registered, spares what was taken off, and ends the watchdog', async () => {
    const [kept, ended] = [sleeper(), sleeper()];
    const watchdog = await startWatchdog();
    watchdog.watch(kept.pid);
    watchdog.watch(ended.pid);
    watchdog.unwatch(kept.pid);
    await watchdog.stop();
    expect(identify(ended.pid)).toBe(undefined);
    expect(identify(kept.pid)).toMatchObject({ pid: kept.pid });
    expect(identify(watchdog.pid)).toBe(undefined);
  });

  test('ends a child that starts too late to be heard of, and no other', async () => {
    const [late, other] = [sleeper(), sleeper()];
    const watchdog = await startWatchdog();
    await watchdog.stop();
    watchdog.watch(late.pid);
    expect(await gone(late.pid)).toBe(true);
    expect(identify(other.pid)).toMatchObject({ pid: other.pid });
  });
});

test('a process is not signalled when its number now belongs to another', async () => {
  const { pid } = sleeper();
  signal({ pid, started: 'another time' }, 'SIGKILL');
  expect(await goneWithin(identify(pid) ?? { pid, started: '' }, 200)).toBe(false);
});
