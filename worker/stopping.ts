// How what runs until Ctrl-C comes to its end.

/** Never resolves. @throws Error once it is aborted */
export const ended = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(new Error('stopped'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });

/** Aborts at the first Ctrl-C or its like; a second one ends the process, and the watchdog the rest. */
export const stopSignal = (): AbortSignal => {
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopped.abort());
  return stopped.signal;
};
