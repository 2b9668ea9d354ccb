// The largest memory of this process. `maxRSS` will not do where /proc is there: Linux carries it over from the parent.
import { readFileSync } from 'node:fs';

export const peakRssKb = (): number => {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kb !== undefined) return Number(kb);
  } catch {
    // no Linux
  }
  return process.resourceUsage().maxRSS;
};
