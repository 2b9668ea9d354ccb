// Runs as the verifier: another process, credential and task queue than the one that erased. It believes the
// catalogue, the ledger and, of files, the folder itself: not the eraser.
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { failure } from '../schemas/failure.ts';
import type { CopyKind, ErasureOutcome } from '../schemas/leaf.ts';
import type { Answer, AttemptKey } from '../schemas/ref.ts';
import { sqlstate } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { Plan } from '../sql/plan.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import { isLeft } from './delivery/adapter.ts';
import type { Deps } from './deps.ts';
import { lookForLeftBehind, searchSha256 } from './left-behind.ts';
import type { Outside } from './left-behind.ts';
import { readAttempt, readPlan } from './plan.ts';
import { reopenTarget } from './reopen-target.ts';
import { transact } from './transact.ts';

interface Proof {
  proven: boolean;
  doubts: string[];
  query_sha256: string;
  fresh: boolean;
  outcome: ErasureOutcome | null;
  kind: CopyKind;
  place: string;
  survey: string;
  period: string;
  attempt: number;
}

export interface VerifierDeps extends Pick<Deps, 'openSource'> {
  /** logged in as the verifier's role */
  readonly pool: pg.Pool;
  /** None where the verifier was given no key to that server: the worker has looked, and the company has certified. */
  readonly openTarget: (plan: Plan) => Promise<DeliveryTarget | undefined>;
  /** Where what a month has planted might lie outside PostgreSQL. */
  readonly outside?: Outside;
}

export const verifyErasure =
  (deps: VerifierDeps) =>
  async ({ id }: { id: number }): Promise<Answer<{ outcome: ErasureOutcome }>> => {
    await unlocked(deps.pool);
    const left = await leftOutside(deps, id);
    const searched = left ? undefined : await search(deps, id);
    const doubted = left ? { ...left, found: 'the file' } : searched?.doubted;
    await unlocked(deps.pool);
    const proof = await transact(deps.pool, async (tx) => {
      if (doubted) {
        const { kind, place, found, ...scope } = doubted;
        await sayUnproven(tx, scope, { kind, place, found });
        return undefined;
      }
      const { rows } = await tx.query<Proof>(
        `select p.proven, p.doubts, p.query_sha256, c.verified_at is null as fresh, p.outcome, p.kind, p.place,
           c.survey, c.period, c.attempt
         from cordon.copy c, lateral cordon.prove_erasure(c.id) p where c.id = $1`,
        [id],
      );
      const [found] = rows;
      if (!found) return undefined;
      const { survey, period, attempt, kind, place, outcome, query_sha256: querySha256 } = found;
      const scope = { survey, period, attempt };
      if (!found.proven) await sayUnproven(tx, scope, { kind, place, found: found.doubts.join('; ') });
      else if (found.fresh && outcome)
        await append(tx, 'verifier', scope, {
          type: 'erasure-verified',
          kind,
          place,
          outcome,
          querySha256,
          ...searched?.told,
        });
      return found;
    });
    // retried: an erasure that cannot be proved is an alarm, never an end
    if (!proof?.proven || !proof.outcome) throw failure('ERASURE_UNPROVEN', {}, false);
    return { ok: true, value: { outcome: proof.outcome } };
  };

/** Asks again for as long as a purge may take, and stands in no line meanwhile. */
const unlocked = async (pool: pg.Pool): Promise<void> => {
  for (let tries = 1; ; tries += 1)
    try {
      await pool.query('select cordon.refuse_locked()');
      return;
    } catch (e) {
      if (sqlstate(e) !== '55P03' || tries === 50) throw e;
      await delay(100);
    }
};

/** Tried again for as long as it takes, it is said again when something else is found. */
const sayUnproven = async (
  tx: pg.PoolClient,
  scope: AttemptKey,
  doubted: Pick<Left, 'kind' | 'place'> & { readonly found: string },
): Promise<void> => {
  const leaf = { type: 'erasure-unproven', ...doubted } as const;
  const { rows } = await tx.query<{ found: string }>(
    `select l.leaf ->> 'found' as found
     from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf @> $1 order by e.index desc limit 1`,
    [JSON.stringify({ ...leaf, found: undefined })],
  );
  if (rows[0]?.found !== doubted.found) await append(tx, 'verifier', scope, leaf);
};

type Left = AttemptKey & { kind: CopyKind; place: string };

/** Looks for itself at what is no relation. A folder that the verifier cannot see proves nothing: it throws. */
const leftOutside = async (deps: VerifierDeps, id: number): Promise<Left | undefined> => {
  const { rows } = await deps.pool.query<Left>(
    `select survey, period, attempt, kind, place from cordon.copy
     where id = $1 and kind in ('source-drop', 'delivered')`,
    [id],
  );
  const [copy] = rows;
  if (!copy) return undefined;
  const there = copy.kind === 'delivered' ? packageIsThere : dropIsThere;
  return (await there(deps, copy)) ? copy : undefined;
};

interface Searched {
  /** what the proof says of the search */
  readonly told?: { readonly searchSha256?: string; readonly notSearched: readonly string[] };
  readonly doubted?: Left & { readonly found: string };
}

/** For what rows of staging carried, and for the package: PostgreSQL searches its own when it proves. */
const search = async ({ pool, outside }: VerifierDeps, id: number): Promise<Searched> => {
  const { rows } = await pool.query<Left & Planted>(
    `select c.survey, c.period, c.attempt, c.kind, c.place, a.opened_at as since, cordon.planted_by(c) as planted,
       cordon.not_searched() as "notSearched"
     from cordon.copy c left join cordon.attempt a using (survey, period, attempt)
     where c.id = $1 and c.kind in ('staging', 'package')`,
    [id],
  );
  const [copy] = rows;
  if (!copy) return {};
  const { planted, since, notSearched, ...left } = copy;
  if (planted === null)
    return { told: { notSearched: ['anywhere: the rows of this attempt carried nothing to search for'] } };
  const packages = left.kind === 'package' ? await packagesThatNobodyHas(pool, left) : [];
  const found = await lookForLeftBehind(outside ?? { paths: [] }, { planted, since, packages });
  if (found.doubts.length > 0) return { doubted: { ...left, found: found.doubts.join('; ') } };
  return { told: { searchSha256, notSearched: [...notSearched, ...found.notSearched] } };
};

interface Planted {
  /** none of an attempt that was opened before rows carried it, or of a rehearsal, which is no attempt */
  planted: string | null;
  since: Date;
  notSearched: string[];
}

/** By their hashes; none while the company may have its copy, which lies where it was delivered. */
const packagesThatNobodyHas = async (
  pool: pg.Pool,
  { survey, period, attempt }: AttemptKey,
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ sha256: string }>(
    `select k.ciphertext_sha256 as sha256 from cordon.package k
     where (k.survey, k.period, k.attempt) = ($1, $2, $3) and not exists (select from cordon.copy d
       where (d.survey, d.period, d.attempt, d.kind) = ($1, $2, $3, 'delivered') and d.state <> 'erased')`,
    [survey, period, attempt],
  );
  return rows.map(({ sha256 }) => sha256);
};

const dropIsThere = async ({ pool, openSource }: VerifierDeps, copy: Left): Promise<boolean> => {
  const { extract, declaration } = await readPlan(pool, (await readAttempt(pool, copy)).planHash);
  const source = await openSource(declaration.extract.from, copy);
  try {
    return (await source.drop?.isThere(extract.relation)) === true;
  } finally {
    await source.close();
  }
};

/** In the folder into which it was delivered. What the company has copied elsewhere only its certificate covers. */
const packageIsThere = async ({ pool, openTarget }: VerifierDeps, copy: Left): Promise<boolean> => {
  const { rows } = await pool.query<{ name: string }>(
    `select k.name from cordon.intent i join cordon.package k
       on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (i.survey, i.period, i.attempt, i.package)
     where (i.survey, i.period, i.attempt) = ($1, $2, $3) and i.voided_at is null`,
    [copy.survey, copy.period, copy.attempt],
  );
  const [sent] = rows;
  const plan = await readPlan(pool, (await readAttempt(pool, copy)).planHash);
  const target = sent && (await reopenTarget({ pool, openTarget }, plan));
  if (!target) return false;
  try {
    return isLeft(await target.look(sent.name));
  } finally {
    await target.close();
  }
};
