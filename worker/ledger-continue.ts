// `cordon ledger continue show|apply`: a ledger that shrank, forked or was restored, and two officers who sign that
// waves may go on with what is left of it, in knowledge of the deliveries it has forgotten.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { canonical } from '../schemas/canonical.ts';
import pg from 'pg';
import type { DeliveryNote, Loss } from '../activities/checkpoint.ts';
import { lossOf, readKept } from '../activities/checkpoint.ts';
import { refuse } from '../schemas/failure.ts';
import { namespaceOf } from '../schemas/officers.ts';
import type { Connection } from '../sql/connect.ts';
import { withConnection } from '../sql/connect.ts';
import { append } from '../sql/ledger/append.ts';
import { rootAt } from '../sql/ledger/prove.ts';
import type { Head } from '../sql/ledger/verify.ts';
import { notAnOfficer, officersInForce, saidBy, signerOf } from '../sql/officers.ts';
import { roleNames } from '../sql/roles.ts';
import { moment } from './calendar.ts';
import type { Environment } from './config.ts';
import { prefix } from './config.ts';
import { checkpointsOf } from './deps.ts';
import { exitCodes } from './exit.ts';
import { login } from './login.ts';
import { readSignature } from './ssh-sign.ts';
import { shorter, wrap } from './wrap.ts';

type Say = (line: string) => void;

interface Root {
  readonly size: number;
  readonly root: string;
}
interface LossStatement {
  readonly lost: readonly Root[];
  readonly head: Root;
  readonly deliveries: readonly DeliveryNote[];
}

const told = ({ size, root }: Head): Root => ({ size, root: Buffer.from(root).toString('hex') });
const statementOf = ({ head, lost, deliveries }: Loss): LossStatement => ({
  lost: lost.map(told),
  head: told(head),
  deliveries: deliveries.toSorted((a, b) => (a.package < b.package ? -1 : 1)),
});

const snapshot = async <T>(db: Connection, work: () => Promise<T>): Promise<T> => {
  await db.query('begin isolation level repeatable read, read only');
  try {
    return await work();
  } finally {
    await db.query('rollback');
  }
};

export const ledgerContinueShowCommand = async (
  { to, json }: { to?: string; json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const kept = await readKept(checkpointsOf(env));
  const url = await login(env, 'auditor');
  const { loss, domain, lastAt } = await withConnection(url, 'cordon ledger', (db) =>
    snapshot(db, async () => ({
      loss: await lossOf(db, kept),
      domain: (await officersInForce(db)).officers,
      lastAt: await lastLeafAt(db),
    })),
  );
  const statement = statementOf(loss);
  const isWhole = statement.lost.length === 0;
  if (json) say(JSON.stringify({ ...statement, lastAt, checkpoints: kept.heads.length, domain }, null, 2));
  else
    for (const line of shown(statement, kept.heads.length, lastAt).flatMap((each) => wrap(each, 10)))
      say(line);
  if (to !== undefined && !isWhole) {
    await writeFile(to, canonical(statement), { mode: 0o600 });
    if (!json) {
      say(`\nthe statement is in ${shorter(to)}; each of two officers signs it with`);
      say(`  ssh-keygen -Y sign -n ${namespaceOf('continue', domain)} -f KEY ${shorter(to)}`);
    }
  }
  return exitCodes.done.code;
};

const shown = ({ lost, head, deliveries }: LossStatement, heads: number, lastAt: string): string[] => [
  ...(lost.length === 0
    ? [`nothing is lost: the ledger contains every checkpoint that is kept, ${String(heads)} of them`]
    : [`here      ${String(head.size)} entries, root ${head.root}`]),
  ...lost.map(({ size, root }) => `lost      a log of ${String(size)} entries, root ${root}`),
  ...deliveries.map(
    ({ survey, period, name, recipient }) =>
      `forgotten ${survey} ${period}: ${name} may have gone to ${recipient}; ask for its receipt`,
  ),
  ...(lost.length > 0 && deliveries.length === 0 ? ['forgotten no delivery that was noted elsewhere'] : []),
  ...(lost.length > 0
    ? [
        `since     ${moment(lastAt)}, the last entry here: opt-outs, markers, holds and recalls of later are lost; ` +
          'enter them again, then npx cordon register confirm',
      ]
    : []),
];

const lastLeafAt = async (db: Connection): Promise<string> => {
  const { rows } = await db.query<{ at: string }>(
    `select convert_from(leaf, 'UTF8')::jsonb->>'at' as at from ledger.entry order by index desc limit 1`,
  );
  return rows[0]?.at ?? new Date(0).toISOString();
};

export const ledgerContinueApplyCommand = async (
  file: string,
  { signature: files, json }: { signature: readonly string[]; json?: boolean },
  env: Environment,
  say: Say,
): Promise<number> => {
  const [text, ...signatures] = await Promise.all([
    readFile(file, 'utf8').catch(() => ''),
    ...files.map((each) => readSignature(each)),
  ]);
  const kept = await readKept(checkpointsOf(env));
  const url = await login(env, 'owner');
  const officers = await withConnection(url, 'cordon ledger', async (db) => {
    await db.query(`set role ${pg.escapeIdentifier(roleNames(prefix(env)).owner)}`);
    await db.query('begin');
    await db.query('lock table cordon.statement in share row exclusive mode');
    const statement = statementOf(await lossOf(db, kept));
    await mustBeOfNow(db, text, statement);
    const signed = await signersOf(db, text, signatures);
    const statementSha256 = createHash('sha256').update(text).digest('hex');
    for (const { officer, line, signature } of signed)
      await db.query(
        `insert into cordon.statement (act, sha256, officer, text, key, signature, version)
         select 'continue', $1, $2, $3, $4, $5, max(version) from cordon.officers`,
        [statementSha256, officer, text, line, signature],
      );
    const { lost, head, deliveries } = JSON.parse(text) as LossStatement;
    await append(
      db,
      'owner',
      {},
      {
        type: 'continue-after-loss',
        lost,
        head,
        deliveries: deliveries.map(({ survey, period, name, package: sha256 }) => ({
          wave: `${survey}/${period}`,
          name,
          package: sha256,
        })),
        statementSha256,
        signatures: signed.map(({ officer, line, signature }) => saidBy(officer, line, signature)),
      },
    );
    await db.query('commit');
    return signed.map(({ officer }) => officer);
  });
  if (json) say(JSON.stringify({ officers }));
  else say(`signed by ${officers.join(' and ')}: waves may run on this ledger again`);
  return exitCodes.done.code;
};

/** @throws RELEASE_MISMATCH unless it says what is lost now, of a log that this one has grown from */
const mustBeOfNow = async (db: Connection, text: string, now: LossStatement): Promise<void> => {
  let said: Partial<LossStatement> = {};
  try {
    said = JSON.parse(text) as LossStatement;
  } catch {
    // not even JSON: it is not the statement
  }
  const { head } = said;
  const grown =
    head !== undefined &&
    Number.isSafeInteger(head.size) &&
    head.size >= 0 &&
    head.size <= now.head.size &&
    (await rootAt(db, head.size)).toString('hex') === head.root;
  const same = canonical({ ...now, head }) === text;
  if (now.lost.length > 0 && grown && same) return;
  throw refuse({
    code: 'RELEASE_MISMATCH',
    found: now.lost.length === 0 ? 'a ledger of which nothing is lost' : 'a statement of another loss',
    expected: 'what npx cordon ledger continue show writes now, byte for byte',
    remedy: 'show it again, and have that signed',
  });
};

interface Signer {
  readonly officer: string;
  readonly line: string;
  readonly signature: string;
}

/** Two who count as two. @throws SIGNATURE, NOT_AN_OFFICER, SAME_OFFICER */
const signersOf = async (
  db: Connection,
  text: string,
  signatures: readonly string[],
): Promise<readonly Signer[]> => {
  const officers = await officersInForce(db);
  const signed = new Map<string, Signer>();
  for (const signature of signatures) {
    const { officer, key: line } = signerOf(officers, 'continue', text, signature);
    const { rows } = await db.query<{ counts: string | null }>(
      `select cordon.officer_now($1, $2, 'continue') as counts`,
      [officer, line],
    );
    const counts = rows[0]?.counts;
    if (!counts) throw notAnOfficer('an officer whom the officers file does not let sign this today');
    signed.set(counts, { officer, line, signature });
  }
  if (signed.size >= 2) return [...signed.values()];
  throw refuse({
    code: 'SAME_OFFICER',
    found: `${String(signatures.length)} signatures that count as ${String(signed.size)}`,
    expected: 'two officers, neither a deputy of the other',
    remedy: 'give --signature twice, with a signature of each',
  });
};
