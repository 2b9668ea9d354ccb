// After delivery: short looks at the processor's answers between timers, until the receipt agrees or is late.
// A look that fails is no event in itself; the next one is its retry. Each pause is at least a twentieth of the wait
// so far: 51,200 events would end a run by force, a look costs about ten, and this keeps to a few hundred looks.
import { condition } from '@temporalio/workflow';
import type { WaveActivities } from '../activities/activities.ts';
import type { Code } from '../schemas/failure.ts';
import type { Ref } from '../schemas/ref.ts';
import type { Board } from './board.ts';
import { codeOf } from './doors.ts';

export interface Looked {
  readonly agrees: boolean;
  /** why the last look did not find a good receipt, where it was more than silence */
  readonly code?: Code;
}

/** Looks until the receipt agrees, `stop` holds or `withinMs` are over. */
export const lookForReceipt = async (
  acts: WaveActivities,
  board: Board,
  transferred: Ref<'transferred'>,
  t: { readonly pollMs: number; readonly withinMs: number },
  stop: () => boolean,
): Promise<Looked> => {
  const began = Date.now();
  const ends = began + t.withinMs;
  for (;;) {
    const looked = await look(acts, transferred);
    if (looked.agrees) return looked;
    if (looked.code) board.attend(looked.code);
    const left = ends - Date.now();
    if (left <= 0 || stop()) return looked;
    const pauseMs = Math.max(t.pollMs, (Date.now() - began) / 20);
    if (await condition(stop, Math.min(pauseMs, left), { summary: 'until the next look' })) return looked;
  }
};

const look = async (acts: WaveActivities, transferred: Ref<'transferred'>): Promise<Looked> => {
  try {
    const answer = await acts.receive(transferred);
    return answer.ok
      ? { agrees: answer.value.receipt === 'agrees' }
      : { agrees: false, code: answer.refusal.code };
  } catch (e) {
    const code = codeOf(e);
    if (!code) throw e;
    return { agrees: false, code };
  }
};
