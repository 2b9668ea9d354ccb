// A run that a test kills: starts what it is told to on standard input, says what it started, and waits.
import { spawn } from 'node:child_process';
import { json } from 'node:stream/consumers';
import { createRunFolder } from '../../worker/stack/runfolder.ts';
import { startPostgres } from '../../worker/stack/postgres.ts';
import { startTemporal } from '../../worker/stack/temporal.ts';
import { startWatchdog } from '../../worker/stack/watchdog.ts';
import type { Droppable } from '../../worker/stack/watchdog.ts';

export interface RunOrder {
  readonly servers: boolean;
  /** A child that ignores SIGTERM. */
  readonly stubborn: boolean;
  readonly borrowed?: { readonly url: string; readonly drop: Droppable };
}

export interface RunStarted {
  readonly folder: string;
  readonly watchdog: number;
  readonly pids: readonly number[];
  readonly secret: string;
}

const order = (await json(process.stdin)) as RunOrder;
const { env } = process;
const watchdog = await startWatchdog({ graceMs: order.stubborn ? 500 : 8_000 });
const folder = await createRunFolder({ kind: 'test', env });
watchdog.remove(folder.path);
if (order.borrowed) watchdog.drop(order.borrowed.url, order.borrowed.drop);
const pids: number[] = [];
const program = order.stubborn
  ? `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`
  : 'setInterval(() => {}, 1000)';
const child = spawn(process.execPath, ['-e', program], { detached: true, stdio: 'ignore' });
if (child.pid) {
  watchdog.watch(child.pid);
  pids.push(child.pid);
}
let secret = '';
if (order.servers) {
  const common = { folder: folder.path, env, watchdog, progress: () => undefined };
  const [postgres, temporal] = await Promise.all([
    startPostgres({ ...common, kinds: ['system', 'embedded'], settings: { fsync: 'off' } }),
    startTemporal({ ...common, env: { ...env, TEMPORAL_ADDRESS: undefined } }),
  ]);
  secret = new URL(postgres.adminUrl).password;
  for (const pid of [postgres.pid(), temporal.pid()]) if (pid) pids.push(pid);
}
const started: RunStarted = { folder: folder.path, watchdog: watchdog.pid, pids, secret };
process.stdout.write(`${JSON.stringify(started)}\n`);
setInterval(() => undefined, 1_000);
