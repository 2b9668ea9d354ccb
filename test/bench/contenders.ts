// Who runs. Every peer is a process of its own that reads a job and answers; ours comes before them in each round,
// because they draw with its frame ids and its seed.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Job } from './peers/job.ts';

export interface Peer {
  readonly name: string;
  readonly about: string;
  readonly command: readonly [program: string, args: readonly string[]];
  /** beyond so many rows it is left out */
  readonly most?: number;
  /** given something else than the others: what a test does to see whether it is caught */
  readonly job?: (job: Job) => Job;
}

const at = (file: string): string => join(import.meta.dirname, 'peers', file);

/** With room for what a peer keeps of ten million rows. */
const node = (file: string, ...args: readonly string[]): [string, string[]] => [
  process.execPath,
  ['--max-old-space-size=12000', at(file), ...args],
];

const ofNode: readonly Peer[] = [
  {
    name: 'streaming Node',
    about: 'COPY of the needed columns, rules as rows come, nothing staged',
    command: node('streaming.ts'),
  },
  {
    name: 'arquero',
    about: 'the CSV as one table',
    command: node('arquero.ts'),
    // a string of V8 ends at 512 MB
    most: 1_500_000,
  },
  {
    name: 'Node batches',
    about: '`select *`, filter in JavaScript, inserts of 500',
    command: node('batches.ts'),
    most: 2_000_000,
  },
  {
    name: 'row at a time',
    about: 'the same with one insert a row',
    command: node('batches.ts', '1'),
    most: 100_000,
  },
];

const ofPython = (python: string): readonly Peer[] => [
  {
    name: 'pandas',
    about: 'the CSV as one data frame',
    command: [python, [at('pandas_peer.py')]],
    most: 2_000_000,
  },
  { name: 'DuckDB', about: 'the CSV read by SQL, in memory', command: [python, [at('duckdb_peer.py')]] },
];

const modules: Readonly<Record<string, string>> = { pandas: 'pandas', DuckDB: 'duckdb' };

/** @returns those this machine can run, and why the others are left out */
export const peersHere = (python: string): { peers: readonly Peer[]; leftOut: readonly string[] } => {
  const leftOut: string[] = [];
  const found = ofPython(python).filter(({ name }) => {
    const module = modules[name] ?? name;
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return true;
    } catch {
      leftOut.push(`${name}: ${python} has no module ${module}`);
      return false;
    }
  });
  return { peers: [...ofNode, ...found], leftOut };
};

export const peerNames: readonly string[] = [...ofNode, ...ofPython('python3')].map(({ name }) => name);
