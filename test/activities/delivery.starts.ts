// Starts of one delivery as a workflow makes them, what became of each, and whether that is the truth: the far side is
// looked at directly.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ApplicationFailure } from '@temporalio/common';
import { expect } from 'vitest';
import type { Shelf } from '../../activities/delivery/adapter.ts';
import { deliver } from '../../activities/delivery/deliver.ts';
import { deliveryTarget } from '../../activities/delivery/target.ts';
import { failure } from '../../schemas/failure.ts';
import type { Refusal } from '../../schemas/failure.ts';
import { isOurText } from '../../worker/guard.ts';
import type { Chance } from '../chance.ts';
import type { Meet } from './delivery.around.ts';
import { around, consignment } from './delivery.around.ts';
import type { Orders } from './delivery.sender.ts';

/** One connection to a place. */
export interface Reach {
  readonly shelf: Shelf;
  /** ends it as a network does; what has no network throws at the next operation */
  cut(): void;
}

/** What the ledger would know of one delivery. */
export interface Known {
  began: boolean;
  /** raised by each start; an older one may do nothing final */
  claim: number;
}

/** Thrown where a sender ends. */
export const died = new Error('the sender died');

/** What a start ends with: `delivered`, `died` when it was told to, or a code with its words. */
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
    for (const folder of folders)
      for (const file of await readdir(folder)) {
        if (![name, `${name}.part`].includes(bare(file))) continue;
        const there = await readFile(join(folder, file));
        if (there.length > 0) files.push({ final: !file.endsWith('.part'), whole: there.equals(bytes) });
      }
    return files;
  };

  /** One whole file or none, never a second one; a manifest only beside it; and what is answered is so. */
  const expectTruth = async (answer: Answer, known: Known, ...folders: readonly string[]): Promise<void> => {
    const files = await written(...folders);
    const all = (await Promise.all(folders.map((folder) => readdir(folder)))).flat().map(bare);
    const whole = [{ final: true, whole: true }];
    expect(files.length).toBeLessThanOrEqual(1);
    expect(files.filter((file) => file.final && !file.whole)).toEqual([]);
    if (all.includes(sent.manifest.name)) expect(files).toEqual(whole);
    if (!known.began) expect(files).toEqual([]);
    if (answer.type !== 'delivered') return expect(answer.type).toBe('DELIVERY_UNKNOWN');
    expect(files).toEqual(whole);
    expect(all).toContain(sent.manifest.name);
  };

  return { sent, start, settle, written, expectTruth };
};

/** Without the number under which the far side has put it away. */
const bare = (file: string): string => file.replace(/^\d+-/, '');

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
