// A ledger that told the truth is found whole; whatever a superuser does to it is found, with its place.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import canonicalize from 'canonicalize';
import pg from 'pg';
import { checkpointName } from '../../activities/checkpoint.ts';
import { withConnection } from '../../sql/connect.ts';
import { signCheckpoint } from '../../sql/ledger/checkpoint.ts';
import { noteSigner } from '../../sql/ledger/note.ts';
import type { Head } from '../../sql/ledger/verify.ts';
import type { Verified } from '../../sql/ledger/verify-database.ts';
import { verifyDatabase } from '../../sql/ledger/verify-database.ts';
import { ledgerCheckpointCommand, ledgerKeyCommand } from '../../worker/ledger-checkpoint.ts';
import { ledgerProveCommand, proofCommand } from '../../worker/ledger-prove.ts';
import { ledgerShowCommand } from '../../worker/ledger-show.ts';
import { ledgerVerifyCommand } from '../../worker/ledger-verify.ts';
import type { Hands } from '../activities/hands.ts';
import { openHands } from '../activities/hands.ts';
import { coded, cordon, here, tooLong, typed } from '../worker/command.ts';

let hands: Hands;
let head: Head;
let size: number;
const as = (role: 'admin' | 'auditor', heads: readonly Head[] = []): Promise<Verified> =>
  withConnection(hands.installation.urls[role], 'test', (db) => verifyDatabase(db, heads));

beforeAll(async () => {
  hands = await openHands();
  for (const _ of [1, 2]) await hands.upTo(await hands.open(await hands.month()), 'transfer');
  await hands.upTo(await hands.open(await hands.month()), 'sample');
  const found = await as('auditor');
  size = found.size;
  head = { size, root: Buffer.from(found.root, 'hex') };
});
afterAll(() => hands.close());

test('three waves are whole, as an auditor reads them, and as a checkpoint knows them', async () => {
  expect(await as('auditor', [head])).toEqual({
    size,
    root: Buffer.from(head.root).toString('hex'),
    faults: [],
  });
  expect(size).toBeGreaterThan(40);
});

test('an auditor asks at the command line, and is told whole, or what is wrong', async () => {
  const { env } = hands.installation;
  const whole = await typed(['ledger', 'verify'], env);
  expect(whole).toMatchObject({ code: 0, err: '' });
  const root = Buffer.from(head.root).toString('hex');
  expect(whole.out).toBe(
    `${String(size)} entries
head ${String(size)}:${root}
whole: every hash, order, sum, clock and signature is as it must be
`,
  );
  const other = await typed(['ledger', 'verify', '--head', `3:${'0'.repeat(64)}`], env);
  expect(other.code).toBe(1);
  expect(other.out).toMatch(/\nROOT {4}the log\n {2}found {5}root [0-9a-f]{16}… of 3 entries\n/);
  const data = await typed(
    ['ledger', 'verify', '--json', '--head', `${String(size + 1)}:${'0'.repeat(64)}`],
    env,
  );
  expect(JSON.parse(data.out)).toMatchObject({ size, faults: [{ rule: 'ROOT' }] });
  const misread = await here((say) => ledgerVerifyCommand({ head: 'x' }, env, say));
  coded(misread, 1, 'a head that is no size and root');
});

test('an entry is shown as it is stored, and all are exported, each with the hash of its text', async () => {
  const { env } = hands.installation;
  const shown = await typed(['ledger', 'show', '3', '--json'], env);
  expect(shown).toMatchObject({ code: 0, err: '' });
  const all = await cordon(['ledger', 'export'], env);
  const lines = all.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { index: number; leaf: string; hash: string });
  expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: size }, (_, n) => n));
  for (const { leaf, hash } of lines)
    expect(createHash('sha256').update(Buffer.of(0)).update(leaf).digest('hex')).toBe(hash);
  const { leaf, hash } = lines[3] ?? { leaf: '', hash: '' };
  expect(JSON.parse(shown.out)).toEqual({ index: 3, hash, leaf: JSON.parse(leaf) as unknown });
  const read = await here((say) => ledgerShowCommand(3, {}, env, say));
  expect(read.out).toMatch(new RegExp(`^entry 3\\n {2}hash\\s+${hash}\\n`));
  expect(tooLong(read.out)).toEqual([]);
  const beyond = await here((say) => ledgerShowCommand(size, {}, env, say));
  coded(beyond, 1, `no entry ${String(size)}`);
});

test('a checkpoint is signed over what the ones before are found in, and verified by its key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-kept-'));
  const env = {
    ...hands.installation.env,
    CORDON_LEDGER_KEY: '07'.repeat(32),
    CORDON_LEDGER_ORIGIN: 'police.example/cordon',
  };
  try {
    const key = await typed(['ledger', 'key'], env);
    expect(key.out).toMatch(/^police\.example\/cordon\+[0-9a-f]{8}\+A\S{43}\n$/);
    await writeFile(join(folder, 'ledger.key'), key.out);
    const kept = await typed(['ledger', 'checkpoint', '--to', folder], env);
    expect(kept).toMatchObject({
      code: 0,
      err: '',
      out: `${join(folder, checkpointName(head))}\n`,
    });
    const file = kept.out.trim();
    const ledgerKey = join(folder, 'ledger.key');
    const verified = await typed(['ledger', 'verify', '--checkpoint', file, '--key', ledgerKey], env);
    expect(verified).toMatchObject({ code: 0, err: '' });
    const verify = (of: string) =>
      here((say) => ledgerVerifyCommand({ checkpoint: [of], key: ledgerKey }, env, say));
    const checkpoint = () => here((say) => ledgerCheckpointCommand({ to: folder }, env, say));
    const proved = await typed(['ledger', 'prove', '3', '--checkpoint', file, '--key', ledgerKey], env);
    expect(proved).toMatchObject({ code: 0, err: '' });
    const proof = join(folder, '3.proof');
    await writeFile(proof, proved.out);
    const sound = await typed(['proof', proof, '--key', ledgerKey]);
    expect(sound).toMatchObject({ code: 0, err: '' });
    expect(sound.out).toContain(`entry 3 of a log of ${String(size)}, signed by police.example/cordon\n`);
    expect(tooLong(sound.out)).toEqual([]);
    const look = async (text: string) => {
      await writeFile(proof, text);
      return here((say) => proofCommand(proof, { key: ledgerKey }, say));
    };
    for (const bad of [
      proved.out.replace('"index": 3', '"index": 4'),
      proved.out.replace(/"at\\":\\"20/, '"at\\":\\"21'),
      proved.out.replace(/"proof": \[\s+"[^"]+",/, '"proof": ['),
    ]) {
      expect(bad).not.toBe(proved.out);
      expect(await look(bad)).toMatchObject({
        code: 1,
        err: expect.stringContaining('LEDGER_FORKED') as unknown,
      });
    }
    for (const bad of ['', '{}', proved.out.replace('police.example', 'other.example')])
      coded(await look(bad), 1, 'which cannot be read as one');
    const beyond = await here((say) =>
      ledgerProveCommand(size, { checkpoint: file, key: ledgerKey }, env, say),
    );
    coded(beyond, 1, `entry ${String(size)} of a log of`);
    // again the same, and nothing is written twice
    expect((await checkpoint()).out).toBe(kept.out);
    // somebody kept the checkpoint of a longer log: this one has been cut, or is another
    const signer = noteSigner('police.example/cordon', Buffer.from('07'.repeat(32), 'hex'));
    const more = { size: size + 9, root: Buffer.alloc(32) };
    const longer = join(folder, checkpointName(more));
    await writeFile(longer, signCheckpoint(more, signer));
    const cut = await verify(longer);
    expect(cut.code).toBe(1);
    expect(cut.out).toContain('the tail is gone');
    coded(await checkpoint(), 1, `a log of ${String(size)} entries`);
    await rm(longer);
    const { urls } = hands.installation;
    const flip = `alter table ledger.node disable trigger user;
      update ledger.node set hash = set_byte(hash, 0, 255 - get_byte(hash, 0)) where (level, index) = (1, 0);
      alter table ledger.node enable trigger user`;
    await withConnection(urls.admin, 'test', (admin) => admin.query(flip));
    coded(await checkpoint(), 1, 'the 2 entries from 0');
    await withConnection(urls.admin, 'test', (admin) => admin.query(flip));
    await writeFile(longer, 'nothing');
    coded(await verify(longer), 1, 'which is no checkpoint of this log');
    const keyless = await here((say) => ledgerVerifyCommand({ checkpoint: [file] }, env, say));
    coded(keyless, 1, '--checkpoint without --key');
    const long = { ...env, CORDON_LEDGER_KEY: '07'.repeat(33) };
    const unsigned = await here(async (say) => ledgerKeyCommand(long, say));
    coded(unsigned, 1, 'CORDON_LEDGER_KEY of 33 bytes');
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('a superuser', () => {
  let db: pg.Client;
  // everything in a transaction of the superuser's own, which is rolled back: the verification reads inside it
  beforeEach(async () => {
    db = new pg.Client({ connectionString: hands.installation.urls.admin });
    await db.connect();
    await db.query('begin');
    await db.query(`alter table ledger.entry disable trigger user; alter table cordon.copy disable trigger user;
      alter table ledger.node disable trigger user; alter table cordon.statement disable trigger user;
      alter table cordon.officers disable trigger user;
      alter table ledger.entry drop constraint entry_hash_is_of_leaf;
      alter table cordon.plan disable trigger user; alter table cordon.plan drop constraint plan_hash_is_of_document`);
  });
  afterEach(async () => {
    await db.query('rollback');
    await db.end();
  });
  const inside = async (heads: readonly Head[] = []) => {
    const same = {
      query: (text: string, values?: unknown[]) =>
        /^(begin|rollback)/.test(text) ? Promise.resolve({ rows: [] }) : db.query(text, values),
    };
    const { faults } = await verifyDatabase(same as unknown as pg.ClientBase, heads);
    return faults.map(({ rule, index, byte }) => ({
      rule,
      ...(index !== undefined && { index }),
      ...(byte !== undefined && { byte }),
    }));
  };
  const leafOf = async (type: string): Promise<{ index: number; leaf: string }> => {
    const { rows } = await db.query<{ index: string; leaf: string }>(
      `select index::text, convert_from(leaf, 'UTF8') as leaf from ledger.entry where convert_from(leaf, 'UTF8')::jsonb ->> 'type' = $1 order by entry.index limit 1`,
      [type],
    );
    return { index: Number(rows[0]?.index), leaf: rows[0]?.leaf ?? '' };
  };
  /** The subtrees as they follow from the stored hashes. */
  const regrow = () =>
    db.query(`delete from ledger.node;
      select count(ledger.grow(e.index, e.leaf_hash)) from (select * from ledger.entry order by index) e`);
  const write = async (index: number, leaf: string, hashToo: boolean) => {
    const bytes = Buffer.from(leaf);
    const hash = createHash('sha256').update(Buffer.of(0)).update(bytes).digest();
    await db.query(
      `update ledger.entry set leaf = $2${hashToo ? ', leaf_hash = $3' : ''} where index = $1`,
      hashToo ? [index, bytes, hash] : [index, bytes],
    );
    if (hashToo) await regrow();
  };

  test('who edits a leaf leaves a hash that is not of it', async () => {
    const { index, leaf } = await leafOf('screened');
    await write(index, leaf.replace(/"canaries":\d+/, '"canaries":9'), false);
    expect(await inside()).toEqual([{ rule: 'HASH', index }]);
  });

  test('who edits leaf and hash is told by the sums, or else by the checkpoint that has left the machine', async () => {
    const sampled = await leafOf('sampled');
    await write(
      sampled.index,
      sampled.leaf.replace(/"notDrawn":(\d+)/, (_, n: string) => `"notDrawn":${String(Number(n) + 1)}`),
      true,
    );
    expect(await inside()).toEqual([{ rule: 'SUM', index: sampled.index }]);
    await write(sampled.index, sampled.leaf, true);
    expect(await inside()).toEqual([]);
    const packaged = await leafOf('packaged');
    await write(packaged.index, packaged.leaf.replace(/"bytes":\d+/, '"bytes":1'), true);
    expect(await inside()).toEqual([]);
    expect(await inside([head])).toEqual([{ rule: 'ROOT' }]);
  });

  test('who leaves, or changes, a stored hash that proofs are read from is told', async () => {
    const stored = await db.query<{ level: number; index: number; hash: Buffer }>(
      'select * from ledger.node',
    );
    const packaged = await leafOf('packaged');
    await write(packaged.index, packaged.leaf.replace(/"bytes":\d+/, '"bytes":1'), true);
    await db.query('delete from ledger.node');
    for (const { level, index, hash } of stored.rows)
      await db.query('insert into ledger.node values ($1, $2, $3)', [level, index, hash]);
    expect(await inside()).toEqual([{ rule: 'NODE' }]);
    await write(packaged.index, packaged.leaf, true);
    expect(await inside()).toEqual([]);
    for (const text of [
      'update ledger.node set hash = sha256(hash) where (level, index) = (3, 1)',
      'delete from ledger.node where (level, index) = (1, 0)',
      `insert into ledger.node values (1, ${String(Math.floor(size / 2))}, sha256('x'))`,
      `insert into ledger.node values (40, 0, sha256('x'))`,
    ]) {
      await db.query(text);
      expect(await inside()).toEqual([{ rule: 'NODE' }]);
      await regrow();
    }
    expect(await inside()).toEqual([]);
  });

  test('who writes a leaf otherwise is told the first byte that is wrong', async () => {
    const { index, leaf } = await leafOf('packaged');
    await write(index, leaf.replace('"bytes":', '"bytes": '), true);
    expect(await inside()).toEqual([{ rule: 'BYTES', index, byte: leaf.indexOf('"bytes":') + 8 }]);
    await write(index, '{"v":1,"type":"nothing","at":"x"}', true);
    expect((await inside()).slice(0, 2)).toEqual([
      { rule: 'BYTES', index, byte: 2 },
      { rule: 'SHAPE', index },
    ]);
  });

  test('who swaps two leaves has told the story in another order', async () => {
    const [a, b] = [await leafOf('seed-drawn'), await leafOf('frame-committed')];
    await write(a.index, b.leaf, true);
    await write(b.index, a.leaf, true);
    const found = await inside();
    expect(found).toContainEqual({ rule: 'ORDER', index: b.index });
    expect(found.every(({ rule }) => rule === 'ORDER')).toBe(true);
  });

  test('who cuts the tail off leaves tables that know more, and a checkpoint that does', async () => {
    await db.query('delete from ledger.entry where index >= $1', [size - 5]);
    const found = await inside([head]);
    expect(found).toContainEqual({ rule: 'ROOT' });
    expect(found).toContainEqual({ rule: 'TABLE' });
  });

  test('who takes one out leaves a gap', async () => {
    const { index } = await leafOf('consulted').then((one) => (one.leaf ? one : leafOf('seed-drawn')));
    await db.query('delete from ledger.entry where index = $1', [index]);
    expect((await inside())[0]).toEqual({ rule: 'GAP', index: index + 1 });
  });

  test('who releases for an officer, or moves a clock in the table alone, is told', async () => {
    const { index, leaf } = await leafOf('release-signed');
    const other =
      (JSON.parse(leaf) as { officer: string }).officer === 'a.officer' ? 'b.officer' : 'a.officer';
    await write(index, leaf.replace(/"officer":"[^"]+"/, `"officer":"${other}"`), true);
    expect(await inside()).toEqual([{ rule: 'ORDER', index: expect.any(Number) as unknown }]);
    await write(index, leaf, true);
    await db.query(`update cordon.copy set due_at = due_at + interval '1 day' where kind = 'package'`);
    expect(await inside()).toEqual([{ rule: 'TABLE' }, { rule: 'TABLE' }]);
  });

  test('who leaves a plan that widens to one officer, or to one who has not signed it, is told', async () => {
    const { index, leaf } = await leafOf('plan-applied');
    for (const officers of ['["d.officer"]', '["d.officer","c.officer"]']) {
      await write(index, leaf.replace(/"officers":\[[^\]]+\]/, `"officers":${officers}`), true);
      expect(await inside()).toEqual([{ rule: 'ORDER', index }]);
    }
  });

  test('who has only brought a ledger up from before acts were signed is whole, but for a clock put back', async () => {
    const { rows } = await db.query<{ index: number; leaf: string }>(
      `select index::int, convert_from(leaf, 'UTF8') as leaf from ledger.entry
       where convert_from(leaf, 'UTF8')::jsonb ->> 'type' in ('signed', 'plan-applied', 'disclosure')`,
    );
    for (const { index, leaf } of rows) {
      const {
        statementSha256: _s,
        officers: _o,
        change: _c,
        ...rest
      } = JSON.parse(leaf) as Record<string, unknown>;
      const { type, at, officer } = rest;
      if (type === 'signed')
        await write(
          index,
          canonicalize({ v: 1, at, type: 'exception', code: 'MONTH_MISSING', owner: officer, dueAt: at }) ??
            '',
          true,
        );
      if (type === 'plan-applied') await write(index, canonicalize(rest) ?? '', true);
    }
    await db.query(`delete from cordon.statement where act = 'apply'`);
    const [sent] = rows.flatMap(({ leaf }) =>
      leaf.includes('"disclosure"') ? [JSON.parse(leaf) as Record<string, string | number>] : [],
    );
    const { survey, period, attempt, rows: records, recipient: _, ...about } = sent ?? {};
    const receipt =
      canonicalize({
        v: 1,
        at: about['at'],
        type: 'receipt',
        survey,
        period,
        attempt,
        package: about['package'],
        records,
        receivedAt: about['at'],
      }) ?? '';
    await db.query(`insert into ledger.entry (index, leaf, leaf_hash) values ($1, $2, $2)`, [
      size,
      Buffer.from(receipt),
    ]);
    await write(size, receipt, true);
    expect(await inside()).toEqual([]);
    const move = (by: string) =>
      db.query(
        `update cordon.copy set due_at = due_at + $3::interval
      where kind = 'delivered' and (survey, period) = ($1, $2)`,
        [survey, period, by],
      );
    await move('-1 day');
    expect(await inside()).toEqual([]);
    await move('2 days');
    expect(await inside()).toEqual([{ rule: 'TABLE' }]);
  });

  test('who keeps a copy past its time is told, also with the ledger made to agree', async () => {
    const { index, leaf } = await leafOf('copy-opened');
    await write(index, leaf.replace(/"dueAt":"20\d\d/, '"dueAt":"2001'), true);
    await db.query(
      `update cordon.copy set due_at = (convert_from(e.leaf, 'UTF8')::jsonb ->> 'dueAt')::timestamptz
       from ledger.entry e where e.index = $1 and place = convert_from(e.leaf, 'UTF8')::jsonb ->> 'place'`,
      [index],
    );
    expect(await inside()).toEqual([{ rule: 'CLOCK', index }, { rule: 'CLOCK' }]);
  });

  test('who changes a plan that is in force is told', async () => {
    await db.query(`update cordon.plan set document = replace(document, '"officers":2', '"officers":1')`);
    expect(await inside()).toEqual([{ rule: 'PLAN' }]);
  });

  test('who changes what it declares beside its document is told', async () => {
    await db.query(`alter table cordon.plan alter column declared drop expression`);
    expect(await inside()).toEqual([]);
    await db.query(
      `update cordon.plan set declared = jsonb_set(declared, '{declaration,release,officers}', '1')`,
    );
    expect(await inside()).toEqual([{ rule: 'PLAN' }]);
  });

  test.each([
    ['another signature', `update cordon.statement set signature = replace(signature, 'B', 'C')`],
    ['another officer', `update cordon.statement set officer = 'c.officer' where officer = 'a.officer'`],
    [
      'another text',
      `update cordon.statement set text = text || ' ', sha256 = encode(sha256(convert_to(text || ' ', 'UTF8')), 'hex')`,
    ],
    ['no statement', `delete from cordon.statement where officer = 'b.officer'`],
    [
      'one that was signed before its officer might',
      `update cordon.statement set signed_at = signed_at - interval '60 days'`,
    ],
  ])('who leaves %s under a release is told', async (_, text) => {
    await db.query(text);
    const found = await inside();
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ rule }) => rule))).toEqual(new Set(['SIGN']));
  });

  test.each([
    ['another key for an officer', `replace(convert_from(document, 'UTF8'), 'c.officer: {', 'x.officer: {')`],
    ['a longer time', `replace(convert_from(document, 'UTF8'), 'to: 20', 'to: 21')`],
  ])('who writes %s into the officers file is told, also with its hash made to agree', async (_, changed) => {
    await db.query(
      `update cordon.officers set document = convert_to(${changed}, 'UTF8'),
         sha256 = encode(sha256(convert_to(${changed}, 'UTF8')), 'hex')`,
    );
    expect(await inside()).toEqual([{ rule: 'SIGN' }]);
  });
});
