// What tests of copies say to PostgreSQL: open, bring due, purge, say so, prove.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { copyKinds } from '../../schemas/leaf.ts';
import type { CopyKind } from '../../schemas/leaf.ts';
import type { Cordon } from '../cordon.ts';
import type { OpenAttempt } from './wave.ts';
import { appendSql, as, key } from './wave.ts';

export const openSql = 'select cordon.open_copy($1, $2, $3, $4, $5, $6::interval, $7) as id';

export const openEmpty = async (
  cordon: Cordon,
  attempt: OpenAttempt,
  kind: string,
  place: string,
  keep = 'P1D',
): Promise<number | null> => {
  const [row] = await as<{ id: number | null }>(cordon, 'worker', openSql, [
    ...key(attempt),
    kind,
    place,
    keep,
    null,
  ]);
  return row?.id ?? null;
};

/** With a row where it is a logged table: one in which nobody has written is no copy of anything. */
export const open = async (...given: Parameters<typeof openEmpty>): Promise<number | null> => {
  const [cordon, { survey, period }, kind, place] = given;
  const id = await openEmpty(...given);
  if (kind in parents)
    await as(
      cordon,
      'owner',
      `insert into copies.${pg.escapeIdentifier(place)} (survey, period) values ($1, $2)`,
      [survey, period],
    );
  return id;
};

export const placeOf = (kind: string): string => `${kind}_${randomBytes(5).toString('hex')}`;

export const comeDue = (cordon: Cordon, id: number | null): Promise<unknown> =>
  as(cordon, 'owner', 'update cordon.copy set due_at = least(due_at, now()) where id = $1', [id]);

export const purge = async (cordon: Cordon, id: number | null): Promise<string | undefined> =>
  (await as<{ outcome: string }>(cordon, 'worker', 'select cordon.purge_copy($1) as outcome', [id]))[0]
    ?.outcome;

export const erasedLeaf = async (cordon: Cordon, id: number | null): Promise<void> => {
  const [copy] = await as<{ kind: string; place: string }>(
    cordon,
    'worker',
    'select kind, place from cordon.copy where id = $1',
    [id],
  );
  const leaf = `{"kind":"${copy?.kind ?? ''}","operation":"erasure","outcome":"erased","place":"${copy?.place ?? ''}","type":"erased","v":1}`;
  await as(cordon, 'worker', appendSql('worker'), [leaf]);
};

export const prove = async (
  cordon: Cordon,
  id: number | null,
): Promise<Record<string, unknown> | undefined> =>
  (await as(cordon, 'verifier', 'select * from cordon.prove_erasure($1)', [id]))[0];

const statementSha256 = () => randomBytes(32).toString('hex');

export const holdOn = async (
  cordon: Cordon,
  copy: number | null,
  { because = 'complaint', reviewIn = 'P30D', statement = statementSha256() } = {},
): Promise<number> => {
  const [row] = await as<{ hold: number }>(
    cordon,
    'verifier',
    `select cordon.hold_copy($1, $2, 'd.po', (now() + $3::interval)::date, 'a.officer', $4) as hold`,
    [copy, because, reviewIn, statement],
  );
  return row?.hold ?? 0;
};

/** From its own name as its key; where it is in the file already, it stays as it is. */
const mayLift = `
  insert into cordon.officer (version, officer, keys, may, from_day, to_day)
  select max(version), $1, array[$1], '{lift}', current_date, current_date from cordon.officers on conflict do nothing`;

export const lift = async (cordon: Cordon, hold: number, officer: string): Promise<unknown> => {
  await as(cordon, 'owner', mayLift, [officer]);
  const text = JSON.stringify({ hold });
  const [signed] = await as<{ sha256: string }>(
    cordon,
    'owner',
    `with added as (
       insert into cordon.statement (act, sha256, officer, survey, period, text, key, signature, version)
       select 'lift', encode(sha256(convert_to($1, 'UTF8')), 'hex'), $2, 's', '2026-10', $1, $2, $2 || $1, max(version)
       from cordon.officers on conflict do nothing)
     select encode(sha256(convert_to($1, 'UTF8')), 'hex') as sha256`,
    [text, officer],
  );
  const values = [hold, officer, signed?.sha256];
  return (await as(cordon, 'verifier', 'select * from cordon.lift_hold($1, $2, $3)', values))[0];
};

export const copy = async (cordon: Cordon, id: number | null): Promise<Record<string, unknown> | undefined> =>
  (
    await as(
      cordon,
      'worker',
      `select state, outcome, erased_at is not null as erased, verified_at is not null as verified
       from cordon.copy where id = $1`,
      [id],
    )
  )[0];

export const live = { state: 'live', outcome: null, erased: false, verified: false };
export const erased = { state: 'erased', outcome: 'erased', erased: true, verified: false };

export const exists = async (cordon: Cordon, name: string): Promise<boolean> =>
  (await as<{ there: boolean }>(cordon, 'admin', 'select to_regclass($1) is not null as there', [name]))[0]
    ?.there === true;

/** Kinds that are a table of their own, and the parent they are read through. */
export const parents = {
  package: 'package_chunk',
  'disclosure-index': 'disclosure_index',
  contacts: 'contact_history',
  analysis: 'analysis',
  'exported-history': 'history',
} as const satisfies Partial<Record<CopyKind, string>>;
/** Registers are of no wave: the first entry opens them. */
export const outside = copyKinds.filter(
  (kind) => kind !== 'staging' && kind !== 'registers' && !(kind in parents),
);
