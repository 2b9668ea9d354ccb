import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSftp } from '../../activities/delivery/sftp.ts';
import type { SftpPlace } from '../../activities/delivery/sftp.ts';
import { openLine } from '../line.ts';
import { openSshd, refusing } from '../sshd.ts';
import type { Sshd } from '../sshd.ts';
import { parcel } from './delivery.around.ts';
import { conformance, watched } from './delivery.conformance.ts';
import type { Place } from './delivery.conformance.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await openSshd();
});
afterAll(() => sshd[Symbol.asyncDispose]());

const newPlace = async (server = sshd): Promise<Place> => {
  const root = join(server.root, randomUUID());
  return { directory: join(root, 'inbound'), answers: join(root, 'outbound') };
};
const madePlace = async (server = sshd): Promise<Place> => {
  const place = await newPlace(server);
  await mkdir(place.directory, { recursive: true });
  await mkdir(place.answers, { recursive: true });
  return place;
};
const at = (place: Place, over: Partial<SftpPlace> = {}, server = sshd): SftpPlace => ({
  host: server.host,
  port: server.port,
  user: server.user,
  hostKey: server.hostKeys.ed25519,
  privateKey: server.privateKey,
  ...place,
  ...over,
});
const file = parcel('victims-2026-10-0123456789abcdef.pgp', randomBytes(700_000));

conformance('SFTP', newPlace, (place) => openSftp(at(place)));

describe('the pinned host key', () => {
  const other = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

  it('is refused when it is another, with the keys that were offered and nothing sent', async () => {
    const place = await madePlace();
    await expect(openSftp(at(place, { hostKey: other }))).rejects.toMatchObject({
      type: 'HOST_KEY',
      nonRetryable: true,
      details: [
        { code: 'HOST_KEY', found: `${sshd.hostKeys.ed25519} ${sshd.hostKeys.rsa}`, expected: other },
      ],
    });
    expect(await readdir(place.directory)).toEqual([]);
  });

  it.each(['', 'SHA256:', 'SHA256:short', 'MD5:00', '*'])('is compulsory: %j is refused', async (hostKey) => {
    await expect(openSftp(at(await madePlace(), { hostKey }))).rejects.toMatchObject({
      type: 'HOST_KEY',
      details: [{ found: 'no pinned host key' }],
    });
  });

  it('may be of any kind that the server has, and padded', async () => {
    const target = await openSftp(at(await madePlace(), { hostKey: `${sshd.hostKeys.rsa}=` }));
    expect(await target.look(file.name)).toEqual({ state: 'absent' });
    await target.close();
  });
});

describe('the login', () => {
  it('is refused with a key that the server does not know, without trying again', async () => {
    await using stranger = await openSshd();
    const place = at(await madePlace(), { privateKey: stranger.privateKey });
    await expect(openSftp(place)).rejects.toMatchObject({ type: 'DELIVERY_LOGIN', nonRetryable: true });
  });

  it('is refused with a key that cannot be read, without quoting it', async () => {
    const broken = sshd.privateKey.slice(0, 200);
    const error: unknown = await openSftp(at(await madePlace(), { privateKey: broken })).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({
      type: 'DELIVERY_LOGIN',
      details: [{ found: 'a private key that cannot be read' }],
    });
    expect(JSON.stringify(error)).not.toContain(broken.split('\n')[1]);
  });
});

describe('a server without fsync and posix-rename', () => {
  it('gets the same bytes under the same name', async () => {
    await sshd.serve(refusing('fsync', 'posix-rename'));
    const place = await madePlace();
    const target = await openSftp(at(place));
    await sshd.serve();
    await target.put(file, watched());
    await target.close();
    expect(await readdir(place.directory)).toEqual([file.name]);
    expect((await readFile(join(place.directory, file.name))).equals(file.bytes)).toBe(true);
  });
});

const lost = (reason: string) => ({
  type: 'DELIVERY_UNREACHABLE',
  nonRetryable: false,
  details: [{ step: 'write', reason }],
});

describe('a bad line', () => {
  it('cut in the middle leaves a draft, which the next connection finishes', async () => {
    const place = await madePlace();
    await using line = await openLine(sshd, { behind: 400_000, how: 'cut', of: 'requests' });
    const target = await openSftp(at(place, { port: line.port }));
    await expect(target.put(file, watched())).rejects.toMatchObject(lost('closed'));
    await target.close();
    expect(await readdir(place.directory)).toEqual([`${file.name}.part`]);

    const again = await openSftp(at(place));
    const hooks = watched();
    await again.put(file, hooks);
    await again.close();
    expect(hooks.progress[0]).toBeGreaterThan(0);
    expect((await readFile(join(place.directory, file.name))).equals(file.bytes)).toBe(true);
  });

  it('gone silent is given up after the time allowed for one operation', async () => {
    await using line = await openLine(sshd, { behind: 400_000, how: 'silence', of: 'requests' });
    const target = await openSftp(at(await madePlace(), { port: line.port, operationMs: 300 }));
    await expect(target.put(file, watched())).rejects.toMatchObject(lost('timeout'));
    await target.close();
  });

  it('gone silent does not keep a cancelled put waiting', async () => {
    await using line = await openLine(sshd, { behind: 400_000, how: 'silence', of: 'requests' });
    const target = await openSftp(at(await madePlace(), { port: line.port }));
    const signal = AbortSignal.timeout(500);
    await expect(target.put(file, watched({ signal }))).rejects.toMatchObject({ name: 'TimeoutError' });
    await target.close();
  });

  it('that nobody answers, or that never greets, is unreachable and may be tried again', async () => {
    const line = await openLine(sshd, { behind: 0, how: 'silence', of: 'requests' });
    const unreachable = { type: 'DELIVERY_UNREACHABLE', nonRetryable: false };
    const place = at(await madePlace(), { port: line.port, connectMs: 300 });
    await expect(openSftp(place)).rejects.toMatchObject(unreachable);
    await line[Symbol.asyncDispose]();
    const error: unknown = await openSftp(place).catch((e: unknown) => e);
    expect(error).toMatchObject(unreachable);
    expect(JSON.stringify(error)).not.toContain('127.0.0.1');
  });
});
