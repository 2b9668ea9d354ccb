// An intent that no byte can follow: the worker dies after it has recorded one, and when the next comes the server at
// the processor's address shows another host key than the pinned one.
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Running } from '../../worker/processes.ts';
import type { Month } from '../month.ts';
import { createMonth } from '../month.ts';
import type { Sshd } from '../sshd.ts';
import { openSshd } from '../sshd.ts';
import { ask, expectOneDelivery, inbound, intents, ledger, orphans } from './account.ts';
import { hold, intendThere, storedBytes } from './hold.ts';

let pinned: Sshd;
let stranger: Sshd;
/** who answers at the processor's address */
let answering: Sshd;
let month: Month;
let worker: Running;
let startWorker: () => Promise<Running>;

const open = new Set<Socket>();
const address = createServer((socket) => {
  const through = connect(answering.port, answering.host);
  for (const end of [socket, through]) {
    open.add(end);
    end.on('error', () => end.destroy()).on('close', () => open.delete(end));
  }
  socket.pipe(through).pipe(socket);
});

beforeAll(async () => {
  [pinned, stranger] = await Promise.all([openSshd(), openSshd()]);
  answering = pinned;
  await once(address.listen(0, '127.0.0.1'), 'listening');
  const { port } = address.address() as AddressInfo;
  month = await createMonth({ sftp: { ...pinned, port } });
  const keyFile = join(month.folder, 'sftp-key');
  await writeFile(keyFile, pinned.privateKey, { mode: 0o600 });
  startWorker = () => month.startWorker({ ...month.installation.env, CORDON_SFTP_KEY_FILE: keyFile });
  [worker] = await Promise.all([startWorker(), month.startVerifier(), month.begin()]);
});
afterAll(async () => {
  await month.stop();
  address.close();
  for (const socket of open) socket.destroy();
  await Promise.all([pinned, stranger].map((sshd) => sshd[Symbol.asyncDispose]()));
});

describe('a transfer that is refused after its intent and before a byte', () => {
  it('has that intent voided, and whom it named counted as sent nothing', async () => {
    const { admin } = month.installation.urls;
    await month.stated();
    const bytes = await hold(admin, storedBytes);
    await month.release();
    const mark = await intendThere(bytes, admin);
    await worker.kill();
    answering = stranger;
    await Promise.all([startWorker(), mark.release()]);
    expect(await month.result()).toMatchObject({ outcome: 'refused', code: 'HOST_KEY', again: true });
    expect(await intents(admin)).toMatchObject([{ attempt: 1, began: false, voided: true }]);
    expect(await inbound(month)).toEqual([]);
    expect(await ask(admin, 'select from cordon.contact_history')).toEqual([]);
    expect(await ask(admin, 'select from cordon.disclosure_index')).toEqual([]);
    expect((await ledger(admin)).filter(({ type }) => type === 'disclosure')).toEqual([]);
  });

  it('leaves a month that may be run again, and is delivered once the pinned key is back', async () => {
    answering = pinned;
    await month.begin();
    await month.release();
    const arrived = await month.arrived();
    await month.respond('receipt', arrived);
    expect(await month.result()).toMatchObject({ outcome: 'delivered', attempt: 2 });
    await expectOneDelivery(month, arrived, 2);
    expect(await orphans(month.installation.urls.admin)).toEqual([]);
  });
});
