// The one place where workflow, schedule and task queue names are built. The guard cannot see ids: what goes into
// one is a declared survey and a month, checked here, and nothing else ever.
import { failure } from '../schemas/failure.ts';
import { isPeriod } from '../schemas/period.ts';
import type { WaveKey } from '../schemas/ref.ts';

const surveyPattern = /^[a-z][a-z0-9-]{0,39}$/;

/** `wave/warwickshire-victims/2026-10` */
export const waveId = (wave: WaveKey): string => idOf('wave', wave);
/** `retention/warwickshire-victims/2026-10` */
export const retentionId = (wave: WaveKey): string => idOf('retention', wave);

/** `recall/warwickshire-victims/2026-10/7` */
export const recallId = (wave: WaveKey, id: number): string => `${idOf('recall', wave)}/${String(id)}`;

/** `rehearsal/warwickshire-victims/2026-10/7` */
export const rehearsalId = (wave: WaveKey, id: number): string => `${idOf('rehearsal', wave)}/${String(id)}`;

/** `hold/warwickshire-victims/2026-10/0a1b2c3d4e5f`, by the statement: sent twice it is the same one; registers are of no wave. */
export const actId = (act: LoneAct, wave: WaveKey | undefined, statementSha256: string): string =>
  `${wave ? idOf(act, wave) : `${act}/registers`}/${statementSha256.slice(0, 12)}`;

/** Acts about what no workflow of a wave waits for. */
export type LoneAct = 'hold' | 'lift' | 'clock' | 'dispose' | 'forgo' | 'close' | 'settle';

/** The server appends the slot: `kickoff/warwickshire-victims-2026-11-16T06:30:00Z`. */
export const kickoffId = (survey: string): string => `kickoff/${checked(survey)}`;
export const sweepId = 'sweep';

/** The schedule of a survey's kickoffs, and the one schedule of the sweep. */
export const waveScheduleId = (survey: string): string => `wave/${checked(survey)}`;
export const sweepScheduleId = 'sweep';

/** Erasures are proved by another process with another credential, so it polls a queue of its own. */
export const verifierQueue = (taskQueue: string): string => `${taskQueue}-verifier`;

/** Reads a wave id; `undefined` when the text is none. */
export const waveOf = (id: string): WaveKey | undefined => {
  const [kind, survey = '', period = '', ...rest] = id.split('/');
  const ours = (kind === 'wave' || kind === 'retention') && rest.length === 0;
  return ours && surveyPattern.test(survey) && isPeriod(period) ? { survey, period } : undefined;
};

export const isOurId = (id: string): boolean =>
  waveOf(id) !== undefined ||
  /^(recall|rehearsal)\/[a-z][a-z0-9-]{0,39}\/20\d\d-(0[1-9]|1[0-2])\/\d{1,9}$/.test(id) ||
  /^dispose\/registers\/[0-9a-f]{12}$/.test(id) ||
  /^(hold|lift|clock|dispose|forgo|close|settle)\/[a-z][a-z0-9-]{0,39}\/20\d\d-(0[1-9]|1[0-2])\/[0-9a-f]{12}$/.test(
    id,
  ) ||
  /^kickoff\/[a-z][a-z0-9-]{0,39}(-20\d\d-\d\d-\d\dT[\d:]{8}Z)?$/.test(id) ||
  /^sweep(-20\d\d-\d\d-\d\dT[\d:]{8}Z)?$/.test(id);

const idOf = (
  kind: 'wave' | 'retention' | 'recall' | 'rehearsal' | LoneAct,
  { survey, period }: WaveKey,
): string => {
  if (!isPeriod(period)) throw failure('INPUT', { expected: 'a month such as 2026-10' });
  return `${kind}/${checked(survey)}/${period}`;
};

const checked = (survey: string): string => {
  if (!surveyPattern.test(survey)) throw failure('INPUT', { expected: 'the name of a survey' });
  return survey;
};
