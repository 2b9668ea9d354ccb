// What a real OpenSSH server, the network and the far side may do to a delivery.
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSftp, sftpShelf } from '../../activities/delivery/sftp.ts';
import type { SftpPlace } from '../../activities/delivery/sftp.ts';
import { putFile } from '../../activities/delivery/target.ts';
import type { Chance } from '../chance.ts';
import { chance } from '../chance.ts';
import { openLine } from '../line.ts';
import type { Fault } from '../line.ts';
import { blind, cramped, openSshd, refusing } from '../sshd.ts';
import type { Sshd } from '../sshd.ts';
import type { Place } from './delivery.conformance.ts';
import { faults } from './delivery.faults.ts';
import type { Answer, Known, Reach } from './delivery.starts.ts';
import { answered, sending, unbegun } from './delivery.starts.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await openSshd();
});
afterAll(() => sshd[Symbol.asyncDispose]());

const newPlace = async (): Promise<Place> => {
  const root = join(sshd.root, randomUUID());
  return { directory: join(root, 'inbound'), answers: join(root, 'outbound') };
};
const at = (place: Place, over: Partial<SftpPlace> = {}): SftpPlace => ({
  host: sshd.host,
  port: sshd.port,
  user: sshd.user,
  hostKey: sshd.hostKeys.ed25519,
  privateKey: sshd.privateKey,
  ...place,
  ...over,
});
const reach = async (place: Place, fault?: Fault, over: Partial<SftpPlace> = {}, paceMs = 0) => {
  const line = await openLine(sshd, fault, paceMs);
  const shelf = await sftpShelf(at(place, { port: line.port, ...over })).catch(async (e: unknown) => {
    await line[Symbol.asyncDispose]();
    throw e;
  });
  const close = async () => {
    await shelf.close();
    await line[Symbol.asyncDispose]();
  };
  return { shelf: { ...shelf, close }, cut: () => line.cut(), line };
};

const open = (place: Place): Promise<Reach> => reach(place);

faults('SFTP', { newPlace, open, orders: at, sampled: true });

describe('a drop that may be written and not read', () => {
  beforeAll(() => sshd.serve(blind));
  afterAll(() => sshd.serve());

  faults('write-only SFTP', {
    newPlace,
    open,
    orders: (place) => at(place, { writeOnly: true }),
    writeOnly: true,
    sampled: true,
  });

  it('takes a small file again, and holds the last', async () => {
    const place = await newPlace();
    await mkdir(place.directory, { recursive: true });
    const target = await openSftp(at(place, { writeOnly: true }));
    expect(await target.look('a.json')).toEqual({ state: 'unseen' });
    for (const text of ['first', 'second']) await putFile(target, 'a.json', Buffer.from(text));
    await target.close();
    expect(await readdir(place.directory)).toEqual(['a.json']);
    expect(await readFile(join(place.directory, 'a.json'), 'utf8')).toBe('second');
  });

  it('must be declared so: else it is refused before a byte is written, and says how', async () => {
    const place = await newPlace();
    await mkdir(place.directory, { recursive: true });
    const known = unbegun();
    expect(await sending(chance()).start(await open(place), known)).toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      found: 'permission denied while looking for the file',
      remedy: expect.stringContaining('write_only') as string,
    });
    expect(known.began).toBe(false);
  });
});

const { seed } = chance();
const { start, settle, written, expectTruth } = sending(chance(seed));

describe(`a server and a line at their worst (CORDON_TEST_SEED=${seed})`, () => {
  let place: Place;
  let known: Known;
  const again = async (): Promise<void> => {
    place = await newPlace();
    known = unbegun();
    await mkdir(place.directory, { recursive: true });
  };
  let drawn: Chance;
  beforeEach(async ({ task }) => {
    drawn = chance(`${seed} ${task.name}`);
    await again();
  });

  const tried = async (fault?: Fault, over?: Partial<SftpPlace>): Promise<Answer> => {
    try {
      return await start(await reach(place, fault, over), known);
    } catch (e) {
      return answered(e);
    }
  };
  const truth = async (answer: Answer) => expectTruth(answer, known, place.directory);
  const finish = async (): Promise<void> => {
    const answer = await settle(() => open(place), known);
    expect(answer.type).toBe('delivered');
    await truth(answer);
  };

  it('a line that is cut at any byte costs another start and nothing else', async () => {
    const whole = await reach(place);
    expect(await start(whole, known)).toMatchObject({ type: 'delivered' });
    for (let n = 0; n < 4; n += 1) {
      await again();
      const behind = drawn.below(whole.line.passed);
      const answer = await tried({ behind, how: 'cut' });
      expect([behind, answer]).toMatchObject([
        behind,
        {
          type: 'DELIVERY_UNREACHABLE',
          found: expect.stringMatching(/^the connection was lost while /) as string,
        },
      ]);
      if (!known.began) expect(await written(place.directory)).toEqual([]);
      await finish();
    }
  });

  it('an answer that never comes leaves open what was done: the next start looks', async () => {
    const whole = await reach(place, { behind: Number.POSITIVE_INFINITY, how: 'silence', of: 'answers' });
    await start(whole, known);
    for (let n = 0; n < 2; n += 1) {
      await again();
      const behind = drawn.below(whole.line.passed);
      const answer = await tried(
        { behind, how: 'silence', of: 'answers' },
        { operationMs: 150, connectMs: 150 },
      );
      expect([behind, answer]).toMatchObject([
        behind,
        { type: 'DELIVERY_UNREACHABLE', found: expect.stringMatching(/^no answer in time while /) as string },
      ]);
      await finish();
    }
  });

  it('a slow server gets everything in one start', async () => {
    expect(await start(await reach(place, undefined, {}, 3), known)).toMatchObject({ type: 'delivered' });
    expect(known.claim).toBe(1);
    await truth({ type: 'delivered', again: false });
  });

  it.each([
    ['lstat', 'looking for the file', false],
    ['stat', 'looking for the file', false],
    ['open', 'opening the draft', false],
    ['write', 'writing the draft', true],
    ['close', 'closing a file', true],
    ['fstat', 'reading a file', true],
    ['read', 'reading a file', true],
    ['rename,posix-rename', 'renaming the draft', true],
  ])(
    'a server that refuses %s is named with what we did, and gets everything once it does not',
    async (request, step, began) => {
      await sshd.serve(refusing(request));
      const answer = await tried();
      await sshd.serve();
      expect(answer).toMatchObject({
        type: 'DELIVERY_UNREACHABLE',
        again: true,
        found: `permission denied while ${step}`,
        expected: 'a folder in which our user may make, write, rename and read files',
      });
      expect(known.began).toBe(began);
      expect(await written(place.directory)).toEqual(
        began && request !== 'write' ? [{ final: false, whole: true }] : [],
      );
      await finish();
    },
  );

  it('a full disk keeps what fits, and gets the rest once there is room', async () => {
    await sshd.serve(cramped(100));
    const answer = await tried();
    await sshd.serve();
    expect(answer).toMatchObject({
      type: 'DELIVERY_UNREACHABLE',
      again: true,
      found: 'a failure without a reason while writing the draft',
    });
    expect(await written(place.directory)).toEqual([{ final: false, whole: false }]);
    await finish();
  });

  it('a host key that changes between two starts ends the second, and the first key gets the rest', async () => {
    const reached = await reach(place);
    await start(reached, known, ({ when }, operation) => {
      if (operation === 'sync' && when === 'before') reached.cut();
    });
    expect(await written(place.directory)).toEqual([{ final: false, whole: true }]);
    await sshd.stop();
    await sshd.start('changed');
    expect(await tried()).toMatchObject({
      type: 'HOST_KEY',
      again: false,
      expected: sshd.hostKeys.ed25519,
      remedy: expect.stringContaining('by another channel') as string,
    });
    await sshd.stop();
    await sshd.start();
    await finish();
  });
});
