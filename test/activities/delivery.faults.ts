// What may go wrong at every operation of a delivery, for each adapter: whatever happens, one complete file lies at the
// far side or none, a byte is never sent anew, and what is answered is true. The seed stands in the tests' names.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApplicationFailure } from '@temporalio/common';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Shelf } from '../../activities/delivery/adapter.ts';
import { deliver } from '../../activities/delivery/deliver.ts';
import { deliveryTarget } from '../../activities/delivery/target.ts';
import { failure } from '../../schemas/failure.ts';
import type { Refusal } from '../../schemas/failure.ts';
import { isOurText } from '../../worker/guard.ts';
import type { Chance } from '../chance.ts';
import { chance } from '../chance.ts';
import type { Meet, Moment, Operation } from './delivery.around.ts';
import { around, consignment } from './delivery.around.ts';
import type { Place } from './delivery.conformance.ts';
import type { Orders } from './delivery.sender.ts';

/** One connection to a place. */
export interface Reach {
  readonly shelf: Shelf;
  /** ends it as a network does; what has no network throws at the next operation */
  cut(): void;
}

export interface Reaching {
  readonly newPlace: () => Promise<Place>;
  readonly open: (place: Place) => Promise<Reach>;
  /** what a process of its own is told, to reach the same place */
  readonly orders: (place: Place) => Orders['place'];
  readonly writeOnly?: boolean;
  /** where a connection is dear */
  readonly sampled?: boolean;
}

/** What the ledger would know of one delivery. */
export interface Known {
  began: boolean;
  /** raised by each start; an older one may do nothing final */
  claim: number;
}

const died = new Error('the sender died');

/** The code that a start ends with; `died` when it was told to. */
export type Answer = Readonly<Partial<Refusal>> & { readonly again: boolean; readonly type: string };

export const sending = (drawn: Chance, { writeOnly = false }: { readonly writeOnly?: boolean } = {}) => {
  const sent = consignment(drawn);
  const { name, bytes } = sent.package;

  const start = async (
    reach: Reach,
    known: Known,
    meet: Meet = () => {},
    atFence: () => Promise<void> = async () => {},
  ): Promise<Answer> => {
    known.claim += 1;
    const claim = known.claim;
    const current = () => {
      if (claim !== known.claim) throw failure('FENCED', {}, false);
    };
    const target = deliveryTarget(around(reach.shelf, meet), writeOnly);
    try {
      await deliver(target, sent, {
        began: known.began,
        firstByte: async () => {
          current();
          known.began = true;
        },
        fence: async () => {
          await atFence();
          current();
        },
        heartbeat: () => {},
        signal: new AbortController().signal,
      });
      return { type: 'delivered', again: false };
    } catch (e) {
      return answered(e);
    } finally {
      await reach.shelf.close();
    }
  };

  /** Starts again as a workflow does, until there is an answer that trying again would not change. */
  const settle = async (open: () => Promise<Reach>, known: Known): Promise<Answer> => {
    for (let tries = 0; tries < 4; tries += 1) {
      const answer = await start(await open(), known);
      if (!answer.again) return answer;
    }
    throw new Error('never settled');
  };

  /** Every file that ever held bytes of the package, under its name or as a draft. */
  const written = async (...folders: readonly string[]) => {
    const files: { readonly final: boolean; readonly whole: boolean }[] = [];
    for (const folder of folders.filter((each) => existsSync(each)))
      for (const file of await readdir(folder)) {
        const there = await readFile(join(folder, file));
        if (
          there.length === 0 ||
          !file
            .replace(/^\d+-/, '')
            .replace(/\.part$/, '')
            .endsWith(name)
        )
          continue;
        files.push({ final: !file.endsWith('.part'), whole: there.equals(bytes) });
      }
    return files;
  };

  const expectTruth = async (answer: Answer, known: Known, ...folders: readonly string[]) => {
    const files = await written(...folders);
    expect(files.length).toBeLessThanOrEqual(1);
    expect(files.filter(({ final, whole }) => final && !whole)).toEqual([]);
    if (answer.type === 'delivered') expect(files).toEqual([{ final: true, whole: true }]);
    else expect(answer.type).toBe('DELIVERY_UNKNOWN');
    if (!known.began) expect(files).toEqual([]);
  };

  return { sent, start, settle, written, expectTruth };
};

/** Every coded no is a sentence that may be shown. */
export const answered = (e: unknown): Answer => {
  if (e === died) return { type: 'died', again: true };
  if (!(e instanceof ApplicationFailure)) throw e;
  const type = e.type ?? '';
  const [details] = (e.details ?? []) as readonly Partial<Refusal>[];
  if (type === 'FENCED') return { type, again: true };
  for (const part of [details?.found, details?.expected, details?.remedy])
    expect([part, isOurText(part)]).toEqual([expect.stringMatching(/^.{10,150}$/), true]);
  return { ...details, type, again: !e.nonRetryable };
};

export const unbegun = (): Known => ({ began: false, claim: 0 });

/** The operations of a delivery that nothing disturbs, in order. */
const operationsOf = async (reach: Reach, { start }: ReturnType<typeof sending>): Promise<Operation[]> => {
  const seen: Operation[] = [];
  const answer = await start(reach, unbegun(), ({ when }, operation) => {
    if (when === 'before') seen.push(operation);
  });
  expect(answer.type).toBe('delivered');
  return seen;
};

export const faults = (label: string, { newPlace, open, orders, writeOnly, sampled }: Reaching): void => {
  const { seed } = chance();
  const far = sending(chance(seed), { writeOnly: writeOnly === true });
  const { sent, start, settle, expectTruth } = far;
  const { name } = sent.package;

  describe(`whatever happens to a delivery by ${label} (CORDON_TEST_SEED=${seed})`, () => {
    let place: Place;
    let taken: string;
    let known: Known;
    let operations: Operation[] = [];
    let drawn: Chance;
    let moved = 0;
    const again = async (): Promise<void> => {
      place = await newPlace();
      taken = join(place.answers, 'taken');
      known = unbegun();
      await mkdir(place.directory, { recursive: true });
      await mkdir(taken, { recursive: true });
    };
    beforeEach(async ({ task }) => {
      // each test has its own, so that it can be repeated alone
      drawn = chance(`${seed} ${task.name}`);
      await again();
      if (operations.length > 0) return;
      operations = await operationsOf(await open(place), far);
      await again();
    });

    /** The far side moves away whatever lies there. */
    const take = async (): Promise<void> => {
      for (const file of await readdir(place.directory))
        await rename(join(place.directory, file), join(taken, `${String((moved += 1))}-${file}`));
    };
    const truth = (answer: Answer) => expectTruth(answer, known, place.directory, taken);
    /** One occasion of each operation, of the first `below` of them, and what comes before and after it. */
    const moments = (below = operations.length): (Moment & { readonly operation: Operation })[] => {
      const some = operations.slice(0, below);
      return [...new Set(some)].flatMap((operation) =>
        (['before', 'after'] as const).map((when) => {
          const at = some.flatMap((each, nth) => (each === operation ? [nth] : []));
          return { operation, when, nth: drawn.one(at) };
        }),
      );
    };
    /** All of them, or half where each costs connections. */
    const some = <T>(of: readonly T[]): readonly T[] =>
      sampled ? of.filter(() => drawn.below(2) === 0) : of;
    const onceAt =
      (at: Moment, act: () => Promise<void> | void): Meet =>
      async ({ nth, when }) => {
        if (nth === at.nth && when === at.when) await act();
      };
    const breaking = (reach: Reach) => () => {
      reach.cut();
      throw died;
    };

    it('the line or the sender may end before and after every operation', async () => {
      for (const at of moments()) {
        await again();
        const reach = await open(place);
        const first = await start(reach, known, onceAt(at, breaking(reach)));
        // an adapter may say in its own words that the line is gone
        expect(['died', 'DELIVERY_UNREACHABLE']).toContain(first.type);
        if (drawn.below(2) === 0) await take();
        await truth(await settle(() => open(place), known));
      }
    });

    it('the far side may take what it sees, before and after every operation', async () => {
      for (const at of some(moments())) {
        await again();
        let answer = await start(await open(place), known, onceAt(at, take));
        if (answer.again) answer = await settle(() => open(place), known);
        await truth(answer);
      }
    });

    it('the far side may take what a start before has left, while the next one looks: nothing is sent anew', async () => {
      const nth = operations.indexOf('rename');
      for (const when of ['before', 'after'] as const)
        for (const look of some([0, 1, 2, 3, 4, 5])) {
          await again();
          const reach = await open(place);
          await start(reach, known, onceAt({ nth, when }, breaking(reach)));
          let answer = await start(await open(place), known, onceAt({ nth: look, when: 'after' }, take));
          if (answer.again) answer = await settle(() => open(place), known);
          await truth(answer);
        }
    });

    it('a start that hangs before any operation spoils nothing of the newer one', async () => {
      for (const at of moments(operations.indexOf('rename')).filter(({ when }) => when === 'before')) {
        await again();
        const hanging = Promise.withResolvers<undefined>();
        const hangs = Promise.withResolvers<undefined>();
        const old = start(
          await open(place),
          known,
          onceAt(at, async () => {
            hangs.resolve(undefined);
            await hanging.promise;
          }),
        );
        await hangs.promise;
        const answer = await start(
          await open(place),
          known,
          () => {},
          async () => {
            hanging.resolve(undefined);
            await old;
          },
        );
        hanging.resolve(undefined);
        expect((await old).type).not.toBe('delivered');
        if (!writeOnly) expect([at, answer.type]).toEqual([at, 'delivered']);
        await truth(answer);
      }
    });

    it.runIf(!writeOnly)(
      'other bytes may appear under the name: they are not replaced, and nobody is told otherwise',
      async () => {
        // a look asks twice, and the rename follows at once
        for (const at of moments(operations.indexOf('rename') - 2)) {
          await again();
          const other = () => writeFile(join(place.directory, name), 'not ours');
          let answer = await start(await open(place), known, onceAt(at, other));
          if (answer.again) answer = await settle(() => open(place), known);
          expect([at, answer.type]).toEqual([at, 'DELIVERY_CONFLICT']);
          expect(await readFile(join(place.directory, name), 'utf8')).toBe('not ours');
        }
      },
    );

    it('the sender’s process may be killed before or after an operation', async () => {
      for (const at of [
        drawn.one(moments()),
        { ...drawn.one(moments()), nth: operations.indexOf('rename') },
      ]) {
        await again();
        const mark = join(taken, 'began');
        const said = await sender({ place: orders(place), seed, mark, dies: at });
        expect([at, said]).toEqual([at, { signal: 'SIGKILL' }]);
        known.began = existsSync(mark);
        if (drawn.below(2) === 0) await take();
        await truth(await settle(() => open(place), known));
      }
    });
  });
};

/** @param prefix of a shell, before the process takes its place */
export const sender = async (orders: Orders, prefix = ''): Promise<object> => {
  const child = spawn(
    'sh',
    ['-c', `${prefix}exec "$0" "$1"`, process.execPath, join(import.meta.dirname, 'delivery.sender.ts')],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = new Promise<NodeJS.Signals | null>((resolve) =>
    child.once('exit', (_, by: NodeJS.Signals | null) => resolve(by)),
  );
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(orders));
  const said = await text(child.stdout);
  const signal = await ended;
  return signal === null ? (JSON.parse(said) as object) : { signal };
};
