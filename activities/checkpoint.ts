// What of the ledger lies where no administrator of the database reaches: signed checkpoints, and a note of every
// delivery before its first byte. A wave runs only on a log that contains all of them, or whose loss two officers have
// signed; a month that was noted is not sent again, whatever a restored database says.
import type pg from 'pg';
import { failure, refuse } from '../schemas/failure.ts';
import type { AttemptKey, WaveKey } from '../schemas/ref.ts';
import type { Connection } from '../sql/connect.ts';
import { openCheckpoint, readHeads, signCheckpoint } from '../sql/ledger/checkpoint.ts';
import type { LogKeys, NoteSigner } from '../sql/ledger/note.ts';
import type { Head } from '../sql/ledger/verify.ts';
import type { DeliveryTarget } from './delivery/adapter.ts';
import { putFile } from './delivery/target.ts';
import { unreachableAt } from './delivery/unreachable.ts';
import { canonical } from '../schemas/canonical.ts';

/** Folders elsewhere, or servers; everything is written to each of them, and read from each. */
export interface Checkpoints {
  readonly signer: NoteSigner;
  /** of this log, its signer's and those before it */
  readonly log: LogKeys;
  readonly open: () => Promise<readonly DeliveryTarget[]>;
}

/** Of one delivery, before its first byte: which bytes may have left, of which month. Nobody in it. */
export interface DeliveryNote extends AttemptKey {
  /** hex SHA-256 */
  readonly package: string;
  readonly name: string;
  readonly recipient: string;
}

export interface Kept {
  readonly heads: readonly Head[];
  readonly deliveries: readonly DeliveryNote[];
}

/** What a log no longer contains. */
export interface Loss {
  readonly head: Head;
  readonly lost: readonly Head[];
  readonly deliveries: readonly DeliveryNote[];
}

export const checkpointName = ({ size, root }: Head): string =>
  `${String(size).padStart(12, '0')}-${Buffer.from(root).toString('hex').slice(0, 16)}.checkpoint`;
const isCheckpoint = /^\d{12}-[0-9a-f]{16}\.checkpoint$/;
const noteName = (note: DeliveryNote): string => `${note.package}.delivery.json`;
const isNote = /^[0-9a-f]{64}\.delivery\.json$/;

/** @throws DELIVERY_UNREACHABLE (again later); LEDGER_FORKED for a file that is none of this log's */
export const readKept = async ({ log, open }: Checkpoints): Promise<Kept> => {
  const heads = new Map<string, Head>();
  const deliveries = new Map<string, DeliveryNote>();
  await atEach(open, async (place) => {
    for (const name of await place.answers()) {
      if (!isCheckpoint.test(name) && !isNote.test(name)) continue;
      const text = Buffer.from(await place.readAnswer(name)).toString('utf8');
      try {
        if (isNote.test(name)) deliveries.set(name, noteIn(text, name));
        else heads.set(name, openCheckpoint(text, log));
      } catch {
        throw forked(`a kept file that is not this log's: ${name}`, `what ${log.name} has signed`);
      }
    }
  });
  return { heads: [...heads.values()], deliveries: [...deliveries.values()] };
};

/** @throws Error unless it is what `noteDelivery` writes under this name */
const noteIn = (text: string, name: string): DeliveryNote => {
  const note = JSON.parse(text) as DeliveryNote;
  if (noteName(note) !== name || typeof note.survey !== 'string' || typeof note.period !== 'string')
    throw new Error('not a note of a delivery');
  return note;
};

/** Compares the log, as this transaction sees it, with what was kept. Nothing is lost that was signed for already. */
export const lossOf = async (tx: Connection, { heads, deliveries }: Kept): Promise<Loss> => {
  const { head, roots } = await readHeads(
    tx,
    heads.map(({ size }) => size),
  );
  const signed = await continuations(tx);
  const signedFor = new Set(
    signed.flatMap((leaf) => leaf.lost.map(({ size, root }) => `${String(size)}:${root}`)),
  );
  const lost: Head[] = [];
  for (const kept of heads) {
    const root = Buffer.from(kept.root).toString('hex');
    if (signedFor.has(`${String(kept.size)}:${root}`)) continue;
    if (roots.get(kept.size)?.toString('hex') !== root) lost.push(kept);
  }
  const known = await intended(tx, lost.length > 0);
  const forgotten = new Set(signed.flatMap((leaf) => leaf.deliveries.map((each) => each.package)));
  return {
    head,
    lost: lost.toSorted((a, b) => a.size - b.size),
    deliveries: deliveries.filter((note) => forgotten.has(note.package) || !known.has(note.package)),
  };
};

interface Continuation {
  readonly lost: readonly { readonly size: number; readonly root: string }[];
  readonly deliveries: readonly { readonly package: string }[];
}

const continuations = async (tx: Connection): Promise<readonly Continuation[]> => {
  const { rows } = await tx.query<{ leaf: Continuation }>(
    `select l.leaf from ledger.entry e, lateral (select convert_from(e.leaf, 'UTF8')::jsonb as leaf) l
     where l.leaf ->> 'type' = 'continue-after-loss'`,
  );
  return rows.map(({ leaf }) => leaf);
};

/**
 * Packages whose fate this database knows. After a loss an intent without a first byte says nothing while its attempt is
 * open: the byte may be what was lost.
 */
const intended = async (tx: Connection, after: boolean): Promise<ReadonlySet<string>> => {
  const { rows } = await tx.query<{ package: string }>(
    `select i.package from cordon.intent i join cordon.attempt a using (survey, period, attempt)
     where not $1 or i.first_byte_at is not null or a.closed_at is not null`,
    [after],
  );
  return new Set(rows.map((row) => row.package));
};

/**
 * Before anything of a wave, and before an intent counts as void: this is the log that was kept, and it has forgotten no
 * delivery of this month.
 * @throws LEDGER_FORKED, ALREADY_DISCLOSED; DELIVERY_UNREACHABLE (again later)
 */
export const requireSameLog = async (
  pool: pg.Pool,
  checkpoints: Checkpoints,
  wave: WaveKey,
): Promise<void> => {
  const kept = await readKept(checkpoints);
  const { head, lost, deliveries } = await inSnapshot(pool, (tx) => lossOf(tx, kept));
  const worst = lost.at(-1);
  if (worst)
    throw forked(
      worst.size > head.size
        ? `a log of ${String(head.size)} entries`
        : `another root than was kept of ${String(worst.size)} entries`,
      worst.size > head.size
        ? `at least ${String(worst.size)}, as a kept checkpoint says`
        : 'the log whose checkpoints are kept',
    );
  const sent = deliveries.find(({ survey, period }) => survey === wave.survey && period === wave.period);
  if (sent)
    throw refuse({
      code: 'ALREADY_DISCLOSED',
      found: 'a note, kept elsewhere, that a package of this month may have left',
      expected: 'a month of which nothing has left',
      remedy: 'ask the processor for the receipt; nothing of this month is sent again',
    });
};

const forked = (found: string, expected: string) =>
  refuse({
    code: 'LEDGER_FORKED',
    found,
    expected,
    remedy: 'keep the database as it is and find out why; see npx cordon ledger continue --help',
  });

/** @throws LEDGER_FORKED over a log that no longer contains what was kept; DELIVERY_UNREACHABLE (again later) */
export const keepCheckpoint = async (pool: pg.Pool, checkpoints: Checkpoints): Promise<void> => {
  const kept = await readKept(checkpoints);
  const { head, lost } = await inSnapshot(pool, (tx) => lossOf(tx, kept));
  if (lost.length > 0) throw failure('LEDGER_FORKED', { found: 'a log that is not what it was' });
  await keepHead(checkpoints, head);
};

/** The log as it is now. MUST come after a comparison with what was kept: years of checkpoints are read for one. */
export const keepNow = async (pool: pg.Pool, checkpoints: Checkpoints): Promise<void> => {
  const { head } = await inSnapshot(pool, (tx) => readHeads(tx));
  await keepHead(checkpoints, head);
};

/** Signs it, and answers the name that it is kept under. MUST come after a comparison with what was kept. */
export const keepHead = async (checkpoints: Checkpoints, head: Head): Promise<string> => {
  const name = checkpointName(head);
  await keep(checkpoints, name, signCheckpoint(head, checkpoints.signer));
  return name;
};

/** MUST come before the first byte of a package. @throws DELIVERY_UNREACHABLE (again later) */
export const noteDelivery = (checkpoints: Checkpoints, note: DeliveryNote): Promise<void> =>
  keep(checkpoints, noteName(note), canonical(note));

/** The log as it is now, signed. */
export const checkpointNow = (pool: pg.Pool, { signer }: Checkpoints): Promise<string> =>
  inSnapshot(pool, async (tx) => signCheckpoint((await readHeads(tx)).head, signer));

/** Two waves may keep one head at the same moment: who comes second finds its draft renamed, and then the file. */
const keep = ({ open }: Checkpoints, name: string, text: string): Promise<void> =>
  atEach(open, async (place) => {
    const put = () => putFile(place, name, Buffer.from(text));
    await put().catch(put);
  });

/** Else whoever reads it would ask the processor. */
const away = (e: unknown): never => {
  throw unreachableAt('a place of checkpoints', e);
};

const atEach = async (
  open: Checkpoints['open'],
  work: (place: DeliveryTarget) => Promise<void>,
): Promise<void> => {
  const places = await open().catch(away);
  try {
    for (const place of places) await work(place).catch(away);
  } finally {
    await Promise.all(places.map((place) => place.close()));
  }
};

/** The leaves of one moment, while others append. */
const inSnapshot = async <T>(pool: pg.Pool, work: (tx: Connection) => Promise<T>): Promise<T> => {
  const tx = await pool.connect();
  try {
    await tx.query('begin isolation level repeatable read, read only');
    return await work(tx);
  } finally {
    await tx.query('rollback').catch(() => undefined);
    tx.release();
  }
};
