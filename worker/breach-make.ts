// What a wave, or everything that a processor was sent, comes to when it is in the wrong hands: how many people, which
// fields, which files, and how much is left of the 72 hours (UK GDPR article 33(1); DPA 2018 s.67(1)).
import type { WaveKey } from '../schemas/ref.ts';
import { createPool, withTransaction } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';

export interface BreachedWave extends WaveKey {
  readonly company: string;
  readonly recipient: string;
  readonly file: string;
  /** hex, of the encrypted file */
  readonly sha256: string;
  readonly bytes: number;
  readonly people: number;
  readonly fields: readonly string[];
  readonly leftAt: string;
  readonly deliveredAt: string | null;
  /** what the company has certified; null while it has not */
  readonly destroyedAt: string | null;
  /** false once the disclosure index is erased: then nobody can say who they were */
  readonly told: boolean;
}

export interface Breach {
  readonly askedAt: string;
  readonly awareAt: string;
  /** whole hours since, and those left of 72; never below 0 */
  readonly hoursSince: number;
  readonly hoursLeft: number;
  readonly notifyBy: string;
  readonly waves: readonly BreachedWave[];
}

export interface Reference extends WaveKey {
  readonly survey_ref: string;
}

const hour = 3_600_000;

const disclosed = `select i.survey, i.period, p.declared #>> '{processor,name}' as company,
    p.declared #>> '{processor,processor}' as recipient, k.name as file, i.package as sha256, k.bytes::int as bytes,
    k.rows as people, array(select jsonb_array_elements_text(k.statement::jsonb -> 'fields')) as fields,
    i.first_byte_at as left_at, i.delivered_at,
    (select l.leaf ->> 'destroyedAt' from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' = 'certificate' and l.leaf ->> 'package' = i.package order by e.index desc limit 1) as destroyed_at,
    exists (select from cordon.disclosure_index d where (d.survey, d.period, d.attempt) = (i.survey, i.period, i.attempt)) as told
  from cordon.intent i
    join cordon.attempt a using (survey, period, attempt)
    join cordon.plan p using (plan_hash)
    join cordon.package k on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (i.survey, i.period, i.attempt, i.package)
  where i.voided_at is null and i.first_byte_at is not null
    and ($1::text is null or p.declared #>> '{processor,processor}' = $1)
    and ($2::text is null or (i.survey, i.period) = ($2, $3))
  order by i.first_byte_at`;

const references = `select distinct d.survey, d.period, d.survey_ref from cordon.disclosure_index d
  join cordon.intent i on (i.survey, i.period, i.attempt) = (d.survey, d.period, d.attempt)
  where i.voided_at is null and i.package = any ($1) order by 1, 2, 3`;

export interface BreachScope {
  readonly processor?: string;
  readonly wave?: WaveKey;
}

/** In one transaction, the consultation with it. @param url of the worker's role */
export const makeBreach = async (
  url: string,
  { processor, wave }: BreachScope,
  awareAt: Date,
  officer: string,
): Promise<{ breach: Breach; references: readonly Reference[] }> => {
  const pool = createPool(url, 'cordon breach', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      const { rows } = await tx.query<
        Omit<BreachedWave, 'leftAt' | 'deliveredAt' | 'destroyedAt'> & {
          left_at: Date;
          delivered_at: Date | null;
          destroyed_at: string | null;
        }
      >(disclosed, [processor ?? null, wave?.survey ?? null, wave?.period ?? null]);
      const { rows: named } = await tx.query<Reference>(references, [rows.map(({ sha256 }) => sha256)]);
      const { rows: clock } = await tx.query<{ at: Date }>('select now() as at');
      const at = clock[0]?.at ?? new Date();
      await append(
        tx,
        'worker',
        {},
        { type: 'consulted', command: 'breach', officer, found: rows.length > 0 },
      );
      const since = Math.max(0, at.getTime() - awareAt.getTime());
      return {
        breach: {
          askedAt: at.toISOString(),
          awareAt: awareAt.toISOString(),
          hoursSince: Math.floor(since / hour),
          hoursLeft: Math.max(0, 72 - Math.ceil(since / hour)),
          notifyBy: new Date(awareAt.getTime() + 72 * hour).toISOString(),
          waves: rows.map(({ left_at, delivered_at, destroyed_at, ...row }) => ({
            ...row,
            leftAt: left_at.toISOString(),
            deliveredAt: delivered_at?.toISOString() ?? null,
            destroyedAt: destroyed_at,
          })),
        },
        references: named,
      };
    });
  } finally {
    await pool.end();
  }
};
