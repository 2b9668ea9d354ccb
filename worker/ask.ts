// Questions at a terminal. Ctrl-C or Ctrl-D at one is an answer too: nothing is done, and nobody gets an error.
import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';

/** What is read where nobody can be asked. */
export type Input = Readable & { readonly isTTY?: boolean };

/** The command ends with code 130 and says that nothing was done. */
export class Interrupted extends Error {
  constructor(nothing: string) {
    super(nothing);
    this.name = 'Interrupted';
  }
}

/**
 * @param nothing what is said when it is interrupted, such as `Nothing was released.`
 * @throws Interrupted
 */
export const atTerminal = async <T>(
  nothing: string,
  work: (ask: (question: string) => Promise<string>) => Promise<T>,
): Promise<T> => {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await work(async (question) => (await terminal.question(question)).trim());
  } catch (e) {
    if (e instanceof Error && e.name === 'AbortError') throw new Interrupted(nothing);
    throw e;
  } finally {
    terminal.close();
  }
};
