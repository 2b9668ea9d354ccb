// Who was disclosed, by the records system's own keys: asked of the source again, since nothing of ours leads back to a
// person. It runs where an officer asks and not in a workflow: a key is in no payload, no log and no leaf.
import type { WaveKey } from '../schemas/ref.ts';
import { withTransaction } from '../sql/connect.ts';
import { compileIdentify } from '../sql/identify.ts';
import { bind, settings } from '../sql/plan.ts';
import type { Plan } from '../sql/plan.ts';
import type { Deps, Secrets } from './deps.ts';
import { temporary } from './explain.ts';
import { assertQuiet } from './source/quiet.ts';
import { keySettings, set } from './step.ts';
import { windowOf } from './window.ts';

export type IdentifyDeps = Pick<Deps, 'pool' | 'openSource'> & {
  readonly secrets: Pick<Secrets, 'tokenKey' | 'surveyRefKey'>;
};

/**
 * Reference to key, of everybody whom the source has in the wave's window now.
 * @throws what a source refuses; a drop that was erased is not there
 */
export const identify = (
  { pool, openSource, secrets }: IdentifyDeps,
  plan: Plan,
  wave: WaveKey,
  signal: AbortSignal = new AbortController().signal,
): Promise<ReadonlyMap<string, readonly string[]>> =>
  withTransaction(pool, async (tx) => {
    await assertQuiet(tx);
    for (const name of ['intake', 'quarantine'] as const) await tx.query(temporary(plan, name));
    await set(tx, { search_path: 'pg_temp, cordon, pg_catalog' });
    const window = await windowOf(plan, wave.period, tx);
    const given = { [settings.windowFrom]: window.windowFrom, [settings.windowTo]: window.windowTo };
    await set(tx, { ...given, ...keySettings(secrets) });
    const { arrived, load, relation, columns, read: select } = plan.extract;
    const source = await openSource(plan.declaration.extract.from, wave);
    try {
      await tx.query(bind(arrived).text);
      await source.inspect({ relation, columns });
      await source.load(
        [tx],
        { relation, columns, select, settings: given },
        { signal, heartbeat: () => undefined },
      );
    } finally {
      await source.close();
    }
    for (const each of load) {
      const { text, values } = bind(each, { ...window, period: wave.period });
      await tx.query(text, values);
    }
    const { text, values } = bind(compileIdentify(plan.survey));
    const { rows } = await tx.query<{ survey_ref: string; key: string[] }>(text, values);
    return new Map(rows.map(({ survey_ref, key }) => [survey_ref, key]));
  });
