// Where one person's details went, to whom, which of them, and what became of every copy: read out of the tokens of the
// disclosure index, in one transaction, the consultation with it.
import { place } from '../activities/open-copy.ts';
import { assertQuiet } from '../activities/source/quiet.ts';
import { refuse } from '../schemas/failure.ts';
import { createPool, withTransaction } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import type { KeyRing } from '../sql/token.ts';
import { identifierKinds, keyProofs, ringSettings } from '../sql/token.ts';
import { identifiersOf, unreadable } from './register-identify.ts';
import type { Given, TraceReason } from './register-terms.ts';
import type { CopyState, Disclosure, Traced } from './trace-told.ts';

interface Sent {
  readonly survey: string;
  readonly period: string;
  readonly attempt: number;
  readonly ordinal: number;
  readonly package: string;
  readonly recipient: string;
  readonly company: string;
  readonly purpose: string;
  readonly fields: string[];
  readonly rows: number;
  readonly intended: Date;
  readonly began: Date | null;
  readonly delivered: Date | null;
  readonly received: Date | null;
  readonly destroyed: string | null;
  readonly refs: string[] | null;
  readonly kinds: string[] | null;
  readonly recalls:
    | {
        because: string;
        askedAt: string;
        sentAt: string | null;
        acknowledgedAt: string | null;
      }[]
    | null;
  readonly outcomes: Disclosure['outcomes'] | null;
}

interface Copy {
  readonly survey: string;
  readonly period: string;
  readonly attempt: number;
  readonly kind: string;
  readonly place: string;
  readonly state: CopyState['state'];
  readonly due_at: Date;
  readonly erased_at: Date | null;
  readonly verified_at: Date | null;
}

/** Intents that stand, with whom of `$1` their index names; the index of a void one is gone with it. */
const sent = `select i.survey, i.period, i.attempt, i.ordinal, i.package, k.rows,
    p.declared #>> '{processor,processor}' as recipient, p.declared #>> '{processor,name}' as company,
    p.declared #>> '{declaration,purpose}' as purpose,
    array(select jsonb_array_elements_text(k.statement::jsonb -> 'fields')) as fields,
    i.intended_at as intended, i.first_byte_at as began, i.delivered_at as delivered, i.received_at as received,
    (select l.leaf ->> 'destroyedAt' from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' = 'certificate' and l.leaf ->> 'package' = i.package order by e.index desc limit 1) as destroyed,
    d.refs, d.kinds,
    (select json_agg(json_build_object('because', r.because, 'askedAt', r.asked_at, 'sentAt', r.sent_at,
        'acknowledgedAt', r.acknowledged_at) order by r.id)
     from cordon.recall r where (r.survey, r.period, r.attempt, r.ordinal) = (i.survey, i.period, i.attempt, i.ordinal)
       and r.survey_ref = any (d.refs)) as recalls,
    (select json_agg(json_build_object('outcome', o.outcome, 'reportedAt', o.reported_at, 'takenAt', o.taken_at)
        order by o.taken_at, o.outcome)
     from cordon.contact_outcome o where (o.survey, o.period, o.attempt, o.ordinal) = (i.survey, i.period, i.attempt, i.ordinal)
       and o.survey_ref = any (d.refs)) as outcomes
  from cordon.intent i
    join cordon.attempt a on (a.survey, a.period, a.attempt) = (i.survey, i.period, i.attempt)
    join cordon.plan p on p.plan_hash = a.plan_hash
    join cordon.package k on (k.survey, k.period, k.attempt, k.ciphertext_sha256) = (i.survey, i.period, i.attempt, i.package)
    left join (
      select x.survey, x.period, x.attempt, array_agg(distinct x.survey_ref) as refs, array_agg(distinct x.kind) as kinds
      from cordon.disclosure_index x where x.token = any ($1) group by 1, 2, 3) d on (d.survey, d.period, d.attempt) = (i.survey, i.period, i.attempt)
  where i.voided_at is null order by i.intended_at`;

/**
 * Everything in one transaction, the consultation with it.
 * @param url of the worker's role
 * @throws INPUT for what cannot be read, REGISTER_UNREADABLE under other keys: an empty answer would be false
 */
export const makeTrace = async (
  url: string,
  ring: KeyRing,
  given: Given,
  { officer, because }: { readonly officer: string; readonly because: TraceReason },
): Promise<Traced> => {
  const pool = createPool(url, 'cordon trace', 1);
  try {
    return await withTransaction(pool, async (tx) => {
      await assertQuiet(tx);
      const { rows: keys } = await tx.query<{ proof: Buffer }>(
        'select proof from cordon.token_key order by generation',
      );
      const held = keyProofs(ring);
      if (keys.length === 0) throw noKey();
      if (!keys.every(({ proof }, i) => held[i]?.equals(proof))) throw otherKeys();
      for (const [name, value] of Object.entries(ringSettings(ring)))
        await tx.query('select set_config($1, $2, true) is not null', [name, value]);
      const tokens = await tokensOf({ tx, ring }, given);
      const { rows } = await tx.query<Sent>(sent, [tokens]);
      const { rows: copies } = await tx.query<Copy>(
        'select survey, period, attempt, kind, place, state, due_at, erased_at, verified_at from cordon.copy order by id',
      );
      const { rows: clock } = await tx.query<{ at: Date }>('select now() as at');
      const named = rows.filter(({ refs }) => refs !== null);
      await append(
        tx,
        'worker',
        {},
        { type: 'consulted', command: 'trace', officer, because, found: named.length > 0 },
      );
      return {
        given: identifierKinds.filter((kind) => isGiven(given, kind)),
        disclosures: named.map((row) => disclosure(row, copies)),
        waves: rows.flatMap((row) => {
          const { survey, period, company, rows: n, began } = row;
          const index = copies.find((copy) => copy.place === place('disclosure-index', row, row.ordinal));
          const untoldSince = instant(index?.erased_at);
          return began
            ? [{ survey, period, company, rows: n, leftAt: began.toISOString(), untoldSince }]
            : [];
        }),
        askedAt: clock[0]?.at.toISOString() ?? '',
      };
    });
  } finally {
    await pool.end();
  }
};

/** Of a name as given alone: whoever merely resembles it is somebody else. */
const tokensOf = async (session: Parameters<typeof identifiersOf>[0], given: Given): Promise<Buffer[]> => {
  const [identifiers] = await identifiersOf(session, [{ given, scope: 'standing' }]);
  if (!identifiers || 'unreadable' in identifiers)
    throw refuse({ code: 'INPUT', ...unreadable(identifiers?.unreadable) });
  return identifiers.flatMap(({ kind, same, every }) => [...(kind === 'person' ? same : every)]);
};

const isGiven = ({ phone, reference, forename, surname, postcode }: Given, kind: string): boolean =>
  kind === 'phone' ? !!phone : kind === 'reference' ? !!reference : !!(forename || surname || postcode);

/** Nobody could tell a wrong key, under which nothing is found, from the right one. */
const noKey = () =>
  refuse({
    code: 'REGISTER_UNREADABLE',
    found: 'no key on record',
    expected: 'the key that tokens are made under, known to the registers',
    remedy: 'npx cordon register confirm, under the key of the waves that have left',
  });

const otherKeys = () =>
  refuse({
    code: 'REGISTER_UNREADABLE',
    found: 'other keys than those that the disclosures are under',
    expected: 'every key in CORDON_TOKEN_KEY, one a line, the oldest first',
    remedy: 'ask the DPO for the keys',
  });

const instant = (at: Date | null | undefined): string | null => at?.toISOString() ?? null;

/** The copies of this attempt that held the person; of those that each intent has anew, this one's. */
const copiesOf = (row: Sent, copies: readonly Copy[]): readonly Copy[] =>
  copies.filter(
    ({ survey, period, attempt, kind, place: at }) =>
      survey === row.survey &&
      period === row.period &&
      attempt === row.attempt &&
      (kind === 'staging' || kind === 'package' || at === place(kind, row, row.ordinal)),
  );

const disclosure = (row: Sent, copies: readonly Copy[]): Disclosure => {
  const { survey, period, recipient, company, purpose, fields: sentFields, refs, kinds } = row;
  return {
    survey,
    period,
    recipient,
    company,
    purpose,
    fields: sentFields,
    surveyRefs: refs ?? [],
    recognisedBy: kinds ?? [],
    intendedAt: row.intended.toISOString(),
    firstByteAt: instant(row.began),
    deliveredAt: instant(row.delivered),
    receivedAt: instant(row.received),
    recalls: (row.recalls ?? []).map(({ because, askedAt, sentAt, acknowledgedAt }) => ({
      because,
      askedAt: new Date(askedAt).toISOString(),
      sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
      acknowledgedAt: acknowledgedAt === null ? null : new Date(acknowledgedAt).toISOString(),
    })),
    outcomes: (row.outcomes ?? []).map(({ outcome, reportedAt, takenAt }) => ({
      outcome,
      reportedAt: new Date(reportedAt).toISOString(),
      takenAt: new Date(takenAt).toISOString(),
    })),
    destroyedAt: row.destroyed,
    copies: copiesOf(row, copies).map(({ kind, state, due_at, erased_at, verified_at }) => ({
      kind,
      state,
      dueAt: due_at.toISOString(),
      erasedAt: instant(erased_at),
      verifiedAt: instant(verified_at),
    })),
  };
};
