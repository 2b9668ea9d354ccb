import { Connection } from '@temporalio/client';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identify } from '../../worker/stack/processes.ts';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import type { Environment, RunFolder } from '../../worker/stack/runfolder.ts';
import { makeNamespace } from '../../worker/stack/temporal-namespace.ts';
import { findTemporal, temporalCache } from '../../worker/stack/temporal-program.ts';
import { pagesBeside, pagesOf, startTemporal } from '../../worker/stack/temporal.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import type { Watchdog } from '../../worker/stack/watchdog.ts';
import { temporalServer } from '../servers.ts';

let folder: RunFolder;
let watchdog: Watchdog;
beforeAll(async () => {
  folder = await createRunFolder({ kind: 'test', env: process.env });
  watchdog = await startWatchdog();
  watchdog.remove(folder.path);
});
afterAll(() => watchdog.stop());

const progress = (): void => undefined;

const program = async (path: string, text: string): Promise<string> => {
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
  return path;
};

/** An environment without Temporal, Go or a way to the internet, and an empty cache. */
const bare = async (name: string): Promise<{ env: Environment; bin: string }> => {
  const home = await folder.sub(name);
  const bin = join(home, 'bin');
  await mkdir(bin);
  return { bin, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home, HTTPS_PROXY: 'http://127.0.0.1:1' } };
};

describe('the server’s program is looked for', () => {
  test('where TEMPORAL_CLI_PATH says, then on the PATH, then in the cache, and nowhere else first', async () => {
    const { env, bin } = await bare('order');
    const said = await program(join(env['HOME'] ?? '', 'said'), 'exit 0');
    const cache = temporalCache(env);
    await mkdir(cache, { recursive: true });
    const kept = await program(join(cache, 'temporal'), 'exit 0');
    expect(await findTemporal({ env, progress })).toEqual({ kind: 'kept', path: kept });
    const installed = await program(join(bin, 'temporal'), 'exit 0');
    expect(await findTemporal({ env, progress })).toEqual({ kind: 'installed', path: installed });
    expect(await findTemporal({ env: { ...env, TEMPORAL_CLI_PATH: said }, progress })).toEqual({
      kind: 'said',
      path: said,
    });
  });

  test('and a TEMPORAL_CLI_PATH that does not run is said to be wrong, not passed over', async () => {
    const { env } = await bare('wrong');
    await expect(findTemporal({ env: { ...env, TEMPORAL_CLI_PATH: '/nowhere' }, progress })).rejects.toThrow(
      'TEMPORAL_CLI_PATH names /nowhere',
    );
  });

  test('and when there is none, within seconds, one answer lists every way', async () => {
    const { env } = await bare('none');
    const began = Date.now();
    await expect(findTemporal({ env, progress })).rejects.toThrow(
      /TEMPORAL_ADDRESS[^]*TEMPORAL_CLI_PATH[^]*temporal-1\.5\.1[^]*temporal\.download[^]*Go 1\.25/,
    );
    expect(Date.now() - began).toBeLessThan(15_000);
  });
});

describe('a build', () => {
  test('is done once for two runs that start together, and appears in the cache whole', async () => {
    const { env, bin } = await bare('twice');
    const calls = join(env['HOME'] ?? '', 'calls');
    // stands for Go: slow, and with a half-written program on the way
    await program(
      join(bin, 'go'),
      `echo x >> ${calls}; echo some/package >&2; echo half > $GOBIN/temporal; sleep 1
       printf '#!/bin/sh\\nexit 0\\n' > $GOBIN/temporal; chmod 755 $GOBIN/temporal`,
    );
    const found = await Promise.all([findTemporal({ env, progress }), findTemporal({ env, progress })]);
    const path = join(temporalCache(env), 'temporal');
    expect(found).toEqual([
      { kind: 'built', path },
      { kind: 'built', path },
    ]);
    expect(await readFile(calls, 'utf8')).toBe('x\n');
    expect(await readdir(temporalCache(env))).toEqual(['temporal']);
  });

  test('that fails says why, and leaves nothing in the cache', async () => {
    const { env, bin } = await bare('fails');
    await program(join(bin, 'go'), 'echo "go: module needs a newer Go" >&2; exit 1');
    await expect(findTemporal({ env, progress })).rejects.toThrow('module needs a newer Go');
    expect(await readdir(temporalCache(env))).toEqual([]);
  });

  test('whose run was killed is taken over by the next', async () => {
    const { env, bin } = await bare('takeover');
    const lock = join(temporalCache(env), 'building');
    await mkdir(lock, { recursive: true });
    const { host } = JSON.parse(await readFile(join(folder.path, 'owner.json'), 'utf8')) as { host: string };
    await writeFile(join(lock, 'owner.json'), JSON.stringify({ host, pid: 1, started: 'long ago' }));
    await program(
      join(bin, 'go'),
      `printf '#!/bin/sh\\nexit 0\\n' > $GOBIN/temporal; chmod 755 $GOBIN/temporal`,
    );
    expect(await findTemporal({ env, progress })).toMatchObject({ kind: 'built' });
  });
});

test('a server of one’s own comes back after SIGKILL with its namespace, shows its UI, and ends when told', async () => {
  const server = await startTemporal({
    folder: folder.path,
    env: { ...process.env, TEMPORAL_ADDRESS: undefined },
    progress,
    watchdog,
  });
  await server.crash();
  expect(server.pid()).toBe(undefined);
  await server.restart();
  await makeNamespace({ address: server.address }, server.namespace);
  expect((await fetch(server.uiUrl ?? '')).status).toBe(200);
  const pid = server.pid() ?? 0;
  await server.stop();
  expect(identify(pid)).toBe(undefined);
});

test('TEMPORAL_ADDRESS wins over every other way: a namespace is made there and goes again, and the server is left running', async () => {
  const { address } = await temporalServer();
  const env = { ...process.env, TEMPORAL_ADDRESS: address, TEMPORAL_CLI_PATH: '/nowhere' };
  const server = await startTemporal({ folder: folder.path, env, progress });
  expect(server).toMatchObject({ kind: 'external', address });
  // nothing answers a thousand ports above this one: no address of pages is made up
  expect(pagesOf(server)).toBe(undefined);
  const connection = await Connection.connect({ address });
  const there = () =>
    connection.workflowService.describeNamespace({ namespace: server.namespace }).then(
      () => true,
      () => false,
    );
  expect(await there()).toBe(true);
  await server.stop();
  await expect.poll(there, { timeout: 10_000 }).toBe(false);
  await connection.close();
  await makeNamespace({ address }, server.namespace);
});

test('pages a thousand ports above a server are named when they are Temporal’s own, and never for another’s', async () => {
  const { uiUrl } = await temporalServer();
  const below = (port: number) => `127.0.0.1:${String(port - 1_000)}`;
  expect(await pagesBeside(below(Number(new URL(uiUrl).port)))).toBe(uiUrl);
  const other = createServer((_, response) => response.end('{}'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  expect(await pagesBeside(below((other.address() as AddressInfo).port))).toBe(undefined);
  other.close();
});

test('a search attribute registered with another type is refused', async () => {
  const { address } = await temporalServer();
  await makeNamespace({ address }, 'mistyped', { CordonDueAt: 'Keyword' });
  await expect(makeNamespace({ address }, 'mistyped', { CordonDueAt: 'Datetime' })).rejects.toThrow(
    'CordonDueAt',
  );
});
