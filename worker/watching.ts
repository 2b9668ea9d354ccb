// A command that looks again and again, until Ctrl-C.
import { setTimeout as wait } from 'node:timers/promises';
import { answer } from './answer.ts';
import { refused } from './exit.ts';
import { ended, stopSignal } from './stopping.ts';

type Say = (line: string) => void;

/** home, and what was below it away */
const cleared = '\u001B[H\u001B[2J';

/** Draws each look whole, in the place of the one before. @returns the code of the last one */
export const watching = async (
  look: (say: Say) => Promise<number>,
  say: Say,
  { stopped = stopSignal(), onScreen = process.stdout.isTTY, everyMs = 5_000 } = {},
): Promise<number> => {
  const end = ended(stopped).catch(() => undefined);
  let code = 0;
  while (!stopped.aborted) {
    const lines: string[] = [];
    const looking = look((line) => void lines.push(line)).catch(async (e: unknown) => {
      // what does not answer now may answer in a moment
      const complaint = refused(await answer(e));
      lines.push(...complaint.lines);
      return complaint.code;
    });
    const now = await Promise.race([looking, end]);
    if (now === undefined) break;
    code = now;
    say(
      `${onScreen ? cleared : ''}${lines.join('\n')}\n\n${new Date().toISOString().slice(0, 19)}Z, Ctrl-C ends it`,
    );
    await wait(everyMs, undefined, { signal: stopped }).catch(() => undefined);
  }
  return code;
};
