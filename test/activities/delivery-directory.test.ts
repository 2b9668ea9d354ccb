import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryShelf, openDirectory } from '../../activities/delivery/directory.ts';
import { chance } from '../chance.ts';
import { conformance } from './delivery.conformance.ts';
import { faults } from './delivery.faults.ts';
import { sender, sending, unbegun } from './delivery.starts.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'delivery-'));
});
afterAll(() => rm(root, { recursive: true }));

const place = async () => {
  const own = join(root, randomUUID());
  return { directory: join(own, 'inbound'), answers: join(own, 'outbound') };
};

conformance('directory', place, async (at) => openDirectory(at));

faults('directory', {
  newPlace: place,
  open: async (at) => ({ shelf: directoryShelf(at), cut: () => {} }),
  orders: (at) => at,
});

describe('a folder at its worst', () => {
  it('whose disk is full keeps what fits, and says so', async () => {
    const at = await place();
    await mkdir(at.directory, { recursive: true });
    const orders = { place: at, seed: 'full', mark: join(at.directory, '..', 'mark') };
    expect(await sender(orders, 'ulimit -f 100; ')).toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      found: 'no room while writing the draft',
    });
    const [draft = '', ...others] = await readdir(at.directory);
    expect([draft.endsWith('.part'), others]).toEqual([true, []]);
    expect((await stat(join(at.directory, draft))).size).toBeGreaterThan(0);
    expect(await sender(orders)).toEqual({ delivered: true });
  });

  it('that refuses the rename keeps the draft, and nothing is put there until the name is free', async () => {
    const at = await place();
    await mkdir(at.directory, { recursive: true });
    const { sent, start, settle, expectTruth } = sending(chance());
    const open = async () => ({ shelf: directoryShelf(at), cut: () => {} });
    const known = unbegun();
    const there = join(at.directory, sent.package.name);
    const refused = await start(await open(), known, async ({ when }, operation) => {
      if (operation === 'rename' && when === 'before' && !existsSync(there)) await mkdir(there);
    });
    expect(refused).toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      found: 'something of another kind in the way while renaming the draft',
    });
    expect(await settle(open, known)).toMatchObject({
      type: 'DELIVERY_CONFLICT',
      found: 'something that is no file under the very name of what is to be delivered',
    });
    await rmdir(there);
    await expectTruth(await settle(open, known), known, at.directory);
  });

  it('in which not even root may make a file is refused before a byte is written', async () => {
    const known = unbegun();
    const shelf = directoryShelf({ directory: '/sys/kernel', answers: root });
    expect(await sending(chance()).start({ shelf, cut: () => {} }, known)).toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      found: 'permission denied while opening the draft',
    });
    expect(known.began).toBe(false);
  });
});
