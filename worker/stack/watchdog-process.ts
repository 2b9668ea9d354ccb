// The watchdog itself: reads lines until its pipe closes, then clears up and exits. It keeps no file and says
// nothing, because what it is told includes the password of a database.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { endProcess, identify } from './processes.ts';
import type { ProcessIdentity } from './processes.ts';
import type { Droppable, WatchdogLine } from './watchdog.ts';

const graceMs = Number(process.argv[2]);

const processes = new Map<number, { known: ProcessIdentity; gently: NodeJS.Signals }>();
const folders = new Set<string>();
const databases = new Map<string, Droppable>();

const hear = (line: WatchdogLine): void => {
  if ('pid' in line) {
    const known = identify(line.pid);
    if (known) processes.set(line.pid, { known, gently: line.gently });
  } else if ('unregister' in line) processes.delete(line.unregister);
  else if ('remove' in line) folders.add(line.remove);
  else if ('keep' in line) folders.delete(line.keep);
  else if ('drop' in line) databases.set(line.url, line.drop);
  else databases.delete(line.forget);
};

const clearUp = async (): Promise<void> => {
  await Promise.all([...processes.values()].map(({ known, gently }) => endProcess(known, gently, graceMs)));
  for (const [url, what] of databases) await dropAll(url, what);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
};

/** A server that is busy may refuse a connection once: nobody comes after us. */
const dropAll = async (url: string, what: Droppable): Promise<void> => {
  for (let tries = 0; tries < 3; tries++) if (await dropped(url, what)) return;
};

const dropped = async (url: string, what: Droppable): Promise<boolean> => {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const name of what.databases) {
      await attempt(client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`));
    }
    for (const name of what.roles) {
      await attempt(client.query(`drop role if exists ${client.escapeIdentifier(name)}`));
    }
    return true;
  } catch {
    // the server is gone, and with it what was to be dropped, or out of reach
    return false;
  } finally {
    await attempt(client.end());
  }
};

/** One that cannot be dropped must not keep the others. */
const attempt = async (work: Promise<unknown>): Promise<void> => {
  await work.catch(() => undefined);
};

for await (const text of createInterface({ input: process.stdin })) {
  try {
    hear(JSON.parse(text) as WatchdogLine);
  } catch {
    // a line cut short by the end of the run
  }
}
await clearUp();
process.exit(0);
