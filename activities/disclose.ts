// What the ledger and the disclosure index say around the first byte. The index and the contact history are
// written with the intent: whatever happens after it, the people who may have left can still be told so.
import { failure } from '../schemas/failure.ts';
import type { AttemptKey } from '../schemas/ref.ts';
import type { CopyKind } from '../schemas/leaf.ts';
import { MerkleRoot } from '../sql/ledger/merkle.ts';
import type { Plan } from '../sql/plan.ts';
import type { StoredPackage } from './parcel.ts';
import { joinByHash } from './hash-joins.ts';
import { contactsReckoned } from './registers.ts';
import { openCopy, place } from './open-copy.ts';
import { inBatches } from './rows.ts';
import { eraseRelation } from './erase-relation.ts';
import type { StageTx } from './step.ts';
import { names } from './step.ts';

/**
 * Records the intent and, with it, who is in the package: as tokens, each copy under its clock.
 * @param seen what `registersSeen` said before the registers were read
 * @param generation how many token keys there are
 * @returns the changes of registers up to here, for `begin`
 */
export const discloseTo = async (
  stage: StageTx,
  plan: Plan,
  key: AttemptKey,
  parcel: StoredPackage,
  seen: string,
  generation: number,
): Promise<string> => {
  const { tx, leaves } = stage;
  // two surveys on one morning, or an opt-out at this very moment: whoever comes second checks again
  await tx.query("select pg_advisory_xact_lock(hashtextextended('cordon contacts', 0))");
  await joinByHash(tx);
  const changes = await settledChanges(stage);
  if ((await registersSeen(stage)) !== seen)
    throw failure('FENCED', { found: 'a register that has changed since it was read' }, false);
  const { retain } = plan.declaration;
  const { rows } = await tx.query<{ ordinal: number }>(
    'select cordon.record_intent($1, $2, $3, $4, $5) as ordinal',
    [...names(key), parcel.sha256, parcel.statement.sha256],
  );
  const ordinal = rows[0]?.ordinal ?? 1;
  const index = await open(stage, key, 'disclosure-index', ordinal, retain['disclosure-index']);
  await tx.query(
    `insert into copies.${index} (survey, period, attempt, survey_ref, kind, token, generation, nth)
     select $1, $2, $3, c.survey_ref, t.kind, t.token, $4, t.nth
     from sampled s join contact c using (frame_id), ${tokens('$4')}
     where s.state = 'in'`,
    [...names(key), generation],
  );
  const contacts = await open(stage, key, 'contacts', ordinal, retain.contacts);
  // of a name only the narrow form: a wide one would keep others of the same initial from being asked
  await tx.query(
    `insert into copies.${contacts} (survey, period, kind, token, contacted_on)
     select distinct $1, $2, t.kind, t.token, current_date from sampled s, ${tokens('$3::int')}
     where s.state = 'in' and (t.kind = 'phone' or t.kind = 'person' and t.nth = 1)`,
    [key.survey, key.period, generation],
  );
  // whoever could be drawn, over whoever is sent: the weights of a stratum add up to it, strikes or no strikes
  const analysis = await open(stage, key, 'analysis', ordinal, retain.analysis);
  await tx.query(
    `insert into copies.${analysis} (survey, period, survey_ref, stratum, weight)
     select $1, $2, c.survey_ref, s.stratum, (n.frame - n.withheld)::numeric / nullif(count(*) over (partition by s.stratum), 0)
     from sampled s join contact c using (frame_id)
       join cordon.stratum_count n on (n.survey, n.period, n.attempt, n.stratum) = ($1, $2, $3, s.stratum)
     where s.state = 'in'`,
    names(key),
  );
  const [held] = await contactsReckoned(tx, place('contacts', key, ordinal));
  await leaves({
    type: 'intent',
    package: parcel.sha256,
    recipient: plan.processor.processor,
    statementSha256: parcel.statement.sha256,
    name: parcel.name,
    ...(held && { contacts: held }),
  });
  return changes;
};

/** None is under way, and none begins before this transaction ends. */
const settledChanges = async ({ tx }: Pick<StageTx, 'tx'>): Promise<string> => {
  const { rows } = await tx.query<{ changes: string }>('select cordon.settled_register_changes() as changes');
  return rows[0]?.changes ?? '';
};

/** Changes when the contact history has grown, and with every change of another register. */
export const registersSeen = async ({ tx }: Pick<StageTx, 'tx'>): Promise<string> => {
  const { rows } = await tx.query<{ seen: string }>(
    `select concat_ws('/', (select changes from cordon.register_change),
       (select max(id) from cordon.copy where kind = 'contacts')) as seen`,
  );
  return rows[0]?.seen ?? '';
};

/** Under the newest key. They stay under it until their clock runs out, since the index's root is in the ledger. */
const tokens = (generation: string): string =>
  `lateral (select k.kind, h.nth, case when ${generation} > 1 then cordon.lift(h.token, 1) else h.token end as token
  from (values ('phone', s.phone_tokens), ('reference', s.reference_tokens), ('person', s.person_tokens)) k(kind, held),
    unnest(k.held) with ordinality h(token, nth)) t`;

/** Opens a logged copy with its clock; answers its quoted name. */
const open = async (
  stage: Pick<StageTx, 'tx' | 'leaves'>,
  key: AttemptKey,
  kind: CopyKind,
  ordinal: number,
  clock: { readonly for: string; readonly owner?: string },
): Promise<string> => {
  const at = place(kind, key, ordinal);
  await openCopy(stage, key, kind, at, clock.for, clock.owner);
  return `"${at}"`;
};

/**
 * MUST be committed before the first byte: the processor's copy has its clock before it exists. Whoever opted out since
 * the intent was told that it is in time: then no byte is written, and the check is made again.
 * @param changes what `discloseTo` answered
 */
export const begin = async (
  stage: StageTx,
  plan: Plan,
  key: AttemptKey,
  changes: string | undefined,
): Promise<void> => {
  const settled = await settledChanges(stage);
  if ((await openDelivered(stage, plan, key)) && settled !== changes)
    throw failure('FENCED', { found: 'a register that has changed since the intent' }, false);
};

/** @returns false when the first byte had been noted, and the processor's copy has its clock */
const openDelivered = async (
  stage: Pick<StageTx, 'tx' | 'leaves'>,
  plan: Plan,
  key: AttemptKey,
): Promise<boolean> => {
  const { delivered } = plan.declaration.retain;
  const ordinal = await ordinalOf(stage, key);
  if (!(await mark(stage, key, 'first-byte'))) return false;
  await open(stage, key, 'delivered', ordinal, { ...delivered, for: delivered.atLatest ?? delivered.for });
  return true;
};

/** The bytes are confirmed at the processor: that they left may be what a restored database has forgotten. */
export const recordDelivery = async (
  stage: Pick<StageTx, 'tx' | 'leaves'>,
  plan: Plan,
  key: AttemptKey,
  parcel: StoredPackage,
): Promise<void> => {
  const { name, rows, sha256, bytes } = parcel;
  await openDelivered(stage, plan, key);
  const indexRoot = await rootOfIndex(stage, key, await ordinalOf(stage, key));
  const recipient = plan.processor.processor;
  if (await mark(stage, key, 'disclosed'))
    await stage.leaves({ type: 'disclosure', package: sha256, recipient, rows, indexRoot, name });
  if (await mark(stage, key, 'delivered'))
    await stage.leaves({ type: 'delivered', package: sha256, bytes, name });
};

/** Nothing arrived, by proof or by an officer's finding: the intent is void and whom it named was not contacted. */
export const voidIntent = async (
  stage: Pick<StageTx, 'tx' | 'leaves'>,
  key: AttemptKey,
  sha256: string,
  proof: string,
): Promise<void> => {
  const { tx, leaves } = stage;
  const ordinal = await ordinalOf(stage, key);
  await mark(stage, key, 'voided');
  await leaves({ type: 'intent-voided', package: sha256, proof });
  for (const kind of ['disclosure-index', 'contacts', 'analysis', 'delivered'] as const) {
    const at = place(kind, key, ordinal);
    // one that is held keeps its clock, too
    const { rows } = await tx.query<{ id: number }>(
      `select c.id from cordon.copy c where c.kind = $1 and c.place = $2 and c.state <> 'erased'
         and not exists (select from cordon.hold h where h.copy = c.id and h.lifted_at is null)`,
      [kind, at],
    );
    for (const { id } of rows) {
      await tx.query(
        'select cordon.move_clock(c.id, least(c.due_at, now())) from cordon.copy c where c.id = $1',
        [id],
      );
      await eraseRelation(stage, id);
    }
  }
};

export type Mark = 'first-byte' | 'disclosed' | 'delivered' | 'received' | 'voided';

/** @returns whether the mark is new */
export const mark = async ({ tx }: Pick<StageTx, 'tx'>, key: AttemptKey, what: Mark): Promise<boolean> => {
  const { rows } = await tx.query<{ fresh: boolean }>('select cordon.mark_intent($1, $2, $3, $4) as fresh', [
    ...names(key),
    what,
  ]);
  return rows[0]?.fresh === true;
};

export const ordinalOf = async ({ tx }: Pick<StageTx, 'tx'>, key: AttemptKey): Promise<number> => {
  const { rows } = await tx.query<{ ordinal: number }>(
    `select ordinal from cordon.intent where (survey, period, attempt) = ($1, $2, $3) and voided_at is null`,
    names(key),
  );
  return rows[0]?.ordinal ?? 1;
};

/** RFC 6962 root over `survey_ref TAB kind TAB hex token`, in the order of that text. */
const rootOfIndex = async (
  { tx }: Pick<StageTx, 'tx'>,
  key: AttemptKey,
  ordinal: number,
): Promise<string> => {
  const index = inBatches<[string]>(
    tx,
    `select d.leaf from (
       select survey_ref || E'\\t' || kind || E'\\t' || encode(token, 'hex') as leaf from cordon.disclosure_index
       where tableoid = to_regclass(format('copies.%I', $1::text))) d order by d.leaf collate "C"`,
    [place('disclosure-index', key, ordinal)],
  );
  const tree = new MerkleRoot();
  for await (const some of index) for (const [leaf] of some) tree.add(leaf);
  return tree.root().toString('hex');
};
