// The verification of one database, out of one snapshot: its plans against their hashes, its ledger leaf by leaf, its
// tables against what the ledger tells, and who has signed. Reads as any role that may read the ledger; writes nothing.
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../connect.ts';
import type { Fault, Head, Subtree } from './verify.ts';
import { Verification } from './verify.ts';
import { compareExceptions } from './verify-exceptions.ts';
import { compareForgone } from './verify-forgone.ts';
import { verifySignatures } from './verify-signatures.ts';

export interface Verified {
  readonly size: number;
  /** hex, RFC 6962 */
  readonly root: string;
  readonly faults: readonly Fault[];
}

const batch = 5_000;

/** A sweep comes once a day: what is due since then is not overdue yet. */
const graceMs = 86_400_000;

/** @param progress told how many entries have been read */
export const verifyDatabase = async (
  db: Connection,
  heads: readonly Head[] = [],
  progress: (read: number) => void = () => undefined,
): Promise<Verified> => {
  await db.query('begin isolation level repeatable read, read only');
  try {
    const verification = new Verification(heads);
    const faults: Fault[] = await readPlans(db, verification);
    for (let from = 0; ;) {
      const { rows } = await db.query<{ index: number; leaf: Buffer; leaf_hash: Buffer }>(
        'select index, leaf, leaf_hash from ledger.entry where index >= $1 order by index limit $2',
        [from, batch],
      );
      const before = verification.size;
      for (const { index, leaf, leaf_hash: hash } of rows) verification.add({ index, leaf, hash });
      progress(verification.size);
      faults.push(...(await compareSubtrees(db, verification, before, faults)));
      if (rows.length < batch) break;
      from = (rows.at(-1)?.index ?? 0) + 1;
    }
    faults.push(...verification.end(), ...(await excessSubtrees(db, verification)));
    faults.push(...(await compareCopies(db, verification)), ...(await compareHolds(db, verification)));
    faults.push(...(await compareWaterfalls(db, verification)), ...(await compareIntents(db, verification)));
    faults.push(...(await compareExceptions(db, verification.story.exceptions)));
    faults.push(...(await compareForgone(db, verification.story.forgone)));
    faults.push(...(await verifySignatures(db, verification.story)));
    return { size: verification.size, root: verification.root().toString('hex'), faults };
  } finally {
    await db.query('rollback');
  }
};

type Declared = Partial<Readonly<Record<'declaration' | 'processor', { release?: { officers?: number } }>>>;

const readPlans = async (db: Connection, { story }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<{ plan_hash: string; document: string; declared: Declared }>(
    'select plan_hash, document, declared from cordon.plan',
  );
  return rows.flatMap(({ plan_hash: planHash, document, declared }): Fault[] => {
    const own = createHash('sha256').update(document, 'utf8').digest('hex');
    if (own !== planHash)
      return [
        {
          rule: 'PLAN',
          found: `a plan whose hash is ${own}`,
          expected: `${planHash}, under which it was applied`,
        },
      ];
    const { declaration, processor } = JSON.parse(document) as Declared;
    const officers = declaration?.release?.officers;
    if (officers !== undefined) story.officers.set(planHash, officers);
    // PostgreSQL makes the one of the other, unless a superuser has told it not to
    if (isDeepStrictEqual([declared.declaration, declared.processor], [declaration, processor])) return [];
    return [
      {
        rule: 'PLAN',
        found: `other things declared beside the document of ${planHash}`,
        expected: 'what the document itself declares',
      },
    ];
  });
};

/** No ledger is deeper: `ledger.node` allows no other level. */
const levels = 'generate_series(1, 62) l(level)';

/** What proofs are read from, against what the leaves make of it; the first difference, of which others follow. */
const compareSubtrees = async (
  db: Connection,
  verification: Verification,
  from: number,
  said: readonly Fault[],
): Promise<Fault[]> => {
  const grown = verification.grown();
  // of a leaf that is not as it was every subtree differs
  const known = [...verification.faults, ...said].some(({ rule }) => ['GAP', 'HASH', 'NODE'].includes(rule));
  if (known) return [];
  const { rows } = await db.query<Subtree>(
    `select n.level, n.index, n.hash from ${levels}, lateral (
       select * from ledger.node n
       where n.level = l.level and n.index >= $1::bigint >> l.level and n.index < $2::bigint >> l.level) n`,
    [from, verification.size],
  );
  const stored = new Map(rows.map(({ level, index, hash }) => [`${String(level)}/${String(index)}`, hash]));
  const wrong = grown.find(({ level, index, hash }) => {
    const there = stored.get(`${String(level)}/${String(index)}`);
    return !there || Buffer.compare(there, hash) !== 0;
  });
  return wrong ? [subtree(wrong, 'that of its leaves, as proofs are read from it')] : [];
};

const excessSubtrees = async (db: Connection, { size }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<Subtree>(
    `select n.level, n.index, n.hash from ${levels}, lateral (
       select * from ledger.node n where n.level = l.level and n.index >= $1::bigint >> l.level limit 1) n
     order by n.level limit 1`,
    [size],
  );
  return rows.map((node) => subtree(node, `a log of ${String(size)} entries`));
};

const subtree = ({ level, index }: Subtree, expected: string): Fault => {
  const leaves = 2 ** level;
  const place = `the ${String(leaves)} entries from ${String(index * leaves)}`;
  return { rule: 'NODE', found: `another stored hash of ${place}`, expected };
};

const table = (found: string, expected: string): Fault => ({ rule: 'TABLE', found, expected });

const compareCopies = async (db: Connection, { story }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<{
    kind: string;
    place: string;
    due: Date;
    erased: boolean;
    verified: boolean;
    now: Date;
  }>(
    `select kind, place, due_at as due, state = 'erased' as erased, verified_at is not null as verified, now() as now
     from cordon.copy order by id`,
  );
  const there = new Set<string>();
  const faults = rows.flatMap(({ kind, place, due, erased, verified, now }): Fault[] => {
    const name = `${kind} ${place}`;
    there.add(name);
    const told = story.copies.get(name);
    if (!told) return [table(name, 'a copy whose opening is in the ledger')];
    const found: Fault[] = [];
    const dueAt = due.toISOString();
    if (!erased && dueAt !== told.dueAt && !(told.atMost && dueAt < told.dueAt))
      found.push(table(`${name} due ${dueAt}`, `${told.dueAt}, as the ledger says`));
    if (erased !== told.erased || verified !== told.verified)
      found.push(
        table(
          `${name} ${stateOf(erased, verified)}`,
          `${stateOf(told.erased, told.verified)}, as the ledger says`,
        ),
      );
    // a register is reviewed then, and what is held is kept
    const kept = kind === 'registers' || told.holds.size > 0;
    if (!erased && !kept && now.getTime() - due.getTime() > graceMs)
      found.push({
        rule: 'CLOCK',
        found: `${name}, due ${dueAt}, still there`,
        expected: 'erased when it is due',
      });
    return found;
  });
  const lost = [...story.copies.keys()].filter((name) => !there.has(name));
  return [...faults, ...lost.map((name) => table(`no row of ${name}`, 'the copy that the ledger opened'))];
};

const compareHolds = async (db: Connection, { story }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<{ name: string; hold: number; lives: boolean }>(
    `select c.kind || ' ' || c.place as name, h.id as hold, h.lifted_at is null as lives
     from cordon.hold h join cordon.copy c on c.id = h.copy order by h.id`,
  );
  const living = new Set(
    rows.flatMap(({ name, hold, lives }) => (lives ? [`hold ${String(hold)} on ${name}`] : [])),
  );
  const told = new Set(
    [...story.copies].flatMap(([name, { holds }]) =>
      [...holds.keys()].map((hold) => `hold ${String(hold)} on ${name}`),
    ),
  );
  return [
    ...[...living]
      .filter((name) => !told.has(name))
      .map((name) => table(name, 'a hold of which the ledger tells')),
    ...[...told].filter((name) => !living.has(name)).map((name) => table(`no ${name}`, 'as the ledger says')),
  ];
};

const stateOf = (erased: boolean, verified: boolean): string =>
  verified ? 'erased and proved' : erased ? 'erased' : 'live';

const parts = ['intake', 'frame', 'sample', 'reserve', 'package'] as const;

const compareWaterfalls = async (db: Connection, { story }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<
    { survey: string; period: string; attempt: number } & Record<(typeof parts)[number], number | null>
  >('select survey, period, attempt, intake, frame, sample, reserve, package from cordon.waterfall');
  const there = new Map(rows.map((row) => [`${row.survey}/${row.period} ${String(row.attempt)}`, row]));
  return [...story.attempts].flatMap(([key, { numbers }]) =>
    parts.flatMap((part) => {
      const [found, expected] = [there.get(key)?.[part] ?? undefined, numbers[part]];
      if (found === expected) return [];
      return [
        table(
          `${part} ${String(found ?? 'missing')} of ${key}`,
          `${String(expected ?? 'none')}, as the ledger says`,
        ),
      ];
    }),
  );
};

const compareIntents = async (db: Connection, { story }: Verification): Promise<Fault[]> => {
  const { rows } = await db.query<{ key: string; package: string; disclosed: boolean }>(
    `select survey || '/' || period || ' ' || attempt as key, package, disclosed_at is not null as disclosed
     from cordon.intent where voided_at is null`,
  );
  const there = new Map(rows.map((row) => [row.key, row]));
  const keys = new Set([...there.keys(), ...story.attempts.keys()]);
  return [...keys].flatMap((key) => {
    const [row, told] = [there.get(key), story.attempts.get(key)];
    if (row?.package === told?.intent && (row?.disclosed ?? false) === (told?.disclosed !== undefined))
      return [];
    return [
      table(
        `the intent of ${key}: ${row?.disclosed ? 'disclosed' : (row?.package.slice(0, 12) ?? 'none')}`,
        'what the ledger tells of it',
      ),
    ];
  });
};
