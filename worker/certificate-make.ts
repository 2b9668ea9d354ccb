// Makes a certificate of erasure out of the ledger and the inventory, as the auditor reads them. Every erasure is looked
// at once more, now: what was proved and is no longer true is not certified.
import { refuse } from '../schemas/failure.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import type { WaveKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import { proveInclusion } from '../sql/ledger/prove.ts';
import type { Certificate, ErasedCopy } from './certificate-file.ts';
import type { Copy } from './retention.ts';
import { readInventory } from './retention.ts';

export interface SignedHead {
  /** the log's own name */
  readonly log: string;
  readonly size: number;
  readonly checkpoint: string;
}

type Leaf = Readonly<Record<string, unknown>> & { readonly type: string; readonly at: string };
interface Entry {
  readonly index: number;
  readonly leaf: Leaf;
}

/** One copy, by its number in the inventory, or every copy of a wave that is erased and proved. */
export type Subject = { readonly copy: number } | WaveKey;

/** @throws INPUT where there is nothing to certify; ERASURE_UNPROVEN, COPY_HELD */
export const makeCertificate = async (
  db: Connection,
  subject: Subject,
  { log, size, checkpoint }: SignedHead,
): Promise<Certificate> => {
  const inventory = await readInventory(db);
  const asked = inventory.filter((each) => isOf(each, subject));
  const proved = asked.filter(({ verifiedAt }) => verifiedAt !== null);
  if (proved.length === 0) throw nothing(asked);
  for (const { id, kind } of proved) await mustBeGone(db, id, kind);
  const entries = await entriesOf(db, proved);
  const copies = proved.map((copy) => certified(copy, entries, inventory));
  const [{ survey, period } = { survey: null, period: null }] = proved;
  const { rows: now } = await db.query<{ at: Date }>('select now() as at');
  const known = copies.flatMap(({ opened, erased, verified }) => [
    opened.entry,
    erased.entry,
    verified.entry,
  ]);
  const proofs = [];
  for (const index of known.toSorted((a, b) => a - b)) proofs.push(await proof(db, index, size));
  return {
    cordon: 'certificate-1',
    log,
    issuedAt: now[0]?.at.toISOString() ?? '',
    survey,
    period,
    plan: await planOf(db, proved),
    copies,
    standing: asked
      .filter(({ verifiedAt }) => verifiedAt === null)
      .map(({ kind, place, dueAt, standing }) => ({ kind, place, dueAt, standing })),
    ledger: {
      checkpoint,
      entries: proofs,
    },
  };
};

const isOf = (copy: Copy, subject: Subject): boolean =>
  'copy' in subject
    ? copy.id === subject.copy
    : copy.survey === subject.survey && copy.period === subject.period && copy.kind !== 'backups';

const nothing = ([first]: readonly Copy[]) =>
  refuse({
    code: 'INPUT',
    found: first
      ? `a copy that is ${first.standing}, due ${first.dueAt.slice(0, 10)}`
      : 'no such copy, and no such wave',
    expected: 'a copy, or a wave, of which something is erased and proved',
    remedy: 'see what there is: npx cordon retention',
  });

const mustBeGone = async (db: Connection, id: number, kind: CopyKind): Promise<void> => {
  const { rows } = await db.query<{ doubts: string[] }>('select cordon.erasure_doubts($1) as doubts', [id]);
  const doubts = rows[0]?.doubts ?? [];
  if (doubts.length > 0)
    throw refuse({
      code: 'ERASURE_UNPROVEN',
      found: `copy ${String(id)}, ${kind}: ${doubts.join('; ')}`,
      expected: 'an erasure of which nothing is left, also now',
      remedy: 'find out what is there and whose it is; nothing is certified before',
    });
};

const entriesOf = async (db: Connection, copies: readonly Copy[]): Promise<readonly Entry[]> => {
  const { rows } = await db.query<Entry>(
    `select e.index, l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' in ('copy-opened', 'erased', 'erasure-verified') and l.leaf ->> 'place' = any($1)
     order by e.index`,
    [copies.map(({ place }) => place)],
  );
  return rows;
};

const certified = (copy: Copy, entries: readonly Entry[], inventory: readonly Copy[]): ErasedCopy => {
  const { id, kind, place, attempt, dueAt, holds, relations, rows, bytes } = copy;
  const said = (type: string): Entry => {
    const found = entries.find(
      ({ leaf }) => leaf.type === type && leaf['kind'] === kind && leaf['place'] === place,
    );
    if (found) return found;
    throw refuse({
      code: 'ERASURE_UNPROVEN',
      found: `copy ${String(id)}, ${kind}: no entry ${type} in the ledger`,
      expected: 'an opening, an erasure and a proof in the ledger',
      remedy: 'verify the ledger: npx cordon ledger verify',
    });
  };
  const [opened, erased, verified] = [said('copy-opened'), said('erased'), said('erasure-verified')];
  const { querySha256: query, searchSha256: search, notSearched = [] } = verified.leaf;
  // entries of before counts were taken have none
  const counted = (name: 'relations' | 'rows' | 'bytes', n: number | null) =>
    name in erased.leaf ? n : null;
  return {
    copy: id,
    kind,
    place,
    attempt,
    opened: { at: opened.leaf.at, entry: opened.index },
    dueAt,
    erased: { at: erased.leaf.at, entry: erased.index, outcome: copy.outcome ?? 'erased' },
    before: {
      relations: counted('relations', relations),
      rows: counted('rows', rows),
      bytes: counted('bytes', bytes),
    },
    after: { relations: 0, rows: 0 },
    verified: {
      at: verified.leaf.at,
      entry: verified.index,
      by: 'verifier',
      querySha256: typeof query === 'string' ? query : null,
      searchSha256: typeof search === 'string' ? search : null,
      notSearched: notSearched as readonly string[] as string[],
    },
    method: `${methodOf(copy)}${typeof search === 'string' ? searched : ''}`,
    holds: holds.map(({ hold, because, setAt, liftedAt }) => ({
      hold,
      because,
      setAt: new Date(setAt).toISOString(),
      liftedAt: liftedAt === null ? null : new Date(liftedAt).toISOString(),
    })),
    ...(copy.reviewAt !== null && {
      decisions: copy.decisions.map((each) => ({
        ...each,
        officers: [...each.officers],
        at: new Date(each.at).toISOString(),
      })),
    }),
    residual: residualOf(copy, inventory),
  };
};

const searched =
  ' What every staged row carried was then searched for, in the database and outside it, and found nowhere that was searched.';

const methodOf = ({ kind, outcome }: Copy): string => {
  if (outcome === 'lost-in-crash')
    return 'The server emptied these unlogged tables when it crashed; what was left of the schema was dropped.';
  switch (kind) {
    case 'staging':
      return 'One schema of unlogged tables, dropped whole, and with it the only way back from a frame id, whose key was never stored. Its rows were never in the write-ahead log, a replica or a base backup.';
    case 'delivered':
      return 'Destroyed by the company, which has certified it under its own key; where the force can see the folder of the delivery, the package was gone from it.';
    case 'source-drop':
      return 'One file, removed from the folder of drops; the verifier looked into the folder itself.';
    case 'backups':
      return 'Rotated out: the time for which backups are kept, beyond use, has run out.';
    default:
      return 'One table, dropped whole.';
  }
};

/** Where traces may be that no database can reach, said plainly. */
const residualOf = ({ kind, place }: Copy, inventory: readonly Copy[]) => {
  const blocks = { place: 'freed blocks of the disk, until they are written over', until: null };
  const snapshots = {
    place: 'snapshots of the machine or its volumes that somebody has made, until they expire',
    until: null,
  };
  const backups = inventory.find((each) => each.kind === 'backups' && each.place === `backups of ${place}`);
  switch (kind) {
    case 'delivered':
      return [{ place: "the company's own backups, by its contract", until: null }];
    case 'source-drop':
      return [
        blocks,
        snapshots,
        { place: 'backups of the folder of drops, which are not the work of Cordon', until: null },
      ];
    case 'backups':
      return [];
    case 'staging':
      return [blocks, snapshots];
    default:
      return [
        blocks,
        snapshots,
        {
          place: 'the write-ahead log, its archive and base backups, beyond use',
          until: backups?.dueAt ?? null,
        },
      ];
  }
};

const planOf = async (db: Connection, copies: readonly Copy[]): Promise<Certificate['plan']> => {
  const [{ survey, period, attempt } = { survey: null, period: null, attempt: 0 }] = copies;
  const { rows } = await db.query<NonNullable<Certificate['plan']>>(
    `select p.plan_hash as "planHash", p.declaration_hash as "declarationHash",
       p.declared #> '{declaration,retain}' as retain
     from cordon.attempt a join cordon.plan p using (plan_hash)
     where (a.survey, a.period) = ($1, $2) order by a.attempt = $3 desc, a.attempt desc limit 1`,
    [survey, period, attempt],
  );
  return rows[0] ?? null;
};

const proof = async (db: Connection, index: number, size: number) => {
  const { leaf, proof: hashes } = await proveInclusion(db, index, size);
  return { index, leaf: leaf.toString('utf8'), proof: hashes.map((hash) => hash.toString('base64')) };
};
