// Declare, compile, record, schedule. Applying the same declaration again changes nothing.
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import pg from 'pg';
import { checkRecipientKey } from '../activities/package/keys.ts';
import { refuse } from '../schemas/failure.ts';
import { loadDeclaration } from '../schemas/load.ts';
import type { Declaration } from '../schemas/declaration.ts';
import type { Mistake } from '../schemas/mistake.ts';
import { compile } from '../sql/compile.ts';
import { withConnection } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { migrate } from '../sql/migrate.ts';
import { officersInForce } from '../sql/officers.ts';
import type { RoleKind } from '../sql/roles.ts';
import { roleNames } from '../sql/roles.ts';
import type { Compiled } from '../sql/compile.ts';
import type { PlanKeys } from '../sql/plan.ts';

export interface Applied {
  readonly survey: string;
  readonly planHash: string;
  readonly declarationHash: string;
  readonly change: 'new' | 'unchanged' | 'recompiled' | 'changed';
}

export interface ApplyOptions {
  readonly processorFile?: string;
  readonly databaseUrl: string;
  readonly prefix: string;
  readonly officer: string;
  readonly passwords?: Partial<Record<RoleKind, string>>;
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
      remedy: 'ask the processor for its public key and put it there',
    });
  });
};

/** Migrates, records the plan and puts it in force; the schedule is the caller's next step. */
export const record = async (
  { plan, planHash, document }: Compiled,
  { databaseUrl, prefix, officer, passwords = {} }: ApplyOptions,
): Promise<Applied> => {
  const { survey, declarationHash } = plan;
  const names = roleNames(prefix);
  return withConnection(databaseUrl, 'cordon apply', async (db) => {
    await migrate(db, names, passwords);
    await db.query(`set role ${pg.escapeIdentifier(names.owner)}`);
    await db.query('begin');
    await officersInForce(db);
    const { rows } = await db.query<{ plan_hash: string; declaration_hash: string }>(
      `select f.plan_hash, p.declaration_hash from cordon.plan_in_force f join cordon.plan p using (plan_hash)
       where f.survey = $1 for update of f`,
      [survey],
    );
    const [before] = rows;
    const change = !before
      ? 'new'
      : before.plan_hash === planHash
        ? 'unchanged'
        : before.declaration_hash === declarationHash
          ? 'recompiled'
          : 'changed';
    if (change !== 'unchanged') {
      await db.query(
        `insert into cordon.plan as p (plan_hash, survey, declaration_hash, document, proposed_by)
         values ($1, $2, $3, $4, array[$5])
         on conflict (plan_hash) do update set proposed_by = p.proposed_by || excluded.proposed_by`,
        [planHash, survey, declarationHash, document, officer],
      );
      await db.query(
        `insert into cordon.plan_in_force (survey, plan_hash) values ($1, $2)
         on conflict (survey) do update set plan_hash = excluded.plan_hash`,
        [survey, planHash],
      );
      await append(db, 'owner', { survey }, { type: 'plan-applied', planHash, declarationHash, by: officer });
    }
    await db.query('commit');
    return { survey, planHash, declarationHash, change };
  });
};
