// Opens an attempt: its number, its staging schema and its clock exist together or not at all.
import { randomBytes } from 'node:crypto';
import type { RunReason } from '../schemas/leaf.ts';
import type { Answer, Opened, WaveKey } from '../schemas/ref.ts';
import { append } from '../sql/ledger/append.ts';
import { requireSameLog } from './checkpoint.ts';
import type { Deps } from './deps.ts';
import { domainOf } from './domain.ts';
import { checkGates } from './gates.ts';
import { readAttempt, readPlan } from './plan.ts';
import { sayOpened } from './open-copy.ts';
import { appendAll, refusalOf, translate } from './step.ts';
import { takeOver } from './take-over.ts';
import { transact } from './transact.ts';

interface Row {
  attempt: number;
  opened: boolean;
  superseded: number | null;
  copy_id: number | null;
}

export const openAttempt =
  (deps: Deps) =>
  async (
    asked: WaveKey & { planHash: string; run: string; ordinal: number; because?: RunReason },
  ): Promise<Answer<Opened>> => {
    const { survey, period, planHash, run, ordinal, because } = asked;
    try {
      const plan = await readPlan(deps.pool, planHash);
      await requireSameLog(deps.pool, deps.checkpoints, asked);
      await checkGates(deps.pool, plan);
      const staging = JSON.stringify(plan.staging);
      const keep = plan.declaration.retain.staging.for;
      const key = await transact(deps.pool, async (tx) => {
        const { rows } = await takeOver(deps.pool, tx, () =>
          tx.query<Row>('select * from cordon.open_attempt($1, $2, $3, $4, $5, $6, $7::interval, $8)', [
            survey,
            period,
            planHash,
            run,
            ordinal,
            randomBytes(32),
            keep,
            staging,
          ]),
        );
        const { attempt = 0, opened, superseded, copy_id: copyId } = rows[0] ?? {};
        const scope = { survey, period, attempt };
        if (opened) {
          const { nonceSha256 } = await readAttempt(tx, scope);
          const supersedes = typeof superseded === 'number' ? { supersedes: superseded } : {};
          await append(tx, 'worker', scope, {
            type: 'attempt-opened',
            planHash,
            nonceSha256,
            ...supersedes,
            ...(because && { because }),
          });
          await sayOpened({ tx, leaves: (...bodies) => appendAll(tx, scope, bodies) }, copyId);
        }
        return scope;
      });
      const { nonceSha256 } = await readAttempt(deps.pool, key);
      const domain = await domainOf(deps.pool);
      const value = { ...key, planHash, nonce: nonceSha256, ...(domain !== undefined && { domain }) };
      return { ok: true, value };
    } catch (e) {
      const coded = translate(e);
      const refusal = refusalOf(coded);
      if (!refusal) throw coded;
      await transact(deps.pool, (tx) =>
        append(tx, 'worker', { survey, period }, { type: 'refused', stage: 'kickoff', ...refusal }),
      );
      return { ok: false, refusal };
    }
  };
