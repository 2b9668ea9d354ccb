import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDirectory } from '../../activities/delivery/directory.ts';
import { conformance } from './delivery.conformance.ts';

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
