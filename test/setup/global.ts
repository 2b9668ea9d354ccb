// One PostgreSQL and one Temporal server for the whole test run, each started when a test first asks for it, so
// that a narrow run starts neither. Test files ask over local HTTP, at an address only this run's workers are given.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { bundleWorkflows } from '../../worker/workflow-code.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import type { Postgres } from '../../worker/stack/postgres.ts';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import { startTemporal } from '../../worker/stack/temporal.ts';
import type { Temporal } from '../../worker/stack/temporal.ts';
import { findTemporal } from '../../worker/stack/temporal-program.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import type { Migrated } from '../../worker/demo/installation.ts';
import type { PostgresAnswer, TemporalAnswer } from '../servers.ts';
import { createTemplate } from './template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    serversUrl: string;
  }
}

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const { env } = process;
  const watchdog = await startWatchdog();
  const folder = await createRunFolder({ kind: 'test', env, fresh: true });
  watchdog.remove(folder.path);
  const common = { folder: folder.path, env, watchdog, progress: () => undefined };
  const postgres = lazily(() =>
    // a crash of the machine may cost a test run its data; a crash of the server may not, and does not
    startPostgres({
      ...common,
      settings: {
        fsync: 'off',
        full_page_writes: 'off',
        jit: 'off',
        max_connections: '300',
        // nothing here lives long enough, and a hundred databases would each be looked at in turn
        autovacuum: 'off',
      },
    }),
  );
  const template = lazily(async () => {
    const { adminUrl, kind } = await postgres();
    const migrated = await createTemplate(adminUrl, (droppable) => {
      // after the last test, too: a server that is ours takes it with it
      if (kind === 'external') watchdog.drop(adminUrl, droppable);
    });
    return { migrated, stop: async () => {} };
  });
  const temporal = lazily(() => startTemporal({ ...common, inMemory: true }));
  // on a machine that has none it is built, for minutes: longer than any test waits, so it happens here
  const progress = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!env['TEMPORAL_ADDRESS']) await findTemporal({ env, watchdog, progress }).catch(() => undefined);
  const workflows = lazily(async () => {
    const file = join(folder.path, 'workflows.js');
    await writeFile(file, await bundleWorkflows(), { mode: 0o600 });
    return { file, stop: async () => {} };
  });
  const answers: Answers = {
    '/postgres': async () => postgresAnswer(await postgres()),
    '/template': async () => (await template()).migrated,
    '/temporal': async () => temporalAnswer(await temporal()),
    '/workflows': async () => ({ file: (await workflows()).file }),
  };
  const secret = randomBytes(16).toString('hex');
  const door = createServer((request, response) => {
    // a kept connection may be closed here in the moment in which it is used there
    response.setHeader('connection', 'close');
    const answer = request.url?.startsWith(`/${secret}/`)
      ? answers[request.url.slice(secret.length + 1)]
      : undefined;
    void reply(response, answer);
  });
  await once(door.listen(0, '127.0.0.1'), 'listening');
  project.provide('serversUrl', `http://127.0.0.1:${(door.address() as AddressInfo).port}/${secret}`);
  return async () => {
    door.close();
    door.closeAllConnections();
    await Promise.all([postgres.stop(), temporal.stop()]);
    await folder.remove();
    await watchdog.stop();
  };
};

type Answer = PostgresAnswer | TemporalAnswer | Migrated | { file: string };
type Answers = Readonly<Record<string, () => Promise<Answer>>>;

const postgresAnswer = (server: Postgres): PostgresAnswer => ({
  adminUrl: server.adminUrl,
  kind: server.kind,
  logFile: server.logFile ?? null,
  dataFolder: server.dataFolder ?? null,
});

const temporalAnswer = ({ address, uiUrl = '', kind }: Temporal): TemporalAnswer => ({
  address,
  uiUrl,
  kind,
});

const reply = async (response: ServerResponse, answer: Answers[string] | undefined): Promise<void> => {
  if (!answer) {
    response.writeHead(404).end();
    return;
  }
  try {
    const body = JSON.stringify(await answer());
    response.writeHead(200).end(body);
  } catch (e) {
    response.writeHead(500).end(e instanceof Error ? e.message : 'not started');
  }
};

/** Starts at the first call; stops only what was started. */
const lazily = <T extends { stop(): Promise<void> }>(
  start: () => Promise<T>,
): (() => Promise<T>) & { stop(): Promise<void> } => {
  let started: Promise<T> | undefined;
  return Object.assign(() => (started ??= start()), {
    stop: async () => {
      const server = await started?.catch(() => undefined);
      await server?.stop();
    },
  });
};
