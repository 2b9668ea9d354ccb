// A contender in a process of its own. What it is given goes in by standard input: it holds keys and passwords.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Finished<A> {
  readonly answer: A;
  /** the whole process, its start included, without the time in which it was looked at */
  readonly seconds: number;
}

/** @param onLook while it waits, the child's clock stands still */
export const runChild = async <A>(
  program: string,
  args: readonly string[],
  job: object,
  onLook: (at: string) => Promise<void> = async () => undefined,
): Promise<Finished<A>> => {
  const start = performance.now();
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, TZ: 'UTC' } });
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  let complaint = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (complaint = (complaint + text).slice(-2_000)));
  // a child that died does not read
  child.stdin.on('error', () => undefined);
  child.stdin.write(`${JSON.stringify(job)}\n`);
  let looked = 0;
  let answer: A | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as A | { readonly look: string };
    if (typeof said === 'object' && said !== null && 'look' in said) {
      const from = performance.now();
      await onLook(said.look);
      looked += performance.now() - from;
      child.stdin.write('\n');
    } else answer = said;
  }
  const [code] = await ended;
  if (code !== 0 || answer === undefined)
    throw new Error(`${args.at(-1) ?? program} ended with ${String(code)}: ${complaint.trim()}`);
  return { answer, seconds: (performance.now() - start - looked) / 1000 };
};
