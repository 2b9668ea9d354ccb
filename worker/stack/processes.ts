// Whether a process is still the one we started: a pid alone is not enough, numbers are used again, and a killed
// child that nobody reaps (a container's first process often does not) still answers signal 0.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A process and, on Linux, the tick it started at; elsewhere `started` is empty and only the number is known. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/** `undefined` when there is no such process, or only its zombie. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const stat = readStat(pid);
  if (stat === 'no-proc') return answers(pid) ? { pid, started: '' } : undefined;
  return stat && stat.state !== 'Z' && stat.state !== 'X' ? { pid, started: stat.started } : undefined;
};

export const isRunning = (known: ProcessIdentity): boolean => {
  const now = identify(known.pid);
  return now !== undefined && now.started === known.started;
};

/** Signals the process group it leads, or the process alone; a process that is gone is no error. */
export const signal = (known: ProcessIdentity, name: NodeJS.Signals): void => {
  const now = identify(known.pid);
  if (now && now.started !== known.started) return;
  for (const target of [-known.pid, known.pid]) {
    try {
      process.kill(target, name);
      return;
    } catch {
      // no group of that number: try the process itself
    }
  }
};

/** Gently first, then SIGKILL. PostgreSQL's fast shutdown writes a checkpoint, which is what the grace is for. */
export const endProcess = async (
  known: ProcessIdentity,
  gently: NodeJS.Signals,
  graceMs: number,
): Promise<void> => {
  signal(known, gently);
  if (await goneWithin(known, graceMs)) return;
  signal(known, 'SIGKILL');
  await goneWithin(known, 5_000);
};

export const goneWithin = async (known: ProcessIdentity, ms: number): Promise<boolean> => {
  const until = Date.now() + ms;
  while (isRunning(known)) {
    if (Date.now() > until) return false;
    await delay(20);
  }
  return true;
};

const answers = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (e) {
    return e instanceof Error && 'code' in e && e.code === 'EPERM';
  }
};

/** proc(5): the command is in brackets and may hold spaces and brackets; state is field 3, start time field 22. */
const readStat = (pid: number): { state: string; started: string } | 'no-proc' | undefined => {
  if (process.platform !== 'linux') return 'no-proc';
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', started: fields[19] ?? '' };
  } catch {
    return undefined;
  }
};
