// The end of an attempt, with an outcome from the closed list. What never left is due at once; what the ledger says by
// now is signed and kept elsewhere.
import type { AttemptKey, Outcome } from '../schemas/ref.ts';
import { outcomes } from '../schemas/ref.ts';
import { keepCheckpoint } from './checkpoint.ts';
import type { Deps } from './deps.ts';
import { recorded } from './receive.ts';
import { names } from './step.ts';
import { takeOver } from './take-over.ts';

export const closeAttempt =
  (deps: Deps) =>
  async ({ outcome, ...key }: AttemptKey & { outcome: Outcome | 'stale-staging' }): Promise<void> => {
    const again = outcome === 'stale-staging' || outcomes[outcome].again;
    await recorded(deps, key, async ({ tx, leaves }) => {
      const { rows } = await takeOver(deps.pool, tx, () =>
        tx.query<{ closed: boolean }>('select cordon.close_attempt($1, $2, $3, $4, $5) as closed', [
          ...names(key),
          outcome,
          again,
        ]),
      );
      if (rows[0]?.closed) await leaves({ type: 'attempt-closed', outcome, again });
    });
    await keepCheckpoint(deps.pool, deps.checkpoints);
  };
