// What may go wrong at every operation of a delivery, for each adapter: whatever happens, one complete file lies at the
// far side or none, a byte is never sent anew, and what is answered is true. The seed stands in the tests' names.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Chance } from '../chance.ts';
import { chance } from '../chance.ts';
import type { Meet, Moment, Operation } from './delivery.around.ts';
import type { Place } from './delivery.conformance.ts';
import type { Orders } from './delivery.sender.ts';
import type { Answer, Known, Reach } from './delivery.starts.ts';
import { died, sender, sending, unbegun } from './delivery.starts.ts';

export interface Reaching {
  readonly newPlace: () => Promise<Place>;
  readonly open: (place: Place) => Promise<Reach>;
  /** what a process of its own is told, to reach the same place */
  readonly orders: (place: Place) => Orders['place'];
  readonly writeOnly?: boolean;
  /** where a connection is dear */
  readonly sampled?: boolean;
}

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
    /** One occasion of each operation among the first `below`: before and after it, or either where it is dear. */
    const moments = (below = operations.length): (Moment & { readonly operation: Operation })[] => {
      const those = operations.slice(0, below);
      return [...new Set(those)].flatMap((operation) => {
        const at = those.flatMap((each, nth) => (each === operation ? [nth] : []));
        const sides = ['before', 'after'] as const;
        return (sampled ? [drawn.one(sides)] : sides).map((when) => ({
          operation,
          when,
          nth: drawn.one(at),
        }));
      });
    };
    const onceAt =
      (at: Moment, act: () => Promise<void> | void): Meet =>
      async ({ nth, when }) => {
        if (nth === at.nth && when === at.when) await act();
      };
    const breaking = (reach: Reach) => () => {
      reach.cut();
      throw died;
    };

    it('each file is written, saved and closed before it gets its name', () => {
      const steps = ['open', 'write', 'sync', 'close', 'rename'];
      const order = operations.filter((each, nth) => steps.includes(each) && each !== operations[nth - 1]);
      expect(order).toEqual([...steps, ...steps, ...steps]);
    });

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
      for (const at of moments()) {
        await again();
        let answer = await start(await open(place), known, onceAt(at, take));
        if (answer.again) answer = await settle(() => open(place), known);
        await truth(answer);
      }
    });

    it('the far side may take what a start before has left, while the next one looks: nothing is sent anew', async () => {
      const nth = operations.indexOf('rename');
      for (const when of ['before', 'after'] as const)
        for (const look of sampled ? [drawn.below(6)] : [0, 1, 2, 3, 4, 5]) {
          await again();
          const reach = await open(place);
          await start(reach, known, onceAt({ nth, when }, breaking(reach)));
          let answer = await start(await open(place), known, onceAt({ nth: look, when: 'after' }, take));
          if (answer.again) answer = await settle(() => open(place), known);
          await truth(answer);
        }
    });

    it('a start that hangs before any operation spoils nothing of the newer one', async () => {
      for (const { operation, nth } of moments(operations.indexOf('rename'))) {
        const at = { operation, nth, when: 'before' } as const;
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

    it('other bytes may appear under the name: nobody is told that they are ours, and they are replaced only unseen', async () => {
      // a look asks twice, and the rename follows at once
      for (const at of moments(operations.indexOf('rename') - 2)) {
        await again();
        const there = join(place.directory, name);
        let answer = await start(
          await open(place),
          known,
          onceAt(at, () => writeFile(there, 'not ours')),
        );
        if (answer.again) answer = await settle(() => open(place), known);
        expect([at, answer.type]).toEqual([at, writeOnly ? 'delivered' : 'DELIVERY_CONFLICT']);
        if (writeOnly) await truth(answer);
        else expect(await readFile(there, 'utf8')).toBe('not ours');
      }
    });

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
