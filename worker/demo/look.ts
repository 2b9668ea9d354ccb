// What the demonstration looks up for its story, as the administrator of its own synthetic installation. Nothing in
// Cordon can do this.
import type { WaveKey } from '../../schemas/ref.ts';
import { withConnection } from '../../sql/connect.ts';
import type { Installation } from './installation.ts';

type Urls = Pick<Installation, 'urls'>;

export const somePhones = ({ urls }: Urls, count: number): Promise<readonly string[]> =>
  withConnection(urls.records, 'cordon demo', async (db) => {
    const { rows } = await db.query<{ phone: string }>(
      `select phone_mobile as phone from survey.victim_offence
       where phone_mobile ~ '^0?7700 ?900' and not coalesce(flag_domestic, false) order by victim_ref limit $1`,
      [count],
    );
    return rows.map(({ phone }) => phone);
  });

/** The number that was not chosen for the package, of somebody in it who has two. */
export const otherPhoneOfSomebodyDrawn = ({ urls }: Urls): Promise<string | undefined> =>
  withConnection(urls.admin, 'cordon demo', async (cordon) => {
    const { rows: open } = await cordon.query<{ staging: string }>(
      'select staging from cordon.attempt where closed_at is null',
    );
    const staging = open[0]?.staging ?? '';
    const { rows: drawn } = await cordon.query<{ key: string[] }>(`select key from "${staging}".contact`);
    return withConnection(urls.records, 'cordon demo', async (records) => {
      const { rows } = await records.query<{ phone: string }>(
        `select v.phone_home as phone from survey.victim_offence v
         join jsonb_array_elements($1::jsonb) k on k ->> 0 = v.victim_ref and k ->> 1 = v.crime_no
         where v.phone_mobile ~ '^0?7700 ?900' and length(v.phone_home) between 10 and 14 limit 1`,
        [JSON.stringify(drawn.map(({ key }) => key))],
      );
      return rows[0]?.phone;
    });
  });

export const erasures = ({ urls }: Urls, { survey, period }: WaveKey) =>
  withConnection(urls.auditor, 'cordon demo', async (db) => {
    const { rows } = await db.query<{ kind: string; outcome: string | null; verified: boolean; due: string }>(
      `select kind, outcome, verified_at is not null as verified, due_at::date::text as due from cordon.copy
       where survey = $1 and period = $2 order by id`,
      [survey, period],
    );
    return rows;
  });

/** What the ledger says was reported of this wave, by outcome. */
export const outcomesOf = ({ urls }: Urls, { survey, period }: WaveKey) =>
  withConnection(urls.auditor, 'cordon demo', async (db) => {
    const { rows } = await db.query<{ outcome: string; count: number }>(
      `select t->>'outcome' as outcome, sum((t->>'count')::int)::int as count
       from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l,
         jsonb_array_elements(l.leaf->'taken') t
       where l.leaf @> jsonb_build_object('type', 'outcome', 'survey', $1::text, 'period', $2::text)
       group by 1 order by 1`,
      [survey, period],
    );
    return rows;
  });
