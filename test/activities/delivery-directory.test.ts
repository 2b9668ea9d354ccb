import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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
