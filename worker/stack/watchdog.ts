// Nothing outlives a run. A second process holds the reading end of a pipe; when this process ends, however it
// ends, the pipe closes and the watchdog ends what was registered and drops what was made on a borrowed server.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { identify, signal } from './processes.ts';

/** What goes over the pipe, one JSON line each. A database address holds a password: never in argv, never in a file. */
export type WatchdogLine =
  | { readonly pid: number; readonly gently: NodeJS.Signals }
  | { readonly unregister: number }
  | { readonly remove: string }
  | { readonly keep: string }
  | { readonly url: string; readonly drop: Droppable }
  | { readonly forget: string };

export interface Droppable {
  readonly databases: readonly string[];
  readonly roles: readonly string[];
}

export interface Watchdog {
  readonly pid: number;
  /** Registers a child that leads its own process group (`detached: true`). */
  watch(pid: number, gently?: NodeJS.Signals): void;
  unwatch(pid: number): void;
  /** A folder to delete when the run dies. */
  remove(folder: string): void;
  keep(folder: string): void;
  /** Databases, then roles, to drop on a server that is not ours to stop. Replaces what was said for this url. */
  drop(url: string, what: Droppable): void;
  forget(url: string): void;
  /** Orderly end: closes the pipe and waits. Whatever is still registered is ended all the same, or comes too late. */
  stop(): Promise<void>;
}

/** @param options.graceMs between the gentle signal and SIGKILL: PostgreSQL's checkpoint, a worker's last activity */
export const startWatchdog = async ({ graceMs = 8_000 } = {}): Promise<Watchdog> => {
  const script = fileURLToPath(new URL('watchdog-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, String(graceMs)], {
    // own session: Ctrl-C in the terminal reaches the run, not its watchdog
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '' },
    cwd: '/',
  });
  await once(child, 'spawn');
  child.unref();
  // the run may end while a line is under way: there is nobody left to tell
  child.stdin.on('error', () => undefined);
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  const say = (line: WatchdogLine): void => {
    child.stdin.write(`${JSON.stringify(line)}\n`);
  };
  let stopping = false;
  return {
    pid: child.pid ?? 0,
    watch: (pid, gently = 'SIGTERM') => {
      const known = stopping ? identify(pid) : undefined;
      if (known) signal(known, 'SIGKILL');
      else say({ pid, gently });
    },
    unwatch: (pid) => say({ unregister: pid }),
    remove: (folder) => say({ remove: folder }),
    keep: (folder) => say({ keep: folder }),
    drop: (url, what) => say({ url, drop: what }),
    forget: (url) => say({ forget: url }),
    stop: async () => {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.ref();
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
};
