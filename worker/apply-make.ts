// Declare, compile, compare, sign, record. Applying the same declaration again changes nothing.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { checkRecipientKey } from '../activities/package/keys.ts';
import type { PlanStatement } from '../schemas/act.ts';
import { statementText } from '../schemas/act.ts';
import { refuse } from '../schemas/failure.ts';
import { loadDeclaration } from '../schemas/load.ts';
import type { Declaration } from '../schemas/declaration.ts';
import type { Mistake } from '../schemas/mistake.ts';
import type { Change, ChangeClass } from '../sql/change.ts';
import { changesOf, classOf } from '../sql/change.ts';
import { compile } from '../sql/compile.ts';
import type { Connection } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { notAnOfficer, officersInForce, saidBy, signerOf } from '../sql/officers.ts';
import type { Compiled } from '../sql/compile.ts';
import type { Plan, PlanKeys } from '../sql/plan.ts';
import type { OwnerOptions } from './owner.ts';
import { asOwner } from './owner.ts';

export interface Applied {
  readonly survey: string;
  readonly planHash: string;
  readonly declarationHash: string;
  readonly change: ChangeClass;
  readonly changes: readonly Change[];
  /** who has signed, who proposed it first, and how many must */
  readonly officers: readonly string[];
  readonly needed: number;
  /** false while another officer must sign */
  readonly inForce: boolean;
}

export type Planned =
  | { readonly ok: true; readonly compiled: Compiled; readonly notes: readonly Mistake[] }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** @throws RECIPIENT_KEY, INPUT */
export const plan = async (file: string, options: { processorFile?: string } = {}): Promise<Planned> => {
  const loaded = loadDeclaration(file, options);
  if (!loaded.ok) return loaded;
  const { declaration, notes } = loaded;
  const processorFile = declaration.files[1]?.path ?? file;
  const keys = await readKeys(declaration, dirname(processorFile));
  const { format, fingerprint } = declaration.processor.package;
  await checkRecipientKey({ format, fingerprint, recipientKey: keys.recipient });
  return { ok: true, compiled: compile(declaration, keys), notes };
};

const readKeys = async ({ processor }: Declaration, folder: string): Promise<PlanKeys> => {
  const recipient = await readKey(folder, processor.package.recipient);
  const answers = await readKey(folder, processor.answers.signedBy);
  return { recipient, answers };
};

const readKey = async (folder: string, path: string): Promise<string> => {
  const file = isAbsolute(path) ? path : join(folder, path);
  return readFile(file, 'utf8').catch(() => {
    throw refuse({
      code: 'RECIPIENT_KEY',
      found: `no readable key at ${file}`,
      expected: 'the public key that the processor file names',
      remedy: 'ask the processor for its public key and put it there; or name its file: --processor',
    });
  });
};

/** What applying would do; nothing is recorded yet. */
export interface Proposal {
  readonly change: ChangeClass;
  readonly changes: readonly Change[];
  readonly statement: PlanStatement;
  readonly domain: string;
  /** officers who must sign it: two for what widens, and for a new survey */
  readonly needed: number;
  /** who has signed it already */
  readonly signed: readonly string[];
}

/** Migrates, and compares with the plan in force. @throws NO_OFFICERS */
export const propose = (compiled: Compiled, options: OwnerOptions): Promise<Proposal> =>
  asOwner(options, (db) => proposalOf(db, compiled));

/** Records one officer's signature over the proposal, and puts the plan in force once enough have signed. */
export const record = (compiled: Compiled, signature: string, options: OwnerOptions): Promise<Applied> =>
  asOwner(options, (db) => recordOn(db, compiled, signature));

export const recordOn = async (db: Connection, compiled: Compiled, signature: string): Promise<Applied> => {
  // two officers at once: the second sees what the first has signed
  await db.query('lock table cordon.statement in share row exclusive mode');
  const { change, changes, statement, needed, signed } = await proposalOf(db, compiled);
  const { survey, planHash, declarationHash, sequence } = statement;
  const applied = { survey, planHash, declarationHash, change, changes, needed };
  if (change === 'unchanged') return { ...applied, officers: [], inForce: true };
  const { officer, countsAs, statementSha256, isNew } = await sign(db, statement, signature);
  if (isNew && signed.length === 0)
    await db.query(
      `insert into cordon.plan as p (plan_hash, survey, declaration_hash, document, proposed_by)
       values ($1, $2, $3, $4, $5)
       on conflict (plan_hash) do update set proposed_by = p.proposed_by || excluded.proposed_by`,
      // a deputy proposes for whom he stands in for: neither of them releases
      [planHash, survey, declarationHash, compiled.document, [...new Set([officer, countsAs])]],
    );
  const { rows } = await db.query<{ counted: number }>(
    `select cordon.officers_signed('apply', $1) as counted`,
    [statementSha256],
  );
  const officers = [...new Set([...signed, officer])];
  if ((rows[0]?.counted ?? 0) < needed) return { ...applied, officers, inForce: false };
  await db.query(
    `insert into cordon.plan_in_force (survey, plan_hash) values ($1, $2)
     on conflict (survey) do update set plan_hash = excluded.plan_hash, sequence = $3`,
    [survey, planHash, sequence],
  );
  await append(
    db,
    'owner',
    { survey },
    {
      type: 'plan-applied',
      planHash,
      declarationHash,
      by: officers[0] ?? officer,
      // a survey that is new widens from nothing
      change: change === 'new' ? 'widening' : change,
      statementSha256,
      officers,
    },
  );
  return { ...applied, officers, inForce: true };
};

export const proposalOf = async (db: Connection, { plan, planHash }: Compiled): Promise<Proposal> => {
  const { survey, declarationHash } = plan;
  const { officers: domain } = await officersInForce(db);
  const { rows } = await db.query<{ plan_hash: string; sequence: number; document: string }>(
    `select f.plan_hash, f.sequence, p.document from cordon.plan_in_force f join cordon.plan p using (plan_hash)
     where f.survey = $1 for update of f`,
    [survey],
  );
  const [inForce] = rows;
  const before = inForce && (JSON.parse(inForce.document) as Plan);
  const change = classOf(before, plan, inForce?.plan_hash === planHash);
  const statement = {
    survey,
    planHash,
    declarationHash,
    replaces: inForce?.plan_hash ?? null,
    sequence: (inForce?.sequence ?? 0) + 1,
  };
  const { rows: signed } = await db.query<{ officer: string }>(
    `select officer from cordon.statement where act = 'apply' and text = $1 order by signed_at`,
    [statementText(statement)],
  );
  return {
    change,
    changes: changesOf(before, plan),
    statement,
    domain,
    needed: { new: 2, widening: 2, narrowing: 1, recompiled: 1, unchanged: 0 }[change],
    signed: signed.map(({ officer }) => officer),
  };
};

/** @throws SIGNATURE, NOT_AN_OFFICER */
const sign = async (db: Connection, statement: PlanStatement, signature: string) => {
  const text = statementText(statement);
  const statementSha256 = createHash('sha256').update(text).digest('hex');
  const { officer, key } = signerOf(await officersInForce(db), 'apply', text, signature);
  const { rows } = await db.query<{ now: string | null }>(
    `select cordon.officer_now($1, $2, 'apply') as now`,
    [officer, key],
  );
  const countsAs = rows[0]?.now;
  if (!countsAs) throw notAnOfficer('an officer whom the officers file does not let apply plans today');
  const { survey } = statement;
  const { rowCount } = await db.query(
    `insert into cordon.statement (act, sha256, officer, survey, text, key, signature, version)
     select 'apply', $1, $2, $3, $4, $5, $6, max(version) from cordon.officers on conflict do nothing`,
    [statementSha256, officer, survey, text, key, signature],
  );
  const isNew = rowCount === 1;
  if (isNew)
    await append(
      db,
      'owner',
      { survey },
      { type: 'signed', act: 'apply', statementSha256, ...saidBy(officer, key, signature) },
    );
  return { officer, countsAs, statementSha256, isNew };
};
