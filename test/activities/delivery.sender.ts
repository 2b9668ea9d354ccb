// A process of its own that delivers one consignment, and may end itself as SIGKILL ends it, at one moment. What it is
// to do comes on standard input; its answer is printed, and the mark of the first byte is a file.
import { writeFileSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { directoryShelf } from '../../activities/delivery/directory.ts';
import type { DirectoryPlace } from '../../activities/delivery/directory.ts';
import { deliver } from '../../activities/delivery/deliver.ts';
import { sftpShelf } from '../../activities/delivery/sftp.ts';
import type { SftpPlace } from '../../activities/delivery/sftp.ts';
import { deliveryTarget } from '../../activities/delivery/target.ts';
import { isOurs } from '../../schemas/failure.ts';
import { chance } from '../chance.ts';
import type { Moment } from './delivery.around.ts';
import { around, consignment } from './delivery.around.ts';

export interface Orders {
  readonly place: DirectoryPlace | SftpPlace;
  readonly seed: string;
  readonly mark: string;
  readonly dies?: Moment;
}

const { place, seed, mark, dies } = (await json(process.stdin)) as Orders;
const shelf = 'hostKey' in place ? await sftpShelf(place) : directoryShelf(place);
const target = deliveryTarget(
  around(shelf, ({ nth, when }) => {
    if (nth === dies?.nth && when === dies.when) process.kill(process.pid, 'SIGKILL');
  }),
  'writeOnly' in place && place.writeOnly,
);
try {
  await deliver(target, consignment(chance(seed)), {
    began: false,
    firstByte: async () => writeFileSync(mark, ''),
    fence: async () => {},
    heartbeat: () => {},
    signal: new AbortController().signal,
  });
  console.log(JSON.stringify({ delivered: true }));
} catch (e) {
  console.log(JSON.stringify(isOurs(e) ? { type: e.type, ...(e.details?.[0] as object) } : { type: 'none' }));
} finally {
  await target.close();
}
