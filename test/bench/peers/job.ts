// What a peer is given on standard input and what it answers on standard output, one line of JSON each. Frame ids,
// allocation and seed are those of our own run in the same round: without the frame ids nobody could draw the same.
import { createInterface } from 'node:readline';
import { peakRssKb } from '../peak.ts';

export interface Job {
  /** the records system; and a database to stage in */
  readonly records: string;
  readonly scratch: string;
  /** the records system as a file: every column of every row */
  readonly csv: string;
  /** every live token: `register,kind,token` */
  readonly registers: string;
  /** `victim_ref TAB crime_no TAB frame id` of the frame */
  readonly frame: string;
  /** where the contact rows go */
  readonly contacts: string;
  /** hex */
  readonly tokenKey: string;
  /** milliseconds since 1970: first instant of the window, and the first after it */
  readonly window: readonly [number, number];
  /** milliseconds since 1970 from which on, and minutes ahead of UTC */
  readonly clock: readonly (readonly [number, number])[];
  /** milliseconds since 1970: who reported later is not drawn yet */
  readonly noticeEdge: number;
  /** the day of the draw on the survey's calendar */
  readonly drawnOn: string;
  readonly personsOnAPhone: number;
  readonly floor: number;
  readonly lists: {
    readonly domestic: readonly string[];
    readonly sexual: readonly string[];
    readonly serious: readonly string[];
  };
  /** group of each offence code */
  readonly groups: Readonly<Record<string, string>>;
  /** lower-case hex of SHA-256 of the seed */
  readonly seedHash: string;
  readonly quotas: Readonly<Record<string, number>>;
}

export interface Answer {
  /** first reasons */
  readonly counts: Readonly<Record<string, number>>;
  readonly frame: number;
  readonly sample: number;
  /** of the selected keys, `victim_ref TAB crime_no`, sorted, each with a line feed behind it */
  readonly selected: string;
  readonly maxRssKb: number;
  /** without the start of the process */
  readonly seconds: number;
}

/** Reads the job, works, answers. */
export const answer = async (
  work: (job: Job) => Promise<Pick<Answer, 'counts' | 'frame' | 'sample' | 'selected'>>,
) => {
  const lines = createInterface({ input: process.stdin });
  const { value } = (await lines[Symbol.asyncIterator]().next()) as { value: string };
  lines.close();
  const start = performance.now();
  const done = await work(JSON.parse(value) as Job);
  const seconds = (performance.now() - start) / 1000;
  const maxRssKb = peakRssKb();
  process.stdout.write(`${JSON.stringify({ ...done, maxRssKb, seconds } satisfies Answer)}\n`);
};
