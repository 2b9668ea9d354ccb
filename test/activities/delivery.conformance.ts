// What every adapter must do, run against each. The far side is looked at directly, never through the adapter.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryTarget, Hooks } from '../../activities/delivery/adapter.ts';
import { deliver } from '../../activities/delivery/deliver.ts';
import type { Consignment } from '../../activities/package/manifest.ts';
import { failure } from '../../schemas/failure.ts';
import { parcel } from './delivery.around.ts';

export interface Place {
  /** folders on this machine, made by the suite */
  readonly directory: string;
  readonly answers: string;
}

export interface Watched extends Hooks {
  readonly seen: string[];
  readonly progress: number[];
}

export const watched = (over: Partial<Hooks> = {}): Watched => {
  const seen: string[] = [];
  const progress: number[] = [];
  return {
    seen,
    progress,
    signal: over.signal ?? new AbortController().signal,
    firstByte: async () => {
      seen.push('firstByte');
      await over.firstByte?.();
    },
    fence: async () => {
      seen.push('fence');
      await over.fence?.();
    },
    heartbeat: (bytes) => {
      progress.push(bytes);
      over.heartbeat?.(bytes);
    },
  };
};

const name = 'victims-2026-10-0123456789abcdef.pgp';
const part = `${name}.part`;
const big = parcel(name, randomBytes(700_000));

const refusal = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
  const error: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof ApplicationFailure)) throw error ?? new Error('it was let through');
  return error;
};

export const conformance = (
  label: string,
  newPlace: () => Promise<Place>,
  open: (place: Place) => Promise<DeliveryTarget>,
): void => {
  describe(`delivery by ${label}`, () => {
    let place: Place;
    let target: DeliveryTarget;
    const inbound = (file: string) => join(place.directory, file);

    beforeEach(async () => {
      place = await newPlace();
      await mkdir(place.directory, { recursive: true });
      await mkdir(place.answers, { recursive: true });
      target = await open(place);
    });
    afterEach(async () => {
      await target.close();
      await rm(place.directory, { recursive: true, force: true });
      await rm(place.answers, { recursive: true, force: true });
    });

    it('puts the bytes under their name, private to their owner, and leaves nothing else', async () => {
      expect(await target.look(name)).toEqual({ state: 'absent' });
      const hooks = watched();
      expect(await target.put(big, hooks)).toEqual({ bytes: 700_000, sha256: big.sha256 });
      expect(await readdir(place.directory)).toEqual([name]);
      expect((await readFile(inbound(name))).equals(big.bytes)).toBe(true);
      expect((await stat(inbound(name))).mode & 0o777).toBe(0o600);
      expect(hooks.seen).toEqual(['firstByte', 'fence']);
      expect(hooks.progress[0]).toBe(0);
      expect(hooks.progress.at(-1)).toBe(700_000);
      expect(await target.look(name)).toEqual({ state: 'present', bytes: 700_000, sha256: big.sha256 });
    });

    it('does nothing when it has been done before', async () => {
      await target.put(big, watched());
      const before = await stat(inbound(name));
      const again = watched();
      expect(await target.put(big, again)).toEqual({ bytes: 700_000, sha256: big.sha256 });
      expect(again.seen).toEqual([]);
      expect((await stat(inbound(name))).mtimeMs).toBe(before.mtimeMs);
    });

    it.each([1, 65_535, 65_536, 300_001, 700_000])(
      'resumes behind an equal prefix of %i bytes',
      async (cut) => {
        await writeFile(inbound(part), big.bytes.subarray(0, cut));
        expect(await target.look(name)).toEqual({ state: 'partial', bytes: cut });
        const hooks = watched();
        await target.put(big, hooks);
        expect(hooks.progress[0]).toBe(cut);
        expect(await readdir(place.directory)).toEqual([name]);
        expect((await readFile(inbound(name))).equals(big.bytes)).toBe(true);
      },
    );

    it.each([
      [
        'one other byte',
        Buffer.from(big.bytes.subarray(0, 1_000)).map((byte, at) => (at < 999 ? byte : byte ^ 1)),
      ],
      ['more bytes than ours', Buffer.concat([big.bytes, Buffer.from('!')])],
      ['no byte', Buffer.alloc(0)],
    ])('starts again behind a draft with %s', async (_, left) => {
      await writeFile(inbound(part), left);
      const hooks = watched();
      await target.put(big, hooks);
      expect(hooks.progress[0]).toBe(0);
      expect((await readFile(inbound(name))).equals(big.bytes)).toBe(true);
      expect(await readdir(place.directory)).toEqual([name]);
    });

    it('refuses to replace other bytes under the name, and leaves them as they are', async () => {
      await writeFile(inbound(name), 'not ours');
      const hooks = watched();
      const { type, nonRetryable } = await refusal(target.put(big, hooks));
      expect([type, nonRetryable]).toEqual(['DELIVERY_CONFLICT', true]);
      expect(await readFile(inbound(name), 'utf8')).toBe('not ours');
      expect(hooks.seen).toEqual([]);
    });

    it('refuses other bytes that appeared while it wrote', async () => {
      const hooks = watched({
        heartbeat: (progress) => {
          if (progress === 700_000) writeFileSync(inbound(name), 'not ours');
        },
      });
      expect((await refusal(target.put(big, hooks))).type).toBe('DELIVERY_CONFLICT');
      expect(await readFile(inbound(name), 'utf8')).toBe('not ours');
    });

    it('renames nothing that does not read back as it was sent, and mends it the next time', async () => {
      const spoil = watched({
        heartbeat: (progress) => {
          if (progress === 700_000) writeFileSync(inbound(part), 'x', { flag: 'r+' });
        },
      });
      const { type, nonRetryable } = await refusal(target.put(big, spoil));
      expect([type, nonRetryable]).toEqual(['DELIVERY_UNREACHABLE', false]);
      expect(await readdir(place.directory)).toEqual([part]);
      await target.put(big, watched());
      expect((await readFile(inbound(name))).equals(big.bytes)).toBe(true);
    });

    it('gives nothing its final name when the fence refuses', async () => {
      const hooks = watched({ fence: () => Promise.reject(failure('FENCED')) });
      expect((await refusal(target.put(big, hooks))).type).toBe('FENCED');
      expect(await readdir(place.directory)).toEqual([part]);
    });

    it('writes no byte when the first byte may not leave', async () => {
      const hooks = watched({ firstByte: () => Promise.reject(failure('FENCED')) });
      expect((await refusal(target.put(big, hooks))).type).toBe('FENCED');
      expect(await readdir(place.directory)).toEqual([part]);
      expect((await stat(inbound(part))).size).toBe(0);
    });

    it('stops in the middle at the signal, and a later put goes on from there', async () => {
      const controller = new AbortController();
      const hooks = watched({
        signal: controller.signal,
        heartbeat: (progress) => {
          if (progress > 200_000) controller.abort(new Error('stopped'));
        },
      });
      await expect(target.put(big, hooks)).rejects.toThrow('stopped');
      expect(hooks.seen).toEqual(['firstByte']);
      expect(await readdir(place.directory)).toEqual([part]);
      const rest = watched();
      await target.put(big, rest);
      expect(rest.progress[0]).toBeGreaterThan(200_000);
      expect((await readFile(inbound(name))).equals(big.bytes)).toBe(true);
    });

    it('begins nothing when the signal has been given already', async () => {
      const hooks = watched({ signal: AbortSignal.abort(new Error('stopped')) });
      await expect(target.put(big, hooks)).rejects.toThrow('stopped');
      expect(hooks.seen).toEqual([]);
      expect(await readdir(place.directory)).toEqual([]);
    });

    it('refuses bytes that are not what their hash says', async () => {
      const { type } = await refusal(target.put({ ...big, sha256: '00'.repeat(32) }, watched()));
      expect(type).toBe('PACKAGE_REJECTED');
      expect(await readdir(place.directory)).toEqual([]);
    });

    it.each(['missing', 'a file'])('calls a folder that is %s unreachable, never empty', async (state) => {
      for (const folder of [place.directory, place.answers]) {
        await rm(folder, { recursive: true });
        if (state === 'a file') await writeFile(folder, '');
      }
      const hooks = watched();
      for (const work of [() => target.look(name), () => target.put(big, hooks), () => target.answers()]) {
        const error = await refusal(work());
        expect([error.type, error.nonRetryable]).toEqual(['DELIVERY_UNREACHABLE', false]);
        expect(`${error.message} ${JSON.stringify(error.details)}`).not.toContain('/');
        expect(error.cause).toBeUndefined();
      }
      expect(hooks.seen).toEqual([]);
    });

    it('refuses a name that is a path or a trick, at every door', async () => {
      await writeFile(join(place.answers, 'ok.json'), '{}');
      const tricks = [
        '../x.pgp',
        'a/b.pgp',
        '/etc/x',
        '.hidden',
        'a..b',
        '',
        'A.pgp',
        'a\u0000b',
        'a\\b',
        'a\n',
      ];
      for (const bad of [...tricks, 'x'.repeat(201)]) {
        for (const work of [
          () => target.look(bad),
          () => target.put({ ...big, name: bad }, watched()),
          () => target.readAnswer(bad),
        ]) {
          expect((await refusal(work())).type).toBe('INPUT');
        }
      }
      expect(await readdir(place.directory)).toEqual([]);
    });

    it('does not write through a symbolic link', async () => {
      const elsewhere = join(place.answers, 'elsewhere');
      await writeFile(elsewhere, 'kept');
      await symlink(elsewhere, inbound(part));
      expect((await refusal(target.put(big, watched()))).type).toBe('DELIVERY_CONFLICT');
      expect(await readFile(elsewhere, 'utf8')).toBe('kept');
    });

    it('lists the answers that are files with plain names, and nothing else', async () => {
      await writeFile(join(place.answers, `${name}.receipt.json`), '{}');
      await writeFile(join(place.answers, 'Ash, Jo.docx'), '');
      await writeFile(join(place.answers, '.part'), '');
      await mkdir(join(place.answers, 'folder'));
      await symlink('/etc/hostname', join(place.answers, 'link'));
      expect(await target.answers()).toEqual([`${name}.receipt.json`]);
      expect(new TextDecoder().decode(await target.readAnswer(`${name}.receipt.json`))).toBe('{}');
    });

    it('reads an answer of 1 MiB and refuses one byte more', async () => {
      await writeFile(join(place.answers, 'a.json'), Buffer.alloc(1024 * 1024));
      await writeFile(join(place.answers, 'b.json'), Buffer.alloc(1024 * 1024 + 1));
      expect(await target.readAnswer('a.json')).toHaveLength(1024 * 1024);
      expect((await refusal(target.readAnswer('b.json'))).type).toBe('RECEIPT_MALFORMED');
    });

    it('is done when the processor collects at once', async () => {
      const ended = new AbortController();
      const collected = (async () => {
        while (!ended.signal.aborted) await rm(inbound(name), { force: true });
      })();
      expect(await target.put(big, watched())).toEqual({ bytes: 700_000, sha256: big.sha256 });
      ended.abort();
      await collected;
      expect((await readdir(place.directory)).filter((file) => file === part)).toEqual([]);
    });

    describe('a whole consignment', () => {
      const sent: Consignment = {
        package: big,
        signature: parcel(`${name}.manifest.json.sig`, Buffer.from('signature')),
        manifest: parcel(`${name}.manifest.json`, Buffer.from('{}')),
      };
      const names = [name, `${name}.manifest.json`, `${name}.manifest.json.sig`];

      it('puts the manifest last, and asks the fence before each name', async () => {
        const shown: string[][] = [];
        const hooks = watched({
          fence: async () => {
            shown.push((await readdir(place.directory)).filter((file) => !file.endsWith('.part')));
          },
        });
        expect(await deliver(target, sent, { ...hooks, began: false })).toEqual({
          name,
          bytes: 700_000,
          sha256: big.sha256,
        });
        expect((await readdir(place.directory)).toSorted()).toEqual(names);
        expect(shown.filter((files) => files.includes(`${name}.manifest.json`))).toEqual([]);
        expect(shown.at(-1)?.toSorted()).toEqual([name, `${name}.manifest.json.sig`]);
      });

      it('leaves no manifest when the fence refuses behind the package, and finishes later', async () => {
        let asked = 0;
        const hooks = watched({
          fence: async () => {
            asked += 1;
            if (asked > 1) throw failure('FENCED');
          },
        });
        expect((await refusal(deliver(target, sent, { ...hooks, began: false }))).type).toBe('FENCED');
        expect(await readdir(place.directory)).toEqual([name]);
        await deliver(target, sent, { ...watched(), began: true });
        expect((await readdir(place.directory)).toSorted()).toEqual(names);
      });

      it('sends nothing again when a begun package is no longer there', async () => {
        const hooks = watched();
        const error = await refusal(deliver(target, sent, { ...hooks, began: true }));
        expect([error.type, error.nonRetryable]).toEqual(['DELIVERY_UNKNOWN', true]);
        expect(hooks.seen).toEqual([]);
        expect(await readdir(place.directory)).toEqual([]);
      });

      it('finishes a begun draft', async () => {
        await writeFile(inbound(part), big.bytes.subarray(0, 1000));
        await chmod(inbound(part), 0o600);
        const hooks = watched();
        await deliver(target, sent, { ...hooks, began: true });
        expect(hooks.progress[0]).toBe(1000);
        expect((await readdir(place.directory)).toSorted()).toEqual(names);
      });
    });
  });
};
