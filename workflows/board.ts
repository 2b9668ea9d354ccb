// What people see of a running wave: search attributes for lists, Markdown for its page, the answer to `progress`.
// Only counts, codes, months and instants are ever put here; the Markdown passes no guard.
import { setCurrentDetails, setHandler, upsertSearchAttributes } from '@temporalio/workflow';
import type { Code, Refusal } from '../schemas/failure.ts';
import type { Outcome, WaveKey } from '../schemas/ref.ts';
import { ofStanding } from './attributes.ts';
import { waveId } from './ids.ts';
import { progressQuery } from './messages.ts';
import type { Progress, WaveStage } from './messages.ts';
import { again } from './outcome.ts';
import type { Ending } from './outcome.ts';

export interface Board {
  /** A stage begins; `dueAtMs` is when what it waits for runs out, `notes` what its page says besides. */
  enter(stage: WaveStage, dueAtMs?: number, notes?: readonly string[]): void;
  /** The stage that was entered last is done. */
  leave(rows: number): void;
  /** A new attempt: its stages start again. */
  attempt(attempt: number, domain: string | undefined): void;
  /** How many officers have released what waits, of how many that must. */
  released(count: number, officers: number): void;
  /** Somebody must look, and why; in words where there are any. */
  attend(code: Code | undefined, refusal?: Refusal): void;
  close(ending: Ending): void;
}

export const openBoard = (wave: WaveKey): Board => {
  let now: Progress = {
    stage: 'open',
    since: iso(Date.now()),
    attempt: 0,
    rows: 0,
    done: [],
    attention: false,
  };
  setHandler(progressQuery, () => now, { description: 'Where this wave stands' });
  let notes: readonly string[] = [];
  const show = (next: Progress): void => {
    now = next;
    const { stage, attention, outcome, dueAt } = now;
    const dueAtMs = dueAt === undefined ? undefined : Date.parse(dueAt);
    upsertSearchAttributes(ofStanding({ stage, attention, outcome, dueAtMs }));
    setCurrentDetails(page(wave, now, notes));
  };
  return {
    enter: (stage, dueAtMs, said = []) => {
      notes = said;
      const { dueAt: _, code: __, releases: ___, refusal: ____, ...rest } = now;
      const due = dueAtMs === undefined ? {} : { dueAt: iso(dueAtMs) };
      show({ ...rest, stage, since: iso(Date.now()), attention: false, ...due });
    },
    leave: (rows) => {
      const tookMs = Date.now() - Date.parse(now.since);
      now = { ...now, rows, done: [...now.done, { stage: now.stage, rows, tookMs }] };
    },
    attempt: (attempt, domain) => {
      now = { ...now, attempt, rows: 0, done: [], ...(domain !== undefined && { domain }) };
    },
    released: (count, officers) => {
      now = { ...now, releases: { count, officers } };
      // no search attribute tells it: no command
      setCurrentDetails(page(wave, now, notes));
    },
    attend: (code, refusal) => {
      // says it once, not at every poll
      if (now.attention && now.code === code) return;
      show({ ...now, attention: true, ...(code ? { code } : {}), ...(refusal ? { refusal } : {}) });
    },
    close: ({ outcome, code, refusal }) => {
      const { dueAt: _, releases: __, ...rest } = now;
      const attention = outcome !== 'delivered';
      show({
        ...rest,
        stage: 'closed',
        since: iso(Date.now()),
        attention,
        outcome,
        ...(code ? { code } : {}),
        ...(refusal ? { refusal } : {}),
      });
    },
  };
};

const iso = (ms: number): string => new Date(ms).toISOString();

const meaning: { readonly [S in WaveStage]: string } = {
  open: 'opens an attempt',
  extract: 'reads the month from the records system',
  screen: 'excludes by rule',
  seed: 'waits for the seed that two officers type',
  alarm: 'waits for an officer to accept an alarm; without it the month is refused',
  sample: 'draws the sample',
  minimise: 'builds the package',
  release: 'waits for its release by officers',
  transfer: 'delivers; from here on it cannot be cancelled',
  receipt: "waits for the processor's receipt",
  settle: 'bytes may have left: waits for an officer or a receipt to settle it',
  closed: 'closed',
};

/** What to do comes before the table: the page shows a few lines and hides the rest behind a scroll bar. */
const page = (
  wave: WaveKey,
  { stage, attempt, done, dueAt, outcome, code, refusal, releases }: Progress,
  notes: readonly string[],
): string =>
  [
    `**${wave.survey} ${wave.period}**, attempt ${attempt}: ${outcome ?? meaning[stage]}` +
      (code ? ` (\`${code}\`)` : '') +
      (dueAt ? `, until ${minute(dueAt)}` : ''),
    '',
    ...(refusal ? [said(refusal), ''] : []),
    ...(outcome && code !== 'MONTH_FORGONE' ? [next(wave, outcome), ''] : []),
    ...(releases ? [`${releases.count} of ${releases.officers} officers have released it.`, ''] : []),
    ...notes.flatMap((note) => [`- ${note}`, '']),
    ...(howTo[stage]?.(waveId(wave)) ?? []),
    '| stage | rows | seconds |',
    '|---|---:|---:|',
    ...done.map((d) => `| ${d.stage} | ${d.rows} | ${(d.tookMs / 1000).toFixed(1)} |`),
    ...(stage === 'closed' ? [] : [`| ${stage} | … | |`]),
  ].join('\n');

/** Its words came through the guard; a line end or a bar would break the page. */
export const said = ({ found, expected, remedy }: Refusal): string =>
  `Found: ${plain(found)}. Expected: ${plain(expected)}. To do: ${plain(remedy)}.`;
const plain = (text: string): string => text.replaceAll(/\s*[\n|*`<>]+\s*/g, ' ').replace(/[.\s]+$/, '');

const next = ({ survey, period }: WaveKey, outcome: Outcome): string =>
  again[outcome]
    ? `Nothing left the force. The month may be run again: \`npx cordon run ${survey} ${period} --because ended-before\``
    : 'This month is not run again.';

/** `2026-10-16T05:30:00.000Z` as `2026-10-16 05:30 UTC`. */
export const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** `in 30 days (2026-11-15 05:30 UTC)` */
export const ahead = (instant: string): string => {
  const hours = Math.round((Date.parse(instant) - Date.now()) / 3_600_000);
  const far =
    hours < 1
      ? 'now'
      : hours < 48
        ? `in ${hours} ${hours === 1 ? 'hour' : 'hours'}`
        : `in ${Math.round(hours / 24)} days`;
  return `${far} (${minute(instant)})`;
};

const howTo: { readonly [S in WaveStage]?: (id: string) => readonly string[] } = {
  seed: (id) => [`The frame is committed. Each officer types the seed with \`npx cordon seed ${id}\``, ''],
  release: (id) => [`To release it, each officer runs \`npx cordon release sign ${id}\``, ''],
  alarm: (id) => [
    `To accept it, an officer runs \`npx cordon accept ${id} --alarm CODE --because REASON\``,
    '',
  ],
  settle: (id) => [
    `An officer asks the processor, then runs \`npx cordon settle ${id} --finding arrived\`, or \`not-arrived\``,
    '',
  ],
};
